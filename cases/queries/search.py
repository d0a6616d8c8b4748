"""The library: its shelves, and what was searched in it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from markupsafe import Markup
from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy import String as Characters
from sqlalchemy import case as either
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from cases.models import Case, CaseCode, CaseText, Reading
from cases.queries.index import matches
from cases.queries.library import LINE, CaseLine, CauseLine, causes, lines, term_names
from cases.words import Marker, Query, query
from core.db import db
from core.languages import other

ON_SHELF = 12  # cases of a cause that the library shows before one asks for all of them
ON_PAGE = 20
PAGES_MOST = 500
FILTERS = ("q", "cause", "industry", "substance", "country", "year", "film")
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True)
class Filters:
    """What the reader asked the library for; empty means all. `year` is one or, as 2010-2014, several; `film` is "1" or nothing."""

    q: str = ""
    cause: str = ""
    industry: str = ""
    substance: str = ""
    country: str = ""
    year: str = ""
    film: str = ""

    @property
    def on(self) -> dict[str, str]:
        """The filters that are on, the search aside."""
        return {name: value for name, value in asdict(self).items() if value and name != "q"}

    def but(self, **changes: str) -> dict[str, str]:
        """The address of the same list with these changes."""
        return {name: value for name, value in asdict(replace(self, **changes)).items() if value}


@dataclass(frozen=True)
class Shelf:
    """The newest cases of a cause, of how many in all, and how many of those this person has studied."""

    cause: CauseLine
    lines: list[CaseLine]
    total: int
    studied: int


@dataclass(frozen=True)
class Hit:
    """A case that was found. `text` is its lead or what of it has the words, in `language`; `elsewhere`: a word stands in what is not open yet."""

    line: CaseLine
    title: Markup
    place: Markup
    text: Markup
    language: str
    elsewhere: bool


@dataclass(frozen=True)
class Option:
    """A value of a filter, and how many cases one would see with it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Library:
    """The library page: shelves by cause or, where something was searched or a cause was chosen, a page of hits.

    `loose`: no case has all the words, these have some of them. `options` are what each filter offers.
    """

    causes: list[CauseLine]
    total: int
    found: int
    shelves: list[Shelf]
    hits: list[Hit]
    loose: bool
    page: int
    options: dict[str, list[Option]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return min(PAGES_MOST, -(-self.found // ON_PAGE))


def library(filters: Filters, person_id: int, language: str, page: int = 1, authored: bool = False) -> Library:
    """The cases that match, of authors also those that are not published: ranked where words are searched, else newest first.

    Four statements, five where no case has all the words; however many cases there are.
    """
    tree = causes()
    asked = query(filters.q)
    page = max(1, min(page, PAGES_MOST))
    found, shelves, hits, loose = 0, list[Shelf](), list[Hit](), False
    if filters.q and not asked.terms:
        pass  # signs alone: nothing has them
    elif filters.q or filters.cause:
        found, hits = _hits(filters, asked, tree, person_id, language, page, authored, loose)
        if not found and asked.terms:
            loose = True
            found, hits = _hits(filters, asked, tree, person_id, language, page, authored, loose)
    else:
        shelves = _shelves(filters, tree, person_id, language, authored)
        found = sum(shelf.total for shelf in shelves)
    counts = _counts(filters, asked, tree, authored, loose)
    return Library(tree, counts.pop("all").get("", 0), found, shelves, hits, loose, page, _options(counts, filters, tree, language))


def _cases(asked: Query, authored: bool, loose: bool, ranked: bool) -> CTE:
    """The cases that have the words, with what filters ask of them."""
    columns = select(Case.id, Case.cause_id, Case.industry, Case.country, Case.year, Case.films, Case.occurred)
    if asked.terms:
        match = matches(asked, loose, ranked).cte("match")
        columns = columns.join(match, match.c.id == Case.id)
        if ranked:
            columns = columns.add_columns(match.c.stage, match.c.score)
    return (columns if authored else columns.where(Case.published)).cte("found")


def _conditions(filters: Filters, found: CTE, tree: list[CauseLine]) -> dict[str, ColumnElement[bool]]:
    """What each filter that is on asks for. A year that is none, or a cause that there is not, asks for nothing."""
    asked: dict[str, ColumnElement[bool]] = {
        "industry": found.c.industry == filters.industry,
        "country": found.c.country == filters.country,
        "film": found.c.films > 0,
        "substance": found.c.id.in_(select(CaseCode.case_id).where(CaseCode.kind == "substance", CaseCode.code == filters.substance)),
        "cause": found.c.cause_id.in_(_subtree(filters.cause, tree)),
    }
    if years := YEARS.fullmatch(filters.year):
        asked["year"] = found.c.year.between(int(years[1]), int(years[2] or years[1]))
    return {name: condition for name, condition in asked.items() if name in filters.on}


def _subtree(slug: str, tree: list[CauseLine]) -> list[int]:
    """The ids of a cause and all below it; a parent may stand after its child."""
    ids = {cause.id for cause in tree if cause.slug == slug}
    while below := {cause.id for cause in tree if cause.parent_id in ids} - ids:
        ids |= below
    return sorted(ids)


def _shelves(filters: Filters, tree: list[CauseLine], person_id: int, language: str, authored: bool) -> list[Shelf]:
    found = _cases(query(""), authored, loose=False, ranked=False)
    ranked = (
        select(
            found.c.id,
            func.row_number().over(partition_by=found.c.cause_id, order_by=(found.c.occurred.desc(), found.c.id)).label("place"),
            func.count().over(partition_by=found.c.cause_id).label("total"),
            func.count(Reading.studied_at).over(partition_by=found.c.cause_id).label("studied"),
        )
        .outerjoin(Reading, and_(Reading.case_id == found.c.id, Reading.person_id == person_id))
        .where(*_conditions(filters, found, tree).values())
        .subquery()
    )
    shown = lines(person_id, language).add_columns(ranked.c.total, ranked.c.studied).join(ranked, ranked.c.id == Case.id)
    by_cause: dict[int, list[Any]] = {}
    for row in db.session.execute(shown.where(ranked.c.place <= ON_SHELF).order_by(Case.occurred.desc(), Case.id)):
        by_cause.setdefault(row.cause_id, []).append(row)
    return [Shelf(cause, [CaseLine(*row[: len(LINE)]) for row in rows], rows[0].total, rows[0].studied) for cause in tree if (rows := by_cause.get(cause.id))]


def _hits(
    filters: Filters, asked: Query, tree: list[CauseLine], person_id: int, language: str, page: int, authored: bool, loose: bool
) -> tuple[int, list[Hit]]:
    """How many there are, and a page of them. What a decision opens is read only where this reader may see it."""
    found = _cases(asked, authored, loose, ranked=True)
    order = (found.c.stage, found.c.score.desc(), found.c.id) if asked.terms else (found.c.occurred.desc(), found.c.id)
    place = func.row_number().over(order_by=order).label("place")
    ranked = select(found.c.id, place, func.count().over().label("total")).where(*_conditions(filters, found, tree).values())
    shown = ranked.order_by(place).limit(ON_PAGE).offset((page - 1) * ON_PAGE).subquery()
    second = aliased(CaseText)
    may_see = literal(True) if authored else Reading.studied_revision == Case.revision
    texts = (CaseText.open_text, second.open_text, *(either((may_see, text.hidden_text), else_="") for text in (CaseText, second)))
    statement = (
        lines(person_id, language)
        .add_columns(*texts, second.title, second.place, shown.c.total)
        .join(shown, shown.c.id == Case.id)
        .join(second, and_(second.case_id == Case.id, second.language == other(language)))
        .order_by(shown.c.place)
    )
    rows = db.session.execute(statement).all()
    marker = Marker(asked, loose)
    return rows[0].total if rows else 0, [_hit(marker, row, language, loose) for row in rows]


def _hit(marker: Marker, row: Any, language: str, loose: bool) -> Hit:
    """What is quoted: the reader's language before the other, what everybody may read before what a decision opened."""
    line = CaseLine(*row[: len(LINE)])
    opened, opened_other, hidden, hidden_other, title_other, place_other, _total = row[len(LINE) :]
    quoted, quoted_in, elder = Markup(""), language, other(language)
    missing = marker.missing([line.title, line.place])
    places = [(opened, language), (opened_other, elder), (f"{title_other}\n{place_other}", elder), (hidden, language), (hidden_other, elder)]
    for text, spoken in places:
        if missing:
            excerpt, seen = marker.excerpt(text)
            if not quoted and seen & missing:
                quoted, quoted_in = excerpt, spoken
            missing = marker.missing([text], missing)
    elsewhere = len(missing) == marker.count if loose else bool(missing)
    return Hit(line, marker.show(line.title), marker.show(line.place), quoted or marker.show(line.lead), quoted_in, elsewhere and marker.count > 0)


def _counts(filters: Filters, asked: Query, tree: list[CauseLine], authored: bool, loose: bool) -> dict[str, dict[str, int]]:
    """Of every filter how many cases each of its values would leave, the other filters as they are; and "all" there are."""
    found = _cases(asked, authored, loose, ranked=False)
    conditions = _conditions(filters, found, tree)

    def count(name: str, column: Any) -> Select[*tuple[Any, ...]]:
        others = [condition for key, condition in conditions.items() if key != name]
        return select(literal(name), as_type(column, Characters), func.count()).where(*others).group_by(column)

    films = either((found.c.films > 0, 1), else_=0)
    counted = [count(name, found.c[column]) for name, column in (("cause", "cause_id"), ("industry", "industry"), ("country", "country"), ("year", "year"))]
    counted.append(count("film", films))
    substances = count("substance", CaseCode.code).select_from(found.join(CaseCode, and_(CaseCode.case_id == found.c.id, CaseCode.kind == "substance")))
    everything = select(literal("all"), literal(""), func.count()).select_from(Case).where(or_(Case.published, literal(authored)))
    counts: dict[str, dict[str, int]] = {name: {} for name in ("all", "cause", "industry", "substance", "country", "year", "film")}
    for name, value, number in db.session.execute(union_all(*counted, substances, everything)):
        if value is not None:
            counts[name][value] = number
    return counts


def _options(counts: Mapping[str, Mapping[str, int]], filters: Filters, tree: list[CauseLine], language: str) -> dict[str, list[Option]]:
    """The values of each filter by name, those that leave nothing left out, but for the one that is on."""
    names = {key: name[language] for key, name in term_names().items()}
    options = {"cause": [Option(cause.slug, cause.name(language), sum(counts["cause"].get(str(id), 0) for id in _subtree(cause.slug, tree))) for cause in tree]}
    for kind in ("industry", "substance", "country"):
        found = {code: counts[kind].get(code, 0) for code in {*counts[kind], filters.on.get(kind, "")} if code}
        options[kind] = sorted((Option(code, names.get((kind, code), code), number) for code, number in found.items()), key=lambda option: option.name)
    options["year"] = _years({int(year): number for year, number in counts["year"].items()}, filters.year)
    options["film"] = [Option("1", "", counts["film"].get("1", 0))]
    return {kind: [option for option in found if option.count or option.value == filters.on.get(kind)] for kind, found in options.items()}


def _years(counts: Mapping[int, int], chosen: str) -> list[Option]:
    """Each year, newest first; of many years, five at a time."""
    wide = 5 if len(counts) > 15 else 1
    spans: dict[str, int] = {}
    for year in sorted(counts, reverse=True):
        first = year - year % wide
        span = str(year) if wide == 1 else f"{first}-{first + wide - 1}"
        spans[span] = spans.get(span, 0) + counts[year]
    if chosen not in spans and (years := YEARS.fullmatch(chosen)):
        spans[chosen] = sum(number for year, number in counts.items() if int(years[1]) <= year <= int(years[2] or years[1]))
    return [Option(span, span.replace("-", "–"), number) for span, number in spans.items()]
