"""Near misses: what employees send in, and what authors make of it."""

import secrets
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from cases import near_misses as rules
from cases.actions import near_misses as actions
from cases.forms.near_misses import AnswerForm, CaseFromForm, NearMissForm
from cases.near_misses import Telling
from cases.queries import near_misses as queries
from cases.queries.library import causes
from core import clock, files, pictures
from core.config import MEGABYTE
from core.db import transaction
from core.door import requires, takes
from core.errors import DomainError, Invalid
from core.languages import spoken
from core.pages import today
from people.queries import names_on_path
from people.rules import Permission

blueprint = Blueprint("near_misses", __name__, url_prefix="/near-misses")
desk = Blueprint("near_miss_desk", __name__, url_prefix="/manage/near-misses")


@blueprint.get("/")
@requires(Permission.CASE_STUDY)
def mine() -> str:
    """What I sent in, and what became of it."""
    return render_template("near_misses/mine.html", lines=queries.sent_by(current_user.id, spoken()))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CASE_STUDY)
@takes(pictures.MOST_BYTES // MEGABYTE + 1)
def new() -> ResponseReturnValue:
    form = NearMissForm()
    if not form.is_submitted():
        form.token.data = secrets.token_hex(16)
        return render_template("near_misses/new.html", form=form, refusal=None)
    if not form.validate():
        return render_template("near_misses/new.html", form=form, refusal=None), 400
    try:
        _send(form)
    except Invalid as error:
        form.photo.errors = [_(error.message, **error.values)]
        return render_template("near_misses/new.html", form=form, refusal=None), 400
    except DomainError as error:
        return render_template("near_misses/new.html", form=form, refusal=error), error.status
    flash(_("It has arrived. You will see here what comes of it."), "safe")
    return redirect(url_for("near_misses.mine"), 303)


@blueprint.get("/<id:near_miss_id>/photo")
@requires(Permission.CASE_STUDY)
def photo(near_miss_id: int) -> ResponseReturnValue:
    """The photograph, for its sender and for authors; not kept by a browser that others use too."""
    response = files.serve(_folder(), queries.photo_for(current_user, near_miss_id))
    response.headers["Cache-Control"] = "no-store"
    return response


@desk.get("/")
@requires(Permission.CONTENT_WRITE)
def received() -> str:
    page = request.args.get("page", "1")
    return render_template("near_miss_desk/received.html", page=queries.received(max(1, int(page[:6])) if page.isdecimal() else 1))


@desk.get("/<id:near_miss_id>")
@requires(Permission.CONTENT_WRITE)
def opened(near_miss_id: int) -> str:
    line = queries.received_one(near_miss_id)
    return render_template("near_miss_desk/opened.html", line=line, form=AnswerForm(answer=line.answer))


@desk.post("/<id:near_miss_id>")
@requires(Permission.CONTENT_WRITE)
def answer(near_miss_id: int) -> ResponseReturnValue:
    """Tell the sender something, and with `do=put-aside` that no case will come of it."""
    line, form, put_aside = queries.received_one(near_miss_id), AnswerForm(), request.form.get("do") == "put-aside"
    if not form.validate_on_submit():
        return render_template("near_miss_desk/opened.html", line=line, form=form), 400
    with transaction():
        actions.answer(near_miss_id, form.answer.data or "", clock.now(), put_aside)
    flash(_("Put aside. The sender sees that it was read.") if put_aside else _("The sender sees your answer."), "safe")
    return redirect(url_for("near_miss_desk.received" if put_aside else "near_miss_desk.opened", near_miss_id=None if put_aside else near_miss_id), 303)


@desk.post("/<id:near_miss_id>/take-up")
@requires(Permission.CONTENT_WRITE)
def take_up(near_miss_id: int) -> ResponseReturnValue:
    with transaction():
        actions.take_up(near_miss_id)
    return redirect(url_for("near_miss_desk.opened", near_miss_id=near_miss_id), 303)


@desk.route("/<id:near_miss_id>/case", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
def make_case(near_miss_id: int) -> ResponseReturnValue:
    """The texts without names, for the author to check; then a draft begins with them."""
    line, now = queries.received_one(near_miss_id), clock.now()
    told = line.told
    form = CaseFromForm(title=rules.title_from(told.happened, line.language), happened=told.happened, place=told.place, outcome=told.outcome)
    form.cause.choices = [("", _("Not decided yet")), *((cause.slug, cause.name(spoken())) for cause in causes())]
    if not form.validate_on_submit():
        return render_template("near_miss_desk/make_case.html", line=line, form=form), 400 if form.is_submitted() else 200
    checked = Telling(form.happened.data or "", form.place.data or "", form.outcome.data or "")
    taken = line.photo if form.take_photo.data and line.photo else ""
    company = names_on_path(current_user.department_path)[0].name(checked.language)
    document = rules.case_from(checked, form.title.data or "", form.cause.data or "", taken, company, today(now).year)
    with transaction():
        case = actions.make_case(current_user.id, near_miss_id, document, now)
        if taken:
            files.store(_folder() / taken, current_app.config["MEDIA_FOLDER"])
    return redirect(url_for("authoring.edit", slug=case.slug, part="head"), 303)


def _send(form: NearMissForm) -> None:
    sent = form.photo.data.read(pictures.MOST_BYTES + 1) if form.photo.data else b""
    picture = pictures.shrink(sent) if sent else b""
    told = Telling(form.happened.data or "", form.place.data or "", form.outcome.data or "")
    with transaction():
        near_miss_id = actions.send(current_user.id, form.token.data or "", told, clock.now())
        if picture:
            actions.add_photo(near_miss_id, files.store_bytes(picture, _folder()))


def _folder() -> Path:
    """Beside the films, which everybody may fetch who knows a name; nobody may fetch from here but through this view."""
    return Path(current_app.config["MEDIA_FOLDER"]) / "near-misses"
