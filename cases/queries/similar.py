"""By what one case is like others."""

from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all

from cases.models import Case, CaseCode, CaseText, Cause, Term
from cases.queries.index import has_token, rarities
from cases.queries.library import LINE, CaseLine, lines
from cases.queries.reading import CasePage
from cases.words import is_spoken, telling_tokens, tokens
from core.db import db

# What each likeness is worth. Eight words in common, each of which one case in fifty has, are worth as much as a substance.
SUBSTANCE, CAUSE, ALSO, INDUSTRY, WORD = 3.0, 2.0, 1.0, 1.5, 0.1
CANDIDATES, WORDS = 40, 8


@dataclass(frozen=True)
class Similar:
    """Another case, and in words what the two have in common."""

    line: CaseLine
    reasons: list[str]


def similar(page: CasePage, language: str, most: int = 3) -> list[Similar]:
    """Published cases that share substances, cause, industry or telling words with this one, the most alike first. Three statements."""
    document = page.document
    telling = sorted(rarities(telling_tokens(document)[:CANDIDATES]).items(), key=lambda pair: -pair[1])[:WORDS]
    name = {"en": "name_en", "zh": "name_zh"}[language]
    mine = set(document["also"])
    points = [
        select(CaseCode.case_id.label("id"), literal(SUBSTANCE).label("worth")).where(CaseCode.kind == "substance", CaseCode.code.in_(document["substances"])),
        select(CaseCode.case_id, literal(ALSO)).where(CaseCode.kind == "also", CaseCode.code == page.cause.slug),
        select(Case.id, literal(ALSO)).join(Cause, Cause.id == Case.cause_id).where(Cause.slug.in_(mine)),
        select(Case.id, literal(CAUSE)).where(Case.cause_id == page.cause.id),
        select(Case.id, literal(INDUSTRY)).where(Case.industry == document["industry"]),
        *(has_token(token).add_columns(literal(WORD * worth)) for token, worth in telling),
    ]
    each = union_all(*points).subquery()
    total = select(each.c.id, func.sum(each.c.worth).label("worth")).group_by(each.c.id).subquery()
    industry = select(getattr(Term, name)).where(Term.kind == "industry", Term.code == Case.industry).scalar_subquery()
    statement = lines(0, language).add_columns(industry, CaseText.open_text).join(total, total.c.id == Case.id)
    statement = statement.where(Case.published, Case.id != page.id).order_by(total.c.worth.desc(), Case.occurred.desc(), Case.id).limit(most)
    rows = db.session.execute(statement).all()
    shared: dict[int, list[str]] = {}
    common = CaseCode.code.in_(document["substances"]), CaseCode.kind == "substance", CaseCode.case_id.in_([row.id for row in rows])
    named = select(CaseCode.case_id, getattr(Term, name)).join(Term, (Term.kind == CaseCode.kind) & (Term.code == CaseCode.code))
    for case_id, substance in db.session.execute(named.where(*common).order_by(CaseCode.code)):
        shared.setdefault(case_id, []).append(substance)
    found = []
    for row in rows:
        line = CaseLine(*row[: len(LINE)])
        reasons = shared.get(line.id, [])
        reasons += [row[len(LINE)]] if line.industry == document["industry"] and row[len(LINE)] else []
        reasons += [page.cause.name(language)] if line.cause_id == page.cause.id else []
        found.append(Similar(line, reasons or _common_tags(document["tags"], f"{line.title}\n{row.open_text}", language)))
    return found


def _common_tags(tags: list[str], text: str, language: str, most: int = 3) -> list[str]:
    """The tags in this language that stand in what everybody may read of the other case."""
    said = f" {' '.join(tokens(text))} "
    return [tag for tag in tags if is_spoken(tag, language) and f" {' '.join(tokens(tag))} " in said][:most]
