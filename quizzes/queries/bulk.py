"""What changes of many questions at once read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from core.db import db
from quizzes.models.bank import BankEdit, Category, Question, QuestionTag


def values_before(ids: Sequence[int], column: InstrumentedAttribute[Any], after: Any) -> list[tuple[int, Any]]:
    """Those of these questions where a column has another value, with that value; held until the transaction ends."""
    rows = db.session.execute(select(Question.id, column).where(Question.id.in_(ids), column.is_distinct_from(after)).with_for_update())
    return [(question_id, value) for question_id, value in rows]


def tagged(ids: Sequence[int], tag: str) -> set[int]:
    """Those of these questions that have the tag."""
    return set(db.session.scalars(select(QuestionTag.question_id).where(QuestionTag.question_id.in_(ids), QuestionTag.tag == tag)))


def existing(ids: Sequence[int]) -> set[int]:
    """Those of these ids that a question has."""
    return set(db.session.scalars(select(Question.id).where(Question.id.in_(ids))))


def is_category(category_id: int) -> bool:
    """Whether there is such a category."""
    return db.session.scalar(select(Category.id).where(Category.id == category_id)) is not None


def bank_edit(person_id: int, edit_id: int) -> BankEdit | None:
    """A change of many questions that this person made, and did not take back."""
    return db.session.scalar(select(BankEdit).where(BankEdit.id == edit_id, BankEdit.person_id == person_id, ~BankEdit.undone))
