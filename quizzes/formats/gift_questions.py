"""What the grammar of GIFT read, as questions of the bank. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from core.errors import N_
from quizzes.drafts import TRUE_FALSE
from quizzes.formats.checked import excerpt
from quizzes.formats.gift_grammar import Broken, Choice, Question, Said
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.texts import HTML, PLAIN, as_plain, format_of, in_one_format, language_of, marked, split
from quizzes.rules.marking import share
from quizzes.rules.questions import QuestionKind, number

EXACT = Context(prec=80)


def unseen(said: Question, entry: Entry) -> Iterator[Named]:
    """What of a question was not taken."""
    texts = [said.stem, said.overall, *(text for choice in said.choices for text in (choice.said, choice.feedback))]
    if any(text and "@@PLUGINFILE@@" in text.text for text in texts):
        yield Named(entry.where, excerpt(entry), N_("A picture that this file only names was not taken."), lost=False)
    if said.bare:
        yield Named(entry.where, excerpt(entry), N_("Braces without a backslash before them were taken as part of the text."), lost=False)


def category_names(path: str) -> tuple[str, ...]:
    """The names of a category from the root down; in a name // stands for a stroke."""
    names = [name.replace("\0", "/").strip() for name in path.replace("//", "\0").split("/")]
    if re.fullmatch(r"\$\w+\$", names[0]):  # the context, as $course$
        names = names[1:]
    return tuple(filter(None, names[1:] if names[:1] == ["top"] else names))


@dataclass
class _Texts:
    """Texts of one question on their way into one format and a pair for each; a text is a place in the list until all are known."""

    language: str
    pieces: list[tuple[str, str]] = field(default_factory=list)

    def pair(self, said: Said | None) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for language, text in split(said.text, self.language).items() if said else ():
            made[language] = len(self.pieces)
            self.pieces.append((format_of(said.form if said else None, text), text))
        return made


def entry_of(said: Question, language: str | None) -> Entry:
    """A question of a file as one of the bank. What names no language is in `language`, or in the one it is written in. Raises Broken."""
    strings = [text.text for text in (said.stem, said.overall, said.of_true, said.of_false) if text]
    strings += [text for choice in said.choices for text in (choice.said.text, choice.partner, choice.feedback.text if choice.feedback else "")]
    texts = _Texts(language or language_of(text for text in strings if not marked(text)))
    content = {"text": texts.pair(said.stem), "feedback": texts.pair(said.overall), "part": "", **_OF_TYPE[said.type](said, texts)}
    form, final = in_one_format(texts.pieces)
    if form != PLAIN:
        content["format"] = form
    return Entry(_with(content, final), str(said.line), said.title or "", said.uid, category_names(said.category), said.tags)


def _with(value: Any, texts: list[str]) -> Any:
    """Content with the texts that its pairs stand for."""
    if isinstance(value, dict):
        return {key: _with(inner, texts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, texts) for inner in value]
    return texts[value] if isinstance(value, int) and not isinstance(value, bool) else value


def names(count: int) -> list[str]:
    """Ids for so many rows: a, b, … z, then r27, r28, …"""
    return [chr(97 + place) if place < 26 else f"r{place + 1}" for place in range(count)]


def _choices(said: Question, texts: _Texts) -> dict[str, Any]:
    """Single where an answer is right by its sign, as in Moodle; but several right signs without a weight are several right options."""
    weighted = any(choice.weight is not None for choice in said.choices) and not said.evenly
    signed = [choice.weight if choice.weight is not None else "100" if choice.sign == "=" else "0" for choice in said.choices]
    rights = sum(choice.sign == "=" for choice in said.choices)
    single = (rights > 0 and max(map(share, signed)) == 1) if weighted else rights == 1 and not said.evenly
    options = [
        {
            "id": name,
            "text": texts.pair(choice.said),
            "right": share(weight) == 1 if single else share(weight) > 0,
            "feedback": texts.pair(choice.feedback),
            **({"weight": weight} if weighted else {}),
        }
        for name, choice, weight in zip(names(len(signed)), said.choices, signed, strict=True)
    ]
    return {"kind": str(QuestionKind.SINGLE if single else QuestionKind.MULTIPLE), "options": options}


def _true_false(said: Question, texts: _Texts) -> dict[str, Any]:
    rows = (("true", said.is_true, said.of_true), ("false", not said.is_true, said.of_false))
    options = [{"id": name, "text": dict(TRUE_FALSE[name]), "right": right, "feedback": texts.pair(feedback)} for name, right, feedback in rows]
    return {"kind": str(QuestionKind.TRUE_FALSE), "options": options}


def _short(said: Question, texts: _Texts) -> dict[str, Any]:
    answers = []
    for name, choice in zip(names(len(said.choices)), said.choices, strict=True):
        typed = as_plain(choice.said.text) if choice.said.form == HTML else choice.said.text
        language = language_of([typed]) if marked(said.stem.text) else texts.language
        answers.append({"id": name, "text": split(typed, language), "weight": _weight(choice), "feedback": texts.pair(choice.feedback)})
    return {"kind": str(QuestionKind.SHORT), "answers": answers, "exact_case": False}


def _weight(choice: Choice) -> str:
    return choice.weight if choice.weight is not None else "0" if choice.sign == "~" else "100"


def _numeric(said: Question, texts: _Texts) -> dict[str, Any]:
    answers = []
    for name, choice in zip(names(len(said.choices)), said.choices, strict=True):
        value, tolerance = span(choice.said.text)
        answers.append({"id": name, "value": value, "tolerance": tolerance, "weight": _weight(choice), "feedback": texts.pair(choice.feedback)})
    return {"kind": str(QuestionKind.NUMERIC), "answers": answers, "units": [], "unit": "none"}


def span(text: str) -> tuple[str, str]:
    """The value and the tolerance of "5", "5:0.1", "1..9" and "*"; nothing stands for every number. Raises Broken."""
    if text in ("", "*"):
        return "*", "0"
    low, dots, high = text.partition("..")
    if dots:
        least, most = _number(low), _number(high)
        return decimal((least + most) / 2), decimal(abs(most - least) / 2)
    value, _colon, tolerance = text.partition(":")
    return decimal(_number(value)), decimal(_number(tolerance or "0"))


def _number(text: str) -> Fraction:
    found = number(text)
    if not found or found[1]:
        raise Broken(N_("An answer is not a number."))
    return found[0]


def decimal(value: Fraction) -> str:
    """An exact number as its decimal digits."""
    return format((EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))).normalize(EXACT) + 0, "f")


def _matching(said: Question, texts: _Texts) -> dict[str, Any]:
    partners = list(dict.fromkeys(choice.partner for choice in said.choices))
    ids = dict(zip(partners, names(len(partners)), strict=True))
    asked = [choice for choice in said.choices if choice.said.text]
    stems = [{"id": f"s{place}", "text": texts.pair(choice.said), "right": ids[choice.partner]} for place, choice in enumerate(asked, 1)]
    options = [{"id": name, "text": texts.pair(Said(PLAIN, partner))} for partner, name in ids.items()]
    return {"kind": str(QuestionKind.MATCHING), "stems": stems, "options": options}


_OF_TYPE: dict[str, Callable[[Question, _Texts], dict[str, Any]]] = {
    "MC": _choices,
    "TF": _true_false,
    "Short": _short,
    "Numerical": _numeric,
    "Matching": _matching,
    "Essay": lambda _said, _texts: {"kind": str(QuestionKind.ESSAY), "guide": {}},
    "Description": lambda _said, _texts: {"kind": str(QuestionKind.INFORMATION)},
}
