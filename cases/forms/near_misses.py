"""Forms of near misses: sending one in, answering, and making a case of it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Regexp

from cases.near_misses import ANSWER_MAX, PLACE_MAX, TEXT_MAX, TOKEN
from core.errors import FORM_EXPIRED
from core.forms import BaseForm, at_most

_needed = DataRequired(_l("Fill this in."))


class NearMissForm(BaseForm):
    """What an employee tells. `token` makes sending twice the same as sending once."""

    token = HiddenField(validators=[Regexp(TOKEN, message=_l(FORM_EXPIRED))])
    happened = TextAreaField(_l("What happened?"), [_needed, at_most(TEXT_MAX)])
    place = StringField(_l("Where and when?"), [_needed, at_most(PLACE_MAX)])
    outcome = TextAreaField(_l("What could have come of it, or what stopped it?"), [at_most(TEXT_MAX)])
    photo = FileField(_l("A photograph, if there is one"))


class AnswerForm(BaseForm):
    answer = TextAreaField(_l("What the sender will read"), [at_most(ANSWER_MAX)])


class CaseFromForm(BaseForm):
    """The texts of a near miss as its case begins with them."""

    title = StringField(_l("Title"), [_needed, at_most(200)])
    cause = SelectField(_l("Cause"))
    happened = TextAreaField(_l("What happened"), [_needed, at_most(TEXT_MAX)])
    place = StringField(_l("Where and when"), [at_most(PLACE_MAX)])
    outcome = TextAreaField(_l("What could have come of it, or what stopped it"), [at_most(TEXT_MAX)])
    take_photo = BooleanField(_l("Take the photograph into the case"))
