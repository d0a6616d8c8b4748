"""Marking what only a person can, and marking a question anew: without names."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from core import clock, jobs
from core.db import transaction
from core.door import requires
from core.errors import N_, Conflict, Invalid, NotFound
from core.languages import spoken
from core.pages import zone
from people.rules import Permission
from quizzes.actions import grading as actions
from quizzes.actions import regrading
from quizzes.forms.grading import METHOD_LABELS, ChangeForm, MarksForm, RegradeForm
from quizzes.queries import grading, supervising
from quizzes.queries import regrading as regrading_queries
from quizzes.queries.grading import Desk
from quizzes.queries.regrading import Preview, Standing
from quizzes.rules.grading import PREVIEW_AT_ONCE, REGRADE_AT_ONCE, Method
from quizzes.rules.wording import marks_words, plain, question_words, right_words
from quizzes.views.attempt_tables import TABLES, send_csv, send_xlsx

blueprint = Blueprint("grading", __name__, url_prefix="/manage")


@blueprint.get("/marking")
@requires(Permission.CONTENT_WRITE)
def queue() -> str:
    """What waits for a mark, the oldest first; and every quiz that was tried, to export its attempts."""
    lines, quizzes = grading.queue(current_user), supervising.quizzes_with_attempts()
    return render_template("grading/queue.html", lines=lines, quizzes=quizzes, words=question_words)


@blueprint.get("/marking/<id:question_id>")
@requires(Permission.CONTENT_WRITE)
def desk(question_id: int) -> ResponseReturnValue:
    """One answer after the other. When none is left, back to the queue, or to those that were passed over."""
    after = request.args.get("after", "")
    found = grading.desk(current_user, question_id, int(after) if after.isdecimal() and len(after) < 10 else None)
    if found.script is None and found.waiting and after:
        return redirect(url_for("grading.desk", question_id=question_id), 303)
    if found.script is None:
        return redirect(url_for("grading.queue"), 303)
    return _show_desk(found, MarksForm(found.script.marks, formdata=None))


@blueprint.post("/marking/<id:question_id>/<id:attempt_id>/<id:number>")
@requires(Permission.CONTENT_WRITE)
def mark(question_id: int, attempt_id: int, number: int) -> ResponseReturnValue:
    """Mark one answer, and on to the next."""
    script = grading.script(current_user, question_id, attempt_id, number)
    form = MarksForm(script.marks)
    if not form.validate_on_submit():
        waiting = grading.desk(current_user, question_id)
        return _show_desk(Desk(question_id, waiting.uid, script, waiting.waiting), form), 400
    try:
        with transaction():
            finished = actions.give_marks(current_user, attempt_id, number, form.given, form.comment.data or "", clock.now(), zone())
        flash(_("Marked. The result of this attempt stands now.") if finished else _("Marked."), "safe")
    except Conflict as error:
        flash(_(error.message), "warn")
    return redirect(url_for("grading.desk", question_id=question_id, after=attempt_id), 303)


@blueprint.get("/marking/<id:question_id>/marked")
@requires(Permission.CONTENT_WRITE)
def marked(question_id: int) -> str:
    """Answers that were marked, to look at or to change."""
    before = request.args.get("before", "")
    question = grading.desk(current_user, question_id)
    lines, more = grading.marked_scripts(current_user, question_id, spoken(), int(before) if before.isdecimal() and len(before) < 10 else None)
    return render_template("grading/marked.html", desk=question, lines=lines, more=more, say=marks_words)


@blueprint.get("/marking/<id:question_id>/<id:attempt_id>/<id:number>/change")
@requires(Permission.CONTENT_WRITE)
def change(question_id: int, attempt_id: int, number: int) -> str:
    script = grading.script(current_user, question_id, attempt_id, number)
    if script.given is None:
        raise Conflict(N_("This answer has no mark yet."))
    form = ChangeForm(script.marks, formdata=None, data={"seen": script.earned, "marks": marks_words(script.given)})
    return render_template("grading/change.html", question_id=question_id, script=script, form=form, words=question_words, plain=plain, say=marks_words)


@blueprint.post("/marking/<id:question_id>/<id:attempt_id>/<id:number>/change")
@requires(Permission.CONTENT_WRITE)
def change_mark(question_id: int, attempt_id: int, number: int) -> ResponseReturnValue:
    script = grading.script(current_user, question_id, attempt_id, number)
    form = ChangeForm(script.marks)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_marks(current_user, attempt_id, number, form.seen.data or "", form.given, form.comment.data or "", clock.now(), zone())
        except (Conflict, Invalid) as error:
            form.marks.errors = [_(error.message)]
        else:
            flash(_("The mark is changed. The old one is kept in the history."), "safe")
            return redirect(url_for("grading.marked", question_id=question_id), 303)
    page = render_template("grading/change.html", question_id=question_id, script=script, form=form, words=question_words, plain=plain, say=marks_words)
    return page, 400


@blueprint.get("/questions/<id:question_id>/regrade")
@requires(Permission.CONTENT_WRITE)
def regrade(question_id: int) -> ResponseReturnValue:
    """What marking a question anew would change. Of very many attempts a job finds out."""
    stands, method = regrading_queries.standing(question_id), _method()
    counts = regrading_queries.count_attempts(question_id)
    if job := request.args.get("job", ""):
        result = jobs.job_of(current_user.id, int(job) if job.isdecimal() and len(job) < 10 else 0).result or {}
        if result.get("revision") == stands.question.revision and result.get("question") == question_id:
            return _show_regrade(stands, Method(result["method"]), regrading_queries.preview_from(result["preview"]))
    if counts[True] > PREVIEW_AT_ONCE:
        return _ask_job("regrade-preview", stands, {"method": method})
    return _show_regrade(stands, method, regrading_queries.preview(stands, method, counts[False]))


@blueprint.post("/questions/<id:question_id>/regrade")
@requires(Permission.CONTENT_WRITE)
def apply_regrade(question_id: int) -> ResponseReturnValue:
    """Mark a question anew, as the preview said."""
    stands, form, counts = regrading_queries.standing(question_id), RegradeForm(), regrading_queries.count_attempts(question_id)
    if not form.validate_on_submit():
        method = Method(form.method.data) if form.method.data in list(Method) else Method.KEY
        return _show_regrade(stands, method, regrading_queries.preview(stands, method, counts[False]), form), 400
    asked = {"method": form.method.data, "seen": form.seen.data, "reason": form.reason.data}
    if counts[True] > REGRADE_AT_ONCE:
        return _ask_job("regrade", stands, asked)
    with transaction():
        method, seen, reason = Method(form.method.data), form.seen.data or 0, form.reason.data or ""
        _looked, changed, _last = regrading.regrade(current_user.id, question_id, method, seen, reason, (0, 0), clock.now(), zone())
    flash(ngettext("Marked anew. %(num)s mark has changed.", "Marked anew. %(num)s marks have changed.", changed), "safe")
    return redirect(url_for("grading.regrade", question_id=question_id), 303)


@blueprint.get("/marking/quizzes/<slug>/export.xlsx")
@requires(Permission.CONTENT_WRITE)
def export_xlsx(slug: str) -> ResponseReturnValue:
    """All attempts at a quiz without names."""
    quiz, titles = supervising.quiz_with_attempts(slug), {"attempts": _("Attempts"), "answers": _("Answers")}
    return send_xlsx(((titles[name], table(quiz, None, spoken())) for name, table in TABLES.items()), f"{slug}-attempts")


@blueprint.get("/marking/quizzes/<slug>/<what>.csv")
@requires(Permission.CONTENT_WRITE)
def export_csv(slug: str, what: str) -> ResponseReturnValue:
    if what not in TABLES:
        raise NotFound()
    return send_csv(TABLES[what](supervising.quiz_with_attempts(slug), None, spoken()), f"{slug}-{what}")


def _ask_job(kind: str, stands: Standing, more: dict[str, object]) -> ResponseReturnValue:
    back = url_for("grading.regrade", question_id=stands.question.id)
    arguments = {
        "language": spoken(),
        "title": _("Looking at every attempt") if kind == "regrade-preview" else _("Marking anew"),
        "back": back if kind == "regrade" else url_for("grading.queue"),
        "then": f"{back}?job={{job}}" if kind == "regrade-preview" else back,
        "question": stands.question.id,
        "by": current_user.id,
        **more,
    }
    with transaction():
        job = jobs.ask_for(kind, current_user.id, arguments, clock.now())
    jobs.run_apart(job)
    return redirect(url_for("ops.job", job_id=job.id), 303)


def _method() -> Method:
    asked = request.args.get("method", "")
    return Method(asked) if asked in list(Method) else Method.KEY


def _show_desk(found: Desk, form: MarksForm) -> str:
    return render_template("grading/desk.html", desk=found, script=found.script, form=form, words=question_words, plain=plain)


def _show_regrade(stands: Standing, method: Method, preview: Preview, form: RegradeForm | None = None) -> str:
    form = form or RegradeForm(formdata=None, data={"seen": stands.question.revision, "method": method})
    return render_template(
        "grading/regrade.html",
        stands=stands,
        method=method,
        methods=METHOD_LABELS,
        preview=preview,
        form=form,
        words=question_words,
        right=right_words,
        say=marks_words,
    )
