"""The authors' screens: the list of cases, and one case part by part until it is published."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from cases import drafts, rules
from cases.actions import drafts as actions
from cases.actions.library import digest_of
from cases.forms.authoring import FIELD_LABELS, FORMS, PART_LABELS, AuthoredForm, NewCaseForm, PartForm, entered, shown
from cases.queries import drafts as queries
from cases.queries import library
from cases.queries.near_misses import new_count
from cases.views.media import take_files
from core import clock
from core.db import transaction
from core.door import requires, takes
from core.errors import NotFound
from core.languages import spoken
from core.pages import moment
from people.rules import Permission
from uploads.rules import WHOLE_MOST

blueprint = Blueprint("authoring", __name__, url_prefix="/manage/cases")


@blueprint.get("/")
@requires(Permission.CONTENT_WRITE)
def cases() -> str:
    form = AuthoredForm(request.args)
    number = request.args.get("page", "1")
    q, cause, state = ((request.args.get(name) or "").strip()[: rules.SEARCH_MAX] for name in ("q", "cause", "state"))
    filters = queries.AuthoredFilters(q, cause, state, max(1, int(number[:6])) if number.isdecimal() else 1)
    form.cause.choices = [("", _("All causes")), *_causes()]
    form.state.choices = [("", _("All states")), ("published", _("Published")), ("draft", _("With a draft")), ("retired", _("Retired"))]
    names = dict(_causes())
    page = queries.authored(filters, spoken())
    return render_template("authoring/cases.html", page=page, filters=filters, form=form, causes=names, near_misses=new_count())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def new() -> ResponseReturnValue:
    form = NewCaseForm()
    form.cause.choices = [("", _("Not decided yet")), *_causes()]
    if form.validate_on_submit():
        begun = {**drafts.blank_document(), **{key: value for key, value in entered(form.data).items() if key in ("title", "cause", "date")}}
        if any(begun["title"].values()):
            with transaction():
                case = actions.create_draft(current_user.id, begun, clock.now())
            return redirect(url_for("authoring.edit", slug=case.slug, part="head"), 303)
        form.title.form.en.errors = [_("Give it a title in one language.")]
    return render_template("authoring/new.html", form=form), 400 if form.is_submitted() else 200


@blueprint.get("/<slug>")
@requires(Permission.CONTENT_WRITE)
def overview(slug: str) -> str:
    """What is lacking, what was kept, the history, and what readers chose."""
    piece = queries.workpiece(slug)
    return render_template(
        "authoring/overview.html",
        piece=piece,
        lacks=drafts.lacks(piece.document),
        kept=queries.kept_texts(piece.case.id),
        revisions=queries.revisions(piece.case.id),
        counts=queries.choice_counts(piece.case.id),
        parts=PART_LABELS,
    )


@blueprint.get("/<slug>/<any({}):part>".format(", ".join(f'"{part}"' for part in drafts.PARTS)))
@requires(Permission.CONTENT_WRITE)
def edit(slug: str, part: str) -> str:
    piece = queries.workpiece(slug)
    content = drafts.part_of(piece.document, part)
    return _show(piece, part, FORMS[part](None, data={**shown(content), "seen": digest_of(content)}))


@blueprint.post("/<slug>/<any({}):part>".format(", ".join(f'"{part}"' for part in drafts.PARTS)))
@requires(Permission.CONTENT_WRITE)
@takes(WHOLE_MOST + 1)
def save(slug: str, part: str) -> ResponseReturnValue:
    """Save a part; with `do` its rows are rearranged as well. A script that saves by itself asks for JSON."""
    piece, form, now = queries.workpiece(slug), FORMS[part](), clock.now()
    by_itself = request.accept_mimetypes.best == "application/json"
    if not form.validate_on_submit():
        if by_itself:
            return {"message": _("Not saved: something here is not right. Save it yourself to see what.")}, 400
        return _show(piece, part, form), 400
    content = drafts.with_media(drafts.part_of(entered(form.data), part), piece.document)
    problems = take_files(content, current_app.config["MEDIA_FOLDER"])
    if problems:
        return _show(piece, part, form, problems), 400
    command = request.form.get("do", "")
    with transaction():
        saved = actions.save_part(current_user.id, slug, part, content, form.seen.data or "", now, command)
    if saved.is_refused:
        where = url_for("authoring.conflict", slug=slug, kept_id=saved.kept_id)
        if by_itself:
            return {"message": _("Somebody else saved this part first. Your text is kept."), "address": where}, 409
        return _show_conflict(slug, saved.kept_id or 0), 409
    if by_itself:
        return {"seen": saved.digest, "message": _("Saved %(moment)s", moment=moment(now))}
    if command.startswith("remove:"):
        _offer_undo(slug)
    anchor = command.partition(":")[2].replace(":", "-") or None
    return redirect(url_for("authoring.edit", slug=slug, part=part, _anchor=anchor), 303)


@blueprint.get("/<slug>/kept/<id:kept_id>")
@requires(Permission.CONTENT_WRITE)
def conflict(slug: str, kept_id: int) -> str:
    """A kept text beside the one that stands."""
    return _show_conflict(slug, kept_id)


@blueprint.post("/<slug>/kept/<id:kept_id>")
@requires(Permission.CONTENT_WRITE)
def put_back(slug: str, kept_id: int) -> ResponseReturnValue:
    with transaction():
        part = queries.kept_text(queries.workpiece(slug).case.id, kept_id).part
        saved = actions.put_back(current_user.id, slug, kept_id, request.form.get("seen", ""), clock.now())
    if saved.is_refused:
        return _show_conflict(slug, kept_id), 409
    flash(_("It is back in its place. What stood there is kept."), "safe")
    return redirect(url_for("authoring.edit", slug=slug, part=part), 303)


@blueprint.post("/<slug>/kept/<id:kept_id>/throw-away")
@requires(Permission.CONTENT_WRITE)
def throw_away(slug: str, kept_id: int) -> ResponseReturnValue:
    with transaction():
        part = actions.throw_away(slug, kept_id)
    return redirect(url_for("authoring.edit", slug=slug, part=part), 303)


@blueprint.get("/<slug>/changes")
@requires(Permission.CONTENT_WRITE)
def changes(slug: str) -> str:
    """What differs between two revisions, or between the one that stands and the draft."""
    piece = queries.workpiece(slug)
    number = request.args.get("revision", "")
    after = queries.revision_document(piece.case.id, int(number)) if number.isdecimal() else piece.document
    before = queries.revision_document(piece.case.id, int(number) - 1 if number.isdecimal() else piece.case.revision)
    return render_template(
        "authoring/changes.html",
        piece=piece,
        revision=number,
        found=drafts.differences(before, after),
        lacks=drafts.lacks(piece.document),
        parts=PART_LABELS,
        where=_where,
    )


@blueprint.post("/<slug>/publish")
@requires(Permission.CONTENT_WRITE)
def publish(slug: str) -> ResponseReturnValue:
    revision = request.form.get("revision", "")
    with transaction():
        case = actions.publish(current_user.id, slug, int(revision) if revision.isdecimal() else -1, clock.now())
    flash(_("Published as revision %(number)s. It is in the library now.", number=case.revision), "safe")
    return redirect(url_for("authoring.overview", slug=slug), 303)


@blueprint.post("/<slug>/compared")
@requires(Permission.CONTENT_WRITE)
def compared(slug: str) -> ResponseReturnValue:
    """The author has seen what the published case has become meanwhile."""
    with transaction():
        actions.rebase(slug)
    return redirect(url_for("authoring.changes", slug=slug), 303)


@blueprint.post("/<slug>/discard")
@requires(Permission.CONTENT_WRITE)
def discard(slug: str) -> ResponseReturnValue:
    with transaction():
        still_there = actions.discard(slug)
    flash(_("The draft is thrown away."), "safe")
    return redirect(url_for("authoring.overview", slug=slug) if still_there else url_for("authoring.cases"), 303)


@blueprint.post("/<slug>/bring-back")
@requires(Permission.CONTENT_WRITE)
def bring_back(slug: str) -> ResponseReturnValue:
    with transaction():
        actions.bring_back(slug)
    flash(_("The case is back in the library."), "safe")
    return redirect(url_for("authoring.overview", slug=slug), 303)


@blueprint.get("/<slug>/preview")
@requires(Permission.CONTENT_WRITE)
def preview(slug: str) -> str:
    """The case as a learner will see it; choices made here are not recorded."""
    piece = queries.workpiece(slug)
    made = [choice.partition(":") for choice in request.args.getlist("chosen")]
    chosen = {point: choice for point, _colon, choice in made if rules.is_choice(piece.document, point, choice)}
    if request.args.get("open"):
        chosen = {point["id"]: choice["id"] for point in piece.document["decisions"] for choice in point["choices"][:1]}
    undecided = rules.next_decision(piece.document, chosen)
    if undecided and rules.is_choice(piece.document, undecided, request.args.get("choice", "")):
        chosen[undecided] = request.args["choice"]
        undecided = rules.next_decision(piece.document, chosen)
    return render_template(
        "authoring/_preview.html" if request.args.get("bare") else "authoring/preview.html",
        piece=piece,
        document=piece.document,
        cause=next((cause for cause in library.causes() if cause.slug == piece.document["cause"]), None),
        chosen=chosen,
        undecided=undecided,
        timeline=rules.visible_timeline(piece.document, chosen),
        similar=[],
    )


def _causes() -> list[tuple[str, str]]:
    return [(cause.slug, cause.name(spoken())) for cause in library.causes()]


def _show(piece: queries.Workpiece, part: str, form: PartForm, problems: dict[str, str] | None = None) -> str:
    if part == "head":
        form.cause.choices = [("", _("Not decided yet")), *_causes()]  # type: ignore[attr-defined]
        form.also.choices = _causes()  # type: ignore[attr-defined]
        names = library.term_names()
        for name, kind in (("country", "country"), ("industry", "industry"), ("substances", "substance")):
            known = sorted(((code, text[spoken()]) for (of, code), text in names.items() if of == kind), key=lambda pair: pair[1])
            form[name].choices = known if name == "substances" else [("", _("Not chosen yet")), *known]
    sources = [(source["id"], _source_name(number, source)) for number, source in enumerate(piece.document["sources"], 1)]
    questions = {point["id"]: point["question"] for point in piece.document["decisions"]}
    return render_template(
        "authoring/edit.html",
        piece=piece,
        part=part,
        parts=PART_LABELS,
        form=form,
        problems=problems or {},
        sources=sources,
        questions=questions,
        media=drafts.part_of(piece.document, part),
        lacks=drafts.lacks(piece.document),
    )


def _where(path: tuple[str, ...]) -> str:
    """Where a text stands, in words: names of fields, and ids of rows as they are."""
    return " · ".join(str(FIELD_LABELS.get(step, step)) for step in path)


def _source_name(number: int, source: dict[str, Any]) -> str:
    return str(source["title"] or source["publisher"] or number)


def _show_conflict(slug: str, kept_id: int) -> str:
    piece = queries.workpiece(slug)
    kept = next((line for line in queries.kept_texts(piece.case.id) if line.id == kept_id), None)
    if kept is None:
        raise NotFound()
    standing = drafts.part_of(piece.document, kept.part)
    mine = drafts.settled({**piece.document, **kept.content})
    return render_template(
        "authoring/conflict.html",
        piece=piece,
        kept=kept,
        parts=PART_LABELS,
        where=_where,
        seen=digest_of(standing),
        found=drafts.differences(standing, drafts.part_of(mine, kept.part)),
    )


def _offer_undo(slug: str) -> None:
    kept = next(line for line in queries.kept_texts(queries.workpiece(slug).case.id) if line.reason == "removed")
    flash(f"{url_for('authoring.conflict', slug=slug, kept_id=kept.id)}", "undo")
