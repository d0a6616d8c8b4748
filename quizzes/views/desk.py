"""Writing the quiz of a case."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cases import rules as rules_of_cases
from core import clock
from core.db import transaction
from core.door import requires
from core.errors import Conflict, DomainError, Invalid
from core.languages import said, spoken
from people.rules import Permission
from quizzes import drafts
from quizzes.actions import loading
from quizzes.forms.desk import KIND_LABELS, QuizForm
from quizzes.forms.plans import KIND_NAMES
from quizzes.queries.desk import QuizDesk, quiz_desk

authoring = Blueprint("quiz_authoring", __name__, url_prefix="/manage/cases")


@authoring.get("/<slug>/quiz")
@requires(Permission.CONTENT_WRITE)
def edit(slug: str) -> str:
    desk = quiz_desk(slug)
    return _show_desk(desk, QuizForm(None, data={**desk.draft, "seen": desk.digest}))


@authoring.post("/<slug>/quiz")
@requires(Permission.CONTENT_WRITE)
def write(slug: str) -> ResponseReturnValue:
    """Save the whole quiz; with `do` nothing is saved, and the page comes back with its rows rearranged, checked, or begun from the case."""
    desk, form, command = quiz_desk(slug), QuizForm(), request.form.get("do", "")
    if not form.validate_on_submit():
        return _show_desk(desk, form, unsaved=True), 400
    if command:
        made = drafts.obey(drafts.with_kept(form.draft(), desk.standing), command, desk.document)
        return _show_desk(desk, QuizForm(None, data={**made, "seen": form.seen.data}), unsaved=True)
    try:
        with transaction():
            changed = loading.write_quiz(slug, form.draft(), request.form.get("over") or form.seen.data or "", clock.now())
    except (Conflict, Invalid) as error:
        return _show_desk(quiz_desk(slug), form, unsaved=True, refusal=error), error.status
    flash(_("Saved. Attempts that start from now on get it.") if changed else _("Nothing had changed."), "safe")
    return redirect(url_for("quiz_authoring.edit", slug=slug), 303)


def _show_desk(desk: QuizDesk, form: QuizForm, unsaved: bool = False, refusal: DomainError | None = None) -> str:
    named = [(name, f"{_(label)}{': ' if text else ''}{said(text, spoken())[:80]}") for name, label, text in drafts.part_names(desk.document)]
    for question in form.questions:
        question.form.part.choices = [("", _("Not chosen yet")), *named]
    draft = drafts.with_kept(form.draft(), desk.standing)
    return render_template(
        "quiz_authoring/edit.html",
        desk=desk,
        form=form,
        draft=draft,
        lacks=drafts.lacks(draft, rules_of_cases.parts(desk.document)),
        hints=drafts.hints(draft),
        kinds=KIND_LABELS,
        all_kinds=KIND_NAMES,
        unsaved=unsaved,
        refusal=refusal,
        standing=desk.draft if isinstance(refusal, Conflict) else None,
    )
