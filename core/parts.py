"""A file that arrives in pieces: held by one request at a time, and longer by a piece only when that piece is on the disk."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import N_, DomainError


class Busy(DomainError):
    """Another request holds the file."""

    status = 423


@contextmanager
def hold(path: Path) -> Iterator[BinaryIO]:
    """The file, made where it is missing, to read and to write; nobody else writes meanwhile. Raises Busy at once, never waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go with the file, also by a process that dies
        except BlockingIOError:
            raise Busy(N_("The file is being written by another window. Wait a moment.")) from None
        yield part


def append(part: BinaryIO, received: int, piece: bytes) -> int:
    """Write a piece behind the bytes that were received, and nothing behind it; how many there are once they are safe."""
    part.truncate(received)
    part.seek(received)
    part.write(piece)
    part.flush()
    os.fsync(part.fileno())
    return received + len(piece)


def holds(part: BinaryIO, offset: int, piece: bytes) -> bool:
    """Whether these bytes are there already."""
    part.seek(offset)
    return part.read(len(piece)) == piece


def length(part: BinaryIO) -> int:
    """How many bytes there are on the disk."""
    return os.fstat(part.fileno()).st_size
