"""Forms of the library and of a case."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from cases.rules import SEARCH_MAX
from core.forms import BaseForm

# What each filter says while it asks for nothing.
EVERYTHING = {
    "cause": _l("All causes"),
    "industry": _l("All industries"),
    "substance": _l("All substances"),
    "country": _l("All countries"),
    "year": _l("Any year"),
    "film": _l("Any"),
}


class FiltersForm(BaseForm):
    """What the library shows; sent as an address, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Search"), [Length(max=SEARCH_MAX)])
    cause = SelectField(_l("Cause"), validate_choice=False)
    industry = SelectField(_l("Industry"), validate_choice=False)
    substance = SelectField(_l("Substance"), validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    film = SelectField(_l("Film"), validate_choice=False)


class DecisionForm(BaseForm):
    decision = HiddenField()
    choice = RadioField(validate_choice=False, validators=[InputRequired(_l("Choose one of the answers first."))])
