"""Causes, terms, and cases as lists show them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from cases.models import Case, CaseRevision, CaseText, Cause, Reading, Term
from cases.rules import Document
from core.db import db


@dataclass(frozen=True)
class CauseLine:
    """A cause as pages show it."""

    id: int
    slug: str
    name_en: str
    name_zh: str
    meaning_en: str
    meaning_zh: str
    parent_id: int | None = None

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en

    def meaning(self, language: str) -> str:
        return self.meaning_zh if language == "zh" else self.meaning_en


@dataclass(frozen=True)
class CaseLine:
    """A case as a list shows it, in the language asked for or, where that is missing, in the other. Of a draft much may be missing."""

    id: int
    slug: str
    cause_id: int
    cause: str
    occurred: str
    year: int
    deaths: int | None
    injuries: int | None
    minutes: int
    films: int
    industry: str
    title: str
    place: str
    lead: str
    opened_at: dt.datetime | None
    studied_at: dt.datetime | None


LINE = (
    Case.id,
    Case.slug,
    Case.cause_id,
    Cause.slug,
    Case.occurred,
    Case.year,
    Case.deaths,
    Case.injuries,
    Case.minutes,
    Case.films,
    Case.industry,
    CaseText.title,
    CaseText.place,
    CaseText.lead,
    Reading.opened_at,
    Reading.studied_at,
)


def causes() -> list[CauseLine]:
    """All causes in order."""
    columns = select(Cause.id, Cause.slug, Cause.name_en, Cause.name_zh, Cause.meaning_en, Cause.meaning_zh, Cause.parent_id)
    return [CauseLine(*row) for row in db.session.execute(columns.order_by(Cause.position))]


def lines(person_id: Any, language: Any) -> Select[*tuple[Any, ...]]:
    """All cases with what a list shows of them, and where this person stands in each."""
    return (
        select(*LINE)
        .select_from(Case)
        .outerjoin(Cause, Cause.id == Case.cause_id)
        .join(CaseText, and_(CaseText.case_id == Case.id, CaseText.language == language))
        .outerjoin(Reading, and_(Reading.case_id == Case.id, Reading.person_id == person_id))
    )


def lines_by_slug(slugs: list[str], person_id: int, language: str) -> dict[str, CaseLine]:
    """These published cases as a list shows them, in the order asked for."""
    rows = db.session.execute(lines(person_id, language).where(Case.published, Case.slug.in_(slugs)))
    found = {line.slug: line for line in (CaseLine(*row) for row in rows)}
    return {slug: found[slug] for slug in slugs if slug in found}


def term_names() -> dict[tuple[str, str], dict[str, str]]:
    """The names of all industries, countries and substances by kind and code."""
    rows = db.session.execute(select(Term.kind, Term.code, Term.name_en, Term.name_zh))
    return {(kind, code): {"en": name_en, "zh": name_zh} for kind, code, name_en, name_zh in rows}


def case_by_slug(slug: str) -> Case | None:
    """The case with this slug, published or not."""
    return db.session.scalar(select(Case).where(Case.slug == slug))


def revision_digest(case: Case) -> str | None:
    """The digest of the revision that stands."""
    return db.session.scalar(select(CaseRevision.digest).where(CaseRevision.case_id == case.id, CaseRevision.number == case.revision))


def cause_id(slug: str) -> int | None:
    """The id of a cause, or None where there is none of that name."""
    return db.session.scalar(select(Cause.id).where(Cause.slug == slug))


def causes_with_parents() -> list[Any]:
    """All causes in order, each with the slug of the one above it."""
    above = aliased(Cause)
    columns = select(Cause.slug, above.slug.label("parent"), Cause.name_en, Cause.name_zh, Cause.meaning_en, Cause.meaning_zh)
    return list(db.session.execute(columns.outerjoin(above, above.id == Cause.parent_id).order_by(Cause.position)))


def published_documents() -> Iterator[tuple[str, Document]]:
    """Every published case: its slug and what it says now, one at a time."""
    standing = and_(CaseRevision.case_id == Case.id, CaseRevision.number == Case.revision)
    for slug in db.session.scalars(select(Case.slug).where(Case.published).order_by(Case.slug)).all():
        yield slug, db.session.scalars(select(CaseRevision.document).join(Case, standing).where(Case.slug == slug)).one()
