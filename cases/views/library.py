"""The library, a case, and its films."""

from functools import lru_cache

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from cases import access, drafts, rules
from cases.actions import reading as actions
from cases.forms.library import EVERYTHING, DecisionForm, FiltersForm
from cases.queries import reading as queries
from cases.queries import search as lists
from cases.queries.similar import similar
from core import clock, files
from core.db import transaction
from core.door import requires
from core.errors import DomainError
from core.languages import spoken
from people.rules import Permission

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
blueprint.add_app_template_global(rules.is_partial)


@blueprint.get("/")
@requires(Permission.CASE_STUDY)
def library() -> str:
    form = FiltersForm(request.args)
    filters = lists.Filters(**{name: (form[name].data or "")[: rules.SEARCH_MAX] for name in lists.FILTERS})
    page = lists.library(filters, current_user.id, spoken(), request.args.get("page", 1, int))
    for name, options in page.options.items():
        form[name].choices = [("", EVERYTHING[name]), *((one.value, f"{one.name or _('With a film')} ({one.count})") for one in options)]
    return render_template("cases/library.html", page=page, filters=filters, form=form)


@blueprint.get("/<slug>")
@requires(Permission.CASE_STUDY)
def case(slug: str) -> str:
    page = queries.case_page(slug, current_user.id)
    if page.opened_at is None:
        with transaction():
            actions.open_case(current_user.id, page.id, clock.now())
    return _show(page)


@blueprint.get("/<slug>/revisions/<id:number>")
@requires(Permission.CASE_STUDY)
def revision(slug: str, number: int) -> str:
    """What somebody read who completed this revision; hidden parts stay hidden from whoever has not chosen."""
    page = queries.revision_page(slug, current_user.id, number)
    document = drafts.settled(page.document)
    return render_template(
        "cases/revision.html",
        page=page,
        document=document,
        cause=page.cause,
        chosen=page.chosen,
        undecided=rules.next_decision(document, page.chosen),
        timeline=rules.visible_timeline(document, page.chosen),
        similar=[],
    )


@blueprint.post("/<slug>/decision")
@requires(Permission.CASE_STUDY)
def decide(slug: str) -> ResponseReturnValue:
    page = queries.case_page(slug, current_user.id)
    form = DecisionForm()
    try:
        with transaction():
            actions.choose(current_user.id, page, form.decision.data or "", form.choice.data or "", clock.now())
    except DomainError as error:
        return _show(page, refusal=error), error.status
    return redirect(url_for("cases.case", slug=slug, _anchor=f"decision-{form.decision.data}"), 303)


@blueprint.get("/<slug>/sheet")
@requires(Permission.CASE_STUDY)
def sheet(slug: str) -> ResponseReturnValue:
    """One page for a toolbox talk. It tells the outcome, so a reader decides first."""
    page = queries.case_page(slug, current_user.id)
    if not access.can_read_outcomes(current_user, page.document, page.chosen):
        flash(_("The sheet tells the outcome. Make every decision of the case first."), "warn")
        return redirect(url_for("cases.case", slug=slug), 303)
    sheet = rules.sheet(page.document, spoken())
    return render_template("cases/sheet.html", page=page, document=page.document, sheet=sheet, rules=rules, now=clock.now())


@blueprint.get("/media/<name>")
@requires(Permission.CASE_STUDY)
def media(name: str) -> ResponseReturnValue:
    """A film or its captions."""
    return files.serve(current_app.config["MEDIA_FOLDER"], name)


def _show(page: queries.CasePage, refusal: DomainError | None = None) -> str:
    body = _body(page.digest, page.stamp, spoken(), page.slug, tuple(sorted(page.chosen.items())))
    undecided = rules.next_decision(page.document, page.chosen)
    outcomes = access.can_read_outcomes(current_user, page.document, page.chosen)
    return render_template("cases/case.html", page=page, document=page.document, body=body, refusal=refusal, undecided=undecided, outcomes=outcomes)


@lru_cache(maxsize=256)
def _body(digest: str, _stamp: int, language: str, slug: str, chosen: tuple[tuple[str, str], ...]) -> Markup:
    """Everything of a case that is alike for all who chose alike, kept rendered; the arguments name the content fully."""
    page = queries.case_page(slug, 0)
    document = queries.document(digest)
    decided = dict(chosen)
    return Markup(  # noqa: S704 - rendered by a template that escapes
        render_template(
            "cases/_case.html",
            document=document,
            cause=page.cause,
            chosen=decided,
            undecided=rules.next_decision(document, decided),
            timeline=rules.visible_timeline(document, decided),
            similar=similar(page, language),
        )
    )
