"""One row of somebody else's workbook as a question. What is not certain is refused with its reason: no key is ever guessed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.errors import N_, Invalid
from quizzes.drafts import TRUE_FALSE
from quizzes.formats.sheets.answers import judged, key_of, kind_of
from quizzes.formats.sheets.columns import letter
from quizzes.formats.sheets.splitting import bracketed, gaps, glued, split_options, without_number
from quizzes.formats.sheets.tables import DATED, MOST_CELL
from quizzes.rules.questions import QuestionKind, folded, number

NO_TEXT = N_("The row has no text of a question.")
NO_ANSWER = N_("The row has no answer.")


@dataclass
class Sheet:
    """What the rows of a sheet have in common: the language, the kind that its last title named, and how statements are answered."""

    language: str
    kind: str | None = None
    has_answers: bool = True
    judgements: set[str] = field(default_factory=set)

    @property
    def by_place(self) -> Mapping[str, bool]:
        """True and false where a sheet answers all its statements with A and B, with 1 and 2, or with 1 and 0."""
        for true, false in (("A", "B"), ("1", "0"), ("1", "2")):
            if self.judgements <= {true, false}:
                return {true: True, false: False}
        return {}


Maker = Callable[[str, dict[int, str], str, Mapping[str, str], Sheet], dict[str, Any]]


def content_of(cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    """The content of a question out of a row's cells by field. Raises Invalid with the reason."""
    for name, cell in cells.items():
        if len(cell) > MOST_CELL:
            raise Invalid(N_("A cell is too long."))
        if cell.startswith(DATED) and name.partition(":")[0] in ("text", "option", "options", "answer"):
            raise Invalid(N_("The spreadsheet program made a date or a time of a cell: %(cell)s. Write it as text."), cell=cell[1:])
    if not cells.get("text"):
        raise Invalid(NO_TEXT)
    text, tagged = without_number(cells["text"])
    said = cells.get("kind", "")
    kind = kind_of(said) if said else tagged or sheet.kind
    if said and kind is None:
        raise Invalid(N_("The kind “%(kind)s” is not known."), kind=said)
    text, options = _options(cells, text, kind)
    text, answer = _answer(cells.get("answer", ""), text, sheet)
    kind = kind if kind not in (None, "choice") else _inferred(text, options, answer, kind)
    made: dict[str, Any] = {"kind": kind, "text": {sheet.language: text}, "feedback": _pair(cells.get("feedback", ""), sheet), "part": ""}
    if cells.get("hint"):
        made["hints"] = [{sheet.language: cells["hint"]}]
    maker: Maker = _MAKERS.get(str(kind), _elsewhere)
    return {**made, **maker(text, options, answer, cells, sheet)}


def _pair(text: str, sheet: Sheet) -> dict[str, str]:
    return {sheet.language: text} if text else {}


def _options(cells: Mapping[str, str], text: str, kind: str | None) -> tuple[str, dict[int, str]]:
    """The options by their places: of their columns, of their cell, or of the question's own cell."""
    columns = {int(name.split(":")[1]): cell for name, cell in sorted(cells.items()) if name.startswith("option:") and cell}
    if columns:
        if len(columns) == 1 and 1 in columns and kind not in (QuestionKind.SHORT, QuestionKind.ESSAY):
            parts = split_options(columns[1])
            if parts:
                return text, dict(enumerate(parts, 1))
        bare = {place: re.sub(rf"^[（(]?\s*(?i:{letter(place)})\s*[.．、:：)）]\s*", "", cell) for place, cell in columns.items()}
        return text, bare if all(bare.values()) and all(bare[place] != cell for place, cell in columns.items()) else columns
    if cells.get("options"):
        if kind in (QuestionKind.TRUE_FALSE, QuestionKind.SHORT, QuestionKind.ESSAY):
            return text, dict(enumerate(split_options(cells["options"]) or [], 1))
        parts = split_options(cells["options"])
        if parts is None:
            raise Invalid(N_("The options in the cell cannot be told apart."))
        return text, dict(enumerate(parts, 1))
    if kind in (None, "choice", QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.ORDERING, QuestionKind.TRUE_FALSE):
        apart = glued(text)
        if apart:
            return apart[0], dict(enumerate(apart[1], 1))
    return text, {}


def _answer(given: str, text: str, sheet: Sheet) -> tuple[str, str]:
    """The text without the answer in its brackets, and the answer."""
    bare, inside = bracketed(text, anywhere=not sheet.has_answers)
    if not inside:
        return text, given
    if not given:
        return bare, inside
    if folded(inside) == folded(given) or (judged(inside) is not None and judged(inside) is judged(given)):
        return bare, given
    raise Invalid(N_("The answer in brackets, %(inside)s, and the answer in its column, %(given)s, are not the same."), inside=inside, given=given)


def _inferred(text: str, options: Mapping[int, str], answer: str, kind: str | None) -> str:
    """The kind where no word tells it."""
    if options:
        if len(options) == 2 and {judged(option) for option in options.values()} == {True, False}:
            return QuestionKind.TRUE_FALSE
        return QuestionKind.MULTIPLE if len(key_of(answer, dict(options))[0]) > 1 else QuestionKind.SINGLE
    if kind == "choice":
        return QuestionKind.SINGLE
    if judged(answer) is not None:
        return QuestionKind.TRUE_FALSE
    if re.fullmatch(r"[A-Z]([\s,、，]*[A-Z]){0,7}", answer.strip()):
        return QuestionKind.SINGLE
    if not answer:
        raise Invalid(NO_ANSWER)
    return QuestionKind.SHORT if gaps(text) else QuestionKind.ESSAY


def _multiple(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    if len(options) < 2:
        raise Invalid(N_("The row has fewer than two options."))
    if not answer:
        raise Invalid(NO_ANSWER)
    places, certain = key_of(answer, options)
    if not places:
        raise Invalid(N_("The answer “%(answer)s” names none of the options."), answer=answer[:80])
    if not set(places) <= set(options):
        raise Invalid(N_("The answer “%(answer)s” points past the last option."), answer=answer[:80])
    if not certain:
        raise Invalid(N_("The answer “%(answer)s” can be read in two ways."), answer=answer[:80])
    if len(set(places)) < len(places):
        raise Invalid(N_("The answer “%(answer)s” names an option twice."), answer=answer[:80])
    rows = [
        {"id": letter(at + 1).lower(), "text": {sheet.language: option}, "right": place in places, "feedback": {}}
        for at, (place, option) in enumerate(sorted(options.items()))
    ]
    return {"options": rows}


def _single(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    made = _multiple(text, options, answer, cells, sheet)
    if sum(row["right"] for row in made["options"]) > 1:
        raise Invalid(N_("It should have one right answer, and “%(answer)s” names several."), answer=answer[:80])
    return made


def _true_false(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    if not answer:
        raise Invalid(NO_ANSWER)
    said = {place: judged(option) for place, option in options.items()}
    if options and sorted(map(str, said.values())) != ["False", "True"]:
        raise Invalid(N_("The options of a statement are not true and false."))
    truth: bool | None = judged(answer)
    if truth is None and options:
        places, certain = key_of(answer, options)
        truth = said.get(places[0]) if len(places) == 1 and certain else None
    elif truth is None:
        truth = sheet.by_place.get(folded(answer).upper())
    if truth is None:
        raise Invalid(N_("The answer “%(answer)s” says neither true nor false."), answer=answer[:80])
    right = "true" if truth else "false"
    return {"options": [{"id": name, "text": dict(words), "right": name == right, "feedback": {}} for name, words in TRUE_FALSE.items()]}


def _short(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    if not answer:
        raise Invalid(NO_ANSWER)
    if gaps(text) > 1:
        raise Invalid(N_("There are %(count)s gaps to fill in. Make a question of each, or use missing words."), count=gaps(text))
    return {"answers": [_accepted(at, word, sheet) for at, word in enumerate(alternatives(answer), 1)], "exact_case": False}


def _accepted(at: int, word: str, sheet: Sheet) -> dict[str, Any]:
    return {"id": str(at), "text": {sheet.language: word.replace("*", r"\*")}, "weight": "100", "feedback": {}}


def alternatives(answer: str) -> list[str]:
    """The answers that a gap accepts. A stroke between letters or digits stays: km/h, 1/2."""
    parts = [part.strip() for part in re.split(r"[;；]|\|\|?|##|\n|(?<![A-Za-z0-9])[/／]|[/／](?![A-Za-z0-9])", answer)]
    return list(dict.fromkeys(part for part in parts if part))


def _numeric(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    found = number(answer)
    if found is None:
        raise Invalid(N_("The answer “%(answer)s” is not a number.") if answer else NO_ANSWER, answer=answer[:80])
    if found[1]:
        return {"kind": QuestionKind.SHORT, **_short(text, options, answer, cells, sheet)}
    plain = format(Decimal(found[0].numerator) / Decimal(found[0].denominator), "f")
    return {"answers": [{"id": "1", "value": plain, "tolerance": "0", "weight": "100", "feedback": {}}], "units": [], "unit": "none"}


def _essay(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    return {"guide": _pair("\n".join(part for part in (answer, cells.get("guide", "")) if part), sheet)}


def _ordering(text: str, options: dict[int, str], answer: str, cells: Mapping[str, str], sheet: Sheet) -> dict[str, Any]:
    places, certain = key_of(answer, options) if options else ([], False)
    if sorted(places) != sorted(options) or not certain or not places:
        raise Invalid(N_("The answer “%(answer)s” does not put all options in order."), answer=answer[:80])
    return {"options": [{"id": letter(at + 1).lower(), "text": {sheet.language: options[place]}} for at, place in enumerate(places)]}


def _information(*_row: object) -> dict[str, Any]:
    return {}


def _elsewhere(*_row: object) -> dict[str, Any]:
    raise Invalid(N_("This kind of question needs our template."))


_MAKERS: dict[str, Maker] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.SHORT: _short,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.ESSAY: _essay,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.INFORMATION: _information,
}
