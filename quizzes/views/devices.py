"""What other devices answered while an attempt runs."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core import clock
from core.door import requires
from people.rules import Permission
from quizzes.queries import devices

blueprint = Blueprint("devices", __name__)


@blueprint.get("/attempts/<id:attempt_id>/answers")
@requires(Permission.QUIZ_TAKE)
def answers(attempt_id: int) -> ResponseReturnValue:
    """The answers as the server has them, its clock, and when the attempt ends."""
    found, now = devices.stored(current_user, attempt_id), clock.now()
    ends_at = found.ends_at.isoformat() if found.ends_at else None
    return {"state": found.state, "now": now.isoformat(), "ends_at": ends_at, "answers": found.answers}
