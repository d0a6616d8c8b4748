"""Drawings: an SVG checked against lists of what a drawing needs, and written anew from nothing but that. Pure.

It becomes part of a page, so whatever is not on the lists does not get through: what could act or reach outside is refused with its
line, what an editor leaves behind (its own elements and attributes, comments, style sheets' class names) is left out. SVG 2:
https://www.w3.org/TR/SVG2/. Expat reads it, which builds nothing from outside; a document type, and with it every entity, is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from core.errors import N_, Invalid

MOST_BYTES = 300 * 1024
MOST_DEPTH = 60
MOST_DRAWN = 20_000  # elements, when every use is drawn out
OWN = "fig-"  # every id begins with it, so that none is taken for one of the page's

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# What drawing programs add about themselves.
CLUTTER = (
    "http://sodipodi.sourceforge.net/",
    "http://www.inkscape.org/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/",
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc linearGradient radialGradient stop pattern clipPath mask marker"
)
TEXT = _words("text tspan title desc")
LEFT_OUT = _words("metadata")
CLASSES = _words("k hk kf soft hot tw")  # those that theme.css has for drawings
PRESENTATION = _words(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset"
    " opacity color stop-color stop-opacity clip-path clip-rule mask marker-start marker-mid marker-end paint-order vector-effect visibility display"
    " font-family font-size font-weight font-style text-anchor dominant-baseline alignment-baseline baseline-shift letter-spacing word-spacing text-decoration"
)
ATTRIBUTES = PRESENTATION | _words(
    "id class href viewBox preserveAspectRatio transform x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy rotate width height d points pathLength offset"
    " textLength lengthAdjust gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits"
    " maskContentUnits markerUnits markerWidth markerHeight refX refY orient role aria-label aria-hidden"
)
NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
FUNCTION = re.compile(r"([\w-]*)\s*\(\s*([^()]*)\)")
FUNCTIONS = {"var", "rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewX", "skewY"}
LOCAL = re.compile(r"""(["']?)#([A-Za-z_][\w.-]{0,99})\1""")
SUSPICIOUS = re.compile(r"[\\@;{}<>\x00-\x08]|/\*|javascript:|expression|-moz-binding", re.I)


@dataclass
class _Node:
    """An element as it will be written."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["_Node | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["_Node"]:
        yield from (one for one in self.inside if isinstance(one, _Node))

    def references(self) -> list[str]:
        """The ids that this element draws."""
        return [match[2] for key, value in self.attributes.items() if key in PRESENTATION or key == "href" for match in LOCAL.finditer(value)]


def clean_drawing(body: bytes) -> str:
    """The drawing as it may stand in a page. Raises Invalid, which names the line and what is wrong there."""
    if len(body) > MOST_BYTES:
        raise Invalid(N_("The drawing is larger than %(most)s kB."), most=MOST_BYTES // 1024)
    root = _Reader().read(body)
    _size(root)
    _measure(root)
    wanted = {name for node in _all(root) for name in node.references()}
    for node in _all(root):
        if node.attributes.get("id") not in wanted:
            node.attributes.pop("id", None)
    return _written(root).strip()


class _Reader:
    """Builds the tree of what is allowed. `skipping` counts the open elements below one that is left out."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self.open: list[_Node] = []
        self.skipping = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.ProcessingInstructionHandler = self._refuse_instruction

    def read(self, body: bytes) -> _Node:
        try:
            self.parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Invalid(N_("Line %(line)s: this is not sound SVG."), line=self.parser.CurrentLineNumber) from error
        assert self.root  # a document without a root is not sound
        return self.root

    def refuse(self, message: str, **values: object) -> Invalid:
        return Invalid(message, line=self.parser.CurrentLineNumber, **values)

    def _refuse_doctype(self, *_declared: object) -> None:
        raise self.refuse(N_("Line %(line)s: a drawing needs no document type. Save it as plain SVG."))

    def _refuse_instruction(self, *_what: object) -> None:
        raise self.refuse(N_("Line %(line)s: a drawing holds no instructions to a program. Save it as plain SVG."))

    def _start(self, tag: str, sent: dict[str, str]) -> None:
        space, _blank, name = tag.rpartition(" ")
        if self.skipping or space.startswith(CLUTTER) or (space == SVG and name in LEFT_OUT):
            self.skipping += 1
            return
        if self.root is None and (name != "svg" or space not in (SVG, "")):
            raise self.refuse(N_("Line %(line)s: this is no SVG drawing; it must begin with <svg>."))
        if name not in ELEMENTS or space not in (SVG, ""):
            raise self.refuse(N_("Line %(line)s: <%(name)s> is not allowed in a drawing."), name=name[:40])
        if len(self.open) >= MOST_DEPTH:
            raise self.refuse(N_("Line %(line)s: too many elements inside each other."))
        node = _Node(name, self.parser.CurrentLineNumber, self._attributes(name, sent))
        if self.root is None:
            self.root = node
        else:
            self.open[-1].inside.append(node)
        self.open.append(node)

    def _end(self, _tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
        else:
            self.open.pop()

    def _text(self, text: str) -> None:
        if self.open and not self.skipping:
            self.open[-1].inside.append(text if self.open[-1].name in TEXT else "\n" if "\n" in text else "")

    def _attributes(self, name: str, sent: dict[str, str]) -> dict[str, str]:
        """What is kept of an element's attributes; its style declarations become attributes, since pages forbid styles."""
        found: dict[str, str] = {}
        for key, value in sent.items():
            space, _blank, local = key.rpartition(" ")
            if local.lower().startswith("on"):
                raise self.refuse(N_("Line %(line)s: “%(name)s” is not allowed in a drawing."), name=local[:40])
            if space not in ("", XLINK) or local == "style":
                continue
            if local in ATTRIBUTES and (kept := self._value(local, value.strip())):
                found[local] = kept
        for declaration in sent.get("style", "").split(";"):
            key, _colon, value = (part.strip() for part in declaration.partition(":"))
            kept = self._value(key, value)
            if key in PRESENTATION and kept:
                found[key] = kept
        if "href" in found and name == "svg":
            del found["href"]
        return found

    def _value(self, key: str, value: str) -> str:
        """A value that reaches nothing outside the drawing; ids in it get our beginning. Raises Invalid."""
        trouble = self.refuse(N_("Line %(line)s: “%(value)s” is not allowed in a drawing."), value=value[:60])
        if key == "class":
            return " ".join(word for word in value.split() if word in CLASSES)
        if key == "id":
            return _own(value) if NAME.fullmatch(value) else ""
        if key == "href":
            match = LOCAL.fullmatch(value)
            if match is None:
                raise trouble
            return f"#{_own(match[2])}"
        if key == "aria-label":
            return value
        if SUSPICIOUS.search(value):
            raise trouble

        def check(call: re.Match[str]) -> str:
            local = LOCAL.fullmatch(call[2].strip())
            if call[1] == "url" and local:
                return f"url(#{_own(local[2])})"
            if call[1] not in FUNCTIONS:
                raise trouble
            return call[0]

        checked = FUNCTION.sub(check, value)
        if checked.count("(") != len(FUNCTION.findall(value)) or "url" in FUNCTION.sub("", value).lower():
            raise trouble
        return checked


def _own(name: str) -> str:
    return name if name.startswith(OWN) else OWN + name


def _all(node: _Node) -> Iterator[_Node]:
    yield node
    for inner in node:
        yield from _all(inner)


def _size(root: _Node) -> None:
    """The page decides how large a drawing is; the drawing says how it is proportioned."""
    width, height = (re.match(r"\d+(\.\d+)?", root.attributes.pop(side, "")) for side in ("width", "height"))
    if "viewBox" not in root.attributes:
        if width is None or height is None:
            raise Invalid(N_("Line %(line)s: the drawing lacks its “viewBox”."), line=root.line)
        root.attributes["viewBox"] = f"0 0 {width[0]} {height[0]}"


def _measure(root: _Node) -> None:
    """Refuse what references blow up: an element that is drawn inside itself, or more of them than a browser bears."""
    named = {node.attributes["id"]: node for node in _all(root) if "id" in node.attributes}
    known: dict[int, int] = {}

    def drawn(node: _Node, above: tuple[int, ...]) -> int:
        if id(node) in above or len(above) > 3 * MOST_DEPTH:
            raise Invalid(N_("Line %(line)s: this element is drawn inside itself."), line=node.line)
        if id(node) not in known:
            inside = [*node, *(named[name] for name in node.references() if name in named)]
            known[id(node)] = min(1 + sum(drawn(one, (*above, id(node))) for one in inside), MOST_DRAWN + 1)
        return known[id(node)]

    if drawn(root, ()) > MOST_DRAWN:
        raise Invalid(N_("The drawing has too many parts; a page could not show it."))


def _written(node: _Node) -> str:
    space = f' xmlns="{SVG}"' if node.name == "svg" else ""
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
    inside = "".join(escape(one, quote=False) if isinstance(one, str) else _written(one) for one in node.inside)
    return f"<{node.name}{space}{attributes}>{inside}</{node.name}>" if inside else f"<{node.name}{space}{attributes}/>"
