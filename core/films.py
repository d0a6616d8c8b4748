"""Looking into a film: whether it is whole, MP4 or WebM with moving pictures, and how long it lasts. Reads a few kilobytes of it.

MP4: ISO/IEC 14496-12 (boxes). WebM: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import error as TooShort
from struct import unpack
from typing import BinaryIO

# The major brands of films that browsers play; pictures (heic, avif) and music (M4A) have the same boxes and other brands.
BRANDS = {b"isom", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash", b"f4v ", b"mmp4", *(b"iso%d" % number for number in range(2, 10))}
MOST_PARTS = 200_000  # boxes or elements looked at: two hours in fragments of a tenth of a second
HEAD_MOST = 4096

EBML, DOC_TYPE, SEGMENT, INFO, SCALE, DURATION = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK, TRACK_TYPE, CLUSTER = 0x1654AE6B, 0xAE, 0x83, 0x1F43B675
VIDEO = 1


class _Unsound(Exception):
    """What was read is not what a film has in this place."""


@dataclass(frozen=True)
class Film:
    """What a file turned out to be. `seconds` is None where the film does not say."""

    extension: str
    seconds: int | None


def read_film(path: Path) -> Film | None:
    """The film that this file is by its content, or None where it is none, or not a whole one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            return _read_mp4(file, size) if begins_as(file.read(12)) == ".mp4" else _read_webm(file, size)
        except (_Unsound, TooShort):
            return None


def begins_as(head: bytes) -> str | None:
    """What a file promises to be with its first twelve bytes: MP4, WebM, or None for no film."""
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return ".mp4"
    return ".webm" if head[:4] == b"\x1aE\xdf\xa3" else None


# ---- MP4


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box; together they fill the space to the last byte."""
    for _number in range(MOST_PARTS):
        if start == end:
            return
        file.seek(start)
        size, kind = unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,), head = unpack(">Q", file.read(8)), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end or not all(32 <= letter < 127 for letter in kind):
            raise _Unsound
        yield kind, start + head, start + size
        start += size
    raise _Unsound


def _read_mp4(file: BinaryIO, size: int) -> Film:
    tops = {kind: (start, end) for kind, start, end in _boxes(file, 0, size)}
    if b"moov" not in tops or not tops.keys() & {b"mdat", b"moof"}:
        raise _Unsound
    seconds, pictures = None, False
    for kind, start, end in _boxes(file, *tops[b"moov"]):
        if kind == b"mvhd":
            seconds = _mp4_seconds(file, start)
        elif kind == b"trak":
            pictures |= _shows_pictures(file, start, end)
    if not pictures:
        raise _Unsound
    return Film(".mp4", seconds)


def _mp4_seconds(file: BinaryIO, start: int) -> int | None:
    file.seek(start)
    body = file.read(32)
    scale, duration = unpack(">IQ", body[20:32]) if body[0] == 1 else unpack(">II", body[12:20])
    return round(duration / scale) or None if scale and duration < 2**32 - 1 else None


def _shows_pictures(file: BinaryIO, start: int, end: int) -> bool:
    """Whether a track is of moving pictures: mdia/hdlr says "vide"."""
    for kind, inner, inner_end in _boxes(file, start, end):
        if kind == b"mdia":
            for deeper, at, _end in _boxes(file, inner, inner_end):
                if deeper == b"hdlr":
                    file.seek(at + 8)
                    return file.read(4) == b"vide"
    return False


# ---- WebM


def _number(file: BinaryIO, keep_marker: bool) -> int:
    """A number of variable length; -1 where all its bits are set, which as a size means unknown."""
    (first,) = unpack("B", file.read(1))
    length = 9 - first.bit_length()
    if length > 8:
        raise _Unsound
    raw = bytes([first]) + file.read(length - 1)
    if len(raw) < length:
        raise _Unsound
    value, mask = int.from_bytes(raw), (1 << (7 * length)) - 1
    if keep_marker:
        return value
    return -1 if value & mask == mask else value & mask


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Id, start and end of the content of each element; one of unknown size reaches to the end."""
    for _count in range(MOST_PARTS):
        if start >= end:
            return
        file.seek(start)
        kind, size = _number(file, keep_marker=True), _number(file, keep_marker=False)
        start = file.tell()
        stop = end if size < 0 else start + size
        if stop > end:
            raise _Unsound
        yield kind, start, stop
        start = stop
    raise _Unsound


def _value(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(min(end - start, HEAD_MOST))


def _read_webm(file: BinaryIO, size: int) -> Film:
    tops = _elements(file, 0, size)
    kind, start, end = next(tops, (0, 0, 0))
    names = [_value(file, *span) for inner, *span in _elements(file, start, end) if inner == DOC_TYPE] if kind == EBML else []
    if names != [b"webm"]:
        raise _Unsound
    kind, start, end = next(tops, (0, 0, 0))
    if kind != SEGMENT:
        raise _Unsound
    seconds, pictures = None, False
    for kind, inner, inner_end in _elements(file, start, end):
        if kind == INFO:
            seconds = _webm_seconds(file, inner, inner_end)
        elif kind == TRACKS:
            tracks = [span for track, *span in _elements(file, inner, inner_end) if track == TRACK]
            types = [_value(file, *at) for span in tracks for one, *at in _elements(file, *span) if one == TRACK_TYPE]
            pictures = VIDEO in map(int.from_bytes, types)
        elif kind == CLUSTER:  # pictures and sound; what follows says nothing of interest
            break
    if not pictures or kind != CLUSTER:
        raise _Unsound
    return Film(".webm", seconds)


def _webm_seconds(file: BinaryIO, start: int, end: int) -> int | None:
    found = {kind: _value(file, *span) for kind, *span in _elements(file, start, end) if kind in (SCALE, DURATION)}
    if DURATION not in found:
        return None
    (ticks,) = unpack(">f" if len(found[DURATION]) == 4 else ">d", found[DURATION])
    nanoseconds = ticks * (int.from_bytes(found[SCALE]) if SCALE in found else 1_000_000)
    return round(nanoseconds / 1e9) or None if 0 < nanoseconds < 1e15 else None
