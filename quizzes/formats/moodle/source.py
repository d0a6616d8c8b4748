"""One <question> of a Moodle XML file while it is read: its texts in one format and by language, its files, and what is left out. Pure."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.formats import markup, texts
from quizzes.formats.notes import Notes
from quizzes.formats.pictures import size_of
from quizzes.formats.trees import inner

FORMATS = {"html": texts.HTML, "markdown": texts.MARKDOWN, "plain_text": texts.PLAIN, "plain": texts.PLAIN}
AUTO = "moodle_auto_format"
_TAG = re.compile(r"</?[a-zA-Z][\w]*(\s[^<>]*)?/?>")
_MARKDOWN_IMAGE = re.compile(r"(?<!\s)\s*+!\[((?:\\.|[^\[\]\\]){0,1000})\]\((@@PLUGINFILE@@/[^)\s]{1,300})\)")
# Where the texts of a question are that have a format of their own, in the paths of every type.
_FORMATTED = ("generalfeedback", "hint", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "graderinfo", "answer/feedback", "subquestion")
# Plain texts, never in a format, by which the language of a question is known too.
_CHOSEN = {"selectoption", "dragbox"}


def text_in(element: Any) -> str:
    """The text of an element, in its <text> or, in old files, in itself."""
    if element is None:
        return ""
    said = element.find("text")
    if said is None:
        return (element.text or "").strip()
    return (inner(said) if len(said) else said.text or "").strip()


def value_of(element: Any, tag: str, default: str = "") -> str:
    """What a child says, or the default where it is missing or empty."""
    child = element.find(tag)
    return (text_in(child) if child is not None else "") or default


@dataclass
class Source(Notes):
    """A question while it is read. `texts` holds what was said by element, all in `form`."""

    _texts: dict[Any, str] = field(default_factory=dict)

    def prepare(self, formatted: Iterable[str], unformatted: Iterable[str]) -> None:
        """Bring every text of the question into one format: those at the paths `formatted`, and those that take the question's."""
        question = self.element.find("questiontext")
        form, text = self._question_text(question)
        pieces: list[tuple[Any, str, str]] = [(question, form, text)]
        for path in (*_FORMATTED, *formatted):
            pieces += [(row, self._form_of(row, form), text_in(row)) for row in self.element.iterfind(path)]
        for path in unformatted:
            pieces += [(row, form if form != texts.HTML else texts.format_of(None, text_in(row)), text_in(row)) for row in self.element.iterfind(path)]
        self.form, said = texts.in_one_format([(form, text) for _row, form, text in pieces])
        self._texts = dict(zip((row for row, _form, _text in pieces), said, strict=True))
        words = [text_in(row) for row in self.element.iterfind("*") if row.tag in _CHOSEN]
        self.unmarked = self.wanted or texts.language_of(text for text in (*said, *words) if not texts.marked(text))
        if self.picture:
            self.picture["alt"] = texts.split(self.picture["alt"], self.unmarked)

    def _form_of(self, element: Any, form: str) -> str:
        mark = element.get("format")
        if mark is None or mark == AUTO:
            return form if mark is None else texts.format_of(None, text_in(element))
        return FORMATS.get(mark, texts.HTML)

    def _question_text(self, element: Any) -> tuple[str, str]:
        text, mark = text_in(element), element.get("format") if element is not None else None
        old, old_name = self.element.find("image_base64"), value_of(self.element, "image")
        if old is not None and old_name:
            text += f'<img src="{markup.PLUGINFILE}{markup.escape_attribute(old_name)}">'
        text = self._without_pictures(text)
        if mark == "wiki_like":
            self.left_out("format=wiki_like")
            return texts.PLAIN, text
        if mark != AUTO:
            return FORMATS.get(mark or "html", texts.HTML), text
        bare = _TAG.sub("", text)
        if bare == text:
            return texts.PLAIN, html.unescape(text)
        return texts.HTML, text.replace("\n", "<br>")

    def _without_pictures(self, text: str) -> str:
        def markdown(found: re.Match[str]) -> str:
            return "" if self._takes({"src": found[2], "alt": re.sub(r"\\(.)", r"\1", found[1])}) else found[0]

        return _MARKDOWN_IMAGE.sub(markdown, markup.without_images(text, self._takes)).strip()

    def _takes(self, attributes: Mapping[str, str]) -> bool:
        """Take the first picture of the question's text as the question's; name every other one that the file holds."""
        source = attributes.get("src", "")
        body, name = markup.embedded(source), markup.file_name(source)
        if body is None and not source.startswith(markup.PLUGINFILE):
            return False
        if body is None:
            body = self.files().get(name)
        size = size_of(body) if body else None
        if body and size and source.startswith("data:"):
            name = f"picture.{size.kind}"
        if self.picture is None and body and size:
            self.take_picture(name, body, attributes.get("alt", ""))
        elif self.picture is None or self.picture["file"] != name or source.startswith("data:"):
            self.left_picture(name)
        return True

    def files(self) -> dict[str, bytes]:
        """The files of the question's text, by name."""
        found = {row.get("name", ""): markup.from_base64(row.text or "") for row in self.element.iterfind("questiontext/file")}
        if self.element.find("image_base64") is not None:
            found[value_of(self.element, "image").rsplit("/", 1)[-1]] = markup.from_base64(value_of(self.element, "image_base64"))
        return {name: body for name, body in found.items() if body is not None}

    def pair(self, element: Any) -> dict[str, str]:
        """A text by language, as it may be stored."""
        return {} if element is None else self.stored(self._texts[element])

    def pairs(self, path: str) -> list[dict[str, str]]:
        """The texts at a path, by language, without those that are empty."""
        return [said for row in self.element.iterfind(path) if (said := self.pair(row))]

    def stored(self, text: str) -> dict[str, str]:
        """A text in the question's format by language, cleaned where it is HTML; what is left out of it is named."""
        return {language: kept for language, said in texts.split(text, self.unmarked).items() if (kept := self.cleaned(said).strip())}
