"""What lists and search know of a case, made from its document."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import cast, delete, insert
from sqlalchemy.dialects.postgresql import TSVECTOR

from cases import words
from cases.models import FTS5_INDEX, TSVECTOR_INDEX, CaseCode, CaseText
from cases.queries.index import code_names
from core.db import db
from core.languages import LANGUAGES, said


def index_case(case_id: int, document: Mapping[str, Any]) -> None:
    """Let lists show and search find a case by this document: the revision that is published, or else the draft."""
    forget_case(case_id)
    names = code_names(document)
    db.session.add_all(
        CaseText(
            case_id=case_id,
            language=language,
            **{key: said(document.get(key) or {}, language) for key in ("title", "place", "lead")},
            open_text=words.open_text(document, names, language),
            hidden_text=words.hidden_text(document, language),
        )
        for language in LANGUAGES
    )
    for kind, key in (("substance", "substances"), ("also", "also")):
        db.session.add_all(CaseCode(case_id=case_id, kind=kind, code=code) for code in set(document.get(key) or ()))
    db.session.flush()
    columns = words.columns(document, names)
    if db.engine.dialect.name == "sqlite":
        db.session.execute(insert(FTS5_INDEX).values(rowid=case_id, **columns))
    else:
        db.session.execute(insert(TSVECTOR_INDEX).values(case_id=case_id, tokens=cast(words.tsvector(columns), TSVECTOR)))


def forget_case(case_id: int) -> None:
    """Let neither lists nor search know the case any more."""
    for model in (CaseText, CaseCode):
        db.session.execute(delete(model).where(model.case_id == case_id))
    if db.engine.dialect.name == "sqlite":
        db.session.execute(delete(FTS5_INDEX).where(FTS5_INDEX.c.rowid == case_id))
    else:
        db.session.execute(delete(TSVECTOR_INDEX).where(TSVECTOR_INDEX.c.case_id == case_id))
