"""The table of uploads."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from uploads.rules import FINGERPRINT_MAX, NAME_MAX


class Upload(Model):
    """A film on its way. `fingerprint` is by what the browser knows the file again; `stored` the film's name once it is whole.

    `received` counts the bytes that are safe on the disk; the part file may be longer after a crash, never relied upon.
    """

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("person_id", "fingerprint", "size"), CheckConstraint("received BETWEEN 0 AND size", name="received"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(String(FINGERPRINT_MAX))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    stored: Mapped[str | None] = mapped_column(String(40))
    touched_at: Mapped[dt.datetime] = mapped_column(index=True)
