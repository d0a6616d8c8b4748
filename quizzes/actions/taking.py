"""Starting, answering and ending an attempt."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, update
from sqlalchemy.exc import IntegrityError

from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from learning.actions import Fact, record_completion
from learning.rules import Kind, Result
from people.access import SignedIn
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.queries import attempts, bank, quizzes
from quizzes.rules.attempts import MOST_SEQ, AttemptState, deadline, is_late, minutes_taken
from quizzes.rules.marking import Marked, mark
from quizzes.rules.questions import answer_problem, meant, option_order, shown
from quizzes.rules.sent import Sent, matches_sent
from quizzes.rules.settings import settings_from

QUIZ_PROOF = "marked-by-server"


ANSWER_MESSAGES = {
    "shape": N_("An answer is a list of option names."),
    "unknown": N_("The answer names an option that this question does not have."),
    "many": N_("This question takes one answer."),
    "long": N_("This answer is too long."),
    "some": N_("Put everything in order, or nothing."),
}


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


def start_attempt(person: SignedIn, slug: str, now: dt.datetime, seed: int | None = None) -> Attempt:
    """Start an attempt, or return the one that is open. Everything that counts is frozen here.

    Raises NotFound, also where the case is not published, and Refused when no try is left or the quiz was passed. Of two
    starts at once the second gets the first's.
    """
    case, quiz = quizzes.case_with_quiz(slug, person), quizzes.lock_quiz(slug)
    page = quizzes.quiz_page(slug, person)
    if page.open is not None:
        return page.open
    if page.passed:
        raise Refused(N_("You have passed this quiz. There is nothing left to do here."))
    if page.left == 0:
        raise Refused(N_("No tries are left. Ask your supervisor or the safety officer."))
    attempt = Attempt(
        quiz_id=quiz.id,
        person_id=person.id,
        number=len(page.attempts) + 1,
        state=AttemptState.OPEN,
        slug=quiz.slug,
        title_en=case.title("en"),
        title_zh=case.title("zh"),
        cause=case.cause.slug,
        quiz_revision=quiz.revision,
        pass_mark=quiz.pass_mark,
        time_limit=quiz.time_limit,
        attempts_allowed=quiz.attempts,
        settings=quiz.settings,
        sections=quiz.sections,
        started_at=now,
        ends_at=deadline(now, quiz.time_limit),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        winner = quizzes.quiz_page(slug, person).open
        if winner is None:
            raise
        return winner
    rng = random.Random(seed)
    for number, (revision_id, content, marks) in enumerate(bank.bank_of(quiz.id), 1):
        order = option_order(content, rng)
        db.session.add(
            AttemptQuestion(attempt_id=attempt.id, number=number, question_revision_id=revision_id, option_order=order, kind=content["kind"], marks=marks)
        )
    db.session.flush()
    return attempt


def save_answer(person: SignedIn, attempt_id: int, number: int, response: Any, seq: Any, now: dt.datetime) -> Saved:
    """Save one answer, in one statement that only a newer one may overwrite. The same answer twice is no error.

    Raises NotFound for a stranger's attempt, Invalid for a wrong shape, StaleAnswer for an older one, TimeUp.
    """
    slot = attempts.slot(person, attempt_id, number)
    if slot.state != AttemptState.OPEN or is_late(slot.ends_at, now):
        raise TimeUp()
    response = meant(slot.kind, slot.order, response)
    problem = answer_problem(slot.kind, slot.order, response)
    if problem:
        raise Invalid(ANSWER_MESSAGES[problem])
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= MOST_SEQ:
        raise Invalid(N_("“seq” must be a whole number that rises with every change."))
    if rows_changed(_upsert(db.engine.dialect.name), attempt_id=attempt_id, number=number, response=response, seq=seq, saved_at=now):
        return Saved(seq, now)
    current = attempts.answer(attempt_id, number)
    if current is not None and current.seq == seq and current.response == response:
        return Saved(current.seq, current.saved_at)
    raise StaleAnswer(current, shown(slot.kind, slot.order, current.response if current else []))  # type: ignore[arg-type]


@lru_cache
def _upsert(_dialect: str) -> Executable:
    """An answer that only a newer one may overwrite."""
    new = insert(Answer)
    values = {"response": new.excluded.response, "seq": new.excluded.seq, "saved_at": new.excluded.saved_at}
    return new.on_conflict_do_update(index_elements=["attempt_id", "number"], set_=values, where=Answer.seq < new.excluded.seq)


@dataclass(frozen=True)
class FormSaved:
    """What became of a form's answers: numbers of questions whose stored answer is newer and was kept, and messages of what was not taken."""

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
            save_answer(person, attempt.id, question.number, response, fields.seen + 1, now)
        except StaleAnswer:
            saved.kept.append(question.number)
        except Invalid as problem:
            saved.problems[question.number] = problem.message
    return saved


def submit_attempt(attempt: Attempt, now: dt.datetime, zone: dt.tzinfo) -> None:
    """End an attempt, mark it and write the completion. Of two submits one wins; the other raises Conflict.

    Past the deadline it is closed with what was saved, at the deadline. What a person has to mark waits for them: so does the completion.
    """
    late = is_late(attempt.ends_at, now)
    ended_at = attempt.ends_at if late else now
    ends = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
    if rows_changed(ends.values(state=AttemptState.MARKING, submitted_at=ended_at)) != 1:
        raise Conflict(N_("This quiz is submitted already."))
    questions = attempts.questions_of(attempt.id)
    certainties = {q.number: q.certainty for q in questions} if settings_from(attempt.settings).certainty else None
    marked = mark({q.number: (q.content, q.marks) for q in questions}, {q.number: q.response for q in questions}, attempt.pass_mark, certainties)
    db.session.execute(
        update(AttemptQuestion),
        [{"attempt_id": attempt.id, "number": number, "earned": None if got is None else str(got)} for number, got in marked.earned.items()],
    )
    if not marked.is_waiting:
        conclude(attempt, marked, AttemptState.CLOSED if late else AttemptState.SUBMITTED, now, zone)


def conclude(attempt: Attempt, marked: Marked, state: AttemptState, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Set down what a marked attempt came to, with its completion. The attempt must be in the state of marking: Conflict otherwise."""
    waits = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.MARKING).returning(Attempt.submitted_at)
    ended_at = db.session.execute(waits.values(state=state, score=marked.score, passed=marked.passed)).scalar()
    if ended_at is None:
        raise Conflict(N_("Somebody else has marked this attempt."))
    if not settings_from(attempt.settings).recorded:
        return
    fact = Fact(
        Kind.QUIZ,
        attempt.slug,
        attempt.quiz_revision,
        attempt.title_en,
        attempt.title_zh,
        attempt.cause,
        Result.PASSED if marked.passed else Result.FAILED,
        minutes_taken(attempt.started_at, ended_at, attempt.time_limit),
        QUIZ_PROOF,
        attempt.started_at,
        marked.score,
        attempt.pass_mark,
        attempt.number,
        attempt.attempts_allowed,
    )
    record_completion(attempt.person_id, fact, now, zone)


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
