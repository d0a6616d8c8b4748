"""Kinds of questions: what their content and their answers look like. Pure functions on plain values.

The content of a question revision is a plain dict. Every kind has `kind`, `text` and `feedback` (each a text per language) and `part`
(the part of the case that teaches it, or ""). Any kind may have `format` ("markdown" or "html"; plain where it is missing), `hints`
[text], `outcomes` {right, partly, wrong: text}, `penalty` (per cent for a wrong try), `picture` {file, alt, width, height}, and
`fixed: true` where the options keep their order. On top of that

    single, multiple   options [{id, text, right, feedback, weight?}]
    true-false         options, with the ids "true" and "false"
    numeric            answers [{id, value, tolerance, weight, feedback}], units [{name, factor}], unit "none" | "optional" | "required"
    short              answers [{id, text, weight, feedback}], exact_case
    matching           stems [{id, text, right}], options [{id, text}]: `right` names an option, and options may be left over
    ordering           options [{id, text}] in the right order
    words              gaps [{id, right, group}], options [{id, text, group}]; the text holds [[gap id]] in every language
    hotspot            picture, areas [{id, shape, at, right, feedback}], shape "rect" | "circle" | "polygon"
    essay              guide (text for whoever marks it)
    information        nothing: it is read, not answered

A weight is a decimal string in per cent, 100 for right; where one option has a weight, all have. Numbers are decimal strings. Places in
a picture are whole thousandths of its width and height: rect [x, y, width, height], circle [x, y, radius in thousandths of the width],
polygon [x, y, x, y, …].

A response is a list of strings, empty where nothing is answered: ids of options (single, multiple, true-false, ordering), what was
typed (numeric, short, essay), "stem:option" (matching), "gap:option" (words), "x,y" (hotspot). Browsers never see ids, for an author's
ids follow the key: they see places in the attempt's own order, see `shown` and `meant`.
"""

import random
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

Content = Mapping[str, Any]

TYPED_MOST = {"numeric": 60, "short": 200, "essay": 20_000}
GAP = re.compile(r"\[\[([A-Za-z0-9-]{1,40})\]\]")
BREAK = ""  # in an order: before it stems or gaps, after it options


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"
    NUMERIC = "numeric"
    SHORT = "short"
    MATCHING = "matching"
    ORDERING = "ordering"
    WORDS = "words"
    HOTSPOT = "hotspot"
    ESSAY = "essay"
    INFORMATION = "information"


CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE})
PAIRED = {QuestionKind.MATCHING: "stems", QuestionKind.WORDS: "gaps"}
TYPED = frozenset({QuestionKind.NUMERIC, QuestionKind.SHORT, QuestionKind.ESSAY})


def takes_answer(kind: str) -> bool:
    """Whether there is something to answer."""
    return kind != QuestionKind.INFORMATION


def needs_marker(kind: str) -> bool:
    """Whether only a person can mark it."""
    return kind == QuestionKind.ESSAY


def option_order(content: Content, rng: random.Random, shuffle: bool = True) -> list[str]:
    """What a question offers, in the order of one attempt: option ids; for matching and words stems or gaps first, then BREAK; for a hotspot
    how many places may be marked.

    True and false keep their order, and so does what is `fixed`; what is to be put in order never begins in the right one.
    """
    kind = content["kind"]
    if kind == QuestionKind.HOTSPOT:
        return [str(len(right_areas(content)))]
    ids = [option["id"] for option in content.get("options", ())]
    if kind == QuestionKind.ORDERING:
        return _disorder(ids, rng)
    if shuffle and kind != QuestionKind.TRUE_FALSE and not content.get("fixed"):
        rng.shuffle(ids)
    if kind in PAIRED:
        return [*(row["id"] for row in content[PAIRED[QuestionKind(kind)]]), BREAK, *ids]
    return ids


def _disorder(ids: list[str], rng: random.Random) -> list[str]:
    mixed = list(ids)
    while mixed == ids and len(ids) > 1:
        rng.shuffle(mixed)
    return mixed


def halves(order: Sequence[str]) -> tuple[list[str], list[str]]:
    """Stems or gaps, and options, of an order of matching or words."""
    place = list(order).index(BREAK)
    return list(order[:place]), list(order[place + 1 :])


def shown(kind: str, order: Sequence[str], response: Iterable[str]) -> list[str]:
    """A response as a browser has it: places in the attempt's order, counted from 1, where the response names ids."""
    if kind in PAIRED:
        rows, options = halves(order)
        pairs = [part.split(":", 1) for part in response]
        return [f"{rows.index(row) + 1}:{options.index(option) + 1}" for row, option in pairs]
    if kind in CHOICES or kind == QuestionKind.ORDERING:
        return [str(order.index(name) + 1) for name in response]
    return list(response)


def meant(kind: str, order: Sequence[str], response: Any) -> Any:
    """What a browser sent, with ids for places. What is no place, or no list of strings, is left as it is for `answer_problem`."""
    if not isinstance(response, list) or not all(isinstance(part, str) for part in response):
        return response
    if kind in PAIRED:
        rows, options = halves(order)
        return [f"{_at(rows, row)}:{_at(options, option)}" for row, _colon, option in (part.partition(":") for part in response)]
    if kind in CHOICES or kind == QuestionKind.ORDERING:
        return [_at(order, part) for part in response]
    return response


def _at(names: Sequence[str], place: str) -> str:
    if place.isdecimal() and len(place) < 5 and 1 <= int(place) <= len(names):
        return names[int(place) - 1]
    return place


def answer_problem(kind: str, order: Sequence[str], response: Any) -> str | None:
    """Why a response has not the shape of an answer, as a message id, or None. Nothing at all withdraws the answer."""
    if not isinstance(response, list) or not all(isinstance(part, str) for part in response):
        return "shape"
    if not takes_answer(kind):
        return "unknown" if response else None
    if kind in TYPED:
        return "many" if len(response) > 1 else "long" if response and len(response[0]) > TYPED_MOST[kind] else None
    if len(set(response)) != len(response):
        return "unknown"
    if kind == QuestionKind.HOTSPOT:
        return _points_problem(order, response)
    if kind in PAIRED:
        return _pairs_problem(order, response)
    if not set(response) <= set(order):
        return "unknown"
    if kind == QuestionKind.ORDERING:
        return None if len(response) in (0, len(order)) else "some"
    return "many" if kind != QuestionKind.MULTIPLE and len(response) > 1 else None


def _pairs_problem(order: Sequence[str], response: list[str]) -> str | None:
    rows, options = halves(order)
    named = [part.partition(":") for part in response]
    if not all(row in rows and option in options for row, _colon, option in named):
        return "unknown"
    return "many" if len({row for row, _colon, _option in named}) != len(named) else None


def _points_problem(order: Sequence[str], response: list[str]) -> str | None:
    if not all(re.fullmatch(r"\d{1,4},\d{1,4}", part) and max(point(part)) <= 1000 for part in response):
        return "shape"
    return "many" if len(response) > int(order[0]) else None


def point(part: str) -> tuple[int, int]:
    """The place in a picture that a response names."""
    x, _comma, y = part.partition(",")
    return int(x), int(y)


def right_areas(content: Content) -> list[Mapping[str, Any]]:
    """The areas of a hotspot that are to be found."""
    return [area for area in content["areas"] if area["right"]]


def lies_in(area: Mapping[str, Any], x: float, y: float, ratio: float = 1.0) -> bool:
    """Whether a place lies in an area or on its edge. `ratio` is the height of the picture over its width: a circle is round to the eye."""
    at = area["at"]
    if area["shape"] == "rect":
        return bool(at[0] <= x <= at[0] + at[2] and at[1] <= y <= at[1] + at[3])
    if area["shape"] == "circle":
        return bool((x - at[0]) ** 2 + ((y - at[1]) * ratio) ** 2 <= at[2] ** 2)
    corners = list(zip(at[::2], at[1::2], strict=True))
    inside = False
    for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]]):
        if (x2 - x1) * (y - y1) == (y2 - y1) * (x - x1) and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def words_of(content: Content) -> str:
    """What authors find a question by: all its texts in all languages, a line each."""
    rows = [content, *(row for name in ("options", "answers", "stems") for row in content.get(name, ()))]
    return "\n".join(text for row in rows if isinstance(row.get("text"), Mapping) for text in row["text"].values() if text)


def ratio_of(content: Content) -> float:
    """The height of a question's picture over its width."""
    picture = content.get("picture") or {}
    return float(picture.get("height") or 1) / float(picture.get("width") or 1)


def folded(text: str, exact_case: bool = False) -> str:
    """A typed word as it is compared: full-width as half-width (Unicode NFKC), inner spaces as one, case left out unless it counts."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain if exact_case else plain.casefold()


def matches(pattern: str, typed: str, exact_case: bool) -> bool:
    r"""Whether a typed word is what an answer accepts; in the answer * stands for anything, \* for itself (as in Moodle's short answer)."""
    said = folded(typed, exact_case)
    first, *more = (folded(piece.replace(r"\*", "*"), exact_case) for piece in re.split(r"(?<!\\)\*", pattern))
    if not more:
        return said == first
    if not said.startswith(first):
        return False
    place = len(first)
    for piece in more[:-1]:
        found = said.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return len(said) - len(more[-1]) >= place and said.endswith(more[-1])


# Digits with a point or comma, a power of ten in any usual spelling, then the unit.
_NUMBER = re.compile(r"([+-]?)([1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d*)?|\d+(?:[.,]\d*)?|[.,]\d+)(?:e([+-]?\d{1,3})|[x×*]10\^?([+-]?\d{1,3}))?(.*)")


def number(typed: str) -> tuple[Fraction, str] | None:
    """A typed number, exactly, and the unit behind it; None where there is no number.

    Full-width digits count as half-width ones. A comma groups thousands where it can ("1,500"), and is a decimal comma where it cannot
    ("1,5", "0,125", "1,5000").
    """
    plain = unicodedata.normalize("NFKC", typed) if len(typed) <= TYPED_MOST["numeric"] else ""
    match = _NUMBER.fullmatch(re.sub("[−–]", "-", "".join(plain.split())).replace("E", "e"))
    if not match:
        return None
    sign, digits, power, power_of_ten, unit = match.groups()
    grouped = re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", digits)
    value = Fraction(digits.replace(",", "" if grouped else "."))
    return (-value if sign == "-" else value) * Fraction(10) ** int(power or power_of_ten or 0), unit


def asked(content: Content, order: Sequence[str]) -> dict[str, Any]:
    """What a learner's browser may know of a question before the end: no key, no feedback, no part, and places instead of ids."""
    kind = content["kind"]
    made: dict[str, Any] = {"kind": kind, "text": content["text"], "format": content.get("format", "")}
    if content.get("picture"):
        made["picture"] = content["picture"]
    if kind == QuestionKind.HOTSPOT:
        made["most"] = int(order[0])
    if kind == QuestionKind.NUMERIC and content["unit"] != "none":
        made["units"], made["unit"] = [unit["name"] for unit in content["units"]], content["unit"]
    names = list(order)
    if kind in PAIRED:
        rows, names = halves(order)
        by_row = {row["id"]: row for row in content[PAIRED[kind]]}
        if kind == QuestionKind.MATCHING:
            made["stems"] = [{"id": str(place), "text": by_row[name]["text"]} for place, name in enumerate(rows, 1)]
        else:
            made["gaps"] = [{"id": str(place), "group": by_row[name]["group"]} for place, name in enumerate(rows, 1)]
            made["text"] = {language: GAP.sub(lambda gap: f"[[{rows.index(gap[1]) + 1}]]", text) for language, text in content["text"].items()}
    if content.get("options"):
        by_id = {option["id"]: option for option in content["options"]}
        kept = ("text", "group") if kind == QuestionKind.WORDS else ("text",)
        made["options"] = [{"id": str(place), **{key: by_id[name][key] for key in kept}} for place, name in enumerate(names, 1)]
    return made
