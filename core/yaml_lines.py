"""Reading a YAML file that a person wrote: every value is checked, every complaint names file and line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from core.errors import N_
from core.languages import LANGUAGES

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """One complaint: where, and what was expected."""

    file: Path
    line: int
    message: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message % self.values}"


@dataclass
class Piece:
    """A mapping of the file, read key by key; problems of all pieces of a load gather in one list."""

    file: Path
    node: yaml.MappingNode
    problems: list[Problem]
    entries: dict[str, yaml.Node] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key, value in self.node.value:
            if key.value in self.entries:
                self.complain(N_("“%(key)s” stands twice"), key, key=key.value)
            self.entries[key.value] = value

    def complain(self, message: str, at: yaml.Node | str | None = None, **values: Any) -> None:
        """Note a problem at a node, at a key of this mapping, or at its start."""
        node = self.entries.get(at, self.node) if isinstance(at, str) else at or self.node
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message, values))

    def _take(self, key: str, required: bool) -> yaml.Node | None:
        self.read.add(key)
        node = self.entries.get(key)
        empty = node is None or (isinstance(node, yaml.ScalarNode) and not node.value.strip())
        if empty and required:
            self.complain(N_("“%(key)s” is missing"), key, key=key)
        return None if empty else node

    def text(self, key: str, required: bool = True, longest: int = 2000) -> str:
        """A plain text; empty where it is missing."""
        node = self._take(key, required)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.complain(N_("“%(key)s” must be a text"), node, key=key)
            return ""
        if len(node.value) > longest:
            self.complain(N_("“%(key)s” has more than %(longest)s characters"), node, key=key, longest=longest)
        return str(node.value).strip()

    def word(self, key: str, allowed: Iterable[str], required: bool = True) -> str:
        """One of some words."""
        value, words = self.text(key, required), list(allowed)
        if value and value not in words:
            self.complain(N_("“%(value)s” is not known for “%(key)s”; expected one of: %(words)s"), key, value=value, key=key, words=", ".join(words))
        return value

    def number(self, key: str, low: int, high: int, required: bool = True) -> int | None:
        """A whole number; None where it is left out, which means unknown."""
        value = self.text(key, required)
        if not value:
            return None
        if not value.isdecimal() or not low <= int(value) <= high:
            self.complain(N_("“%(key)s” must be a whole number from %(low)s to %(high)s"), key, key=key, low=low, high=high)
            return None
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        return self.word(key, ("true", "false")) == "true"

    def pair(self, key: str, required: bool = True, longest: int = 2000) -> dict[str, str]:
        """A text in one language or more; empty where it is missing."""
        piece = self.piece(key, required)
        return piece.whole_pair(longest) if piece else {}

    def whole_pair(self, longest: int = 2000) -> dict[str, str]:
        """This mapping itself as a text in every language, and nothing else."""
        texts = self.pair_here(longest)
        self.done()
        return texts

    def pair_here(self, longest: int = 2000) -> dict[str, str]:
        """The languages of this mapping, which may hold more: every one there is, at least one."""
        texts = {language: self.text(language, required=False, longest=longest) for language in LANGUAGES}
        if not any(texts.values()):
            self.complain(N_("the text is missing in every language"))
        return {language: text for language, text in texts.items() if text}

    def piece(self, key: str, required: bool = True) -> "Piece | None":
        """A mapping inside this one."""
        node = self._take(key, required)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.complain(N_("“%(key)s” must have keys of its own"), node, key=key)
            return None
        return Piece(self.file, node, self.problems)

    def pieces(self, key: str, least: int = 1, most: int = 100) -> Iterator["Piece"]:
        """The mappings of a list."""
        for node in self._items(key, least, most):
            if isinstance(node, yaml.MappingNode):
                yield Piece(self.file, node, self.problems)
            else:
                self.complain(N_("every entry of “%(key)s” must have keys of its own"), node, key=key)

    def words(self, key: str, least: int = 0, most: int = 100) -> list[str]:
        """The texts of a list."""
        found = []
        for node in self._items(key, least, most):
            if isinstance(node, yaml.ScalarNode):
                found.append(str(node.value).strip())
            else:
                self.complain(N_("every entry of “%(key)s” must be a text"), node, key=key)
        return found

    def _items(self, key: str, least: int, most: int) -> list[yaml.Node]:
        node = self._take(key, least > 0)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.complain(N_("“%(key)s” must be a list"), node, key=key)
            return []
        if not least <= len(node.value) <= most:
            self.complain(N_("“%(key)s” must have from %(least)s to %(most)s entries"), node, key=key, least=least, most=most)
        return list(node.value)

    def done(self) -> None:
        """Complain of every key that nobody asked for."""
        for key, node in self.entries.items():
            if key not in self.read:
                self.complain(N_("“%(key)s” is not known here"), node, key=key)


def open_yaml(file: Path, problems: list[Problem]) -> Piece | None:
    """The top of a file, or None with a problem noted where it cannot be read at all."""
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        problems.append(Problem(file, 1, N_("there is no such file"), {}))
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, N_("the file is not UTF-8 text"), {}))
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        problems.append(Problem(file, line, N_("this is not sound YAML: %(reason)s"), {"reason": error.problem or ""}))
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(file, 1, N_("this is not sound YAML: %(reason)s"), {"reason": str(error)[:200]}))
    else:
        if isinstance(node, yaml.MappingNode):
            return Piece(file, node, problems)
        problems.append(Problem(file, 1, N_("the file must have keys at its top"), {}))
    return None
