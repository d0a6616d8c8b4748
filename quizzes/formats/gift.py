"""GIFT, read and written. Pure.

Written is what Moodle reads: weights where several options are right, answers behind a text that shows its gap as a line, a comment with
`question:` and `name:`, which says that of true and false the feedback for a wrong answer comes first.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import N_
from core.languages import HAN
from quizzes.formats.checked import EXCERPT, checked, excerpt
from quizzes.formats.gift_grammar import Broken, Question, questions
from quizzes.formats.gift_questions import entry_of, unseen
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.formats.texts import HTML, PLAIN, as_html, as_plain, join, unmarked_in
from quizzes.formats.unsaid import NO_SUCH_KIND, NOT_SAID, unsaid
from quizzes.formats.weights import name_unknown
from quizzes.rules.marking import share
from quizzes.rules.questions import Content, QuestionKind

SAID = ("title", "category", "tags", "uid", "feedback", "weights")
_SPECIAL = re.compile(r"[\\~=#{}:]")
_LOOKS_MARKED = re.compile(r"\[(html|moodle|plain|markdown)\]|%", re.IGNORECASE)


def read(text: str, language: str | None = None) -> Parsed:
    """The questions of a GIFT file. What names no language is in `language`, or in the one that its question is written in."""
    entries: list[Entry] = []
    named: list[Named] = []
    for said in questions(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")):
        if isinstance(said, Named):
            named.append(said)
        elif isinstance(said, Question):
            try:
                entry = entry_of(said, language)
            except Broken as broken:
                named.append(Named(str(said.line), (said.title or said.stem.text)[:EXCERPT], str(broken)))
            else:
                entries.append(entry)
                named += unseen(said, entry)
    parsed = checked(entries, named)
    return Parsed(parsed.entries, sorted(parsed.named, key=lambda row: int(row.where)))


def write(entries: Iterable[Entry]) -> tuple[str, list[Named]]:
    """A GIFT file of these questions, and question by question what it cannot say."""
    blocks: list[str] = []
    named: list[Named] = []
    category: tuple[str, ...] = ()
    for number, entry in enumerate(entries, 1):
        answers = _OF_KIND.get(entry.content["kind"])
        if answers is None:
            named.append(Named(entry.where, excerpt(entry), NO_SUCH_KIND))
            continue
        if entry.category != category:
            category = entry.category
            names = "".join("/" + _one_line(name).replace("/", "//") for name in category)
            blocks.append(f"$CATEGORY: $course$/top{names}")
        writer = _Writer(entry)
        blocks.append(_block(number, entry, writer, answers))
        named += [*unsaid(entry, SAID), *writer.named]
    return "\n\n".join([*blocks, ""]), named


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _known(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", _one_line(text))


def _block(number: int, entry: Entry, writer: "_Writer", answers: "_Answers") -> str:
    content = entry.content
    rows = list(answers(content, writer))
    overall = writer.text(content.get("feedback"), "####")
    title = f"::{escaped(entry.title)}::" if entry.title else ""
    stem = f"{title}[{writer.form}]{escaped(join(content['text'], writer.form, writer.unmarked))}"
    known = [*([f"[id:{_known(entry.uid)}]"] if entry.uid else []), *(f"[tag:{_known(tag)}]" for tag in entry.tags)]
    if _is_even(content):
        known.append("[scored:evenly]")
    lines = [f"// question: {number}  name: {_one_line(entry.title)}", *(["// " + " ".join(known)] if known else [])]
    if content["kind"] == QuestionKind.INFORMATION:
        if overall:
            writer.note(NOT_SAID["feedback"])
        return "\n".join([*lines, stem])
    return "\n".join([*lines, f"{stem}{{" + "\n\t".join([*rows, *([overall] if overall else [])]) + "\n}"])


def escaped(text: str) -> str:
    """A text with a backslash before what means something in GIFT, in one line."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


@dataclass
class _Writer:
    """Writes the texts of one question, and remembers what could not be written as it is."""

    entry: Entry
    form: str = field(init=False)
    unmarked: str = field(init=False)
    named: list[Named] = field(default_factory=list)

    def __post_init__(self) -> None:
        content = self.entry.content
        self.form = content.get("format", PLAIN)
        rows = [row for name in ("options", "answers", "stems") for row in content.get(name, ()) if content["kind"] != QuestionKind.TRUE_FALSE]
        of_rows = [row.get("feedback") or {} for name in ("options", "answers") for row in content.get(name, ())]
        typed = [text for answer in content.get("answers", ()) for text in answer.get("text", {}).values()]
        overall = {} if content["kind"] == QuestionKind.INFORMATION else content.get("feedback") or {}
        texts = [content["text"], overall, *of_rows, *(row.get("text") or {} for row in rows)]
        self.unmarked = "zh" if any(map(HAN.search, typed)) else unmarked_in(texts)

    def text(self, pair: Any, before: str = "", form: str = "") -> str:
        """A text behind its sign; nothing where there is none. What looks like a mark of the format stands behind one."""
        said = join(pair or {}, form or self.form, self.unmarked)
        return before + self.shielded(said, form or self.form) if said else ""

    def shielded(self, said: str, form: str) -> str:
        return (f"[{form}]" if _LOOKS_MARKED.match(said) else "") + escaped(said)

    def note(self, message: str, **values: str) -> None:
        self.named.append(Named(self.entry.where, excerpt(self.entry), message, values, lost=False))


_Answers = Callable[[Content, _Writer], Iterator[str]]


def _is_even(content: Content) -> bool:
    return content["kind"] == QuestionKind.MULTIPLE and not any("weight" in option for option in content["options"])


def _choices(content: Content, writer: _Writer) -> Iterator[str]:
    """The signs and weights that mean the same in Moodle: one = for a single right option, weights for all where several are right."""
    options = content["options"]
    single = content["kind"] == QuestionKind.SINGLE
    weights = [option.get("weight") for option in options]
    if _is_even(content):
        right = sum(bool(option["right"]) for option in options)
        weights = [_part(right) if option["right"] else f"-{_part(len(options) - right)}" for option in options]
    name_unknown(writer.note, (weight for weight in weights if weight is not None))
    full = next((place for place, option in enumerate(options) if _is_full(option)), None) if single else None
    yield ""
    for place, (option, weight) in enumerate(zip(options, weights, strict=True)):
        sign = "=" if place == full else "~" if weight is None else f"~%{weight}%"
        yield writer.text(option["text"], sign) + writer.text(option.get("feedback"), "#")


def _is_full(option: Any) -> bool:
    return share(option["weight"]) == 1 if "weight" in option else bool(option["right"])


def _part(count: int) -> str:
    return f"{100 / count:.5f}".rstrip("0").rstrip(".")


def _true_false(content: Content, writer: _Writer) -> Iterator[str]:
    of_true, of_false = content["options"]
    right, wrong = (of_true, of_false) if of_true["right"] else (of_false, of_true)
    of_wrong, of_right = writer.text(wrong.get("feedback"), "#"), writer.text(right.get("feedback"), "#")
    yield ("TRUE" if of_true["right"] else "FALSE") + (of_wrong or ("#" if of_right else "")) + of_right


def _weighted(answer: Any) -> str:
    return "=" if answer["weight"] == "100" else f"=%{answer['weight']}%"


def _short(content: Content, writer: _Writer) -> Iterator[str]:
    name_unknown(writer.note, (answer["weight"] for answer in content["answers"]))
    yield ""
    for answer in content["answers"]:
        texts = list(dict.fromkeys(filter(None, answer["text"].values())))
        if len(texts) > 1:
            writer.note(N_("An answer in two languages was written as two answers."))
        for text in texts:
            form = PLAIN if writer.form == HTML and re.search("[<&]", text) else ""
            said = f"[{form}]{escaped(text)}" if form else writer.shielded(text, writer.form)
            sign = f"=%{answer['weight']}%" if "->" in text else _weighted(answer)
            yield sign + said + writer.text(answer.get("feedback"), "#")


def _numeric(content: Content, writer: _Writer) -> Iterator[str]:
    name_unknown(writer.note, (answer["weight"] for answer in content["answers"]))
    yield "#"
    for answer in content["answers"]:
        span = "*" if answer["value"] == "*" else f"{answer['value']}:{answer['tolerance'] or '0'}"
        yield _weighted(answer) + span + writer.text(answer.get("feedback"), "#")


def _matching(content: Content, writer: _Writer) -> Iterator[str]:
    partners = {option["id"]: _partner(option["text"], writer) for option in content["options"]}
    yield ""
    for stem in content["stems"]:
        said = writer.text(stem["text"])
        if "->" in said:
            writer.note(N_("An arrow -> means a pair in this format: in the text it was written as →."))
        yield f"={said.replace('->', '→')} -> {partners[stem['right']]}"
    wanted = {stem["right"] for stem in content["stems"]}
    yield from (f"= -> {partner}" for name, partner in partners.items() if name not in wanted)


def _partner(pair: Any, writer: _Writer) -> str:
    """A partner, which is plain in GIFT."""
    if writer.form == PLAIN:
        return writer.text(pair, form=PLAIN)
    plain = {language: as_plain(as_html(text, writer.form)) or text for language, text in pair.items()}
    if any(plain[language] != text and html.escape(plain[language], quote=False) != text for language, text in pair.items()):
        writer.note(N_("Markup in a partner has no place in this format: its words were written."))
    return writer.text(plain, form=PLAIN)


_OF_KIND: dict[str, _Answers] = {
    QuestionKind.SINGLE: _choices,
    QuestionKind.MULTIPLE: _choices,
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ESSAY: lambda _content, _writer: iter([""]),
    QuestionKind.INFORMATION: lambda _content, _writer: iter([]),
}
