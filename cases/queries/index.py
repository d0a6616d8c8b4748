"""What the full-text index finds, on either database, and by what a case is like another."""

import math
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, literal_column, select, tuple_, union_all
from sqlalchemy import case as either
from sqlalchemy.dialects.postgresql import TSQUERY

from cases.models import FTS5_INDEX, TSVECTOR_INDEX, Cause, Term
from cases.rules import Document
from cases.words import Phrase, Query, codes, fts5, tsquery
from core.db import db
from core.languages import LANGUAGES

# Title, tags with place and names of codes, lead with facts, everything else: FTS5's bm25() takes them in this order, ts_rank() backwards.
WEIGHTS = (8.0, 4.0, 2.0, 1.0)
Groups = Iterable[Iterable[Phrase]]


def matches(asked: Query, loose: bool = False, ranked: bool = True) -> Select[*tuple[Any, ...]]:
    """The ids of the cases that have every term, or `loose` any part of one; `ranked` with a stage and a score.

    Stage 0 has the words as typed and comes first, stage 1 only words that begin like the last one.
    """
    groups = asked.loose if loose else asked.wide
    statement = select(_id().label("id")).where(_has(groups))
    if not ranked:
        return statement
    begun = not loose and asked.exact != asked.wide
    stage: ColumnElement[int] = either((_id().in_(select(_id()).where(_has(asked.exact))), 0), else_=1) if begun else literal(0)
    return statement.add_columns(stage.label("stage"), _score(groups).label("score"))


def _sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _id() -> ColumnElement[int]:
    return FTS5_INDEX.c.rowid if _sqlite() else TSVECTOR_INDEX.c.case_id


def _has(groups: Groups) -> ColumnElement[bool]:
    if _sqlite():
        return literal_column("case_index").bool_op("MATCH")(fts5(groups))
    return TSVECTOR_INDEX.c.tokens.bool_op("@@")(cast(tsquery(groups), TSQUERY))


def _score(groups: Groups) -> ColumnElement[float]:
    """BM25 on SQLite. PostgreSQL's ts_rank knows no rarity of words, so each counts by its own, as BM25 has it."""
    if _sqlite():
        return -func.bm25(literal_column("case_index"), *WEIGHTS)
    phrases = list(dict.fromkeys(phrase for group in groups for phrase in group))
    weights: ColumnElement[Any] = literal_column(f"'{{{','.join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS))}}}'::float4[]")
    ranks = [func.ts_rank(weights, TSVECTOR_INDEX.c.tokens, cast(tsquery([[phrase]]), TSQUERY), 1) for phrase in phrases]
    if len(ranks) == 1:
        return ranks[0]
    count = select(func.count()).select_from(TSVECTOR_INDEX)
    rarity = [func.ln(1 + count.scalar_subquery() / (count.where(_has([[phrase]])).scalar_subquery() + 0.5)) for phrase in phrases]
    total = ranks[0] * rarity[0]
    for rank, rare in zip(ranks[1:], rarity[1:], strict=True):
        total = total + rank * rare
    return total


def has_token(token: str) -> Select[*tuple[Any, ...]]:
    """The ids of the cases that have this token."""
    return select(_id().label("id")).where(_has([[Phrase((token,))]]))


def rarities(tokens: list[str]) -> dict[str, float]:
    """How telling each token is: the logarithm of the share of cases that have it, turned round. Without those that one case alone has."""
    count = select(func.count().label("found")).select_from(FTS5_INDEX if _sqlite() else TSVECTOR_INDEX)
    counts = [count.add_columns(literal(token).label("token")).where(_has([[Phrase((token,))]])) for token in tokens]
    everything = count.add_columns(literal("").label("token"))
    found = {token: number for number, token in db.session.execute(union_all(everything, *counts))}
    total = found.pop("")
    return {token: math.log(1 + total / number) for token, number in found.items() if number > 1}


def code_names(document: Document) -> dict[str, list[str]]:
    """The names of the codes of a case, by language."""
    wanted = codes(document)
    terms = select(Term.name_en, Term.name_zh).where(tuple_(Term.kind, Term.code).in_(wanted))
    causes = select(Cause.name_en, Cause.name_zh).where(Cause.slug.in_([code for kind, code in wanted if kind == "cause"]))
    rows = db.session.execute(union_all(terms, causes)).all()
    return {language: [row[place] for row in rows] for place, language in enumerate(LANGUAGES)}
