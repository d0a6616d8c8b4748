"""Tables of the question bank."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from core.languages import said

SLUG = String(80)
TITLE = String(200)
TAG_MAX = 60


class Category(Model):
    """A place in the tree by which authors keep their questions. `path` is the ids from the root, "/1/7/"."""

    __tablename__ = "question_category"
    __table_args__ = (UniqueConstraint("parent_id", "name_en", "name_zh"), Index("ix_question_category_path", "path"))

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("question_category.id"))
    name_en: Mapped[str] = mapped_column(TITLE)
    name_zh: Mapped[str] = mapped_column(TITLE)
    path: Mapped[str] = mapped_column(String(200))

    def name(self, language: str) -> str:
        return str(said({"en": self.name_en, "zh": self.name_zh}, language))


class Question(Model):
    """A question of the bank and where it is kept. `revision` is the one that stands; `uid` names it in files.

    `kind` and `words` repeat what the standing revision says, to be searched. A retired question is asked by no new attempt. `case_slug`
    is the case it belongs to; that its content names a part of. `stem` is a digest of its text, to find another that asks the same;
    `missing` names the languages in which something is not said that is said in the other.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),
        Index("ix_question_category_id", "category_id"),
        Index("ix_question_case_slug", "case_slug"),
        Index("ix_question_changed_at_id", "changed_at", "id"),
        Index("ix_question_retired_changed_at_id", "retired", "changed_at", "id"),
        Index("ix_question_stem", "stem"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(170), unique=True)
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(TITLE, default="")
    words: Mapped[str] = mapped_column(Text, default="")
    stem: Mapped[str] = mapped_column(String(32), default="")
    missing: Mapped[str] = mapped_column(String(8), default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("question_category.id"))
    cause: Mapped[str | None] = mapped_column(SLUG)
    case_slug: Mapped[str | None] = mapped_column(SLUG)
    difficulty: Mapped[int | None]
    retired: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[dt.datetime | None]


class QuestionTag(Model):
    """A word that authors find a question by."""

    __tablename__ = "question_tag"
    __table_args__ = (Index("ix_question_tag_tag", "tag"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(TAG_MAX), primary_key=True)


class QuestionRevision(Model):
    """What a question said at one time; never changed once written. For the content see rules/questions.py."""

    __tablename__ = "question_revision"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BankEdit(Model):
    """A change of many questions at once, kept for a while so that it can be undone.

    `before` is what it changed: for a column pairs of the old value and the ids that had it, for a tag the ids.
    """

    __tablename__ = "bank_edit"
    __table_args__ = (Index("ix_bank_edit_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    field: Mapped[str] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(SLUG)
    before: Mapped[list[Any]] = mapped_column(JSON)
    questions: Mapped[int]
    made_at: Mapped[dt.datetime]
    undone: Mapped[bool] = mapped_column(default=False)
