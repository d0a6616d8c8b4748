"""Writing YAML as a person would: block by block, keys in their order, what is empty left out."""

from collections.abc import Mapping
from typing import Any

import yaml


class _Writer(yaml.SafeDumper):
    """Indents lists under their key, as the files of the casebook do, and writes several lines as several lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(writer: _Writer, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _text)


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping as the text of a file."""
    return yaml.dump(_filled(value), Dumper=_Writer, allow_unicode=True, sort_keys=False, width=150)


def _filled(value: Any) -> Any:
    """Without keys that hold nothing; false and zero are something."""
    if isinstance(value, Mapping):
        return {key: _filled(inner) for key, inner in value.items() if inner is not None and inner not in ("", [], {})}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value
