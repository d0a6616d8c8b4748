"""Team meetings: a case on one screen, step by step, with a show of hands and the roll."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import cases.queries.reading
from core import clock
from core.db import transaction
from core.door import requires
from core.errors import DomainError
from core.languages import spoken
from core.pages import zone
from learning import actions, rules
from learning.forms import HandsForm, MoveForm, NewMeetingForm, RollForm, move_form
from learning.queries import meetings as queries
from learning.rules import Show
from people.queries import departments_supervised_by, offered
from people.rules import Permission

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")


@blueprint.get("/")
@requires(Permission.RECORD_SUPERVISE)
def meetings() -> str:
    before = request.args.get("before", "")
    lines, after = queries.meetings(current_user, int(before) if before.isdecimal() and len(before) < 10 else None)
    return render_template("meetings/meetings.html", lines=lines, after=after, before=before)


@blueprint.get("/new")
@requires(Permission.RECORD_SUPERVISE)
def new() -> str:
    page = cases.queries.reading.case_page(request.args.get("case", ""), current_user.id)
    return _show_new(page, _new_form(case=page.slug))


@blueprint.post("/")
@requires(Permission.RECORD_SUPERVISE)
def start() -> ResponseReturnValue:
    form = _new_form()
    page = cases.queries.reading.case_page(form.case.data or "", current_user.id)
    if not form.validate_on_submit():
        return _show_new(page, form), 400
    with transaction():
        meeting = actions.start_meeting(current_user, page, form.department.data, clock.now())
    return redirect(url_for("meetings.stage", meeting_id=meeting.id), 303)


@blueprint.get("/<id:meeting_id>")
@requires(Permission.RECORD_SUPERVISE)
def stage(meeting_id: int) -> ResponseReturnValue:
    """The screen that the meeting has come to; of one that has ended, its protocol."""
    stage = queries.stage(current_user, meeting_id)
    if stage.meeting.ended_at is not None:
        return redirect(url_for("meetings.protocol", meeting_id=meeting_id), 303)
    return _show(stage, move_form(stage.scene.point, stage.hands), RollForm())


@blueprint.post("/<id:meeting_id>/step")
@requires(Permission.RECORD_SUPERVISE)
def move(meeting_id: int) -> ResponseReturnValue:
    with transaction():
        stage = queries.stage(current_user, meeting_id)
        form = move_form(stage.scene.point if stage.scene.show is Show.DECISION else None, stage.hands)
        if not form.validate_on_submit():
            return _show(stage, form, RollForm()), 400
        hands = form.hands(stage.scene.point) if isinstance(form, HandsForm) and stage.scene.point else {}
        actions.move_meeting(stage, form.step.data or 0, form.move.data or "", hands)
    return redirect(url_for("meetings.stage", meeting_id=meeting_id), 303)


@blueprint.post("/<id:meeting_id>/roll")
@requires(Permission.RECORD_SUPERVISE)
def roll(meeting_id: int) -> ResponseReturnValue:
    """Keep who is ticked, and look for others."""
    form = RollForm()
    with transaction():
        stage = queries.stage(current_user, meeting_id)
        if not form.validate_on_submit():
            return _show(stage, MoveForm(), form), 400
        actions.keep_roll(current_user, stage, form.present.data or [])
    return _show(stage, MoveForm(), form)


@blueprint.post("/<id:meeting_id>/end")
@requires(Permission.RECORD_SUPERVISE)
def end(meeting_id: int) -> ResponseReturnValue:
    form = RollForm()
    stage = queries.stage(current_user, meeting_id)
    try:
        with transaction():
            actions.end_meeting(current_user, stage, form.present.data or [], clock.now(), zone())
    except DomainError as error:
        return _show(stage, MoveForm(), form, refusal=error), error.status
    return redirect(url_for("meetings.stage", meeting_id=meeting_id), 303)


@blueprint.post("/<id:meeting_id>/discard")
@requires(Permission.RECORD_SUPERVISE)
def discard(meeting_id: int) -> ResponseReturnValue:
    with transaction():
        actions.discard_meeting(queries.stage(current_user, meeting_id))
    flash(_("The meeting was thrown away. Nothing of it was recorded."), "safe")
    return redirect(url_for("meetings.meetings"), 303)


@blueprint.get("/<id:meeting_id>/protocol")
@requires(Permission.RECORD_SUPERVISE)
def protocol(meeting_id: int) -> str:
    page = queries.protocol(current_user, meeting_id)
    points = [scene.point for scene in rules.scenes(page.document) if scene.show is Show.DECISION and scene.point]
    return render_template("meetings/protocol.html", page=page, points=points, now=clock.now())


def _new_form(**values: str) -> NewMeetingForm:
    form = NewMeetingForm(**values)
    lines = offered(departments_supervised_by(current_user))
    form.department.choices = [(line.id, "\u2003" * (line.depth - lines[0].depth) + line.name(spoken())) for line in lines]
    return form


def _show_new(page: cases.queries.reading.CasePage, form: NewMeetingForm) -> str:
    return render_template("meetings/new.html", page=page, form=form, most=rules.meeting_most(page.minutes))


def _show(stage: queries.Stage, form: MoveForm, ticks: RollForm, refusal: DomainError | None = None) -> str:
    """One screen of the meeting: nothing of a later one is in it."""
    roll = queries.roll(current_user, stage, ticks.q.data or "") if stage.scene.show is Show.ROLL else None
    minutes = rules.minutes_met(stage.meeting.started_at, clock.now(), stage.meeting.stated)
    return render_template("meetings/stage.html", stage=stage, scene=stage.scene, form=form, ticks=ticks, roll=roll, minutes=minutes, refusal=refusal)
