"""Who may read of a case what follows from its decisions."""

from collections.abc import Mapping

from cases.rules import Document, next_decision
from people.access import SignedIn
from people.rules import Permission


def can_read_outcomes(person: SignedIn, document: Document, chosen: Mapping[str, str]) -> bool:
    """Whether nothing of this case is to be kept from the person: they decided it all, they write cases, or they lead people through them."""
    return next_decision(document, chosen) is None or person.can(Permission.CONTENT_WRITE) or person.can(Permission.RECORD_SUPERVISE)
