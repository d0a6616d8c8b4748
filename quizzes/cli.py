"""`flask casebook`: loading the files of a casebook with everything in them; `flask questions`: files of questions."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from core import clock, files
from core.db import transaction
from core.errors import N_, DomainError
from core.languages import LANGUAGES
from core.pages import command_language, today, zone
from quizzes.actions import importing, loading
from quizzes.actions.question_files import with_pictures
from quizzes.casebook import Casebook, read_casebook
from quizzes.dump import dump_casebook
from quizzes.formats.formats import FORMATS, recognise
from quizzes.formats.parsed import Named
from quizzes.formats.sheets.reading import path_of
from quizzes.queries import importing as queries
from quizzes.rules.guessing import guessing
from quizzes.rules.shelf import BankFilters

casebook = AppGroup("casebook", help="The cases and quizzes as files.")
questions = AppGroup("questions", help="The question bank as files of other systems.")


@casebook.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only read and check; change nothing.")
@command_language
def load(path: Path, check: bool) -> None:
    """Check the casebook in the folder PATH and make the database what it says; all or nothing."""
    book = read_sound(path)
    if check:
        click.echo(_("The casebook is sound: %(cases)s cases, %(quizzes)s quizzes.", cases=len(book.cases), quizzes=len(book.quizzes)))
        _tell_more(book)
    else:
        load_sound(book)


def _tell_more(book: Casebook) -> None:
    """Cases by cause, and whether a right answer is given away by its length."""
    for slug, cause in book.terms.causes.items():
        count = sum(case.document["cause"] == slug for case in book.cases)
        click.echo(_("%(cause)s: %(count)s cases.", cause=" / ".join(cause["name"].values()), count=count))
    for name, questions in (
        (_("Single choices of the quizzes"), book.single_choices),
        (_("Moments of decision"), book.decisions),
    ):
        for language, spoken in LANGUAGES.items():
            found = guessing(questions, language)
            shares = {"longest": f"{found.longest:.1%}", "shortest": f"{found.shortest:.1%}", "chance": f"{found.chance:.1%}", "questions": found.questions}
            words = N_("%(name)s, %(language)s: of %(questions)s the right one is longest in %(longest)s, shortest in %(shortest)s; by chance %(chance)s.")
            click.echo(_(words, name=name, language=spoken, **shares))


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
        loaded = loading.load_casebook(book, today(now), now, zone(), edits_stand)
    counts = {"all": len(book.cases), "cases": loaded.cases, "quizzes": loaded.quizzes}
    click.echo(_("Cases: %(all)s, of them new or changed: %(cases)s. Quizzes new or changed: %(quizzes)s.", **counts))


@questions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="What the file is; without it, by its content.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--category", default="", help="Put the questions below this one: A/B.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="What the texts are in, where they do not say so themselves.")
@command_language
def import_questions(file: Path, form: str | None, dry_run: bool, category: str, language: str | None) -> None:
    """Take the sound questions of FILE into the bank, all at once; name everything else with its line or row."""
    body, now = file.read_bytes(), clock.now()
    try:
        parsed = FORMATS[form or recognise(body, file.name)].read(body, language)
        prepared = importing.prepare(parsed, path_of(category), current_app.config["MEDIA_FOLDER"], keep_pictures=not dry_run)
        if dry_run:
            outcome = importing.compare(prepared)
        else:
            with transaction():
                outcome = importing.take_in(prepared, language or "zh", None, now)
    except DomainError as error:
        raise click.ClickException(f"{file}: {_(error.message, **error.values)}") from error
    tell_named(str(file), prepared.named)
    counts = {**outcome.counts, "named": sum(named.lost for named in prepared.named)}
    told = N_("Imported. New: %(new)s, revised: %(revised)s, there already: %(standing)s, not taken: %(named)s.")
    would = N_("Nothing was changed. New would be: %(new)s, revised: %(revised)s, there already: %(standing)s, not taken: %(named)s.")
    click.echo(_(would if dry_run else told, **counts))


@questions.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), required=True)
@click.option("--category", default="", help="Only this one and what lies below it: A/B.")
@command_language
def export_questions(file: Path, form: str, category: str) -> None:
    """Write the questions of the bank that are not retired into FILE; name what its format cannot say."""
    found = queries.category_id_at(path_of(category)) if category else ""
    if found is None:
        raise click.ClickException(_("There is no category “%(name)s”.", name=category))
    body, named = FORMATS[form].write(with_pictures(queries.entries("zh", BankFilters(category=found)), current_app.config["MEDIA_FOLDER"]))
    file.write_bytes(body)
    tell_named(str(file), named)
    click.echo(_("Written to %(file)s.", file=file))


def tell_named(file: str, named: list[Named]) -> None:
    """Say on the error stream what was not taken, each with its place in the file."""
    for one in named:
        click.echo(f"{file}:{one.where}: {_(one.message, **one.values)} [{one.excerpt}]", err=True)
