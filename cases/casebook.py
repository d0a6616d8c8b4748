"""Reading the files of a casebook into case documents. Checks everything, writes nothing. Format: casebook/README.md."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases import rules
from cases.drafts import DATE, LINK
from core.captions import read_captions
from core.config import MEGABYTE
from core.drawings import clean_drawing
from core.errors import N_, Invalid
from core.files import recognise, stored_name
from core.yaml_lines import Piece, Problem, open_yaml

PHOTO_MOST = 4 * MEGABYTE


@dataclass
class Terms:
    """The codes that cases may use, with their names."""

    causes: dict[str, dict[str, Any]] = field(default_factory=dict)
    industries: dict[str, dict[str, str]] = field(default_factory=dict)
    countries: dict[str, dict[str, str]] = field(default_factory=dict)
    substances: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class CaseFile:
    """A case as read: its document, and the files it needs in the media folder."""

    slug: str
    document: dict[str, Any]
    media: list[Path]


def read_terms(folder: Path, problems: list[Problem]) -> Terms:
    """The names behind the codes."""
    terms = Terms()
    top = open_yaml(folder / "terms.yaml", problems)
    if top is None:
        return terms
    causes = top.piece("causes")
    for slug in causes.entries if causes else ():
        piece = causes.piece(slug) if causes else None
        if piece:
            parent = piece.word("parent", terms.causes, required=False)
            terms.causes[slug] = {"parent": parent or None, "name": piece.pair("name", longest=80), "meaning": piece.pair("meaning", longest=300)}
            piece.done()
    for key, into in (("industries", terms.industries), ("countries", terms.countries), ("substances", terms.substances)):
        piece = top.piece(key)
        for code in piece.entries if piece else ():
            into[code] = piece.pair(code, longest=80) if piece else {}
    top.done()
    return terms


def read_case(folder: Path, terms: Terms, problems: list[Problem]) -> CaseFile | None:
    """One case folder, or None with problems noted."""
    before = len(problems)
    if not rules.SLUG.fullmatch(folder.name) or len(folder.name) > rules.SLUG_MAX:
        problems.append(Problem(folder, 1, N_("the folder's name must be lower-case words and digits joined by hyphens"), {}))
    top = open_yaml(folder / "case.yaml", problems)
    if top is None:
        return None
    media: list[Path] = []
    sources = [_source(piece) for piece in top.pieces("sources")]
    cited = [source["id"] for source in sources]
    document: dict[str, Any] = {
        "cause": top.word("cause", terms.causes),
        "also": _codes(top, "also", terms.causes),
        "date": _date(top),
        "country": top.word("country", terms.countries),
        "industry": top.word("industry", terms.industries),
        "minutes": top.number("minutes", 1, 240),
        "deaths": top.number("deaths", 0, 1_000_000, required=False),
        "injuries": top.number("injuries", 0, 1_000_000, required=False),
        "toll_note": top.pair("toll_note", required=False),
        "substances": _codes(top, "substances", terms.substances),
        "tags": top.words("tags"),
        "title": top.pair("title", longest=200),
        "place": top.pair("place", longest=200),
        "when": top.pair("when", longest=200),
        "lead": top.pair("lead", longest=600),
        "facts": [_fields(piece, "label", "value", cited=cited) for piece in top.pieces("facts", 0, 8)],
        "diagram": _diagram(top, folder),
        "photos": [_photo(piece, folder, media) for piece in top.pieces("photos", 0, 12)],
        "timeline": [],
        "decisions": [],
        "direct_cause": _fact(top, "direct_cause", cited),
        "underlying_causes": [],
        "controls": [],
        "last_barrier": {},
        "at_your_post": [piece.whole_pair() for piece in top.pieces("at_your_post", 1, 8)],
        "lesson": top.pair("lesson", longest=400),
        "aftermath": [_cited_pair(piece, cited) for piece in top.pieces("aftermath", 0)],
        "unknown": [_cited_pair(piece, cited, required=False) for piece in top.pieces("unknown", 0)],
        "sources": sources,
        "films": [_film(piece, folder, media) for piece in top.pieces("films", 0)],
    }
    for number, source in enumerate(cited):
        if source in cited[:number]:
            top.complain(N_("the id “%(value)s” is taken"), "sources", value=source)
    ids: set[str] = set(rules.RESERVED_PARTS)
    _read_decisions(top, document)
    _read_timeline(top, document, ids, cited)
    for piece in top.pieces("underlying_causes", 0):
        document["underlying_causes"].append({"id": _id(piece, ids), **_fields(piece, "text", cited=cited)})
    for piece in top.pieces("controls"):
        document["controls"].append({"id": _id(piece, ids), **_fields(piece, "text", "failure", "rule", cited=cited)})
    barrier = top.piece("last_barrier")
    document["last_barrier"] = _fields(barrier, "text", "note") if barrier else {}
    top.done()
    if len(problems) > before:
        return None
    return CaseFile(folder.name, document, media)


def _date(top: Piece) -> str:
    value = top.text("date")
    if value and not DATE.fullmatch(value):
        top.complain(N_("“date” must be YYYY-MM-DD, YYYY-MM or YYYY"), "date")
    return value


def _id(piece: Piece, taken: set[str]) -> str:
    value = piece.text("id", longest=rules.SLUG_MAX)
    if value and not rules.SLUG.fullmatch(value):
        piece.complain(N_("an id is lower-case words and digits joined by hyphens, not “%(value)s”"), "id", value=value)
    if value in taken:
        piece.complain(N_("the id “%(value)s” is taken"), "id", value=value)
    taken.add(value)
    return value


def _codes(top: Piece, key: str, known: Iterable[str]) -> list[str]:
    codes = top.words(key)
    for code in codes:
        if code not in known:
            top.complain(N_("“%(value)s” is not known for “%(key)s”; expected one of: %(words)s"), key, value=code, key=key, words=", ".join(known))
    return codes


def _fields(piece: Piece, *keys: str, cited: list[str] | None = None) -> dict[str, Any]:
    """Texts of an entry and, where the entry states a fact, the sources it stands in."""
    values: dict[str, Any] = {key: piece.pair(key) for key in keys}
    if cited is not None:
        values["from"] = _from(piece, cited)
    piece.done()
    return values


def _fact(top: Piece, key: str, cited: list[str]) -> dict[str, Any]:
    piece = top.piece(key)
    return _cited_pair(piece, cited) if piece else {}


def _cited_pair(piece: Piece, cited: list[str], required: bool = True) -> dict[str, Any]:
    texts = piece.pair_here()
    sources = _from(piece, cited, required)
    piece.done()
    return {**texts, "from": sources}


def _from(piece: Piece, cited: list[str], required: bool = True) -> list[str]:
    found = piece.words("from", int(required))
    for source in found:
        if source not in cited:
            piece.complain(N_("there is no source “%(value)s” in this case"), "from", value=source)
    return found


def _read_decisions(top: Piece, document: dict[str, Any]) -> None:
    taken: set[str] = set()
    for piece in top.pieces("decisions"):
        point: dict[str, Any] = {
            "id": _id(piece, taken),
            "situation": piece.pair("situation", required=False),
            "question": piece.pair("question"),
            "choices": [],
        }
        ids: set[str] = set()
        for choice in piece.pieces("choices", 2, 6):
            point["choices"].append({"id": _id(choice, ids), "text": choice.pair("text"), "sound": choice.flag("sound"), "outcome": choice.pair("outcome")})
            choice.done()
        if sum(choice["sound"] for choice in point["choices"]) != 1:
            piece.complain(N_("a decision point needs exactly one choice with “sound: true”"), "choices")
        piece.done()
        document["decisions"].append(point)


def _read_timeline(top: Piece, document: dict[str, Any], ids: set[str], cited: list[str]) -> None:
    waiting = [point["id"] for point in document["decisions"]]
    for piece in top.pieces("timeline", 2):
        if "decision" in piece.entries:
            value = piece.text("decision")
            if value in waiting:
                waiting.remove(value)
            else:
                piece.complain(N_("there is no decision point “%(value)s” left to stand here"), "decision", value=value)
            document["timeline"].append({"decision": value})
        else:
            row: dict[str, Any] = {"id": _id(piece, ids), "when": piece.pair("when", longest=80), "text": piece.pair("text")}
            document["timeline"].append({**row, "from": _from(piece, cited)})
        piece.done()
    for value in waiting:
        top.complain(N_("the decision point “%(value)s” has no place in the timeline"), "timeline", value=value)
    if document["timeline"] and "decision" in document["timeline"][-1]:
        top.complain(N_("what really happened must follow the last decision point"), "timeline")


def _source(piece: Piece) -> dict[str, Any]:
    source = {
        "id": _id(piece, set()),
        "title": piece.text("title", longest=300),
        "publisher": piece.text("publisher", longest=200),
        "year": piece.number("year", 1800, 2200, required=False),
        "url": _link(piece, required=False),
    }
    piece.done()
    return source


def _link(piece: Piece, required: bool) -> str:
    value = piece.text("url", required)
    if value and not LINK.fullmatch(value):
        piece.complain(N_("“url” must begin with http:// or https://"), "url")
    return value


def _diagram(top: Piece, folder: Path) -> dict[str, Any] | None:
    piece = top.piece("diagram", required=False)
    if piece is None:
        return None
    name = piece.text("file")
    diagram: dict[str, Any] = {"svg": "", "alt": piece.pair("alt"), "key": [entry.whole_pair() for entry in piece.pieces("key", 0, 12)]}
    file = beside(piece, "file", folder, name)
    if file:
        diagram["svg"] = _sound(file, clean_drawing, piece)
    piece.done()
    return diagram


def _sound(file: Path, read: Callable[[bytes], str], piece: Piece) -> str:
    """What a reader makes of a file; nothing, with a problem noted at its line, where the reader refuses it."""
    try:
        return read(file.read_bytes())
    except Invalid as refusal:
        piece.problems.append(Problem(file, refusal.values.get("line", 1), refusal.message, refusal.values))
        return ""


def _photo(piece: Piece, folder: Path, media: list[Path]) -> dict[str, Any]:
    file = beside(piece, "file", folder, piece.text("file"), ".jpg", ".png", ".webp")
    photo: dict[str, Any] = {
        "name": "",
        "alt": piece.pair("alt"),
        "caption": piece.pair("caption", required=False),
        "credit": piece.text("credit", required=False, longest=200),
    }
    if file and file.stat().st_size > PHOTO_MOST:
        piece.complain(N_("“%(name)s” is larger than %(most)s MB"), "file", name=file.name, most=PHOTO_MOST // MEGABYTE)
    elif file:
        photo["name"] = stored_name(file)
        media.append(file)
    piece.done()
    return photo


def _film(piece: Piece, folder: Path, media: list[Path]) -> dict[str, Any]:
    film: dict[str, Any] = {
        "id": _id(piece, set()),
        "title": piece.pair("title"),
        "publisher": piece.text("publisher"),
        "seconds": piece.number("seconds", 1, 36_000, required=False),
        "url": _link(piece, required="files" not in piece.entries),
        "files": [],
        "captions": {},
    }
    for name in piece.words("files"):
        if file := beside(piece, "files", folder, name, ".webm", ".mp4"):
            film["files"].append({"name": stored_name(file), "size": file.stat().st_size})
            media.append(file)
    captions = piece.piece("captions", required=False)
    for language in captions.entries if captions else ():
        if captions and (file := beside(captions, language, folder, captions.text(language), ".vtt")):
            _sound(file, read_captions, piece)
            film["captions"][language] = stored_name(file)
            media.append(file)
    piece.done()
    return film


def beside(piece: Piece, key: str, folder: Path, name: str, *kinds: str) -> Path | None:
    """The file of this name in the folder, of one of these kinds by its content; None with a problem noted."""
    file = folder / name
    if not name or file.parent != folder or not file.is_file():
        piece.complain(N_("there is no file “%(name)s” in this folder"), key, name=name)
        return None
    if kinds and recognise(file) not in kinds:
        piece.complain(N_("“%(name)s” is not what its name says; expected: %(kinds)s"), key, name=name, kinds=", ".join(kinds))
        return None
    return file
