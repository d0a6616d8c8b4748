"""What a device asks while an attempt runs: the answers as they are stored, whichever device gave them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select

from core.db import fetch
from core.errors import NotFound
from people.access import SignedIn
from quizzes.access import READABLE
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.rules.questions import shown


@dataclass(frozen=True)
class Stored:
    """An attempt as the server has it now; answers by number of the question."""

    state: str
    ends_at: dt.datetime | None
    answers: dict[int, dict[str, Any]]


_STORED = (
    select(
        Attempt.state,
        Attempt.ends_at,
        AttemptQuestion.number,
        AttemptQuestion.kind,
        AttemptQuestion.option_order,
        Answer.response,
        Answer.certainty,
        Answer.seq,
        Answer.device,
        Answer.saved_at,
    )
    .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
    .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
    .where(Attempt.id == bindparam("attempt_id"), READABLE)
)


def stored(person: SignedIn, attempt_id: int) -> Stored:
    """The stored answers of an attempt of the person's own, responses as a browser has them. Raises NotFound."""
    rows = fetch(_STORED, attempt_id=attempt_id, person_id=person.id)
    if not rows:
        raise NotFound()
    answers = {
        row.number: {
            "answer": shown(row.kind, row.option_order, row.response),
            "certainty": row.certainty,
            "seq": row.seq,
            "device": row.device,
            "saved_at": row.saved_at.isoformat(),
        }
        for row in rows
        if row.seq
    }
    return Stored(rows[0].state, rows[0].ends_at, answers)
