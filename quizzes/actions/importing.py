"""Taking the questions of a file into the bank: read and checked first, then written in one short transaction."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from cases.actions.library import digest_of
from core import files
from core.db import db
from core.errors import N_, Conflict, Invalid
from core.pictures import shrink, size_of
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.models.bank import TAG_MAX, Category, Question, QuestionRevision, QuestionTag
from quizzes.queries import importing as queries
from quizzes.rules.questions import folded
from quizzes.rules.shelf import DEPTH_MOST
from quizzes.rules.soundness import problems
from quizzes.rules.writing import is_same, repeated

TITLE_MOST, UID_MOST, NAME_MOST, CHUNK = 200, 160, 200, 500
LONG_TITLE = N_("The title was cut after %(most)s characters: “%(name)s…”.")
LONG_CATEGORY = N_("The name of the category was cut after %(most)s characters: “%(name)s…”.")
LONG_TAG = N_("A tag was cut after %(most)s characters: “%(name)s…”.")
SHOWN, EXCERPT = 12, 80
Progress = Callable[[int, int], None]
Row = TypeVar("Row")


def quiet(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Prepared:
    """The sound questions of a file, each with its digest and what its row repeats, and everything that is named."""

    entries: list[tuple[Entry, str, dict[str, str]]]
    named: list[Named]


class New(NamedTuple):
    """A question that the bank has not, the digest of its content, and what its row repeats of it."""

    entry: Entry
    digest: str
    said: dict[str, str]


class Revised(NamedTuple):
    """Another content of a question that stands, and the revision that stands."""

    entry: Entry
    digest: str
    said: dict[str, str]
    id: int
    revision: int


@dataclass
class Outcome:
    """What an import makes, or would make: new questions, new revisions, those that stand already; and which category each goes to."""

    new: list[New] = field(default_factory=list)
    revised: list[Revised] = field(default_factory=list)
    standing: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return {"new": len(self.new), "revised": len(self.revised), "standing": self.standing}

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind are taken."""
        return dict(Counter(str(entry.content["kind"]) for entry in [*(one.entry for one in self.new), *(one.entry for one in self.revised)]))


def prepare(parsed: Parsed, under: Sequence[str], folder: Path, keep_pictures: bool = False, report: Progress = quiet) -> Prepared:
    """Check every question of a file and give it its category `under` another. Outside any transaction, for it takes its time.

    What is unsound or stands twice in the file is named. With `keep_pictures` they are stored in `folder`; names are digests, so that
    pictures of an import that is not done are harmless.
    """
    causes, cases = queries.cause_slugs(), queries.case_slugs()
    made, named = [], list(parsed.named)
    uids: dict[str, str] = {}
    digests: dict[str, str] = {}
    for number, entry in enumerate(parsed.entries):
        if number % 200 == 0:
            report(number, len(parsed.entries))
        try:
            kept, notes = _within(_with_pictures(entry, folder, keep_pictures), under, causes, cases)
            if found := problems(kept.content):
                raise Invalid(found[0])
            digest = digest_of(kept.content)
            if kept.uid in uids:
                raise Invalid(N_("The same identifier stands in %(row)s."), row=uids[kept.uid])
            if not kept.uid and digest in digests:
                raise Invalid(N_("The same question stands in %(row)s."), row=digests[digest])
        except Invalid as error:
            named.append(Named(entry.where, excerpt_of(entry), error.message, error.values))
            continue
        if kept.uid:
            uids[kept.uid] = kept.where
        digests.setdefault(digest, kept.where)
        made.append((kept, digest, repeated(kept.content)))
        named += notes
    return Prepared(made, named)


def excerpt_of(entry: Entry) -> str:
    """The first words of a question."""
    return str(next((text for text in entry.content["text"].values() if text), entry.title))[:EXCERPT]


def _with_pictures(entry: Entry, folder: Path, keep: bool) -> Entry:
    """The question with its picture as it is kept. Raises Invalid for one that is none."""
    picture = entry.content.get("picture")
    if not picture:
        return entry
    body = entry.pictures.get(picture["file"])
    if body is None:
        raise Invalid(N_("The picture “%(name)s” is not in the file."), name=picture["file"][:EXCERPT])
    shrunk = shrink(body)
    name = files.store_bytes(shrunk, folder) if keep else files.name_of(shrunk)
    width, height = size_of(shrunk)
    return replace(entry, content={**entry.content, "picture": {**picture, "file": name, "width": width, "height": height}})


def _within(entry: Entry, under: Sequence[str], causes: Mapping[str, str], cases: set[str]) -> tuple[Entry, list[Named]]:
    """The question with what is kept beside it within bounds, and what of that is not taken. Raises Invalid."""
    if len(entry.uid) > UID_MOST:
        raise Invalid(N_("The identifier is longer than %(most)s characters."), most=UID_MOST)
    notes = []
    cause = causes.get(folded(entry.cause)) if entry.cause else None
    if entry.cause and not cause:
        notes.append(_note(entry, N_("The cause “%(name)s” is not known here."), name=entry.cause[:EXCERPT]))
    case = entry.case_slug if entry.case_slug in cases else None
    if entry.case_slug and not case:
        notes.append(_note(entry, N_("The case “%(name)s” is not known here."), name=entry.case_slug[:EXCERPT]))
    tags = tuple(dict.fromkeys(tag[:TAG_MAX] for tag in entry.tags))
    names = (*under, *entry.category)
    category = tuple(name[:NAME_MOST] for name in names)[:DEPTH_MOST]
    for message, most, said in ((LONG_TITLE, TITLE_MOST, (entry.title,)), (LONG_CATEGORY, NAME_MOST, names), (LONG_TAG, TAG_MAX, entry.tags)):
        notes += [_note(entry, message, name=name[:EXCERPT], most=most) for name in said if len(name) > most]
    if len(names) > DEPTH_MOST:
        notes.append(
            _note(entry, N_("Categories are at most %(most)s deep here: the question went to “%(name)s”."), most=DEPTH_MOST, name=category[-1][:EXCERPT])
        )
    difficulty = entry.difficulty if entry.difficulty in range(1, 6) else None
    kept = replace(entry, title=entry.title[:TITLE_MOST], category=category, tags=tags, difficulty=difficulty, cause=cause, case_slug=case, pictures={})
    return kept, notes


def _note(entry: Entry, message: str, **values: Any) -> Named:
    return Named(entry.where, excerpt_of(entry), message, values, lost=False)


def compare(prepared: Prepared) -> Outcome:
    """What of a file is new to the bank. A question stands if its identifier does with the same content, or the same content at all."""
    rows = queries.standing()
    by_uid = {row.uid: row for row in rows}
    digests = {row.digest for row in rows if not row.retired}
    made, other = Outcome(), list[Revised]()
    for entry, digest, said in prepared.entries:
        row = by_uid.get(entry.uid) if entry.uid else None
        if row is not None and row.digest != digest:
            other.append(Revised(entry, digest, said, row.id, row.revision))
        elif row is not None or digest in digests:
            made.standing += 1
        else:
            made.new.append(New(entry, digest, said))
    stand = queries.contents_of([one.id for one in other])
    made.revised = [one for one in other if not is_same(stand[one.id], one.entry.content)]
    made.standing += len(other) - len(made.revised)
    return made


def take_in(prepared: Prepared, language: str, person_id: int | None, now: dt.datetime) -> Outcome:
    """Write the questions of a file into the bank, in the caller's transaction. Raises Conflict where somebody else was first."""
    queries.lock_imports()
    outcome = compare(prepared)
    tree = _Tree(language)
    try:
        _insert(outcome.new, tree, person_id, now)
        _revise(outcome.revised, person_id, now)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else wrote the same questions meanwhile. Nothing was imported. Start again.")) from error
    return outcome


def _insert(new: list[New], tree: "_Tree", person_id: int | None, now: dt.datetime) -> None:
    write = db.session.connection().execute  # the session would sort every value of every row once more
    for chunk in _chunks(new):
        uids = [entry.uid or f"bank/{entry.content['kind']}-{secrets.token_hex(12)}" for entry, _digest, _said in chunk]
        rows = [{**said, **_beside(entry, tree), "uid": uid, "revision": 1, "changed_at": now} for uid, (entry, _digest, said) in zip(uids, chunk, strict=True)]
        write(insert(Question), rows)
        ids = queries.ids_of(uids)  # to have them returned, SQLite would insert row by row
        numbered = [(ids[uid], entry, digest) for uid, (entry, digest, _said) in zip(uids, chunk, strict=True)]
        write(insert(QuestionRevision), [_revision(number, 1, entry, digest, person_id, now) for number, entry, digest in numbered])
        tags = [{"question_id": number, "tag": tag} for number, entry, _digest in numbered for tag in entry.tags]
        if tags:
            write(insert(QuestionTag), tags)


def _revise(revised: list[Revised], person_id: int | None, now: dt.datetime) -> None:
    """New revisions of questions that stand; where they are kept stays as their authors said."""
    locked = queries.lock_questions([one.id for one in revised])
    if any(locked[one.id] != one.revision for one in revised):
        raise Conflict(N_("Somebody else wrote the same questions meanwhile. Nothing was imported. Start again."))
    for chunk in _chunks(revised):
        db.session.execute(update(Question), [{**one.said, "changed_at": now, "id": one.id, "revision": one.revision + 1} for one in chunk])
        rows = [_revision(one.id, one.revision + 1, one.entry, one.digest, person_id, now) for one in chunk]
        db.session.execute(insert(QuestionRevision), rows)


def _beside(entry: Entry, tree: "_Tree") -> dict[str, Any]:
    beside = {"title": entry.title, "cause": entry.cause, "case_slug": entry.case_slug, "difficulty": entry.difficulty}
    return {**beside, "category_id": tree.place(entry.category), "retired": False}


def _revision(number: int, revision: int, entry: Entry, digest: str, person_id: int | None, now: dt.datetime) -> dict[str, Any]:
    return {"created_by": person_id, "question_id": number, "number": revision, "digest": digest, "content": entry.content, "created_at": now}


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


class _Tree:
    """The categories, by the names from the root down; those that are missing are made."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._ids: dict[tuple[int | None, str], int] = {}
        self._paths: dict[int | None, str] = {None: "/"}
        for number, parent, name_en, name_zh, path in queries.category_names():
            self._paths[number] = path
            for name in (name_zh, name_en) if language == "en" else (name_en, name_zh):
                if name:
                    self._ids[parent, name.casefold()] = number

    def place(self, names: Sequence[str]) -> int | None:
        """The id of the category of these names."""
        parent: int | None = None
        for name in names:
            found = self._ids.get((parent, name.casefold()))
            parent = found if found is not None else self._make(parent, name)
        return parent

    def _make(self, parent: int | None, name: str) -> int:
        category = Category(parent_id=parent, name_en="", name_zh="", path=f"-{secrets.token_hex(8)}")
        setattr(category, f"name_{self._language}", name)
        db.session.add(category)
        db.session.flush()
        category.path = self._paths[category.id] = f"{self._paths[parent]}{category.id}/"
        db.session.flush()
        self._ids[parent, name.casefold()] = category.id
        return category.id
