"""Every write of courses, assignments, completions and seals."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete

from cases.actions.drafts import retire
from cases.actions.reading import finish_reading
from cases.queries.reading import CasePage
from core.db import db, insert
from core.errors import N_, Refused
from learning import rules
from learning.models import Assignment, Completion, Course, CourseItem, CourseProgress, DaySeal
from learning.queries import courses, progress, records
from learning.rules import Kind, Mark, Result

CASE_PROOF = "decision-and-time"  # the decision was made and the server measured the time


@dataclass(frozen=True)
class Fact:
    """What was completed, as it was at that moment: nothing here is ever read again from elsewhere."""

    kind: Kind
    slug: str
    revision: int
    title_en: str
    title_zh: str
    cause: str | None
    result: Result
    minutes: int
    proof: str
    started_at: dt.datetime
    score: int | None = None
    pass_mark: int | None = None
    attempt: int | None = None
    attempts_allowed: int | None = None


def load_course(slug: str, titles: dict[str, str], due_days: int, items: list[dict[str, Any]], zone: dt.tzinfo) -> bool:
    """Make a course what its file says; False where it is so already. Progress is kept, and counted anew if items change."""
    course = courses.course_by_slug(slug)
    head = {"title_en": titles["en"], "title_zh": titles["zh"], "due_days": due_days}
    if course is None:
        course = Course(slug=slug, **head)
        db.session.add(course)
        db.session.flush()
    rows = [{"position": position, **item} for position, item in enumerate(items)]
    known = [{key: getattr(item, key) for key in rows[0]} for item in courses.items_of(course.id)] if rows else []
    if known == rows and all(getattr(course, key) == value for key, value in head.items()):
        return False
    for key, value in head.items():
        setattr(course, key, value)
    db.session.execute(delete(CourseItem).where(CourseItem.course_id == course.id))
    db.session.add_all(CourseItem(course_id=course.id, **row) for row in rows)
    db.session.flush()
    _count_anew(course.id, {f"{row['kind']}/{row['slug']}" for row in rows}, zone)
    return True


def assign(slug: str, starts_on: dt.date) -> None:
    """Require a course of everybody from this day, unless it is required already."""
    course = courses.course_by_slug(slug)
    if course and not courses.is_assigned(course.id):
        db.session.add(Assignment(course_id=course.id, starts_on=starts_on, due_days=course.due_days))
        db.session.flush()


def study_case(person_id: int, page: CasePage, now: dt.datetime, zone: dt.tzinfo) -> Completion:
    """Mark a case as studied, with the completion that says so. Raises Refused before every decision is made."""
    minutes = finish_reading(person_id, page, now)
    started_at = page.opened_at or now
    titles = page.title("en"), page.title("zh")
    fact = Fact(Kind.CASE, page.slug, page.revision, *titles, page.cause.slug, Result.DONE, minutes, CASE_PROOF, started_at)
    return record_completion(person_id, fact, now, zone)


def retire_case(slug: str) -> None:
    """Take a case out of the library. Raises Refused while a course asks for it: nobody could finish that course."""
    if courses.courses_with(Kind.CASE, slug):
        raise Refused(N_("A course asks for this case. Take it out of the course first."))
    retire(slug)


def record_completion(person_id: int, fact: Fact, now: dt.datetime, zone: dt.tzinfo) -> Completion:
    """Add a line to a person's record and keep their progress, in the caller's transaction."""
    number, previous = records.lock_chain(person_id)
    line = Completion(person_id=person_id, number=number + 1, completed_at=now, previous=previous, hash="", **asdict(fact))
    line.hash = rules.line_hash(records.facts_of(line), previous)
    db.session.add(line)
    db.session.flush()
    for course_id in courses.courses_with(fact.kind, fact.slug):
        _keep_progress(course_id, person_id, f"{fact.kind}/{fact.slug}", records.mark_of(line, zone), now)
    return line


def _keep_progress(course_id: int, person_id: int, key: str, mark: Mark, now: dt.datetime) -> None:
    row = progress.progress_of(course_id, person_id)
    marks = {name: rules.mark_from(plain) for name, plain in (row.marks if row else {}).items()}
    marks[key] = rules.better(marks.get(key), mark)
    done, failing = rules.tally(marks.values())
    values = {"done": done, "failing": failing, "marks": {name: kept.plain() for name, kept in marks.items()}, "last_at": now}
    db.session.execute(
        insert(CourseProgress)
        .values(course_id=course_id, person_id=person_id, **values)
        .on_conflict_do_update(index_elements=["course_id", "person_id"], set_=values)
    )


def _count_anew(course_id: int, keys: set[str], zone: dt.tzinfo) -> None:
    """Progress in a course whose items changed: rebuilt from the completions, which know better."""
    db.session.execute(delete(CourseProgress).where(CourseProgress.course_id == course_id))
    rows: dict[int, tuple[dict[str, Mark], dt.datetime]] = {}
    for line in records.completions_in_order():
        key = f"{line.kind}/{line.slug}"
        if key in keys:
            marks = rows[line.person_id][0] if line.person_id in rows else {}
            marks[key] = rules.better(marks.get(key), records.mark_of(line, zone))
            rows[line.person_id] = marks, line.completed_at
    for person_id, (marks, last_at) in rows.items():
        done, failing = rules.tally(marks.values())
        plain = {name: mark.plain() for name, mark in marks.items()}
        db.session.add(CourseProgress(course_id=course_id, person_id=person_id, done=done, failing=failing, marks=plain, last_at=last_at))
    db.session.flush()


def seal_days(now: dt.datetime, zone: dt.tzinfo) -> int:
    """Seal every full day since the last seal that has completions; how many were sealed. A day waits an hour for its last line."""
    first = records.first_completion()
    if first is None:
        return 0
    seals = records.seals()
    day = seals[-1].day + dt.timedelta(days=1) if seals else first.astimezone(zone).date()
    previous = seals[-1].hash if seals else rules.FIRST_HASH
    last = (now - dt.timedelta(hours=1)).astimezone(zone).date()
    made = 0
    while day < last:
        heads = records.heads_between(*rules.span_of(day, zone))
        if heads:
            seal = rules.seal_hash(day, heads, previous)
            statement = insert(DaySeal).values(day=day, heads=len(heads), previous=previous, hash=seal)
            db.session.execute(statement.on_conflict_do_nothing())
            previous, made = seal, made + 1
        day += dt.timedelta(days=1)
    return made
