"""Quizzes as their authors have them: what stands, what is being written, and what the bank knows of it."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from cases.models import Case
from core.db import db
from core.errors import NotFound
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz, QuizOverride, QuizSlot
from quizzes.queries.draws import candidates, standing
from quizzes.queries.quizzes import QUESTIONS, quiz_of_case
from quizzes.rules import plan
from quizzes.rules.draws import fill, pool_size
from quizzes.rules.plan import Document, Facts, Known
from quizzes.rules.questions import Content, asked, option_order
from quizzes.rules.settings import settings_from
from quizzes.rules.soundness import problems


@dataclass(frozen=True)
class BankLine:
    """A question of the bank as a plan shows it."""

    id: int
    uid: str
    title: str
    kind: str
    retired: bool
    case_slug: str | None
    difficulty: int | None
    content: Content
    case_en: str | None
    case_zh: str | None

    def case(self, language: str) -> str:
        """The title of the case that it belongs to; empty where it belongs to none."""
        return (self.case_zh if language == "zh" else self.case_en) or self.case_slug or ""


BANK_LINE = (
    Question.id,
    Question.uid,
    Question.title,
    Question.kind,
    Question.retired,
    Question.case_slug,
    Question.difficulty,
    QuestionRevision.content,
    Quiz.title_en,
    Quiz.title_zh,
)
STANDING = and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision)
OF_CASE = and_(Quiz.slug == Question.case_slug, Quiz.purpose == "case")


@dataclass(frozen=True)
class PlanDesk:
    """A quiz of its own as its authors have it: what stands, and what is being written, which is the same where nobody writes."""

    quiz: Quiz
    standing: Document
    document: Document
    questions: Mapping[str, BankLine]
    facts: Facts
    running: int

    @property
    def is_changed(self) -> bool:
        """Whether what is being written differs from what learners get."""
        return self.quiz.draft is not None or not self.quiz.revision

    @property
    def is_retired(self) -> bool:
        return self.quiz.revision > 0 and not self.quiz.published

    @property
    def kinds(self) -> dict[str, str]:
        return {uid: line.kind for uid, line in self.questions.items()}

    def lacks(self, now: dt.datetime) -> list[plan.Lack]:
        return plan.lacks(self.document, self.facts, now)


def desk(slug: str, lock: bool = False) -> PlanDesk:
    """A quiz of its own for an author; with `lock` nobody else saves it until the transaction ends. Raises NotFound."""
    found = select(Quiz).where(Quiz.slug == slug, Quiz.purpose == "own").execution_options(populate_existing=True)
    quiz = db.session.scalar(found.with_for_update() if lock else found)
    if quiz is None:
        raise NotFound()
    return of_quiz(quiz)


def quiz_to_set(slug: str, lock: bool = False) -> Quiz:
    """A quiz of its own, or that of a case. Raises NotFound."""
    found = select(Quiz).where(Quiz.slug == slug, Quiz.purpose.in_(("own", "case"))).execution_options(populate_existing=True)
    quiz = db.session.scalar(found.with_for_update() if lock else found)
    if quiz is None or (quiz.purpose == "case" and quiz_of_case(slug) is None):
        raise NotFound()
    return quiz


def of_quiz(quiz: Quiz, document: Document | None = None) -> PlanDesk:
    """A quiz for an author, with what the bank knows of its plan, or of another document in its place."""
    published = standing_plan(quiz)
    shown = document or quiz.draft or published
    questions = bank_lines([slot["question"] for slot in shown["slots"] if "question" in slot])
    running = select(func.count()).where(Attempt.quiz_id == quiz.id, Attempt.state == "open")
    return PlanDesk(quiz, published, shown, questions, facts_of(shown, questions), db.session.scalar(running) or 0)


def standing_plan(quiz: Quiz) -> Document:
    """The published quiz as a plan; an empty one where nothing was published yet."""
    head = {"title": {"en": quiz.title_en, "zh": quiz.title_zh}, "cause": quiz.cause or "", "pass_mark": quiz.pass_mark}
    limits = {"time_limit": quiz.time_limit, "attempts": quiz.attempts, "settings": settings_from(quiz.settings).plain()}
    rows = db.session.execute(
        select(Question.uid, QuizSlot.draw, QuizSlot.marks, QuizSlot.section)
        .outerjoin(Question, Question.id == QuizSlot.question_id)
        .where(QuizSlot.quiz_id == quiz.id)
        .order_by(QuizSlot.position)
    )
    slots = [{**({"question": uid} if uid else {"draw": draw}), "marks": marks, "section": section} for uid, draw, marks, section in rows]
    return {**head, **limits, "sections": quiz.sections or [plan.blank_section()], "slots": slots}


@dataclass(frozen=True)
class ExamplePage:
    """A section as a learner is asked it."""

    section: Mapping[str, Any]
    questions: list[dict[str, Any]]


def example(desk: PlanDesk) -> list[ExamplePage]:
    """The quiz as one attempt could ask it, section by section."""
    slots = desk.document["slots"]
    places = [place for place, slot in enumerate(slots) if slot.get("draw")]
    taken = fill([slots[place]["draw"]["count"] for place in places], [[(one, False) for one in desk.facts.pools[place]] for place in places])
    found = standing([question for questions in taken for question in questions])
    drawn = {place: [found[question][1] for question in questions] for place, questions in zip(places, taken, strict=True)}
    pages = [ExamplePage(section, []) for section in desk.document["sections"]]
    for place, slot in enumerate(slots):
        contents = drawn[place] if place in drawn else [desk.questions[slot["question"]].content] if slot["question"] in desk.questions else []
        pages[slot["section"]].questions.extend(asked(content, option_order(content, random.Random(1), False)) for content in contents)
    return pages


def bank_lines(uids: Sequence[str]) -> dict[str, BankLine]:
    """Questions of the bank by uid, as they stand."""
    found = select(*BANK_LINE).join(QuestionRevision, STANDING).outerjoin(Quiz, OF_CASE).where(Question.uid.in_(uids))
    return {row.uid: BankLine(*row) for row in db.session.execute(found)}


def facts_of(document: Mapping[str, Any], questions: Mapping[str, BankLine]) -> Facts:
    """What the bank knows of a plan; its draws are looked up in one statement."""
    places = [place for place, slot in enumerate(document["slots"]) if slot.get("draw")]
    draws = [document["slots"][place]["draw"] for place in places]
    own = {line.id for line in questions.values()}
    pools = candidates(draws, pool_size([draw["count"] for draw in draws]) + len(own))
    kept = {place: [question for question, _seen in pool if question not in own] for place, pool in zip(places, pools, strict=True)}
    return Facts({uid: Known(line.kind, line.retired, problems(line.content)) for uid, line in questions.items()}, kept)


def taken_slugs(stem: str) -> set[str]:
    """Addresses that begin like this and are a quiz's or a case's."""
    quizzes = select(Quiz.slug).where(Quiz.slug.startswith(stem, autoescape=True))
    return set(db.session.scalars(quizzes.union(select(Case.slug).where(Case.slug.startswith(stem, autoescape=True)))))


@dataclass(frozen=True)
class DeskLine:
    """A quiz in the list of all of them, with how often it was taken and the average score."""

    quiz: Quiz
    questions: int
    attempts: int
    average: float | None

    def state(self, now: dt.datetime) -> str:
        """draft, retired, soon, closed or open."""
        settings = settings_from(self.quiz.settings)
        if not self.quiz.revision:
            return "draft"
        if not self.quiz.published:
            return "retired"
        if settings.closes_at and now >= settings.closes_at:
            return "closed"
        return "soon" if settings.opens_at and now < settings.opens_at else "open"


@dataclass(frozen=True)
class DeskPage:
    """One page of the list of all quizzes."""

    lines: list[DeskLine]
    total: int
    page: int
    pages: int


PER_PAGE = 40


def desk_page(q: str, purpose: str, page: int) -> DeskPage:
    """Quizzes of cases and of their own by title; practice of mistakes is nobody's to write."""
    asks: list[ColumnElement[bool]] = [Quiz.purpose.in_((purpose,) if purpose in ("own", "case") else ("own", "case"))]
    asks.append(or_(Quiz.purpose == "own", select(Case.id).where(Case.slug == Quiz.slug, Case.questions > 0).exists()))
    if q:
        asks.append(or_(*(column.icontains(q, autoescape=True) for column in (Quiz.title_en, Quiz.title_zh, Quiz.slug))))
    total = db.session.scalar(select(func.count()).select_from(Quiz).where(*asks)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    shown = select(Quiz, QUESTIONS).where(*asks).order_by(Quiz.purpose.desc(), Quiz.title_en, Quiz.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    rows = [(row[0], row[1]) for row in db.session.execute(shown)]
    counted = select(Attempt.quiz_id, func.count(), func.avg(Attempt.score)).where(Attempt.quiz_id.in_([quiz.id for quiz, _count in rows]))
    taken = {row[0]: (row[1], row[2]) for row in db.session.execute(counted.group_by(Attempt.quiz_id))} if rows else {}
    lines = [
        DeskLine(quiz, plan.asked_count(quiz.draft) if quiz.draft and not quiz.revision else questions, *taken.get(quiz.id, (0, None)))
        for quiz, questions in rows
    ]
    return DeskPage(lines, total, page, pages)


def count_exceptions(quiz_id: int) -> int:
    """How many exceptions hold at a quiz; an author is told no more of them."""
    return db.session.scalar(select(func.count()).where(QuizOverride.quiz_id == quiz_id)) or 0
