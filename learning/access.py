"""Whose record somebody may read: each rule as a test and as an SQL condition on Department and Person."""

from sqlalchemy import ColumnElement, or_

from people.access import SignedIn, can_supervise, supervised_by
from people.models import Person


def can_read_record(person: SignedIn, owner_id: int, owner_path: str) -> bool:
    """Whether this is the person's own record, or that of somebody they supervise."""
    return person.id == owner_id or can_supervise(person, owner_path)


def record_readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return or_(Person.id == person.id, supervised_by(person))
