"""Reads of attempts and answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, bindparam, literal_column, select

from core.db import db, fetch
from core.errors import NotFound
from people.access import SignedIn
from quizzes.access import READABLE, readable_by
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.bank import QuestionRevision
from quizzes.rules import questions as question_rules
from quizzes.rules.attempts import GRACE
from quizzes.rules.questions import Content


def attempt_for(person: SignedIn, attempt_id: int) -> Attempt:
    """An attempt of the person's own. Raises NotFound."""
    attempt = db.session.scalar(select(Attempt).where(Attempt.id == attempt_id, readable_by(person)).execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound()
    return attempt


@dataclass(frozen=True)
class AskedQuestion:
    """A question in an attempt with the answer given so far. `asked` holds only what may be seen now."""

    number: int
    marks: int
    content: Content
    order: list[str]
    response: list[str]
    seq: int
    saved_at: dt.datetime | None
    earned: Fraction | None
    certainty: int | None = None

    @property
    def asked(self) -> dict[str, Any]:
        return question_rules.asked(self.content, self.order)

    @property
    def shown(self) -> list[str]:
        """The answer as a browser has it."""
        return question_rules.shown(self.content["kind"], self.order, self.response)

    @property
    def is_right(self) -> bool:
        return self.earned == self.marks

    @property
    def chosen(self) -> list[Mapping[str, Any]]:
        """The options of the answer; only for a result, for they carry the key."""
        return [option for option in self._options if option["id"] in self.response]

    @property
    def missed(self) -> list[Mapping[str, Any]]:
        """The right options that were not chosen; only where the key may be shown."""
        return [option for option in self._options if option["right"] and option["id"] not in self.response]

    @property
    def _options(self) -> list[Mapping[str, Any]]:
        by_id = {option["id"]: option for option in self.content["options"]}
        return [by_id[name] for name in self.order]


def questions_of(attempt_id: int) -> list[AskedQuestion]:
    """The questions of an attempt in order, with what was answered."""
    rows = db.session.execute(
        select(
            AttemptQuestion.number,
            AttemptQuestion.marks,
            QuestionRevision.content,
            AttemptQuestion.option_order,
            Answer.response,
            Answer.seq,
            Answer.saved_at,
            AttemptQuestion.earned,
            Answer.certainty,
        )
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.number)
    ).all()
    return [
        AskedQuestion(number, marks, content, order, response or [], seq or 0, saved_at, Fraction(earned) if earned else None, certainty)
        for number, marks, content, order, response, seq, saved_at, earned, certainty in rows
    ]


@dataclass(frozen=True)
class Slot:
    """Where an answer goes: the attempt's state and what the question accepts."""

    state: str
    ends_at: dt.datetime | None
    kind: str
    order: list[str]


_SLOT = (
    select(Attempt.state, Attempt.ends_at, AttemptQuestion.kind, AttemptQuestion.option_order)
    .join(AttemptQuestion, and_(AttemptQuestion.attempt_id == Attempt.id, AttemptQuestion.number == bindparam("number")))
    .where(Attempt.id == bindparam("attempt_id"), READABLE)
    .with_for_update(read=True, of=Attempt)
)


def slot(person: SignedIn, attempt_id: int, number: int) -> Slot:
    """The slot of a question in an attempt of the person's own; on PostgreSQL the attempt is held open. Raises NotFound."""
    rows = fetch(_SLOT, attempt_id=attempt_id, number=number, person_id=person.id)
    if not rows:
        raise NotFound()
    return Slot(*rows[0])


def answer(attempt_id: int, number: int) -> Answer | None:
    """The answer that is stored."""
    return db.session.get(Answer, (attempt_id, number), populate_existing=True)


def overdue_attempts(now: dt.datetime, most: int = 200) -> list[Attempt]:
    """Open attempts whose time, with its grace, is over."""
    late = select(Attempt).where(literal_column("attempt.state = 'open'"), Attempt.ends_at < now - GRACE)
    return list(db.session.scalars(late.order_by(Attempt.ends_at).limit(most)))
