"""Reads of team meetings: the one that runs, its roll, its protocol, and the list of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from cases.models import CaseRevision
from cases.queries.reading import document
from cases.rules import Document
from core.db import db
from core.errors import NotFound
from learning import rules
from learning.access import protocol_readable_by
from learning.models import Meeting, MeetingHand, MeetingPerson
from learning.rules import Scene, Show
from people.access import SignedIn, supervised_by, under
from people.models import Department, Person
from people.queries import PersonLine, person_line


@dataclass(frozen=True)
class Stage:
    """A meeting as its leader sees it: the screens of the case, the one that is shown, and the hands counted so far."""

    meeting: Meeting
    document: Document
    department: Department
    scenes: list[Scene]
    hands: dict[tuple[str, str], int]

    @property
    def scene(self) -> Scene:
        return self.scenes[self.meeting.step]

    @property
    def last(self) -> int:
        return len(self.scenes) - 1

    @property
    def is_after_decision(self) -> bool:
        return any(scene.show is Show.DECISION for scene in self.scenes[: self.meeting.step])

    @property
    def is_last_of_kind(self) -> bool:
        """Whether the screen after this one shows something else."""
        return self.scenes[self.meeting.step + 1].show is not self.scene.show


@dataclass(frozen=True)
class Roll:
    """The roll of a running meeting: people to tick by where they belong, those ticked, and how many the list leaves out."""

    team: list[PersonLine]
    others: list[PersonLine]
    present: set[int]
    left_out: int


@dataclass(frozen=True)
class Protocol:
    """What a meeting that has ended says of itself. `elsewhere` were there and are nobody that this reader may see."""

    meeting: Meeting
    document: Document
    department: Department
    leader: Person
    hands: dict[tuple[str, str], int]
    people: list[PersonLine]
    elsewhere: int


@dataclass(frozen=True)
class MeetingLine:
    """A meeting as a list shows it."""

    id: int
    title_en: str
    title_zh: str
    department_en: str
    department_zh: str
    leader_id: int
    leader_en: str
    leader_zh: str
    step: int
    started_at: dt.datetime
    ended_at: dt.datetime | None
    minutes: int | None
    people: int


def _meetings() -> Select[Meeting, str, Department, Person]:
    return (
        select(Meeting, CaseRevision.digest, Department, Person)
        .join(CaseRevision, and_(CaseRevision.case_id == Meeting.case_id, CaseRevision.number == Meeting.revision))
        .join(Department, Department.id == Meeting.department_id)
        .join(Person, Person.id == Meeting.leader_id)
        .execution_options(populate_existing=True)
    )


def stage(leader: SignedIn, meeting_id: int) -> Stage:
    """A meeting for whoever leads it, running or not. Raises NotFound for anybody else's."""
    row = db.session.execute(_meetings().where(Meeting.id == meeting_id, Meeting.leader_id == leader.id)).first()
    if row is None:
        raise NotFound()
    meeting, digest, department, _leader = row
    case = document(digest)
    return Stage(meeting, case, department, rules.scenes(case), _hands(meeting.id))


def _hands(meeting_id: int) -> dict[tuple[str, str], int]:
    rows = db.session.execute(select(MeetingHand.decision, MeetingHand.choice, MeetingHand.hands).where(MeetingHand.meeting_id == meeting_id))
    return {(decision, choice): hands for decision, choice, hands in rows}


def _in_roll(leader: SignedIn) -> ColumnElement[bool]:
    """Whom a leader may put on a roll: active people they supervise. Nobody vouches for themselves."""
    return and_(Person.active, Person.id != leader.id, supervised_by(leader))


def allowed_on_roll(leader: SignedIn, ids: Collection[int]) -> set[int]:
    """Those of these people whom the leader may put on a roll."""
    return set(db.session.scalars(select(Person.id).join(Department, Department.id == Person.department_id).where(_in_roll(leader), Person.id.in_(ids))))


def present(meeting_id: int) -> set[int]:
    """Whom the roll has so far."""
    return set(db.session.scalars(select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == meeting_id)))


def roll(leader: SignedIn, stage: Stage, q: str = "") -> Roll:
    """Whom to tick: the people of the meeting's department, those who are ticked already, and whoever the search finds."""
    here, ticked = under([stage.department.path])[0], present(stage.meeting.id)
    found = _found(q)
    elsewhere = or_(Person.id.in_(ticked), found) if found is not None else Person.id.in_(ticked)
    people = (
        select(*person_line()).join(Department, Department.id == Person.department_id).where(_in_roll(leader)).order_by(Department.path, Person.employee_no)
    )
    team = [PersonLine(*row) for row in db.session.execute(people.where(here).limit(rules.ROLL_SHOWN))]
    listed = {line.id for line in team}
    others = db.session.execute(people.where(elsewhere, Person.id.not_in(listed)).limit(len(ticked) + rules.ROLL_FOUND))
    size = len(team) if len(team) < rules.ROLL_SHOWN else _size(leader, here)
    return Roll(team, [PersonLine(*row) for row in others], ticked, size - len(team))


def _size(leader: SignedIn, here: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(Person).join(Department, Department.id == Person.department_id)
    return db.session.scalar(counted.where(_in_roll(leader), here)) or 0


def _found(q: str) -> ColumnElement[bool] | None:
    """Everybody whose number or name has each of these words."""
    columns = (Person.employee_no, Person.name_en, Person.name_zh)
    words = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in q.split()[:5]]
    return and_(*words) if words else None


def protocol(reader: SignedIn, meeting_id: int) -> Protocol:
    """The protocol of a meeting that has ended. Raises NotFound for whoever may not read it.

    The leader sees everybody on the roll; others see those they supervise, and how many more there were.
    """
    row = db.session.execute(_meetings().where(Meeting.id == meeting_id, Meeting.ended_at.is_not(None), protocol_readable_by(reader))).first()
    if row is None:
        raise NotFound()
    meeting, digest, department, leader = row
    people = (
        select(*person_line())
        .join(Department, Department.id == Person.department_id)
        .join(MeetingPerson, MeetingPerson.person_id == Person.id)
        .where(MeetingPerson.meeting_id == meeting_id)
        .order_by(Department.path, Person.employee_no)
    )
    visible = people if meeting.leader_id == reader.id else people.where(supervised_by(reader))
    shown = [PersonLine(*row) for row in db.session.execute(visible)]
    return Protocol(meeting, document(digest), department, leader, _hands(meeting_id), shown, len(present(meeting_id)) - len(shown))


def meetings(reader: SignedIn, before: int | None) -> tuple[list[MeetingLine], int | None]:
    """The reader's own meetings and those that ended in their departments, newest first, and where the next page begins."""
    people = select(func.count()).where(MeetingPerson.meeting_id == Meeting.id).correlate(Meeting).scalar_subquery()
    lines: Select[*tuple[Any, ...]] = (
        select(
            Meeting.id,
            Meeting.title_en,
            Meeting.title_zh,
            Department.name_en,
            Department.name_zh,
            Meeting.leader_id,
            Person.name_en,
            Person.name_zh,
            Meeting.step,
            Meeting.started_at,
            Meeting.ended_at,
            Meeting.minutes,
            people,
        )
        .join(Department, Department.id == Meeting.department_id)
        .join(Person, Person.id == Meeting.leader_id)
        .where(protocol_readable_by(reader))
        .order_by(Meeting.id.desc())
    )
    if before is not None:
        lines = lines.where(Meeting.id < before)
    found = [MeetingLine(*row) for row in db.session.execute(lines.limit(rules.PAGE + 1))]
    return found[: rules.PAGE], found[rules.PAGE - 1].id if len(found) > rules.PAGE else None
