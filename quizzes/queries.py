"""Every read of quizzes, attempts and answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select

import cases.queries.drafts
from cases.models import Case
from cases.queries.reading import CasePage, case_page
from core.db import db, fetch
from core.errors import NotFound
from people.access import SignedIn
from quizzes import drafts, rules
from quizzes.access import READABLE, readable_by
from quizzes.models import Answer, Attempt, AttemptQuestion, Question, QuestionRevision, Quiz, QuizQuestion
from quizzes.rules import AttemptState, Content


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
    def left(self) -> int:
        return rules.tries_left(len(self.attempts), self.quiz.attempts, self.passed)


def quiz_page(slug: str, person: SignedIn) -> QuizPage:
    """The quiz of a case for a learner. Raises NotFound."""
    count = select(func.count()).where(QuizQuestion.quiz_id == Quiz.id).scalar_subquery()
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


def question_names(slug: str) -> set[str]:
    """The ids of all questions that a quiz has or ever had."""
    return {uid.rpartition("/")[2] for uid in db.session.scalars(select(Question.uid).where(Question.uid.startswith(f"{slug}/", autoescape=True)))}


@dataclass(frozen=True)
class QuizDesk:
    """A quiz as its authors have it: the case with what it says to learners, or while it is unpublished says in its draft, and the quiz that stands."""

    case: Case
    document: Mapping[str, Any]
    quiz: Quiz | None
    questions: list[tuple[str, Content, int]]

    @property
    def digest(self) -> str:
        return self.quiz.digest if self.quiz else ""

    @property
    def draft(self) -> drafts.Document:
        """What an author begins with."""
        if self.quiz is None:
            return drafts.blank_quiz()
        head = {"pass_mark": self.quiz.pass_mark, "time_limit": self.quiz.time_limit, "attempts": self.quiz.attempts}
        return {**head, "questions": [drafts.flat(uid.rpartition("/")[2], content, marks) for uid, content, marks in self.questions]}


def quiz_desk(slug: str, lock: bool = False) -> QuizDesk:
    """The quiz of a case for an author; with `lock` nobody else saves it until the transaction ends. Raises NotFound."""
    piece = cases.queries.drafts.workpiece(slug, lock)
    document = cases.queries.drafts.revision_document(piece.case.id, piece.case.revision) if piece.case.revision else piece.document
    quiz = quiz_of_case(slug)
    return QuizDesk(piece.case, document, quiz, bank_with_names(quiz.id) if quiz else [])


def question_by_uid(uid: str) -> Question | None:
    """The question with this name."""
    return db.session.scalar(select(Question).where(Question.uid == uid))


def revision_digest(question: Question) -> str | None:
    """The digest of the revision that stands."""
    return db.session.scalar(select(QuestionRevision.digest).where(QuestionRevision.question_id == question.id, QuestionRevision.number == question.revision))


def lock_quiz(slug: str) -> Quiz:
    """The quiz, held as it is until the transaction ends, so that what an attempt freezes belongs together. Raises NotFound."""
    quiz = db.session.scalar(select(Quiz).where(Quiz.slug == slug).with_for_update(read=True))
    if quiz is None:
        raise NotFound()
    return quiz


def bank_of(quiz_id: int) -> list[tuple[int, Content, int]]:
    """The questions of a quiz in order as they stand: id of the revision, content, marks."""
    rows = db.session.execute(
        select(QuestionRevision.id, QuestionRevision.content, QuizQuestion.marks)
        .join(Question, Question.id == QuizQuestion.question_id)
        .join(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .where(QuizQuestion.quiz_id == quiz_id)
        .order_by(QuizQuestion.position)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def bank_with_names(quiz_id: int) -> list[tuple[str, Content, int]]:
    """The questions of a quiz in order as they stand: name, content, marks."""
    rows = db.session.execute(
        select(Question.uid, QuestionRevision.content, QuizQuestion.marks)
        .join(Question, Question.id == QuizQuestion.question_id)
        .join(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .where(QuizQuestion.quiz_id == quiz_id)
        .order_by(QuizQuestion.position)
    )
    return [(row[0], row[1], row[2]) for row in rows]


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

    @property
    def asked(self) -> dict[str, Any]:
        return rules.asked(self.content, self.order)

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
        )
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.number)
    ).all()
    return [
        AskedQuestion(number, marks, content, order, response or [], seq or 0, saved_at, Fraction(earned) if earned else None)
        for number, marks, content, order, response, seq, saved_at, earned in rows
    ]


@dataclass(frozen=True)
class Slot:
    """Where an answer goes: the attempt's state and what the question accepts."""

    state: str
    ends_at: dt.datetime
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
    late = select(Attempt).where(literal_column("attempt.state = 'open'"), Attempt.ends_at < now - rules.GRACE)
    return list(db.session.scalars(late.order_by(Attempt.ends_at).limit(most)))
