"""What a case must have, and what of it may be seen before the decision. Pure functions on the case document.

The document of a case is the content of its case.yaml as plain values: see casebook/README.md.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.languages import LANGUAGES, said

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_MAX = 80
SEARCH_MAX = 100
RESERVED_PARTS = ("facts", "decision", "direct-cause", "at-your-post", "lesson")

# The one page of a toolbox talk: how many rows of each kind, and how many lines these may take.
SHEET_ROWS, SHEET_CHOICES, SHEET_CONTROLS, SHEET_POST, SHEET_SOURCES = 5, 6, 6, 4, 2
SHEET_TOLL = 60  # marks, one a person; more are told in words
SHEET_SIGNATURES = 12

_MARKS = re.compile(r"\*+|\[([^\]]*)\]\([^)]*\)")
_SENTENCE = re.compile(r"(?<=[.?!;])\s+|(?<=[。？！；])")

Document = Mapping[str, Any]


def parts(document: Document) -> set[str]:
    """The names that a question may refer to: ids of timeline rows, causes and controls, and the reserved words."""
    return set(RESERVED_PARTS) | {row["id"] for row in _numbered(document) if "id" in row}


def decision(document: Document, decision_id: str) -> Document | None:
    """The decision point with this id, or None."""
    return next((point for point in document["decisions"] if point["id"] == decision_id), None)


def is_choice(document: Document, decision_id: str, choice_id: str) -> bool:
    """Whether the decision point offers this choice."""
    point = decision(document, decision_id)
    return point is not None and any(choice["id"] == choice_id for choice in point["choices"])


def next_decision(document: Document, chosen: Mapping[str, str]) -> str | None:
    """The first decision point of the timeline that the reader has not decided, or None when all is open."""
    return next((row["decision"] for row in document["timeline"] if "decision" in row and row["decision"] not in chosen), None)


def visible_timeline(document: Document, chosen: Mapping[str, str]) -> list[Document]:
    """The rows down to and including the first undecided decision point: what stands below it is not even sent."""
    stop = next_decision(document, chosen)
    rows = []
    for row in document["timeline"]:
        rows.append(row)
        if stop is not None and row.get("decision") == stop:
            break
    return rows


def minutes_read(opened_at: dt.datetime, studied_at: dt.datetime, stated: int) -> int:
    """Minutes between opening a case and marking it as studied: whole ones begun, at most the stated reading time."""
    return max(1, min(stated, -int(-(studied_at - opened_at).total_seconds() // 60)))


def texts(value: Any) -> Iterator[str]:
    """Every text inside a document, in both languages."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def is_partial(value: Any, language: str) -> bool:
    """Whether some text inside a document is there in another language only."""
    if isinstance(value, Mapping):
        said_elsewhere = any(value.get(other) for other in LANGUAGES if other != language)
        return (said_elsewhere and not value.get(language)) or any(is_partial(inner, language) for inner in value.values())
    return isinstance(value, list | tuple) and any(is_partial(inner, language) for inner in value)


def width(text: str) -> int:
    """How much of a line a text takes: a Latin letter 1, a Chinese character 2."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def plain(text: str) -> str:
    """A text in one line, without the marks of bold and emphasis and without the addresses of links."""
    return " ".join(_MARKS.sub(lambda found: found[1] or "", text).split())


def brief(text: str, room: int) -> str:
    """As many whole sentences of a text as fit; of a first sentence that is too long, as many words. What is left out is marked by “…”."""
    text = plain(text)
    if width(text) <= room:
        return text
    kept = ""
    for sentence in _SENTENCE.split(text):
        longer = f"{kept} {sentence}" if kept and width(kept[-1]) == 1 else kept + sentence
        if width(longer) + 2 > room:
            break
        kept = longer
    if not kept:
        while width(text) + 1 > room:
            text = text[:-1]
        kept = text.rpartition(" ")[0] if " " in text[-20:] else text
    return kept.rstrip(" ,;，；、") + "…" if kept[-1] not in ".?!。？！" else f"{kept} …"


@dataclass(frozen=True)
class Sheet:
    """What the one page of a toolbox talk says in one language, each text cut to the room it has."""

    title: str
    place: str
    rows: list[tuple[str, str]]
    situation: str
    question: str
    choices: list[str]
    right: int
    reason: str
    followed: list[str]
    controls: list[tuple[str, str]]
    post: list[str]
    lesson: str
    sources: list[str]
    more_sources: int


def sheet(document: Document, language: str) -> Sheet:
    """What is chosen for one page. The decision is the last one, the moment that mattered most; of the rows before it the first
    and the four that lead up to it; of the rows after it as many as fit. The front tells nothing that comes after the decision.
    """

    def cut(pair: Mapping[str, Any], room: int) -> str:
        return brief(said(pair, language), room)

    def all_of(rows: Sequence[Any], across: int, lines: int) -> list[str]:
        return in_lines([plain(said(row, language)) for row in rows], across, lines)

    last = max(place for place, row in enumerate(document["timeline"]) if "decision" in row)
    point = decision(document, document["timeline"][last]["decision"])
    assert point is not None, "a published case has the decisions of its timeline"
    before = [row for row in document["timeline"][:last] if "decision" not in row]
    before = before if len(before) <= SHEET_ROWS else [before[0], *before[1 - SHEET_ROWS :]]
    right = next(place for place, choice in enumerate(point["choices"]) if choice["sound"])
    controls = [cut(one["text"], 60) for one in document["controls"][:SHEET_CONTROLS]]
    those = [plain(said(one["rule"], language)) for one in document["controls"][:SHEET_CONTROLS]]
    sources = [f"{one['title']}, {one['publisher']}" + (f", {one['year']}" if one.get("year") else "") for one in document["sources"]]
    return Sheet(
        title=cut(document["title"], 62),
        place=f"{cut(document['place'], 70)} · {cut(document['when'], 44)}",
        rows=list(zip([cut(row["when"], 22) for row in before], all_of([row["text"] for row in before], 97, 8), strict=True)),
        situation=cut(point["situation"], 330),
        question=cut(point["question"], 76),
        choices=[cut(choice["text"], 100) for choice in point["choices"][:SHEET_CHOICES]],
        right=right,
        reason=cut(point["choices"][right]["outcome"], 220),
        followed=_fitting([plain(said(row["text"], language)) for row in document["timeline"][last + 1 :]], 160),
        controls=list(zip(controls, in_lines(those, 113, 7, [width(control) + 1 for control in controls]), strict=True)),
        post=all_of(document["at_your_post"][:SHEET_POST], 64, 7),
        lesson=cut(document["lesson"], 180),
        sources=[brief(text, 80) for text in sources[:SHEET_SOURCES]],
        more_sources=max(0, len(sources) - SHEET_SOURCES),
    )


def in_lines(texts: Sequence[str], across: int, lines: int, taken: Sequence[int] = ()) -> list[str]:
    """Texts that together take at most so many lines of this width, one each at least: whichever takes the most gives up a line first.

    `taken` is the width of what stands before each on its first line.
    """
    used = taken or [0] * len(texts)
    takes = [max(1, -(-(before + width(text)) // across)) for before, text in zip(used, texts, strict=True)]
    while sum(takes) > lines and max(takes) > 1:
        takes[takes.index(max(takes))] -= 1
    return [brief(text, across * take - before) for before, text, take in zip(used, texts, takes, strict=True)]


def _fitting(texts: Sequence[str], room: int) -> list[str]:
    """As many of these texts as fit together, at least a part of the first."""
    kept = [brief(texts[0], room)] if texts else []
    for text in texts[1:]:
        if width("".join(kept)) + width(text) > room:
            break
        kept.append(text)
    return kept


def _numbered(document: Document) -> Iterator[Document]:
    for key in ("timeline", "underlying_causes", "controls"):
        yield from document[key]
