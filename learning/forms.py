"""The filters of supervision, and the forms of a team meeting."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from cases.rules import Document
from core.forms import BaseForm
from learning.rules import MOST_HANDS, Cell, State, counted

STATE_LABELS = {
    State.DONE: _l("Done"),
    State.OVERDUE: _l("Overdue"),
    State.FAILING: _l("Quiz not passed"),
    State.DUE: _l("Due soon"),
    State.OPEN: _l("In time"),
}

CELL_LABELS = {
    Cell.DONE: _l("Done"),
    Cell.FAILED: _l("Not passed"),
    Cell.OVERDUE: _l("Overdue"),
    Cell.DUE: _l("Due soon"),
    Cell.READ: _l("Studied"),
    Cell.OPEN: _l("Not started"),
}

# How a line of a record was proved, where the page says more than the result.
PROOF_LABELS = {
    "decision-and-time": _l("Own decision, time measured"),
    "marked-by-server": _l("Marked by the server"),
    "marked-by-person": _l("Marked by a person"),
    "team-meeting": _l("Team meeting"),
}


class MatrixForm(BaseForm):
    """What the supervisor wants to see; sent as an address, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Name or employee number"), [Length(max=80)])
    department = SelectField(_l("Department or team"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)


class NewMeetingForm(BaseForm):
    case = HiddenField(validators=[InputRequired(), Length(max=80)])
    department = SelectField(_l("Department or team"), coerce=int, validators=[InputRequired(_l("Choose the team that meets."))])


class MoveForm(BaseForm):
    """Where the stage goes from the screen that was shown."""

    step = IntegerField(validators=[InputRequired(), NumberRange(0, 10_000)])
    move = StringField(validators=[Length(max=100)])


class HandsForm(MoveForm):
    """The same from a decision: how many hands went up for each choice. An empty field is no hand."""

    def hands(self, point: Document) -> dict[str, int]:
        """The count of each choice, with what the button pressed adds or takes."""
        typed = {choice["id"]: int(self[f"hands_{place}"].data or 0) for place, choice in enumerate(point["choices"])}
        return counted(typed, self.move.data or "")


def move_form(point: Document | None, hands: Mapping[tuple[str, str], int]) -> MoveForm:
    """The form of a screen, with a field a choice where it is a decision."""
    if point is None:
        return MoveForm()
    shape = [Regexp(r"\d{0,3}$", message=_l("Give a number from 0 to %(most)s.", most=MOST_HANDS))]
    fields = {f"hands_{place}": StringField(choice["id"], shape) for place, choice in enumerate(point["choices"])}
    form: HandsForm = type("HandsOf", (HandsForm,), fields)(
        data={f"hands_{place}": str(hands.get((point["id"], choice["id"]), 0)) for place, choice in enumerate(point["choices"])}
    )
    return form


def row_id(value: str | int) -> int:
    """The id of a row. Raises ValueError for what no row can have."""
    found = int(value)
    if not 0 < found < 2**31:
        raise ValueError(value)
    return found


class RollForm(BaseForm):
    present = SelectMultipleField(coerce=row_id, validate_choice=False)
    q = StringField(_l("Name or employee number"), [Length(max=80)])
