"""Stored files: named by their content, recognised by their bytes, served in short ranges."""

import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from flask import Response, request, send_file

from core.errors import NotFound
from core.films import begins_as, read_film

# One range answers at most this much: a player asks again for the rest, and no film holds a thread for its length.
RANGE_LIMIT = 2 * 1024 * 1024

KINDS = {
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
FILMS = (".webm", ".mp4")
STORED = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]{3,4})")
DIGEST_DIGITS = 32
HEAD = 64
# Whoever opens a stored file by itself gets a page that may do nothing. A film's may show the film: sandboxed, its player would be a stranger here.
ALONE = "default-src 'none'; style-src 'unsafe-inline'"


def recognise(path: Path) -> str | None:
    """The extension that the content deserves, whatever the name says, or None where it is no kind that we serve."""
    with path.open("rb") as file:
        extension = _promised(file.read(HEAD))
    if extension not in FILMS:
        return extension
    film = read_film(path)
    return film.extension if film else None


def _promised(head: bytes) -> str | None:
    """What the first bytes say. A film is looked into before it is believed."""
    if head[:3] == b"\xff\xd8\xff":
        return ".jpg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return ".png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return ".vtt"
    return begins_as(head)


def stored_name(path: Path) -> str:
    """The name under which a file is kept: digest and true extension. Raises ValueError for an unknown kind."""
    extension = recognise(path)
    if extension is None:
        raise ValueError(path.name)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:DIGEST_DIGITS] + extension


def store(path: Path, folder: Path) -> None:
    """Copy a file into the media folder, whole or not at all."""
    name = stored_name(path)
    if not (folder / name).exists():
        part = _beginning(folder)
        shutil.copyfile(path, part)
        _settle(part, folder / name)


def store_bytes(body: bytes, folder: Path) -> str:
    """Keep captions or a picture in the media folder; the name. Raises ValueError for another kind."""
    name = name_of(body)
    if not (folder / name).exists():
        part = _beginning(folder)
        part.write_bytes(body)
        _settle(part, folder / name)
    return name


def name_of(body: bytes) -> str:
    """The name under which captions or a picture are kept. Raises ValueError for another kind."""
    extension = _promised(body[:HEAD])
    if extension is None or extension in FILMS:
        raise ValueError(extension)
    return hashlib.sha256(body).hexdigest()[:DIGEST_DIGITS] + extension


def adopt(part: Path, folder: Path) -> str:
    """Move a finished file on the same disk into the media folder; the name. Raises ValueError for an unknown kind."""
    name = stored_name(part)
    _settle(part, folder / name)
    return name


def store_stream(stream: BinaryIO, folder: Path) -> str:
    """Keep what a form brought in the media folder; the name. Raises ValueError for an unknown kind."""
    part = _beginning(folder)
    try:
        with part.open("wb") as file:
            shutil.copyfileobj(stream, file)
        return adopt(part, folder)
    finally:
        part.unlink(missing_ok=True)


def _beginning(folder: Path) -> Path:
    """A name for a file that is being written; nobody else has it."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{secrets.token_hex(8)}.part"


def _settle(part: Path, target: Path) -> None:
    """Give a file its name, for good: first the bytes are safe from a power cut, then the name."""
    _flush(part)
    part.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored_file(folder: Path, name: str, *kinds: str) -> Path:
    """The stored file of this name and one of these kinds. Raises NotFound for any other name."""
    match = STORED.fullmatch(name)
    path = folder / name
    if match is None or match[1] not in (kinds or KINDS) or not path.is_file():
        raise NotFound()
    return path


def serve(folder: Path, name: str) -> Response:
    """One stored file, by range, cached for good because its name is its content. Raises NotFound."""
    path = stored_file(folder, name)
    response = send_file(path, mimetype=KINDS[path.suffix], conditional=False, max_age=365 * 24 * 3600)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = f"{ALONE}; media-src 'self'" if path.suffix in FILMS else f"{ALONE}; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Accept-Ranges"] = "bytes"
    size = path.stat().st_size
    if request.range is None or len(request.range.ranges) != 1:
        return response
    span = request.range.range_for_length(size)
    response.close()
    if span is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = span[0], min(span[1], span[0] + RANGE_LIMIT)
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(stop - start)
    headers = {key: value for key, value in response.headers if key != "Content-Length"}
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return Response(body, 206, headers, mimetype=KINDS[path.suffix])
