"""A saved web page as a report: what it says of itself, and its main content as blocks."""

from __future__ import annotations  # the parsers are loaded late: 25 MB in every server process, for the few requests that bring a page

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cases.reports.addresses import checked, film, plain
from cases.reports.content import main_leaves
from cases.reports.dates import date_in
from cases.reports.leaves import HEADINGS, Leaf, number, tree_of
from cases.reports.source import markup_of
from core.languages import HAN

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MOST_MEDIA = 60
_TITLES = ("og:title", "articletitle", "dc.title", "twitter:title")
_DATES = (
    "article:published_time",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "og:published_time",
    "datepublished",
)
_SITES = ("og:site_name", "contentsource", "sitename", "dc.publisher", "publisher", "application-name")
_DATE_LABEL = re.compile(r"(?:发布|发文|成文|印发|公布|更新)?(?:时间|日期)\s*[:：]|(?:published|posted|issued|release[d]?|date|updated)\b", re.I)
_SITE_LABEL = re.compile(r"(?:信息来源|文章来源|来源)\s*[:：]\s*([^\s|【\[（(]{2,40})")
_DASHES = re.compile(r"\s+[|\-–—»·:]\s+|\s*[|_»]\s*|(?<=[\u4e00-\u9fff])\s*[-–—]{1,2}\s*(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Block:
    """A part of the content; which fields it has depends on its kind."""

    kind: str  # heading, paragraph, list, table, image or video
    text: str = ""  # of an image: what it shows
    level: int = 0
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Report:
    """A saved page, read: plain text and checked http(s) addresses only."""

    title: str
    date: str  # when it was published: YYYY-MM-DD, YYYY-MM, YYYY or nothing
    site: str
    language: str  # en or zh
    summary: str
    blocks: tuple[Block, ...]
    text: str
    address: str

    def media(self, kind: str) -> tuple[Block, ...]:
        """The images, or the videos, each once."""
        return tuple({block.address: block for block in reversed(self.blocks) if block.kind == kind}.values())[::-1]


def read_report(html: bytes, address: str = "") -> Report:
    """A saved web page (HTML, or a web archive of it) as a report; `address` is where it was published.

    Raises Invalid for what is no web page or has more in it than any report.
    """
    markup, data, archived = markup_of(html)
    soup = tree_of(markup)
    meta = _meta(soup)
    address = checked(address) or checked(archived) or checked(meta.get("og:url", ""))
    base = soup.find("base", href=True)
    found = main_leaves(soup)
    blocks = tuple(_blocks(found, (checked(str(base["href"]), address) if base is not None else "") or address))
    text = "\n".join(leaf.text for leaf in found if leaf.text)
    top = plain(soup.get_text(" ")[:20_000])
    title, rest = _title(soup, meta)
    label = _SITE_LABEL.search(top)
    return Report(
        title=title,
        date=_date(soup, meta, data, (top, _between(top, title, text)), address),
        site=next((meta[name] for name in _SITES if meta.get(name)), "") or (label[1] if label else "") or rest or urlsplit(address).hostname or "",
        language=language_of(text or title),
        summary=meta.get("description", "") or meta.get("og:description", ""),
        blocks=blocks,
        text=text,
        address=address,
    )


def language_of(text: str) -> str:
    """Chinese where Chinese characters make a good part of the letters, else English."""
    letters = sum(letter.isalpha() for letter in text)
    return "zh" if len(HAN.findall(text)) > 0.2 * letters else "en"


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    """What the page's head says of it, by the lower-case name; the first of several."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta", content=True):
        name = str(tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        value = plain(str(tag["content"]))[:1_000]
        if name and value:
            found.setdefault(name, value)
    return found


def _title(soup: BeautifulSoup, meta: dict[str, str]) -> tuple[str, str]:
    """The title, and what stands behind it in the browser's: most often the site."""
    whole = plain(soup.title.get_text()) if soup.title else ""
    given = next((meta[name] for name in _TITLES if meta.get(name)), "")
    headings = [plain(tag.get_text(" ")) for tag in soup.find_all("h1")]
    parts = [part for part in _DASHES.split(whole) if part.strip()]
    title = next((text for text in headings if len(text) >= 4 and (_within(text, whole) or _within(text, given))), "")
    title = title or given or (max(parts, key=len) if parts else "") or next((text for text in headings if text), "")
    rest = parts[-1] if len(parts) > 1 and not _within(parts[-1], title) else ""
    return title[:200], rest[:100]


def _within(text: str, whole: str) -> bool:
    return bool(text) and "".join(text.split()).casefold() in "".join(whole.split()).casefold()


def _between(top: str, title: str, text: str) -> str:
    """What stands below the title and above the content: most often source and date."""
    start = top.rfind(title, 0, top.find(text[:20]) + 1) if title else -1
    return top[start : top.find(text[:20])] if start >= 0 else ""


def _date(soup: BeautifulSoup, meta: dict[str, str], data: str, tops: tuple[str, str], address: str) -> str:
    """When it was published, by what is most to be trusted: the head, linked data, a labelled date, one below the title, the address."""
    for name in _DATES:
        if found := date_in(meta.get(name, "")):
            return found
    if (stated := re.search(r'"datePublished"\s*:\s*"([^"]{4,40})"', data)) and (found := date_in(stated[1])):
        return found
    top, below_title = tops
    for label in _DATE_LABEL.finditer(top):
        if found := date_in(top[label.end() : label.end() + 30]):
            return found
    if found := date_in(below_title):
        return found
    for tag in soup.find_all("time", limit=5):
        if found := date_in(f"{tag.get('datetime', '')} {tag.get_text()}"):
            return found
    in_address = re.search(r"/(?:t)?((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?:[/-]?(0[1-9]|[12]\d|3[01]))?(?=[/_.\-]|$)", urlsplit(address).path)
    return "-".join(part for part in in_address.groups() if part) if in_address else ""


def _blocks(found: Sequence[Leaf], base: str) -> Iterator[Block]:
    """The leaves put together again: those of one list or one table are one block."""
    left = MOST_MEDIA
    tables: dict[int, bool] = {}
    for (kind, _number), group in groupby(found, lambda leaf: _holder(leaf.element, tables)):
        part = list(group)
        if kind == "list":
            yield Block("list", items=tuple(" ".join(leaf.text for leaf in item) for item in _grouped(part, ("li",)) if any(leaf.text for leaf in item)))
        elif kind == "table":
            rows = [tuple(" ".join(leaf.text for leaf in cell) for cell in _grouped(row, ("td", "th", "caption"))) for row in _grouped(part, ("tr", "caption"))]
            yield Block("table", rows=tuple(row for row in rows if any(row)))
        for leaf in part:
            if leaf.text and kind == "heading":
                yield Block("heading", leaf.text, level=int(leaf.element.name[1]))
            elif leaf.text and kind == "paragraph":
                yield Block("paragraph", leaf.text)
            elif not leaf.text and left and (block := _medium(leaf.element, base)):
                left -= 1
                yield block


def _holder(tag: Tag, tables: dict[int, bool]) -> tuple[str, int]:
    """What a leaf is part of: the outermost list, or the table of data, or its own heading or paragraph."""
    kind, holder = ("heading" if tag.name in HEADINGS else "paragraph"), number(tag)
    for parent in (tag, *tag.parents):
        if parent.name in ("ul", "ol") and kind != "table":
            kind, holder = "list", number(parent)
        elif parent.name == "table":
            if number(parent) not in tables:
                tables[number(parent)] = _is_data(parent)
            if tables[number(parent)]:
                return "table", number(parent)
    return kind, holder


def _is_data(table: Tag) -> bool:
    """Old pages lay themselves out by tables; a table of data has rows of several short cells and none inside them."""
    cells = table.find_all(["td", "th"])
    rows = table.find_all("tr", limit=2)
    if table.find("table") or len(rows) < 2 or len(cells) < 4 or table.find(["h1", "h2", "h3"]):
        return False
    return sum(len(cell.find_all("p", limit=4)) > 3 for cell in cells) == 0 and any(len(row.find_all(["td", "th"], limit=2)) > 1 for row in rows)


def _grouped(part: Sequence[Leaf], kinds: tuple[str, ...]) -> list[list[Leaf]]:
    """The leaves that stand in the same element of these kinds."""

    def inside(leaf: Leaf) -> int:
        return next((number(tag) for tag in (leaf.element, *leaf.element.parents) if tag.name in kinds), -1)

    return [list(group) for _key, group in groupby(part, inside)]


def _medium(tag: Tag, base: str) -> Block | None:
    if tag.name == "img":
        source = next((str(tag[name]) for name in ("data-src", "data-original", "data-lazy-src", "data-url", "src") if tag.get(name)), "")
        source = source or str(tag.get("srcset", "")).split(",")[0].strip().split(" ")[0]
        address = checked(source, base)
        return Block("image", plain(str(tag.get("alt", "")))[:300], address=address) if address else None
    sources = [str(inner["src"]) for inner in (tag, *tag.find_all("source")) if inner.get("src")]
    address = next((found for source in sources if (found := film(checked(source, base), player=True))), "")
    return Block("video", address=address) if address else None
