"""Films as small as a test needs them: what players and our checks look at is there, the pictures are zeros or noise."""

import os
import random
from collections.abc import Iterator
from struct import pack


def box(kind: bytes, *inside: bytes) -> bytes:
    """One box of an MP4 file."""
    body = b"".join(inside)
    return pack(">I4s", 8 + len(body), kind) + body


def track(handler: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"hdlr", pack(">II4s", 0, 0, handler))))


def mp4(size: int = 4096, brand: bytes = b"isom", seconds: int = 75, handler: bytes = b"vide") -> bytes:
    """An MP4 film of this many bytes."""
    head = mp4_head(size, brand, seconds, handler)
    return head + random.Random(size).randbytes(size - len(head))


def mp4_head(size: int, brand: bytes = b"isom", seconds: int = 75, handler: bytes = b"vide") -> bytes:
    """The first bytes of a film of this size; what follows may be anything."""
    head = box(b"ftyp", brand, pack(">I", 512), brand) + box(b"moov", box(b"mvhd", pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds)), track(handler))
    return head + pack(">I4s", size - len(head), b"mdat")


def pieces(size: int, step: int) -> Iterator[bytes]:
    """A film in pieces, for one that is too large to be held."""
    head, sent = mp4_head(size), 0
    while sent < size:
        length = min(step, size - sent)
        yield (head if sent == 0 else b"") + os.urandom(length - (len(head) if sent == 0 else 0))
        sent += length


def element(kind: bytes, *inside: bytes) -> bytes:
    """One element of a WebM file, its length in eight bytes."""
    body = b"".join(inside)
    return kind + pack(">Q", (1 << 56) | len(body)) + body


def webm(doctype: bytes = b"webm", seconds: float | None = 75.0, track_type: int = 1, pictures: int = 512) -> bytes:
    """A WebM film."""
    duration = element(b"\x44\x89", pack(">d", seconds * 1000)) if seconds is not None else b""
    return element(b"\x1aE\xdf\xa3", element(b"\x42\x82", doctype)) + element(
        b"\x18\x53\x80\x67",
        element(b"\x15\x49\xa9\x66", element(b"\x2a\xd7\xb1", pack(">I", 1_000_000)), duration),
        element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x83", bytes([track_type])))),
        element(b"\x1f\x43\xb6\x75", bytes(pictures)),
    )
