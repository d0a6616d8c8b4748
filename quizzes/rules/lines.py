"""An answer line by line, as a result shows it: what was said, to what, and how much of it was right. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from quizzes.rules.marking import credit, right_response, share
from quizzes.rules.questions import CHOICES, PAIRED, Content, QuestionKind, halves, lies_in, point, ratio_of

Text = Mapping[str, str] | str


@dataclass(frozen=True)
class Line:
    """One line of an answer. `said` and `to` are texts per language, or as they stand; empty `said`: no answer. `right` is the share of this
    line that is right, None where it says nothing by itself."""

    said: Text
    to: Text = ""
    right: Fraction | None = None
    feedback: Mapping[str, str] = field(default_factory=dict)


def given_lines(content: Content, order: Sequence[str], response: Sequence[str]) -> list[Line]:
    """What was answered; it carries the key and the feedback."""
    kind = content["kind"]
    if kind in CHOICES:
        by_id = {option["id"]: option for option in content["options"]}
        return [Line(by_id[name]["text"], right=_of_option(by_id[name]), feedback=by_id[name]["feedback"]) for name in order if name in response]
    if kind in PAIRED:
        return _pairs(content, order, dict(part.split(":", 1) for part in response), with_key=True)
    if kind == QuestionKind.ORDERING:
        right, texts = [option["id"] for option in content["options"]], {option["id"]: option["text"] for option in content["options"]}
        return [Line(texts[name], str(place), Fraction(name == right[place - 1])) for place, name in enumerate(response, 1)]
    if kind == QuestionKind.HOTSPOT:
        return [_spot(content, place, part) for place, part in enumerate(response, 1)]
    if not response:
        return []
    if kind == QuestionKind.ESSAY:
        return [Line(response[0])]
    taken = next((answer for answer in sorted(content["answers"], key=lambda one: -share(one["weight"])) if _takes(content, answer, response)), None)
    return [Line(response[0], right=credit(content, response), feedback=taken["feedback"] if taken else {})]


def _of_option(option: Mapping[str, Any]) -> Fraction:
    return Fraction(share(option["weight"]) > 0 if "weight" in option else bool(option["right"]))


def _takes(content: Content, answer: Mapping[str, Any], response: Sequence[str]) -> bool:
    return credit({**content, "answers": [{**answer, "weight": "100"}]}, response) == 1


def _pairs(content: Content, order: Sequence[str], given: Mapping[str, str], with_key: bool) -> list[Line]:
    name = PAIRED[QuestionKind(content["kind"])]
    rows, texts = {row["id"]: row for row in content[name]}, {option["id"]: option["text"] for option in content["options"]}
    return [
        Line(
            texts[given[row]] if row in given else "",
            rows[row].get("text") or str(place),
            credit({**content, name: [rows[row]]}, [f"{row}:{given[row]}"] if row in given else []) if with_key else None,
        )
        for place, row in enumerate(halves(order)[0], 1)
    ]


def _spot(content: Content, place: int, part: str) -> Line:
    x, y = point(part)
    areas = [area for area in content["areas"] if lies_in(area, x, y, ratio_of(content))]
    area = next((area for area in areas if area["right"]), areas[0] if areas else None)
    words = f"{x / 10:g} % × {y / 10:g} %"
    return Line(words, str(place), Fraction(bool(area and area["right"])), area["feedback"] if area else {})


def right_lines(content: Content, order: Sequence[str]) -> list[Line]:
    """The right answer, where it is made of rows or options; what is typed or marked in a picture is told in other ways."""
    kind, right = content["kind"], right_response(content) or []
    if kind in PAIRED:
        return _pairs(content, order, dict(part.split(":", 1) for part in right), with_key=False)
    if kind in CHOICES or kind == QuestionKind.ORDERING:
        texts = {option["id"]: option["text"] for option in content["options"]}
        return [Line(texts[name], str(place) if kind == QuestionKind.ORDERING else "") for place, name in enumerate(right, 1)]
    return []


def outcome(content: Content, got: Fraction) -> Mapping[str, str]:
    """What is said to an answer as a whole: right, partly right or wrong."""
    outcomes: Mapping[str, Mapping[str, str]] = content.get("outcomes") or {}
    return outcomes.get("right" if got == 1 else "partly" if got else "wrong") or {}
