"""Work that takes longer than a person waits for one page: what is asked for, how far it is, and what came of it.

A job runs in a process of its own, so that no server thread is held and its memory goes with it. What a kind of job does is the
business of ops/jobs.py, which knows every package.
"""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, db, rows_changed, transaction
from core.errors import NotFound

# Without a sign of life for so long a job has died.
SILENCE = dt.timedelta(seconds=60)
ROOT = Path(__file__).parent.parent


class Job(Model):
    """One piece of work. It belongs to whoever asked for it."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]

    def has_died(self, now: dt.datetime) -> bool:
        """Whether it should be running and gives no sign of life."""
        return self.state in ("waiting", "running") and now - self.seen_at > SILENCE


def ask_for(kind: str, person_id: int, arguments: dict[str, Any], now: dt.datetime) -> Job:
    """Note a job, in the caller's transaction; `run_apart` it once that has ended."""
    job = Job(kind=kind, person_id=person_id, arguments=arguments, state="waiting", asked_at=now, seen_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def job_of(person_id: int, job_id: int) -> Job:
    """A job of the person's own, as it stands now. Raises NotFound."""
    job = db.session.scalar(select(Job).where(Job.id == job_id, Job.person_id == person_id).execution_options(populate_existing=True))
    if job is None:
        raise NotFound()
    return job


def run_apart(job: Job) -> None:
    """Run a job in a process of its own; returns at once."""
    environment = {**os.environ, "INSTANCE_FOLDER": current_app.instance_path, "DATABASE_URL": db.engine.url.render_as_string(hide_password=False)}
    environment["MEDIA_FOLDER"] = str(current_app.config["MEDIA_FOLDER"])
    command = [sys.executable, "-m", "flask", "--app", "app", "job", "run", str(job.id)]
    subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603 - our own command


def take(job_id: int, now: dt.datetime) -> bool:
    """Whether this process is the one that runs the job: it waited, or whoever ran it has died."""
    free = (Job.state == "waiting") | ((Job.state == "running") & (Job.seen_at < now - SILENCE))
    return rows_changed(update(Job).where(Job.id == job_id, free).values(state="running", seen_at=now)) == 1


def report(job_id: int, done: int, total: int, now: dt.datetime) -> None:
    """Say how far a job is; in a transaction of its own, so that it is seen while the job's own transaction runs elsewhere."""
    with transaction():
        db.session.execute(update(Job).where(Job.id == job_id).values(done=done, total=total, seen_at=now))


def live(job_id: int, now: dt.datetime) -> None:
    """Say that a job is at work; in a transaction of its own, as `report` is."""
    with transaction():
        db.session.execute(update(Job).where(Job.id == job_id).values(seen_at=now))


def finish(job_id: int, state: str, result: dict[str, Any] | None, message: str, now: dt.datetime) -> None:
    """Say what came of a job, `done` or `failed`, in the caller's transaction."""
    db.session.execute(update(Job).where(Job.id == job_id).values(state=state, result=result, message=message, seen_at=now))
