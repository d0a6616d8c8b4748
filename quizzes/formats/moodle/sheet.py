"""A <question> of Moodle XML while it is written: its element, its format, and what is named of it. Pure."""

from collections.abc import Mapping
from typing import Any

from core.errors import N_
from quizzes.formats import texts
from quizzes.formats.markup import excerpt
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.trees import UNWRITABLE
from quizzes.rules.questions import Content, QuestionKind

TYPES = {
    QuestionKind.SINGLE: "multichoice",
    QuestionKind.MULTIPLE: "multichoice",
    QuestionKind.TRUE_FALSE: "truefalse",
    QuestionKind.NUMERIC: "numerical",
    QuestionKind.SHORT: "shortanswer",
    QuestionKind.MATCHING: "matching",
    QuestionKind.ORDERING: "ordering",
    QuestionKind.WORDS: "gapselect",
    QuestionKind.HOTSPOT: "ddmarker",
    QuestionKind.ESSAY: "essay",
    QuestionKind.INFORMATION: "description",
}
_MARKS = {texts.HTML: "html", texts.MARKDOWN: "markdown", texts.PLAIN: "plain_text"}


class Sheet:
    """A question while it is written: its element, its format, and what is named of it."""

    def __init__(self, entry: Entry):
        from lxml import etree

        self.entry, self.content = entry, entry.content
        self.form = entry.content.get("format") or texts.PLAIN
        self.unmarked = texts.unmarked_in(_all_pairs(entry.content))
        self.name = entry.title or excerpt(entry.content["text"].values()) or entry.content["kind"]
        self.named: list[Named] = []
        self._element = etree.Element
        self._child = etree.SubElement
        self.root = self._element("question", type=TYPES[QuestionKind(entry.content["kind"])])

    def note(self, message: str, lost: bool = False, **values: Any) -> None:
        """Name something that is not written, or is written in another way."""
        self.named.append(Named(self.entry.uid or self.entry.where, self.name, message, values, lost))

    def add(self, tag: str, text: str | None = None, parent: Any = None, **attributes: str) -> Any:
        """A child of the question, or of another element."""
        made = self._child(self.root if parent is None else parent, tag, **attributes)
        if text is not None:
            made.text = self.writable(text)
        return made

    def writable(self, text: str) -> str:
        """A text without those characters that XML cannot hold."""
        kept = UNWRITABLE.sub("", text)
        if kept != text:
            self.note(N_("Control characters in a text were left out, for XML cannot hold them."))
        return kept

    def say(self, tag: str, pair: Mapping[str, str], parent: Any = None, **attributes: str) -> Any:
        """A child with a text per language in the question's format."""
        made = self.add(tag, parent=parent, **attributes, format=_MARKS[self.form])
        self.add("text", texts.join(pair, self.form, self.unmarked), made)
        return made

    def say_plain(self, tag: str, pair: Mapping[str, str], parent: Any, form: str) -> Any:
        """A child whose text Moodle takes as plain, whatever the question's format."""
        made = self.add(tag, parent=parent)
        said = {language: texts.as_plain(text) for language, text in pair.items()} if form == texts.HTML else dict(pair)
        same = form != texts.HTML or all(texts.as_html(said[language], texts.PLAIN) == text for language, text in pair.items())
        if not same:
            self.note(N_("Moodle shows the markup in “%(text)s” as it stands."), text=excerpt(pair.values()))
        self.add("text", texts.join(said if same else pair, texts.PLAIN if same else form, self.unmarked), made)
        return made


def _all_pairs(content: Content) -> list[Mapping[str, str]]:
    rows = [content, *(row for name in ("options", "answers", "stems") for row in content.get(name, ()))]
    pairs = [row[key] for row in rows for key in ("text", "feedback") if row.get(key) and not (key == "text" and "weight" in row and "right" not in row)]
    return [*pairs, *content.get("hints", ()), *content.get("outcomes", {}).values(), content.get("guide") or {}]
