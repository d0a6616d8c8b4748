"""A workbook as questions: every row that is not empty becomes a question or is named with the reason."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import N_, Invalid
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.formats.sheets import exact, found
from quizzes.formats.sheets.answers import difficulty_of, kind_of
from quizzes.formats.sheets.columns import Layout, language_of, layout_of, recognised
from quizzes.formats.sheets.tables import DATED, Table, open_tables
from quizzes.rules.questions import QuestionKind, folded
from quizzes.rules.soundness import problems

BESIDE = {"示例", "Examples", "填写说明", "How to fill it in"}
EXCERPT, TAGS_MOST, CATEGORIES_MOST = 80, 20, 8
_SECTION = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]\s*(\S{2,8}?题)(?:[\s（(:：，,].*)?$|^\s*(\S{2,6}题)\s*(?:[（(].*)?$", re.DOTALL)
Progress = Callable[[int, int], None]


def read(body: bytes, language: str | None = None) -> Parsed:
    """The questions of a workbook or CSV file as its columns seem to be meant. Raises Invalid for a file that cannot be opened."""
    tables = open_tables(body)
    return read_tables(tables, [layout_of(table) for table in tables], language)


def read_tables(tables: Sequence[Table], layouts: Sequence[Layout], language: str | None, progress: Progress | None = None) -> Parsed:
    """The questions of opened sheets whose columns hold what the layouts say. Without a language it is the one that most questions are in."""
    taken = _Taken()
    total, done = sum(len(table.rows) for table in tables), 0
    for table, layout in zip(tables, layouts, strict=True):
        layout.fields += [""] * (max(map(len, table.rows), default=0) - len(layout.fields))
        sheet = _sheet(table, layout, language)
        taken.named += _left_columns(table, layout)
        for index, row in enumerate(table.rows):
            done += 1
            if progress and done % 500 == 0:
                progress(done, total)
            if any(row):
                taken.row(row, table.place(index), index, layout, sheet)
    return Parsed([entry for entry in taken.entries if entry], taken.named)


class _Taken:
    """What was taken so far, and where each question of other people's sheets stands, to know it again."""

    def __init__(self) -> None:
        self.entries: list[Entry | None] = []
        self.named: list[Named] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def row(self, row: Sequence[str], where: str, index: int, layout: Layout, sheet: found.Sheet) -> None:
        """Add one row to the questions or to what is named."""
        excerpt = " | ".join(cell.removeprefix(DATED) for cell in row if cell)[:EXCERPT]
        aside = _aside(row, index, layout)
        if aside:
            self.named.append(Named(where, excerpt, aside, lost=False))
            return
        section = None if layout.exact else _section(row)
        if section:
            sheet.kind = section
            self.named.append(Named(where, excerpt, N_("A title: it names the kind of the questions below."), lost=False))
            return
        cells = _cells(row, layout)
        try:
            if not layout.is_used:
                raise Invalid(N_("In this sheet no column of questions was recognised."))
            content = exact.content_of(cells) if layout.exact else found.content_of(cells, sheet)
            if lacks := problems(content):
                raise Invalid(lacks[0])
        except Invalid as error:
            self.named.append(Named(where, excerpt, error.message, error.values))
            return
        entry, notes = _entry(content, cells, where, excerpt)
        if layout.exact or not self._is_repeat(entry, excerpt):
            self.entries.append(entry)
            self.named += notes

    def _is_repeat(self, entry: Entry, excerpt: str) -> bool:
        """Whether the same question stands in an earlier row; with another answer neither is taken, for one of them is wrong."""
        content, where = entry.content, entry.where
        stem, options = folded("".join(content["text"].values())), [folded("".join(row["text"].values())) for row in content.get("options", ())]
        key = ("" if options else content["kind"], stem, *sorted(options))
        if key not in self._seen:
            self._seen[key] = len(self.entries)
            return False
        first = self.entries[self._seen[key]]
        if first is None:
            self.named.append(Named(where, excerpt, N_("The same question stands elsewhere in the file with another answer.")))
        elif _key(first.content) == _key(content):
            self.named.append(Named(where, excerpt, N_("The same question stands in %(row)s."), {"row": first.where}))
        else:
            self.entries[self._seen[key]] = None
            said = "".join(first.content["text"].values())[:EXCERPT]
            for one, other, words in ((first.where, where, said), (where, first.where, excerpt)):
                self.named.append(Named(one, words, N_("The same question stands in %(row)s with another answer."), {"row": other}))
        return True


def _sheet(table: Table, layout: Layout, language: str | None) -> found.Sheet:
    """What the rows of a sheet have in common."""
    rows = table.rows[layout.head + layout.deep :] if layout.head >= 0 else table.rows
    cells = [_cells(row, layout) for row in rows]
    spoken = language or language_of([row["text"] for row in cells if row.get("text")][:2000])
    judgements = {folded(row["answer"]).upper() for row in cells if row.get("answer") and kind_of(row.get("kind", "")) == QuestionKind.TRUE_FALSE}
    return found.Sheet(spoken, has_answers=any(row.get("answer") for row in cells), judgements=judgements)


def _cells(row: Sequence[str], layout: Layout) -> dict[str, str]:
    """The cells of a row by what its columns hold; of several categories the path."""
    cells: dict[str, str] = {}
    for name, cell in zip(layout.fields, row, strict=False):
        if name == "category" and not layout.exact:
            cell = cell.replace("/", "//")
        if name and cell:
            cells[name] = f"{cells[name]}/{cell}" if name == "category" and name in cells else cell
    return cells


def _left_columns(table: Table, layout: Layout) -> list[Named]:
    """The columns that hold something which is not taken."""
    if not layout.is_used or layout.sheet in BESIDE:
        return []
    first = layout.head + layout.deep if layout.head >= 0 else 0
    named = []
    for at, name in enumerate(layout.fields):
        if name in ("", "marks", "note") and any(at < len(row) and row[at] for row in table.rows[first:]):
            head = layout.headings[at] if at < len(layout.headings) else ""
            named.append(Named(table.name or "1", head or str(at + 1), N_("This column is not taken."), lost=False))
    return named


def _aside(row: Sequence[str], index: int, layout: Layout) -> str | None:
    """Why a row is none that could be a question, as a message id."""
    if layout.sheet in BESIDE:
        return N_("This sheet of the template explains; nothing is taken from it.")
    if layout.head >= 0 and index < layout.head + layout.deep:
        return N_("These are the headings, or it stands above them.")
    if layout.exact or not layout.is_used:
        return None
    at = layout.fields.index("text")
    again = at < len(row) and recognised(row[at]) == "text" and sum(bool(recognised(cell)) for cell in row if len(cell) <= 12) >= 3
    return N_("The headings once more.") if again else None


def _section(row: Sequence[str]) -> str | None:
    """The kind that a title like 一、单项选择题（每题2分） names, where a row holds nothing else."""
    filled = {cell for cell in row if cell}
    match = _SECTION.match(next(iter(filled))) if len(filled) == 1 else None
    return kind_of(match[1] or match[2]) if match else None


def _entry(content: dict[str, Any], cells: Mapping[str, str], where: str, excerpt: str) -> tuple[Entry, list[Named]]:
    """The question with what is kept beside it, and what of that could not be understood."""
    notes = []
    difficulty = difficulty_of(cells["difficulty"]) if cells.get("difficulty") else None
    if cells.get("difficulty") and difficulty is None:
        notes.append(
            Named(where, excerpt, N_("The difficulty “%(cell)s” is not understood."), {"cell": cells["difficulty"].removeprefix(DATED)[:40]}, lost=False)
        )
    tags = tuple(dict.fromkeys(part.strip() for part in re.split("[;；,，、\n]", cells.get("tags", "")) if part.strip()))
    entry = Entry(
        content,
        where,
        title=cells.get("title", ""),
        uid=cells.get("id", ""),
        category=path_of(cells.get("category", "").replace(DATED, "")),
        tags=tags[:TAGS_MOST],
        difficulty=difficulty,
        cause=cells.get("cause") or None,
        case_slug=cells.get("case") or None,
    )
    return entry, notes


def path_of(text: str) -> tuple[str, ...]:
    """The names in a path like A/B; // is a stroke within a name."""
    parts = [part.replace("\0", "/").strip() for part in text.replace("//", "\0").split("/")]
    return tuple(part for part in parts if part)[:CATEGORIES_MOST]


def path_text(category: Sequence[str]) -> str:
    """The same as one text."""
    return "/".join(name.replace("/", "//") for name in category)


def _key(content: Mapping[str, Any]) -> Any:
    """What is right, as far as it tells two questions of the same words apart."""
    if "answers" in content:
        return sorted(folded(str(row.get("text") or row.get("value"))) for row in content["answers"])
    if content["kind"] == QuestionKind.ORDERING:
        return [str(row["text"]) for row in content["options"]]
    return sorted(folded("".join(row["text"].values())) for row in content.get("options", ()) if row.get("right")) or content.get("guide")
