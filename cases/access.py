"""Whose near miss somebody may read, and see its photograph: each rule as a test and as an SQL condition."""

from sqlalchemy import ColumnElement, true

from cases.models import NearMiss
from people.access import SignedIn
from people.rules import Permission


def can_read_near_miss(person: SignedIn, near_miss: NearMiss) -> bool:
    """Whether the person sent it, or is an author, who reads it without learning who sent it."""
    return near_miss.person_id == person.id or person.can(Permission.CONTENT_WRITE)


def near_miss_readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return true() if person.can(Permission.CONTENT_WRITE) else NearMiss.person_id == person.id
