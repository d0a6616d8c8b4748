"""Causes, terms, and the library of published cases."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from cases.models import Case, CaseRevision, CaseText, Cause, Reading, Term
from cases.rules import Document, search_terms
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

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en

    def meaning(self, language: str) -> str:
        return self.meaning_zh if language == "zh" else self.meaning_en


@dataclass(frozen=True)
class CaseLine:
    """A case as a list shows it, in the language asked for or, where that is missing, in the other."""

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


@dataclass(frozen=True)
class Filters:
    """What the reader asked the library for; empty means all."""

    q: str = ""
    cause: str = ""
    industry: str = ""
    country: str = ""
    year: str = ""

    @property
    def count(self) -> int:
        """How many filters are on, the search aside."""
        return sum(bool(value) for value in (self.cause, self.industry, self.country, self.year))


@dataclass(frozen=True)
class Library:
    """The library page: causes in order with their matching cases, and what the filters offer."""

    causes: list[CauseLine]
    cases: dict[int, list[CaseLine]]
    total: int
    industries: list[tuple[str, str]]
    countries: list[tuple[str, str]]
    years: list[int]

    @property
    def found(self) -> int:
        return sum(len(lines) for lines in self.cases.values())


_LINE = (
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
    columns = select(Cause.id, Cause.slug, Cause.name_en, Cause.name_zh, Cause.meaning_en, Cause.meaning_zh)
    return [CauseLine(*row) for row in db.session.execute(columns.order_by(Cause.position))]


def published_lines(person_id: int, language: str) -> Select[*tuple[Any, ...]]:
    """The published cases with what a list shows of them, and where this person stands in each."""
    return (
        select(*_LINE)
        .join(Cause, Cause.id == Case.cause_id)
        .join(CaseText, and_(CaseText.case_id == Case.id, CaseText.language == language))
        .outerjoin(Reading, and_(Reading.case_id == Case.id, Reading.person_id == person_id))
        .where(Case.published)
    )


def library(filters: Filters, person_id: int, language: str) -> Library:
    """The published cases that match, newest first within their cause. Four statements, however many cases."""
    name = Term.name_zh if language == "zh" else Term.name_en
    matches = published_lines(person_id, language)
    for term in search_terms(filters.q):
        # Both languages are searched, whichever is shown: a worker types the word they know.
        found = select(CaseText.case_id).where(CaseText.search.contains(term, autoescape=True))
        matches = matches.where(Case.id.in_(found))
    if filters.cause:
        matches = matches.where(or_(Cause.slug == filters.cause, Cause.parent_id.in_(select(Cause.id).where(Cause.slug == filters.cause))))
    if filters.industry:
        matches = matches.where(Case.industry == filters.industry)
    if filters.country:
        matches = matches.where(Case.country == filters.country)
    if filters.year.isdecimal():
        matches = matches.where(Case.year == int(filters.year))
    grouped: dict[int, list[CaseLine]] = {}
    for row in db.session.execute(matches.order_by(Case.occurred.desc(), Case.id)):
        grouped.setdefault(row.cause_id, []).append(CaseLine(*row))
    published = db.session.execute(select(Case.industry, Case.country, Case.year).where(Case.published)).all()
    names = {(kind, code): text for kind, code, text in db.session.execute(select(Term.kind, Term.code, name))}
    return Library(
        causes(),
        grouped,
        len(published),
        sorted({(row.industry, names.get(("industry", row.industry), row.industry)) for row in published}, key=lambda pair: pair[1]),
        sorted({(row.country, names.get(("country", row.country), row.country)) for row in published}, key=lambda pair: pair[1]),
        sorted({row.year for row in published}, reverse=True),
    )


def lines_by_slug(slugs: list[str], person_id: int, language: str) -> dict[str, CaseLine]:
    """These cases as a list shows them, in the order asked for."""
    rows = db.session.execute(published_lines(person_id, language).where(Case.slug.in_(slugs)))
    found = {line.slug: line for line in (CaseLine(*row) for row in rows)}
    return {slug: found[slug] for slug in slugs if slug in found}


def term_names() -> dict[tuple[str, str], dict[str, str]]:
    """The names of all industries and countries by kind and code."""
    rows = db.session.execute(select(Term.kind, Term.code, Term.name_en, Term.name_zh))
    return {(kind, code): {"en": name_en, "zh": name_zh} for kind, code, name_en, name_zh in rows}


def case_by_slug(slug: str) -> Case | None:
    """The case with this slug, published or not."""
    return db.session.scalar(select(Case).where(Case.slug == slug))


def all_cases() -> dict[str, Case]:
    """Every case by slug."""
    return {case.slug: case for case in db.session.scalars(select(Case))}


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
