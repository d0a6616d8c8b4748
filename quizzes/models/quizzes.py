"""Tables of quizzes."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from core.languages import said
from quizzes.models.bank import SLUG, TITLE


class Quiz(Model):
    """A quiz: that of a case, with the case's slug; one of its own; or the practice of what somebody got wrong.

    What the columns say holds for attempts that start from now on; `revision` counts what was published. A draft is what an author is
    writing (see rules/plan.py), `saves` counts its saves. `loaded_digest` is what files last made of a quiz; where `digest` is another,
    it was edited here.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint("pass_mark BETWEEN 1 AND 100", name="pass_mark"),
        CheckConstraint("(time_limit IS NULL OR time_limit > 0) AND (attempts IS NULL OR attempts > 0)", name="limits"),
        CheckConstraint("purpose IN ('case', 'own', 'mistakes')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(SLUG, unique=True)
    purpose: Mapped[str] = mapped_column(String(10), default="case")
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str | None] = mapped_column(SLUG)
    revision: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    loaded_digest: Mapped[str | None] = mapped_column(String(64))
    pass_mark: Mapped[int]
    time_limit: Mapped[int | None]
    attempts: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    published: Mapped[bool] = mapped_column(default=True)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    saves: Mapped[int] = mapped_column(default=0)

    def title(self, language: str) -> str:
        return str(said({"en": self.title_en, "zh": self.title_zh}, language))


class QuizSlot(Model):
    """A place in a published quiz: a question, or a draw {category, tags, cause, difficulty, count} of questions that are alike."""

    __tablename__ = "quiz_slot"
    __table_args__ = (
        UniqueConstraint("quiz_id", "question_id"),
        Index("ix_quiz_slot_question_id", "question_id"),
        CheckConstraint("(question_id IS NULL) = (draw IS NOT NULL)", name="question_or_draw"),
    )

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    draw: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    marks: Mapped[int]
    section: Mapped[int] = mapped_column(default=0)


class QuizOverride(Model):
    """What holds for one person, or a department and those below it, instead of what the quiz says; empty where it says nothing."""

    __tablename__ = "quiz_override"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id"),
        UniqueConstraint("quiz_id", "department_id"),
        CheckConstraint("(person_id IS NULL) = (department_id IS NOT NULL)", name="person_or_department"),
        CheckConstraint("extra_minutes >= 0 AND extra_attempts >= 0", name="more_not_less"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    extra_minutes: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    granted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[dt.datetime]
