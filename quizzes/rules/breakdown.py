"""What was answered to a question, line by line, as its statistics show it. Pure functions on plain values."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.languages import said
from quizzes.rules.guidance import is_right, option_signs
from quizzes.rules.marking import share
from quizzes.rules.pieces import NOTHING, OUTSIDE, REST
from quizzes.rules.questions import CHOICES, GAP, PAIRED, Content, QuestionKind
from quizzes.rules.statistics import QuestionFigures

_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Line:
    """One thing that could be answered, and how often the lower, middle and upper third did.

    `label` is in the reader's language, or empty where `what` says in a word what the line is: "option", "place", "area", "outside",
    "answer", "rest", "typed", "nothing"; `number` counts areas. `of` is the stem or gap. `right` is None where the line says nothing of it.
    """

    what: str
    label: str
    right: bool | None
    counts: list[int]
    of: str = ""
    number: int = 0
    sign: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)


def title_of(content: Content, language: str, title: str = "") -> str:
    """What a question is called in a list: its title, or its text without markup and with a line for each gap."""
    return title or plain(said(content["text"], language))


def plain(text: str) -> str:
    """A text without markup, with a line for each gap."""
    return " ".join(GAP.sub("____", html.unescape(_MARKUP.sub(" ", text))).split())


def breakdown(figures: QuestionFigures, content: Content, language: str) -> list[Line]:
    """What was answered, in the question's own order; last what nobody can be credited with. Options of earlier revisions are not told."""
    kind, pieces = content["kind"], figures.pieces
    lines: list[Line] = []
    if kind in CHOICES:
        signs = option_signs(figures, content)
        for option in content["options"]:
            lines.append(_line("option", option, is_right(option), pieces, language, sign=signs.get(option["id"], "")))
    elif kind in PAIRED:
        lines += _pairs(content, pieces, language)
    elif kind == QuestionKind.ORDERING:
        lines += [_line("place", option, None, pieces, language) for option in content["options"]]
    elif kind == QuestionKind.HOTSPOT:
        for number, area in enumerate(content["areas"], 1):
            lines.append(Line("area", "", area["right"], pieces.get(area["id"], [0, 0, 0]), number=number))
        lines.append(Line("outside", "", False, pieces.get(OUTSIDE, [0, 0, 0])))
    elif kind in (QuestionKind.NUMERIC, QuestionKind.SHORT):
        lines += _typed(content, pieces, language)
    return [*lines, Line("nothing", "", None, pieces.get(NOTHING, [0, 0, 0]))]


def _line(what: str, row: Mapping[str, Any], right: bool | None, pieces: Mapping[str, list[int]], language: str, sign: str = "") -> Line:
    return Line(what, plain(said(row["text"], language)), right, pieces.get(row["id"], [0, 0, 0]), sign=sign)


def _pairs(content: Content, pieces: Mapping[str, list[int]], language: str) -> Iterator[Line]:
    texts = {option["id"]: option["text"] for option in content["options"]}
    for number, row in enumerate(content[PAIRED[QuestionKind(content["kind"])]], 1):
        of = plain(said(row["text"], language)) if "text" in row else str(number)
        for option in content["options"]:
            counts = pieces.get(f"{row['id']}:{option['id']}", [0, 0, 0])
            right = option["text"] == texts[row["right"]]
            if right or sum(counts):
                yield Line("option", plain(said(option["text"], language)), right, counts, of=of)


def _typed(content: Content, pieces: Mapping[str, list[int]], language: str) -> Iterator[Line]:
    for answer in content["answers"]:
        value = answer["value"] + (f" ± {answer['tolerance']}" if answer["tolerance"] not in ("", "0") else "") if "value" in answer else ""
        label = value or said(answer["text"], language)
        yield Line("answer", label, share(answer["weight"]) > 0, pieces.get(f"={answer['id']}", [0, 0, 0]))
    yield Line("rest", "", False, pieces.get(REST, [0, 0, 0]))
    typed = sorted((name for name in pieces if name.startswith("~")), key=lambda name: (-sum(pieces[name]), name))
    yield from (Line("typed", name[1:], None, pieces[name]) for name in typed)
