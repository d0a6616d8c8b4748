"""What an answer earns, and what an attempt comes to. Pure functions on plain values, exact fractions throughout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

from quizzes.rules.questions import PAIRED, Content, QuestionKind, lies_in, matches, number, point, ratio_of, right_areas

CERTAINTIES = (1, 2, 3)
# Marks for a right and for a wrong answer by how sure somebody was: A. R. Gardner-Medwin, certainty-based marking.
WHEN_RIGHT = {1: 1, 2: 2, 3: 3}
WHEN_WRONG = {1: 0, 2: -2, 3: -6}
SUREST = 3


@dataclass(frozen=True)
class Marked:
    """What an attempt came to: marks earned by question number, None where a person has to mark; and the whole of what is marked."""

    earned: dict[int, Fraction | None]
    total: Fraction
    possible: int
    passed: bool
    score: int

    @property
    def is_waiting(self) -> bool:
        """Whether a person has to mark something first."""
        return None in self.earned.values()


@lru_cache(maxsize=1000)  # the same few weights in every question
def share(weight: str) -> Fraction:
    """A weight in per cent as a share of 1. 33.33333 is a third: formats write five decimals, and three thirds must be a whole."""
    exact = Fraction(weight) / 100
    near = exact.limit_denominator(60)
    return near if abs(exact - near) < Fraction(1, 100_000) else exact


def credit(content: Content, response: Sequence[str]) -> Fraction:
    """The share of a question's marks that a response earns, 0 to 1. What only a person can mark, or nobody answers, earns nothing here.

    One right option: all or nothing. Several: the share of right options chosen less the share of wrong options chosen, not below
    zero, so that choosing everything earns nothing (as Moodle's multiple choice and QTI mapResponse do). Options with weights: their
    sum, kept between 0 and 1. Matching, words and hotspots: the share found. Order: Kendall's tau of the order given with the right
    one, not below zero (M. G. Kendall, Biometrika 30, 1938), so that chance earns nothing on average.
    """
    kind = content["kind"]
    if not response or kind in (QuestionKind.ESSAY, QuestionKind.INFORMATION):
        return Fraction(0)
    if kind == QuestionKind.NUMERIC:
        return _of_number(content, response[0])
    if kind == QuestionKind.SHORT:
        return _best(answer for answer in content["answers"] if any(matches(text, response[0], content["exact_case"]) for text in answer["text"].values()))
    if kind in PAIRED:
        rows = content[PAIRED[kind]]
        given = dict(part.split(":", 1) for part in response)
        return Fraction(sum(given.get(row["id"]) in _as_good(content, row["right"]) for row in rows), len(rows))
    if kind == QuestionKind.HOTSPOT:
        wanted = right_areas(content)
        points = [point(part) for part in response[: len(wanted)]]
        return Fraction(sum(any(lies_in(area, x, y, ratio_of(content)) for x, y in points) for area in wanted), len(wanted))
    if kind == QuestionKind.ORDERING:
        return _of_order([option["id"] for option in content["options"]], response)
    return _of_options(content, set(response))


def _as_good(content: Content, right: str) -> set[str]:
    """Options that say the same as the right one: nobody can tell them apart."""
    text = next(option["text"] for option in content["options"] if option["id"] == right)
    return {option["id"] for option in content["options"] if option["text"] == text}


def _of_options(content: Content, chosen: set[str]) -> Fraction:
    options = content["options"]
    if any("weight" in option for option in options):
        total = sum((share(option["weight"]) for option in options if option["id"] in chosen), Fraction(0))
        return min(Fraction(1), max(Fraction(0), total))
    right = {option["id"] for option in options if option["right"]}
    wrong = {option["id"] for option in options} - right
    if content["kind"] != QuestionKind.MULTIPLE:
        return Fraction(chosen == right)
    lost = Fraction(len(chosen & wrong), len(wrong)) if wrong else Fraction(0)
    return max(Fraction(0), Fraction(len(chosen & right), len(right)) - lost)


def _best(answers: Iterable[Mapping[str, Any]]) -> Fraction:
    return max((min(Fraction(1), max(Fraction(0), share(answer["weight"]))) for answer in answers), default=Fraction(0))


def _of_number(content: Content, typed: str) -> Fraction:
    found = number(typed)
    if found is None:
        return Fraction(0)
    value, unit = found
    factors = {_plain(row["name"]): Fraction(row["factor"]) for row in content["units"]}
    if unit and content["unit"] != "none":
        if unit not in factors:
            return Fraction(0)
        value *= factors[unit]
    elif unit or content["unit"] == "required":
        return Fraction(0)
    return _best(answer for answer in content["answers"] if accepts_number(answer, value))


def _plain(unit: str) -> str:
    found = number(f"1{unit}")
    return found[1] if found else unit


def accepts_number(answer: Mapping[str, Any], value: Fraction) -> bool:
    """Whether a value lies within an answer's tolerance; the answer * takes every number."""
    return answer["value"] == "*" or abs(value - Fraction(answer["value"])) <= Fraction(answer["tolerance"] or 0)


def _of_order(right: list[str], given: Sequence[str]) -> Fraction:
    if len(right) < 2:
        return Fraction(list(given) == right)
    place = {name: at for at, name in enumerate(given)}
    pairs = list(combinations(right, 2))
    agreed = sum(place[first] < place[second] for first, second in pairs)
    return max(Fraction(0), Fraction(2 * agreed - len(pairs), len(pairs)))


def right_response(content: Content) -> list[str] | None:
    """A response that earns full marks; None where there is none, because a person marks it or nobody answers it."""
    kind = content["kind"]
    if kind in (QuestionKind.ESSAY, QuestionKind.INFORMATION):
        return None
    if kind in (QuestionKind.NUMERIC, QuestionKind.SHORT):
        return _right_words(content)
    if kind in PAIRED:
        return [f"{row['id']}:{row['right']}" for row in content[PAIRED[kind]]]
    if kind == QuestionKind.HOTSPOT:
        return list(dict.fromkeys(",".join(map(str, middle(area, ratio_of(content)))) for area in right_areas(content)))
    options = content["options"]
    if kind == QuestionKind.ORDERING:
        return [option["id"] for option in options]
    if any("weight" in option for option in options):
        good = [option for option in options if share(option["weight"]) > 0]
        if kind != QuestionKind.MULTIPLE:
            good = sorted(good, key=lambda option: -share(option["weight"]))[:1]
        return [option["id"] for option in good]
    return [option["id"] for option in options if option["right"]]


def _right_words(content: Content) -> list[str] | None:
    best = max(content["answers"], key=lambda answer: share(answer["weight"]), default=None)
    if best is None:
        return None
    if content["kind"] == QuestionKind.SHORT:
        text = next((text for text in best["text"].values() if text), "")
        return [text.replace(r"\*", "\0").replace("*", "").replace("\0", "*")]
    value = Fraction(0) if best["value"] == "*" else Fraction(best["value"])
    written = "0" if best["value"] == "*" else best["value"]
    if content["unit"] != "required":
        return [written]
    for unit in content["units"]:
        for typed in (f"{written} {unit['name']}", f"{float(value / Fraction(unit['factor'])):.12g} {unit['name']}"):
            if _of_number(content, typed) == 1:
                return [typed]
    return None


def middle(area: Mapping[str, Any], ratio: float) -> tuple[int, int]:
    """A place of the picture within an area: its middle, or for a polygon that bends around its middle the first inside place of a fine grid."""
    at = area["at"]
    if area["shape"] == "rect":
        return (at[0] + min(at[0] + at[2], 1000)) // 2, (at[1] + min(at[1] + at[3], 1000)) // 2
    if area["shape"] == "circle":
        return at[0], at[1]
    x, y = sum(at[::2]) // (len(at) // 2), sum(at[1::2]) // (len(at) // 2)
    if lies_in(area, x, y, ratio):
        return x, y
    grid = ((x, y) for x in range(min(at[::2]), max(at[::2]) + 1, 2) for y in range(min(at[1::2]), max(at[1::2]) + 1, 2))
    return next((place for place in grid if lies_in(area, *place, ratio)), (at[0], at[1]))


def after_tries(credits: Sequence[Fraction], penalty: Fraction) -> Fraction:
    """What a question earns that may be tried several times: the best try, each less the penalty for the tries before it, not below zero."""
    return max((max(Fraction(0), earned - penalty * before) for before, earned in enumerate(credits)), default=Fraction(0))


def with_certainty(earned: Fraction, answered: bool, certainty: int | None) -> Fraction:
    """The share of a question's marks with certainty: right and surest is all of it, wrong and surest takes away twice as much.

    Of a part that is right the right share counts as right. Who says nothing is taken as not sure.
    """
    if not answered:
        return Fraction(0)
    sure = certainty or 1
    return earned * WHEN_RIGHT[sure] / SUREST if earned > 0 else Fraction(WHEN_WRONG[sure], SUREST)


def least(certainty: bool) -> Fraction:
    """The smallest share of its marks that a question can come to."""
    return Fraction(min(WHEN_WRONG.values()), SUREST) if certainty else Fraction(0)


def tally(shares: Mapping[int, tuple[Fraction | None, int]], pass_mark: int) -> Marked:
    """What an attempt comes to: by question number the share earned (None: not marked yet) of so many marks. Passed by exact fractions.

    The score is per cent, rounded down, so that nobody reads a pass mark that was not reached, and not below zero.
    """
    earned = {number: None if got is None else got * marks for number, (got, marks) in shares.items()}
    possible = sum(marks for _got, marks in shares.values())
    total = sum((value for value in earned.values() if value is not None), Fraction(0))
    reached = max(Fraction(0), total / possible * 100) if possible else Fraction(0)
    return Marked(earned, total, possible, bool(possible) and reached >= pass_mark, int(reached))
