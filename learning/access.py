"""Whose record somebody may read: each rule as a test and as an SQL condition on Department and Person; and who may read of a meeting."""

from sqlalchemy import ColumnElement, and_, or_

from learning.models import Meeting
from people.access import SignedIn, can_supervise, supervised_by
from people.models import Person


def can_read_record(person: SignedIn, owner_id: int, owner_path: str) -> bool:
    """Whether this is the person's own record, or that of somebody they supervise."""
    return person.id == owner_id or can_supervise(person, owner_path)


def record_readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition."""
    return or_(Person.id == person.id, supervised_by(person))


def can_read_protocol(person: SignedIn, meeting: Meeting, department_path: str) -> bool:
    """Whether the person led the meeting, or it has ended and they supervise its department."""
    return meeting.leader_id == person.id or (meeting.ended_at is not None and can_supervise(person, department_path))


def protocol_readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Meeting and Department."""
    return or_(Meeting.leader_id == person.id, and_(Meeting.ended_at.is_not(None), supervised_by(person)))
