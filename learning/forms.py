"""The filters of supervision."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Length

from core.forms import BaseForm
from learning.rules import Cell, State

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


class MatrixForm(BaseForm):
    """What the supervisor wants to see; sent as an address, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Name or employee number"), [Length(max=80)])
    department = SelectField(_l("Department or team"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)
