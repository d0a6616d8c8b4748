"""Terms, and the cases that are published."""

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import update

from cases import rules
from cases.actions.index import index_case
from cases.casebook import CaseFile, Terms
from cases.models import Case, CaseRevision, Cause, Term
from cases.queries import library as queries
from core.db import db, insert
from core.errors import N_, Invalid
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


def load_case(file: CaseFile, cause_ids: dict[str, int], now: dt.datetime) -> bool:
    """Publish a case, or a new revision of it; False where it stands already. A former revision is never touched."""
    document, digest = file.document, digest_of(file.document)
    case = queries.case_by_slug(file.slug)
    if case is not None and queries.revision_digest(case) == digest:
        return False
    if rules.missing_for_publication(document):
        raise Invalid(N_("The case lacks: %(parts)s."), parts=", ".join(rules.missing_for_publication(document)))
    if case is None:
        case = Case(slug=file.slug, revision=0)
        db.session.add(case)
    case.revision += 1
    case.published = True
    case.cause_id = cause_ids[document["cause"]]
    case.industry, case.country = document["industry"], document["country"]
    case.occurred, case.year = document["date"], int(document["date"][:4])
    case.deaths, case.injuries = document["deaths"], document["injuries"]
    case.minutes, case.films = document["minutes"], len(document["films"])
    db.session.flush()
    db.session.add(CaseRevision(case_id=case.id, number=case.revision, digest=digest, document=document, created_at=now))
    index_case(case.id, document)
    return True


def note_questions(slug: str, questions: int) -> None:
    """Keep how long the quiz of a case is."""
    db.session.execute(update(Case).where(Case.slug == slug).values(questions=questions))
