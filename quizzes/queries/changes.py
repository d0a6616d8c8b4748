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


@dataclass(frozen=True)
class Made:
    """What was done to an attempt: the kinds of changes, and from when to when it lay closed before it was opened again."""

    actions: frozenset[str]
    reopened: list[tuple[dt.datetime, dt.datetime]]


_MADE = select(MarkChange.action, MarkChange.before, MarkChange.changed_at).where(MarkChange.attempt_id == bindparam("attempt_id"))


def of_whole_attempt(attempt_id: int) -> Made:
    """What was done to an attempt so far."""
    rows = fetch(_MADE, attempt_id=attempt_id)
    spans = [(dt.datetime.fromisoformat(before), changed_at) for action, before, changed_at in rows if action == Change.REOPEN]
    return Made(frozenset(action for action, _before, _at in rows), spans)


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


def comments_on(attempt_id: int) -> dict[int, list[str]]:
    """What those who marked an attempt wrote for the learner, by question, oldest first."""
    found: dict[int, list[str]] = {}
    rows = select(MarkChange.number, MarkChange.reason).where(MarkChange.attempt_id == attempt_id, MarkChange.number.is_not(None), MarkChange.reason != "")
    for number, reason in db.session.execute(rows.order_by(MarkChange.id)):
        found.setdefault(number or 0, []).append(reason)
    return found
