"""An item of QTI while it is read: its text by language and in one format, its picture, its feedback, and what is left out. Pure."""

import html
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from core.languages import LANGUAGES
from quizzes.formats import markup, texts
from quizzes.formats.ims.profile import restore
from quizzes.formats.notes import Notes
from quizzes.formats.trees import inner, is_empty, replace

TOOL = "Safety Casebook"
MODE = "casebook-"  # class of an item's body that was written here: its texts are in this format
CHOICES = ("simpleChoice", "simpleAssociableChoice", "inlineChoice", "gapText", "gapImg")
_IN_GAPS = ("inlineChoice", "gapText")  # words in the language of the text around them
BLANK = "____"
_WRAPPERS = ("p", "div", "span")
_TAGS = {"zh": "zh", "cmn": "zh", "en": "en"}


def primary(tag: str) -> str:
    """The language that a tag of a language means, "zh" for "zh-Hans"; one that is not spoken here as it stands."""
    first = tag.lower().replace("_", "-").split("-")[0]
    return _TAGS.get(first, first)


def _only_wraps(row: Any) -> bool:
    """Whether an element's one child is a plain wrapper of all that it says."""
    child = row[0]
    said = (row.text or "").strip() or (child.tail or "").strip()
    return not said and child.tag in _WRAPPERS and set(child.attrib) <= {"lang", "class", "id"}


@dataclass(frozen=True)
class Feedback:
    """A piece of feedback: what must be set for it to be shown, and by which identifier."""

    identifier: str
    element: Any
    choice: str = ""  # the choice that it stands in


@dataclass
class Item(Notes):
    """An item while it is read. `file` gives the bytes of a file of its package by name; `folder` is where the item itself is."""

    folder: str = ""
    file: Callable[[str], bytes | None] = lambda _name: None
    mode: str = ""
    feedback: list[Feedback] = field(default_factory=list)
    guides: list[Any] = field(default_factory=list)
    hints: list[Any] = field(default_factory=list)
    interactions: list[Any] = field(default_factory=list)
    shown: tuple[float, float] | None = None
    _said: dict[Any, dict[str, tuple[str, str]]] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """What the learner sees."""
        return self.element.find("itemBody")

    def prepare(self) -> None:
        """Take the item apart, and bring every text of it into one format."""
        from lxml import etree

        etree.strip_tags(self.element, "contentBody")
        found = next((name for name in (self.body.get("class") or "").split() if name.startswith(MODE)), "")
        self.mode = found.removeprefix(MODE)
        if self.mode == texts.HTML:
            restore(self.element)
        self._take_beside()
        self._take_pictures()
        self.interactions = [row for row in self.body.iter(etree.Element) if row.tag.endswith("Interaction")]
        for row in self.interactions:
            self._open(row)
        choices = [choice for row in self.interactions for choice in row.iter(*CHOICES)]
        rows = [self.body, *choices, *(row.element for row in self.feedback), *self.guides, *self.hints]
        raw = {row: self._split(row) for row in rows}
        pieces = [(row, language, form, text) for row, by in raw.items() for language, (form, text) in by.items()]
        self.form, said = texts.in_one_format([(form, text) for _row, _language, form, text in pieces])
        if self.mode in (texts.HTML, texts.MARKDOWN):
            self.form = self.mode
        own = primary(self.element.get("lang") or "")
        free = [text for (row, language, _form, _text), text in zip(pieces, said, strict=True) if not language and row.tag not in _IN_GAPS]
        self.unmarked = self.wanted or ("zh" if own == "zh" or texts.language_of(free) == "zh" else "en")
        if own and own not in LANGUAGES:
            self.left_out(f"xml:lang={own[:20]}")
        for (row, language, form, _text), text in zip(pieces, said, strict=True):
            self._said.setdefault(row, {})[language or self.unmarked] = (form, text)
        if self.picture:
            self.picture["alt"] = texts.split(self.picture["alt"], self.unmarked)

    def _take_beside(self) -> None:
        for row in list(self.element.iter("modalFeedback", "feedbackInline", "feedbackBlock")):
            choice = next((parent.get("identifier", "") for parent in row.iterancestors(*CHOICES)), "")
            self.feedback.append(Feedback(row.get("identifier", ""), row, choice))
            if row.tag != "modalFeedback":
                self._cut(row)
        for row in list(self.body.iter("rubricBlock")):
            views = set((row.get("view") or "candidate").split())
            if "candidate" in views:
                row.tag = "div"
                row.attrib.clear()
                continue
            self._cut(row)
            if "scorer" in views:
                self.guides.append(row)
            else:
                self.left_out(f"rubricBlock view={' '.join(sorted(views))}")
        for row in list(self.body.iter("infoControl")):
            self._cut(row)
            self.hints.append(row)
        for row in list(self.element.iterfind("stylesheet")):
            self.left_out("stylesheet")
            self.element.remove(row)

    def _cut(self, row: Any) -> None:
        replace(row)
        row.tail = None

    def _take_pictures(self) -> None:
        for row in list(self.body.iter("img", "object")):
            if next(row.iterancestors(*CHOICES), None) is not None or row.getparent() is None:
                continue
            source = row.get("src") or row.get("data") or ""
            if source.startswith(("http://", "https://")) and row.tag == "img":
                continue
            alt = row.get("alt") or " ".join("".join(row.itertext()).split())
            if self.picture is None and self._takes(source, alt):
                sides = [row.get(side, "").removesuffix("px") for side in ("width", "height")]
                self.shown = (float(sides[0]), float(sides[1])) if all(side.isdecimal() and int(side) for side in sides) else None
            else:
                self.left_picture(markup.file_name(source) if not source.startswith("data:") else "data:")
            parent = row.getparent()
            self._cut(row)
            if parent.tag in ("p", "div") and is_empty(parent):
                self._cut(parent)

    def _takes(self, source: str, alt: str) -> bool:
        body = markup.embedded(source) if source.startswith("data:") else self.file(posixpath.normpath(posixpath.join(self.folder, unquote(source))))
        name = "picture" if source.startswith("data:") else markup.file_name(source)
        return body is not None and self.take_picture(name, body, alt)

    def _open(self, row: Any) -> None:
        """Leave of an interaction in the text what belongs to the text: its prompt, a blank, or the mark of a gap."""
        identifier, parent = row.get("responseIdentifier", ""), row.getparent()
        prompt = row.find("prompt")
        if row.tag == "inlineChoiceInteraction":
            self._place(row, f"[[{identifier}]]")
        elif row.tag == "textEntryInteraction":
            self._place(row, BLANK if not self.mode else "")
            if parent.tag in ("p", "div") and parent is not self.body and ("".join(parent.itertext()).strip() in ("", BLANK)) and len(parent) == 0:
                self._cut(parent)
        elif row.tag == "gapMatchInteraction":
            self._open_gaps(row)
        elif prompt is not None:
            row.remove(prompt)
            prompt.tag, prompt.tail = "div", row.tail
            prompt.attrib.pop("id", None)
            parent.insert(parent.index(row), prompt)
            row.tail = None
            parent.remove(row)
        else:
            self._cut(row)

    def _place(self, row: Any, text: str) -> None:
        replace(row, text)
        row.tail = None

    def _open_gaps(self, row: Any) -> None:
        from copy import deepcopy

        kept = deepcopy(row)
        for gap in list(kept.iter("gap")):
            replace(gap, f"[[{gap.get('identifier', '')}]]")
        for choice in kept.findall("gapText") + kept.findall("gapImg"):
            replace(choice)
        for prompt in kept.findall("prompt"):
            prompt.tag = "p"
        kept.tag, kept.tail = "div", row.tail
        kept.attrib.clear()
        parent = row.getparent()
        row.tail = None
        parent.replace(row, kept)

    def _split(self, row: Any) -> dict[str, tuple[str, str]]:
        kids = list(row)
        blank = not (row.text or "").strip() and not any((kid.tail or "").strip() for kid in kids)
        if not kids or not blank or not all(kid.get("lang") for kid in kids):
            return {"": self._piece(row)}
        by: dict[str, list[Any]] = {}
        for kid in kids:
            by.setdefault(primary(kid.get("lang")), []).append(kid)
        known = [language for language in by if language in LANGUAGES]
        for language in by:
            if known and language not in known:
                self.left_out(f"xml:lang={language[:20]}")
        return {language: self._joined(by[language]) for language in known} or {"": self._joined(kids)}

    def _joined(self, kids: list[Any]) -> tuple[str, str]:
        pieces = [self._piece(kid) for kid in kids]
        if len(pieces) == 1:
            return pieces[0]
        return texts.HTML, "".join(f"<p>{texts.as_html(text, form)}</p>" for form, text in pieces)

    def _piece(self, row: Any) -> tuple[str, str]:
        while not self.mode and len(row) == 1 and _only_wraps(row):
            row = row[0]
        if self.mode and len(row) == 1 and row[0].tag == "div" and row.tag in ("itemBody", "modalFeedback", "rubricBlock"):
            row = row[0]
        if self.mode in (texts.PLAIN, texts.MARKDOWN):
            for line in list(row.iter("br")):
                replace(line, "\n")
            return self.mode, "".join(row.itertext()).strip()
        row.attrib.pop("lang", None)
        text = inner(row).strip()
        if self.mode or len(row):
            return texts.HTML, text
        return texts.PLAIN, " ".join(html.unescape(text).split())

    def pair(self, row: Any) -> dict[str, str]:
        """The text of an element by language, as it may be stored."""
        return {language: kept for language, (_form, text) in self._said.get(row, {}).items() if (kept := self.cleaned(text).strip())}

    def plain_pair(self, row: Any) -> dict[str, str]:
        """The text of an element as plain text, for what is chosen in a gap: in the language of the text where that has only one."""
        made = {language: texts.as_plain(text) if form == texts.HTML else text for language, (form, text) in self._split(row).items()}
        spoken = list(self._said.get(self.body, {}))
        unmarked = spoken[0] if len(spoken) == 1 else self.unmarked
        return {language or unmarked: text for language, text in made.items() if text}
