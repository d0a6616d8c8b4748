"""A question as a learner sees it, and what they would be told for an answer; nothing is stored. Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes.rules.marking import accepts_number, credit
from quizzes.rules.questions import (
    CHOICES,
    Content,
    QuestionKind,
    answer_problem,
    asked,
    lies_in,
    matches,
    meant,
    number,
    option_order,
    point,
    ratio_of,
    shown,
)

SEED = 1  # options are mixed in the same way each time, so that a checked answer is put back where it was


@dataclass(frozen=True)
class Preview:
    """What the taking pages would show; after a check also the share of the marks, and what is said to this answer."""

    asked: Mapping[str, Any]
    response: list[str]
    checked: bool = False
    share: Fraction = Fraction(0)
    told: tuple[Mapping[str, str], ...] = ()


def preview(content: Content, response: Any = None) -> Preview:
    """A sound question as it is asked; with a response, as a browser sends it, what it earns and what is said to it."""
    order = option_order(content, random.Random(SEED))
    seen = asked(content, order)
    if response is None:
        return Preview(seen, [])
    answer = meant(content["kind"], order, response)
    if answer_problem(content["kind"], order, answer):
        answer = []
    earned = credit(content, answer)
    return Preview(seen, shown(content["kind"], order, answer), True, earned, tuple(_told(content, answer, earned)))


def _told(content: Content, answer: Sequence[str], earned: Fraction) -> Iterator[Mapping[str, str]]:
    """What is said to an answer: to what was chosen, to how far it is right, and to everybody."""
    yield from (row["feedback"] for row in _hit(content, answer) if row["feedback"])
    side = "right" if earned == 1 else "partly" if earned else "wrong"
    if said := content.get("outcomes", {}).get(side):
        yield said
    if content["feedback"]:
        yield content["feedback"]


def _hit(content: Content, answer: Sequence[str]) -> list[Mapping[str, Any]]:
    """The rows of a question that an answer chose, typed or marked."""
    kind = content["kind"]
    if not answer:
        return []
    if kind in CHOICES:
        return [option for option in content["options"] if option["id"] in answer]
    if kind == QuestionKind.HOTSPOT:
        return [area for area in content["areas"] if any(lies_in(area, *point(part), ratio_of(content)) for part in answer)]
    if kind == QuestionKind.SHORT:
        return [row for row in content["answers"] if any(matches(text, answer[0], content["exact_case"]) for text in row["text"].values())][:1]
    if kind == QuestionKind.NUMERIC and (found := number(answer[0])):
        factors = {unit["name"]: Fraction(unit["factor"]) for unit in content["units"]}
        return [row for row in content["answers"] if accepts_number(row, found[0] * factors.get(found[1], Fraction(1)))][:1]
    return []
