"""What each kind of job does, and the process that runs one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

import ops.regrading
import quizzes.queries.statistics
import quizzes.queries.statistics_pages
from core import clock, jobs
from core.db import db, transaction
from core.errors import N_, DomainError
from quizzes.actions import question_files
from quizzes.rules.shelf import filters_from

job_commands = AppGroup("job", help="Work that takes longer than a page.")

# By kind: what is called with the job's arguments and a function that is told how far it is (done, total); it returns the result.
Report = Callable[[int, int], None]
Runner = Callable[[dict[str, Any], Report], dict[str, Any]]


def _check_questions(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    question_files.check_file(current_app.config["MEDIA_FOLDER"], arguments["token"], report)
    return {}


def _import_questions(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    media, token = current_app.config["MEDIA_FOLDER"], arguments["token"]
    prepared = question_files.prepare_file(media, token, True, report)
    with transaction():
        outcome = question_files.take_file(media, token, prepared, clock.now())
        question_files.note_done(media, token, outcome, prepared)  # where that fails, nothing was imported
    return {"counts": outcome.counts}


def _export_questions(arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    media, person = current_app.config["MEDIA_FOLDER"], arguments["person_id"]
    filters = filters_from(arguments["filters"])
    return {"token": question_files.write_file(media, person, arguments["format"], filters, arguments["language"], clock.now())}


RUNNERS: dict[str, Runner] = {
    "regrade": ops.regrading.apply,
    "regrade-preview": ops.regrading.look,
    "question-check": _check_questions,
    "question-import": _import_questions,
    "question-export": _export_questions,
    quizzes.queries.statistics_pages.JOB: quizzes.queries.statistics.run_job,
}

BEAT_SECONDS = 15


@contextmanager
def _living(job_id: int) -> Iterator[None]:
    """Give a sign of life while work goes on that has nothing to report, such as reading a file as a whole."""
    app, over = current_app._get_current_object(), Event()  # type: ignore[attr-defined]

    def beat() -> None:
        with app.app_context():
            while not over.wait(BEAT_SECONDS):
                jobs.live(job_id, clock.now())

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


FAILED = N_("Something went wrong here. Nothing was changed. Try again, or tell the administrator.")
# Marking anew commits batch by batch.
HALFWAY = {"regrade": N_("Something went wrong here. What was marked anew stays so. Start it again for the rest, or tell the administrator.")}


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
        with force_locale({"zh": "zh_Hans_CN", "en": "en_GB"}[job.arguments["language"]]), _living(job_id):
            result = RUNNERS[job.kind](job.arguments, lambda done, total: jobs.report(job_id, done, total, clock.now()))
    except DomainError as error:
        state, message = "failed", gettext(error.message, **error.values)
    except Exception:  # whatever it is: a person waits for this job to end
        logging.getLogger(__name__).exception("job %s failed", job_id)
        state, message = "failed", HALFWAY.get(job.kind, FAILED)
    with transaction():
        jobs.finish(job_id, state, result, message, clock.now())
