"""One question of the bank for its authors: writing it with a preview, its revisions, where it is used, its picture."""

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import cases.queries.drafts
from cases.queries.library import case_by_slug
from core import clock, files
from core.db import transaction
from core.door import requires, takes
from core.errors import MESSAGES, Conflict, DomainError, Invalid, NotFound
from core.languages import said, spoken
from core.pictures import MOST_BYTES, shrink, size_of
from people.rules import Permission
from quizzes import drafts
from quizzes.actions import bank
from quizzes.forms.bank import KIND_HINTS, KINDS, PLACES, QuestionForm
from quizzes.queries import questions as queries
from quizzes.queries.questions import QuestionDesk
from quizzes.rules import soundness, writing
from quizzes.rules.preview import preview
from quizzes.rules.sent import gathered
from quizzes.views.bank import blueprint as blueprint  # with both files' pages
from quizzes.views.bank import category_choices, cause_names


@blueprint.get("/new")
@requires(Permission.CONTENT_WRITE)
def new() -> str:
    """Without a kind, the kinds to choose from."""
    kind = request.args.get("kind", "")
    if kind not in KINDS:
        return render_template("bank/new.html", kinds=KINDS, hints=KIND_HINTS, category=request.args.get("category", ""))
    begun = {**writing.named(writing.blank_draft(kind)), "category": request.args.get("category", "")}
    return _show(None, QuestionForm(None, data=begun))


@blueprint.get("/<id:question_id>")
@requires(Permission.CONTENT_WRITE)
def edit(question_id: int) -> str:
    desk = queries.question_desk(question_id)
    return _show(desk, QuestionForm(None, data=_begun(desk)))


@blueprint.post("/new")
@requires(Permission.CONTENT_WRITE)
@takes(MOST_BYTES // 2**20 + 1)
def make() -> ResponseReturnValue:
    return _write(None)


@blueprint.post("/<id:question_id>")
@requires(Permission.CONTENT_WRITE)
@takes(MOST_BYTES // 2**20 + 1)
def write(question_id: int) -> ResponseReturnValue:
    return _write(queries.question_desk(question_id))


def _begun(desk: QuestionDesk) -> dict[str, Any]:
    question = desk.question
    kept = {"title": question.title, "category": str(question.category_id or ""), "cause": question.cause or "", "case": question.case_slug or ""}
    kept |= {"difficulty": str(question.difficulty or ""), "tags": ", ".join(desk.tags), "seen": str(question.revision)}
    return {**writing.named(writing.flat(desk.content)), **kept, "seen_at": question.changed_at.isoformat() if question.changed_at else ""}


def _write(desk: QuestionDesk | None) -> ResponseReturnValue:
    """Save the question; with `do` nothing is saved, and the page comes back with rows rearranged, checked, or its preview answered."""
    form, command = QuestionForm(), request.form.get("do", "")
    fill_choices(form)
    if form.kind.data not in KINDS or (desk and not writing.may_become(desk.content["kind"], form.kind.data)):
        raise Invalid(MESSAGES[400])
    problem = _take_picture(form)
    if not form.validate_on_submit() or problem:
        return _show(desk, form, unsaved=True, problem=problem), 400
    draft, before = writing.named(form.draft()), desk.question.revision if desk else 0
    if command:
        if command not in ("check", "mark"):
            draft = writing.named(writing.rearrange(draft, command))
        return _show(desk, _again(form, draft), unsaved=True, marked=command == "mark")
    try:
        with transaction():
            kept = bank.keep_question(
                desk.question.id if desk else None, writing.whole(draft, desk.content if desk else None), _keeping(form), current_user, clock.now()
            )
    except (Conflict, Invalid) as error:
        standing = queries.question_desk(desk.question.id) if desk else None
        return _show(standing, _again(form, draft), unsaved=True, refusal=error), error.status
    flash(_("Saved as revision %(number)s. Attempts that start from now on get it.", number=kept.revision) if kept.revision != before else _("Saved."), "safe")
    return redirect(url_for("bank.edit", question_id=kept.id), 303)


def _again(form: QuestionForm, draft: writing.Draft) -> QuestionForm:
    """The form with the draft's rows, and everything else as it was typed."""
    names = ("seen", "seen_at", "case", "title", "category", "cause", "difficulty", "tags")
    return QuestionForm(None, data={**draft, **{name: form[name].data for name in names}})


def _keeping(form: QuestionForm) -> bank.Keeping:
    over, seen, at = request.form.get("over", ""), form.seen.data or "", form.seen_at.data or ""
    seen, at = (over.partition(" ")[0], over.partition(" ")[2]) if over else (seen, at)
    return bank.Keeping(
        title=form.title.data or "",
        category_id=int(form.category.data) if form.category.data else None,
        cause=form.cause.data or None,
        case_slug=form.case.data or None,
        difficulty=int(form.difficulty.data) if form.difficulty.data else None,
        tags=form.tag_list,
        seen=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        seen_at=_moment(at),
    )


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None
    except (ValueError, OverflowError):
        return None


def _take_picture(form: QuestionForm) -> str:
    """Keep a picture that was sent, and put it into the form; what is wrong with it."""
    file = request.files.get("upload")
    if not file or not file.filename:
        return ""
    try:
        body = shrink(file.read())
    except DomainError as error:
        return str(_(error.message, **error.values))
    width, height = size_of(body)
    stored = files.store_bytes(body, current_app.config["MEDIA_FOLDER"])
    form.picture.form.file.data, form.picture.form.width.data, form.picture.form.height.data = stored, str(width), str(height)
    return ""


def fill_choices(form: QuestionForm) -> None:
    """What the selects of a question offer: categories, causes, published cases, and the parts of the case that is chosen."""
    found, _loose = queries.branches(spoken())
    form.category.choices = [("", _("None")), *category_choices(found)]
    form.cause.choices = [("", _("None")), *cause_names().items()]
    published = queries.published_cases(spoken())
    slug, part = form.case.data or "", form.part.data or ""
    retired = [(slug, slug)] if slug and slug not in dict(published) else []
    form.case.choices = [("", _("None")), *published, *retired]
    parts = _parts(slug)
    if part and part not in [name for name, _label in parts]:
        parts.append((part, part))
    form.part.choices = [("", _("Not chosen yet")), *parts]
    words = [(word.form.id.data or "", said(word.form.text.data, spoken()) or str(place)) for place, word in enumerate(form.words, 1)]
    for gap in form.gaps:
        gap.form.right.choices = [("", _("Not chosen yet")), *words]


def _parts(slug: str) -> list[tuple[str, str]]:
    case = case_by_slug(slug) if slug else None
    if case is None or not case.revision:
        return []
    document = cases.queries.drafts.revision_document(case.id, case.revision)
    return [(name, f"{_(label)}{': ' if text else ''}{said(text, spoken())[:80]}") for name, label, text in drafts.part_names(document)]


def _show(
    desk: QuestionDesk | None, form: QuestionForm, unsaved: bool = False, refusal: DomainError | None = None, problem: str = "", marked: bool = False
) -> str:
    fill_choices(form)
    content = writing.whole(writing.named(form.draft()), desk.content if desk else None)
    found = soundness.problems(content)
    return render_template(
        "bank/edit.html",
        desk=desk,
        form=form,
        kind=form.kind.data,
        kinds=KINDS,
        content=content,
        problems=found,
        problem=problem,
        preview=None if found else preview(content, _answer(content["kind"]) if marked else None),
        twins=desk.twins if desk else [],
        unsaved=unsaved,
        refusal=refusal,
        changes=writing.differences(desk.content, content) if desk and isinstance(refusal, Conflict) else [],
        where=where,
    )


def _answer(kind: str) -> list[str]:
    """What was answered in the preview."""
    sent = request.form
    return gathered(kind, sent.getlist("answer-1"), sent.get("unit-1", ""), sent.getlist("x-1"), sent.getlist("y-1"))


def where(path: tuple[str, ...]) -> str:
    """Where a text stands in a question, in words: names of its parts, and ids of rows as they are."""
    return " · ".join(str(PLACES.get(step, step)) for step in path)


@blueprint.get("/<id:question_id>/revisions")
@requires(Permission.CONTENT_WRITE)
def revisions(question_id: int) -> str:
    """All revisions, and what one of them changed."""
    desk, rows = queries.question_desk(question_id), queries.revisions_of(question_id)
    number = request.args.get("revision", "")
    shown = int(number) if number.isdecimal() and len(number) < 10 else desk.question.revision
    contents = {revision.number: revision.content for revision, _person in rows}
    if shown not in contents:
        raise NotFound()
    found = writing.differences(contents[shown - 1], contents[shown]) if shown - 1 in contents else []
    return render_template("bank/revisions.html", desk=desk, kinds=KINDS, rows=rows, shown=shown, found=found, where=where)


@blueprint.post("/<id:question_id>/revisions/<id:number>")
@requires(Permission.CONTENT_WRITE)
def take_up(question_id: int, number: int) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    with transaction():
        question = bank.take_up(question_id, number, int(seen) if seen.isdecimal() and len(seen) < 10 else 0, current_user, clock.now())
    flash(_("It says again what revision %(old)s said, as revision %(number)s.", old=number, number=question.revision), "safe")
    return redirect(url_for("bank.revisions", question_id=question_id), 303)


@blueprint.get("/<id:question_id>/use")
@requires(Permission.CONTENT_WRITE)
def use(question_id: int) -> str:
    """Where the question is used, and how it went."""
    desk = queries.question_desk(question_id)
    return render_template("bank/use.html", desk=desk, kinds=KINDS, uses=queries.uses_of(desk.question))


@blueprint.post("/<id:question_id>/retired")
@requires(Permission.CONTENT_WRITE)
def retire(question_id: int) -> ResponseReturnValue:
    """Retire a question, or with `back` bring it back."""
    back = bool(request.form.get("back"))
    with transaction():
        bank.set_retired(question_id, not back, clock.now())
    flash(_("It is back: new attempts may ask it.") if back else _("Retired: no new attempt asks it. What was answered stays."), "safe")
    return redirect(url_for("bank.use", question_id=question_id), 303)
