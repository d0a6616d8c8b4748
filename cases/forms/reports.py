"""The form that takes a saved report."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from cases.reports.addresses import LONGEST
from core.forms import BaseForm


class ReportForm(BaseForm):
    file = FileField(_l("Saved page"))
    url = StringField(_l("Address of the page"), [Optional(), Length(max=LONGEST, message=_l("At most %(max)d characters."))])
    html = TextAreaField(_l("Its HTML, pasted"))


class RecognisedForm(BaseForm):
    draft = HiddenField()
