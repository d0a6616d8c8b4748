"""Where people stand in the course: one person, the supervisor's matrix, the training file."""

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from core.db import db, fetch, stream
from core.errors import NotFound
from core.kept import Kept
from learning import rules
from learning.access import record_readable_by
from learning.models import Completion, CourseProgress, Meeting, MeetingPerson
from learning.queries.courses import RequiredCourse, required_course
from learning.rules import Cell, Kind, Mark, State, Step
from people.access import SignedIn, supervised_by, under
from people.models import Department, Person
from people.queries import DepartmentLine, departments_supervised_by, names_on_path

# Above this many people the counts are kept for a minute, and the page says of when they are.
COUNT_AFRESH_UP_TO = 5_000
KEPT_SECONDS = 60


def progress_of(course_id: int, person_id: int) -> CourseProgress | None:
    """How far one person is."""
    return db.session.get(CourseProgress, (course_id, person_id), populate_existing=True)


@dataclass(frozen=True)
class Standing:
    """Where one person stands in the course, with what they finished. `marks` are as they are stored, read when asked for."""

    person_id: int
    employee_no: str
    name_en: str
    name_zh: str
    department: str
    department_path: str
    joined_on: dt.date
    due_on: dt.date
    done: int
    failing: int
    items: int
    state: State
    last_at: dt.datetime | None
    marks: Mapping[str, Mapping[str, Any]] = field(hash=False)

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en

    def study(self, subject: str) -> Mark | None:
        return self.mark(f"{Kind.CASE}/{subject}")

    def quiz(self, subject: str) -> Mark | None:
        return self.mark(f"{Kind.QUIZ}/{subject}")

    def mark(self, item: str) -> Mark | None:
        plain = self.marks.get(item)
        return rules.mark_from(plain) if plain else None

    def cell(self, subject: str, today: dt.date) -> Cell:
        return rules.cell(self.study(subject), self.quiz(subject), self.due_on, today)

    def cells(self, subjects: Iterable[tuple[str, str, str]], today: dt.date) -> list[tuple[Cell, Mark | None]]:
        """A row of the matrix: each cell with the mark of the quiz."""
        return [(self.cell(slug, today), self.quiz(slug)) for slug, _en, _zh in subjects]

    def step(self, subject: str, opened: bool) -> Step:
        return rules.next_step(opened, self.study(subject), self.quiz(subject))

    def following(self, subjects: Iterable[str], today: dt.date) -> str | None:
        """The case to go on with: the first that is not finished; one without tries left only when nothing else is to do."""
        rest = [subject for subject in subjects if self.cell(subject, today) is not Cell.DONE]
        return next((subject for subject in rest if self.step(subject, True) is not Step.ASK), rest[0] if rest else None)


@lru_cache(maxsize=8)
def _standings(course: RequiredCourse, language: str) -> Select[*tuple[Any, ...]]:
    name = Department.name_zh if language == "zh" else Department.name_en
    return (
        select(
            Person.id.label("person_id"),
            Person.employee_no,
            Person.name_en,
            Person.name_zh,
            name.label("department"),
            Department.path.label("department_path"),
            Person.joined_on,
            func.coalesce(CourseProgress.done, 0).label("done"),
            func.coalesce(CourseProgress.failing, 0).label("failing"),
            CourseProgress.marks,
            CourseProgress.last_at,
        )
        .join(Department, Department.id == Person.department_id)
        .outerjoin(CourseProgress, and_(CourseProgress.person_id == Person.id, CourseProgress.course_id == course.id))
        .where(Person.active)
    )


def _standing(row: Row[Any], course: RequiredCourse, today: dt.date) -> Standing:
    facts = dict(row._mapping)
    due, items = course.due_on(row.joined_on), len(course.items)
    facts["marks"] = row.marks or {}
    return Standing(**facts, due_on=due, items=items, state=rules.state(row.done, row.failing, items, due, today))


def standing_of(person: SignedIn, course: RequiredCourse, today: dt.date, language: str) -> Standing:
    """Where the person themself stands."""
    row = db.session.execute(_standings(course, language).where(Person.id == person.id)).one()
    return _standing(row, course, today)


def _in_state(course: RequiredCourse, wanted: State, today: dt.date) -> ColumnElement[bool]:
    """rules.state as an SQL condition. The last day is compared through the day of joining: no date sums in SQL."""
    finished = func.coalesce(CourseProgress.done, 0) >= len(course.items)

    def due_before(last: dt.date) -> ColumnElement[bool]:
        start = last - dt.timedelta(days=course.due_days)
        return and_(Person.joined_on < start, true() if course.starts_on < start else Person.id.is_(None))

    overdue, soon = due_before(today), due_before(today + rules.DUE_SOON + dt.timedelta(days=1))
    failing = func.coalesce(CourseProgress.failing, 0) > 0
    return {
        State.DONE: finished,
        State.OVERDUE: ~finished & overdue,
        State.FAILING: ~finished & ~overdue & failing,
        State.DUE: ~finished & ~overdue & ~failing & soon,
        State.OPEN: ~finished & ~soon & ~failing,
    }[wanted]


@dataclass(frozen=True)
class Counts:
    """How many people stand where, and of when the counts are."""

    people: int
    states: dict[State, int]
    at: float

    @property
    def kept_since(self) -> dt.datetime | None:
        """When they were counted, if they are not counted for every page."""
        return dt.datetime.fromtimestamp(self.at, dt.UTC) if self.people > COUNT_AFRESH_UP_TO else None


_kept: Kept[Counts] = Kept(KEPT_SECONDS)


@lru_cache(maxsize=8)
def _counting(course: RequiredCourse, today: dt.date) -> Select[*tuple[Any, ...]]:
    sums = [func.coalesce(func.sum(case((_in_state(course, wanted, today), 1), else_=0)), 0) for wanted in State]
    return (
        select(func.count(), *sums)
        .select_from(Person)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(CourseProgress, and_(CourseProgress.person_id == Person.id, CourseProgress.course_id == course.id))
        .where(Person.active)
    )


def counts(course: RequiredCourse, scope: ColumnElement[bool], key: tuple[Any, ...], today: dt.date) -> Counts:
    """How many of the people in scope stand where; for many people at most a minute old. `key` names the scope."""
    key = (str(db.engine.url), course.id, len(course.items), today, *key)
    if kept := _kept.get(key):
        return kept
    row = fetch(_counting(course, today).where(scope))[0]
    found = Counts(row[0], dict(zip(State, row[1:], strict=True)), time.time())
    return _kept.put(key, found) if found.people > COUNT_AFRESH_UP_TO else found


@dataclass(frozen=True)
class MatrixFilters:
    """What the supervisor asked for: a department's path, a state, names, and the person to continue after."""

    department: int | None = None
    state: State | None = None
    q: str = ""
    after: str = ""


@dataclass(frozen=True)
class Matrix:
    """One page of people by required cases. `after` leads to the next page."""

    course: RequiredCourse
    departments: list[DepartmentLine]
    counts: Counts
    people: list[Standing]
    today: dt.date
    after: str | None

    def groups(self, language: str) -> list[tuple[str, list[Standing]]]:
        """The people of this page by department, each named with those above it that are in scope."""
        names = {line.path: line.name(language) for line in self.departments if line.depth}
        groups = [list(people) for _path, people in groupby(self.people, lambda who: who.department_path)]
        above = [[name for path, name in names.items() if people[0].department_path.startswith(path)] for people in groups]
        return [(" · ".join(found) or people[0].department, people) for found, people in zip(above, groups, strict=True)]


def _scope(person: SignedIn, filters: MatrixFilters, departments: list[DepartmentLine]) -> ColumnElement[bool]:
    """The people the supervisor was given, narrowed to a department of theirs. Raises NotFound for another one."""
    if filters.department is None:
        return supervised_by(person)
    path = next((line.path for line in departments if line.id == filters.department), None)
    if path is None:
        raise NotFound()
    return under([path])[0]


def _matching(course: RequiredCourse, scope: ColumnElement[bool], filters: MatrixFilters, today: dt.date, language: str) -> Select[*tuple[Any, ...]]:
    people = _standings(course, language).where(scope)
    if filters.state is not None:
        people = people.where(_in_state(course, filters.state, today))
    for word in filters.q.split()[:5]:
        columns = (Person.employee_no, Person.name_en, Person.name_zh)
        people = people.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return people.order_by(Department.path, Person.employee_no)


def matrix(person: SignedIn, filters: MatrixFilters, today: dt.date, language: str) -> Matrix | None:
    """One page of the people somebody supervises; None before a course is assigned. Raises NotFound out of scope."""
    course = required_course()
    departments = departments_supervised_by(person)
    scope = _scope(person, filters, departments)
    if course is None:
        return None
    people = _matching(course, scope, filters, today, language)
    path, _space, number = filters.after.partition(" ")
    if number:
        people = people.where(Department.path >= path, or_(Department.path > path, Person.employee_no > number))
    rows = fetch(people.limit(rules.PAGE + 1))
    shown = [_standing(row, course, today) for row in rows[: rules.PAGE]]
    after = f"{shown[-1].department_path} {shown[-1].employee_no}" if len(rows) > rules.PAGE else None
    key = (filters.department,) if filters.department else person.supervised_paths
    return Matrix(course, departments, counts(course, scope, key, today), shown, today, after)


def everybody(person: SignedIn, filters: MatrixFilters, today: dt.date, language: str) -> tuple[RequiredCourse | None, Iterator[Standing]]:
    """All people that match, for export, fetched as they are read. Raises NotFound out of scope."""
    course = required_course()
    scope = _scope(person, filters, departments_supervised_by(person))
    if course is None:
        return None, iter(())
    rows = stream(_matching(course, scope, filters, today, language))
    return course, (_standing(row, course, today) for row in rows)


@dataclass(frozen=True)
class TrainingFile:
    """Everything on record about one person, newest line first; and by the id of a line who led the meeting it comes from."""

    standing: Standing | None
    person: Person
    departments: list[DepartmentLine]
    course: RequiredCourse | None
    lines: list[Completion]
    leaders: dict[int, Person]

    def company(self, language: str) -> str:
        return self.departments[0].name(language)

    def department(self, language: str) -> str:
        """The department with those above it, the company left out."""
        return " · ".join(line.name(language) for line in self.departments[1:] or self.departments)

    @property
    def corrected(self) -> dict[int, int]:
        """By the number of a line that a correction has replaced, the number of that correction."""
        return {line.corrects: line.number for line in self.lines if line.corrects}

    @property
    def minutes(self) -> int:
        """Of every line that stands."""
        return sum(line.minutes for line in self.lines if line.number not in self.corrected)


def training_file(reader: SignedIn, employee_no: str, today: dt.date, language: str) -> TrainingFile:
    """The training file of one person for a reader. Raises NotFound for whoever the reader may not see."""
    row = db.session.execute(
        select(Person, Department.path)
        .join(Department, Department.id == Person.department_id)
        .where(Person.employee_no == employee_no, record_readable_by(reader))
    ).first()
    if row is None:
        raise NotFound()
    person, path = row
    course = required_course()
    found = db.session.execute(_standings(course, language).where(Person.id == person.id)).first() if course else None
    leader = aliased(Person)
    lines = db.session.execute(
        select(Completion, leader)
        .outerjoin(MeetingPerson, MeetingPerson.completion_id == Completion.id)
        .outerjoin(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .outerjoin(leader, leader.id == Meeting.leader_id)
        .where(Completion.person_id == person.id)
        .order_by(Completion.number.desc())
    ).all()
    standing = _standing(found, course, today) if found and course else None
    leaders = {line.id: led_by for line, led_by in lines if led_by}
    return TrainingFile(standing, person, names_on_path(path), course, [line for line, _led_by in lines], leaders)
