"""The question files that are read and written, by the names that the command line and the addresses know them by."""

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from core.config import MEGABYTE
from core.errors import N_, Invalid
from quizzes.formats import aiken, gift, moodle_xml, qti
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.formats.sheets import reading, writing
from quizzes.formats.sheets.tables import MOST_BYTES, OLE, decode

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """One kind of question file."""

    name: str
    extension: str
    mimetype: str
    read: Callable[[bytes, str | None], Parsed]
    write: Callable[[Iterable[Entry]], tuple[bytes, list[Named]]]


def _of_text(read: Callable[[str, str | None], Parsed]) -> Callable[[bytes, str | None], Parsed]:
    """A reader of text as one of files, whatever encoding they are in."""
    return lambda body, language: read(_bounded(body), language)


def _bounded(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        raise Invalid(N_("The file is larger than %(most)s MB."), most=MOST_BYTES // MEGABYTE)
    return decode(body)


def _as_bytes(write: Callable[[Iterable[Entry]], tuple[str, list[Named]]]) -> Callable[[Iterable[Entry]], tuple[bytes, list[Named]]]:
    def written(entries: Iterable[Entry]) -> tuple[bytes, list[Named]]:
        text, named = write(entries)
        return text.encode(), named

    return written


FORMATS = {
    "gift": Format("GIFT", ".gift", "text/plain", _of_text(gift.read), _as_bytes(gift.write)),
    "aiken": Format("Aiken", ".txt", "text/plain", _of_text(aiken.read), _as_bytes(aiken.write)),
    "moodle-xml": Format("Moodle XML", ".xml", "application/xml", moodle_xml.read, moodle_xml.write),
    "qti": Format("QTI 2.1", ".zip", "application/zip", qti.read, qti.write),
    "qti-3": Format("QTI 3.0", ".zip", "application/zip", qti.read, partial(qti.write, version="3.0")),
    "xlsx": Format("Excel (.xlsx)", ".xlsx", XLSX, reading.read, writing.write),
    "csv": Format("CSV", ".csv", "text/csv", reading.read, writing.write_csv),
}
SHEETS = ("xlsx", "csv")


def recognise(body: bytes, filename: str = "") -> str:
    """The format that a file is in, by its content; between formats that are plain text its name decides. Raises Invalid."""
    if not body.strip():
        raise Invalid(N_("The file is empty."))
    found = _recognise(body, filename.lower())
    if found not in FORMATS:
        raise Invalid(N_("Which kind of question file this is was not recognised. Choose its format."))
    return found


def _recognise(body: bytes, filename: str) -> str:
    if body.startswith(OLE):
        return "xlsx"
    if body.startswith(b"PK"):
        return "qti" if any(name.lower().endswith("imsmanifest.xml") for name in _names(body)) else "xlsx"
    text = decode(body)[:20_000].lstrip()
    if text.startswith("<"):
        return "moodle-xml" if re.search(r"<quiz[\s>]", text) else "qti"
    if filename.endswith((".csv", ".tsv")):
        return "csv"
    if aiken.is_aiken(text):
        return "aiken"
    if filename.endswith(".gift") or re.search(r"^::|(?<!\\)\{[^{}]*[=~#][^{}]*\}|\{\s*(T|F|TRUE|FALSE)\s*\}|\{\s*\}", text, re.MULTILINE):
        return "gift"
    return "csv"


def _names(body: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):  # whoever opens it says what is wrong
        return []
