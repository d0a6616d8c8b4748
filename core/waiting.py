"""Files that somebody sent and has not decided about yet: under a random name, theirs alone, for a day."""

import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

from core.errors import NotFound

DAY = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def begin(folder: Path, body: bytes, note: dict[str, Any]) -> str:
    """Keep a file with what is known of it; the name by which it is found again."""
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    (folder / f"{token}.body").write_bytes(body)
    write_note(folder, token, note)
    return token


def write_note(folder: Path, token: str, note: dict[str, Any], name: str = "note") -> None:
    """Write down something more of a file, whole or not at all."""
    part = folder / f"{token}.{secrets.token_hex(4)}.part"
    part.write_text(json.dumps(note, ensure_ascii=False), "utf-8")
    part.replace(folder / f"{token}.{name}")


def note_of(folder: Path, token: str, person_id: int) -> dict[str, Any]:
    """What is known of a file that this person sent. Raises NotFound for any other."""
    note = read_note(folder, token)
    if note is None or note["person_id"] != person_id:
        raise NotFound()
    return note


def read_note(folder: Path, token: str, name: str = "note") -> dict[str, Any] | None:
    """What was written down of a file under this name, or None."""
    path = folder / f"{token}.{name}"
    if not TOKEN.fullmatch(token) or not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def body_of(folder: Path, token: str) -> bytes:
    """The file itself. Raises NotFound."""
    path = folder / f"{token}.body"
    if not TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound()
    return path.read_bytes()


def forget(folder: Path, token: str, *names: str) -> None:
    """Remove what was written down under these names."""
    for name in names:
        (folder / f"{token}.{name}").unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove everything that is older than a day."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.stat().st_mtime < time.time() - DAY:
            path.unlink(missing_ok=True)
