"""Attempts and answers as tables for export: a row at a time, so that memory stays flat whatever there is."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from flask import Response, send_file, stream_with_context
from flask_babel import gettext as _

from core.pages import moment
from learning.rules import spreadsheet_text
from people.access import SignedIn
from quizzes.forms.grading import STATE_LABELS
from quizzes.models.quizzes import Quiz
from quizzes.queries import supervising
from quizzes.rules.wording import marks_words, offered_words, question_words, response_words, right_words

Row = list[Any]
SHEET_MOST = 1_048_000  # rows: what a sheet of Excel holds, with room for the heading
WORDS_MOST = 32_000  # characters: what a cell of Excel holds


def attempts_table(quiz: Quiz, supervisor: SignedIn | None, language: str) -> Iterator[Row]:
    """A heading, then a row an attempt; names only for a supervisor."""
    who = [_("Employee number"), _("Name"), _("Department")] if supervisor else []
    heading = [_("Try"), _("State"), _("Started"), _("Ended"), _("Late"), _("Minutes"), _("Score"), _("Pass mark"), _("Result"), _("Quiz revision")]
    yield [_("Attempt no."), *who, *heading]
    for line in supervising.attempts_for_export(quiz.id, supervisor):
        attempt = line.attempt
        result = "" if attempt.passed is None else _("Passed") if attempt.passed else _("Not passed")
        yield [
            attempt.id,
            *([line.employee_no, line.name(language), line.department(language)] if supervisor else []),
            attempt.number,
            str(STATE_LABELS[attempt.state]),
            moment(attempt.started_at),
            moment(attempt.submitted_at),
            _("yes") if line.is_late else "",
            line.minutes,
            attempt.score,
            attempt.pass_mark,
            result,
            attempt.quiz_revision,
        ]


def answers_table(quiz: Quiz, supervisor: SignedIn | None, language: str) -> Iterator[Row]:
    """A heading, then a row a question of each attempt, exactly as it was asked."""
    revisions = supervising.revisions_asked(quiz.id)

    @lru_cache(maxsize=4000)
    def said(revision_id: int) -> tuple[str, int, str, str]:
        one = revisions[revision_id]
        return one.uid, one.number, question_words(one.content, language), right_words(one.content, language)

    heading = [_("Question"), _("Name of the question"), _("Revision"), _("Text as asked"), _("Offered, in the order shown"), _("Answer"), _("Right answer")]
    who = [_("Employee number")] if supervisor else []
    yield [_("Attempt no."), *who, *heading, _("Certainty"), _("Tries"), _("Marks"), _("Earned"), _("Answered at")]
    for line in supervising.answers_for_export(quiz.id, supervisor):
        content = revisions[line.revision_id].content
        uid, revision, text, right = said(line.revision_id)
        earned = "" if line.earned is None else marks_words(line.earned)
        yield [
            line.attempt_id,
            *([line.employee_no] if supervisor else []),
            line.number,
            uid,
            revision,
            text,
            offered_words(content, line.order, language),
            response_words(content, line.response or (), language),
            right,
            line.certainty,
            line.tries,
            line.marks,
            earned,
            moment(line.saved_at),
        ]


TABLES = {"attempts": attempts_table, "answers": answers_table}


def send_csv(rows: Iterable[Row], name: str) -> Response:
    """A table as CSV, sent as it is read."""

    def lines() -> Iterator[str]:
        yield "\ufeff"  # Excel takes the file for UTF-8
        for row in rows:
            text = io.StringIO()
            csv.writer(text).writerow([spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in row])
            yield text.getvalue()

    return Response(stream_with_context(lines()), mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


def send_xlsx(sheets: Iterable[tuple[str, Iterable[Row]]], name: str) -> Response:
    """Tables as sheets of one workbook; what is too long for a sheet goes on in another."""
    import xlsxwriter  # late: most processes never export, and it takes 2.5 MB

    file = tempfile.TemporaryFile()  # noqa: SIM115  send_file closes it after the last byte
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for title, rows in sheets:
            heading: Row = []
            for place, row in enumerate(rows):
                part, number = divmod(max(place - 1, 0), SHEET_MOST)
                if place == 0:
                    heading = row
                elif number == 0:
                    sheet = book.add_worksheet(f"{title} {part + 1}" if part else title)
                    sheet.freeze_panes(1, 1)
                    sheet.set_column(0, len(row), 16)
                    sheet.write_row(0, 0, heading, bold)
                if place:
                    sheet.write_row(number + 1, 0, [cell[:WORDS_MOST] if isinstance(cell, str) else cell for cell in row])
    file.seek(0)
    return send_file(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, f"{name}.xlsx")
