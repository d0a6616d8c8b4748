"""What the full-text index finds, on either database, and by what a case is like another."""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, false, func, literal, literal_column, select, tuple_, union_all
from sqlalchemy import case as either
from sqlalchemy.dialects.postgresql import TSQUERY

from cases.models import FTS5_INDEX, TSVECTOR_INDEX, Cause, Term
from cases.rules import Document
from cases.words import Phrase, Query, codes, fts5, tsquery
from core.db import db
from core.languages import LANGUAGES

# Title, tags with place and names of codes, lead with facts, everything else: ts_rank() takes them backwards. In FTS5 the forms follow.
WEIGHTS = (4.0, 3.0, 2.0, 1.0)
FORMS = 1.0


@dataclass(frozen=True)
class Shape:
    """What the statement of a search depends on, whatever was typed: so that it is built once."""

    sqlite: bool
    begun: bool
    whole: bool
    loose: int  # the parts that are counted one by one, where any will do


def shape(asked: Query, loose: bool) -> Shape:
    """The shape of a search; `loose` for any part of a term."""
    return Shape(_sqlite(), not loose and asked.exact != asked.wide, not loose and asked.whole is not None, len(asked.loose[0]) if loose else 0)


def values(asked: Query, loose: bool) -> dict[str, str]:
    """What was typed, as the statement of its shape takes it."""
    say = fts5 if _sqlite() else tsquery
    parts = {f"part_{place}": say([[phrase]]) for place, phrase in enumerate(asked.loose[0])} if loose else {}
    plain, whole = say(asked.loose if loose else asked.wide), say([[asked.whole]] if asked.whole else [])
    with_whole = plain if loose or not asked.whole else say(asked.wide, asked.whole)
    return {"plain": plain, "with_whole": with_whole, "whole": whole, "exact": say(asked.exact), **parts}


def matches(asked: Shape, ranked: bool) -> Select[*tuple[Any, ...]]:
    """The ids of the cases that have what was typed; `ranked` with a stage and a score.

    Stage 0 has the words as typed and comes first, stage 1 only words that begin like the last one.
    """
    # What FTS5 is to rank by must stand in its MATCH.
    wanted = bindparam("with_whole" if ranked and asked.sqlite else "plain", type_=String)
    statement = select(_id().label("id")).where(_has(wanted))
    if not ranked:
        return statement
    exact: ColumnElement[bool] = _has(bindparam("exact", type_=String))
    as_typed = _id().in_(select(_id()).where(exact)) if asked.sqlite else exact  # MATCH is a way to look rows up, not a test of one
    stage: ColumnElement[int] = either((as_typed, 0), else_=1) if asked.begun else literal(0)
    return statement.add_columns(stage.label("stage"), _score(asked).label("score"))


def _sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _id() -> ColumnElement[int]:
    return FTS5_INDEX.c.rowid if _sqlite() else TSVECTOR_INDEX.c.case_id


def _has(asked: ColumnElement[str]) -> ColumnElement[bool]:
    return literal_column("case_index").bool_op("MATCH")(asked) if _sqlite() else TSVECTOR_INDEX.c.tokens.bool_op("@@")(cast(asked, TSQUERY))


def _score(asked: Shape) -> ColumnElement[float]:
    """BM25 on SQLite. PostgreSQL's ts_rank knows no rarity of words; where any of them will do each counts by its own, as BM25 has it."""
    if asked.sqlite:
        return -func.bm25(literal_column("case_index"), *WEIGHTS, FORMS)
    weights: ColumnElement[Any] = literal_column(f"'{{{','.join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS))}}}'::float4[]")

    def rank(query: ColumnElement[str]) -> ColumnElement[float]:
        return func.ts_rank(weights, TSVECTOR_INDEX.c.tokens, cast(query, TSQUERY))

    if not asked.loose:
        score = rank(bindparam("plain", type_=String))
        return score * either((_has(bindparam("whole", type_=String)), 1.5), else_=1.0) if asked.whole else score
    about_all = select(func.max(_id())).scalar_subquery()
    score = literal(0.0)
    for place in range(asked.loose):
        part: ColumnElement[str] = bindparam(f"part_{place}", type_=String)
        have_it = select(func.count()).select_from(TSVECTOR_INDEX).where(_has(part)).scalar_subquery()
        score = score + rank(part) * func.ln(1 + about_all / (have_it + 0.5))
    return score


def having(asked: Query) -> Select[*tuple[Any, ...]]:
    """The ids of the cases that have every term; of no term none."""
    statement = select(_id().label("id"))
    return statement.where(_has(literal((fts5 if _sqlite() else tsquery)(asked.wide))) if asked.terms else false())


def has_token(token: str) -> Select[*tuple[Any, ...]]:
    """The ids of the cases that have this token."""
    return select(_id().label("id")).where(_has(_literal(token)))


def _literal(token: str) -> ColumnElement[str]:
    return literal((fts5 if _sqlite() else tsquery)([[Phrase((token,))]]))


def rarities(tokens: list[str]) -> dict[str, float]:
    """How telling each token is: the logarithm of the share of cases that have it, turned round. Without those that one case alone has."""
    count = select(func.count().label("found")).select_from(FTS5_INDEX if _sqlite() else TSVECTOR_INDEX)
    counts = [count.add_columns(literal(token).label("token")).where(_has(_literal(token))) for token in tokens]
    everything = count.add_columns(literal("").label("token"))
    found = {token: number for number, token in db.session.execute(union_all(everything, *counts))}
    total = found.pop("")
    return {token: math.log(1 + total / number) for token, number in found.items() if number > 1}


def code_names(document: Document) -> dict[str, list[str]]:
    """The names of the codes of a case, by language."""
    wanted = codes(document)
    terms = select(Term.kind, Term.code, Term.name_en, Term.name_zh).where(tuple_(Term.kind, Term.code).in_(wanted))
    slugs = [code for kind, code in wanted if kind == "cause"]
    causes = select(literal("cause"), Cause.slug, Cause.name_en, Cause.name_zh).where(Cause.slug.in_(slugs))
    found = {(kind, code): names for kind, code, *names in db.session.execute(union_all(terms, causes))}
    return {language: [found[key][place] for key in wanted if key in found] for place, language in enumerate(LANGUAGES)}
