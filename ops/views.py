"""What a load balancer or a monitor asks, and how far a job is."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core import clock, jobs
from core.door import public, requires
from ops import queries
from people.rules import Permission

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def readyz() -> tuple[dict[str, str], int]:
    """The database is reachable and migrated to what this code needs."""
    found, needed = queries.database_revision(), queries.needed_revision()
    if found == needed:
        return {"status": "ok", "revision": needed}, 200
    return {"status": "not ready", "revision": found or "none", "needed": needed}, 503


@blueprint.get("/jobs/<id:job_id>")
@requires(Permission.ACCOUNT_USE)
def job(job_id: int) -> ResponseReturnValue:
    """How far a job of the person's own is; once it is done, on to where its result is shown. Scripts get JSON."""
    found = jobs.job_of(current_user.id, job_id)
    if request.accept_mimetypes.best == "application/json":
        return {"state": found.state, "done": found.done, "total": found.total}
    if found.state == "done" and found.arguments.get("then"):
        return redirect(found.arguments["then"].replace("{job}", str(found.id)), 303)
    return render_template("ops/job.html", job=found, died=found.has_died(clock.now()))
