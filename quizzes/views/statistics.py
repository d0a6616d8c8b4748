"""What quizzes and questions tell their authors, in figures and in words. Nobody's name is here."""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import cases.queries.library
from core import clock, jobs
from core.db import transaction
from core.door import requires
from core.languages import spoken
from core.pages import today
from learning.rules import spreadsheet_text
from people.rules import Permission
from quizzes.actions.statistics import ask_for_statistics
from quizzes.forms import statistics as words
from quizzes.queries.statistics_pages import StatisticsPage, question_statistics, quiz_with_statistics, statistics_page
from quizzes.rules.breakdown import Line, breakdown, title_of
from quizzes.rules.guidance import PEOPLE_FEW, by_trouble, question_signs, quiz_signs
from quizzes.rules.statistics import QuestionFigures, Which, calibration, sure_and_wrong

blueprint = Blueprint("quiz_statistics", __name__, url_prefix="/manage")
QUESTIONS_SHOWN = 100


@blueprint.get("/quizzes/<slug>/statistics")
@requires(Permission.CONTENT_WRITE)
def quiz(slug: str) -> str:
    page = statistics_page(slug, _which())
    report = page.report
    questions = _troubled(page)
    return render_template(
        "quiz_statistics/quiz.html",
        page=page,
        report=report,
        signs={sign.figure: sign for sign in quiz_signs(report.quiz)} if report else {},
        questions=questions[:QUESTIONS_SHOWN],
        more=len(questions) - QUESTIONS_SHOWN,
        titles=_titles(page),
        causes={cause.slug: cause.name(spoken()) for cause in cases.queries.library.causes()},
        calibration=calibration(report.questions) if report else [],
        wrong=sure_and_wrong(report.questions) if report else [],
        words=words,
        few=PEOPLE_FEW,
    )


@blueprint.post("/quizzes/<slug>/statistics")
@requires(Permission.CONTENT_WRITE)
def compute(slug: str) -> ResponseReturnValue:
    """Compute them in a process of its own."""
    quiz, which = quiz_with_statistics(slug), _which()
    page = url_for("quiz_statistics.quiz", slug=slug, attempts=which)
    says = {"language": spoken(), "title": _("Statistics: %(title)s", title=quiz.title(spoken())), "then": page, "back": page}
    with transaction():
        job, new = ask_for_statistics(current_user, quiz, which, says, clock.now())
    if new:
        jobs.run_apart(job)
    return redirect(url_for("ops.job", job_id=job.id), 303)


@blueprint.get("/questions/<id:question_id>/statistics")
@requires(Permission.CONTENT_WRITE)
def question(question_id: int) -> str:
    found = question_statistics(question_id, request.args.get("quiz", ""), _which())
    return render_template(
        "quiz_statistics/question.html",
        found=found,
        title=title_of(found.content, spoken(), found.question.title),
        lines=breakdown(found.figures, found.content, spoken()) if found.figures else [],
        signs=question_signs(found.figures, found.content) if found.figures else [],
        which=_which(),
        words=words,
    )


@blueprint.get("/quizzes/<slug>/statistics.csv")
@requires(Permission.CONTENT_WRITE)
def export_csv(slug: str) -> Response:
    """The table of questions."""
    text = io.StringIO()
    for row in _questions(statistics_page(slug, _which())):
        csv.writer(text).writerow([spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in row])
    name = f"statistics-{today(clock.now()).isoformat()}.csv"
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/quizzes/<slug>/statistics.xlsx")
@requires(Permission.CONTENT_WRITE)
def export_xlsx(slug: str) -> Response:
    """The quiz, its questions, and what was answered, a sheet each."""
    import xlsxwriter  # late: most processes never export

    page = statistics_page(slug, _which())
    file = tempfile.TemporaryFile()  # noqa: SIM115  send_file closes it after the last byte
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, rows in ((_("Quiz"), _quiz(page)), (_("Questions"), _questions(page)), (_("Answers"), _answers(page))):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 48)
            sheet.set_column(1, 12, 16)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, None if number else bold)
    file.seek(0)
    name = f"statistics-{today(clock.now()).isoformat()}.xlsx"
    return send_file(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, name)


def _which() -> Which:
    asked = request.args.get("attempts", "")
    return Which(asked) if asked in list(Which) else Which.FIRST


def _titles(page: StatisticsPage) -> dict[int, str]:
    return {number: title_of(content, spoken(), page.titles[number]) for number, content in page.contents.items()}


def _troubled(page: StatisticsPage) -> list[tuple[QuestionFigures, Any]]:
    return by_trouble([(one, question_signs(one, page.contents[one.question_id])) for one in page.report.questions]) if page.report else []


def _quiz(page: StatisticsPage) -> Iterator[list[Any]]:
    yield [page.quiz.title(spoken()), str(words.WHICH_LABELS[page.which]), _("What it says")]
    if page.report:
        figures = page.report.quiz
        signs = {sign.figure: str(words.SIGN_WORDS[sign.code]) for sign in quiz_signs(figures)}
        yield [_("Attempts"), figures.attempts, signs.get("attempts", "")]
        yield [_("People"), figures.people, ""]
        yield [_("Passed"), figures.pass_rate, ""]
        for name, (label, _unit, _about) in words.QUIZ_FIGURES.items():
            yield [str(label), getattr(figures, name), signs.get(name, "")]


def _questions(page: StatisticsPage) -> Iterator[list[Any]]:
    yield [_("Question"), _("Attempts"), *(str(label) for label, _unit, _about in words.QUESTION_FIGURES.values()), _("What it says")]
    titles = _titles(page)
    for one, signs in _troubled(page):
        figures = [getattr(one, name) for name in words.QUESTION_FIGURES]
        yield [titles[one.question_id], one.attempts, *figures, " ".join(str(words.SIGN_WORDS[sign.code]) for sign in signs)]


def _answers(page: StatisticsPage) -> Iterator[list[Any]]:
    yield [_("Question"), _("Part"), _("Answer"), _("Right"), _("Lower third"), _("Middle third"), _("Upper third"), _("All")]
    titles = _titles(page)
    for one in page.report.questions if page.report else ():
        for line in breakdown(one, page.contents[one.question_id], spoken()):
            yield [
                titles[one.question_id],
                line.of,
                _label(line),
                "" if line.right is None else _("Right") if line.right else _("Wrong"),
                *line.counts,
                line.total,
            ]


def _label(line: Line) -> str:
    said = str(words.LINE_WORDS[line.what]) if line.what in words.LINE_WORDS else line.label
    return f"{said} {line.number}" if line.number else said
