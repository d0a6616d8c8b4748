"""Weights as files write them, and numbers that must come back exactly. Pure."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from core.errors import N_
from quizzes.rules.marking import share
from quizzes.rules.questions import Content

NEARLY = Decimal("0.0001")
_NEAREST = N_("Moodle does not know the weights %(weights)s: import with “nearest grade”.")
# What Moodle takes as a weight of any answer, in per cent (question_bank::fraction_options), or its opposite, up to a thousandth of a per cent.
_GRADES = [Fraction(100, parts) for parts in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20)]
_GRADES += [Fraction(number) for number in (0, 30, 40, 60, 70, 75, 80, 90)] + [Fraction(200, 3), Fraction(250, 3)]
_GRADE_NEARLY = Fraction(1, 1000)


def decimal(text: str) -> Decimal | None:
    """A finite decimal, or None."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= 40 and len(text) <= 60 else None


def plain(value: Decimal) -> str:
    """A decimal without a power of ten."""
    return format(value, "f")


def per_cent(part: Fraction) -> str:
    """A share in per cent with five decimals, as Moodle writes it."""
    text = f"{round(part * 100 * 10**5) / 10**5:.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def name_unknown(note: Callable[..., None], said: Iterable[str]) -> None:
    """Name those weights that Moodle takes only as the nearest that it knows."""
    odd = sorted({text for text in said if all(abs(abs(Fraction(text)) - grade) >= _GRADE_NEARLY for grade in _GRADES)})
    if odd:
        note(_NEAREST, weights=", ".join(odd))


def weights_of(content: Content) -> list[str]:
    """What each option of a choice earns, in per cent: its weight, or what right and wrong come to without weights."""
    options = content["options"]
    if any("weight" in option for option in options):
        return [option["weight"] for option in options]
    right = sum(bool(option["right"]) for option in options)
    if content["kind"] != "multiple":
        return ["100" if option["right"] else "0" for option in options]
    wrong = len(options) - right
    return [per_cent(Fraction(1, right) if option["right"] else Fraction(-1, wrong)) for option in options]


def settled(multiple: bool, weights: Sequence[str]) -> list[dict[str, Any]]:
    """Right or wrong, option by option; with a weight where right and wrong alone would be marked in another way."""
    shares = [share(weight) if decimal(weight) is not None else None for weight in weights]
    known = [part for part in shares if part is not None]
    right, wrong = sum(part > 0 for part in known), sum(part <= 0 for part in known)
    usual = {Fraction(1, right or 1), Fraction(-1, wrong or 1)} if multiple else {Fraction(0), Fraction(1)}
    simple = set(known) <= usual and (right > 0 if multiple else right == 1)
    if simple and len(known) == len(weights):
        return [{"right": part > 0} for part in known]
    good = [part is not None and part > 0 for part in shares] if multiple else [part == 1 for part in shares]
    return [{"right": is_good, "weight": weight} for is_good, weight in zip(good, weights, strict=True)]


def reciprocal(text: str) -> tuple[str, bool]:
    """One over a decimal, and whether that is exact. Where it is not, the decimal that is meant: a file keeps 20 digits of 1/3."""
    value = Fraction(text)
    inverse = 1 / value
    for candidate in (inverse, inverse.limit_denominator(10**6)):
        written = _finite(candidate)
        if written is not None and abs(candidate - inverse) * 10**15 < abs(inverse):
            return written, True
    return plain(Decimal(f"{float(inverse):.15g}")), False


def _finite(value: Fraction) -> str | None:
    rest, digits = value.denominator, 0
    while rest % 10 == 0:
        rest, digits = rest // 10, digits + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, digits = rest // prime, digits + 1
    if rest != 1 or digits > 20:
        return None
    text = plain(Decimal(value.numerator * 10**digits // value.denominator).scaleb(-digits))
    return text.rstrip("0").rstrip(".") if "." in text else text


def inverse_written(text: str) -> str:
    """One over a decimal with 20 digits behind the point, as Moodle keeps a multiplier."""
    exact = _finite(1 / Fraction(text))
    if exact is not None:
        return exact
    return plain(Decimal(round(10**20 / Fraction(text))).scaleb(-20))


def fraction(value: Decimal) -> Fraction:
    """A decimal exactly."""
    return Fraction(value)


def shifted(text: str) -> str:
    """A share of 1 in per cent, digit by digit: "0.3333333" is "33.33333"."""
    value = decimal(text)
    return text if value is None else plain(value.scaleb(2))
