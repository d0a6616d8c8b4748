"""Forms of marking, marking anew, opening again, and of looking for attempts."""

from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SearchField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from core.forms import BaseForm, at_most
from quizzes.rules.attempts import AttemptState
from quizzes.rules.grading import COMMENT_MAX, EXTRA_MOST, REASON_MAX, Method, typed_marks

STATE_LABELS = {
    AttemptState.OPEN: _l("Running"),
    "overdue": _l("Time over, not closed yet"),
    AttemptState.MARKING: _l("Waits for marks"),
    AttemptState.SUBMITTED: _l("Submitted"),
    AttemptState.CLOSED: _l("Closed at the end of the time"),
}
METHOD_LABELS = {
    Method.KEY: _l("Mark every answer by the question as it stands now"),
    Method.FULL: _l("Give everybody all marks: the question was faulty"),
}


class MarksForm(BaseForm):
    """The mark of one answer, out of `most`."""

    marks = StringField(_l("Marks"), [DataRequired(_l("Give a mark.")), at_most(20)])
    comment = TextAreaField(_l("Comment for the learner"), [at_most(COMMENT_MAX)], render_kw={"rows": 3})

    def __init__(self, most: int, **more: Any) -> None:
        super().__init__(**more)
        self.most = most

    @property
    def given(self) -> Fraction:
        """The mark, once the form is valid."""
        return typed_marks(self.marks.data or "", self.most) or Fraction(0)

    def validate_marks(self, field: StringField) -> None:
        if typed_marks(field.data or "", self.most) is None:
            raise ValidationError(_("A number from 0 to %(most)s, with two decimals at most.", most=self.most))


class ChangeForm(MarksForm):
    """Another mark for an answer that was marked; `seen` is the one that stood."""

    seen = HiddenField()
    comment = TextAreaField(_l("Why the mark changes"), [DataRequired(_l("Say why. The learner reads it.")), at_most(REASON_MAX)], render_kw={"rows": 3})


class RegradeForm(BaseForm):
    """A question marked anew; `seen` is the revision of the preview."""

    seen = IntegerField(validators=[NumberRange(1, 2**31 - 1)])
    method = RadioField(_l("How"), choices=[SelectChoice(method, label) for method, label in METHOD_LABELS.items()])
    reason = TextAreaField(
        _l("Why it is marked anew"), [DataRequired(_l("Say why. Everybody concerned reads it.")), at_most(REASON_MAX)], render_kw={"rows": 2}
    )


class ReopenForm(BaseForm):
    """An attempt opened again."""

    extra = IntegerField(_l("Minutes from now"), [Optional(), NumberRange(1, EXTRA_MOST, message=_l("A number from %(min)s to %(max)s."))])
    reason = TextAreaField(_l("Why it is opened again"), [DataRequired(_l("Say why. It stands in the history.")), at_most(REASON_MAX)], render_kw={"rows": 2})


class AttemptsForm(BaseForm):
    """Which attempts a supervisor wants to see; sent as an address, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    state = SelectField(_l("State"), choices=[SelectChoice("", _l("All states")), *(SelectChoice(state, label) for state, label in STATE_LABELS.items())])
    q = SearchField(_l("Name or number"))
