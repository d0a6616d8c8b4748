"""Tables of attempts and answers."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from quizzes.models.bank import SLUG, TITLE


class Attempt(Model):
    """One person's try at a quiz, with everything that counts frozen at its start. At most one is open at a time.

    `ends_at` is the deadline with what was granted to this person, empty where there is none. `reached` is the last question shown, where
    one goes forward only.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id", "number"),
        Index(
            "uq_attempt_one_open",
            "quiz_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_person_id", "person_id"),
        Index("ix_attempt_marking", "submitted_at", sqlite_where=text("state = 'marking'"), postgresql_where=text("state = 'marking'")),
        Index("ix_attempt_open_until", "ends_at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="open_or_submitted"),
        CheckConstraint("(state IN ('open', 'marking')) = (score IS NULL)", name="open_or_scored"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(SLUG)
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str | None] = mapped_column(SLUG)
    quiz_revision: Mapped[int]
    pass_mark: Mapped[int]
    time_limit: Mapped[int | None]
    attempts_allowed: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    started_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    reached: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[dt.datetime | None]
    score: Mapped[int | None]
    passed: Mapped[bool | None]

    def seconds_left(self, now: dt.datetime) -> int | None:
        return None if self.ends_at is None else max(0, int((self.ends_at - now).total_seconds()))

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


class AttemptQuestion(Model):
    """A question as an attempt asks it: which revision, what it offers in which order, for how many marks.

    `earned` is written when the attempt is marked, as an exact fraction such as 1/2; empty while a person has to mark it. Whoever changes
    it later leaves a MarkChange.
    """

    __tablename__ = "attempt_question"
    __table_args__ = (Index("ix_attempt_question_question_revision_id", "question_revision_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    option_order: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(12))
    marks: Mapped[int]
    section: Mapped[int] = mapped_column(default=0)
    earned: Mapped[str | None] = mapped_column(String(60))


class Answer(Model):
    """The last answer given to a question of an attempt. `seq` is counted by the learner's devices: the highest wins."""

    __tablename__ = "answer"
    __table_args__ = (
        ForeignKeyConstraint(["attempt_id", "number"], ["attempt_question.attempt_id", "attempt_question.number"]),
        CheckConstraint("certainty BETWEEN 1 AND 3", name="certainty"),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    certainty: Mapped[int | None]
    seq: Mapped[int]
    device: Mapped[str | None] = mapped_column(String(16))
    saved_at: Mapped[dt.datetime]


class AnswerTry(Model):
    """One checked try at a question in practice: what was answered and the share it earned before any penalty."""

    __tablename__ = "answer_try"
    __table_args__ = (ForeignKeyConstraint(["attempt_id", "number"], ["attempt_question.attempt_id", "attempt_question.number"]),)

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int]
    credit: Mapped[str] = mapped_column(String(60))
    checked_at: Mapped[dt.datetime]


class MarkChange(Model):
    """A mark that a person gave or changed, or an attempt that was opened again; append-only. `number` is empty where it is the whole attempt."""

    __tablename__ = "mark_change"
    __table_args__ = (
        Index("ix_mark_change_attempt_id", "attempt_id"),
        CheckConstraint("action IN ('manual', 'regrade', 'reopen')", name="action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(String(60))
    after: Mapped[str | None] = mapped_column(String(60))
    revision_before: Mapped[int | None] = mapped_column(ForeignKey("question_revision.id"))
    revision_after: Mapped[int | None] = mapped_column(ForeignKey("question_revision.id"))
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[dt.datetime]
