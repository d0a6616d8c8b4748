"""Near misses: one's own with what became of them, and all of them for authors, without who sent them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from cases import near_misses as rules
from cases.access import near_miss_readable_by
from cases.models import Case, CaseText, NearMiss
from cases.near_misses import State, Telling
from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from people.models import Person
from people.queries import everything_that_names_people

PAGE = 50

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class OwnLine:
    """A near miss as its sender sees it, with the case that came of it."""

    id: int
    told: Telling
    has_photo: bool
    sent_at: dt.datetime
    state: State
    answer: str
    slug: str | None
    title: str | None
    published: bool


def sent_by(person_id: int, language: str) -> list[OwnLine]:
    """What this person sent in, newest first."""
    rows = db.session.execute(
        select(NearMiss, Case.slug, CaseText.title, Case.revision, Case.published)
        .outerjoin(Case, Case.id == NearMiss.case_id)
        .outerjoin(CaseText, and_(CaseText.case_id == Case.id, CaseText.language == language))
        .where(NearMiss.person_id == person_id)
        .order_by(NearMiss.id.desc())
    )
    return [
        OwnLine(one.id, _told(one), one.photo is not None, one.sent_at, rules.state_of(revision, one.put_aside), one.answer, slug, title, bool(published))
        for one, slug, title, revision, published in rows
    ]


@dataclass(frozen=True)
class ReceivedLine:
    """A near miss as authors see it: nothing says who sent it, neither a name nor the hour of the shift.

    The texts are in pieces, each with whether it stands for something that was taken out.
    """

    id: int
    day: dt.datetime
    language: str
    happened: Pieces
    place: Pieces
    outcome: Pieces
    photo: str | None
    state: State
    answer: str
    slug: str | None

    @property
    def tag(self) -> str:
        return "zh-CN" if self.language == "zh" else "en"

    @property
    def told(self) -> Telling:
        """The texts without what was taken out."""
        return Telling(rules.plain(self.happened), rules.plain(self.place), rules.plain(self.outcome))


@dataclass(frozen=True)
class Received:
    """One page of the authors' list: new ones first, then what is being written, what was used, what was put aside."""

    lines: list[ReceivedLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def received(page: int) -> Received:
    """What was sent in, by state and newest first. Three statements."""
    rank = case((NearMiss.put_aside, 3), (NearMiss.case_id.is_(None), 0), (Case.revision == 0, 1), else_=2)
    rows = db.session.execute(_received().order_by(rank, NearMiss.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    total = db.session.scalar(select(func.count()).select_from(NearMiss)) or 0
    return Received(_without_names(rows), total, page)


def received_one(near_miss_id: int) -> ReceivedLine:
    """One of them. Raises NotFound."""
    found = _without_names(db.session.execute(_received().where(NearMiss.id == near_miss_id)).all())
    if not found:
        raise NotFound()
    return found[0]


def new_count() -> int:
    """How many wait to be read."""
    return db.session.scalar(select(func.count()).where(NearMiss.case_id.is_(None), ~NearMiss.put_aside)) or 0


def photo_for(person: SignedIn, near_miss_id: int) -> str:
    """The stored name of a near miss's photograph, for its sender and for authors. Raises NotFound."""
    name = db.session.scalar(select(NearMiss.photo).where(NearMiss.id == near_miss_id, near_miss_readable_by(person)))
    if name is None:
        raise NotFound()
    return name


def sent_since(person_id: int, since: dt.datetime, but: str) -> int:
    """How many a person has sent since then, one aside; whoever else sends for them waits until the transaction ends."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    counted = select(func.count()).where(NearMiss.person_id == person_id, NearMiss.sent_at > since, NearMiss.token != but)
    return db.session.scalar(counted) or 0


def sent_with(person_id: int, token: str) -> int:
    """The id of the near miss that came with this token."""
    return db.session.scalars(select(NearMiss.id).where(NearMiss.person_id == person_id, NearMiss.token == token)).one()


def _received() -> Select[*tuple[Any, ...]]:
    return select(NearMiss, Case.slug, Case.revision).outerjoin(Case, Case.id == NearMiss.case_id)


def _told(one: NearMiss) -> Telling:
    return Telling(one.happened, one.place, one.outcome)


def _without_names(rows: Sequence[Any]) -> list[ReceivedLine]:
    naming = rules.who_is_named((text for one, _slug, _revision in rows for text in (one.happened, one.place, one.outcome)), everything_that_names_people())
    lines = []
    for one, slug, revision in rows:
        language, state = _told(one).language, rules.state_of(revision, one.put_aside)
        happened, place, outcome = (rules.anonymised(text, naming, language) for text in (one.happened, one.place, one.outcome))
        lines.append(ReceivedLine(one.id, one.sent_at, language, happened, place, outcome, one.photo, state, one.answer, slug))
    return lines
