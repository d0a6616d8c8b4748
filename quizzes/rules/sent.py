"""What a form says of an answer, and how an answer is put into the fields of a form. Pure functions on plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.rules.questions import GAP, QuestionKind


@dataclass(frozen=True)
class Sent:
    """The fields of one question as a form brought them; `seen` is the count of changes that the page had seen."""

    values: list[str]
    unit: str
    xs: list[str]
    ys: list[str]
    certainty: str
    seen: int

    def answer(self, kind: str) -> list[str]:
        """The answer in places that these fields come to for a question of this kind."""
        return gathered(kind, self.values, self.unit, self.xs, self.ys)

    @property
    def sure(self) -> int | None:
        return int(self.certainty) if self.certainty.isdecimal() and len(self.certainty) == 1 else None


def gathered(kind: str, values: Sequence[str], unit: str = "", xs: Sequence[str] = (), ys: Sequence[str] = ()) -> list[str]:
    """The answer that the fields of one question come to, as `meant` takes it; what is no answer is left for `answer_problem` to name.

    `values` are the fields of the answer: places; "place in the order:row" of an ordering; one typed text. `unit` is chosen beside a
    number, and `xs` and `ys` are per cent across and down a picture.
    """
    given = [value.replace("\r\n", "\n") for value in values if value.strip()]  # forms break lines as no script does
    if kind == QuestionKind.NUMERIC:
        return [with_unit(given[0], unit)] if given else []
    if kind == QuestionKind.ORDERING:
        rows = dict(reversed([value.split(":", 1) for value in given if ":" in value]))  # of two rows at one place the second is left out
        return [rows[place] for place in sorted(rows, key=lambda place: (len(place), place))]
    if kind == QuestionKind.HOTSPOT:
        return list(dict.fromkeys(f"{_thousandths(x)},{_thousandths(y)}" for x, y in zip(xs, ys, strict=False) if x.strip() or y.strip()))
    return given


def _thousandths(per_cent: str) -> str:
    plain = per_cent.strip().replace(",", ".")
    return str(round(float(plain) * 10)) if re.fullmatch(r"\d{1,3}(\.\d{0,6})?", plain) else "?"


def with_unit(typed: str, unit: str) -> str:
    """A number with the unit that was chosen for it, unless one was typed."""
    return f"{typed.strip()} {unit}".strip() if re.search(r"[\d.,]\s*$", typed) else typed.strip()


def without_unit(typed: str, units: Sequence[str]) -> tuple[str, str]:
    """The number and the unit of a typed answer, for a field and a choice beside it; all of it where its unit is none of these."""
    for unit in sorted(units, key=len, reverse=True):
        number = typed.removesuffix(unit).strip()
        if typed.endswith(unit) and re.search(r"[\d.,]$", number):
            return number, unit
    return typed, ""


def pieces(html: str) -> list[str]:
    """A text with gaps [[1]] in pieces: words, number of a gap, words, and so on."""
    return GAP.split(html)


def matches_sent(kind: str, response: Sequence[str], stored: Sequence[str]) -> bool:
    """Whether two answers are the same: only of an ordering does the order count."""
    return list(response) == list(stored) if kind == QuestionKind.ORDERING else sorted(response) == sorted(stored)


def spots(response: Sequence[str], most: int) -> list[Mapping[str, Any]]:
    """The places of an answer in a picture, in per cent, with empty ones up to as many as may be set."""
    set_ = [dict(zip(("x", "y"), (f"{int(value) / 10:g}" for value in part.split(",")), strict=True)) for part in response if re.fullmatch(r"\d+,\d+", part)]
    return [*set_, *({"x": "", "y": ""} for _place in range(most - len(set_)))]
