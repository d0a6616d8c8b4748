"""`flask casebook`: loading the files of a casebook with everything in them, quizzes included."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from core import clock, files
from core.db import transaction
from core.pages import command_language, today, zone
from quizzes import actions
from quizzes.casebook import Casebook, read_casebook
from quizzes.dump import dump_casebook

casebook = AppGroup("casebook", help="The cases and quizzes as files.")


@casebook.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only read and check; change nothing.")
@command_language
def load(path: Path, check: bool) -> None:
    """Check the casebook in the folder PATH and make the database what it says; all or nothing."""
    book = read_sound(path)
    if check:
        click.echo(_("The casebook is sound: %(cases)s cases, %(quizzes)s quizzes.", cases=len(book.cases), quizzes=len(book.quizzes)))
    else:
        load_sound(book)


@casebook.command("dump")
@click.argument("path", type=click.Path(path_type=Path))
@command_language
def dump(path: Path) -> None:
    """Write the published cases and quizzes into the new folder PATH, as files that load to the same."""
    try:
        count = dump_casebook(path, current_app.config["MEDIA_FOLDER"])
    except FileExistsError as error:
        raise click.ClickException(_("There is something at %(path)s already. Name a folder that does not exist yet.", path=path)) from error
    click.echo(_("Cases written: %(count)s.", count=count))


def read_sound(path: Path) -> Casebook:
    """Read a casebook; name every problem and end with status 1 where there is one."""
    book = read_casebook(path)
    for problem in book.problems:
        click.echo(f"{problem.file}:{problem.line}: {_(problem.message, **problem.values)}", err=True)
    if book.problems:
        click.echo(_("Nothing was loaded. Problems found: %(count)s.", count=len(book.problems)), err=True)
        raise SystemExit(1)
    return book


def load_sound(book: Casebook, edits_stand: bool = False) -> None:
    """Load a casebook that was read without problems, and say what changed; see load_casebook."""
    for case in book.cases:
        for file in case.media:
            files.store(file, current_app.config["MEDIA_FOLDER"])
    now = clock.now()
    with transaction():
        loaded = actions.load_casebook(book, today(now), now, zone(), edits_stand)
    counts = {"all": len(book.cases), "cases": loaded.cases, "quizzes": loaded.quizzes}
    click.echo(_("Cases: %(all)s, of them new or changed: %(cases)s. Quizzes new or changed: %(quizzes)s.", **counts))
