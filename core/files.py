"""Stored files: named by their content, recognised by their first bytes, served in short ranges."""

import hashlib
import shutil
from pathlib import Path

from flask import Response, request, send_file

from core.errors import NotFound

# One range answers at most this much: a player asks again for the rest, and no film holds a thread for its length.
RANGE_LIMIT = 2 * 1024 * 1024

KINDS = {
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def recognise(path: Path) -> str | None:
    """The extension that the content deserves, whatever the name says, or None where it is no kind that we serve."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[:4] == b"\x1aE\xdf\xa3":
        return ".webm"
    if head[4:8] == b"ftyp":
        return ".mp4"
    if head[:3] == b"\xff\xd8\xff":
        return ".jpg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return ".png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return ".vtt"
    return None


def stored_name(path: Path) -> str:
    """The name under which a file is kept: digest and true extension. Raises ValueError for an unknown kind."""
    extension = recognise(path)
    if extension is None:
        raise ValueError(path.name)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32] + extension


def store(path: Path, folder: Path) -> None:
    """Copy a file into the media folder, whole or not at all."""
    target = folder / stored_name(path)
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(target.suffix + ".part")
    shutil.copyfile(path, part)
    part.replace(target)


def serve(folder: Path, name: str) -> Response:
    """One stored file, by range, cached for good because its name is its content. Raises NotFound."""
    path = folder / name
    if path.suffix not in KINDS or path.name != name or not path.is_file():
        raise NotFound()
    response = send_file(path, mimetype=KINDS[path.suffix], conditional=False, max_age=365 * 24 * 3600)
    response.headers["X-Content-Type-Options"] = "nosniff"
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
