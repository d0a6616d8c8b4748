"""A case begun from a report: a saved page is read, what was recognised is shown, and it opens as a draft."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from cases import drafts
from cases.actions import drafts as actions
from cases.forms.reports import RecognisedForm, ReportForm
from cases.queries import library
from cases.reports.draft import report_document
from cases.reports.page import Report, read_report
from cases.reports.source import LARGEST
from core import clock, fetch
from core.config import MEGABYTE
from core.db import transaction
from core.door import requires, takes
from core.errors import N_, DomainError, Invalid
from people.rules import Permission

blueprint = Blueprint("reports", __name__, url_prefix="/manage/reports")

MOST = LARGEST // MEGABYTE
DAY = 24 * 3600
NOTHING = N_("Choose the saved page, or paste its HTML.")
NO_TEXT = N_("No text was found in this page. Open it in the browser until its text is there, and save it then.")


@blueprint.get("/")
@requires(Permission.CONTENT_WRITE)
def read() -> str:
    return _ask(ReportForm())


@blueprint.post("/")
@requires(Permission.CONTENT_WRITE)
@takes(MOST + 1)
def recognised() -> ResponseReturnValue:
    """What was recognised in a page. Nothing is kept yet: the draft travels in the form, signed."""
    form = ReportForm()
    if not form.validate_on_submit():
        return _ask(form), 400
    try:
        report = _report(form)
    except DomainError as refusal:
        field = form.html if form.html.data else form.url if form.url.data and not form.file.data else form.file
        field.errors = [_(refusal.message, **refusal.values)]
        return _ask(form), 400
    names = library.term_names()
    document = report_document(report, {code: name for (kind, code), name in names.items() if kind == "substance"})
    shown = RecognisedForm(None, draft=_signer().dumps(document))
    harm = [names["substance", code] for code in document["substances"]]
    return render_template("reports/recognised.html", form=shown, report=report, document=document, substances=harm, lacks=drafts.lacks(document))


@blueprint.post("/draft")
@requires(Permission.CONTENT_WRITE)
@takes(MOST)
def open_draft() -> ResponseReturnValue:
    form = RecognisedForm()
    if not form.validate_on_submit():
        return redirect(url_for("reports.read"), 303)
    try:
        document: dict[str, Any] = _signer().loads(form.draft.data or "", max_age=DAY)
    except BadData as error:
        raise Invalid(N_("This page was open for too long. Send the report once more.")) from error
    with transaction():
        case = actions.create_draft(current_user.id, document, clock.now())
    return redirect(url_for("authoring.overview", slug=case.slug), 303)


def _report(form: ReportForm) -> Report:
    """The report that was sent as a file, pasted, or is to be fetched. Raises a domain error for what cannot be read."""
    address = form.url.data or ""
    if form.file.data:
        with form.file.data.stream as stream:
            page = stream.read()
    elif form.html.data:
        page = form.html.data.encode("utf-8", "replace")
    elif address:
        page, address = fetch.fetch(address, current_app.config["IMPORT_HOSTS"], LARGEST)
    else:
        raise Invalid(NOTHING)
    report = read_report(page, address)
    if not report.text:
        raise Invalid(NO_TEXT)
    return report


def _ask(form: ReportForm) -> str:
    return render_template("reports/read.html", form=form, hosts=current_app.config["IMPORT_HOSTS"], most=MOST)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", "report")
