"""The text of a page piece by piece: one leaf for every run of text that no block interrupts, in the order of the page."""

from __future__ import annotations  # the parsers are loaded late: 25 MB in every server process, for the few requests that bring a page

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.reports.addresses import plain, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

BLOCKS = words(
    "html body header footer main article section aside nav div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr th td pre blockquote"
    " figure figcaption address center form fieldset legend details summary hgroup"
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
MEDIA = frozenset(("img", "video", "iframe", "embed"))
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)


@dataclass(frozen=True)
class Leaf:
    """A run of text, with the block it stands in and how many of its characters are links; or a picture or film without text."""

    element: Tag
    text: str
    linked: int = 0


def tree_of(markup: str) -> BeautifulSoup:
    """The page as a tree, without what it hides; each element carries its number in the order of the page."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(markup, "lxml")
    for number, tag in enumerate(soup.find_all(True)):
        if tag.decomposed:
            continue
        if tag.name not in ("html", "body") and (tag.has_attr("hidden") or _HIDDEN.search(str(tag.get("style", "")))):
            tag.decompose()
        else:
            tag["data-n"] = str(number)
    return soup


def number(tag: Tag) -> int:
    """The place of an element in the order of the page."""
    return int(str(tag.get("data-n") or -1))


def names(tag: Tag) -> str:
    """Its class and id, as one text."""
    return " ".join(str(name) for key in ("class", "id") for name in tag.get_attribute_list(key) if name)


def leaves(root: Tag) -> Iterator[Leaf]:
    """Every leaf below this element."""
    runs: list[tuple[str, bool]] = []
    yield from _leaves(root, root, False, runs)
    yield from _end(root, runs)


def _leaves(tag: Tag, block: Tag, link: bool, runs: list[tuple[str, bool]]) -> Iterator[Leaf]:
    from bs4.element import NavigableString, Tag

    for child in tag.children:
        if type(child) is NavigableString:
            runs.append((str(child), link))
        elif not isinstance(child, Tag) or child.name in ("head", "title") or (child.name == "button" and block.name not in HEADINGS):
            continue
        elif child.name in BLOCKS:
            yield from _end(block, runs)
            yield from _leaves(child, child, link, runs)
            yield from _end(child, runs)
        elif child.name in MEDIA:
            yield Leaf(child, "")
        elif child.name == "br":
            runs.append(("\n", link))
        else:
            yield from _leaves(child, block, link or child.name == "a", runs)


def _end(block: Tag, runs: list[tuple[str, bool]]) -> Iterator[Leaf]:
    """A line break of the source is a space; one that the page asks for twice begins a new leaf."""
    linked, parts = 0, [""]
    for text, link in runs:
        if text == "\n":
            parts.append("")
        else:
            parts[-1] += text
            linked += link * len("".join(text.split()))
    runs.clear()
    text = "\n".join(plain(part) for part in parts).strip()
    whole = max(1, len("".join(text.split())))
    for paragraph in re.split(r"\n{2,}", text):
        if paragraph:
            yield Leaf(block, plain(paragraph), round(linked * len("".join(paragraph.split())) / whole))
