"""Films, captions, pictures and drawings that come with a part of a case: checked, stored, and put into its content."""

from pathlib import Path
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from core import files
from core.captions import read_captions
from core.drawings import clean_drawing
from core.errors import DomainError
from core.films import read_film
from core.languages import LANGUAGES
from core.pictures import shrink
from uploads.actions import keep_whole

FILMS = (".mp4", ".webm")


def take_files(content: dict[str, Any], folder: Path) -> dict[str, str]:
    """Put what was sent into the content of a part; what is wrong with a file, by the name of its field."""
    problems: dict[str, str] = {}

    def sent(field: str) -> FileStorage | None:
        file = request.files.get(field)
        return file if file and file.filename else None

    def attempt(field: str, take: Any) -> None:
        try:
            if file := sent(field):
                take(file)
        except DomainError as error:
            problems[field] = _(error.message, **error.values)

    for number, film in enumerate(content.get("films", ())):
        stored = film.pop("uploaded", None)
        if stored:
            _add_film(film, stored, folder)
        attempt(f"films-{number}-uploaded-file", lambda file, film=film: _add_film(film, keep_whole(file.filename or "", file.stream, folder), folder))
        for language in LANGUAGES:
            attempt(
                f"films-{number}-captions-{language}",
                lambda file, film=film, language=language: film["captions"].update({language: files.store_bytes(read_captions(file.read()).encode(), folder)}),
            )
    if "photos" in content:
        attempt(
            "photo", lambda file: content["photos"].append({"name": files.store_bytes(shrink(file.read()), folder), "alt": {}, "caption": {}, "credit": ""})
        )
    if "diagram" in content:
        attempt("drawing", lambda file: content.update(diagram={"alt": {}, "key": [], **(content["diagram"] or {}), "svg": clean_drawing(file.read())}))
    return problems


def _add_film(film: dict[str, Any], stored: str, folder: Path) -> None:
    """A stored film joins the row; the same one twice is one. Raises NotFound for a name that is no film's."""
    path = files.stored_file(folder, stored, *FILMS)
    if stored not in [file["name"] for file in film["files"]]:
        film["files"].append({"name": stored, "size": path.stat().st_size})
        film["seconds"] = film["seconds"] or (found.seconds if (found := read_film(path)) else None)
