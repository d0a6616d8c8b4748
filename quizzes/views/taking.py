"""Before, during and after an attempt."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from core import clock, files
from core.db import transaction
from core.door import requires
from core.errors import N_, Conflict, Invalid
from core.pages import zone
from people.rules import Permission
from quizzes.actions import taking
from quizzes.forms.taking import AnswersForm
from quizzes.models.attempts import Attempt
from quizzes.queries import attempts, quizzes
from quizzes.rules.attempts import AttemptState, is_late, minutes_taken, shows_key
from quizzes.rules.sent import pieces, spots, without_unit

blueprint = Blueprint("quizzes", __name__)
PICTURES = (".jpg", ".png", ".webp")

# What templates/quizzes/_question.html needs to put an answer into fields.
blueprint.add_app_template_filter(without_unit)
blueprint.add_app_template_filter(spots)
blueprint.add_app_template_filter(lambda html: [Markup(piece) for piece in pieces(html)], "pieces")  # noqa: S704 - pieces of clean HTML


@blueprint.get("/quizzes/<slug>")
@requires(Permission.QUIZ_TAKE)
def before(slug: str) -> str:
    """How the quiz works, the attempts so far, and the way in."""
    page, case = quizzes.quiz_page(slug, current_user), quizzes.case_with_quiz(slug, current_user)
    if page.open and _close_if_late(page.open):
        page = quizzes.quiz_page(slug, current_user)
    return render_template("quizzes/before.html", page=page, case=case, form=AnswersForm(), now=clock.now())


@blueprint.post("/quizzes/<slug>/attempts")
@requires(Permission.QUIZ_TAKE)
def start(slug: str) -> ResponseReturnValue:
    with transaction():
        attempt = taking.start_attempt(current_user, slug, clock.now())
    return redirect(url_for("quizzes.take", attempt_id=attempt.id), 303)


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
    if _close_if_late(attempt) or attempt.state != AttemptState.OPEN:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    return _show(attempt)


@blueprint.put("/attempts/<id:attempt_id>/answers/<id:number>")
@requires(Permission.QUIZ_TAKE)
def save(attempt_id: int, number: int) -> ResponseReturnValue:
    """Save one answer: {"answer": [option, …], "seq": n}. Answers with what the server now holds."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid(N_("Send the answer as JSON."))
    try:
        with transaction():
            saved = taking.save_answer(current_user, attempt_id, number, sent.get("answer"), sent.get("seq"), clock.now())
    except taking.StaleAnswer as stale:
        return {"error": _(stale.message), "answer": stale.shown, "seq": stale.current.seq}, stale.status
    return {"seq": saved.seq, "saved_at": saved.saved_at.isoformat()}


@blueprint.post("/attempts/<id:attempt_id>/answers")
@requires(Permission.QUIZ_TAKE)
def save_all(attempt_id: int) -> ResponseReturnValue:
    """All answers of the page, then to the review; the way without script."""
    attempt, form = attempts.attempt_for(current_user, attempt_id), AnswersForm()
    if _close_if_late(attempt) or attempt.state != AttemptState.OPEN:
        flash(_("The time is over. The quiz was closed with the answers that were saved."), "warn")
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    with transaction():
        saved = taking.save_form(current_user, attempt, form.sent(request.form), clock.now())
    for number in saved.kept:
        flash(_("Question %(number)s has a newer answer from another device. It was kept.", number=number), "warn")
    return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<id:attempt_id>/review")
@requires(Permission.QUIZ_TAKE)
def review(attempt_id: int) -> ResponseReturnValue:
    """What is answered and what is not, before submitting."""
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _close_if_late(attempt) or attempt.state != AttemptState.OPEN:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    return render_template("quizzes/review.html", attempt=attempt, questions=attempts.questions_of(attempt_id), form=AnswersForm(), now=clock.now())


@blueprint.post("/attempts/<id:attempt_id>/submit")
@requires(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    attempt, now = attempts.attempt_for(current_user, attempt_id), clock.now()
    too_late = attempt.state == AttemptState.OPEN and is_late(attempt.ends_at, now)
    try:
        with transaction():
            taking.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # a second click, or the server closed it: either way the result is there
    if too_late:
        flash(_("The time is over. The quiz was closed with the answers that were saved."), "warn")
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<id:attempt_id>/result")
@requires(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    attempt = attempts.attempt_for(current_user, attempt_id)
    if _close_if_late(attempt):
        attempt = attempts.attempt_for(current_user, attempt_id)
    if attempt.state == AttemptState.OPEN:
        return redirect(url_for("quizzes.take", attempt_id=attempt_id))
    page = quizzes.quiz_page(attempt.slug, current_user)
    questions = attempts.questions_of(attempt_id)
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        page=page,
        questions=questions,
        minutes=minutes_taken(attempt.started_at, attempt.submitted_at or attempt.started_at, attempt.time_limit),
        shows_key=shows_key(page.passed, page.left),
    )


def _show(attempt: Attempt) -> str:
    return render_template("quizzes/take.html", attempt=attempt, questions=attempts.questions_of(attempt.id), form=AnswersForm(), now=clock.now())


def _close_if_late(attempt: Attempt) -> bool:
    now = clock.now()
    if attempt.state != AttemptState.OPEN or not is_late(attempt.ends_at, now):
        return False
    try:
        with transaction():
            taking.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # another process closed it
    return True
