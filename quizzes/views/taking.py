"""During and after an attempt."""

import datetime as dt
from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from core import clock, files
from core.db import transaction
from core.door import requires
from core.errors import N_, Conflict, Invalid, Refused
from core.pages import zone
from people.rules import Permission
from quizzes.actions import practice, taking
from quizzes.forms.taking import AnswersForm
from quizzes.models.attempts import Attempt
from quizzes.queries import attempts
from quizzes.queries import taking as pages
from quizzes.rules.attempts import AttemptState, is_late
from quizzes.rules.lines import given_lines, outcome, right_lines
from quizzes.rules.practice import goes_on_only
from quizzes.rules.questions import ratio_of
from quizzes.rules.sent import pieces, spots, without_unit
from quizzes.rules.settings import settings_from
from quizzes.rules.wording import marks_words, right_words

blueprint = Blueprint("quizzes", __name__)
PICTURES = (".jpg", ".png", ".webp")

# What templates need to put an answer into fields, and to tell what it came to.
for function in (without_unit, spots, given_lines, right_lines, right_words, outcome, ratio_of, marks_words):
    blueprint.add_app_template_filter(function)
blueprint.add_app_template_filter(lambda html: [Markup(piece) for piece in pieces(html)], "pieces")  # noqa: S704 - pieces of clean HTML


@blueprint.get("/quizzes/pictures/<name>")
@requires(Permission.QUIZ_TAKE)
def picture(name: str) -> ResponseReturnValue:
    """A question's picture."""
    folder = current_app.config["MEDIA_FOLDER"]
    files.stored_file(folder, name, *PICTURES)
    return files.serve(folder, name)


@blueprint.get("/attempts/<id:attempt_id>")
@requires(Permission.QUIZ_TAKE)
def take(attempt_id: int) -> ResponseReturnValue:
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _has_ended(attempt):
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    wanted = request.args.get("page", type=int)
    page = pages.take_page(attempt, clock.now(), wanted)
    if page.forward_only and wanted not in (None, page.at):
        flash(_("You are at this question. There is no way back, and none ahead but through it."), "warn")
        return redirect(url_for("quizzes.take", attempt_id=attempt_id))
    return _show(page)


@blueprint.put("/attempts/<id:attempt_id>/answers/<id:number>")
@requires(Permission.QUIZ_TAKE)
def save(attempt_id: int, number: int) -> ResponseReturnValue:
    """Save one answer: {"answer": [place, …], "seq": n, "certainty": 1|2|3|null, "device": "…"}. Answers with what the server now holds,
    and with the seconds that are left."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid(N_("Send the answer as JSON."))
    now = clock.now()
    answer, seq, certainty, device = (sent.get(name) for name in ("answer", "seq", "certainty", "device"))
    try:
        with transaction():
            saved = taking.save_answer(current_user, attempt_id, number, answer, seq, now, certainty, device)
    except taking.StaleAnswer as stale:
        return {"error": _(stale.message), "answer": stale.shown, "seq": stale.current.seq, "certainty": stale.current.certainty}, stale.status
    return {"seq": saved.seq, "saved_at": saved.saved_at.isoformat(), "left": saved.ends_at and (saved.ends_at - now).total_seconds()}


@blueprint.post("/attempts/<id:attempt_id>/answers")
@requires(Permission.QUIZ_TAKE)
def save_all(attempt_id: int) -> ResponseReturnValue:
    """All answers of the page, then where the button says: to the review, or to another question. The way without script."""
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _has_ended(attempt):
        return _over(attempt)
    problems = _save_form(attempt)
    at, go = request.form.get("page", 1, type=int), request.form.get("go", "review")
    if problems:
        return _show(pages.take_page(attempt, clock.now(), at), problems), Invalid.status
    if go == "next":
        with transaction():
            practice.go_on(attempt, at)
    if go in ("next", "previous", "stay") or (go.isdecimal() and len(go) < 10):
        to = {"next": at + 1, "previous": at - 1, "stay": at}.get(go) or int(go)
        return redirect(_page_of(attempt, to), 303)
    return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)


@blueprint.post("/attempts/<id:attempt_id>/answers/<id:number>/check")
@requires(Permission.QUIZ_TAKE)
def check(attempt_id: int, number: int) -> ResponseReturnValue:
    """Practice: save what the page says, and check one answer."""
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _has_ended(attempt):
        return _over(attempt)
    problems = _save_form(attempt)
    if number not in problems:
        try:
            with transaction():
                practice.check_answer(current_user, attempt_id, number, clock.now())
        except Invalid as problem:
            problems[number] = problem.message
        except Refused as refused:
            flash(_(refused.message), "warn")
    if problems:
        return _show(pages.take_page(attempt, clock.now(), number), problems), Invalid.status
    return redirect(_page_of(attempt, number, f"q{number}"), 303)


@blueprint.get("/attempts/<id:attempt_id>/review")
@requires(Permission.QUIZ_TAKE)
def review(attempt_id: int) -> ResponseReturnValue:
    """What is answered and what is not, before submitting."""
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _has_ended(attempt):
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    return render_template("quizzes/review.html", page=pages.take_page(attempt, clock.now()), form=AnswersForm())


@blueprint.post("/attempts/<id:attempt_id>/submit")
@requires(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    attempt, now = attempts.attempt_for(current_user, attempt_id), clock.now()
    too_late = _is_late(attempt, now)
    try:
        with transaction():
            taking.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # a second click, or the server closed it: either way the result is there
    return _over(attempt) if too_late else redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<id:attempt_id>/result")
@requires(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _close_if_late(attempt):
        attempt = attempts.attempt_for(current_user, attempt_id)
    if attempt.state == AttemptState.OPEN:
        return redirect(url_for("quizzes.take", attempt_id=attempt_id))
    return render_template("quizzes/result.html", page=pages.result_page(attempt, current_user, clock.now()))


def _show(page: pages.TakePage, problems: Mapping[int, str] | None = None) -> str:
    form = AnswersForm()
    return render_template("quizzes/take.html", page=page, form=form, problems=problems or {}, sent=form.sent(request.form) if problems else {})


def _save_form(attempt: Attempt) -> dict[int, str]:
    """Save what the page says; by number the messages of what was not taken."""
    with transaction():
        saved = taking.save_form(current_user, attempt, AnswersForm().sent(request.form), clock.now())
    for place in saved.kept:
        flash(_("Question %(number)s has a newer answer from another device. It was kept.", number=place), "warn")
    return saved.problems


def _page_of(attempt: Attempt, number: int, anchor: str | None = None) -> str:
    """The address of a question: all have one page, or each its own."""
    settings = settings_from(attempt.settings)
    own = number if settings.paged and not goes_on_only(settings) else None
    return url_for("quizzes.take", attempt_id=attempt.id, page=own, _anchor=anchor)


def _over(attempt: Attempt) -> ResponseReturnValue:
    flash(_("The time is over. The quiz was closed with the answers that were saved."), "warn")
    return redirect(url_for("quizzes.result", attempt_id=attempt.id), 303)


def _has_ended(attempt: Attempt) -> bool:
    return _close_if_late(attempt) or attempt.state != AttemptState.OPEN


def _is_late(attempt: Attempt, now: dt.datetime) -> bool:
    return attempt.state == AttemptState.OPEN and is_late(attempt.ends_at, now, settings_from(attempt.settings).grace)


def _close_if_late(attempt: Attempt) -> bool:
    now = clock.now()
    if not _is_late(attempt, now):
        return False
    try:
        with transaction():
            taking.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # another process closed it
    return True
