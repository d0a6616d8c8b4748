"""What an author may ask the question bank for, and what may be changed of many questions at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from core.languages import said

PAGE = 50
SEARCH_MAX, TERMS_MOST = 100, 8
DEPTH_MOST = 8  # of categories; their path is kept in 200 characters


class Use(StrEnum):
    """Where a question stands in quizzes, and whether anybody ever answered it."""

    USED = "used"
    UNUSED = "unused"
    UNANSWERED = "unanswered"


class State(StrEnum):
    """Questions that are asked, retired ones, or all."""

    STANDING = ""
    RETIRED = "retired"
    ALL = "all"


@dataclass(frozen=True)
class BankFilters:
    """What an author asked the list for; empty means all. `category` is the id of one with those below it, or "none"."""

    q: str = ""
    kind: str = ""
    cause: str = ""
    case: str = ""
    tag: str = ""
    difficulty: str = ""
    category: str = ""
    missing: str = ""
    state: str = ""
    use: str = ""
    page: int = 1

    @property
    def on(self) -> dict[str, str]:
        """Those that say something, without the page and the search."""
        return {name: value for name, value in asdict(self).items() if value and name not in ("page", "q")}

    @property
    def asked(self) -> dict[str, Any]:
        """As an address has them."""
        return {name: value for name, value in asdict(self).items() if value and (name, value) != ("page", 1)}

    def but(self, **changes: Any) -> dict[str, Any]:
        """The same with something else, from the first page on."""
        return replace(self, **{"page": 1, **changes}).asked

    @property
    def terms(self) -> list[str]:
        """The words to be found, all of them."""
        return self.q.split()[:TERMS_MOST]


def filters_from(sent: Mapping[str, str]) -> BankFilters:
    """Filters as an address or a form sends them; what cannot be meant is as if it were not there."""
    said = {name: (sent.get(name) or "").strip()[:SEARCH_MAX] for name in ("q", "kind", "cause", "case", "tag")}
    difficulty, category, page = (sent.get(name, "") for name in ("difficulty", "category", "page"))
    return BankFilters(
        **said,
        difficulty=difficulty if difficulty in ("1", "2", "3", "4", "5") else "",
        category=category if category == "none" or _is_id(category) else "",
        missing=sent.get("missing", "") if sent.get("missing") in ("en", "zh") else "",
        state=sent.get("state", "") if sent.get("state") in list(State) else "",
        use=sent.get("use", "") if sent.get("use") in list(Use) else "",
        page=max(1, int(page)) if _is_id(page) else 1,
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


class Change(StrEnum):
    """What may be done to many questions at once."""

    CATEGORY = "category"
    CAUSE = "cause"
    DIFFICULTY = "difficulty"
    TAG = "tag"
    UNTAG = "untag"
    RETIRE = "retire"
    BRING_BACK = "bring-back"


@dataclass(frozen=True)
class Branch:
    """A category in its tree: how deep, how many questions lie in it and in all below it."""

    id: int
    parent_id: int | None
    name_en: str
    name_zh: str
    path: str
    own: int = 0
    total: int = 0

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    def name(self, language: str) -> str:
        return str(said({"en": self.name_en, "zh": self.name_zh}, language))


def in_order(branches: Sequence[Branch], language: str) -> list[Branch]:
    """A tree as a list: each category right after the one it lies in, by name among its like, with the sums of what lies below."""
    below: dict[int | None, list[Branch]] = {}
    for branch in sorted(branches, key=lambda one: one.name(language).casefold()):
        below.setdefault(branch.parent_id, []).append(branch)

    def walk(parent: int | None) -> list[Branch]:
        found = []
        for branch in below.get(parent, ()):
            inner = walk(branch.id)
            total = branch.own + sum(one.total for one in inner if one.parent_id == branch.id)
            found += [replace(branch, total=total), *inner]
        return found

    return walk(None)


def may_lie_in(moved: Branch, target: Branch | None, branches: Sequence[Branch]) -> bool:
    """Whether a category may lie in another: not in itself or below itself, and none of what it brings too deep."""
    if target and target.path.startswith(moved.path):
        return False
    deepest = max(one.depth for one in branches if one.path.startswith(moved.path)) - moved.depth
    return (target.depth + 1 if target else 0) + deepest < DEPTH_MOST
