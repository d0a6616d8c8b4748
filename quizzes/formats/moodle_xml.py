"""Moodle XML: what Moodle 3 and 4 export, and what they import. Pure."""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from core.config import MEGABYTE
from core.errors import N_
from quizzes.formats.moodle.reading import read_question
from quizzes.formats.moodle.source import text_in, value_of
from quizzes.formats.moodle.writing import write_question
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.formats.trees import children

# Pictures are inside, in base64.
MOST = 100 * MEGABYTE
_CONTEXT = re.compile(r"\$[a-z]+\d*\$")


def read(body: bytes, language: str | None) -> Parsed:
    """The questions of a file. `language` is that of texts that name none; None finds it by the script.

    Raises Invalid where it is no XML that may be read, or not Moodle's.
    """
    entries: list[Entry] = []
    named: list[Named] = []
    category: tuple[str, ...] = ()
    for element in children(body, "quiz", MOST):
        where = str(element.sourceline)
        if element.tag != "question":
            named.append(Named(where, f"<{element.tag}>"[:80], N_("Only questions are taken from the file."), lost=False))
        elif element.get("type") == "category":
            category = _names(value_of(element, "category"))
            named += _of_category(element, where, category)
        else:
            entry, of_question = read_question(element, where, language, category)
            entries += [entry] if entry else []
            named += of_question
    return Parsed(entries, named)


def _of_category(element: Any, where: str, category: tuple[str, ...]) -> list[Named]:
    left = [tag for tag in ("info", "idnumber") if text_in(element.find(tag))]
    message = N_("Left out, because nothing here corresponds to it: %(features)s.")
    return [Named(where, " / ".join(category)[:80], message, {"features": ", ".join(left)}, lost=False)] if left else []


def _names(path: str) -> tuple[str, ...]:
    names = [name.replace("\0", "/").strip() for name in path.replace("//", "\0").split("/")]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
    return tuple(name for name in (names[1:] if names[:1] == ["top"] else names) if name)


def _written(name: str) -> str:
    # As Moodle does: a space keeps a slash at an end of a name apart from the one that separates.
    return f"{' ' * name.startswith('/')}{name}{' ' * name.endswith('/')}".replace("/", "//")


def write(entries: Iterable[Entry]) -> tuple[bytes, list[Named]]:
    """The questions as a file, and what of them it cannot say."""
    from lxml import etree

    named: list[Named] = []
    out = BytesIO()
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    category: tuple[str, ...] = ()
    for entry in entries:
        element, of_question = write_question(entry)
        named += of_question
        if element is None:
            continue
        if entry.category != category:
            category = entry.category
            out.write(_category(category))
        etree.indent(element)
        out.write(etree.tostring(element, encoding="UTF-8") + b"\n")
    out.write(b"</quiz>\n")
    return out.getvalue(), named


def _category(names: tuple[str, ...]) -> bytes:
    from lxml import etree

    element = etree.Element("question", type="category")
    path = etree.SubElement(etree.SubElement(element, "category"), "text")
    path.text = "/".join(["$course$", "top", *map(_written, names)])
    etree.indent(element)
    return bytes(etree.tostring(element, encoding="UTF-8")) + b"\n"
