"""The form of granting an exception at a quiz."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from core.forms import BaseForm, at_most
from people.rules import EMPLOYEE_NO_MAX
from quizzes.rules.settings import Granted

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _extra(label: Any, most: int) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, most, message=_l("A number from %(min)s to %(max)s."))])


class GrantForm(BaseForm):
    employee_no = StringField(_l("Employee number of one person"), [at_most(EMPLOYEE_NO_MAX)])
    department = SelectField(_l("Or a department, with those below"), validate_choice=False)
    extra_minutes = _extra(_l("Minutes more"), 600)
    extra_attempts = _extra(_l("Attempts more"), 20)
    opens_at = DateTimeLocalField(_l("Opens at another time"), [Optional()], format=FORMATS)
    closes_at = DateTimeLocalField(_l("Closes at another time"), [Optional()], format=FORMATS)
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why. Whoever looks at this later will ask.")), at_most(500)], render_kw={"rows": 2})

    def granted(self, zone: dt.tzinfo) -> Granted:
        """What the fields grant; dates are entered in the company's zone."""
        opens_at, closes_at = (one.replace(tzinfo=zone).astimezone(dt.UTC) if one else None for one in (self.opens_at.data, self.closes_at.data))
        return Granted(self.extra_minutes.data or 0, self.extra_attempts.data or 0, opens_at, closes_at)
