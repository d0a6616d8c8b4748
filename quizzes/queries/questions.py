"""What authors see of the question bank: the list with its filters, one question with its revisions, where it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cases.models import Case, CaseText
from core.db import db
from core.errors import NotFound
from people.models import Person
from quizzes.models.attempts import Answer, AttemptQuestion
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.queries.draws import fits
from quizzes.rules.questions import Content
from quizzes.rules.shelf import PAGE, BankFilters, Branch, State, Use, in_order

TAGS_SHOWN = 200


@dataclass(frozen=True)
class QuestionLine:
    """A question as the list shows it."""

    question: Question
    content: Content
    category: Category | None
    used: int
    tags: list[str]


@dataclass(frozen=True)
class BankPage:
    """One page of the list, last changed first, and what it is chosen by."""

    lines: list[QuestionLine]
    total: int
    page: int
    branches: list[Branch]
    loose: int
    tags: list[str]
    cases: list[tuple[str, str]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def everything(self) -> int:
        """How many questions the bank has, retired ones too."""
        return self.loose + sum(branch.own for branch in self.branches)


def bank_page(filters: BankFilters, language: str) -> BankPage:
    """The questions that match."""
    wanted = matching(filters)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ids = wanted.order_by(Question.changed_at.desc(), Question.id.desc()).limit(PAGE).offset((filters.page - 1) * PAGE).subquery()
    used = select(func.count()).where(QuizSlot.question_id == Question.id).correlate(Question).scalar_subquery()
    rows = db.session.execute(
        select(Question, QuestionRevision.content, Category, used)
        .join(ids, ids.c.id == Question.id)
        .join(QuestionRevision, _standing())
        .outerjoin(Category, Category.id == Question.category_id)
        .order_by(Question.changed_at.desc(), Question.id.desc())
    ).all()
    tags: dict[int, list[str]] = {}
    for question_id, tag in db.session.execute(
        select(QuestionTag.question_id, QuestionTag.tag).where(QuestionTag.question_id.in_([row[0].id for row in rows])).order_by(QuestionTag.tag)
    ):
        tags.setdefault(question_id, []).append(tag)
    lines = [QuestionLine(question, content, category, count, tags.get(question.id, [])) for question, content, category, count in rows]
    found, loose = branches(language)
    return BankPage(lines, total, filters.page, found, loose, known_tags(), _cases_with_questions(language))


def _standing() -> ColumnElement[bool]:
    return and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision)


def matching(filters: BankFilters) -> Select[int]:
    """The ids of the questions that match all filters."""
    found = select(Question.id)
    for term in filters.terms:
        within = [says(column, term) for column in (Question.words, Question.title)]
        found = found.where(or_(*within, Question.uid == term))
    equal = {Question.kind: filters.kind, Question.cause: filters.cause, Question.case_slug: filters.case}
    for column, value in equal.items():
        if value:
            found = found.where(column == value)
    if filters.difficulty:
        found = found.where(Question.difficulty == int(filters.difficulty))
    if filters.tag:
        found = found.where(Question.id.in_(select(QuestionTag.question_id).where(QuestionTag.tag == filters.tag)))
    if filters.missing:
        found = found.where(Question.missing.contains(filters.missing))
    if filters.state != State.ALL:
        found = found.where(Question.retired == (filters.state == State.RETIRED))
    if filters.category == "none":
        found = found.where(Question.category_id.is_(None))
    elif filters.category:
        found = found.where(Question.category_id.in_(_below(int(filters.category))))
    if filters.use == Use.UNANSWERED:
        return found.where(~_answered())
    used = select(QuizSlot.quiz_id).where(QuizSlot.question_id == Question.id).exists()
    return {Use.USED: found.where(used), Use.UNUSED: found.where(~used)}.get(filters.use, found)  # type: ignore[call-overload,no-any-return]


def says(column: InstrumentedAttribute[str], term: str) -> ColumnElement[bool]:
    """Whether a text holds a term, whatever its case. SQLite's LIKE asks for no case by itself, and folding every text takes it twice as long."""
    like = column.contains if db.engine.dialect.name == "sqlite" else column.icontains
    return like(term, autoescape=True)


def matching_ids(filters: BankFilters) -> list[int]:
    """The ids of all questions that match."""
    return list(db.session.scalars(matching(filters)))


def _below(category_id: int) -> Select[int]:
    """The ids of a category and of all below it."""
    path = select(Category.path).where(Category.id == category_id).scalar_subquery()
    return select(Category.id).where(Category.path.startswith(path))


def _answered() -> ColumnElement[bool]:
    return (
        select(AttemptQuestion.attempt_id)
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .join(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(QuestionRevision.question_id == Question.id)
        .exists()
    )


def branches(language: str) -> tuple[list[Branch], int]:
    """The tree of categories with what lies in each, and how many questions lie in none. Two statements."""
    counts = {row[0]: row[1] for row in db.session.execute(select(Question.category_id, func.count()).group_by(Question.category_id))}
    found = [Branch(row.id, row.parent_id, row.name_en, row.name_zh, row.path, counts.get(row.id, 0)) for row in db.session.scalars(select(Category))]
    return in_order(found, language), counts.get(None, 0)


def lock_categories() -> list[Branch]:
    """The tree, and nobody else changes it until the transaction ends."""
    rows = db.session.scalars(select(Category).order_by(Category.id).with_for_update().execution_options(populate_existing=True))
    return [Branch(row.id, row.parent_id, row.name_en, row.name_zh, row.path) for row in rows]


def category_row(category_id: int) -> Category:
    """A category. Raises NotFound."""
    category = db.session.get(Category, category_id)
    if category is None:
        raise NotFound()
    return category


def categories_below(path: str) -> list[Category]:
    """The category of this path and all below it."""
    return list(db.session.scalars(select(Category).where(Category.path.startswith(path)).order_by(Category.id)))


def holds_questions(category_id: int) -> bool:
    """Whether a question lies in the category itself."""
    return db.session.scalar(select(Question.id).where(Question.category_id == category_id).limit(1)) is not None


def known_tags() -> list[str]:
    """The tags that most questions have, by name."""
    rows = select(QuestionTag.tag).group_by(QuestionTag.tag).order_by(func.count().desc(), QuestionTag.tag).limit(TAGS_SHOWN)
    return sorted(db.session.scalars(rows))


def _cases_with_questions(language: str) -> list[tuple[str, str]]:
    slugs = select(Question.case_slug).where(Question.case_slug.is_not(None)).distinct()
    return _titles(select(Case.slug, CaseText.title).where(Case.slug.in_(slugs)), language)


def published_cases(language: str) -> list[tuple[str, str]]:
    """Slug and title of the cases that learners can read, by title."""
    return _titles(select(Case.slug, CaseText.title).where(Case.published), language)


def _titles(wanted: Select[str, str], language: str) -> list[tuple[str, str]]:
    rows = db.session.execute(wanted.join(CaseText, and_(CaseText.case_id == Case.id, CaseText.language == language)).order_by(CaseText.title))
    return [(row[0], row[1] or row[0]) for row in rows]


def question_row(question_id: int, lock: bool = False) -> Question:
    """A question; with `lock` held until the transaction ends. Raises NotFound."""
    wanted = select(Question).where(Question.id == question_id).execution_options(populate_existing=True)
    question = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if question is None:
        raise NotFound()
    return question


def standing_content(question: Question) -> Content | None:
    """What a question says now; None before its first revision."""
    return db.session.scalar(select(QuestionRevision.content).where(QuestionRevision.question_id == question.id, QuestionRevision.number == question.revision))


def revision_content(question_id: int, number: int) -> Content:
    """What a revision said. Raises NotFound."""
    content: Content | None = db.session.scalar(
        select(QuestionRevision.content).where(QuestionRevision.question_id == question_id, QuestionRevision.number == number)
    )
    if content is None:
        raise NotFound()
    return content


def tags_of(question_id: int) -> list[str]:
    """A question's tags by name."""
    return list(db.session.scalars(select(QuestionTag.tag).where(QuestionTag.question_id == question_id).order_by(QuestionTag.tag)))


@dataclass(frozen=True)
class QuestionDesk:
    """A question as its authors have it, and others that ask the same."""

    question: Question
    content: Content
    tags: list[str]
    twins: list[Question]


def question_desk(question_id: int) -> QuestionDesk:
    """A question for an author. Raises NotFound."""
    question = question_row(question_id)
    return QuestionDesk(question, standing_content(question) or {}, tags_of(question_id), same_words(question.stem, question_id))


def same_words(stem: str, besides: int = 0) -> list[Question]:
    """A few other questions with this digest of their text."""
    if not stem:
        return []
    return list(db.session.scalars(select(Question).where(Question.stem == stem, Question.id != besides).order_by(Question.id).limit(5)))


def revisions_of(question_id: int) -> list[tuple[QuestionRevision, Person | None]]:
    """All revisions of a question, newest first, with who wrote each."""
    rows = db.session.execute(
        select(QuestionRevision, Person)
        .outerjoin(Person, Person.id == QuestionRevision.created_by)
        .where(QuestionRevision.question_id == question_id)
        .order_by(QuestionRevision.number.desc())
    )
    return [(revision, person) for revision, person in rows]


@dataclass(frozen=True)
class Uses:
    """Where a question is used. `facility` is the share of its marks that learners earned on average, over all its revisions."""

    fixed: list[Quiz]
    drafts: list[Quiz]
    drawn: list[Quiz]
    asked: int
    facility: float | None


def uses_of(question: Question) -> Uses:
    """Quizzes that ask it, drafts that name it, draws that may reach it, and how it went so far."""
    slots = select(QuizSlot.quiz_id).where(QuizSlot.question_id == question.id)
    fixed = list(db.session.scalars(select(Quiz).where(Quiz.id.in_(slots)).order_by(Quiz.title_en)))
    drafts = [quiz for quiz in db.session.scalars(select(Quiz).where(Quiz.draft.is_not(None)).order_by(Quiz.title_en)) if _names(quiz.draft, question.uid)]
    draws = db.session.execute(
        select(Quiz, QuizSlot.draw).join(QuizSlot, QuizSlot.quiz_id == Quiz.id).where(QuizSlot.draw.is_not(None)).order_by(Quiz.id)
    ).all()
    reaching = [and_(*fits(draw)).label(f"draw_{place}") for place, (_quiz, draw) in enumerate(draws)]
    reached = db.session.execute(select(*reaching).where(Question.id == question.id)).one() if draws else ()
    drawn = {quiz.id: quiz for (quiz, _draw), hit in zip(draws, reached, strict=True) if hit}
    results = db.session.execute(
        select(AttemptQuestion.earned, AttemptQuestion.marks, func.count())
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .where(QuestionRevision.question_id == question.id)
        .group_by(AttemptQuestion.earned, AttemptQuestion.marks)
    ).all()
    marked = [(Fraction(earned) / marks, count) for earned, marks, count in results if earned is not None and marks]
    known = sum(count for _share, count in marked)
    facility = float(sum((share * count for share, count in marked), Fraction(0)) / known) if known else None
    return Uses(fixed, drafts, list(drawn.values()), sum(count for _earned, _marks, count in results), facility)


def _names(draft: Any, uid: str) -> bool:
    """Whether a draft has a place for this question, wherever in it."""
    if isinstance(draft, Mapping):
        return draft.get("question") == uid or any(_names(inner, uid) for inner in draft.values())
    return isinstance(draft, list) and any(_names(inner, uid) for inner in draft)
