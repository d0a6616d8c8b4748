"""Exceptions at quizzes: supervisors grant them to their people, administrators to everybody."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core import clock
from core.db import transaction
from core.door import requires
from core.errors import Invalid
from core.languages import spoken
from core.pages import zone
from people.queries import offered
from people.rules import Permission
from quizzes.actions import overrides as actions
from quizzes.forms.overrides import GrantForm
from quizzes.queries import overrides
from quizzes.rules.settings import settings_from

blueprint = Blueprint("quiz_overrides", __name__, url_prefix="/supervision/quizzes")


@blueprint.get("/")
@requires(Permission.QUIZ_EXCEPT)
def quizzes() -> str:
    return render_template("quiz_overrides/quizzes.html", lines=overrides.quizzes_to_grant(current_user))


@blueprint.get("/<slug>")
@requires(Permission.QUIZ_EXCEPT)
def quiz(slug: str) -> str:
    return _show(slug, GrantForm(data={"employee_no": request.args.get("person", "")[:32]}))


@blueprint.post("/<slug>")
@requires(Permission.QUIZ_EXCEPT)
def grant(slug: str) -> ResponseReturnValue:
    form = GrantForm()
    if not form.validate_on_submit():
        return _show(slug, form), 400
    department = form.department.data or ""
    whom = actions.Whom(form.employee_no.data or "", int(department) if department.isdecimal() and len(department) < 10 else None)
    try:
        with transaction():
            actions.grant(current_user, slug, whom, form.granted(zone()), form.reason.data or "", clock.now())
    except Invalid as refusal:
        return _show(slug, form, refusal), refusal.status
    flash(_("Granted. Attempts that run have their new end already."), "safe")
    return redirect(url_for("quiz_overrides.quiz", slug=slug), 303)


@blueprint.post("/<slug>/<id:grant_id>/away")
@requires(Permission.QUIZ_EXCEPT)
def take_away(slug: str, grant_id: int) -> ResponseReturnValue:
    with transaction():
        actions.take_away(current_user, slug, grant_id)
    flash(_("Taken away. An attempt that runs keeps the time it was given."), "safe")
    return redirect(url_for("quiz_overrides.quiz", slug=slug), 303)


def _show(slug: str, form: GrantForm, refusal: Invalid | None = None) -> str:
    found = overrides.quiz_to_grant(slug)
    departments = offered(overrides.departments_to_grant(current_user))
    top = departments[0].depth if departments else 0
    form.department.choices = [("", _("None")), *((str(one.id), "\u2003" * (one.depth - top) + one.name(spoken())) for one in departments)]
    shown = {"quiz": found, "settings": settings_from(found.settings), "grants": overrides.grants(found.id, current_user)}
    return render_template("quiz_overrides/quiz.html", form=form, refusal=refusal, **shown)
