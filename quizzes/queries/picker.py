"""The bank as somebody sees it who looks for questions to put into a quiz."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from core.db import db
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.models.quizzes import Quiz
from quizzes.queries.plans import BANK_LINE, OF_CASE, STANDING, BankLine
from quizzes.queries.questions import says
from quizzes.rules.shelf import Branch


@dataclass(frozen=True)
class PickerFilters:
    """What an author looks for in the bank."""

    q: str = ""
    kind: str = ""
    category: int | None = None
    cause: str = ""
    tag: str = ""


PICKER_MOST = 50


def pick_from_bank(filters: PickerFilters, but: Sequence[str]) -> tuple[list[BankLine], int]:
    """Questions that fit, without those named, and how many fit in all."""
    asks: list[ColumnElement[bool]] = [Question.retired.is_(False)]
    if filters.q:
        asks += [or_(*(says(c, word) for c in (Question.words, Question.title, Question.uid))) for word in filters.q.split()[:6]]
    if filters.kind:
        asks.append(Question.kind == filters.kind)
    if filters.cause:
        asks.append(Question.cause == filters.cause)
    if filters.tag:
        asks.append(select(QuestionTag.tag).where(QuestionTag.question_id == Question.id, QuestionTag.tag == filters.tag).exists())
    if filters.category is not None:
        top = select(Category.path).where(Category.id == filters.category).scalar_subquery()
        asks.append(Question.category_id.in_(select(Category.id).where(Category.path.startswith(top))))
    asks.append(Question.uid.not_in(but))
    total = db.session.scalar(select(func.count()).select_from(Question).where(*asks)) or 0
    rows = db.session.execute(
        select(*BANK_LINE).join(QuestionRevision, STANDING).outerjoin(Quiz, OF_CASE).where(*asks).order_by(Question.case_slug, Question.id).limit(PICKER_MOST)
    )
    return [BankLine(*row) for row in rows], total


def categories() -> list[Branch]:
    """The categories, each before those below it."""
    columns = Category.id, Category.parent_id, Category.name_en, Category.name_zh, Category.path
    return [Branch(*row) for row in db.session.execute(select(*columns).order_by(Category.path))]


def tags(most: int = 300) -> list[str]:
    """The tags in use."""
    return list(db.session.scalars(select(QuestionTag.tag).distinct().order_by(QuestionTag.tag).limit(most)))
