"""Tables of the question bank, quizzes, attempts and answers."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model

SLUG = String(80)
TITLE = String(200)


class Question(Model):
    """A question of the bank, named by its quiz's slug and its id there. `revision` is the one that stands."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(170), unique=True)
    revision: Mapped[int]


class QuestionRevision(Model):
    """What a question said at one time; never changed once written. For the content see rules.py."""

    __tablename__ = "question_revision"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]


class Quiz(Model):
    """The quiz of a case, with the case's slug. Its figures hold for attempts that start from now on.

    `loaded_digest` is what files last made of it; where `digest` is another, it was edited here.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint("pass_mark BETWEEN 1 AND 100", name="pass_mark"),
        CheckConstraint("time_limit > 0 AND attempts > 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(SLUG, unique=True)
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str] = mapped_column(SLUG)
    revision: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    loaded_digest: Mapped[str | None] = mapped_column(String(64))
    pass_mark: Mapped[int]
    time_limit: Mapped[int]
    attempts: Mapped[int]


class QuizQuestion(Model):
    """A question's place in a quiz."""

    __tablename__ = "quiz_question"
    __table_args__ = (UniqueConstraint("quiz_id", "position"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    position: Mapped[int]
    marks: Mapped[int]


class Attempt(Model):
    """One person's try at a quiz, with everything that counts frozen at its start. At most one is open at a time."""

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
        Index("ix_attempt_open_until", "ends_at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="open_or_submitted"),
        CheckConstraint("(state = 'open') = (score IS NULL)", name="open_or_scored"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(SLUG)
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str] = mapped_column(SLUG)
    quiz_revision: Mapped[int]
    pass_mark: Mapped[int]
    time_limit: Mapped[int]
    attempts_allowed: Mapped[int]
    started_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    score: Mapped[int | None]
    passed: Mapped[bool | None]

    def seconds_left(self, now: dt.datetime) -> int:
        return max(0, int((self.ends_at - now).total_seconds()))

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


class AttemptQuestion(Model):
    """A question as an attempt asks it: which revision, its options in which order, for how many marks.

    `earned` is written once, when the attempt is marked, as an exact fraction such as 1/2.
    """

    __tablename__ = "attempt_question"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    option_order: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(12))
    marks: Mapped[int]
    earned: Mapped[str | None] = mapped_column(String(20))


class Answer(Model):
    """The last answer given to a question of an attempt. `seq` is counted by the learner's devices: the highest wins."""

    __tablename__ = "answer"
    __table_args__ = (ForeignKeyConstraint(["attempt_id", "number"], ["attempt_question.attempt_id", "attempt_question.number"]),)

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int]
    saved_at: Mapped[dt.datetime]
