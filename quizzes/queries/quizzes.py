"""Reads of quizzes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from cases.models import Case
from cases.queries.reading import CasePage, case_page
from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from quizzes.access import readable_by
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz, QuizOverride, QuizSlot
from quizzes.rules.attempts import AttemptState, Outcome, outcome
from quizzes.rules.questions import Content, QuestionKind
from quizzes.rules.settings import NOTHING_GRANTED, Access, Availability, Granted, Settings, Terms, availability, settings_from, terms_of, winning

# What one page of quizzes offers at most.
OFFERED_MOST = 200


@dataclass(frozen=True)
class QuizPage:
    """A quiz before the attempt: how it works for this person, and their attempts so far, newest first."""

    quiz: Quiz
    questions: int
    attempts: list[Attempt]
    granted: Granted = NOTHING_GRANTED

    @property
    def settings(self) -> Settings:
        return settings_from(self.quiz.settings)

    @property
    def terms(self) -> Terms:
        """Minutes, attempts and dates with what was granted to this person."""
        return terms_of(self.settings, self.quiz.time_limit, self.quiz.attempts, self.granted)

    @property
    def open(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.state == AttemptState.OPEN), None)

    @property
    def outcome(self) -> Outcome | None:
        """What the attempts come to, by the rule of the quiz for which of them counts."""
        return outcome(((one.number, one.score, one.passed) for one in self.attempts), self.settings.counts, self.quiz.pass_mark)

    @property
    def passed(self) -> bool:
        found = self.outcome
        return found is not None and found.passed

    @property
    def left(self) -> int | None:
        """How many attempts are left; None where there is no limit. Who has passed needs none, unless it may be taken again."""
        return self._available(None).left

    def availability(self, now: dt.datetime) -> Availability:
        """Whether an attempt may start now, and if not, why."""
        return self._available(now) if self.quiz.published else Availability(Access.CLOSED)

    def _available(self, now: dt.datetime | None) -> Availability:
        ended = max((one.submitted_at for one in self.attempts if one.submitted_at), default=None)
        moment = now or dt.datetime.min.replace(tzinfo=dt.UTC)
        return availability(self.settings, self.terms, len(self.attempts), self.passed, ended, moment)


def asked_sum() -> ColumnElement[int]:
    """How many questions the slots of a quiz ask; what is only read does not count. Needs Question, joined from outside, of a slot."""
    each = case((Question.kind == QuestionKind.INFORMATION, 0), (QuizSlot.question_id.is_not(None), 1), else_=QuizSlot.draw["count"].as_integer())
    return func.coalesce(func.sum(each), 0)


QUESTIONS = (
    select(asked_sum()).select_from(QuizSlot).outerjoin(Question, Question.id == QuizSlot.question_id).where(QuizSlot.quiz_id == Quiz.id).scalar_subquery()
)


def _with_grants(person: SignedIn) -> Select[Any]:
    above = [int(part) for part in person.department_path.strip("/").split("/")]
    mine = or_(QuizOverride.person_id == person.id, QuizOverride.department_id.in_(above))
    return select(Quiz, QUESTIONS, QuizOverride).outerjoin(QuizOverride, and_(QuizOverride.quiz_id == Quiz.id, mine))


def holding(overrides: Iterable[QuizOverride | None], person_id: int, department_path: str) -> Granted:
    """What of these holds for somebody: never what they granted themselves, not through their department either."""
    theirs = [one for one in overrides if one and one.person_id in (None, person_id) and one.granted_by != person_id]
    return winning([(one.department_id, Granted(one.extra_minutes, one.extra_attempts, one.opens_at, one.closes_at)) for one in theirs], department_path)


def quiz_page(slug: str, person: SignedIn) -> QuizPage:
    """A quiz for a learner, whether or not it is open. Raises NotFound."""
    rows = db.session.execute(_with_grants(person).where(Quiz.slug == slug).execution_options(populate_existing=True)).all()
    if not rows:
        raise NotFound()
    quiz, questions = rows[0][0], rows[0][1]
    attempts = db.session.scalars(select(Attempt).where(Attempt.quiz_id == quiz.id, readable_by(person)).order_by(Attempt.number.desc()))
    return QuizPage(quiz, questions, list(attempts), holding((row[2] for row in rows), person.id, person.department_path))


def offered_quizzes(person: SignedIn) -> list[QuizPage]:
    """The quizzes of their own that are published, each as it stands for this person."""
    own = _with_grants(person).where(Quiz.purpose == "own", Quiz.published).order_by(Quiz.title_en, Quiz.id).limit(OFFERED_MOST)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(own):
        found.setdefault(row[0].id, []).append(row)
    attempts = db.session.scalars(select(Attempt).where(Attempt.quiz_id.in_(found), readable_by(person)).order_by(Attempt.number.desc())).all() if found else []
    granted = {quiz_id: holding((row[2] for row in rows), person.id, person.department_path) for quiz_id, rows in found.items()}
    return [QuizPage(rows[0][0], rows[0][1], [one for one in attempts if one.quiz_id == quiz_id], granted[quiz_id]) for quiz_id, rows in found.items()]


def offers_any() -> bool:
    """Whether there is a published quiz of its own."""
    return db.session.scalar(select(Quiz.id).where(Quiz.purpose == "own", Quiz.published).limit(1)) is not None


def case_of(page: QuizPage, person: SignedIn) -> CasePage | None:
    """The case that a quiz belongs to, None where it is of its own. Raises NotFound where it is not for this person."""
    if page.quiz.purpose == "case":
        return case_with_quiz(page.quiz.slug, person)
    if not page.quiz.published and not page.attempts:
        raise NotFound()
    return None


def case_with_quiz(slug: str, person: SignedIn) -> CasePage:
    """The published case whose quiz a learner may take. Raises NotFound where there is none, or its quiz is not for learners yet."""
    page = case_page(slug, person.id)
    if not page.questions:
        raise NotFound()
    return page


def quiz_by_slug(slug: str) -> Quiz | None:
    """The quiz with this slug."""
    return db.session.scalar(select(Quiz).where(Quiz.slug == slug))


def quiz_of_case(slug: str) -> Quiz | None:
    """The quiz that a case has. Where a case was thrown away and another took its address, the old quiz is nobody's."""
    return db.session.scalar(select(Quiz).join(Case, Case.slug == Quiz.slug).where(Quiz.slug == slug, Quiz.purpose == "case", Case.questions > 0))


def lock_quiz(slug: str) -> Quiz:
    """The quiz, held as it is until the transaction ends, so that what an attempt freezes belongs together. Raises NotFound."""
    quiz = db.session.scalar(select(Quiz).where(Quiz.slug == slug).with_for_update(read=True))
    if quiz is None:
        raise NotFound()
    return quiz


@dataclass(frozen=True)
class Place:
    """A place in a published quiz as it is asked: a question with the revision that stands, or a draw."""

    section: int
    marks: int
    draw: dict[str, Any] | None
    question_id: int | None
    retired: bool
    revision_id: int | None
    content: Content | None


def places(quiz_id: int) -> list[Place]:
    """The places of a quiz in order."""
    rows = db.session.execute(
        select(QuizSlot.section, QuizSlot.marks, QuizSlot.draw, QuizSlot.question_id, Question.retired, QuestionRevision.id, QuestionRevision.content)
        .outerjoin(Question, Question.id == QuizSlot.question_id)
        .outerjoin(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .where(QuizSlot.quiz_id == quiz_id)
        .order_by(QuizSlot.section, QuizSlot.position)
    )
    return [Place(*row) for row in rows]
