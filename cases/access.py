"""Who may read of a case what follows from its decisions; whose near miss somebody may read, and see its photograph."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, true

from cases.models import NearMiss
from cases.rules import Document, next_decision
from people.access import SignedIn
from people.rules import Permission


def can_read_outcomes(person: SignedIn, document: Document, chosen: Mapping[str, str]) -> bool:
    """Whether nothing of this case is to be kept from the person: they decided it all, they write cases, or they lead people through them."""
    return next_decision(document, chosen) is None or person.can(Permission.CONTENT_WRITE) or person.can(Permission.RECORD_SUPERVISE)


def can_read_near_miss(person: SignedIn, near_miss: NearMiss) -> bool:
    """Whether the person sent it, or is an author, who reads it without learning who sent it."""
    return near_miss.person_id == person.id or person.can(Permission.CONTENT_WRITE)


def near_miss_readable_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as an SQL condition."""
    return true() if person.can(Permission.CONTENT_WRITE) else NearMiss.person_id == person.id
