"""Questions as a workbook or a CSV file of our template, and the template itself."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

from core.errors import N_
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.sheets.columns import every_field, heading
from quizzes.formats.sheets.exact import KEPT, cells_of
from quizzes.formats.sheets.reading import path_text
from quizzes.formats.sheets.template import EXAMPLES, NOTES, NOTES_HEAD, kind_words
from quizzes.rules.questions import QuestionKind

BASE = ["kind", "text:en", "text:zh", "answer", "feedback:en", "feedback:zh", "category", "tags", "difficulty", "id"]
SHOWN_OPTIONS = 4
FOLDED_MOST = {"option": 12, "why": 12, "weight": 12, "stem": 12, "hint": 3}
RARE = {"weight", "why", "stem", "hint", "right", "partly", "wrong", "groups", "ids", "penalty", "format", "fixed", "title", "exact", "unit", "units", "guide"}
_RUN = re.compile(r"[=+\-@'\t]")


def write(entries: Iterable[Entry], language: str = "zh") -> tuple[bytes, list[Named]]:
    """The questions as .xlsx with our headings in this language, and what a sheet cannot say."""
    fields, rows, named = _rows(entries)
    name = "试题" if language == "zh" else "Questions"
    return _workbook({name: [[heading(field, language) for field in fields], *rows]}, fields), named


def write_csv(entries: Iterable[Entry], language: str = "zh") -> tuple[bytes, list[Named]]:
    """The same as CSV in UTF-8 with its mark, so that spreadsheet programs know it; what they would run as a formula is guarded."""
    fields, rows, named = _rows(entries)
    text = StringIO()
    writer = csv.writer(text)
    for row in [[heading(name, language) for name in fields], *rows]:
        writer.writerow([f"'{cell}" if _RUN.match(cell) and not re.fullmatch(r"-?\d+(\.\d+)?", cell) else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode(), named


def _rows(entries: Iterable[Entry]) -> tuple[list[str], list[list[str]], list[Named]]:
    """The fields that any question needs, a row for each, and what is left out."""
    made: list[dict[str, str]] = []
    named: list[Named] = []
    for entry in entries:
        content = entry.content
        excerpt = next((text for text in content["text"].values() if text), entry.title)[:80]
        if content["kind"] == QuestionKind.HOTSPOT:
            named.append(Named(entry.where, excerpt, N_("A place in a picture cannot be said in a sheet.")))
            continue
        if content.get("picture"):
            named.append(Named(entry.where, excerpt, N_("Its picture cannot be said in a sheet."), lost=False))
        if set(content) - KEPT:
            named.append(Named(entry.where, excerpt, N_("What only another format knows of it cannot be said in a sheet."), lost=False))
        beside = {"id": entry.uid, "title": entry.title, "category": path_text(entry.category), "tags": "; ".join(entry.tags)}
        beside |= {"difficulty": str(entry.difficulty or ""), "cause": entry.cause or "", "case": entry.case_slug or ""}
        made.append({**cells_of(content), **{name: cell for name, cell in beside.items() if cell}})
    used = set(BASE).union(*made)
    fields = [name for name in every_field() if name in used]
    return fields, [[row.get(name, "") for name in fields] for row in made], named


def template(language: str) -> bytes:
    """An empty sheet with every column, an example of each kind, and what stands where, in this language. Rarer columns are folded away."""
    fields = [name for name in every_field() if _number(name) <= FOLDED_MOST.get(name.partition(":")[0], 0) or not _number(name)]
    heads = [heading(name, language) for name in fields]
    examples = [{**row, "kind": kind_words(row["kind"], language)} for row in EXAMPLES]
    rows = [heads, *([row.get(name, "") for name in fields] for row in examples)]
    zh = language == "zh"
    notes = [NOTES_HEAD[language], *([heading(name, language), said[zh]] for name, said in NOTES.items())]
    return _workbook({"试题" if zh else "Questions": [heads], "示例" if zh else "Examples": rows, "填写说明" if zh else "How to fill it in": notes}, fields)


def _number(name: str) -> int:
    return next((int(part) for part in name.split(":") if part.isdigit()), 0)


def _is_rare(name: str) -> bool:
    return name.partition(":")[0] in RARE or _number(name) > SHOWN_OPTIONS


def _workbook(sheets: Mapping[str, Sequence[Sequence[str]]], fields: Sequence[str]) -> bytes:
    import xlsxwriter

    body = BytesIO()
    with xlsxwriter.Workbook(body, {"constant_memory": True, "in_memory": True}) as book:
        head, plain = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2}), book.add_format({"text_wrap": True, "valign": "top"})
        for place, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for at, field in enumerate(fields if place < 2 else ()):
                folded_away = {"level": 1, "hidden": True} if len(sheets) > 1 and _is_rare(field) else {}
                sheet.set_column(at, at, 40 if field.startswith(("text", "feedback", "guide")) else 18, plain, folded_away)
            if place == 2:
                sheet.set_column(0, 0, 30, plain)
                sheet.set_column(1, 1, 110, plain)
            for index, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if cell:
                        sheet.write_string(index, at, cell, head if index == 0 else plain)
    return body.getvalue()
