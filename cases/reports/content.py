"""Which leaves of a page are its main content.

readability-lxml finds where it is. It leaves out lists, tables, headings and captions that stand between the paragraphs
it takes, and on some pages takes a small part or what stands beside: that is put right here, by rules that know no page.
"""

from __future__ import annotations  # the parsers are loaded late: 25 MB in every server process, for the few requests that bring a page

import logging
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cases.reports.leaves import BLOCKS, HEADINGS, Leaf, leaves, names, number
from core.languages import HAN

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

logging.getLogger("readability").setLevel(logging.CRITICAL)  # it logs a page that it cannot read as an error of the program

FRAMES = frozenset(("div", "section", "article", "main", "td", "body", "html"))
ASIDE = frozenset(("nav", "aside", "footer", "form", "button", "fieldset", "address", "head"))
_WORD = r"(?:^|[\s_-])(?:{})(?:$|[\s_-])"
BESIDE = re.compile(
    _WORD.format(
        r"ads?|advert\w*|author\w*|banner|bio|breadcrumbs?|byline|comments?|cookie\w*|copyright|disqus|editsection|follow|footer|hidden|jump\w*|login|masthead"
        r"|menu|metadata|modal|more-?stories|most-?read|nav|navbar|navigation|newsletter|noprint|outbrain|pager|pagination|player|popular|popup|portlet|print"
        r"|promo\w*|rating|read-?more|recommend\w*|related|share|sharing|sidebar|signup|skip\w*|social|sponsor\w*|subscri\w*|taboola|tags?|toc|toolbar|tools?"
        r"|trending|widget|fenxiang|xiangguan|tuijian|pinglun|guanggao|daohang|bdshare\w*"
    ),
    re.I,
)
# What is left out even where readability took it.
NEVER = re.compile(
    _WORD.format(
        r"(?:\w*related)(?:-?(?:posts?|articles?|stories|links?|content))?|share|share-?(?:bar|buttons?)|social-?\w+|newsletter\w*|outbrain|taboola|breadcrumbs?|bdshare\w*"
    ),
    re.I,
)
IMPRINT = re.compile(
    r"[\[【（(]?(?:(?:(?:发布|发文|成文|更新)?(?:时间|日期)|(?:信息|文章|稿件)?来源|作者|(?:责任)?编辑|字号|字体|浏览|阅读|索引号|上一篇|下一篇|分享到?)\s*[:：【\[]|打印本页|关闭窗口"
    r"|(?:published|posted|updated|source)\s*:|share this|print this|back to top)",
    re.I,
)
PROSE = 40  # characters; Chinese says as much in a third of them


def main_leaves(soup: BeautifulSoup) -> list[Leaf]:
    """The leaves of the main content, in order; all of the page where nothing stands out."""
    every = list(leaves(soup))
    texts = [leaf for leaf in every if leaf.text]
    page = _Page(soup, texts)
    kept = _taken_by_readability(soup)
    taken = [leaf for leaf in texts if number(leaf.element) in kept]
    much = 0.3 * _length(texts)
    beside = _numbers(tag for tag in soup.find_all(BLOCKS) if _is_beside(tag) and page.size[number(tag)] < much)
    prose = [leaf for leaf in texts if number(leaf.element) not in beside and _is_prose(leaf)]
    if _length(taken) < min(250, 0.3 * _length(prose)):
        taken = prose
    if not taken:
        return every
    page.weigh(taken)
    frame, much = page.frame(), 0.3 * _length(taken)
    never = _numbers(tag for tag in frame.find_all(BLOCKS) if NEVER.search(names(tag)) and page.weight[number(tag)] < much)
    chosen = page.filled(frame, taken) - never
    around = _numbers([frame]) - beside - never
    found = [leaf for leaf in every if number(leaf.element) in (chosen if leaf.text else around)]
    inner = [place for place, leaf in enumerate(found) if leaf.text and not _is_edge(leaf, beside)]
    if not inner:
        return found
    first = inner[0] - (inner[0] > 0 and found[inner[0] - 1].element.name in HEADINGS - {"h1"})
    return found[first : _behind_pictures(found, inner[-1])]


class _Page:
    """How much text, linked text and text that was taken stands in each element, by its number: counted once."""

    def __init__(self, soup: BeautifulSoup, texts: list[Leaf]) -> None:
        self.soup = soup
        self.size = _in_each((leaf, len(leaf.text)) for leaf in texts)
        self.links = _in_each((leaf, leaf.linked) for leaf in texts)
        self.weight: Counter[int] = Counter()

    def weigh(self, taken: list[Leaf]) -> None:
        """Note what was taken."""
        self.weight = _in_each((leaf, len(leaf.text)) for leaf in taken)
        self.lists = {(number(tag.parent), tag.name) for tag in self.soup.find_all(["ul", "ol"]) if tag.parent and self.weight[number(tag)]}

    def linked(self, tag: Tag) -> float:
        """The share of an element's text that is links."""
        return self.links[number(tag)] / max(1, self.size[number(tag)])

    def frame(self) -> Tag:
        """The element that holds nearly all that was taken, and what clearly belongs to it."""
        most = max(self.weight.values())
        frame: Tag = [tag for tag in self.soup.find_all(True) if self.weight[number(tag)] >= 0.8 * most][-1]
        while frame.name not in FRAMES and frame.parent is not None:
            frame = frame.parent
        while frame.parent is not None and frame.parent.name not in ("html", "body", "[document]"):
            if self.size[number(frame)] < 0.6 * self.size[number(frame.parent)] or self.linked(frame.parent) > 0.25:
                break
            frame = frame.parent
        return frame

    def filled(self, frame: Tag, taken: list[Leaf]) -> set[int]:
        """The numbers of the elements that were taken, and of those between and around them that read like content."""
        chosen = {number(leaf.element) for leaf in taken}
        first, last = number(taken[0].element), number(taken[-1].element)

        def add(tag: Tag) -> None:
            chosen.add(number(tag))
            for child in _children(tag):
                if not _is_beside(child):
                    add(child)

        def visit(tag: Tag) -> None:
            for child in _children(tag):
                if self.weight[number(child)]:
                    visit(child)
                elif child.name not in BLOCKS or _is_beside(child):
                    continue
                elif self._belongs(child) if first <= number(child) <= last else self._may_follow(child):
                    add(child)

        visit(frame)
        return chosen

    def _belongs(self, tag: Tag) -> bool:
        """Whether something between paragraphs of the content is content too."""
        linked = self.linked(tag)
        if tag.name in ("tr", "td", "th", "thead", "tbody", "tfoot", "caption", *HEADINGS):
            return True
        if tag.name in ("ul", "ol"):
            return linked < 0.6 or (number(tag.parent), tag.name) in self.lists if tag.parent else False
        if tag.name in ("div", "section", "header", "form", "center"):
            return tag.name != "header" and linked < 0.3 and self.size[number(tag)] >= 100 and tag.find(["p", "figure", "table"]) is not None
        return linked < 0.5

    def _may_follow(self, tag: Tag) -> bool:
        """Whether something before or behind all that was taken is content."""
        kinds = ("p", "pre", "blockquote", "dl", "dd", "table", "ul", "ol", "figure", "tr", "td", "li")
        return tag.name in kinds and self.size[number(tag)] >= 30 and self.linked(tag) < 0.2


def _in_each(amounts: Iterable[tuple[Leaf, int]]) -> Counter[int]:
    """The sum of the amounts in each element."""
    found: Counter[int] = Counter()
    for leaf, amount in amounts:
        for tag in (leaf.element, *leaf.element.parents):
            found[number(tag)] += amount
    return found


def _taken_by_readability(soup: BeautifulSoup) -> set[int]:
    """The numbers of the elements that it hands back. It weighs paragraphs by their commas, and knows none but the Latin one."""
    from readability import Document
    from readability.readability import Unparseable

    try:
        summary = Document(str(soup).replace("，", ",").replace("、", ",")).summary()
    except Unparseable:
        return set()
    return {int(found) for found in re.findall(r'data-n="(\d+)"', summary)}


def _is_prose(leaf: Leaf) -> bool:
    return len(leaf.text) + 2 * len(HAN.findall(leaf.text)) >= PROSE and leaf.linked <= 0.3 * len(leaf.text)


def _is_edge(leaf: Leaf, beside: set[int]) -> bool:
    """Whether it is no content where it stands first or last: links, a heading that nothing follows, who published it when."""
    return (
        leaf.linked > 0.5 * len(leaf.text)
        or number(leaf.element) in beside
        or leaf.element.name in HEADINGS
        or (len(leaf.text) < 120 and IMPRINT.match(leaf.text) is not None)
    )


def _behind_pictures(found: list[Leaf], place: int) -> int:
    """Behind the pictures and films that follow this leaf."""
    return next((later for later in range(place + 1, len(found)) if found[later].text), len(found))


def _numbers(tags: Iterable[Tag]) -> set[int]:
    """The numbers of these elements and of all inside them."""
    found: set[int] = set()
    for tag in tags:
        if number(tag) not in found:
            found |= {number(tag), *map(number, tag.find_all(True))}
    return found


def _length(several: Iterable[Leaf]) -> int:
    return sum(len(leaf.text) for leaf in several)


def _is_beside(tag: Tag) -> bool:
    return tag.name in ASIDE or BESIDE.search(names(tag)) is not None


def _children(tag: Tag) -> list[Tag]:
    return tag.find_all(True, recursive=False)
