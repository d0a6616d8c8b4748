"""Pictures of question files: what kind of picture some bytes are, and how large. Pure."""

import re
import struct
from dataclasses import dataclass

MOST_BYTES = 20 * 1024 * 1024
TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml"}
_SVG = re.compile(rb"<(?:\w+:)?svg\b[^>]{0,4000}>", re.IGNORECASE)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG: starts of a frame


@dataclass(frozen=True)
class Size:
    """What a picture says of itself."""

    kind: str
    width: int
    height: int


def size_of(body: bytes) -> Size | None:
    """Kind and size by the first bytes of a picture, or None where they are no picture that browsers show everywhere."""
    try:
        return _size(body)
    except (struct.error, IndexError, ValueError):
        return None


def _size(body: bytes) -> Size | None:
    if body[:8] == b"\x89PNG\r\n\x1a\n":
        return _sound("png", *struct.unpack(">II", body[16:24]))
    if body[:6] in (b"GIF87a", b"GIF89a"):
        return _sound("gif", *struct.unpack("<HH", body[6:10]))
    if body[:2] == b"\xff\xd8":
        return _jpeg(body)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return _webp(body)
    found = _SVG.search(body[:8000])
    return _svg(found[0].decode("utf-8", "replace")) if found else None


def _sound(kind: str, width: int, height: int) -> Size | None:
    return Size(kind, width, height) if 0 < width <= 100_000 and 0 < height <= 100_000 else None


def _jpeg(body: bytes) -> Size | None:
    place = 2
    while place + 9 < len(body):
        marker, length = body[place + 1], struct.unpack(">H", body[place + 2 : place + 4])[0]
        if body[place] != 0xFF or length < 2:
            return None
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", body[place + 5 : place + 9])
            return _sound("jpg", width, height)
        place += 2 + length
    return None


def _webp(body: bytes) -> Size | None:
    if body[12:16] == b"VP8X":
        return _sound("webp", 1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little"))
    if body[12:16] == b"VP8L":
        bits = int.from_bytes(body[21:25], "little")
        return _sound("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack("<HH", body[26:30])
    return _sound("webp", width & 0x3FFF, height & 0x3FFF)


def _svg(tag: str) -> Size | None:
    sides = [re.search(rf"""\s{side}\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']""", tag) for side in ("width", "height")]
    if all(sides):
        return _sound("svg", *(round(float(side[1])) for side in sides if side))
    box = re.search(r"""\sviewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*["']""", tag)
    return _sound("svg", round(float(box[1])), round(float(box[2]))) if box else None
