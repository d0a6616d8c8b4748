"""What the bank keeps beside a question, as tags of formats that know nothing but tags: "cause:blind-rescue", "part:lesson". Pure."""

import re
from collections.abc import Sequence

from quizzes.formats.parsed import Entry

_NAMES = {"difficulty": "difficulty", "cause": "cause", "case": "case_slug", "part": "part"}
_VALUE = re.compile(r"[\w-]{1,80}")


def tags_of(entry: Entry) -> list[str]:
    """The tags of a question, and what else is kept beside it as tags."""
    values = {"difficulty": str(entry.difficulty or ""), "cause": entry.cause or "", "case": entry.case_slug or "", "part": entry.content["part"]}
    return [*entry.tags, *(f"{name}:{value}" for name, value in values.items() if value)]


def kept_beside(tags: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What tags say of the fields beside a question, by the field's name, and the tags that are only tags, each once."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for tag in tags:
        name, _colon, value = tag.partition(":")
        field = _NAMES.get(name)
        usable = value in ("1", "2", "3", "4", "5") if field == "difficulty" else bool(_VALUE.fullmatch(value))
        if field and usable and field not in found:
            found[field] = value
        elif tag not in rest:
            rest.append(tag)
    return found, rest
