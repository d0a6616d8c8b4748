"""Tables of causes, cases, their revisions and texts, and of what readers did in them."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, column, table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from cases.near_misses import PLACE_MAX
from cases.rules import SLUG_MAX
from core.db import Model


class Cause(Model):
    """A cause of accidents; a company may hang its own below one."""

    __tablename__ = "cause"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cause.id"))
    position: Mapped[int]
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    meaning_en: Mapped[str] = mapped_column(String(300))
    meaning_zh: Mapped[str] = mapped_column(String(300))


class Term(Model):
    """The name of an industry or a country."""

    __tablename__ = "term"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))


class Case(Model):
    """One accident: what lists and filters need. The content is in its revision, or in its draft. Unknown figures are NULL, never 0.

    Revision 0 was never published; a case with a later one that is not published is retired. `questions` is the length of
    its quiz, 0 without one; the package that knows quizzes keeps it. `loaded_digest` is what files last made of it.
    """

    __tablename__ = "accident_case"
    __table_args__ = (Index("ix_accident_case_published", "published", "cause_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("cause.id"))
    industry: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(40))
    occurred: Mapped[str] = mapped_column(String(10))
    year: Mapped[int | None]
    deaths: Mapped[int | None]
    injuries: Mapped[int | None]
    minutes: Mapped[int]
    films: Mapped[int]
    questions: Mapped[int] = mapped_column(default=0)
    published: Mapped[bool]
    revision: Mapped[int]
    loaded_digest: Mapped[str | None] = mapped_column(String(64))


class CaseRevision(Model):
    """The content of a case as it stood; never changed once written."""

    __tablename__ = "case_revision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CaseDraft(Model):
    """What authors are making of a case; `base` is the revision they began with. Gone once it is published."""

    __tablename__ = "case_draft"

    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"), primary_key=True)
    base: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[dt.datetime] = mapped_column(index=True)
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class KeptText(Model):
    """A part of a draft that was not saved because somebody else had saved first, or that was removed: kept until it is taken back or thrown away."""

    __tablename__ = "kept_text"
    __table_args__ = (CheckConstraint("reason IN ('refused', 'removed')", name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(10))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[dt.datetime]


class CaseText(Model):
    """What a list shows of a case in one language, and what a hit may quote: what everybody may read, and what a decision opens."""

    __tablename__ = "case_text"

    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(Text)
    open_text: Mapped[str] = mapped_column(Text)
    hidden_text: Mapped[str] = mapped_column(Text)


class CaseCode(Model):
    """A substance of a case, or a further cause of it ("also")."""

    __tablename__ = "case_code"
    __table_args__ = (Index("ix_case_code_kind_code", "kind", "code"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(SLUG_MAX), primary_key=True)


# The full-text index: the tokens that words.py makes of a case, in an FTS5 table on SQLite and a tsvector on PostgreSQL.
# No model can say either, so its migration makes it.
FTS5_INDEX = table("case_index", column("rowid", Integer), *(column(name, Text) for name in ("title", "tags", "lead", "body", "forms")))
TSVECTOR_INDEX = table("case_index", column("case_id", Integer), column("tokens", TSVECTOR))


class Choice(Model):
    """What a reader chose at a decision point, before the outcome was shown; the first choice stands."""

    __tablename__ = "choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(SLUG_MAX), primary_key=True)
    choice: Mapped[str] = mapped_column(String(SLUG_MAX))
    revision: Mapped[int]
    chosen_at: Mapped[dt.datetime]


class Reading(Model):
    """That a person opened a case, and when they last marked it as studied, in which revision."""

    __tablename__ = "reading"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"), primary_key=True)
    opened_at: Mapped[dt.datetime]
    studied_at: Mapped[dt.datetime | None]
    studied_revision: Mapped[int | None]


class NearMiss(Model):
    """Something that nearly went wrong, as an employee sent it in. The sender is kept so as to answer them; no author's page shows who it was.

    `token` is one of the form, so that sending twice is sending once. What became of it follows from `case_id` and `put_aside`.
    """

    __tablename__ = "near_miss"
    __table_args__ = (
        UniqueConstraint("person_id", "token"),
        UniqueConstraint("case_id"),
        Index("ix_near_miss_person_id_sent_at", "person_id", "sent_at"),
        CheckConstraint("NOT (put_aside AND case_id IS NOT NULL)", name="one_end"),
        CheckConstraint("answer = '' OR answered_at IS NOT NULL", name="answer_has_its_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token: Mapped[str] = mapped_column(String(32))
    happened: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(PLACE_MAX))
    outcome: Mapped[str] = mapped_column(Text)
    photo: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[dt.datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("accident_case.id"))
    put_aside: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[dt.datetime | None]
