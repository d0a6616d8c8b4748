"""Authors' quizzes: all of them, a new one, its questions, settings and people, the bank beside it, publishing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from cases.queries.library import causes
from core import clock
from core.db import transaction
from core.door import requires
from core.errors import Conflict, Invalid
from core.languages import spoken
from core.pages import moment, zone
from people.rules import Permission
from quizzes.actions import quizzes as actions
from quizzes.forms.plans import KIND_NAMES, NewQuizForm, PickerForm, PlanForm, RunForm, SettingsForm, drawn, plan_fields, run_fields, said
from quizzes.models.quizzes import Quiz
from quizzes.queries import draws, plans
from quizzes.queries import picker as bank
from quizzes.queries.picker import PICKER_MOST, PickerFilters
from quizzes.queries.plans import PlanDesk
from quizzes.rules import plan
from quizzes.rules.settings import settings_from

blueprint = Blueprint("quiz_desk", __name__, url_prefix="/manage/quizzes")


@blueprint.get("/")
@requires(Permission.CONTENT_WRITE)
def index() -> str:
    q, purpose, page = request.args.get("q", "").strip()[:80], request.args.get("purpose", ""), request.args.get("page", "1")
    found = plans.desk_page(q, purpose, int(page) if page.isdecimal() and len(page) < 6 else 1)
    return render_template("quiz_desk/index.html", page=found, q=q, purpose=purpose, now=clock.now(), settings_from=settings_from)


@blueprint.get("/new")
@requires(Permission.CONTENT_WRITE)
def new() -> str:
    form = NewQuizForm()
    form.cause.choices = cause_choices()
    return render_template("quiz_desk/new.html", form=form)


@blueprint.post("/new")
@requires(Permission.CONTENT_WRITE)
def make() -> ResponseReturnValue:
    form = NewQuizForm()
    form.cause.choices = cause_choices()
    if not form.validate_on_submit():
        return render_template("quiz_desk/new.html", form=form), 400
    with transaction():
        quiz = actions.create_quiz(said(form.title.data), form.cause.data)
    return redirect(url_for("quiz_desk.edit", slug=quiz.slug), 303)


@blueprint.get("/<slug>")
@requires(Permission.CONTENT_WRITE)
def edit(slug: str) -> str:
    desk = plans.desk(slug)
    return _show(desk, PlanForm(None, data={**plan_fields(desk.document), "seen": str(desk.quiz.saves)}))


@blueprint.post("/<slug>")
@requires(Permission.CONTENT_WRITE)
def write(slug: str) -> ResponseReturnValue:
    """Save the questions; with `do` they are rearranged as well. A script that saves by itself asks for JSON."""
    desk, form, command = plans.desk(slug), PlanForm(), request.form.get("do", "")
    by_itself = request.accept_mimetypes.best == "application/json"
    _offer(form)
    if not form.validate_on_submit():
        if by_itself:
            return {"message": _("Not saved: something here is not right. Save it yourself to see what.")}, 400
        return _show(desk, form), 400
    part = form.part()
    if command:
        made = plan.rearrange({**desk.document, **part}, command)
        part = {"sections": made["sections"], "slots": made["slots"]}
    try:
        seen = _save(slug, part, form)
    except Conflict as conflict:
        if by_itself:
            return {"message": _(conflict.message)}, conflict.status
        return _show(plans.of_quiz(desk.quiz, {**desk.document, **part}), form, conflict), conflict.status
    if by_itself:
        return _said_saved(plans.desk(slug), seen)
    flash(_("Saved."), "safe") if not command else None
    return redirect(url_for("quiz_desk.edit", slug=slug, _anchor=command.rpartition(":")[0].replace(":", "-") or None), 303)


@blueprint.get("/<slug>/settings")
@requires(Permission.CONTENT_WRITE)
def settings(slug: str) -> str:
    quiz, at = plans.quiz_to_set(slug), zone()
    document = quiz.draft or plans.standing_plan(quiz)
    run = {**run_fields(settings_from(document["settings"]), at), "seen": str(quiz.saves)}
    return _show_settings(quiz, RunForm(None, data=run) if quiz.purpose == "case" else SettingsForm(None, data={**document, **run}))


@blueprint.post("/<slug>/settings")
@requires(Permission.CONTENT_WRITE)
def set_up(slug: str) -> ResponseReturnValue:
    """Save how a quiz is run: into its draft, or at once where it is the quiz of a case."""
    quiz = plans.quiz_to_set(slug)
    form = RunForm() if quiz.purpose == "case" else SettingsForm()
    if isinstance(form, SettingsForm):
        form.cause.choices = cause_choices()
    if not form.validate_on_submit():
        return _show_settings(quiz, form), 400
    try:
        if isinstance(form, SettingsForm):
            _save(slug, form.part(zone()), form)
        else:
            with transaction():
                actions.set_settings(slug, form.settings(zone()), _seen(form), clock.now())
    except (Conflict, Invalid) as refusal:
        return _show_settings(plans.quiz_to_set(slug), form, refusal), refusal.status
    flash(_("Saved. Attempts that start from now on get it.") if quiz.purpose == "case" else _("Saved. Learners get it once you publish."), "safe")
    return redirect(url_for("quiz_desk.settings", slug=slug), 303)


@blueprint.get("/<slug>/people")
@requires(Permission.CONTENT_WRITE)
def people(slug: str) -> str:
    """That exceptions are granted, by whom, and how many hold; no author sees whose."""
    quiz = plans.quiz_to_set(slug)
    shown = {"quiz": quiz, "settings": settings_from(quiz.settings), "now": clock.now()}
    return render_template("quiz_desk/people.html", exceptions=plans.count_exceptions(quiz.id), **shown)


@blueprint.get("/<slug>/picker")
@requires(Permission.CONTENT_WRITE)
def picker(slug: str) -> str:
    """Questions of the bank to be added to a section."""
    desk, form = plans.desk(slug), PickerForm(request.args)
    form.kind.choices = [("", _("All kinds")), *KIND_NAMES.items()]
    form.category.choices, form.cause.choices = _categories(_("All categories")), [("", _("All causes")), *cause_choices()[1:]]
    form.tag.choices = [("", _("All tags")), *((tag, tag) for tag in bank.tags())]
    category = form.category.data or ""
    filters = PickerFilters((form.q.data or "")[:100], form.kind.data or "", int(category) if category.isdecimal() and len(category) < 10 else None)
    filters = PickerFilters(filters.q, filters.kind, filters.category, (form.cause.data or "")[:80], (form.tag.data or "")[:60])
    taken = [slot["question"] for slot in desk.document["slots"] if "question" in slot]
    found, total = bank.pick_from_bank(filters, taken)
    place = {"section": request.args.get("section", "0")[:3], "kinds": KIND_NAMES, "most": PICKER_MOST}
    return render_template("quiz_desk/picker.html", desk=desk, form=form, found=found, total=total, **place)


@blueprint.post("/<slug>/questions")
@requires(Permission.CONTENT_WRITE)
def add(slug: str) -> ResponseReturnValue:
    """Put the questions that were ticked at the end of a section."""
    chosen, section = request.form.getlist("question")[: plan.MOST_SLOTS], request.form.get("section", "0")
    with transaction():
        count = actions.add_questions(slug, chosen, int(section) if section.isdecimal() and len(section) < 3 else 0)
    flash(ngettext("%(num)s question was added.", "%(num)s questions were added.", count), "safe")
    return redirect(url_for("quiz_desk.edit", slug=slug), 303)


@blueprint.get("/<slug>/fitting")
@requires(Permission.CONTENT_WRITE)
def fitting(slug: str) -> ResponseReturnValue:
    """How many questions a draw fits as it is entered, for a script."""
    plans.quiz_to_set(slug)
    return {"message": words_of_fit(draws.count_fitting([drawn(request.args)])[0])}


@blueprint.get("/<slug>/preview")
@requires(Permission.CONTENT_WRITE)
def preview(slug: str) -> str:
    """The quiz as a learner is asked it; nothing is recorded, and of a draw one example is shown."""
    desk = plans.desk(slug)
    return render_template("quiz_desk/preview.html", desk=desk, pages=plans.example(desk))


@blueprint.post("/<slug>/publish")
@requires(Permission.CONTENT_WRITE)
def publish(slug: str) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    with transaction():
        quiz = actions.publish_plan(slug, int(seen) if seen.isdecimal() else -1, clock.now())
    flash(_("Published as revision %(number)s. Attempts that start from now on get it.", number=quiz.revision), "safe")
    return redirect(url_for("quiz_desk.edit", slug=slug), 303)


@blueprint.post("/<slug>/close")
@requires(Permission.CONTENT_WRITE)
def close(slug: str) -> ResponseReturnValue:
    with transaction():
        actions.close_quiz(slug, clock.now())
    flash(_("Closed. Nobody starts any more; attempts that run go on to their end."), "safe")
    return redirect(url_for("quiz_desk.settings", slug=slug), 303)


@blueprint.post("/<slug>/copy")
@requires(Permission.CONTENT_WRITE)
def copy(slug: str) -> ResponseReturnValue:
    quiz = plans.quiz_to_set(slug)
    title = {"en": f"{quiz.title('en')} (copy)"[:200], "zh": f"{quiz.title('zh')}（副本）"[:200]}
    with transaction():
        made = actions.copy_quiz(slug, title)
    flash(_("This is the copy. Only authors see it until you publish it."), "safe")
    return redirect(url_for("quiz_desk.edit", slug=made.slug), 303)


@blueprint.post("/<slug>/retire")
@requires(Permission.CONTENT_WRITE)
def retire(slug: str) -> ResponseReturnValue:
    with transaction():
        actions.retire_quiz(slug)
    flash(_("The quiz is taken away. Attempts and their records are kept."), "safe")
    return redirect(url_for("quiz_desk.index"), 303)


@blueprint.post("/<slug>/discard")
@requires(Permission.CONTENT_WRITE)
def discard(slug: str) -> ResponseReturnValue:
    with transaction():
        actions.discard_draft(slug)
    flash(_("The draft is thrown away."), "safe")
    return redirect(url_for("quiz_desk.edit", slug=slug), 303)


def words_of_fit(count: int) -> str:
    """How many questions fit, in words."""
    return str(ngettext("%(num)s question fits.", "%(num)s questions fit.", count))


def cause_choices() -> list[tuple[str, str]]:
    """All causes to choose from, first none."""
    return [("", _("None in particular")), *((cause.slug, cause.name(spoken())) for cause in causes())]


def _categories(none: str) -> list[tuple[str, str]]:
    return [("", none), *((str(line.id), "\u2003" * line.depth + line.name(spoken())) for line in bank.categories())]


def _offer(form: PlanForm) -> None:
    form.offer(_categories(_("All categories")), [("", _("All causes")), *cause_choices()[1:]])


def _seen(form: RunForm | PlanForm) -> int:
    seen = request.form.get("over") or form.seen.data or ""
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1


def _save(slug: str, part: plan.Document, form: RunForm | PlanForm) -> int:
    with transaction():
        return actions.save_plan(slug, part, _seen(form))


def _counts(desk: PlanDesk) -> dict[str, Any]:
    document, kinds = desk.document, desk.kinds
    return {"asked": plan.asked_count(document), "marks": plan.full_marks(document, kinds), "minutes": plan.minutes_needed(document, kinds)}


def _said_saved(desk: PlanDesk, seen: int) -> dict[str, Any]:
    lacks = len(desk.lacks(clock.now()))
    left = ngettext("%(num)s thing left before it can be published", "%(num)s things left before it can be published", lacks)
    return {"seen": seen, "message": _("Saved %(moment)s", moment=moment(clock.now())), "left": left if lacks else ""}


def _show(desk: PlanDesk, form: PlanForm, conflict: Conflict | None = None) -> str:
    _offer(form)
    drawing = {place: slot["draw"] for place, slot in enumerate(desk.document["slots"]) if slot.get("draw")}
    fits = {place: words_of_fit(count) for place, count in zip(drawing, draws.count_fitting(list(drawing.values())), strict=True)}
    more = {"counts": _counts(desk), "lacks": desk.lacks(clock.now()), "fits": fits, "kinds": KIND_NAMES}
    return render_template("quiz_desk/edit.html", desk=desk, form=form, conflict=conflict, now=clock.now(), settings=settings_from(desk.quiz.settings), **more)


def _show_settings(quiz: Quiz, form: RunForm, refusal: Conflict | Invalid | None = None) -> str:
    if isinstance(form, SettingsForm):
        form.cause.choices = cause_choices()
    shown = {"quiz": quiz, "settings": settings_from(quiz.settings), "now": clock.now()}
    return render_template("quiz_desk/settings.html", form=form, refusal=refusal, is_conflict=isinstance(refusal, Conflict), **shown)
