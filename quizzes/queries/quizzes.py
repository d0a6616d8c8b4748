"""Reads of quizzes."""

from dataclasses import dataclass

from sqlalchemy import func, select

from cases.models import Case
from cases.queries.reading import CasePage, case_page
from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from quizzes.access import readable_by
from quizzes.models.attempts import Attempt
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.rules.attempts import AttemptState, tries_left


@dataclass(frozen=True)
class QuizPage:
    """A quiz before the attempt: how it works, and the person's attempts so far, newest first."""

    quiz: Quiz
    questions: int
    attempts: list[Attempt]

    @property
    def open(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.state == AttemptState.OPEN), None)

    @property
    def passed(self) -> bool:
        return any(attempt.passed for attempt in self.attempts)

    @property
    def left(self) -> int | None:
        return tries_left(len(self.attempts), self.quiz.attempts, self.passed)


def quiz_page(slug: str, person: SignedIn) -> QuizPage:
    """The quiz of a case for a learner. Raises NotFound."""
    count = select(func.count()).where(QuizSlot.quiz_id == Quiz.id).scalar_subquery()
    row = db.session.execute(select(Quiz, count).where(Quiz.slug == slug)).first()
    if row is None:
        raise NotFound()
    attempts = db.session.scalars(select(Attempt).where(Attempt.quiz_id == row[0].id, readable_by(person)).order_by(Attempt.number.desc()))
    return QuizPage(row[0], row[1], list(attempts))


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
    return db.session.scalar(select(Quiz).join(Case, Case.slug == Quiz.slug).where(Quiz.slug == slug, Case.questions > 0))


def lock_quiz(slug: str) -> Quiz:
    """The quiz, held as it is until the transaction ends, so that what an attempt freezes belongs together. Raises NotFound."""
    quiz = db.session.scalar(select(Quiz).where(Quiz.slug == slug).with_for_update(read=True))
    if quiz is None:
        raise NotFound()
    return quiz
