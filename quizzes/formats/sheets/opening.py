"""Opens a workbook in a process of its own, with bounds on memory and time: a few kilobytes of XML may claim a cell in the millionth row.

Run by its path, so that it loads nothing but the reader: the file on standard input, JSON on standard output. It tells
{sheets: [{name, rows}]}, with every cell as text, or {refusal}.
"""

import datetime as dt
import json
import resource
import sys
from io import BytesIO
from typing import Any

MOST_MEMORY, MOST_SECONDS, MOST_ROWS, MOST_MERGED = 3_000_000_000, 90, 200_000, 200_000
DATED = "\0"  # before a cell that holds a date or a time: what was typed cannot be known any more


def said(cell: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return DATED + str(cell)
    return str(cell).replace("\0", "").replace("\r\n", "\n").strip()


def rows_of(sheet: Any, first: int | None) -> list[list[str]]:
    """The rows of a sheet from its first one; a cell merged over several rows stands in each of them."""
    rows = [[said(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=first)]
    left = MOST_MERGED
    for (top, column), (bottom, _right) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            left -= 1
            if left > 0 and column < len(row) and not row[column]:
                row[column] = rows[top][column]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def opened(body: bytes, first: int | None) -> dict[str, Any]:
    """All sheets with something in them, hidden ones too."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(body))
        sheets = [{"name": name, "rows": rows_of(book.get_sheet_by_name(name), first)} for name in book.sheet_names]
    except PasswordError:
        return {"refusal": "password"}
    except (CalamineError, OSError, ValueError):
        return {"refusal": "damaged"}
    if sum(len(sheet["rows"]) for sheet in sheets) > MOST_ROWS:
        return {"refusal": "rows"}
    return {"sheets": sheets}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    json.dump(opened(sys.stdin.buffer.read(), int(sys.argv[1]) if len(sys.argv) > 1 else None), sys.stdout)
