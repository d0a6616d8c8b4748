"""Safety Casebook: the one place that knows every package."""

import os
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import Babel, gettext
from flask_compress import Compress
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

import cases.views.authoring
import cases.views.library
import cases.views.near_misses
import cases.views.reports
import learning.views.meetings
import learning.views.records
import ops.views
import people.queries
import people.views
import quizzes.views.desk
import quizzes.views.grading
import quizzes.views.importing
import quizzes.views.mistakes
import quizzes.views.overrides
import quizzes.views.plans
import quizzes.views.questions
import quizzes.views.starting
import quizzes.views.statistics
import quizzes.views.supervising
import quizzes.views.taking
import uploads.views
from core.assets import install_assets
from core.config import FIXED, MEGABYTE, from_environment
from core.db import db
from core.door import install_guard
from core.errors import FORM_EXPIRED, MESSAGES, DomainError
from core.languages import spoken
from core.pages import install_pages
from ops.housekeeping import start_housekeeping

ROOT = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application with its commands: what `flask` and the tests use."""
    from ops.cli import install_commands  # late: a server process does without, and without 15 MB

    app = _assemble(settings)
    install_commands(app, ROOT / "migrations")
    return app


def serve() -> Flask:
    """What a server process runs: the application, and beside it what must be done regularly."""
    app = _assemble()
    start_housekeeping(app)
    return app


def _assemble(settings: dict[str, Any] | None = None) -> Flask:
    """Configured, with every blueprint, the guard and the error pages."""
    app = Flask(__name__, static_folder=None, instance_path=os.environ.get("INSTANCE_FOLDER", str(ROOT / "instance")))
    app.config.update(FIXED)
    app.config.update(from_environment(Path(app.instance_path)))
    app.config.update(settings or {})
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    db.init_app(app)
    Babel(app, locale_selector=lambda: {"zh": "zh_Hans_CN", "en": "en_GB"}[spoken()], default_timezone=app.config["TIMEZONE"])
    CSRFProtect(app)
    Compress(app)
    sign_in = LoginManager(app)
    sign_in.session_protection = None  # it signs the cookie anew whenever a phone changes its network

    @sign_in.user_loader
    def load(session_id: str) -> Any:
        match = re.fullmatch(r"(\d{1,18}):(\d{1,9})", session_id)
        person = people.queries.signed_in(int(match[1])) if match else None
        return person if person and match and person.epoch == int(match[2]) else None

    install_assets(app, ROOT / "static", ROOT / "templates")
    install_pages(app)
    for blueprint in (
        ops.views.blueprint,
        people.views.blueprint,
        cases.views.library.blueprint,
        cases.views.authoring.blueprint,
        cases.views.near_misses.blueprint,
        cases.views.near_misses.desk,
        cases.views.reports.blueprint,
        learning.views.records.blueprint,
        learning.views.records.supervision,
        learning.views.meetings.blueprint,
        quizzes.views.taking.blueprint,
        quizzes.views.desk.authoring,
        quizzes.views.grading.blueprint,
        quizzes.views.mistakes.blueprint,
        quizzes.views.supervising.blueprint,
        quizzes.views.plans.blueprint,
        quizzes.views.overrides.blueprint,
        quizzes.views.importing.blueprint,
        quizzes.views.questions.blueprint,
        quizzes.views.statistics.blueprint,
        uploads.views.blueprint,
    ):
        app.register_blueprint(blueprint)
    install_guard(app)
    _install_errors(app)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _install_errors(app: Flask) -> None:
    """Every error is a page, or JSON for a script, in the person's language; never a stack trace."""

    def show(status: int, message: str, values: dict[str, Any] | None = None) -> Any:
        text = gettext(message, **(values or {}))
        if request.is_json or request.method in ("PUT", "PATCH", "DELETE") or request.accept_mimetypes.best == "application/json":
            return {"error": text}, status
        return render_template("errors/error.html", status=status, message=text), status

    def show_http(error: HTTPException) -> Any:
        code = error.code or 500
        values = {"most": (request.max_content_length or 0) // MEGABYTE}
        return error if code < 400 else show(code, MESSAGES.get(code, MESSAGES[400 if code < 500 else 500]), values)

    app.register_error_handler(DomainError, lambda error: show(error.status, error.message, error.values))
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(CSRFError, lambda _error: show(400, FORM_EXPIRED))
