"""Who may pass: every view is marked, and the guard refuses what is not."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user

from core.errors import MESSAGES, N_, DomainError, Invalid, NotFound

PUBLIC = "public"

View = Callable[..., Any]


class SignInNeeded(DomainError):
    """A script asked without being signed in."""

    status = 401


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.door = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: StrEnum) -> Callable[[View], View]:
    """Mark a view that needs a sign-in and this permission."""

    def mark(view: View) -> View:
        view.door = permission  # type: ignore[attr-defined]
        return view

    return mark


def install_guard(app: Flask) -> None:
    """Refuse every endpoint that is unmarked, and every person without the permission that the mark names."""

    @app.before_request
    def guard() -> Any:
        if "\0" in request.path or any("\0" in value for value in request.args.values()):
            raise Invalid(MESSAGES[400])  # no text of ours holds it, and PostgreSQL refuses it
        if request.endpoint is None:
            return None
        door = getattr(app.view_functions[request.endpoint], "door", None)
        if door is PUBLIC:
            return None
        if not current_user.is_authenticated:
            if request.method not in ("GET", "HEAD"):
                raise SignInNeeded(N_("Sign in again. What you entered on this device is kept."))
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)
        if door is None or not current_user.can(door):
            # A stranger learns nothing, not even that the page exists.
            raise NotFound()
        return None
