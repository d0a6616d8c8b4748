"""What a response is made of, for counting, and what somebody earns who guesses. Pure functions on plain values.

Pieces by kind: the id of an option; "stem:option" or "gap:option"; for an order the ids that stand in their place; for a hotspot the
ids of areas hit, OUTSIDE for none; for what is typed "=id" of the answer that accepts it, or REST, and behind "~" the text folded.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

from quizzes.rules.marking import SUREST, WHEN_RIGHT, credit, share
from quizzes.rules.questions import CHOICES, PAIRED, TYPED, Content, QuestionKind, folded, lies_in, point, ratio_of

NOTHING = ""  # no answer at all
OUTSIDE = "outside"
REST = "="  # no answer accepts it
TYPED_SHOWN = 20
GUESSES_MOST = 5_000


def pieces(content: Content, response: Sequence[str]) -> list[str]:
    """What a response is made of; nothing where nothing is answered, or only a person can read it."""
    kind = content["kind"]
    if kind in CHOICES or kind in PAIRED:
        return list(response)
    if kind == QuestionKind.ORDERING:
        return [given for given, option in zip(response, content["options"], strict=False) if given == option["id"]]
    if kind == QuestionKind.HOTSPOT:
        ratio = ratio_of(content)
        hit = [[area["id"] for area in content["areas"] if lies_in(area, *point(part), ratio)] or [OUTSIDE] for part in response]
        return list(dict.fromkeys(name for names in hit for name in names))
    if kind in (QuestionKind.NUMERIC, QuestionKind.SHORT) and response:
        accepted = [answer for answer in content["answers"] if credit({**content, "answers": [{**answer, "weight": "100"}]}, response)]
        best = max(accepted, key=lambda answer: share(answer["weight"]), default=None)
        return [f"={best['id']}" if best else REST, f"~{folded(response[0], bool(content.get('exact_case')))}"]
    return []


def most_frequent(counts: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """The counts with only the most frequent of what was typed; equally frequent texts in their own order."""
    typed = sorted((name for name in counts if name.startswith("~")), key=lambda name: (-sum(counts[name]), name))
    dropped = set(typed[TYPED_SHOWN:])
    return {name: row for name, row in counts.items() if name not in dropped}


def guess_score(content: Content, certainty: float = 0) -> float | None:
    """What guessing earns on average, 0 to 1; None where there is nothing to choose from.

    Somebody who guesses knows how many options are right (as Moodle's "random guess score" takes it), and every choice is as likely. In the
    share of attempts that asked for `certainty` they say that they are not sure.
    """
    earned = _of_guessing(content)
    return None if earned is None else earned * (1 - certainty + certainty * WHEN_RIGHT[1] / SUREST)


def _of_guessing(content: Content) -> float | None:
    kind = content["kind"]
    if kind in TYPED or kind in (QuestionKind.HOTSPOT, QuestionKind.INFORMATION):
        return None
    options = content["options"]
    if kind in PAIRED:
        return _of_pairs(content)
    if kind == QuestionKind.ORDERING:
        return _of_orders(len(options))
    chosen = 1
    if kind == QuestionKind.MULTIPLE:
        chosen = sum(Fraction(option["weight"]) > 0 if "weight" in option else bool(option["right"]) for option in options)
    if not chosen or comb(len(options), chosen) > GUESSES_MOST:
        return None
    ways = list(combinations([option["id"] for option in options], chosen))
    return float(sum((credit(content, way) for way in ways), Fraction(0)) / len(ways))


def _of_pairs(content: Content) -> float:
    rows, options = content[PAIRED[QuestionKind(content["kind"])]], content["options"]
    total = Fraction(0)
    for row in rows:
        offered = [option for option in options if option.get("group") == row.get("group")]
        right = next(option for option in options if option["id"] == row["right"])
        total += Fraction(sum(option["text"] == right["text"] for option in offered), len(offered))
    return float(total / len(rows))


def _of_orders(length: int) -> float:
    """The mean of Kendall's tau, nothing where it is negative, over all orders; orders by their inversions (P. A. MacMahon, 1913)."""
    ways = [1]
    for size in range(2, length + 1):
        ways = [sum(ways[max(0, place - size + 1) : place + 1]) for place in range(len(ways) + size - 1)]
    pairs = length * (length - 1) // 2
    good = sum((way * Fraction(max(0, pairs - 2 * turned), pairs) for turned, way in enumerate(ways)), Fraction(0)) if pairs else Fraction(1)
    return float(good / sum(ways))
