"""Marks that people give and change, and attempts that are opened again."""

import datetime as dt
from fractions import Fraction
from math import ceil

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.db import db, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from people.access import SignedIn
from quizzes.actions.recording import record_outcome
from quizzes.actions.taking import conclude
from quizzes.models.attempts import Attempt, AttemptQuestion, MarkChange
from quizzes.queries import grading, supervising
from quizzes.rules.attempts import AttemptState
from quizzes.rules.grading import Change, ended_as, reopened_until, summed
from quizzes.rules.marking import Marked
from quizzes.rules.questions import QuestionKind

ENDED = (AttemptState.SUBMITTED, AttemptState.CLOSED)


def give_marks(marker: SignedIn, attempt_id: int, number: int, marks: Fraction, comment: str, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Mark an answer that waits, with a comment for the learner; whether the attempt is marked with that and its result stands.

    Raises NotFound, and Conflict where somebody else was first.
    """
    attempt = grading.lock_to_mark(marker, attempt_id)
    waits = update(AttemptQuestion).where(
        AttemptQuestion.attempt_id == attempt_id,
        AttemptQuestion.number == number,
        AttemptQuestion.earned.is_(None),
        AttemptQuestion.kind == QuestionKind.ESSAY,
        AttemptQuestion.marks >= ceil(marks),
    )
    if rows_changed(waits.values(earned=str(marks))) != 1:
        raise Conflict(N_("Somebody else has marked this answer. Their mark stands."))
    _note(marker, attempt_id, number, Change.MANUAL, None, str(marks), comment, now)
    marked = _marked(attempt)
    if marked.is_waiting:
        return False
    conclude(attempt, marked, ended_as(attempt.submitted_at or now, attempt.ends_at), now, zone)
    return True


def change_marks(marker: SignedIn, attempt_id: int, number: int, seen: str, marks: Fraction, reason: str, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Change a mark that a person gave, with a reason that the learner reads too. `seen` is the mark as the marker saw it.

    Raises NotFound, Invalid where nothing changes, and Conflict where another mark stands by now.
    """
    attempt = grading.lock_to_mark(marker, attempt_id)
    if not reason or str(marks) == seen:
        raise Invalid(N_("Give another mark, and say why."))
    given = update(AttemptQuestion).where(
        AttemptQuestion.attempt_id == attempt_id,
        AttemptQuestion.number == number,
        AttemptQuestion.earned == seen,
        AttemptQuestion.kind == QuestionKind.ESSAY,
        AttemptQuestion.marks >= ceil(marks),
    )
    if rows_changed(given.values(earned=str(marks))) != 1:
        raise Conflict(N_("Somebody else has changed this mark. Theirs stands."))
    _note(marker, attempt_id, number, Change.REGRADE, seen, str(marks), reason, now)
    recount(attempt, _marked(attempt), now, zone)


def recount(attempt: Attempt, marked: Marked, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Set down what an attempt comes to whose marks were changed; where its result is another one, a line corrects the record.

    The caller holds the attempt. One that waited for a marker and does no more has its result with that.
    """
    if attempt.state == AttemptState.MARKING and not marked.is_waiting:
        conclude(attempt, marked, ended_as(attempt.submitted_at or now, attempt.ends_at), now, zone)
    elif attempt.state in ENDED and (marked.score, marked.passed) != (attempt.score, attempt.passed):
        attempt.score, attempt.passed = marked.score, marked.passed
        db.session.flush()
        record_outcome(attempt, marked, attempt.submitted_at or now, now, zone, again=True)


def reopen_attempt(supervisor: SignedIn, attempt_id: int, extra: int | None, reason: str, now: dt.datetime) -> None:
    """Let somebody go on with an attempt that ended, with what they had answered, for so many minutes more.

    Raises NotFound out of scope and for one's own, Conflict where it is not at its end, Refused where another attempt is open, and
    Invalid without minutes where the quiz has a time.
    """
    attempt = supervising.lock_to_reopen(supervisor, attempt_id)
    if attempt.state not in ENDED:
        raise Conflict(N_("This attempt is open already, or waits for its marks."))
    if attempt.time_limit and not extra:
        raise Invalid(N_("Say how many minutes they get: this quiz has a time."))
    _note(supervisor, attempt_id, None, Change.REOPEN, (attempt.submitted_at or now).isoformat(), None, reason, now)
    ended = update(Attempt).where(Attempt.id == attempt_id, Attempt.state.in_(ENDED))
    limit = attempt.time_limit + (extra or 0) if attempt.time_limit else None
    values = {"state": AttemptState.OPEN, "submitted_at": None, "score": None, "passed": None, "ends_at": reopened_until(now, extra), "time_limit": limit}
    try:
        with db.session.begin_nested():
            db.session.execute(ended.values(**values))
            anew = AttemptQuestion.number.not_in(grading.numbers_kept(attempt_id))
            db.session.execute(update(AttemptQuestion).where(AttemptQuestion.attempt_id == attempt_id, anew).values(earned=None))
    except IntegrityError:
        raise Refused(N_("Another attempt of theirs at this quiz is open. It has to end first.")) from None


def _marked(attempt: Attempt) -> Marked:
    return summed(grading.marks_of([attempt.id])[attempt.id], attempt.pass_mark)


def _note(person: SignedIn, attempt_id: int, number: int | None, action: Change, before: str | None, after: str | None, reason: str, now: dt.datetime) -> None:
    what = {"attempt_id": attempt_id, "number": number, "action": action, "before": before, "after": after}
    db.session.add(MarkChange(**what, reason=reason, changed_by=person.id, changed_at=now))
    db.session.flush()
