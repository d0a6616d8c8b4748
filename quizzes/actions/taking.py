"""Answering and ending an attempt."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, update

from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from people.access import SignedIn
from quizzes.actions.recording import record_outcome
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.queries import attempts
from quizzes.rules.attempts import MOST_SEQ, AttemptState, is_late
from quizzes.rules.marking import CERTAINTIES, Marked, tally
from quizzes.rules.practice import is_checked, refusal, share_of
from quizzes.rules.questions import TYPED, QuestionKind, answer_problem, meant, shown
from quizzes.rules.sent import Sent, matches_sent
from quizzes.rules.settings import Settings, settings_from

ANSWER_MESSAGES = {
    "shape": N_("An answer is a list of option names."),
    "unknown": N_("The answer names an option that this question does not have."),
    "many": N_("This question takes one answer."),
    "long": N_("This answer is too long."),
    "some": N_("Give every row a place of its own, or none."),
}
SPOT_MESSAGE = N_("A place in a picture needs two numbers from 0 to 100.")
DEVICE = re.compile(r"[A-Za-z0-9-]{1,16}")


class StaleAnswer(Conflict):
    """An answer arrived that is older than the one that is stored; `current` is that one, `shown` its response as a browser has it."""

    def __init__(self, current: Answer, shown: list[str]) -> None:
        super().__init__(N_("A newer answer is saved already, perhaps from another device. It was kept."))
        self.current, self.shown = current, shown


class TimeUp(Conflict):
    """The attempt takes no more answers."""

    def __init__(self) -> None:
        super().__init__(N_("The time is over. The quiz was closed with the answers that were saved."))


@dataclass(frozen=True)
class Saved:
    """What the server now holds for a question."""

    seq: int
    saved_at: dt.datetime
    ends_at: dt.datetime | None


def save_answer(person: SignedIn, attempt_id: int, number: int, response: Any, seq: Any, now: dt.datetime, certainty: Any = None, device: Any = None) -> Saved:
    """Save one answer, in one statement that only a newer one may overwrite. The same answer twice is no error.

    Raises NotFound for a stranger's attempt, Invalid for a wrong shape, StaleAnswer for an older one, TimeUp, and Refused for a question
    that takes no answer now.
    """
    slot = open_slot(person, attempt_id, number, now)
    settings = settings_from(slot.settings)
    response = _typed_clean(slot.kind, meant(slot.kind, slot.order, response))
    problem = answer_problem(slot.kind, slot.order, response)
    if problem:
        raise Invalid(SPOT_MESSAGE if (slot.kind, problem) == (QuestionKind.HOTSPOT, "shape") else ANSWER_MESSAGES[problem])
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= MOST_SEQ:
        raise Invalid(N_("“seq” must be a whole number that rises with every change."))
    if certainty is not None and (isinstance(certainty, bool) or certainty not in CERTAINTIES):
        raise Invalid(N_("Choose how sure you are from the three."))
    values = {
        "response": response,
        "certainty": certainty if settings.certainty else None,
        "seq": seq,
        "device": device if isinstance(device, str) and DEVICE.fullmatch(device) else None,
        "saved_at": now,
    }
    if rows_changed(_upsert(db.engine.dialect.name), attempt_id=attempt_id, number=number, **values):
        return Saved(seq, now, slot.ends_at)
    current = attempts.answer(attempt_id, number)
    if current is not None and (current.seq, current.response, current.certainty) == (seq, response, values["certainty"]):
        return Saved(current.seq, current.saved_at, slot.ends_at)
    raise StaleAnswer(current, shown(slot.kind, slot.order, current.response if current else []))  # type: ignore[arg-type]


def open_slot(person: SignedIn, attempt_id: int, number: int, now: dt.datetime) -> attempts.Slot:
    """Where an answer goes that may be given now. Raises NotFound, TimeUp, and Refused for a question that takes no answer now."""
    slot = attempts.slot(person, attempt_id, number)
    settings = settings_from(slot.settings)
    if slot.state != AttemptState.OPEN or is_late(slot.ends_at, now, settings.grace):
        raise TimeUp()
    refused = refusal(settings, number, slot.reached, is_checked(slot.kind, settings) and slot.earned is not None)
    if refused:
        raise Refused(refused)
    return slot


def _typed_clean(kind: str, response: Any) -> Any:
    """A typed answer without what no database keeps; blanks alone are no answer."""
    if kind not in TYPED or not isinstance(response, list):
        return response
    parts = [part.replace("\0", "").encode("utf-8", "ignore").decode() if isinstance(part, str) else part for part in response]
    return [part for part in parts if not isinstance(part, str) or part.strip()]


@lru_cache
def _upsert(_dialect: str) -> Executable:
    """An answer that only a newer one may overwrite."""
    new = insert(Answer)
    values = {name: new.excluded[name] for name in ("response", "certainty", "seq", "device", "saved_at")}
    return new.on_conflict_do_update(index_elements=["attempt_id", "number"], set_=values, where=Answer.seq < new.excluded.seq)


@dataclass(frozen=True)
class FormSaved:
    """What became of a form's answers: places of questions whose stored answer is newer and was kept, and
    by number the messages of what was not taken."""

    kept: list[int]
    problems: dict[int, str]


def save_form(person: SignedIn, attempt: Attempt, sent: Mapping[int, Sent], now: dt.datetime) -> FormSaved:
    """Save the answers of a page sent without script. One that has not the shape of an answer is named, and the others are saved.

    `sent` holds by number what the fields of a question say. Raises as save_answer does for anything but the shape.
    """
    saved = FormSaved([], {})
    for question in attempts.questions_of(attempt.id):
        fields = sent.get(question.number)
        if fields is None:
            continue
        kind = question.content["kind"]
        response = fields.answer(kind)
        if matches_sent(kind, response, question.shown) and fields.sure == question.certainty:
            continue
        try:
            save_answer(person, attempt.id, question.number, response, fields.seen + 1, now, fields.sure)
        except StaleAnswer:
            saved.kept.append(question.place)
        except Refused:
            continue  # it was settled, or left behind, by another page of this person
        except Invalid as problem:
            saved.problems[question.number] = problem.message
    return saved


def submit_attempt(attempt: Attempt, now: dt.datetime, zone: dt.tzinfo) -> None:
    """End an attempt, mark it and write the completion. Of two submits one wins; the other raises Conflict.

    Past the deadline and its grace it is closed with what was saved, at the deadline, unless somebody has just granted more time: Conflict then too.
    What a person has to mark waits for them: so does the completion. A question that has its marks already keeps them.
    """
    settings = settings_from(attempt.settings)
    late = is_late(attempt.ends_at, now, settings.grace)
    ended_at = attempt.ends_at if late else now
    ends = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN, Attempt.ends_at == attempt.ends_at)
    if rows_changed(ends.values(state=AttemptState.MARKING, submitted_at=ended_at)) != 1:
        raise Conflict(N_("This quiz is submitted already."))
    shares = {question.number: (_share(question, settings), question.marks) for question in attempts.asked_in(attempt) if question.counts}
    marked = tally(shares, attempt.pass_mark)
    db.session.execute(
        update(AttemptQuestion),
        [{"attempt_id": attempt.id, "number": number, "earned": None if got is None else str(got)} for number, got in marked.earned.items()],
    )
    if not marked.is_waiting:
        conclude(attempt, marked, AttemptState.CLOSED if late else AttemptState.SUBMITTED, now, zone)


def _share(question: attempts.AskedQuestion, settings: Settings) -> Fraction | None:
    if question.earned is not None and question.marks:
        return question.earned / question.marks
    return share_of(question.content, question.response, question.certainty, [one.response for one in question.tries], settings)


def conclude(attempt: Attempt, marked: Marked, state: AttemptState, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Set down what a marked attempt came to, with its completion. The attempt must be in the state of marking: Conflict otherwise."""
    waits = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.MARKING).returning(Attempt.submitted_at)
    ended_at = db.session.execute(waits.values(state=state, score=marked.score, passed=marked.passed)).scalar()
    if ended_at is None:
        raise Conflict(N_("Somebody else has marked this attempt."))
    record_outcome(attempt, marked, ended_at, now, zone)


def close_overdue(now: dt.datetime, zone: dt.tzinfo) -> int:
    """Close the open attempts whose time is over; how many. The caller repeats while there are any."""
    closed = 0
    for attempt in attempts.overdue_attempts(now):
        try:
            with db.session.begin_nested():
                submit_attempt(attempt, now, zone)
            closed += 1
        except Conflict:
            pass  # its owner or another process was first
    return closed
