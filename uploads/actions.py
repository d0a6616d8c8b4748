"""Every write of uploads: their rows, and the bytes beside them."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, update

from core import files, parts
from core.db import db, insert
from core.errors import N_, Conflict, Invalid, Refused
from core.films import begins_as
from people.access import SignedIn
from uploads import queries, rules
from uploads.access import used_by
from uploads.models import Upload
from uploads.queries import Standing

HEAD = 12  # bytes that tell most of what is no film
NO_FILM = N_("“%(name)s” is not a whole film in MP4 or WebM: its content says otherwise than its name, or its end is missing. Nothing of it was kept.")


class WrongOffset(Conflict):
    """A piece that does not follow on the bytes that are there."""

    def __init__(self, offset: int) -> None:
        super().__init__(N_("This piece does not follow on what has arrived."))
        self.offset = offset


class NoFilm(Invalid):
    """The content is no film that browsers play."""


def part_file(folder: Path, upload_id: int) -> Path:
    """Where the bytes of an upload gather: on the disk of the media folder, out of its sight."""
    return folder / "parts" / f"{upload_id}.part"


def start_upload(person: SignedIn, name: str, size: int, fingerprint: str, most: int, folder: Path, now: dt.datetime) -> tuple[Standing, bool]:
    """Begin an upload, or find the one of the same file; where it stands, and whether it is new. Raises Invalid or Refused."""
    if not 0 < size <= most or not fingerprint or len(fingerprint) > rules.FINGERPRINT_MAX:
        raise Invalid(N_("A film may have up to %(most)s MB. This one has %(size)s MB."), most=most // 1_000_000, size=max(size, 0) // 1_000_000)
    found = queries.same_upload(person, fingerprint, size)
    if found and found.stored and not (folder / found.stored).exists():
        give_up(person, found, folder)
        found = None
    if found:
        return found, False
    folder.mkdir(parents=True, exist_ok=True)
    room = rules.room_left(shutil.disk_usage(folder).free, queries.promised())
    if size > room:
        raise Refused(N_("The server's disk has room for %(room)s MB only. Tell your administrator."), room=room // 1_000_000)
    values = {"name": rules.plain_name(name), "received": 0, "touched_at": now}
    db.session.execute(insert(Upload).values(person_id=person.id, fingerprint=fingerprint, size=size, **values).on_conflict_do_nothing())
    begun = queries.same_upload(person, fingerprint, size)
    assert begun
    return begun, True


def receive(upload: Standing, part: BinaryIO, offset: int, piece: bytes, folder: Path) -> Standing:
    """Put a piece behind the others; after the last one the film is moved to its place. The caller holds the part.

    A piece that came before is no error. Raises WrongOffset, Invalid, or NoFilm as soon as the bytes show it.
    """
    if upload.stored:
        return upload
    received = min(upload.received, parts.length(part))
    if 0 <= offset < received and offset + len(piece) <= received and parts.holds(part, offset, piece):
        return replace(upload, received=received)
    if offset != received:
        raise WrongOffset(received)
    if offset + len(piece) > upload.size:
        raise Invalid(N_("More was sent than the film has."))
    received = parts.append(part, received, piece)
    whole = received == upload.size
    if offset < HEAD <= received or whole:
        part.seek(0)
        if begins_as(part.read(HEAD)) is None:
            raise NoFilm(NO_FILM, name=upload.name)
    try:
        return replace(upload, received=received, stored=files.adopt(part_file(folder, upload.id), folder) if whole else None)
    except ValueError:
        raise NoFilm(NO_FILM, name=upload.name) from None


def note(upload: Standing, now: dt.datetime) -> None:
    """Keep where an upload stands."""
    db.session.execute(update(Upload).where(Upload.id == upload.id).values(received=upload.received, stored=upload.stored, touched_at=now))


def give_up(person: SignedIn, upload: Standing, folder: Path) -> None:
    """Forget an upload and its bytes. A film that is whole stays: it may be in use."""
    db.session.execute(delete(Upload).where(Upload.id == upload.id, used_by(person)))
    part_file(folder, upload.id).unlink(missing_ok=True)


def keep_whole(name: str, stream: BinaryIO, folder: Path) -> str:
    """Keep a film that came whole with a form; its stored name. Raises NoFilm."""
    try:
        return files.store_stream(stream, folder)
    except ValueError:
        raise NoFilm(NO_FILM, name=rules.plain_name(name)) from None


def sweep(folder: Path, now: dt.datetime) -> None:
    """Forget uploads that nothing came for in a week, and bytes that belong to none."""
    before = now - rules.KEPT
    db.session.execute(delete(Upload).where(Upload.touched_at < before))
    for part in (folder / "parts").glob("*.part"):
        if part.stat().st_mtime < before.timestamp():
            part.unlink(missing_ok=True)
