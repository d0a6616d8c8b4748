"""Reads of attempts for supervisors: of people in their scope, with names."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from core.db import db, stream
from core.errors import NotFound
from core.languages import said
from people.access import SignedIn, supervised_by
from people.models import Department, Person
from people.queries import PersonLine, person_line
from quizzes.access import reopenable_by
from quizzes.models.attempts import Answer, AnswerTry, Attempt, AttemptQuestion, MarkChange
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries import changes
from quizzes.queries.attempts import AskedQuestion, questions_of
from quizzes.queries.changes import ChangeLine
from quizzes.rules.attempts import AttemptState, is_overdue, minutes_taken
from quizzes.rules.questions import Content

PAGE = 50


@dataclass(frozen=True)
class QuizLine:
    """A quiz with attempts in a supervisor's scope."""

    slug: str
    title_en: str
    title_zh: str
    attempts: int
    people: int
    passed: int
    open: int
    marking: int
    last_at: dt.datetime

    def title(self, language: str) -> str:
        return str(said({"en": self.title_en, "zh": self.title_zh}, language))


def _counted(scope: ColumnElement[bool] | None) -> list[QuizLine]:
    counted = (
        select(
            Quiz.slug,
            Quiz.title_en,
            Quiz.title_zh,
            func.count(),
            func.count(func.distinct(Attempt.person_id)),
            func.count(func.distinct(case((Attempt.passed.is_(True), Attempt.person_id)))),
            func.coalesce(func.sum(case((Attempt.state == AttemptState.OPEN, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Attempt.state == AttemptState.MARKING, 1), else_=0)), 0),
            func.max(Attempt.started_at),
        )
        .select_from(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.purpose != "mistakes")
        .group_by(Quiz.id, Quiz.slug, Quiz.title_en, Quiz.title_zh)
        .order_by(func.max(Attempt.started_at).desc(), Quiz.id)
    )
    if scope is not None:
        counted = counted.join(Person, Person.id == Attempt.person_id).join(Department, Department.id == Person.department_id).where(scope)
    return [QuizLine(*row) for row in db.session.execute(counted)]


def quizzes_in_scope(person: SignedIn) -> list[QuizLine]:
    """The quizzes at which somebody in scope has tried, the latest first."""
    return _counted(supervised_by(person))


def quizzes_with_attempts() -> list[QuizLine]:
    """Every quiz that somebody has tried, with counts and without names."""
    return _counted(None)


@dataclass(frozen=True)
class AttemptFilters:
    """What the supervisor asked for: a state, names, and the attempt to continue after."""

    state: str = ""
    q: str = ""
    after: int | None = None


@dataclass(frozen=True)
class AttemptLine(PersonLine):
    """An attempt, with the person whose it is, as a list shows it."""

    attempt: Attempt

    @property
    def minutes(self) -> int | None:
        ended_at = self.attempt.submitted_at
        return minutes_taken(self.attempt.started_at, ended_at, self.attempt.time_limit) if ended_at else None

    @property
    def is_late(self) -> bool:
        """Whether it ended after its time, in what the quiz or the network was given beyond it."""
        ended_at = self.attempt.submitted_at
        return ended_at is not None and is_overdue(self.attempt.ends_at, ended_at)

    def state(self, now: dt.datetime) -> str:
        """As it is stored, or "overdue" where the time of an open one is over."""
        return "overdue" if self.attempt.state == AttemptState.OPEN and is_overdue(self.attempt.ends_at, now) else self.attempt.state


@dataclass(frozen=True)
class AttemptList:
    """One page of the attempts at a quiz in scope, newest first, and where the next begins."""

    quiz: Quiz
    lines: list[AttemptLine]
    after: int | None


def _lines(scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*person_line(), Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(scope)
        .execution_options(populate_existing=True)
    )


def _in_state(state: str, now: dt.datetime) -> ColumnElement[bool]:
    if state == "overdue":
        return and_(Attempt.state == AttemptState.OPEN, Attempt.ends_at < now)
    if state == AttemptState.OPEN:
        return and_(Attempt.state == AttemptState.OPEN, or_(Attempt.ends_at.is_(None), Attempt.ends_at >= now))
    return Attempt.state == state


def attempts_in_scope(person: SignedIn, slug: str, filters: AttemptFilters, now: dt.datetime) -> AttemptList:
    """One page of the attempts at a quiz by people in scope. Raises NotFound for a quiz that nobody in scope has tried."""
    quiz = quiz_in_scope(person, slug)
    found = _lines(supervised_by(person)).where(Attempt.quiz_id == quiz.id)
    if filters.state:
        found = found.where(_in_state(filters.state, now))
    for word in filters.q.split()[:5]:
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in (Person.employee_no, Person.name_en, Person.name_zh))))
    if filters.after:
        found = found.where(Attempt.id < filters.after)
    lines = [AttemptLine(*row) for row in db.session.execute(found.order_by(Attempt.id.desc()).limit(PAGE + 1))]
    return AttemptList(quiz, lines[:PAGE], lines[PAGE - 1].attempt.id if len(lines) > PAGE else None)


def quiz_in_scope(person: SignedIn, slug: str) -> Quiz:
    """A quiz that somebody in scope has tried. Raises NotFound for any other."""
    tried = select(Attempt.id).join(Person, Person.id == Attempt.person_id).join(Department, Department.id == Person.department_id)
    quiz = db.session.scalar(
        select(Quiz).where(Quiz.slug == slug, Quiz.purpose != "mistakes", tried.where(Attempt.quiz_id == Quiz.id, supervised_by(person)).exists())
    )
    if quiz is None:
        raise NotFound()
    return quiz


def quiz_with_attempts(slug: str) -> Quiz:
    """A quiz that somebody has tried, for whoever sees no names. Raises NotFound for any other."""
    tried = select(Attempt.id).where(Attempt.quiz_id == Quiz.id).exists()
    quiz = db.session.scalar(select(Quiz).where(Quiz.slug == slug, Quiz.purpose != "mistakes", tried))
    if quiz is None:
        raise NotFound()
    return quiz


@dataclass(frozen=True)
class OverseenAttempt:
    """One attempt with everything: what was answered, the marks, and every change. `reopenable`: not one's own, and ended.

    `asked` holds by number the content as it was asked, of questions that were marked by a later revision.
    """

    line: AttemptLine
    questions: list[AskedQuestion]
    asked: dict[int, Content]
    history: list[ChangeLine]
    reopenable: bool


def overseen_attempt(person: SignedIn, attempt_id: int) -> OverseenAttempt:
    """An attempt of somebody in scope. Raises NotFound out of scope, and for what somebody practises for themself."""
    mine = Attempt.quiz_id.in_(select(Quiz.id).where(Quiz.purpose != "mistakes"))
    row = db.session.execute(_lines(supervised_by(person)).where(Attempt.id == attempt_id, mine)).first()
    if row is None:
        raise NotFound()
    line = AttemptLine(*row)
    ended = line.attempt.state in (AttemptState.SUBMITTED, AttemptState.CLOSED)
    reopenable = ended and line.attempt.person_id != person.id
    return OverseenAttempt(line, questions_of(attempt_id), changes.first_asked(attempt_id), changes.history(attempt_id), reopenable)


def lock_to_reopen(person: SignedIn, attempt_id: int) -> Attempt:
    """An attempt that a supervisor may open again, held until the transaction ends. Raises NotFound."""
    held = (
        select(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.id == attempt_id, Quiz.purpose != "mistakes", reopenable_by(person))
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    attempt = db.session.scalar(held)
    if attempt is None:
        raise NotFound()
    return attempt


@dataclass(frozen=True)
class AskedRevision:
    """A revision as attempts asked it."""

    uid: str
    number: int
    content: Content


def revisions_asked(quiz_id: int) -> dict[int, AskedRevision]:
    """Every revision that an attempt at a quiz asks, or asked before it was marked anew, by its id."""
    own = select(Attempt.id).where(Attempt.quiz_id == quiz_id)
    now_asked = select(AttemptQuestion.question_revision_id).where(AttemptQuestion.attempt_id.in_(own))
    once_asked = select(MarkChange.revision_before).where(MarkChange.attempt_id.in_(own), MarkChange.revision_before.is_not(None))
    ids = now_asked.union(once_asked).subquery()
    rows = db.session.execute(
        select(QuestionRevision.id, Question.uid, QuestionRevision.number, QuestionRevision.content)
        .join(Question, Question.id == QuestionRevision.question_id)
        .where(QuestionRevision.id.in_(select(ids.c[0])))
    )
    return {row[0]: AskedRevision(*row[1:]) for row in rows}


def attempts_for_export(quiz_id: int, supervisor: SignedIn | None) -> Iterator[AttemptLine]:
    """All attempts at a quiz, oldest first, fetched as they are read: those in a supervisor's scope, or all where none is named."""
    scope = supervised_by(supervisor) if supervisor else Person.id == Attempt.person_id
    rows = stream(_lines(scope).where(Attempt.quiz_id == quiz_id).order_by(Attempt.id))
    return (AttemptLine(*tuple(row)) for row in rows)


@dataclass(frozen=True)
class AnswerLine:
    """A question of an attempt as it was asked, with its answer, for export."""

    attempt_id: int
    employee_no: str
    number: int
    revision_id: int
    order: list[str]
    response: list[str] | None
    certainty: int | None
    saved_at: dt.datetime | None
    marks: int
    earned: str | None
    tries: int


def answers_for_export(quiz_id: int, supervisor: SignedIn | None) -> Iterator[AnswerLine]:
    """Every question of those attempts in order, as it was asked: of what was marked by a later revision, the one before the first change."""
    from_change = (
        select(MarkChange.revision_before)
        .where(MarkChange.attempt_id == AttemptQuestion.attempt_id, MarkChange.number == AttemptQuestion.number, MarkChange.revision_before.is_not(None))
        .order_by(MarkChange.id)
        .limit(1)
        .correlate(AttemptQuestion)
        .scalar_subquery()
    )
    tries = (
        select(func.count())
        .where(AnswerTry.attempt_id == AttemptQuestion.attempt_id, AnswerTry.number == AttemptQuestion.number)
        .correlate(AttemptQuestion)
        .scalar_subquery()
    )
    rows: Select[*tuple[Any, ...]] = (
        select(
            AttemptQuestion.attempt_id,
            Person.employee_no,
            AttemptQuestion.number,
            func.coalesce(from_change, AttemptQuestion.question_revision_id),
            AttemptQuestion.option_order,
            Answer.response,
            Answer.certainty,
            Answer.saved_at,
            AttemptQuestion.marks,
            AttemptQuestion.earned,
            tries,
        )
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(Attempt.quiz_id == quiz_id, *([supervised_by(supervisor)] if supervisor else []))
        .order_by(AttemptQuestion.attempt_id, AttemptQuestion.number)
    )
    return (AnswerLine(*list(row)) for row in stream(rows))
