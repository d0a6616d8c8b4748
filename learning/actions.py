"""Every write of courses, assignments, completions and seals."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, update

from cases.actions.drafts import retire
from cases.actions.reading import finish_reading
from cases.queries.reading import CasePage
from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from learning import rules
from learning.models import Assignment, Completion, Course, CourseItem, CourseProgress, DaySeal, Meeting, MeetingHand, MeetingPerson
from learning.queries import courses, meetings, progress, records
from learning.queries.meetings import Stage
from learning.rules import Kind, Mark, Result
from people.access import SignedIn
from people.queries import supervised_department

CASE_PROOF = "decision-and-time"  # the decision was made and the server measured the time
MEETING_PROOF = "team-meeting"  # the leader called the roll and the server measured the time
MOVED_ON = N_("This meeting has ended, or another device has moved it on. Nothing was changed.")


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
    corrects: int | None = None


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


def start_meeting(leader: SignedIn, page: CasePage, department_id: int, now: dt.datetime) -> Meeting:
    """Begin a team meeting about a case as it stands now. Raises NotFound for a department that is not the leader's."""
    department = supervised_department(leader, department_id)
    titles = {"title_en": page.title("en"), "title_zh": page.title("zh")}
    frozen = {"case_id": page.id, "slug": page.slug, "revision": page.revision, "cause": page.cause.slug, "stated": page.minutes, **titles}
    meeting = Meeting(leader_id=leader.id, department_id=department.id, started_at=now, step=0, **frozen)
    db.session.add(meeting)
    db.session.flush()
    return meeting


def _still_runs(stage: Stage, **values: Any) -> bool:
    """Whether the meeting runs and shows this step, held so until the transaction ends; then the values are set."""
    meeting = stage.meeting
    runs = update(Meeting).where(Meeting.id == meeting.id, Meeting.ended_at.is_(None), Meeting.step == meeting.step)
    return rows_changed(runs.values(**{"step": meeting.step, **values}).execution_options(synchronize_session=False)) == 1


def move_meeting(stage: Stage, shown: int, move: str, hands: Mapping[str, int]) -> None:
    """Keep the hands counted on the screen that was shown, and go one on or back. Nothing happens where another device has moved already."""
    if shown != stage.meeting.step or not _still_runs(stage, step=rules.moved(shown, move, len(stage.scenes))):
        return
    point = stage.scene.point
    for choice, number in hands.items():
        if point is None or not 0 <= number <= rules.MOST_HANDS:
            raise Invalid(N_("Give a number from 0 to %(most)s."), most=rules.MOST_HANDS)
        key = {"meeting_id": stage.meeting.id, "decision": point["id"], "choice": choice}
        statement = insert(MeetingHand).values(**key, hands=number)
        db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"hands": number}))


def keep_roll(leader: SignedIn, stage: Stage, ids: Collection[int]) -> None:
    """Make the roll of a running meeting these people. Raises Refused where one of them is not the leader's, Conflict after the end."""
    if not _still_runs(stage):
        raise Conflict(MOVED_ON)
    _set_roll(leader, stage.meeting.id, ids)


def _set_roll(leader: SignedIn, meeting_id: int, ids: Collection[int]) -> None:
    if meetings.allowed_on_roll(leader, ids) != set(ids):
        raise Refused(N_("Somebody on this roll is not one of your people. Nothing was recorded. Load the page again."))
    db.session.execute(delete(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id))
    db.session.add_all(MeetingPerson(meeting_id=meeting_id, person_id=person_id) for person_id in sorted(ids))
    db.session.flush()


def end_meeting(leader: SignedIn, stage: Stage, ids: Collection[int], now: dt.datetime, zone: dt.tzinfo) -> None:
    """End a meeting with a completion for everybody on the roll; a second end changes nothing.

    Raises Invalid for an empty roll or before the last screen, Refused where somebody is not the leader's.
    """
    meeting = stage.meeting
    if not ids or meeting.step != stage.last:
        raise Invalid(N_("Tick who was there. A meeting of nobody is not recorded."))
    minutes = rules.minutes_met(meeting.started_at, now, meeting.stated)
    if not _still_runs(stage, ended_at=now, minutes=minutes):
        return
    _set_roll(leader, meeting.id, ids)
    titles = meeting.title_en, meeting.title_zh
    fact = Fact(Kind.CASE, meeting.slug, meeting.revision, *titles, meeting.cause, Result.DONE, minutes, MEETING_PROOF, meeting.started_at)
    for person_id in sorted(ids):  # in one order everywhere, so that two meetings never wait for each other
        line = record_completion(person_id, fact, now, zone)
        on_roll = update(MeetingPerson).where(MeetingPerson.meeting_id == meeting.id, MeetingPerson.person_id == person_id)
        db.session.execute(on_roll.values(completion_id=line.id).execution_options(synchronize_session=False))


def discard_meeting(stage: Stage) -> None:
    """Throw away a meeting that was not ended, with its hands and its roll. Raises Conflict after the end: its completions stand."""
    if not _still_runs(stage):
        raise Conflict(MOVED_ON)
    for table in (MeetingHand, MeetingPerson):
        db.session.execute(delete(table).where(table.meeting_id == stage.meeting.id))
    db.session.execute(delete(Meeting).where(Meeting.id == stage.meeting.id))


def retire_case(slug: str) -> None:
    """Take a case out of the library. Raises Refused while a course asks for it: nobody could finish that course."""
    if courses.courses_with(Kind.CASE, slug):
        raise Refused(N_("A course asks for this case. Take it out of the course first."))
    retire(slug)


def record_completion(person_id: int, fact: Fact, now: dt.datetime, zone: dt.tzinfo) -> Completion:
    """Add a line to a person's record and keep their progress, in the caller's transaction.

    With `corrects`, the number of a line of theirs, it replaces that line: progress is counted anew and may get less.
    """
    number, previous = records.lock_chain(person_id)
    line = Completion(person_id=person_id, number=number + 1, completed_at=now, previous=previous, hash="", **asdict(fact))
    line.hash = rules.line_hash(records.facts_of(line), previous)
    db.session.add(line)
    db.session.flush()
    corrected = rules.standing_mark(records.lines_of_item(person_id, fact.kind, fact.slug, zone)) if fact.corrects else None
    mark = corrected or records.mark_of(line, zone)
    for course_id in courses.courses_with(fact.kind, fact.slug):
        _keep_progress(course_id, person_id, f"{fact.kind}/{fact.slug}", mark, now, corrected is not None)
    return line


def _keep_progress(course_id: int, person_id: int, key: str, mark: Mark, now: dt.datetime, corrected: bool) -> None:
    row = progress.progress_of(course_id, person_id)
    marks = {name: rules.mark_from(plain) for name, plain in (row.marks if row else {}).items()}
    marks[key] = mark if corrected else rules.better(marks.get(key), mark)
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
    found: dict[int, tuple[dict[str, list[tuple[int, int | None, Mark]]], dt.datetime]] = {}
    for line in records.completions_in_order():
        key = f"{line.kind}/{line.slug}"
        if key in keys:
            lines = found[line.person_id][0] if line.person_id in found else {}
            lines.setdefault(key, []).append((line.number, line.corrects, records.mark_of(line, zone)))
            found[line.person_id] = lines, line.completed_at
    for person_id, (lines, last_at) in found.items():
        marks = {key: mark for key, own in lines.items() if (mark := rules.standing_mark(own))}
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
