"""An item of QTI while it is written: its parts in the order that the schema wants, texts by language, and what is named of it. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from core.errors import N_
from core.languages import HAN, said
from quizzes.formats import markup, texts
from quizzes.formats.ims.item import MODE, TOOL
from quizzes.formats.ims.names import NAMESPACES, XML_LANG, attribute, named
from quizzes.formats.ims.profile import fit
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.pictures import TYPES, size_of
from quizzes.formats.trees import UNWRITABLE
from quizzes.rules.questions import Content, QuestionKind

TAGS = {"en": "en", "zh": "zh-CN"}
RESPONSE = "RESPONSE"


def _all_pairs(content: Content) -> list[Mapping[str, str]]:
    names = ("options", "stems") if content["kind"] != QuestionKind.TRUE_FALSE else ()
    rows = [content, *(row for name in names for row in content.get(name, ()))]
    feedback = [row["feedback"] for name in ("options", "answers") for row in content.get(name, ()) if row.get("feedback")]
    pairs = [row["text"] for row in rows if row.get("text")]
    return [*pairs, *feedback, content["feedback"], *content.get("outcomes", {}).values(), content.get("guide") or {}]


class Sheet:
    """A question while it is written."""

    def __init__(self, entry: Entry, number: int, version: str):
        from lxml import etree

        self.entry, self.content, self.version = entry, entry.content, version
        self.kind = QuestionKind(entry.content["kind"])
        self.form = entry.content.get("format") or texts.PLAIN
        self.unmarked = texts.unmarked_in(_all_pairs(entry.content))
        shown = [said(entry.content["text"], "en")] if self.kind == QuestionKind.WORDS else entry.content["text"].values()  # gaps are in one language
        self.title = entry.title or markup.excerpt(shown) or str(self.kind)
        self.identifier = f"item-{number}"
        self.named: list[Named] = []
        self.files: dict[str, bytes] = {}
        self._etree = etree
        self.declared: list[Any] = []
        self.outcomes: list[Any] = []
        self.rules: list[Any] = []
        self.shown: list[Any] = []  # modal feedback
        self.body = self.element("itemBody", **{"class": MODE + self.form})

    def note(self, message: str, lost: bool = False, **values: Any) -> None:
        """Name something that is not written, or is written in another way."""
        row = Named(self.entry.uid or self.entry.where, self.title, message, values, lost)
        if row not in self.named:
            self.named.append(row)

    def writable(self, text: str) -> str:
        """A text without those characters that XML cannot hold."""
        if not UNWRITABLE.search(text):
            return text
        self.note(N_("Control characters in a text were left out, for XML cannot hold them."))
        return UNWRITABLE.sub("", text)

    def element(self, tag: str, parent: Any = None, text: str | None = None, **attributes: str) -> Any:
        """An element of QTI."""
        said = {attribute(name, self.version): self.writable(value) for name, value in attributes.items()}
        name = named(tag, self.version)
        made = self._etree.Element(name, said) if parent is None else self._etree.SubElement(parent, name, said)
        if text is not None:
            made.text = self.writable(text)
        return made

    def say(self, parent: Any, pair: Mapping[str, str], tag: str = "div") -> None:
        """A text within an element of QTI: one part for each language, without a mark where it needs none."""
        filled = {language: text for language, text in pair.items() if text.strip()}
        for language, text in filled.items():
            bare = list(filled) == [self.unmarked] and (self.unmarked == "zh" or not HAN.search(text))
            if bare and tag == "span":
                self._fill(parent, text)
                continue
            part = self._etree.SubElement(parent, tag if self.form != texts.HTML else "div")
            if not bare:
                part.set(XML_LANG, TAGS[language])
            self._fill(part, text)

    def _fill(self, part: Any, text: str) -> None:
        text = self.writable(text)
        if self.form == texts.HTML:
            from lxml import html

            made = html.fragment_fromstring(text, create_parent="div")
            if left := fit(made):
                self.note(N_("Left out, because nothing in QTI corresponds to it: %(features)s."), features=", ".join(sorted(left))[:500])
            part.text = made.text
            part.extend(list(made))
            return
        first, *lines = text.split("\n")
        part.text = first
        for line in lines:
            self._etree.SubElement(part, "br").tail = line

    def flow(self, tag: str, parent: Any, pair: Mapping[str, str], **attributes: str) -> Any:
        """An element that holds a text of its own; in version 3 within a body of content."""
        made = self.element(tag, parent, **attributes)
        self.say(self.element("contentBody", made) if self.version != "2.1" else made, pair)
        return made

    def picture(self, within: Any, sides: tuple[int, int] | None = None) -> bool:
        """The picture of the question, as large as given or as it is. False where its file is missing."""
        picture = self.content.get("picture")
        body = self.entry.pictures.get(picture["file"]) if picture else None
        size = size_of(body) if body else None
        if not picture or body is None or size is None:
            return False
        name = f"{self.identifier}/{picture['file'].rsplit('/', 1)[-1]}"
        self.files[name] = body
        width, height = (str(side) for side in sides or (picture["width"], picture["height"]))
        alt = self.writable(texts.join(picture.get("alt") or {}, texts.PLAIN, self.unmarked))
        address = self.address(name)
        if sides and self.version == "2.1":
            made = self._etree.SubElement(within, "object", type=TYPES[size.kind], data=address, width=width, height=height)
            made.text = alt
        else:
            self._etree.SubElement(within, "img", src=address, alt=alt, width=width, height=height)
        return True

    def address(self, name: str) -> str:
        """A file of the package as an item names it."""
        return quote(name)

    def block(self) -> Any:
        """A paragraph at the end of the body."""
        return self._etree.SubElement(self.body, "p")

    def declare(self, identifier: str, cardinality: str, base: str, correct: list[str]) -> Any:
        """A response with what is right."""
        made = self.element("responseDeclaration", identifier=identifier, cardinality=cardinality, baseType=base)
        if correct:
            values = self.element("correctResponse", made)
            for value in correct:
                self.element("value", values, value)
        self.declared.append(made)
        return made

    def outcome(self, identifier: str, cardinality: str, base: str, default: str = "") -> None:
        """An outcome that response processing sets."""
        made = self.element("outcomeDeclaration", identifier=identifier, cardinality=cardinality, baseType=base)
        if default:
            self.element("value", self.element("defaultValue", made), default)
        self.outcomes.append(made)

    def modal(self, outcome: str, identifier: str, pair: Mapping[str, str]) -> None:
        """Feedback that is shown when an outcome is set to this."""
        self.shown.append(self.flow("modalFeedback", None, pair, outcomeIdentifier=outcome, identifier=identifier, showHide="show"))

    def finished(self) -> bytes:
        """The item as a document."""
        fixed = {"adaptive": "false", "timeDependent": "false", "toolName": TOOL, "toolVersion": "1", XML_LANG: TAGS[self.unmarked]}
        label = {"label": self.entry.uid} if self.entry.uid else {}
        root = self.element("assessmentItem", identifier=self.identifier, title=self.title, **label, **fixed)
        root.extend([*self.declared, *self.outcomes, self.body])
        if self.rules:
            self.element("responseProcessing", root).extend(self.rules)
        root.extend(self.shown)
        # All elements are in one namespace: written into the first tag it costs nothing, set on each a quarter of the time of writing.
        opened, document = b"<" + root.tag.encode(), self._etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return bytes(document.replace(opened, opened + f' xmlns="{NAMESPACES[self.version]}"'.encode(), 1))
