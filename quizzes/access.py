"""Whose attempts somebody may open, mark, oversee and open again, and to whom they may grant exceptions: each rule as a test and as an SQL condition."""

from sqlalchemy import ColumnElement, and_, bindparam, true

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


def can_mark(person: SignedIn, attempt: Attempt) -> bool:
    """Whether somebody who marks may mark this attempt: nobody marks their own. Whose it is they are never told."""
    return attempt.person_id != person.id


def markable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return Attempt.person_id != person.id


def can_reopen(person: SignedIn, attempt: Attempt, owner_path: str) -> bool:
    """Whether a supervisor may open this attempt again: nobody opens their own."""
    return attempt.person_id != person.id and can_supervise(person, owner_path)


def reopenable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Attempt and Department."""
    return and_(Attempt.person_id != person.id, supervised_by(person))


def can_grant(person: SignedIn, department_path: str) -> bool:
    """Whether somebody may grant exceptions at quizzes to this department and its people: administrators to all, supervisors to their own."""
    return person.can(Permission.PEOPLE_WRITE) or can_supervise(person, department_path)


def grantable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Department."""
    return true() if person.can(Permission.PEOPLE_WRITE) else supervised_by(person)
