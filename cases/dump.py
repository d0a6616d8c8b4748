"""Writing cases back into the files of a casebook: what casebook.py reads, and loads to the same. Format: casebook/README.md."""

from collections.abc import Mapping
from typing import Any

from cases.queries import library
from core.languages import LANGUAGES
from core.yaml_text import yaml_text

# What stands in a file: its text, or the name of a stored file to copy.
Files = dict[str, str]
STORED = "stored:"

_ORDER = (
    *("cause", "also", "date", "country", "industry", "minutes", "deaths", "injuries", "toll_note", "substances", "tags", "title", "place"),
    *("when", "lead", "facts", "diagram", "photos", "timeline", "decisions", "direct_cause", "underlying_causes", "controls", "last_barrier"),
    *("at_your_post", "lesson", "aftermath", "unknown", "sources", "films"),
)


def terms_file() -> str:
    """terms.yaml as the database has it."""
    causes = {cause.slug: {"parent": cause.parent, **{key: _pair(cause, key) for key in ("name", "meaning")}} for cause in library.causes_with_parents()}
    names: dict[str, dict[str, dict[str, str]]] = {"industries": {}, "countries": {}, "substances": {}}
    for (kind, code), name in sorted(library.term_names().items()):
        names[{"industry": "industries", "country": "countries", "substance": "substances"}[kind]][code] = name
    return yaml_text({"causes": causes, **names})


def case_files(document: Mapping[str, Any]) -> Files:
    """The files of one case folder by name."""
    made = {key: document[key] for key in _ORDER}
    files: Files = {}
    if document["diagram"]:
        files["diagram.svg"] = document["diagram"]["svg"] + "\n"
        made["diagram"] = {"file": "diagram.svg", "alt": document["diagram"]["alt"], "key": document["diagram"]["key"]}
    made["photos"] = [_photo(photo, number, files) for number, photo in enumerate(document["photos"], 1)]
    made["films"] = [_film(film, files) for film in document["films"]]
    return {"case.yaml": yaml_text(made), **files}


def _pair(row: Any, key: str) -> dict[str, str]:
    return {language: getattr(row, f"{key}_{language}") for language in LANGUAGES}


def _photo(photo: Mapping[str, Any], number: int, files: Files) -> dict[str, Any]:
    name = f"photo-{number}.{photo['name'].rpartition('.')[2]}"
    files[name] = STORED + photo["name"]
    return {"file": name, **{key: photo[key] for key in ("alt", "caption", "credit")}}


def _film(film: Mapping[str, Any], files: Files) -> dict[str, Any]:
    names = []
    for number, file in enumerate(film["files"]):
        extension = file["name"].rpartition(".")[2]
        name = f"{film['id']}.{extension}" if f"{film['id']}.{extension}" not in files else f"{film['id']}-{number}.{extension}"
        files[name] = STORED + file["name"]
        names.append(name)
    captions = {language: f"{film['id']}.{language}.vtt" for language in film["captions"]}
    files.update({name: STORED + film["captions"][language] for language, name in captions.items()})
    return {**{key: film[key] for key in ("id", "title", "publisher", "seconds", "url")}, "files": names, "captions": captions}
