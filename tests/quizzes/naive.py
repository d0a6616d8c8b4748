"""The same statistics once more, straight from their definitions, in exact fractions and without numpy: what the product is held against.

Every attempt has every question here. Scores are lists of Fractions, one list an attempt.
"""

import math
import statistics
from fractions import Fraction
from typing import Any

Scores = list[list[Fraction]]


def covariance(one: list[Fraction], other: list[Fraction]) -> Fraction:
    """Of a sample: divided by n - 1."""
    middle, centre = sum(one) / len(one), sum(other) / len(other)
    return sum(((a - middle) * (b - centre) for a, b in zip(one, other, strict=True)), Fraction(0)) / (len(one) - 1)


def root(value: Fraction) -> float:
    return math.sqrt(value.numerator) / math.sqrt(value.denominator)


def quiz(scores: Scores, marks: list[int]) -> dict[str, Any]:
    """Mean, median, deviation, skewness, kurtosis, consistency, error ratio and standard error, in per cent."""
    n, k = len(scores), len(marks)
    possible = sum(marks)
    totals = [sum(row, Fraction(0)) / possible * 100 for row in scores]
    mean = sum(totals) / n
    power = {p: sum((total - mean) ** p for total in totals) / n for p in (2, 3, 4)}
    k2 = Fraction(n, n - 1) * power[2]
    k3 = Fraction(n * n, (n - 1) * (n - 2)) * power[3]
    k4 = Fraction(n * n, (n - 1) * (n - 2) * (n - 3)) * ((n + 1) * power[4] - 3 * (n - 1) * power[2] ** 2)
    items = [[row[place] for row in scores] for place in range(k)]
    raw = [sum(row, Fraction(0)) for row in scores]
    alpha = Fraction(k, k - 1) * (1 - sum(covariance(item, item) for item in items) / covariance(raw, raw))
    ratio = math.sqrt(1 - alpha)
    return {
        "mean": float(mean),
        "median": float(statistics.median(totals)),
        "deviation": root(k2),
        "skewness": float(k3) / root(k2) ** 3,
        "kurtosis": float(k4 / k2**2),
        "consistency": 100 * float(alpha),
        "error_ratio": 100 * ratio,
        "standard_error": ratio * root(k2),
    }


def question(scores: Scores, marks: list[int], place: int) -> dict[str, Any]:
    """Facility, deviation, weights, discrimination and efficiency of one question, in per cent."""
    item = [row[place] / marks[place] for row in scores]
    rest = [sum(row, Fraction(0)) - row[place] for row in scores]
    totals = [sum(row, Fraction(0)) for row in scores]
    with_total = [covariance([row[one] for row in scores], totals) for one in range(len(marks))]
    roots = [root(max(Fraction(0), value)) for value in with_total]
    together = covariance(item, rest)
    return {
        "facility": 100 * float(sum(item) / len(item)),
        "deviation": 100 * root(covariance(item, item)),
        "intended": 100 * marks[place] / sum(marks),
        "effective": 100 * roots[place] / sum(roots),
        "discrimination": 100 * float(together) / (root(covariance(item, item)) * root(covariance(rest, rest))),
        "efficiency": 100 * float(together / covariance(sorted(item), sorted(rest))),
    }
