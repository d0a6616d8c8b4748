"""Whose attempts somebody may open: the rule as a test and as an SQL condition. For now only one's own."""

from sqlalchemy import ColumnElement, bindparam

from people.access import SignedIn
from quizzes.models.attempts import Attempt


def can_read(person: SignedIn, attempt: Attempt) -> bool:
    """Whether the attempt is the person's own."""
    return attempt.person_id == person.id


def readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return Attempt.person_id == person.id


# The same once more, for a statement that is built once: it is run with the person's id as `person_id`.
READABLE = Attempt.person_id == bindparam("person_id")
