"""Terms, and the cases that are published."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from cases import drafts
from cases.actions.index import index_case
from cases.casebook import CaseFile, Terms
from cases.models import Case, CaseRevision, Cause, Term
from cases.queries import library as queries
from core.db import db, insert
from core.errors import Invalid
from core.languages import LANGUAGES


def digest_of(value: Any) -> str:
    """A digest that is the same for the same content, whatever the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def load_terms(terms: Terms) -> None:
    """Make causes, industries and countries what the file says; causes that cases use are never removed."""
    ids: dict[str, int] = {cause.slug: cause.id for cause in queries.causes()}
    for position, (slug, cause) in enumerate(terms.causes.items()):
        values = {
            "parent_id": ids.get(cause["parent"] or ""),
            "position": position,
            **{f"{key}_{language}": cause[key][language] for key in ("name", "meaning") for language in LANGUAGES},
        }
        statement = insert(Cause).values(slug=slug, **values).on_conflict_do_update(index_elements=["slug"], set_=values).returning(Cause.id)
        ids[slug] = db.session.scalar(statement) or 0
    for kind, names in (("industry", terms.industries), ("country", terms.countries), ("substance", terms.substances)):
        for code, name in names.items():
            values = {f"name_{language}": name[language] for language in LANGUAGES}
            db.session.execute(insert(Term).values(kind=kind, code=code, **values).on_conflict_do_update(index_elements=["kind", "code"], set_=values))


def load_case(file: CaseFile, now: dt.datetime, edits_stand: bool = False) -> bool:
    """Publish what a file says of a case; False where it stands already. A former revision is never touched.

    With `edits_stand` a case that was edited or retired here since it was last loaded stays as it is.
    """
    digest = digest_of(file.document)
    case = queries.case_by_slug(file.slug)
    standing = queries.revision_digest(case) if case else None
    if case is not None:
        edited = standing != case.loaded_digest or not case.published
        if (standing == digest and case.published) or (edits_stand and (edited or case.loaded_digest == digest)):
            if standing == digest:
                case.loaded_digest = digest
            return False
    if case is None:
        case = add_case(file.slug)
    if standing == digest:
        case.published = True
    else:
        publish_revision(case, file.document, None, now)
    case.loaded_digest = digest
    return True


def add_case(slug: str) -> Case:
    """A case of which nothing but the address is known yet."""
    case = Case(slug=slug, revision=0, published=False, industry="", country="", occurred="", minutes=0, films=0)
    db.session.add(case)
    db.session.flush()
    return case


def publish_revision(case: Case, document: Mapping[str, Any], person_id: int | None, now: dt.datetime) -> None:
    """Add a revision, which is the one that stands from now on. Raises Invalid for what the document lacks."""
    lacks = drafts.lacks(document)
    if lacks:
        raise Invalid(lacks[0].message, **lacks[0].values)
    case.revision += 1
    case.published = True
    db.session.add(CaseRevision(case_id=case.id, number=case.revision, digest=digest_of(document), document=document, created_at=now, created_by=person_id))
    describe(case, document)


def describe(case: Case, document: Mapping[str, Any]) -> None:
    """Make what lists, filters and search know of a case what its document says."""
    case.cause_id = queries.cause_id(document["cause"])
    case.industry, case.country = document["industry"], document["country"]
    case.occurred, case.year = document["date"], int(document["date"][:4]) if document["date"] else None
    case.deaths, case.injuries = document["deaths"], document["injuries"]
    case.minutes, case.films = document["minutes"] or 0, len(document["films"])
    db.session.flush()
    index_case(case.id, document)


def note_questions(slug: str, questions: int) -> None:
    """Keep how long the quiz of a case is."""
    db.session.execute(update(Case).where(Case.slug == slug).values(questions=questions))
