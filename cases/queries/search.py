"""The library: its shelves, and what was searched in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import CTE, ColumnElement, CompoundSelect, Integer, Select, String, and_, bindparam, func, literal, select, union_all
from sqlalchemy import case as either
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from cases.models import Case, CaseCode, CaseText, Reading
from cases.queries import index
from cases.queries.library import LINE, CaseLine, CauseLine, causes, lines, term_names
from cases.words import Marker, query
from core.db import fetch
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
    """A case that was found. `text` is its lead or what of it has the words, in `language`; `names` are tags that have them.

    `elsewhere`: a word stands only in what is not open yet.
    """

    line: CaseLine
    title: Markup
    place: Markup
    text: Markup
    language: str
    names: Markup
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


@dataclass(frozen=True)
class _Shape:
    """What the statements of a page depend on: each is built once for all pages alike, because building one takes longer than running it."""

    match: index.Shape | None
    on: frozenset[str]
    authored: bool


def library(filters: Filters, person_id: int, language: str, page: int = 1, authored: bool = False) -> Library:
    """The cases that match, of authors also those that are not published: ranked where words are searched, else newest first.

    Four statements, five where no case has all the words; however many cases there are.
    """
    tree = causes()
    asked = query(filters.q)
    page = max(1, min(page, PAGES_MOST))
    values = _values(filters, tree) | {"person_id": person_id, "language": language, "other": other(language), "skip": (page - 1) * ON_PAGE}
    on = frozenset(name for name in filters.on if name != "year" or "year_from" in values)
    rows, shelves, loose = list[Any](), list[Shelf](), False
    shape = _Shape(None, on, authored)
    if asked.terms:
        shape = replace(shape, match=index.shape(asked, loose))
        values |= index.values(asked, loose)
        rows = list(fetch(_hits(shape), **values))
        if not rows and page == 1:
            loose = True
            shape = replace(shape, match=index.shape(asked, loose))
            values |= index.values(asked, loose)
            rows = list(fetch(_hits(shape), **values))
    elif filters.cause:
        rows = list(fetch(_hits(shape), **values))
    elif not filters.q:
        shelves = _shelves(fetch(_shelved(shape), **values), tree)
    counts: dict[str, dict[str, int]] = {name: {} for name in ("all", "found", *FILTERS)}
    for name, value, number in fetch(_counts(shape), **values):
        counts[name][value] = number
    marker = Marker(asked, loose)
    return Library(
        tree,
        counts["all"].get("", 0),
        counts["found"].get("", 0) if asked.terms or not filters.q else 0,
        shelves,
        [_hit(marker, row, language, loose) for row in rows],
        loose,
        page,
        _options(counts, filters, tree, language),
    )


def _values(filters: Filters, tree: list[CauseLine]) -> dict[str, Any]:
    """What the filters ask for, as the statements take it. A year that is none asks for nothing."""
    values: dict[str, Any] = {name: getattr(filters, name) for name in ("industry", "country", "substance")}
    values["causes"] = _subtree(filters.cause, tree)
    if years := YEARS.fullmatch(filters.year):
        values |= {"year_from": int(years[1]), "year_to": int(years[2] or years[1])}
    return values


def _found(shape: _Shape, ranked: bool) -> CTE:
    """The cases that have the words, with what filters ask of them."""
    columns = select(Case.id, Case.cause_id, Case.industry, Case.country, Case.year, Case.films, Case.occurred)
    if shape.match:
        match = index.matches(shape.match, ranked).cte("match")
        columns = columns.join(match, match.c.id == Case.id)
        if ranked:
            columns = columns.add_columns(match.c.stage, match.c.score)
    return (columns if shape.authored else columns.where(Case.published)).cte("found")


def _conditions(shape: _Shape, found: CTE) -> dict[str, ColumnElement[bool]]:
    """What each filter that is on asks for."""
    asked: dict[str, ColumnElement[bool]] = {
        "cause": found.c.cause_id.in_(bindparam("causes", expanding=True)),
        "industry": found.c.industry == bindparam("industry"),
        "substance": found.c.id.in_(select(CaseCode.case_id).where(CaseCode.kind == "substance", CaseCode.code == bindparam("substance"))),
        "country": found.c.country == bindparam("country"),
        "year": found.c.year.between(bindparam("year_from"), bindparam("year_to")),
        "film": found.c.films > 0,
    }
    return {name: asked[name] for name in sorted(shape.on)}


def _subtree(slug: str, tree: list[CauseLine]) -> list[int]:
    """The ids of a cause and all below it; a parent may stand after its child."""
    ids = {cause.id for cause in tree if cause.slug == slug}
    while below := {cause.id for cause in tree if cause.parent_id in ids} - ids:
        ids |= below
    return sorted(ids)


@lru_cache(maxsize=128)
def _shelved(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """The newest cases of every cause, with how many it has and how many of those the person has studied."""
    found = _found(shape, ranked=False)
    ranked = (
        select(
            found.c.id,
            func.row_number().over(partition_by=found.c.cause_id, order_by=(found.c.occurred.desc(), found.c.id)).label("place"),
            func.count().over(partition_by=found.c.cause_id).label("total"),
            func.count(Reading.studied_at).over(partition_by=found.c.cause_id).label("studied"),
        )
        .outerjoin(Reading, and_(Reading.case_id == found.c.id, Reading.person_id == bindparam("person_id")))
        .where(*_conditions(shape, found).values())
        .subquery()
    )
    shown = lines(bindparam("person_id"), bindparam("language")).add_columns(ranked.c.total, ranked.c.studied).join(ranked, ranked.c.id == Case.id)
    return shown.where(ranked.c.place <= ON_SHELF).order_by(Case.occurred.desc(), Case.id)


def _shelves(rows: Iterable[Any], tree: list[CauseLine]) -> list[Shelf]:
    by_cause: dict[int, list[Any]] = {}
    for row in rows:
        by_cause.setdefault(row.cause_id, []).append(row)
    return [
        Shelf(cause, [CaseLine(*row[: len(LINE)]) for row in by_cause[cause.id]], *by_cause[cause.id][0][len(LINE) :]) for cause in tree if cause.id in by_cause
    ]


@lru_cache(maxsize=256)
def _hits(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """A page of the list, with what a hit may quote. What a decision opens is read only where this reader may see it."""
    found = _found(shape, ranked=True)

    def order(of: Any) -> tuple[Any, ...]:
        return (of.c.stage, of.c.score.desc(), of.c.id) if shape.match else (of.c.occurred.desc(), of.c.id)

    page = select(found).where(*_conditions(shape, found).values()).order_by(*order(found)).limit(ON_PAGE).offset(bindparam("skip", type_=Integer)).subquery()
    second = aliased(CaseText)
    may_see = literal(True) if shape.authored else Reading.studied_revision == Case.revision
    texts = (CaseText.open_text, second.open_text, *(either((may_see, text.hidden_text), else_="") for text in (CaseText, second)))
    return (
        lines(bindparam("person_id"), bindparam("language"))
        .add_columns(*texts, second.title, second.place)
        .join(page, page.c.id == Case.id)
        .join(second, and_(second.case_id == Case.id, second.language == bindparam("other")))
        .order_by(*order(page))
    )


def _hit(marker: Marker, row: Any, language: str, loose: bool) -> Hit:
    """What is quoted: the reader's language before the other, what everybody may read before what a decision opened."""
    line = CaseLine(*row[: len(LINE)])
    opened, opened_other, hidden, hidden_other, title_other, place_other = row[len(LINE) :]
    prose, _line, tags = opened.rpartition("\n")
    prose_other, _line, tags_other = opened_other.rpartition("\n")
    quoted, quoted_in, names = Markup(""), language, Markup("")
    missing = marker.missing([line.title, line.place])
    beside = f"{title_other}\n{place_other}"
    for text, spoken in (
        (prose, language),
        (tags, ""),
        (prose_other, other(language)),
        (tags_other, ""),
        (beside, ""),
        (hidden, language),
        (hidden_other, other(language)),
    ):
        seen = missing - marker.missing([text], missing)
        missing = missing - seen
        if seen and spoken and not quoted:
            quoted, quoted_in = marker.excerpt(text)[0], spoken
        elif seen and not names and not spoken:
            names = marker.names(text)
    elsewhere = marker.count > 0 and (len(missing) == marker.count if loose else bool(missing))
    return Hit(line, marker.show(line.title), marker.show(line.place), quoted or marker.show(line.lead), quoted_in, names, elsewhere)


@lru_cache(maxsize=256)
def _counts(shape: _Shape) -> CompoundSelect[*tuple[Any, ...]]:
    """Of every filter how many cases each of its values would leave, the other filters as they are; how many are found; and "all" there are."""
    found = _found(shape, ranked=False)
    conditions = _conditions(shape, found)

    def count(name: str, column: Any) -> Select[*tuple[Any, ...]]:
        others = [condition for key, condition in conditions.items() if key != name]
        return select(literal(name), as_type(column, String), func.count()).where(*others, column.is_not(None)).group_by(column)

    films = either((found.c.films > 0, 1))
    columns = {"cause": found.c.cause_id, "industry": found.c.industry, "country": found.c.country, "year": found.c.year, "film": films}
    substances = count("substance", CaseCode.code).select_from(found.join(CaseCode, and_(CaseCode.case_id == found.c.id, CaseCode.kind == "substance")))
    total = select(literal("found"), literal(""), func.count()).select_from(found).where(*conditions.values())
    everything = select(literal("all"), literal(""), func.count()).select_from(Case)
    everything = everything if shape.authored else everything.where(Case.published)
    return union_all(*(count(name, column) for name, column in columns.items()), substances, total, everything)


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
