"""What a draft of a case may hold: its parts, how rows are moved, what it lacks, how two texts differ. Pure.

A document is the content of a case.yaml as plain values (casebook/README.md); a draft may lack anything.
"""

import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cases import rules
from core.errors import N_, Invalid
from core.languages import LANGUAGES

Document = dict[str, Any]

PARTS: dict[str, tuple[str, ...]] = {
    "head": (
        *("title", "place", "when", "lead", "cause", "also", "date", "country", "industry", "substances", "tags", "minutes"),
        *("deaths", "injuries", "toll_note"),
    ),
    "sources": ("sources",),
    "facts": ("facts",),
    "timeline": ("timeline",),
    "decisions": ("decisions",),
    "causes": ("direct_cause", "underlying_causes"),
    "controls": ("controls", "last_barrier"),
    "lessons": ("at_your_post", "lesson", "aftermath", "unknown"),
    "pictures": ("diagram", "photos"),
    "films": ("films",),
}

MOST_ROWS = {"facts": 8, "at_your_post": 8, "choices": 6, "photos": 12, "key": 12}
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
LINK = re.compile(r"https?://[^\s\"'<>]+")

_BLANK: dict[str, Callable[[], Document]] = {
    "facts": lambda: {"label": {}, "value": {}, "from": []},
    "timeline": lambda: {"id": "", "when": {}, "text": {}, "from": []},
    "decisions": lambda: {"id": "", "situation": {}, "question": {}, "choices": [_BLANK["choices"](), _BLANK["choices"]()]},
    "choices": lambda: {"id": "", "text": {}, "sound": False, "outcome": {}},
    "underlying_causes": lambda: {"id": "", "text": {}, "from": []},
    "controls": lambda: {"id": "", "text": {}, "failure": {}, "rule": {}, "from": []},
    "at_your_post": dict,
    "aftermath": lambda: {"from": []},
    "unknown": lambda: {"from": []},
    "sources": lambda: {"id": "", "title": "", "publisher": "", "year": None, "url": ""},
    "films": lambda: {"id": "", "title": {}, "publisher": "", "seconds": None, "url": "", "files": [], "captions": {}},
    "photos": lambda: {"name": "", "alt": {}, "caption": {}, "credit": ""},
}
_ID_OF = {
    **{"timeline": "row", "decisions": "decision", "choices": "choice", "underlying_causes": "cause"},
    **{"controls": "control", "sources": "source", "films": "film"},
}


def blank_document() -> Document:
    """A case of which nothing is known yet."""
    texts: Document = {key: {} for key in ("title", "place", "when", "lead", "toll_note", "lesson")}
    codes: Document = {"cause": "", "also": [], "date": "", "country": "", "industry": "", "substances": [], "tags": []}
    figures: Document = {"minutes": None, "deaths": None, "injuries": None}
    rows: Document = {key: [] for key in _BLANK if key != "choices"}
    return {**texts, **codes, **figures, **rows, "diagram": None, "direct_cause": {"from": []}, "last_barrier": {"text": {}, "note": {}}}


def part_of(document: Mapping[str, Any], part: str) -> Document:
    """The keys of a document that make up one part."""
    return {key: document[key] for key in PARTS[part]}


def settled(document: Mapping[str, Any]) -> Document:
    """A document whole in shape, whatever it was made from: an id on every row that needs one, no reference to what is not there,
    every decision in the timeline once; where there is one source, everything comes from it.
    """
    blank = blank_document()
    made = {**blank, **copy.deepcopy(dict(document))}
    made.update({key: "" for key, value in blank.items() if value == "" and made[key] is None})
    taken = {row["id"] for row in _rows(made) if row.get("id")} | set(rules.RESERVED_PARTS)
    for key, row in _keyed_rows(made):
        if "decision" in row:
            continue
        for name, value in _BLANK[key]().items() if key in _BLANK else (("from", []),):
            row.setdefault(name, value)
        if key in _ID_OF and not row["id"]:
            row["id"] = fresh_id(_ID_OF[key], taken)
            taken.add(row["id"])
    known = [source["id"] for source in made["sources"]]
    for row in _rows(made):
        if "from" in row:
            row["from"] = [source for source in row["from"] if source in known] or (known if len(known) == 1 else [])
    points = [point["id"] for point in made["decisions"]]
    placed = [row["decision"] for row in made["timeline"] if "decision" in row]
    made["timeline"] = [row for row in made["timeline"] if "decision" not in row or row["decision"] in points]
    made["timeline"] += [{"decision": point} for point in points if point not in placed]
    return made


def fresh_id(stem: str, taken: set[str]) -> str:
    """The first of stem-1, stem-2 … that nobody has."""
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)


def with_media(content: Document, standing: Mapping[str, Any]) -> Document:
    """What was entered of films and the drawing together with their files, which no text field carries; a film that has just been uploaded joins its row."""
    films = {film["id"]: film for film in standing.get("films", ()) if film["id"]}
    for film in content.get("films", ()):
        known = films.get(film["id"], {})
        film["files"], film["captions"] = list(known.get("files", ())), dict(known.get("captions", {}))
    if "diagram" in content:
        drawn, gone = (standing["diagram"] or {}).get("svg", ""), content["diagram"].pop("gone", False)
        content["diagram"] = {"svg": drawn, **content["diagram"]} if drawn and not gone else None
    return content


def slug_from(title: Mapping[str, str], date: str) -> str:
    """The beginning of an address for a case: words of its English title, or its year."""
    words = re.findall(r"[a-z0-9]+", title.get("en", "").lower())[:6] or ["case"]
    year = [date[:4]] if date else []
    return "-".join(words + year)[: rules.SLUG_MAX - 8].strip("-")


def rearrange(document: Mapping[str, Any], part: str, command: str) -> tuple[Document, bool]:
    """The document after add, up, down or remove in one part; and whether something was removed. Raises Invalid as move_rows does."""
    made, removed = move_rows(document, command, PARTS[part], _BLANK, MOST_ROWS)
    return settled(made), removed


def move_rows(
    document: Mapping[str, Any], command: str, keys: Iterable[str], blanks: Mapping[str, Callable[[], Document]], most: Mapping[str, int]
) -> tuple[Document, bool]:
    """The document after add, up, down or remove in one of its lists; and whether something was removed. Raises Invalid for what is no such command.

    A command names the list by its path: `add:timeline`, `up:controls:2`, `remove:decisions:0:choices:1`.
    """
    made = copy.deepcopy(dict(document))
    verb, *path = command.split(":")
    found: Any = made
    try:
        numbered = path if verb == "add" else path[:-1]
        for step in numbered:
            found = found[int(step)] if isinstance(found, list) else found[step]
        if numbered[0] not in keys:
            raise ValueError(command)
        key, place = numbered[-1], 0 if verb == "add" else int(path[-1])
        if not isinstance(found, list) or verb not in ("add", "up", "down", "remove") or not (verb == "add" or 0 <= place < len(found)):
            raise ValueError(command)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Invalid(N_("The server could not read what was sent. Go back and try again.")) from error
    if verb == "add":
        if len(found) >= most.get(key, 60):
            raise Invalid(N_("There is no room for more here: at most %(most)s."), most=most.get(key, 60))
        found.append(blanks.get(key, dict)())
    elif verb == "remove":
        found.pop(place)
    else:
        other = place + (-1 if verb == "up" else 1)
        if 0 <= other < len(found):
            found[place], found[other] = found[other], found[place]
    return made, verb == "remove"


@dataclass(frozen=True)
class Lack:
    """Something that keeps a draft from being published: in which part, and what."""

    part: str
    message: str
    values: Mapping[str, Any]


def lacks(document: Mapping[str, Any]) -> list[Lack]:
    """Everything that keeps a draft from being published: PRODUCT rule "Cases", and what a file of the casebook must have."""
    return list(_lacks(document))


def _lacks(document: Mapping[str, Any]) -> Iterator[Lack]:
    def lack(part: str, message: str, **values: Any) -> Lack:
        return Lack(part, message, values)

    def unless(there: Any, part: str, message: str, **values: Any) -> Iterator[Lack]:
        if not there:
            yield lack(part, message, **values)

    yield from unless(_said(document["title"]), "head", N_("The title is missing."))
    yield from unless(_said(document["place"]) and _said(document["when"]), "head", N_("Say where and when it happened."))
    yield from unless(_said(document["lead"]), "head", N_("The opening sentences are missing."))
    yield from unless(document["cause"], "head", N_("Choose the cause."))
    yield from unless(DATE.fullmatch(document["date"]), "head", N_("The date is missing. The year alone will do."))
    yield from unless(document["country"] and document["industry"], "head", N_("Choose the country and the industry."))
    yield from unless(document["minutes"], "head", N_("Say how many minutes it takes to read."))
    yield from unless(document["sources"], "sources", N_("A case needs at least one source."))
    for number, source in enumerate(document["sources"], 1):
        yield from unless(source["title"] and source["publisher"], "sources", N_("Source %(number)s needs a title and a publisher."), number=number)
    yield from _row_lacks(document, "facts", "facts", ("label", "value"), N_("Fact %(number)s needs a name, a value and a source."))
    events = [row for row in document["timeline"] if "decision" not in row]
    yield from unless(events, "timeline", N_("The timeline is empty."))
    numbered = [(number, row) for number, row in enumerate(document["timeline"], 1) if "decision" not in row]
    for number, row in numbered:
        whole = _said(row["when"]) and _said(row["text"]) and row["from"]
        yield from unless(whole, "timeline", N_("Row %(number)s of the timeline needs a time, a text and a source."), number=number)
    if document["timeline"] and "decision" in document["timeline"][-1]:
        yield lack("timeline", N_("What really happened must follow the last moment of decision."))
    yield from unless(document["decisions"], "decisions", N_("A case needs at least one moment of decision."))
    for number, point in enumerate(document["decisions"], 1):
        choices = point["choices"]
        yield from unless(_said(point["question"]), "decisions", N_("Decision %(number)s needs a question."), number=number)
        whole = len(choices) >= 2 and all(_said(choice["text"]) and _said(choice["outcome"]) for choice in choices)
        yield from unless(whole, "decisions", N_("Decision %(number)s needs two choices or more, each with what follows from it."), number=number)
        sound = sum(choice["sound"] for choice in choices) == 1
        yield from unless(sound, "decisions", N_("Decision %(number)s needs exactly one choice that holds."), number=number)
    yield from unless(_said(document["direct_cause"]) and document["direct_cause"].get("from"), "causes", N_("The direct cause is missing, or its source."))
    yield from _row_lacks(document, "causes", "underlying_causes", ("text",), N_("Underlying cause %(number)s needs a text and a source."))
    yield from unless(document["controls"], "controls", N_("A case needs at least one control."))
    controls = N_("Control %(number)s needs a name, how it failed, its rule and a source.")
    yield from _row_lacks(document, "controls", "controls", ("text", "failure", "rule"), controls)
    barrier = document["last_barrier"]
    yield from unless(_said(barrier["text"]) and _said(barrier["note"]), "controls", N_("Say what the reader can always do: the last barrier."))
    posts = document["at_your_post"]
    yield from unless(posts and all(map(_said, posts)), "lessons", N_("Say what one can see and do at one's own post."))
    yield from unless(_said(document["lesson"]), "lessons", N_("The lesson is missing."))
    yield from _row_lacks(document, "lessons", "aftermath", (), N_("Line %(number)s of what followed needs a text and a source."))
    yield from unless(all(map(_said, document["unknown"])), "lessons", N_("A line of what is not known is empty."))
    for number, photo in enumerate(document["photos"], 1):
        yield from unless(photo["name"] and _said(photo["alt"]), "pictures", N_("Photograph %(number)s needs a picture and a description."), number=number)
    if document["diagram"]:
        whole = document["diagram"]["svg"] and _said(document["diagram"]["alt"]) and all(map(_said, document["diagram"]["key"]))
        yield from unless(whole, "pictures", N_("The drawing needs a description."))
    for number, film in enumerate(document["films"], 1):
        whole = _said(film["title"]) and film["publisher"] and (film["files"] or LINK.fullmatch(film["url"]))
        yield from unless(whole, "films", N_("Film %(number)s needs a title, a publisher, and a file or a link."), number=number)


def _row_lacks(document: Mapping[str, Any], part: str, key: str, texts: tuple[str, ...], message: str) -> Iterator[Lack]:
    for number, row in enumerate(document[key], 1):
        if not (all(_said(row[text]) for text in texts) if texts else _said(row)) or not row["from"]:
            yield Lack(part, message, {"number": number})


def _said(pair: Mapping[str, Any]) -> bool:
    return any(pair.get(language) for language in LANGUAGES)


def _keyed_rows(document: Mapping[str, Any]) -> Iterator[tuple[str, Document]]:
    """Every row of every list, with the name of its list; also the direct cause, which cites sources as a row does."""
    yield "direct_cause", document["direct_cause"]
    for key in _BLANK:
        for row in document.get(key, ()):
            yield key, row
    for point in document["decisions"]:
        for choice in point["choices"]:
            yield "choices", choice


def _rows(document: Mapping[str, Any]) -> Iterator[Document]:
    return (row for _key, row in _keyed_rows(document))


@dataclass(frozen=True)
class Difference:
    """One text that differs: where it stands, in which language, and its pieces: kept, added or removed."""

    part: str
    where: tuple[str, ...]
    language: str
    pieces: tuple[tuple[str, str], ...]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What changed between two documents, or two parts, text by text in the order of the parts."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    paths = list(after) + [path for path in before if path not in after]
    order = {key: place for place, key in enumerate(key for keys in PARTS.values() for key in keys)}
    found = []
    for path in sorted((path for path in paths if before.get(path, "") != after.get(path, "")), key=lambda path: order[path[0]]):
        part = next(name for name, keys in PARTS.items() if path[0] in keys)
        language = path[-1] if path[-1] in LANGUAGES else ""
        found.append(Difference(part, path[:-1] if language else path, language, compare(before.get(path, ""), after.get(path, ""))))
    return found


def compare(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Two texts as pieces ("=", "-" or "+", text), by words, and by characters where a language has no spaces."""
    a, b = (re.findall(r"[A-Za-z0-9]+|\s+|.", text, re.S) for text in (old, new))
    pieces: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("=", "".join(a[a1:a2])))
            continue
        pieces += [(sign, text) for sign, text in (("-", "".join(a[a1:a2])), ("+", "".join(b[b1:b2]))) if text]
    return tuple(pieces)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "id":
                yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, inner.get("id") or inner.get("decision") or str(place + 1)))
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    elif path[-1] == "svg" and value:
        yield path, f"SVG {hashlib.sha256(value.encode()).hexdigest()[:8]}"
    elif value is True:
        yield path, "✓"
    elif value not in (None, "", False):
        yield path, str(value)
