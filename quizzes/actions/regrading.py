"""Marking a question anew in the attempts that ended."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import insert, update

from core.db import db
from core.errors import N_, Conflict, Invalid
from quizzes.actions.grading import recount
from quizzes.models.attempts import AnswerTry, AttemptQuestion, MarkChange
from quizzes.queries.regrading import Again, Standing, batches, standing
from quizzes.rules.grading import Change, Method
from quizzes.rules.marking import credit


def regrade(
    by: int, question_id: int, method: Method, seen: int, reason: str, after: tuple[int, int], now: dt.datetime, zone: dt.tzinfo
) -> tuple[int, int, tuple[int, int] | None]:
    """Mark a question anew in the next attempts after one (named by its person's id and its own).

    Answers with how many were looked at, how many marks changed, and the last attempt, None where there are no more. Every old mark is
    kept with the reason and who changed it; where a result changes, a line corrects the record. `seen` is the revision of the preview:
    Conflict where another stands. Raises Invalid without a reason.
    """
    if not reason:
        raise Invalid(N_("Say why it is marked anew. Everybody concerned reads it."))
    stands = standing(question_id, lock=True)
    if stands.question.revision != seen:
        if after != (0, 0):
            raise Conflict(N_("The question was changed while it was marked anew. What was marked stays so. Look at the preview again for the rest."))
        raise Conflict(N_("The question was changed meanwhile. Nothing was marked anew. Look at the preview again."))
    batch = next(batches(stands, method, after, lock=True), None)
    if not batch:
        return 0, 0, None
    touched = [again for again in batch if again.result.changes or _takes_revision(again, stands, method)]
    _write(touched, stands, method)
    _note(touched, stands, method, by, reason, now)
    for again in touched:
        if again.marked is not None:
            recount(again.attempt, again.marked, now, zone)
    return len(batch), sum(again.result.changes for again in batch), (batch[-1].attempt.person_id, batch[-1].attempt.id)


def _takes_revision(again: Again, stands: Standing, method: Method) -> bool:
    """Whether an attempt goes over to the revision that stands: what its learner reads as right is then what it was marked by."""
    return method is Method.KEY and again.result.fits and again.revision_id != stands.revision_id


def _write(touched: Iterable[Again], stands: Standing, method: Method) -> None:
    moved, earned, tries = [], [], []
    for again in touched:
        row = {"attempt_id": again.attempt.id, "number": again.number}
        if _takes_revision(again, stands, method):
            moved.append({**row, "question_revision_id": stands.revision_id})
        if again.result.changes:  # a mark that stays is not written: somebody may be giving one just now
            earned.append({**row, "earned": str(again.result.after)})
        if method is Method.KEY:
            tries += [
                {"attempt_id": one.attempt_id, "number": one.number, "place": one.place, "credit": str(credit(stands.content, one.response))}
                for one in again.tries
            ]
    for table, values in ((AttemptQuestion, moved), (AttemptQuestion, earned), (AnswerTry, tries)):
        if values:
            db.session.execute(update(table), values)


def _note(touched: Iterable[Again], stands: Standing, method: Method, by: int, reason: str, now: dt.datetime) -> None:
    rows = [
        {
            "attempt_id": again.attempt.id,
            "number": again.number,
            "action": Change.REGRADE,
            "before": None if again.result.before is None else str(again.result.before),
            "after": None if again.result.after is None else str(again.result.after),
            "revision_before": again.revision_id,
            "revision_after": stands.revision_id if _takes_revision(again, stands, method) else again.revision_id,
            "reason": reason,
            "changed_by": by,
            "changed_at": now,
        }
        for again in touched
    ]
    if rows:
        db.session.execute(insert(MarkChange), rows)
