"""Reads of what people changed about marks and attempts."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from core.db import db, fetch
from people.models import Person
from quizzes.models.attempts import MarkChange
from quizzes.models.bank import QuestionRevision
from quizzes.rules.grading import Change
from quizzes.rules.questions import Content


@dataclass(frozen=True)
class Made:
    """What was done to an attempt: the kinds of changes, from when to when it lay closed before it was opened again, and what those who
    marked it wrote for the learner, by question, oldest first.
    """

    actions: frozenset[str]
    reopened: list[tuple[dt.datetime, dt.datetime]]
    comments: dict[int, list[str]]


_MADE = (
    select(MarkChange.action, MarkChange.number, MarkChange.before, MarkChange.reason, MarkChange.changed_at)
    .where(MarkChange.attempt_id == bindparam("attempt_id"))
    .order_by(MarkChange.id)
)


def of_whole_attempt(attempt_id: int) -> Made:
    """What was done to an attempt so far."""
    rows = fetch(_MADE, attempt_id=attempt_id)
    spans = [(dt.datetime.fromisoformat(before), changed_at) for action, _number, before, _reason, changed_at in rows if action == Change.REOPEN]
    comments: dict[int, list[str]] = {}
    for _action, number, _before, reason, _at in rows:
        if number is not None and reason:
            comments.setdefault(number, []).append(reason)
    return Made(frozenset(row[0] for row in rows), spans, comments)


@dataclass(frozen=True)
class ChangeLine:
    """A change as a history shows it. `number` is that of the question, empty for the whole attempt."""

    number: int | None
    action: str
    before: str | None
    after: str | None
    revision_before: int | None
    revision_after: int | None
    reason: str
    by_en: str
    by_zh: str
    changed_at: dt.datetime

    def by(self, language: str) -> str:
        return self.by_zh if language == "zh" else self.by_en

    @property
    def marks(self) -> tuple[Fraction | None, Fraction | None]:
        """Marks before and after, of a change of marks."""
        if self.action == Change.REOPEN:
            return None, None
        return Fraction(self.before) if self.before else None, Fraction(self.after) if self.after else None


def history(attempt_id: int) -> list[ChangeLine]:
    """Every change of an attempt, oldest first, with who made it. Revisions are told by their numbers."""
    old, new = aliased(QuestionRevision), aliased(QuestionRevision)
    lines: Select[*tuple[Any, ...]] = (
        select(
            MarkChange.number,
            MarkChange.action,
            MarkChange.before,
            MarkChange.after,
            old.number,
            new.number,
            MarkChange.reason,
            Person.name_en,
            Person.name_zh,
            MarkChange.changed_at,
        )
        .join(Person, Person.id == MarkChange.changed_by)
        .outerjoin(old, old.id == MarkChange.revision_before)
        .outerjoin(new, new.id == MarkChange.revision_after)
        .where(MarkChange.attempt_id == attempt_id)
        .order_by(MarkChange.id)
    )
    return [ChangeLine(*row) for row in db.session.execute(lines)]


def first_asked(attempt_id: int) -> dict[int, Content]:
    """By number, what the questions of an attempt said that were marked by a later revision since."""
    rows = (
        select(MarkChange.number, QuestionRevision.content)
        .join(QuestionRevision, QuestionRevision.id == MarkChange.revision_before)
        .where(MarkChange.attempt_id == attempt_id)
        .order_by(MarkChange.id.desc())
    )
    return {number or 0: content for number, content in db.session.execute(rows)}
