"""Questions out of files and into files: a file is sent, its columns are confirmed, what would be done is shown, and then it is done."""

import csv
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from core import clock, jobs, waiting
from core.config import MEGABYTE
from core.db import transaction
from core.door import requires, takes
from core.errors import N_, DomainError, Invalid, NotFound
from core.languages import LANGUAGES, spoken
from people.rules import Permission
from quizzes.actions import question_files
from quizzes.actions.question_files import folder_of, named_of
from quizzes.formats.formats import FORMATS, SHEETS, XLSX, recognise
from quizzes.formats.sheets.columns import Layout, layout_of
from quizzes.formats.sheets.reading import BESIDE
from quizzes.formats.sheets.tables import MOST_BYTES, open_tables
from quizzes.formats.sheets.writing import template as written_template
from quizzes.forms.bank import KINDS
from quizzes.forms.importing import ColumnsForm, ExportForm, SendForm, column_choices
from quizzes.queries import importing as queries
from quizzes.rules.shelf import BankFilters, filters_from

blueprint = Blueprint("question_import", __name__, url_prefix="/manage/questions")

MOST = MOST_BYTES // MEGABYTE
# A file of about 300 questions; a longer one is the business of a job.
AT_ONCE_BYTES, AT_ONCE_QUESTIONS = 100_000, 500
HEAD_ROWS, SAMPLES, LISTED = 300, 3, 200


def media() -> Path:
    folder: Path = current_app.config["MEDIA_FOLDER"]
    return folder


@blueprint.get("/import")
@requires(Permission.CONTENT_WRITE)
def choose() -> str:
    return _ask(SendForm(None))


@blueprint.post("/import")
@requires(Permission.CONTENT_WRITE)
@takes(MOST + 1)
def send() -> ResponseReturnValue:
    """Keep the file for a day, and go on to its columns or to what would be done."""
    form = SendForm()
    if not form.validate_on_submit():
        return _ask(form), 400
    body = form.file.data.read()
    try:
        kind = form.format.data or recognise(body, form.file.data.filename or "")
        layouts = [asdict(layout_of(table)) for table in open_tables(body, HEAD_ROWS)] if kind in SHEETS else []
    except DomainError as refusal:
        form.file.errors = [_(refusal.message, **refusal.values)]
        return _ask(form), 400
    note = {"person_id": current_user.id, "filename": (form.file.data.filename or "")[:120], "format": kind, "layouts": layouts, "size": len(body)}
    note |= {"language": form.language.data, "category": form.category.data}
    token = waiting.begin(folder_of(media()), body, note)
    if kind in SHEETS:
        return redirect(url_for("question_import.columns", token=token), 303)
    return _checked(token, note)


@blueprint.get("/import/template-<language>.xlsx")
@requires(Permission.CONTENT_WRITE)
def template(language: str) -> Response:
    if language not in LANGUAGES:
        raise NotFound()
    return _download(written_template(language), XLSX, f"questions-template-{language}.xlsx")


@blueprint.get("/import/<token>/columns")
@requires(Permission.CONTENT_WRITE)
def columns(token: str) -> str:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    return _show_columns(token, note, ColumnsForm())


@blueprint.post("/import/<token>/columns")
@requires(Permission.CONTENT_WRITE)
def confirm(token: str) -> ResponseReturnValue:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    form = ColumnsForm()
    if not form.validate_on_submit():
        return _show_columns(token, note, form), 400
    layouts = form.layouts([Layout(**layout) for layout in note["layouts"]], request.form)
    note["layouts"] = [asdict(layout) for layout in layouts]
    waiting.write_note(folder_of(media()), token, note)
    if not any(layout.is_used for layout in layouts):
        return _show_columns(token, note, form, refusal=_("Say which column holds the questions.")), 400
    return _checked(token, note)


@blueprint.get("/import/<token>")
@requires(Permission.CONTENT_WRITE)
def check(token: str) -> ResponseReturnValue:
    """What would be done. It was worked out before, by the request that led here or by a job."""
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    found = waiting.read_note(folder_of(media()), token, "check")
    if found is None:
        return redirect(url_for("question_import.choose"), 303)
    named = named_of(found)
    return render_template("question_import/check.html", token=token, sent=note, found=found, named=named, listed=LISTED, kinds=KINDS, form=ColumnsForm())


@blueprint.post("/import/<token>")
@requires(Permission.CONTENT_WRITE)
def take(token: str) -> ResponseReturnValue:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    if not ColumnsForm().validate_on_submit():
        raise Invalid(N_("The page was open for too long. Load it again."))
    then = url_for("question_import.done", token=token)
    if note["size"] > AT_ONCE_BYTES:
        return _apart("question-import", _("Importing %(file)s", file=note["filename"]), {"token": token}, then, url_for("question_import.check", token=token))
    prepared = question_files.prepare_file(media(), token, keep_pictures=True)
    with transaction():
        outcome = question_files.take_file(media(), token, prepared, clock.now())
        question_files.note_done(media(), token, outcome, prepared)
    return redirect(then, 303)


@blueprint.get("/import/<token>/done")
@requires(Permission.CONTENT_WRITE)
def done(token: str) -> ResponseReturnValue:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    found = waiting.read_note(folder_of(media()), token, "done")
    if found is None:
        return redirect(url_for("question_import.check", token=token), 303)
    return render_template("question_import/done.html", token=token, sent=note, found=found, kinds=KINDS)


@blueprint.get("/import/<token>/named.csv")
@requires(Permission.CONTENT_WRITE)
def named(token: str) -> Response:
    """Everything that is named, as a table."""
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    found = waiting.read_note(folder_of(media()), token, "check") or note
    if "named" not in found:
        raise NotFound()
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Row"), _("Excerpt"), _("Reason"), _("Taken")])
    for one in named_of(found):
        reason = _(one.message, **one.values)
        writer.writerow([f"'{cell}" if cell[:1] in tuple("=+-@\t") else cell for cell in (one.where, one.excerpt, reason, _("no") if one.lost else _("yes"))])
    return _download(b"\xef\xbb\xbf" + text.getvalue().encode(), "text/csv", "not-imported.csv")


@blueprint.get("/export")
@requires(Permission.CONTENT_WRITE)
def export() -> str:
    filters = filters_from(request.args)
    return _ask_export(ExportForm(None, data={"category": filters.category}), filters)


@blueprint.post("/export")
@requires(Permission.CONTENT_WRITE)
def write() -> ResponseReturnValue:
    """Write the file, at once where there are few questions, and show what it cannot say."""
    filters, form = filters_from(request.form), ExportForm()
    _fill(form)
    if not form.validate_on_submit():
        return _ask_export(form, filters), 400
    if queries.count_of(filters) > AT_ONCE_QUESTIONS:
        then = url_for("question_import.exported", job_id=0).replace("/0", "/{job}")
        arguments = {"format": form.format.data, "filters": filters.asked, "person_id": current_user.id}
        return _apart("question-export", _("Writing the questions into a file"), arguments, then, url_for("question_import.export", **filters.asked))
    token = question_files.write_file(media(), current_user.id, form.format.data or "", filters, spoken(), clock.now())
    return redirect(url_for("question_import.written", token=token), 303)


@blueprint.get("/export/by-job/<id:job_id>")
@requires(Permission.CONTENT_WRITE)
def exported(job_id: int) -> ResponseReturnValue:
    """From the job that wrote a file to that file."""
    result = jobs.job_of(current_user.id, job_id).result
    if result is None:
        raise NotFound()
    return redirect(url_for("question_import.written", token=result["token"]), 303)


@blueprint.get("/export/<token>")
@requires(Permission.CONTENT_WRITE)
def written(token: str) -> str:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    return render_template("question_import/written.html", token=token, sent=note, named=named_of(note), listed=LISTED, form=FORMATS[note["format"]])


@blueprint.get("/export/<token>/file")
@requires(Permission.CONTENT_WRITE)
def file(token: str) -> Response:
    note = waiting.note_of(folder_of(media()), token, current_user.id)
    return _download(waiting.body_of(folder_of(media()), token), FORMATS[note["format"]].mimetype, note["filename"])


def _ask(form: SendForm) -> str:
    paths = sorted({"/".join(path) for path in queries.category_paths(spoken()).values()})
    return render_template("question_import/choose.html", form=form, most=MOST, paths=paths, formats=FORMATS)


def _ask_export(form: ExportForm, filters: BankFilters) -> str:
    _fill(form)
    kept = {name: value for name, value in filters.asked.items() if name not in ("category", "page")}
    return render_template("question_import/export.html", form=form, filters=filters, kept=kept, count=queries.count_of(filters))


def _fill(form: ExportForm) -> None:
    paths = sorted(queries.category_paths(spoken()).items(), key=lambda pair: pair[1])
    choices = [SelectChoice(path.split("/")[-2], " / ".join(names)) for path, names in paths]
    form.category.choices = [SelectChoice("", _("All categories")), SelectChoice("none", _("In no category")), *choices]


def _show_columns(token: str, note: dict[str, Any], form: ColumnsForm, refusal: str = "") -> str:
    tables = open_tables(waiting.body_of(folder_of(media()), token), HEAD_ROWS)
    sheets = []
    for place, (table, layout) in enumerate(zip(tables, (Layout(**one) for one in note["layouts"]), strict=True)):
        if table.name in BESIDE or not table.rows:
            continue
        first = layout.head + layout.deep if layout.head >= 0 else 0
        rows = [row for row in table.rows[first:] if any(row)]
        samples = [[row[at].lstrip("\0") for row in rows if at < len(row) and row[at]][:SAMPLES] for at in range(len(layout.fields))]
        sheets.append({"place": place, "name": table.name, "layout": layout, "samples": samples, "choices": column_choices(layout)})
    return render_template("question_import/columns.html", token=token, sent=note, sheets=sheets, form=form, refusal=refusal)


def _checked(token: str, note: dict[str, Any]) -> ResponseReturnValue:
    """On to what would be done: worked out at once, or by a job."""
    then = url_for("question_import.check", token=token)
    waiting.forget(folder_of(media()), token, "check", "done")
    if note["size"] > AT_ONCE_BYTES:
        return _apart("question-check", _("Reading %(file)s", file=note["filename"]), {"token": token}, then, url_for("question_import.choose"))
    try:
        question_files.check_file(media(), token)
    except Invalid as refusal:
        flash(_(refusal.message, **refusal.values), "stop")
        return redirect(url_for("question_import.choose"), 303)
    return redirect(then, 303)


def _apart(kind: str, title: str, arguments: dict[str, Any], then: str, back: str) -> ResponseReturnValue:
    """Have it done by a job, and show how far it is."""
    with transaction():
        job = jobs.ask_for(kind, current_user.id, {**arguments, "language": spoken(), "title": title, "then": then, "back": back}, clock.now())
    jobs.run_apart(job)
    return redirect(url_for("ops.job", job_id=job.id), 303)


def _download(body: bytes, mimetype: str, filename: str) -> Response:
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{filename}"'})
