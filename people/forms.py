"""Forms of sign-in, the account and the people screens."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from core.forms import BaseForm
from people.rules import EMPLOYEE_NO_MAX, NAME_MAX, PASSWORD_MAX

_needed = InputRequired(_l("Fill this in."))


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=_l("Use at most %(max)d characters."))


class SignInForm(BaseForm):
    employee_no = StringField(_l("Employee number"), [_needed, _at_most(EMPLOYEE_NO_MAX)])
    password = PasswordField(_l("Password"), [_needed, _at_most(PASSWORD_MAX)])
    remember = BooleanField(_l("Keep me signed in on this device"))
    next = HiddenField()


class PasswordForm(BaseForm):
    current_password = PasswordField(_l("Your password now"), [_needed, _at_most(PASSWORD_MAX)])
    new_password = PasswordField(_l("New password"), [_needed, _at_most(PASSWORD_MAX)])
    repeat_password = PasswordField(_l("New password again"), [_needed, EqualTo("new_password", _l("The two new passwords differ."))])


class SetUpForm(BaseForm):
    code = StringField(_l("One-time code"), [_needed, _at_most(40)])
    company = StringField(_l("Name of the company"), [_needed, _at_most(NAME_MAX)])
    employee_no = StringField(_l("Your employee number"), [_needed, _at_most(EMPLOYEE_NO_MAX)])
    name = StringField(_l("Your name"), [_needed, _at_most(NAME_MAX)])
    password = PasswordField(_l("Password"), [_needed, _at_most(PASSWORD_MAX)])
    repeat_password = PasswordField(_l("Password again"), [_needed, EqualTo("password", _l("The two passwords differ."))])
