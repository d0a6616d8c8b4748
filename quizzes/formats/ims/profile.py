"""The HTML that the schemas of QTI let into an item, and how other HTML goes through it without loss. Pure.

QTI 2.1 and 3.0 take the XHTML of their content model and nothing else; an item with one <u> in it is invalid. Elements that are not in it
are written as <span> or <div> with their name in `class`, and come back from there.
"""

import re
from typing import Any

from quizzes.formats.ims.names import XML_LANG

_MARK = "casebook-html-"
_MARKED = re.compile(_MARK + "([a-z][a-z0-9]{0,15})")
_WRAPPED = "x"  # a wrapper that only stands there because text must not
_BLOCKS = {*("address", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul")}
_INLINE = {*("a", "abbr", "acronym", "b", "big", "br", "cite", "code", "dfn", "em", "i", "img", "kbd", "q", "samp", "small", "span", "strong", "sub", "sup")}
_INLINE |= {"tt", "var"}
_PARTS = {*("li", "dt", "dd", "caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th")}
_BLOCKS_ELSEWHERE = {*("article", "aside", "center", "details", "figcaption", "figure", "footer", "header", "hgroup", "nav", "section", "summary")}
_ATTRIBUTES = {
    "a": {"href"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "table": {"summary"},
}


def fit(root: Any) -> set[str]:
    """Bring the elements below `root` into the content model of QTI; the names of the attributes that have no place in it."""
    left: set[str] = set()
    for element in list(root.iterdescendants()):
        known = _ATTRIBUTES.get(element.tag, set())
        if element.tag not in _BLOCKS | _INLINE | _PARTS:
            name, element.tag = element.tag, "div" if element.tag in _BLOCKS_ELSEWHERE else "span"
            element.set("class", _MARK + name)
        for name, value in element.attrib.items():
            if name == "lang":
                element.set(XML_LANG, value)
            if name not in known and name not in ("class", XML_LANG):
                del element.attrib[name]
                left |= {name} - {"lang", "rel"}  # `rel` is given to every link that is shown
        if element.tag == "img" and element.get("alt") is None:
            element.set("alt", "")
        if element.tag == "blockquote":
            _wrap(element)
    return left


def _wrap(element: Any) -> None:
    """A quotation holds blocks only: where text or a word stands in it, one block holds it all."""
    tails = [element.text, *(child.tail for child in element)]
    if not any((text or "").strip() for text in tails) and all(child.tag in _BLOCKS for child in element):
        return
    inner = element.makeelement("div", {"class": _MARK + _WRAPPED})
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)


def restore(root: Any) -> None:
    """The HTML that was brought into QTI, as it was."""
    from lxml import etree

    for element in root.iterdescendants("span", "div"):
        found = _MARKED.fullmatch(element.get("class", ""))
        if found:
            element.tag = found[1]
            del element.attrib["class"]
    etree.strip_tags(root, _WRAPPED)
