"""What a question file holds, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.rules.questions import Content


@dataclass(frozen=True)
class Entry:
    """One question with what the bank keeps beside it. `where` says where in the file it stands: "12" for a line or row, or an identifier.

    `category` is the names from the root down, in the file's language. `pictures` are the bytes of the files that the content names.
    """

    content: Content
    where: str
    title: str = ""
    uid: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int | None = None
    cause: str | None = None
    case_slug: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Something of a file that was not taken: the whole question (`lost`), or only a feature of one that was. `message` is a message id."""

    where: str
    excerpt: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lost: bool = True


@dataclass(frozen=True)
class Parsed:
    """Every question of a file is in `entries`, or named as lost, and never both."""

    entries: list[Entry]
    named: list[Named]
