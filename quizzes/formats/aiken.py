"""Aiken: one right option of several, written as one would on paper. Pure.

Read beyond https://docs.moodle.org/en/Aiken_format: full-width letters and signs, 答案, wrapped lines, questions without a blank line between
them, several letters, an explanation behind the answer.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.errors import N_
from quizzes.formats.checked import EXCERPT, checked, excerpt
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.formats.texts import PLAIN, as_html, as_plain, join, language_of, marked, split, unmarked_in
from quizzes.formats.unsaid import NO_SUCH_KIND, unsaid
from quizzes.rules.marking import share
from quizzes.rules.questions import Content, QuestionKind

MOST = 26
MARK_MOST = 40  # characters before the text of a line, as 正确答案：
_OPTION = re.compile(r"\s*\(?(?:([A-Z])\s*[.)、:]|([a-z])[.)]\s)\s*(\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|正确答案|参考答案|标准答案|答案)\s*:\s*(.*)", re.IGNORECASE)
_BECAUSE = re.compile(r"\s*(?:FEEDBACK|EXPLANATION|答案解析|解析)\s*:\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"([A-Z](?:[\s,、;&]*[A-Z])*)[.)]?|([A-Z])[.)、]\s*\S.*")
_CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


@dataclass
class _Draft:
    """A question on its way: its lines, and the lines of each option."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    answer: str | None = None
    because: list[str] = field(default_factory=list)
    gap: bool = False  # a blank line came last


class _Broken(Exception):
    """Why lines are no question: a message id."""


def read(text: str, language: str | None = None) -> Parsed:
    """The questions of an Aiken file. What names no language is in `language`, or in the one that its question is written in."""
    entries: list[Entry] = []
    named: list[Named] = []
    for draft in _drafts(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")):
        try:
            entries.append(_entry(draft, language))
        except _Broken as broken:
            lines = draft.stem or [line for option in draft.options for line in option] or [draft.answer or ""]
            named.append(Named(str(draft.line), " ".join(lines)[:EXCERPT], str(broken)))
    parsed = checked(entries, named)
    return Parsed(parsed.entries, sorted(parsed.named, key=lambda row: int(row.where)))


def is_aiken(text: str) -> bool:
    """Whether a line says which letter is right, in any of the words that are read here."""
    answers = (_ANSWER.fullmatch(unicodedata.normalize("NFKC", line)) for line in text.split("\n"))
    return any(answer and _LETTERS.fullmatch(answer[1].upper().strip()) for answer in answers)


def _drafts(text: str) -> Iterator[_Draft]:
    draft: _Draft | None = None
    for number, line in enumerate(text.split("\n"), 1):
        plain = unicodedata.normalize("NFKC", line)
        if not line.strip():
            if draft:
                draft.gap = True
            continue
        answer, option, because = _ANSWER.fullmatch(plain), _OPTION.fullmatch(plain), _BECAUSE.fullmatch(plain)
        if draft and draft.answer is not None and not (because and not draft.because):
            if draft.because and not draft.gap and not option and not answer:
                draft.because.append(line.strip())
                continue
            # Without a blank line, what seemed to be more of the explanation is the text of the next question.
            stem = draft.because[1:] if option and not draft.gap else []
            draft.because = draft.because[: len(draft.because) - len(stem)]
            yield draft
            draft = _Draft(number - len(stem), stem)
        draft = draft or _Draft(number)
        if draft.answer is not None and because:
            draft.because.append(_rest(line, because[1]))
        elif answer:
            draft.answer = answer[1].strip()
        elif option and draft.stem and _place(option) == len(draft.options):
            draft.options.append([_rest(line, option[3])])
        elif option and _place(option) == 0 and len(draft.options) > 1:
            yield from _cut_off(draft)
            draft = _Draft(number - len(draft.options[-1]) + 1, draft.options[-1][1:], [[_rest(line, option[3])]])
        elif draft.gap and not (option and draft.options):
            yield draft
            draft = _Draft(number, [line.strip()])
        else:
            (draft.options[-1] if draft.options else draft.stem).append(line.strip())
        draft.gap = False
    if draft:
        yield draft


def _place(option: re.Match[str]) -> int:
    return ord((option[1] or option[2]).upper()) - ord("A")


def _cut_off(draft: _Draft) -> Iterator[_Draft]:
    """A question that the next one follows without an answer: what seemed to be more of its last option is the text of the next."""
    yield _Draft(draft.line, draft.stem, [*draft.options[:-1], draft.options[-1][:1]])


def _rest(line: str, folded: str) -> str:
    """The end of a line as it is written, where `folded` is the end of its half-width form."""
    for place in range(min(len(line), MARK_MOST) + 1):
        if unicodedata.normalize("NFKC", line[place:]).strip() == folded.strip():
            return line[place:].strip()
    return folded.strip()


def _joined(lines: Iterable[str]) -> str:
    """Wrapped lines as one: a space between them, but not between Chinese characters."""
    text = ""
    for line in lines:
        tight = not text or (_CJK.match(text[-1]) and _CJK.match(line))
        text += line if tight else f" {line}"
    return " ".join(text.split())


def _entry(draft: _Draft, language: str | None) -> Entry:
    if draft.answer is None:
        raise _Broken(N_("The line ANSWER: is missing.") if draft.options else N_("This text belongs to no question."))
    if not draft.options:
        raise _Broken(N_("The question has no options."))
    letters = _LETTERS.fullmatch(unicodedata.normalize("NFKC", draft.answer).upper().strip())
    if not letters:
        raise _Broken(N_("The line ANSWER: names no option."))
    right = {ord(letter) - ord("A") for letter in re.findall("[A-Z]", letters[1] or letters[2])}
    if max(right) >= len(draft.options):
        raise _Broken(N_("The answer points past the last option."))
    texts = [_joined(lines) for lines in (draft.stem, draft.because, *draft.options)]
    spoken = language or language_of(text for text in texts if not marked(text))
    stem, because, *said = (split(text, spoken) for text in texts)
    options = [{"id": chr(97 + place), "text": text, "right": place in right, "feedback": {}} for place, text in enumerate(said)]
    kind = QuestionKind.SINGLE if len(right) == 1 else QuestionKind.MULTIPLE
    return Entry({"kind": str(kind), "text": stem, "feedback": because, "part": "", "options": options}, str(draft.line))


def write(entries: Iterable[Entry]) -> tuple[str, list[Named]]:
    """An Aiken file of these questions, and question by question what it cannot say."""
    blocks: list[str] = []
    named: list[Named] = []
    for entry in entries:
        content = entry.content
        if content["kind"] not in (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE) or len(content["options"]) > MOST:
            named.append(Named(entry.where, excerpt(entry), NO_SUCH_KIND))
            continue
        texts = [_plain(row["text"], content) for row in (content, *content["options"])]
        right = next(place for place, option in enumerate(content["options"]) if _is_right(option))
        block = _block(texts, right)
        if not _reads_back(block, texts, right):
            named.append(Named(entry.where, excerpt(entry), N_("This text would be read as something else in this format.")))
            continue
        blocks.append(block)
        named += unsaid(entry, ())
        if content["kind"] == QuestionKind.TRUE_FALSE:
            named.append(Named(entry.where, excerpt(entry), N_("True or false was written as a choice of two."), lost=False))
        if any(as_html(text, content.get("format", PLAIN)) != as_html(text, PLAIN) for row in (content, *content["options"]) for text in row["text"].values()):
            named.append(Named(entry.where, excerpt(entry), N_("This format has no markup: the words were written."), lost=False))
    return "\n".join(blocks), named


def _is_right(option: Any) -> bool:
    return share(option["weight"]) == 1 if "weight" in option else bool(option["right"])


def _plain(pair: Any, content: Content) -> dict[str, str]:
    form = content.get("format", PLAIN)
    words = {language: text if form == PLAIN else as_plain(as_html(text, form)) for language, text in pair.items() if text}
    return {language: " ".join(text.split()) for language, text in words.items()}


def _block(texts: list[dict[str, str]], right: int) -> str:
    unmarked = unmarked_in(texts)
    stem, *options = (join(text, PLAIN, unmarked) for text in texts)
    rows = [f"{chr(65 + place)}. {option}" for place, option in enumerate(options)]
    return "\n".join([stem, *rows, f"ANSWER: {chr(65 + right)}", ""])


def _reads_back(block: str, texts: list[dict[str, str]], right: int) -> bool:
    entries = read(block).entries
    if len(entries) != 1:
        return False
    options = entries[0].content["options"]
    return [entries[0].content["text"], *(option["text"] for option in options)] == texts and options[right]["right"]
