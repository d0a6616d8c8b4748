"""What a load balancer or a monitor asks."""

from flask import Blueprint

from core.door import public
from ops import queries

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
