"""Whose attempts somebody may open, and to whom they may grant exceptions: each rule as a test and as an SQL condition."""

from sqlalchemy import ColumnElement, bindparam, true

from people.access import SignedIn, can_supervise, supervised_by
from people.rules import Permission
from quizzes.models.attempts import Attempt


def can_read(person: SignedIn, attempt: Attempt) -> bool:
    """Whether the attempt is the person's own."""
    return attempt.person_id == person.id


def readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return Attempt.person_id == person.id


# The same once more, for a statement that is built once: it is run with the person's id as `person_id`.
READABLE = Attempt.person_id == bindparam("person_id")


def can_grant(person: SignedIn, department_path: str) -> bool:
    """Whether somebody may grant exceptions at quizzes to this department and its people: administrators to all, supervisors to their own."""
    return person.can(Permission.PEOPLE_WRITE) or can_supervise(person, department_path)


def grantable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Department."""
    return true() if person.can(Permission.PEOPLE_WRITE) else supervised_by(person)
