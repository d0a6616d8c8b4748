"""How far somebody comes who knows nothing and goes by the length of the options. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.languages import said


@dataclass(frozen=True)
class Guessing:
    """How often the right one of several options is the longest or the shortest, and how often it would be by chance: shares of 1."""

    questions: int
    longest: float
    shortest: float
    chance: float


def guessing(questions: Iterable[Sequence[tuple[Mapping[str, str], bool]]], language: str) -> Guessing:
    """What somebody gains who knows nothing and goes by length. Each question is its options: text, and whether it is right.

    Options of like length share the hit. Questions with several right options, or of true and false, are not for this.
    """
    longest = shortest = chance = Fraction(0)
    count = 0
    for options in questions:
        lengths = [(len(said(text, language)), right) for text, right in options]
        most, least = ([right for length, right in lengths if length == end(lengths)[0]] for end in (max, min))
        longest += Fraction(sum(most), len(most))
        shortest += Fraction(sum(least), len(least))
        chance += Fraction(1, len(lengths))
        count += 1
    return Guessing(count, *(float(share / count) for share in (longest, shortest, chance))) if count else Guessing(0, 0.0, 0.0, 0.0)
