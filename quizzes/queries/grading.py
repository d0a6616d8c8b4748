"""Reads of answers that a person has to mark: without names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, func, select, tuple_

from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from people.models import Person
from quizzes.access import markable_by
from quizzes.models.attempts import Answer, AnswerTry, Attempt, AttemptQuestion, MarkChange
from quizzes.models.bank import Question, QuestionRevision
from quizzes.rules.attempts import AttemptState
from quizzes.rules.grading import Change
from quizzes.rules.questions import Content, QuestionKind

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A question with answers that wait for a mark."""

    question_id: int
    uid: str
    content: Content
    answers: int
    oldest: dt.datetime


def queue(marker: SignedIn) -> list[Waiting]:
    """The questions with answers that wait, that with the oldest answer first."""
    waits = (
        select(QuestionRevision.question_id, func.count().label("answers"), func.min(Attempt.submitted_at).label("oldest"))
        .select_from(Attempt)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .where(Attempt.state == AttemptState.MARKING, AttemptQuestion.earned.is_(None), AttemptQuestion.kind == QuestionKind.ESSAY, markable_by(marker))
        .group_by(QuestionRevision.question_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Question.id, Question.uid, QuestionRevision.content, waits.c.answers, waits.c.oldest)
        .join(waits, waits.c.question_id == Question.id)
        .join(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .order_by(waits.c.oldest, Question.id)
    )
    return [Waiting(*row) for row in rows]


@dataclass(frozen=True)
class Script:
    """One answer to mark, or marked: whose it is, nobody is told. `attempt_id` is the number it goes by."""

    attempt_id: int
    number: int
    marks: int
    content: Content
    response: list[str]
    earned: str | None
    submitted_at: dt.datetime

    @property
    def given(self) -> Fraction | None:
        return Fraction(self.earned) if self.earned is not None else None


@dataclass(frozen=True)
class Desk:
    """A question whose answers are marked one after the other: the one to mark now, and how many wait in all."""

    question_id: int
    uid: str
    script: Script | None
    waiting: int


def _scripts(marker: SignedIn) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AttemptQuestion.attempt_id,
            AttemptQuestion.number,
            AttemptQuestion.marks,
            QuestionRevision.content,
            Answer.response,
            AttemptQuestion.earned,
            Attempt.submitted_at,
        )
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .join(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.kind == QuestionKind.ESSAY, markable_by(marker))
    )


def desk(marker: SignedIn, question_id: int, after: int | None = None) -> Desk:
    """The oldest answer to a question that waits, or the next one after that of an attempt. Raises NotFound for no such question."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise NotFound()
    here = [QuestionRevision.question_id == question_id, Attempt.state == AttemptState.MARKING, AttemptQuestion.earned.is_(None)]
    waiting = db.session.scalar(select(func.count()).select_from(_scripts(marker).where(*here).subquery())) or 0
    following = here
    if after is not None:
        last = select(Attempt.submitted_at, Attempt.id).where(Attempt.id == after)
        following = [*here, tuple_(Attempt.submitted_at, Attempt.id) > last.scalar_subquery()]
    found = db.session.execute(_scripts(marker).where(*following).order_by(Attempt.submitted_at, Attempt.id, AttemptQuestion.number).limit(1)).first()
    return Desk(question.id, question.uid, Script(*found) if found else None, waiting)


def script(marker: SignedIn, question_id: int, attempt_id: int, number: int) -> Script:
    """One answer to a question that a person marks. Raises NotFound."""
    one = _scripts(marker).where(QuestionRevision.question_id == question_id, AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.number == number)
    found = db.session.execute(one.where(Attempt.state != AttemptState.OPEN)).first()
    if found is None:
        raise NotFound()
    return Script(*found)


@dataclass(frozen=True)
class MarkedScript:
    """An answer that a person has marked, with what was written to the learner and who marked it last."""

    attempt_id: int
    number: int
    marks: int
    response: list[str]
    earned: str
    reason: str
    marker: str
    changed_at: dt.datetime

    @property
    def given(self) -> Fraction:
        return Fraction(self.earned)


def marked_scripts(marker: SignedIn, question_id: int, language: str, before: int | None = None) -> tuple[list[MarkedScript], int | None]:
    """Answers to a question that were marked, newest mark first, and where the next page begins."""
    last = (
        select(MarkChange.attempt_id, MarkChange.number, func.max(MarkChange.id).label("id"))
        .join(AttemptQuestion, and_(AttemptQuestion.attempt_id == MarkChange.attempt_id, AttemptQuestion.number == MarkChange.number))
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .where(QuestionRevision.question_id == question_id, AttemptQuestion.kind == QuestionKind.ESSAY, MarkChange.action != Change.REOPEN)
        .group_by(MarkChange.attempt_id, MarkChange.number)
        .subquery()
    )
    rows: Select[*tuple[Any, ...]] = (
        select(
            MarkChange.id,
            AttemptQuestion.attempt_id,
            AttemptQuestion.number,
            AttemptQuestion.marks,
            Answer.response,
            AttemptQuestion.earned,
            MarkChange.reason,
            Person.name_zh if language == "zh" else Person.name_en,
            MarkChange.changed_at,
        )
        .join(last, last.c.id == MarkChange.id)
        .join(AttemptQuestion, and_(AttemptQuestion.attempt_id == MarkChange.attempt_id, AttemptQuestion.number == MarkChange.number))
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .join(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .join(Person, Person.id == MarkChange.changed_by)
        .where(AttemptQuestion.earned.is_not(None), Attempt.state != AttemptState.OPEN, markable_by(marker))
        .order_by(MarkChange.id.desc())
    )
    found = db.session.execute((rows.where(MarkChange.id < before) if before else rows).limit(PAGE + 1)).all()
    lines = [MarkedScript(*list(row)[1:]) for row in found[:PAGE]]
    return lines, found[PAGE - 1][0] if len(found) > PAGE else None


def lock_to_mark(marker: SignedIn, attempt_id: int) -> Attempt:
    """An attempt that ended, held until the transaction ends, so that of two markers the second sees what the first did. Raises NotFound."""
    held = select(Attempt).where(Attempt.id == attempt_id, Attempt.state != AttemptState.OPEN, markable_by(marker))
    attempt = db.session.scalar(held.with_for_update().execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound()
    return attempt


def marks_of(attempt_ids: Sequence[int]) -> dict[int, dict[int, tuple[Fraction | None, int]]]:
    """By attempt and number, what each question that is answered has earned of how many marks; None where a person has to mark it."""
    rows = select(AttemptQuestion.attempt_id, AttemptQuestion.number, AttemptQuestion.earned, AttemptQuestion.marks)
    rows = rows.where(AttemptQuestion.kind != QuestionKind.INFORMATION)
    found: dict[int, dict[int, tuple[Fraction | None, int]]] = {}
    for attempt_id, number, earned, marks in db.session.execute(rows.where(AttemptQuestion.attempt_id.in_(attempt_ids))):
        found.setdefault(attempt_id, {})[number] = (None if earned is None else Fraction(earned), marks)
    return found


def numbers_kept(attempt_id: int) -> set[int]:
    """The questions whose marks stay when an attempt is opened again: checked in practice, or given in full to all since they were faulty."""
    given = (
        select(AttemptQuestion.number, AttemptQuestion.earned, AttemptQuestion.marks)
        .join(MarkChange, and_(MarkChange.attempt_id == AttemptQuestion.attempt_id, MarkChange.number == AttemptQuestion.number))
        .where(MarkChange.attempt_id == attempt_id, MarkChange.action == Change.REGRADE, MarkChange.revision_before == MarkChange.revision_after)
        .where(MarkChange.after == AttemptQuestion.earned)
    )
    full = {number for number, earned, marks in db.session.execute(given) if earned == str(marks)}
    return full.union(db.session.scalars(select(AnswerTry.number).where(AnswerTry.attempt_id == attempt_id)))
