"""Attempts of a supervisor's people: lists, one with everything, opening again, and export."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core import clock
from core.db import transaction
from core.door import requires
from core.errors import Invalid, NotFound, Refused
from core.languages import spoken
from people.rules import Permission
from quizzes.actions import grading as actions
from quizzes.forms.grading import STATE_LABELS, AttemptsForm, ReopenForm
from quizzes.queries import supervising
from quizzes.queries.supervising import AttemptFilters, OverseenAttempt
from quizzes.rules.wording import marks_words, offered_words, question_words, response_words, right_words
from quizzes.views.attempt_tables import TABLES, send_csv, send_xlsx

blueprint = Blueprint("quiz_supervision", __name__, url_prefix="/supervision/attempts")
WORDS = {"asked": question_words, "answered": response_words, "offered": offered_words, "right": right_words, "say": marks_words}


@blueprint.get("/")
@requires(Permission.RECORD_SUPERVISE)
def quizzes() -> str:
    """The quizzes that people in scope have tried."""
    return render_template("quiz_supervision/quizzes.html", lines=supervising.quizzes_in_scope(current_user))


@blueprint.get("/quizzes/<slug>")
@requires(Permission.RECORD_SUPERVISE)
def attempts(slug: str) -> str:
    """The attempts of people in scope, newest first."""
    now, form, filters = clock.now(), AttemptsForm(request.args), _filters()
    page = supervising.attempts_in_scope(current_user, slug, filters, now)
    return render_template("quiz_supervision/attempts.html", page=page, filters=filters, form=form, now=now, states=STATE_LABELS)


@blueprint.get("/<id:attempt_id>")
@requires(Permission.RECORD_SUPERVISE)
def attempt(attempt_id: int) -> str:
    """One attempt with everything: what was asked, answered, given, and every change with who and why."""
    return _show(supervising.overseen_attempt(current_user, attempt_id), ReopenForm(formdata=None))


@blueprint.post("/<id:attempt_id>/reopen")
@requires(Permission.RECORD_SUPERVISE)
def reopen(attempt_id: int) -> ResponseReturnValue:
    """Let somebody go on with an attempt that ended."""
    page, form = supervising.overseen_attempt(current_user, attempt_id), ReopenForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.reopen_attempt(current_user, attempt_id, form.extra.data, form.reason.data or "", clock.now())
        except (Invalid, Refused) as error:
            form.extra.errors = [_(error.message)]
        else:
            flash(_("The attempt is open again, with the answers it had."), "safe")
            return redirect(url_for("quiz_supervision.attempt", attempt_id=attempt_id), 303)
    return _show(page, form), 400


@blueprint.get("/quizzes/<slug>/export.xlsx")
@requires(Permission.RECORD_SUPERVISE)
def export_xlsx(slug: str) -> ResponseReturnValue:
    quiz = supervising.quiz_in_scope(current_user, slug)
    titles = {"attempts": _("Attempts"), "answers": _("Answers")}
    return send_xlsx(((titles[name], table(quiz, current_user, spoken())) for name, table in TABLES.items()), f"{slug}-attempts")


@blueprint.get("/quizzes/<slug>/<what>.csv")
@requires(Permission.RECORD_SUPERVISE)
def export_csv(slug: str, what: str) -> ResponseReturnValue:
    if what not in TABLES:
        raise NotFound()
    return send_csv(TABLES[what](supervising.quiz_in_scope(current_user, slug), current_user, spoken()), f"{slug}-{what}")


def _show(page: OverseenAttempt, form: ReopenForm) -> str:
    return render_template("quiz_supervision/attempt.html", page=page, form=form, now=clock.now(), states=STATE_LABELS, **WORDS)


def _filters() -> AttemptFilters:
    state, after = request.args.get("state", ""), request.args.get("after", "")
    return AttemptFilters(
        state=state if state in STATE_LABELS else "",
        q=request.args.get("q", "").strip()[:80],
        after=int(after) if after.isdecimal() and len(after) < 10 else None,
    )
