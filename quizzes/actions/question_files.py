"""A file of questions on its way into the bank, and one on its way out: what an author sent waits on disk until they decide."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core import waiting
from core.errors import NotFound
from quizzes.actions.importing import Outcome, Prepared, Progress, compare, prepare, quiet, take_in
from quizzes.formats.formats import FORMATS, SHEETS
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.sheets.columns import Layout
from quizzes.formats.sheets.reading import path_of, read_tables
from quizzes.formats.sheets.tables import open_tables
from quizzes.queries import importing as queries
from quizzes.rules.shelf import BankFilters

PREVIEWED = 12


def folder_of(media: Path) -> Path:
    """Where files wait."""
    return media / "question-files"


def prepare_file(media: Path, token: str, keep_pictures: bool, report: Progress = quiet) -> Prepared:
    """Read and check a file that waits, as its author said it is meant. Raises Invalid, NotFound."""
    note = _note(media, token)
    body, language = waiting.body_of(folder_of(media), token), note["language"] or None
    if note["format"] in SHEETS:
        tables = open_tables(body)
        parsed = read_tables(tables, [Layout(**layout) for layout in note["layouts"]], language, report)
    else:
        parsed = FORMATS[note["format"]].read(body, language)
    return prepare(parsed, path_of(note["category"]), media, keep_pictures, report)


def _note(media: Path, token: str) -> dict[str, Any]:
    note = waiting.read_note(folder_of(media), token)
    if note is None:
        raise NotFound()
    return note


def check_file(media: Path, token: str, report: Progress = quiet) -> None:
    """Write down what an import of this file would do; nothing else is changed."""
    prepared = prepare_file(media, token, False, report)
    outcome = compare(prepared)
    taken = [*(one.entry for one in outcome.new), *(one.entry for one in outcome.revised)]
    shown = [{"where": entry.where, "content": entry.content, "category": entry.category} for entry in taken[:PREVIEWED]]
    waiting.write_note(folder_of(media), token, {**_told(outcome, prepared), "shown": shown}, "check")


def note_done(media: Path, token: str, outcome: Outcome, prepared: Prepared) -> None:
    """Write down what an import did."""
    waiting.write_note(folder_of(media), token, _told(outcome, prepared), "done")


def _told(outcome: Outcome, prepared: Prepared) -> dict[str, Any]:
    return {**outcome.counts, "kinds": outcome.kinds, "lost": sum(one.lost for one in prepared.named), "named": [asdict(one) for one in prepared.named]}


def take_file(media: Path, token: str, prepared: Prepared, now: dt.datetime) -> Outcome:
    """Write a file that was prepared into the bank, in the caller's transaction. Raises Conflict."""
    note = _note(media, token)
    return take_in(prepared, note["language"] or "zh", note["person_id"], now)


def write_file(media: Path, person_id: int, form: str, filters: BankFilters, language: str, now: dt.datetime) -> str:
    """Write the questions that match into a file that waits for its author; its name."""
    body, named = FORMATS[form].write(with_pictures(queries.entries(language, filters), media))
    filename = f"questions-{now:%Y-%m-%d}{FORMATS[form].extension}"
    lost = sum(one.lost for one in named)
    note = {"person_id": person_id, "format": form, "filename": filename, "named": [asdict(one) for one in named]}
    note |= {"lost": lost, "count": queries.count_of(filters) - lost}
    return waiting.begin(folder_of(media), body, note)


def with_pictures(entries: Iterable[Entry], media: Path) -> Iterator[Entry]:
    """The questions, each with the bytes of its picture."""
    for entry in entries:
        name = (entry.content.get("picture") or {}).get("file", "")
        path = media / name
        yield replace(entry, pictures={name: path.read_bytes()}) if name and path.parent == media and path.is_file() else entry


def named_of(note: Mapping[str, Any]) -> list[Named]:
    """What was named, as it was written down."""
    return [Named(**one) for one in note["named"]]
