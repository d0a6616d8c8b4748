"""The limit: what Flask does on this machine when it does almost nothing. Same settings, server and database rules as the product."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, redirect, render_template, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_wtf.csrf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy import JSON, Executable
from sqlalchemy.orm import Mapped, mapped_column

from core.config import FIXED, from_environment
from core.db import Model, db, insert, transaction

PEOPLE = 16
PASSWORD = "ordinary-shift"
READY = "The line was opened before anybody had proved that it was empty. " * 125  # 8 kB
PARAGRAPH = "The permit named the wrong valve, and the man who signed it had not been to the place. "
TEMPLATES = {
    "sign_in.html": """<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"><input name="employee_no"><input name="password"></form>""",
    "case.html": """<!doctype html><title>{{ case.title }}</title><nav>
{% for number in range(1, 21) %}<a href="{{ url_for('case', number=number) }}">Case {{ number }}</a>{% endfor %}</nav>
<p>{{ current_user.name }}</p><h1>{{ case.title }}</h1><p>{{ case.lead }}</p>
{% for part in case.parts %}<section><h2>{{ part.heading }}</h2><p>{{ part.text }}</p></section>{% endfor %}
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><button>Studied</button></form>""",
}


class LimitPerson(UserMixin, Model):  # type: ignore[misc]  # Flask-Login has no types
    """Somebody who signs in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class LimitCase(Model):
    """A case of about 7 kB."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    lead: Mapped[str]
    parts: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class LimitAnswer(Model):
    """The last answer of a person to a question."""

    person_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int]


def serve() -> Flask:
    """What a server process runs."""
    app = Flask(__name__, instance_path=os.environ["INSTANCE_FOLDER"])
    app.config.update(FIXED)
    app.config.update(from_environment(Path(app.instance_path)))
    app.jinja_loader = DictLoader(TEMPLATES)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.init_app(app)
    CSRFProtect(app)
    sign_in = LoginManager(app)
    sign_in.session_protection = None
    sign_in.user_loader(lambda person_id: db.session.get(LimitPerson, int(person_id)))
    _add_doors(app)
    return app


def _add_doors(app: Flask) -> None:
    @app.get("/healthz")
    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/ready")
    def ready() -> str:
        return READY

    @app.route("/sign-in", methods=["GET", "POST"])
    def let_in() -> Any:
        if request.method == "GET":
            return render_template("sign_in.html")
        person = db.session.query(LimitPerson).filter_by(employee_no=request.form["employee_no"]).first()
        if person is None or request.form["password"] != PASSWORD:
            abort(400)
        login_user(person)
        return redirect("/account", 303)

    def account() -> str:
        return render_template("sign_in.html")

    def case(number: int) -> str:
        return render_template("case.html", case=db.get_or_404(LimitCase, number))

    def save(number: int) -> dict[str, int]:
        sent = request.get_json()
        values = {"person_id": current_user.id, "number": number, "response": sent["answer"], "seq": sent["seq"]}
        db.session.connection().execute(_upsert(), values)
        db.session.commit()
        return {"seq": sent["seq"]}

    app.add_url_rule("/account", view_func=login_required(account))
    app.add_url_rule("/cases/<int:number>", view_func=login_required(case))
    app.add_url_rule("/answers/<int:number>", view_func=login_required(save), methods=["PUT"])


@lru_cache
def _upsert() -> Executable:
    """An upsert that only a newer answer passes: one statement, one transaction."""
    new = insert(LimitAnswer)
    return new.on_conflict_do_update(
        index_elements=["person_id", "number"], set_={"response": new.excluded.response, "seq": new.excluded.seq}, where=LimitAnswer.seq < new.excluded.seq
    )


def fill() -> None:
    """Make the tables, sixteen people and one case."""
    with serve().app_context():
        db.create_all()
        with transaction():
            db.session.add_all(LimitPerson(id=number, employee_no=str(number), name=f"Sample {number}") for number in range(1, PEOPLE + 1))
            parts = [{"heading": f"Part {number}", "text": PARAGRAPH * 5} for number in range(15)]
            db.session.add(LimitCase(id=1, title="The second man in", lead=PARAGRAPH, parts=parts))


if __name__ == "__main__":
    fill()
