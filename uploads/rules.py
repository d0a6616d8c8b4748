"""Limits of uploads, and how the headers of the protocol are read. Pure functions on plain values."""

import base64
import binascii
import datetime as dt

from core.config import MEGABYTE

PIECE_MOST = 4  # MB in one request
WHOLE_MOST = 50  # MB in one form, for a browser without script
SPARE = 500 * MEGABYTE  # of the disk, which uploads leave to the database
KEPT = dt.timedelta(days=7)  # since the last byte of what never ended
NAME_MAX = 255
FINGERPRINT_MAX = 300


def metadata(header: str) -> dict[str, str]:
    """The pairs of an Upload-Metadata header: keys with base64 values. What cannot be read is left out. tus 1.0, creation."""
    found = {}
    for pair in filter(None, header.split(",")):
        key, _blank, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def plain_name(name: str) -> str:
    """A file's name as it is shown: without folders and without what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:NAME_MAX]


def number(header: str | None) -> int:
    """A length or an offset; -1 where the header holds none."""
    return int(header) if header and header.isascii() and header.isdecimal() and len(header) < 16 else -1


def room_left(free: int, promised: int) -> int:
    """How much may still be sent: the free disk less what other uploads will need, and less what is spared."""
    return max(0, free - promised - SPARE)
