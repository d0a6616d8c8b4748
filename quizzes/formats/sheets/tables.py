"""The cells of a workbook or a CSV file as text, within bounds. No row is left out."""

import csv
import json
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from core.config import MEGABYTE
from core.errors import N_, Invalid
from quizzes.formats.sheets import opening
from quizzes.formats.sheets.opening import DATED, MOST_ROWS
from quizzes.formats.texts import decoded

__all__ = ["DATED", "MOST_BYTES", "Table", "open_tables"]

MOST_BYTES, MOST_UNZIPPED, MOST_CELL, MOST_SECONDS = 20 * MEGABYTE, 400 * MEGABYTE, 32_767, 120
OLE = b"\xd0\xcf\x11\xe0"
REFUSALS = {
    "password": N_("This workbook is protected with a password. Save it without one."),
    "damaged": N_("This file could not be opened as a workbook. Open it in a spreadsheet program and save it as .xlsx."),
    "rows": N_("There are more than %(most)s rows. Divide the file."),
}


@dataclass(frozen=True)
class Table:
    """One sheet: the first of its rows is row 1. A CSV file is one table without a name."""

    name: str
    rows: list[list[str]]

    def place(self, index: int) -> str:
        """Where a row stands, as a spreadsheet program names it."""
        return f"{self.name}!{index + 1}" if self.name else str(index + 1)


def open_tables(body: bytes, first: int | None = None) -> list[Table]:
    """The sheets of a workbook, or the one of a CSV file; with `first` only so many rows of each. Raises Invalid."""
    if len(body) > MOST_BYTES:
        raise Invalid(N_("The file is larger than %(most)s MB."), most=MOST_BYTES // MEGABYTE)
    if body.startswith(b"PK") or body.startswith(OLE):
        return _workbook(body, first)
    return [Table("", _separated(decode(body), first))]


def _workbook(body: bytes, first: int | None) -> list[Table]:
    if body.startswith(b"PK"):
        try:
            with zipfile.ZipFile(BytesIO(body)) as archive:
                unzipped = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError) as error:
            raise Invalid(REFUSALS["damaged"]) from error
        if unzipped > MOST_UNZIPPED:
            raise Invalid(N_("Unpacked, this workbook is larger than %(most)s MB."), most=MOST_UNZIPPED // MEGABYTE)
    command = [sys.executable, "-I", str(Path(opening.__file__)), *([str(first)] if first else [])]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=MOST_SECONDS, check=True)  # noqa: S603 - our own command
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Invalid(REFUSALS["damaged"]) from error
    found = json.loads(done.stdout)
    if "refusal" in found:
        raise Invalid(REFUSALS[found["refusal"]], most=MOST_ROWS)
    return [Table(sheet["name"], sheet["rows"]) for sheet in found["sheets"]]


def decode(body: bytes) -> str:
    """The text of a file, whatever its encoding. Raises Invalid where it is no text."""
    if b"\0" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(N_("This file is neither a workbook nor a text."))
    return decoded(body).replace("\0", "")


def _separated(text: str, first: int | None) -> list[list[str]]:
    csv.field_size_limit(MOST_BYTES)
    best = max("\t;,", key=lambda mark: _evenness(text[:20_000], mark))
    rows: list[list[str]] = []
    for row in csv.reader(StringIO(text, newline=""), delimiter=best):
        rows.append([_unguarded(cell.replace("\r\n", "\n").strip()) for cell in row])
        if len(rows) > MOST_ROWS:
            raise Invalid(REFUSALS["rows"], most=MOST_ROWS)
        if len(rows) == first:
            break
    return rows


def _evenness(text: str, mark: str) -> tuple[int, int]:
    """How many rows have the usual number of cells, where there are several."""
    counts = Counter(len(row) for row in csv.reader(StringIO(text, newline=""), delimiter=mark))
    wide = {cells: rows for cells, rows in counts.items() if cells > 1}
    usual = max(wide, key=lambda cells: (wide[cells], cells), default=0)
    return wide.get(usual, 0), usual


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet program from running a cell as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("'=+-@") else cell
