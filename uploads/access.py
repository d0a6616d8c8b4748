"""Whose uploads are whose: the rule as a test and as an SQL condition."""

from sqlalchemy import ColumnElement

from people.access import SignedIn
from uploads.models import Upload


def can_use(person: SignedIn, upload: Upload) -> bool:
    """Whether the upload is the person's own."""
    return upload.person_id == person.id


def used_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Upload."""
    return Upload.person_id == person.id
