"""Before, during and after an attempt; and writing a quiz."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from cases import rules as rules_of_cases
from core import clock
from core.db import transaction
from core.door import requires
from core.errors import N_, Conflict, DomainError, Invalid
from core.languages import said, spoken
from core.pages import zone
from people.rules import Permission
from quizzes import actions, drafts, queries, rules
from quizzes.forms import KIND_LABELS, AnswersForm, QuizForm
from quizzes.models import Attempt
from quizzes.rules import AttemptState

blueprint = Blueprint("quizzes", __name__)
authoring = Blueprint("quiz_authoring", __name__, url_prefix="/manage/cases")


@blueprint.get("/quizzes/<slug>")
@requires(Permission.QUIZ_TAKE)
def before(slug: str) -> str:
    """How the quiz works, the attempts so far, and the way in."""
    page, case = queries.quiz_page(slug, current_user), queries.case_with_quiz(slug, current_user)
    if page.open and _close_if_late(page.open):
        page = queries.quiz_page(slug, current_user)
    return render_template("quizzes/before.html", page=page, case=case, form=AnswersForm(), now=clock.now())


@blueprint.post("/quizzes/<slug>/attempts")
@requires(Permission.QUIZ_TAKE)
def start(slug: str) -> ResponseReturnValue:
    with transaction():
        attempt = actions.start_attempt(current_user, slug, clock.now())
    return redirect(url_for("quizzes.take", attempt_id=attempt.id), 303)


@blueprint.get("/attempts/<id:attempt_id>")
@requires(Permission.QUIZ_TAKE)
def take(attempt_id: int) -> ResponseReturnValue:
    attempt = queries.attempt_for(current_user, attempt_id)
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
            saved = actions.save_answer(current_user, attempt_id, number, sent.get("answer"), sent.get("seq"), clock.now())
    except actions.StaleAnswer as stale:
        return {"error": _(stale.message), "answer": stale.current.response, "seq": stale.current.seq}, stale.status
    return {"seq": saved.seq, "saved_at": saved.saved_at.isoformat()}


@blueprint.post("/attempts/<id:attempt_id>/answers")
@requires(Permission.QUIZ_TAKE)
def save_all(attempt_id: int) -> ResponseReturnValue:
    """All answers of the page, then to the review; the way without script."""
    attempt, form = queries.attempt_for(current_user, attempt_id), AnswersForm()
    if _close_if_late(attempt) or attempt.state != AttemptState.OPEN:
        flash(_("The time is over. The quiz was closed with the answers that were saved."), "warn")
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    with transaction():
        kept = actions.save_form(current_user, attempt, form.responses(request.form), clock.now())
    for number in kept:
        flash(_("Question %(number)s has a newer answer from another device. It was kept.", number=number), "warn")
    return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<id:attempt_id>/review")
@requires(Permission.QUIZ_TAKE)
def review(attempt_id: int) -> ResponseReturnValue:
    """What is answered and what is not, before submitting."""
    attempt = queries.attempt_for(current_user, attempt_id)
    if _close_if_late(attempt) or attempt.state != AttemptState.OPEN:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    return render_template("quizzes/review.html", attempt=attempt, questions=queries.questions_of(attempt_id), form=AnswersForm(), now=clock.now())


@blueprint.post("/attempts/<id:attempt_id>/submit")
@requires(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    attempt, now = queries.attempt_for(current_user, attempt_id), clock.now()
    too_late = attempt.state == AttemptState.OPEN and rules.is_late(attempt.ends_at, now)
    try:
        with transaction():
            actions.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # a second click, or the server closed it: either way the result is there
    if too_late:
        flash(_("The time is over. The quiz was closed with the answers that were saved."), "warn")
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<id:attempt_id>/result")
@requires(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    attempt = queries.attempt_for(current_user, attempt_id)
    if _close_if_late(attempt):
        attempt = queries.attempt_for(current_user, attempt_id)
    if attempt.state == AttemptState.OPEN:
        return redirect(url_for("quizzes.take", attempt_id=attempt_id))
    page = queries.quiz_page(attempt.slug, current_user)
    questions = queries.questions_of(attempt_id)
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        page=page,
        questions=questions,
        minutes=rules.minutes_taken(attempt.started_at, attempt.submitted_at or attempt.ends_at, attempt.time_limit),
        shows_key=rules.shows_key(page.passed, page.left),
    )


@authoring.get("/<slug>/quiz")
@requires(Permission.CONTENT_WRITE)
def edit(slug: str) -> str:
    desk = queries.quiz_desk(slug)
    return _show_desk(desk, QuizForm(None, data={**desk.draft, "seen": desk.digest}))


@authoring.post("/<slug>/quiz")
@requires(Permission.CONTENT_WRITE)
def write(slug: str) -> ResponseReturnValue:
    """Save the whole quiz; with `do` nothing is saved, and the page comes back with its rows rearranged, checked, or begun from the case."""
    desk, form, command = queries.quiz_desk(slug), QuizForm(), request.form.get("do", "")
    if not form.validate_on_submit():
        return _show_desk(desk, form, unsaved=True), 400
    if command:
        made = drafts.obey(form.draft(), command, desk.document)
        return _show_desk(desk, QuizForm(None, data={**made, "seen": form.seen.data}), unsaved=True)
    try:
        with transaction():
            changed = actions.write_quiz(slug, form.draft(), request.form.get("over") or form.seen.data or "", clock.now())
    except (Conflict, Invalid) as error:
        return _show_desk(queries.quiz_desk(slug), form, unsaved=True, refusal=error), error.status
    flash(_("Saved. Attempts that start from now on get it.") if changed else _("Nothing had changed."), "safe")
    return redirect(url_for("quiz_authoring.edit", slug=slug), 303)


def _show_desk(desk: queries.QuizDesk, form: QuizForm, unsaved: bool = False, refusal: DomainError | None = None) -> str:
    named = [(name, f"{_(label)}{': ' if text else ''}{said(text, spoken())[:80]}") for name, label, text in drafts.part_names(desk.document)]
    for question in form.questions:
        question.form.part.choices = [("", _("Not chosen yet")), *named]
    draft = form.draft()
    return render_template(
        "quiz_authoring/edit.html",
        desk=desk,
        form=form,
        draft=draft,
        lacks=drafts.lacks(draft, rules_of_cases.parts(desk.document)),
        hints=drafts.hints(draft),
        kinds=KIND_LABELS,
        unsaved=unsaved,
        refusal=refusal,
        standing=desk.draft if isinstance(refusal, Conflict) else None,
    )


def _show(attempt: Attempt) -> str:
    return render_template("quizzes/take.html", attempt=attempt, questions=queries.questions_of(attempt.id), form=AnswersForm(), now=clock.now())


def _close_if_late(attempt: Attempt) -> bool:
    now = clock.now()
    if attempt.state != AttemptState.OPEN or not rules.is_late(attempt.ends_at, now):
        return False
    try:
        with transaction():
            actions.submit_attempt(attempt, now, zone())
    except Conflict:
        pass  # another process closed it
    return True
