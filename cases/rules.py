"""What a case must have, and what of it may be seen before the decision. Pure functions on the case document.

The document of a case is the content of its case.yaml as plain values: see casebook/README.md.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.languages import LANGUAGES

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_MAX = 80
SEARCH_MAX = 100
RESERVED_PARTS = ("facts", "decision", "direct-cause", "at-your-post", "lesson")

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


def _numbered(document: Document) -> Iterator[Document]:
    for key in ("timeline", "underlying_causes", "controls"):
        yield from document[key]
