"""Sign-in, the account, and the first administrator."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from core import clock
from core.db import transaction
from core.door import public, requires
from core.errors import DomainError
from core.languages import COOKIE, LANGUAGES
from people import actions, queries
from people.forms import PasswordForm, SetUpForm, SignInForm
from people.rules import Permission

blueprint = Blueprint("people", __name__)

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark", "auto")


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """To what this person does here."""
    if not current_user.is_authenticated:
        return redirect(url_for("people.set_up" if queries.is_empty() else "people.sign_in"))
    return redirect(url_for("supervision.matrix" if current_user.supervised_paths else "learning.mine"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return redirect(url_for("people.home")) if current_user.is_authenticated else _show_sign_in(form)
    if not form.validate_on_submit():
        return _show_sign_in(form), 400
    number, address, now = form.employee_no.data or "", request.remote_addr or "", clock.now()
    try:
        person = _let_in(number, form.password.data or "", address, now)
    except DomainError as error:
        return _show_sign_in(form, error), error.status
    login_user(person, remember=form.remember.data)
    return redirect(_inside(form.next.data) or url_for("people.home"), 303)


def _show_sign_in(form: SignInForm, error: DomainError | None = None) -> str:
    refusal = _(error.message, **error.values) if error else ""
    return render_template("people/sign_in.html", form=form, refusal=refusal, left=getattr(error, "left", 0))


def _let_in(number: str, password: str, address: str, now):  # type: ignore[no-untyped-def]
    actions.check_wait(number, address, now)
    person = queries.person_by_number(number)
    right = actions.check_password(person.password_hash if person and person.active else None, password)
    with transaction():
        if right:
            actions.sign_in(number, now, address)
        else:
            left = actions.note_failure(number, address, now)
    if not right or person is None:
        raise actions.WrongPassword(left)
    return queries.signed_in(person.id)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    flash(_("You are signed out."), "safe")
    return redirect(url_for("people.sign_in"), 303)


@blueprint.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Keep the language for the device and, when signed in, for the person."""
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        with transaction():
            actions.choose(current_user.id, language=language)
    response = redirect(_inside(request.form.get("next")) or url_for("people.home"), 303)
    response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


@blueprint.post("/theme")
@requires(Permission.ACCOUNT_USE)
def choose_theme() -> ResponseReturnValue:
    theme = request.form.get("theme")
    if theme not in THEMES:
        abort(400)
    with transaction():
        actions.choose(current_user.id, theme=None if theme == "auto" else theme)
    return redirect(url_for("people.account"), 303)


@blueprint.get("/account")
@requires(Permission.ACCOUNT_USE)
def account() -> str:
    departments = queries.names_on_path(current_user.department_path)
    return render_template("people/account.html", form=PasswordForm(), departments=departments)


@blueprint.post("/account/password")
@requires(Permission.ACCOUNT_USE)
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    person = queries.person_by_id(current_user.id)
    if form.validate_on_submit():
        try:
            if not actions.check_password(person.password_hash, form.current_password.data or ""):
                form.current_password.errors = [_("This is not your password now.")]
            else:
                with transaction():
                    actions.change_password(person, form.new_password.data or "", clock.now(), person.id, request.remote_addr or "")
                login_user(queries.signed_in(person.id))
                flash(_("Your password is changed. Other devices are signed out."), "safe")
                return redirect(url_for("people.account"), 303)
        except DomainError as error:
            form.new_password.errors = [_(error.message)]
    departments = queries.names_on_path(current_user.department_path)
    return render_template("people/account.html", form=form, departments=departments), 400


@blueprint.route("/first-administrator", methods=["GET", "POST"])
@public
def set_up() -> ResponseReturnValue:
    """Make the company and its first administrator, once."""
    if not queries.is_empty():
        return redirect(url_for("people.sign_in"))
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = actions.set_up(
                    form.code.data or "",
                    form.company.data or "",
                    form.employee_no.data or "",
                    form.name.data or "",
                    form.password.data or "",
                    clock.now(),
                )
            login_user(queries.signed_in(person.id))
            return redirect(url_for("people.home"), 303)
        except DomainError as error:
            return render_template("people/set_up.html", form=form, refusal=_(error.message, **error.values)), error.status
    return render_template("people/set_up.html", form=form, refusal=""), 400 if form.errors else 200


def _inside(address: str | None) -> str | None:
    """The address if it stays on this site, else None."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    parts = urlsplit(address)
    return None if parts.netloc or parts.scheme else address
