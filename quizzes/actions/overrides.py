"""Granting one person or a department more time, more attempts or other dates at a quiz, and taking it away."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import update

from core.db import db
from core.errors import N_, Invalid
from people.access import SignedIn
from quizzes.models.attempts import Attempt
from quizzes.models.quizzes import Quiz, QuizOverride
from quizzes.queries import overrides
from quizzes.queries.quizzes import holding
from quizzes.rules.attempts import AttemptState, deadline
from quizzes.rules.settings import Granted, settings_from, terms_of


@dataclass(frozen=True)
class Whom:
    """Whom something is granted: a person by employee number, or a department."""

    employee_no: str = ""
    department_id: int | None = None


def grant(person: SignedIn, slug: str, whom: Whom, granted: Granted, reason: str, now: dt.datetime) -> QuizOverride:
    """Grant it, in place of what was granted to the same person or department before. Attempts that run get their new end.

    Raises NotFound for an unpublished quiz, and Invalid for somebody outside the person's scope, for nothing granted, and for dates the
    wrong way round.
    """
    quiz = overrides.quiz_to_grant(slug, lock=True)
    if granted == Granted():
        raise Invalid(N_("Say what is granted: minutes, attempts or dates."))
    terms = terms_of(settings_from(quiz.settings), quiz.time_limit, quiz.attempts, granted)
    if terms.opens_at and terms.closes_at and terms.opens_at >= terms.closes_at:
        raise Invalid(N_("With these dates it would close before it opens."))
    person_id, department_id, path = _find(person, whom)
    row = overrides.standing_grant(quiz.id, person_id, department_id)
    if row is None:
        row = QuizOverride(quiz_id=quiz.id, person_id=person_id, department_id=department_id)
        db.session.add(row)
    row.extra_minutes, row.extra_attempts, row.opens_at, row.closes_at = granted.extra_minutes, granted.extra_attempts, granted.opens_at, granted.closes_at
    row.reason, row.granted_by, row.granted_at = reason, person.id, now
    db.session.flush()
    _move_ends(quiz, person_id, path, now)
    return row


def take_away(person: SignedIn, slug: str, grant_id: int) -> None:
    """Take a grant away for attempts that start from now on; one that runs keeps the time it was given. Raises NotFound."""
    quiz = overrides.quiz_to_grant(slug, lock=True)
    db.session.delete(overrides.grant_for(grant_id, quiz.id, person))
    db.session.flush()


def _find(person: SignedIn, whom: Whom) -> tuple[int | None, int | None, str]:
    if whom.employee_no:
        found = overrides.person_to_grant(whom.employee_no, person)
        if found is None:
            raise Invalid(N_("There is nobody with this employee number among your people."))
        if found.id == person.id:
            raise Invalid(N_("Nobody grants an exception to themselves. Ask your own supervisor."))
        return found.id, None, ""
    department = next((line for line in overrides.departments_to_grant(person) if line.id == whom.department_id), None)
    if department is None:
        raise Invalid(N_("Name a person, or choose a department."))
    return None, department.id, department.path


def _move_ends(quiz: Quiz, person_id: int | None, path: str, now: dt.datetime) -> None:
    """Give the attempts that run the end that now holds for them; never one that is past already."""
    running = overrides.running_attempts(quiz.id, person_id, path)
    rows = overrides.grants_touching(quiz.id, [attempt.person_id for attempt, _path in running]) if running else []
    for attempt, at in running:
        holds = holding(rows, attempt.person_id, at)
        own = attempt.settings.get("quiz", {"time_limit": attempt.time_limit, "closes_at": attempt.settings.get("closes_at")})
        closes_at = holds.closes_at or (dt.datetime.fromisoformat(own["closes_at"]) if own["closes_at"] else None)
        limit = None if own["time_limit"] is None else own["time_limit"] + holds.extra_minutes
        ends_at = deadline(attempt.started_at, limit, closes_at)
        settings = {**attempt.settings, "closes_at": closes_at.isoformat() if closes_at else None}
        values = {"ends_at": max(ends_at, now) if ends_at else None, "time_limit": limit, "settings": settings}
        db.session.execute(update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN).values(**values))
