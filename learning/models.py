"""Tables of courses, assignments, completions and how far everybody is."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model

SLUG = String(80)
TITLE = String(200)
HASH = String(64)


class Course(Model):
    """An ordered list of items. `due_days` is the default of its assignment."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(SLUG, unique=True)
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    due_days: Mapped[int]


class CourseItem(Model):
    """One thing to finish. Items of one `subject`, a case and its quiz, stand together."""

    __tablename__ = "course_item"
    __table_args__ = (
        UniqueConstraint("course_id", "kind", "slug"),
        Index("ix_course_item_kind_slug", "kind", "slug"),
        CheckConstraint("kind IN ('case', 'quiz')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(SLUG)
    subject: Mapped[str] = mapped_column(SLUG)
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)


class Assignment(Model):
    """A rule: this course is required of everybody, from this day, within so many days."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), unique=True)
    starts_on: Mapped[dt.date]
    due_days: Mapped[int]


class Completion(Model):
    """One line of a training record: who, what, which revision, when, with what result, how long, how it was proved.

    Only ever added to: triggers of the database refuse UPDATE and DELETE. Each line carries the hash of the one before. `corrects` is
    the number of the person's line that a correction replaces.
    """

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        Index("ix_completion_completed_at", "completed_at", "person_id"),
        CheckConstraint("(kind = 'quiz') = (score IS NOT NULL)", name="quiz_has_score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(SLUG)
    revision: Mapped[int]
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str | None] = mapped_column(SLUG)
    result: Mapped[str] = mapped_column(String(10))
    score: Mapped[int | None]
    pass_mark: Mapped[int | None]
    attempt: Mapped[int | None]
    attempts_allowed: Mapped[int | None]
    minutes: Mapped[int]
    proof: Mapped[str] = mapped_column(String(40))
    corrects: Mapped[int | None]
    started_at: Mapped[dt.datetime]
    completed_at: Mapped[dt.datetime]
    previous: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)


class CourseProgress(Model):
    """How far somebody is in a course, kept with each completion so that lists need not add up; no row: nothing yet.

    `marks` holds, by "kind/slug", what rules.Mark says.
    """

    __tablename__ = "course_progress"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    done: Mapped[int]
    failing: Mapped[int]
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)
    last_at: Mapped[dt.datetime]


class DaySeal(Model):
    """The chain heads of all people with a completion on a day, hashed together with the seal before."""

    __tablename__ = "day_seal"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    heads: Mapped[int]
    previous: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)


class Meeting(Model):
    """A team goes through a case together, one step a screen. What was read and how long it may count is frozen at its start.

    It runs until `ended_at`; then its completions are written and `minutes` says what each of them counts.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("ix_meeting_leader_id", "leader_id", "id"),
        CheckConstraint("(ended_at IS NULL) = (minutes IS NULL)", name="ended_has_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accident_case.id"))
    slug: Mapped[str] = mapped_column(SLUG)
    revision: Mapped[int]
    title_en: Mapped[str] = mapped_column(TITLE)
    title_zh: Mapped[str] = mapped_column(TITLE)
    cause: Mapped[str] = mapped_column(SLUG)
    stated: Mapped[int]
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    step: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    minutes: Mapped[int | None]

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


class MeetingHand(Model):
    """How many hands went up for a choice; whose they were is not kept."""

    __tablename__ = "meeting_hand"
    __table_args__ = (CheckConstraint("hands BETWEEN 0 AND 999", name="hands"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(SLUG, primary_key=True)
    choice: Mapped[str] = mapped_column(SLUG, primary_key=True)
    hands: Mapped[int]


class MeetingPerson(Model):
    """That a person is on the roll of a meeting, once; with the line of their record when the meeting has ended."""

    __tablename__ = "meeting_person"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("completion.id"), unique=True)
