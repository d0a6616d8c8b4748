"""`flask records`: whether the training record is as it was written."""

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from core import clock
from core.db import transaction
from core.pages import command_language, zone
from learning import actions
from learning.queries.records import verify_records

records = AppGroup("records", help="The training record.")


@records.command("verify")
@command_language
def verify() -> None:
    """Read every line, every person's chain and every day's seal. Ends with status 1 where something was changed."""
    with transaction():
        actions.seal_days(clock.now(), zone())
    found = verify_records(zone())
    for finding in found.findings:
        click.echo(_(finding.message, **finding.values))
    if found.findings:
        click.echo(_("The record is NOT as it was written. Findings: %(count)s.", count=len(found.findings)))
        raise SystemExit(1)
    click.echo(_("Sound: %(lines)s lines of %(people)s people, %(seals)s sealed days.", lines=found.lines, people=found.people, seals=found.seals))
