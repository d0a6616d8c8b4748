"""My learning, my training file, marking a case as studied; and the supervisor's pages."""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

import cases.queries.library
import cases.queries.reading
from core import clock
from core.db import transaction
from core.door import requires
from core.languages import said, spoken
from core.pages import today, zone
from learning import actions, rules
from learning.forms import CELL_LABELS, PROOF_LABELS, STATE_LABELS, MatrixForm
from learning.queries import courses, progress
from learning.queries.progress import Standing
from learning.rules import Cell, State
from people.queries import offered
from people.rules import Permission

blueprint = Blueprint("learning", __name__, url_prefix="/learning")
supervision = Blueprint("supervision", __name__, url_prefix="/supervision")


@blueprint.get("/")
@requires(Permission.LEARNING_READ)
def mine() -> str:
    """What is required, what is done, and the one next thing."""
    now, course = today(clock.now()), courses.required_course()
    standing = progress.standing_of(current_user, course, now, spoken()) if course else None
    lines = cases.queries.library.lines_by_slug([slug for slug, _en, _zh in course.subjects], current_user.id, spoken()) if course else {}
    following = standing.following(lines, now) if standing else None
    return render_template("learning/mine.html", course=course, standing=standing, lines=lines, following=following, today=now)


@blueprint.get("/record")
@requires(Permission.LEARNING_READ)
def record() -> str:
    now = clock.now()
    file = progress.training_file(current_user, current_user.employee_no, today(now), spoken())
    return _show_record(file, now, own=True)


@blueprint.post("/cases/<slug>/studied")
@requires(Permission.CASE_STUDY)
def mark_studied(slug: str) -> ResponseReturnValue:
    """Mark a case as studied: a completion."""
    with transaction():
        actions.study_case(current_user.id, cases.queries.reading.case_page(slug, current_user.id), clock.now(), zone())
    flash(_("The case is marked as studied."), "safe")
    return redirect(url_for("cases.case", slug=slug, _anchor="finish"), 303)


@blueprint.post("/retired/<slug>")
@requires(Permission.CONTENT_WRITE)
def retire(slug: str) -> ResponseReturnValue:
    """Take a case out of the library, unless a course asks for it."""
    with transaction():
        actions.retire_case(slug)
    flash(_("The case is retired. Records of it are kept."), "safe")
    return redirect(url_for("authoring.overview", slug=slug), 303)


@supervision.get("/")
@requires(Permission.RECORD_SUPERVISE)
def matrix() -> str:
    """People by required cases."""
    form, filters = MatrixForm(request.args), _filters()
    page = progress.matrix(current_user, filters, today(clock.now()), spoken())
    lines = offered(page.departments) if page else []
    form.department.choices = [
        ("", _("All that are mine")),
        *((str(line.id), "\u2003" * (line.depth - lines[0].depth) + line.name(spoken())) for line in lines),
    ]
    form.state.choices = [("", _("All states")), *((str(state), label) for state, label in STATE_LABELS.items())]
    return render_template("supervision/matrix.html", page=page, filters=filters, form=form, draw=_draw)


@lru_cache(maxsize=1000)
def _draw(person: Standing, subjects: tuple[tuple[str, str, str], ...], today: dt.date, language: str, department: str = "") -> Markup:
    """One person of the matrix: a row of the table, or with the department's name a line of a list. Kept, since few change from one page to the next."""
    drawn = render_template("supervision/_row.html", person=person, subjects=subjects, today=today, listed=bool(department), department=department)
    return Markup(drawn)  # noqa: S704 - rendered by a template that escapes


@supervision.get("/people/<employee_no>")
@requires(Permission.RECORD_SUPERVISE)
def person(employee_no: str) -> str:
    now = clock.now()
    file = progress.training_file(current_user, employee_no, today(now), spoken())
    return _show_record(file, now, own=False)


@supervision.get("/export.csv")
@requires(Permission.RECORD_SUPERVISE)
def export_csv() -> ResponseReturnValue:
    def lines(rows: Iterator[list[Any]]) -> Iterator[str]:
        yield "\ufeff"  # Excel takes the file for UTF-8
        for row in rows:
            text = io.StringIO()
            csv.writer(text).writerow([rules.spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in row])
            yield text.getvalue()

    name = f"completions-{today(clock.now()).isoformat()}.csv"
    body = stream_with_context(lines(_table()))
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@supervision.get("/export.xlsx")
@requires(Permission.RECORD_SUPERVISE)
def export_xlsx() -> ResponseReturnValue:
    import xlsxwriter  # late: most processes never export, and it takes 2.5 MB

    rows = _table()
    file = tempfile.TemporaryFile()  # noqa: SIM115  send_file closes it after the last byte
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(_("Completions")), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 5, 16)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, None if number else bold)
    file.seek(0)
    return send_file(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, f"completions-{today(clock.now()).isoformat()}.xlsx")


def _show_record(file: progress.TrainingFile, now: dt.datetime, own: bool) -> str:
    causes = {cause.slug: cause.name(spoken()) for cause in cases.queries.library.causes()}
    return render_template("learning/record.html", file=file, causes=causes, proofs=PROOF_LABELS, now=now, today=today(now), own=own)


def _filters() -> progress.MatrixFilters:
    department, state = request.args.get("department", ""), request.args.get("state", "")
    return progress.MatrixFilters(
        department=int(department) if department.isdecimal() and len(department) < 10 else None,
        state=State(state) if state in list(State) else None,
        q=(request.args.get("q") or "").strip()[:80],
        after=request.args.get("after", "")[:300],
    )


def _table() -> Iterator[list[Any]]:
    """The export: a heading, then a row a person. The scope is checked before the first row is asked for."""
    now, language = today(clock.now()), spoken()
    course, people = progress.everybody(current_user, _filters(), now, language)
    heading = [_("Employee number"), _("Name"), _("Department"), _("Joined on"), _("Due on"), _("State"), _("Finished"), _("Required")]

    def rows() -> Iterator[list[Any]]:
        subjects = course.subjects if course else ()
        yield heading + [said({"en": en, "zh": zh}, language) for _slug, en, zh in subjects]
        for who in people:
            head = [who.employee_no, who.name(language), who.department, who.joined_on.isoformat(), who.due_on.isoformat()]
            yield [*head, str(STATE_LABELS[who.state]), who.done, who.items, *(_cell(who, slug, now) for slug, _en, _zh in subjects)]

    return rows()


def _cell(who: progress.Standing, subject: str, now: dt.date) -> str:
    """A cell of the export: the date and score where it is done, else the state."""
    study, quiz, state = who.study(subject), who.quiz(subject), who.cell(subject, now)
    if state is Cell.DONE and study and quiz:
        return f"{max(study.on, quiz.on)} ({quiz.score})"
    if state is Cell.FAILED and quiz and quiz.left is None:
        return str(_("Not passed, %(score)s", score=quiz.score))
    if state is Cell.FAILED and quiz:
        return str(_("%(score)s, not passed, tries left: %(left)s", score=quiz.score, left=quiz.left))
    return str(CELL_LABELS[state])
