"""What each kind of job does, and the process that runs one."""

import logging
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

import ops.regrading
from core import clock, jobs
from core.db import db, transaction
from core.errors import N_, DomainError

job_commands = AppGroup("job", help="Work that takes longer than a page.")

# By kind: what is called with the job's arguments and a function that is told how far it is (done, total); it returns the result.
Runner = Callable[[dict[str, Any], Callable[[int, int], None]], dict[str, Any]]
RUNNERS: dict[str, Runner] = {
    "regrade": ops.regrading.apply,
    "regrade-preview": ops.regrading.look,
}

FAILED = N_("Something went wrong here. Nothing was changed. Try again, or tell the administrator.")


@job_commands.command("run")
@click.argument("job_id", type=int)
def run(job_id: int) -> None:
    """Do one job that waits; nothing where another process does it already."""
    with transaction():
        if not jobs.take(job_id, clock.now()):
            return
    job = db.session.get_one(jobs.Job, job_id)
    state, result, message = "done", None, ""
    try:
        with force_locale({"zh": "zh_Hans_CN", "en": "en_GB"}[job.arguments["language"]]):
            result = RUNNERS[job.kind](job.arguments, lambda done, total: jobs.report(job_id, done, total, clock.now()))
    except DomainError as error:
        state, message = "failed", gettext(error.message, **error.values)
    except Exception:  # whatever it is: a person waits for this job to end
        logging.getLogger(__name__).exception("job %s failed", job_id)
        state, message = "failed", FAILED
    with transaction():
        jobs.finish(job_id, state, result, message, clock.now())
