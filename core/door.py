"""Who may pass: every view is marked, and the guard refuses what is not."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user

from core.config import MEGABYTE
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


def takes(megabytes: int) -> Callable[[View], View]:
    """Mark a view that may be sent more than other views, by whoever may pass."""

    def mark(view: View) -> View:
        view.most_bytes = megabytes * MEGABYTE  # type: ignore[attr-defined]
        return view

    return mark


def install_guard(app: Flask) -> None:
    """Refuse every endpoint that is unmarked, and every person without the permission that the mark names."""

    @app.url_value_preprocessor
    def widen(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        """Before anything reads the body, which the search for its CSRF token does."""
        view = app.view_functions.get(endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most and current_user.is_authenticated and current_user.can(view.door):  # type: ignore[union-attr]
            request.max_content_length = request.max_form_memory_size = most

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
