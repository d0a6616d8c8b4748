"""`flask start` and `flask demo`: bringing an installation up."""

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_migrate import Migrate, upgrade

import learning.cli
import people.actions
import people.queries
import quizzes.cli
from core import clock
from core.db import db, transaction
from core.pages import command_language, zone
from ops.jobs import job_commands
from ops.sample import PASSWORD, SIGN_INS, load_sample
from quizzes.cli import load_sound, read_sound

CASEBOOK = Path(__file__).parent.parent / "casebook"

demo = AppGroup("demo", help="The sample company.")


@demo.command("load")
@command_language
def load_demo() -> None:
    """Fill an empty database with the sample company. Its passwords are known: never for real use."""
    if not people.queries.is_empty():
        raise click.ClickException(_("There are people in this database already. The sample company goes only into an empty one."))
    with transaction():
        load_sample(clock.now(), zone(), current_app.config["MEDIA_FOLDER"])
    _print_sign_ins()


@click.command("start")
@click.option("--sample", is_flag=True, help="Load the sample company into an empty database. Never for real use.")
@click.option("--casebook", type=click.Path(path_type=Path), default=CASEBOOK, help="The casebook to load; by default the one shipped.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Server processes; one for each core.")
@command_language
def start(sample: bool, casebook: Path, host: str, port: int, workers: int) -> None:
    """Migrate the database, load the shipped casebook, and serve."""
    upgrade()
    load_sound(read_sound(casebook), edits_stand=True)
    with transaction():
        if sample and people.queries.is_empty():
            click.echo(_("Loading the sample company, once."))
            load_sample(clock.now(), zone(), current_app.config["MEDIA_FOLDER"])
        code = None if sample else people.actions.make_setup_code()
    address = current_app.config["BASE_URL"] or f"http://{host}:{port}"
    if sample:
        _print_sign_ins()
    if code:
        click.echo(_("Nobody has an account yet. Open %(address)s and use this one-time code:", address=f"{address}/first-administrator"))
        click.echo(f"one-time-code {code}")
    click.echo(_("Safety Casebook serves at %(address)s", address=address))
    sys.stdout.flush()
    # One process fewer in memory than serving from here; the server restarts a worker that dies.
    command = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "1"]
    command += ["--respawn-failed-workers", "--no-ws", "--log-level", "warning", "--factory", "app:serve"]
    # Checking a password takes 19 MB for a moment; the allocator would keep them, in every process.
    environment = {"MALLOC_MMAP_THRESHOLD_": str(1024 * 1024), **os.environ}
    os.execve(sys.executable, [sys.executable, "-m", *command], environment)  # noqa: S606  no shell is meant


def install_commands(app: Flask, migrations: Path) -> None:
    """Everything that `flask` can do."""
    Migrate(app, db, directory=str(migrations), render_as_batch=True)
    for command in (quizzes.cli.casebook, quizzes.cli.questions, learning.cli.records, demo, start, job_commands):
        app.cli.add_command(command)


def _print_sign_ins() -> None:
    for sign_in in SIGN_INS:
        click.echo(f"sign-in {sign_in.role} {sign_in.employee_no} {PASSWORD}")
