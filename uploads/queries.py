"""What is known of uploads."""

from dataclasses import dataclass

from sqlalchemy import func, select

from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from uploads.access import used_by
from uploads.models import Upload


@dataclass(frozen=True)
class Standing:
    """Where an upload stands."""

    id: int
    name: str
    size: int
    received: int
    stored: str | None


_STANDING = select(Upload.id, Upload.name, Upload.size, Upload.received, Upload.stored)


def upload_for(person: SignedIn, upload_id: int) -> Standing:
    """One of the person's own uploads. Raises NotFound."""
    row = db.session.execute(_STANDING.where(Upload.id == upload_id, used_by(person))).first()
    if row is None:
        raise NotFound()
    return Standing(*row)


def same_upload(person: SignedIn, fingerprint: str, size: int) -> Standing | None:
    """The person's upload of the same file."""
    row = db.session.execute(_STANDING.where(used_by(person), Upload.fingerprint == fingerprint, Upload.size == size)).first()
    return Standing(*row) if row else None


def promised() -> int:
    """The bytes that all unfinished uploads have still to bring."""
    return int(db.session.scalar(select(func.coalesce(func.sum(Upload.size - Upload.received), 0)).where(Upload.stored.is_(None))) or 0)
