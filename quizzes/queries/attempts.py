"""Reads of attempts and answers."""

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from sqlalchemy import and_, bindparam, literal_column, select

from core.db import db, fetch
from core.errors import NotFound
from people.access import SignedIn
from quizzes.access import READABLE, readable_by
from quizzes.models.attempts import Answer, AnswerTry, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.rules import questions as question_rules
from quizzes.rules.attempts import GRACE, is_late
from quizzes.rules.questions import Content
from quizzes.rules.settings import Behaviour, settings_from


def attempt_for(person: SignedIn, attempt_id: int) -> Attempt:
    """An attempt of the person's own. Raises NotFound."""
    attempt = db.session.scalar(select(Attempt).where(Attempt.id == attempt_id, readable_by(person)).execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound()
    return attempt


@dataclass(frozen=True)
class AskedQuestion:
    """A question in an attempt with the answer given so far. `asked` holds only what may be seen now.

    `place` is the number that people read: what is only read has none. `case_slug` is the case that teaches it. `tries` are the answers
    that were checked, in practice.
    """

    number: int
    marks: int
    content: Content
    order: list[str]
    response: list[str]
    seq: int
    saved_at: dt.datetime | None
    earned: Fraction | None
    certainty: int | None = None
    section: int = 0
    case_slug: str | None = None
    place: int = 0
    tries: tuple[AnswerTry, ...] = ()

    @property
    def kind(self) -> str:
        return str(self.content["kind"])

    @property
    def asked(self) -> dict[str, Any]:
        return question_rules.asked(self.content, self.order)

    @property
    def shown(self) -> list[str]:
        """The answer as a browser has it."""
        return question_rules.shown(self.kind, self.order, self.response)

    @property
    def counts(self) -> bool:
        """Whether there is something to answer."""
        return question_rules.takes_answer(self.kind)

    @property
    def credits(self) -> list[Fraction]:
        """What the checked tries earned before any penalty."""
        return [Fraction(one.credit) for one in self.tries]

    @property
    def is_right(self) -> bool:
        return self.earned == self.marks


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
            AttemptQuestion.section,
            Question.case_slug,
        )
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .join(Question, Question.id == QuestionRevision.question_id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.number)
    ).all()
    places = accumulate(int(question_rules.takes_answer(row[2]["kind"])) for row in rows)
    return [
        AskedQuestion(number, marks, content, order, response or [], seq or 0, saved_at, Fraction(earned) if earned else None, certainty, section, case, place)
        for (number, marks, content, order, response, seq, saved_at, earned, certainty, section, case), place in zip(rows, places, strict=True)
    ]


def asked_in(attempt: Attempt) -> list[AskedQuestion]:
    """The same with the tries that were checked, where the attempt is practice."""
    questions = questions_of(attempt.id)
    if settings_from(attempt.settings).behaviour != Behaviour.PRACTICE:
        return questions
    tries = tries_of(attempt.id)
    return [replace(question, tries=tuple(one for one in tries if one.number == question.number)) for question in questions]


def tries_of(attempt_id: int, number: int | None = None) -> list[AnswerTry]:
    """The checked tries of an attempt, or of one of its questions, in order."""
    found = select(AnswerTry).where(AnswerTry.attempt_id == attempt_id).order_by(AnswerTry.number, AnswerTry.place)
    return list(db.session.scalars(found if number is None else found.where(AnswerTry.number == number)))


def question_to_check(attempt_id: int, number: int) -> tuple[Content, int, Answer | None]:
    """What checking an answer needs: the question, its marks and the answer that is stored."""
    found = db.session.execute(
        select(QuestionRevision.content, AttemptQuestion.marks, Answer)
        .join(AttemptQuestion, AttemptQuestion.question_revision_id == QuestionRevision.id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.number == number)
        .execution_options(populate_existing=True)
    ).one()
    return found[0], found[1], found[2]


@dataclass(frozen=True)
class Slot:
    """Where an answer goes: the attempt's state and what the question accepts. One that has earned something already is settled."""

    state: str
    ends_at: dt.datetime | None
    kind: str
    order: list[str]
    settings: dict[str, Any]
    reached: int
    earned: str | None


_SLOT = (
    select(
        Attempt.state,
        Attempt.ends_at,
        AttemptQuestion.kind,
        AttemptQuestion.option_order,
        Attempt.settings,
        Attempt.reached,
        AttemptQuestion.earned,
    )
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
    """Open attempts whose time, with its grace, is over. The grace is a setting of each: those within it are read, and left out."""
    over = select(Attempt.id, Attempt.ends_at, Attempt.settings["grace"].as_integer()).where(literal_column("attempt.state = 'open'"))
    rows = db.session.execute(over.where(Attempt.ends_at < now - GRACE).order_by(Attempt.ends_at)).all()
    late = [row[0] for row in rows if is_late(row[1], now, row[2] or 0)][:most]
    return list(db.session.scalars(select(Attempt).where(Attempt.id.in_(late)).order_by(Attempt.ends_at))) if late else []
