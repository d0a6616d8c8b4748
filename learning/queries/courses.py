"""Reads of courses and what they ask for."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from core.db import db, fetch
from learning import rules
from learning.models import Assignment, Course, CourseItem
from learning.rules import Kind


@dataclass(frozen=True)
class Item:
    """One thing to finish."""

    kind: Kind
    slug: str
    subject: str
    title_en: str
    title_zh: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.slug}"


@dataclass(frozen=True)
class RequiredCourse:
    """A course that is assigned to everybody, with its items in order."""

    id: int
    slug: str
    title_en: str
    title_zh: str
    starts_on: dt.date
    due_days: int
    items: tuple[Item, ...]

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en

    def due_on(self, joined_on: dt.date) -> dt.date:
        return rules.due_on(joined_on, self.starts_on, self.due_days)

    @property
    def subjects(self) -> tuple[tuple[str, str, str], ...]:
        """Slug and titles of each case, in order."""
        return tuple({item.subject: (item.subject, item.title_en, item.title_zh) for item in reversed(self.items)}.values())[::-1]


_REQUIRED = (
    select(
        Course.id,
        Course.slug,
        Course.title_en,
        Course.title_zh,
        Assignment.starts_on,
        Assignment.due_days,
        CourseItem.kind,
        CourseItem.slug,
        CourseItem.subject,
        CourseItem.title_en,
        CourseItem.title_zh,
    )
    .join(Assignment, Assignment.course_id == Course.id)
    .join(CourseItem, CourseItem.course_id == Course.id)
    .order_by(Assignment.starts_on, Course.id, CourseItem.position)
)


def required_course() -> RequiredCourse | None:
    """The course assigned to everybody, or None before one is loaded. One statement."""
    rows = fetch(_REQUIRED)
    if not rows:
        return None
    items = tuple(Item(Kind(row[6]), *row[7:]) for row in rows if row[0] == rows[0][0])
    course_id, slug, title_en, title_zh, starts_on, due_days = rows[0][:6]
    return RequiredCourse(course_id, slug, title_en, title_zh, starts_on, due_days, items)


def course_by_slug(slug: str) -> Course | None:
    """The course with this slug."""
    return db.session.scalar(select(Course).where(Course.slug == slug))


def items_of(course_id: int) -> list[CourseItem]:
    """The items of a course in order."""
    return list(db.session.scalars(select(CourseItem).where(CourseItem.course_id == course_id).order_by(CourseItem.position)))


def is_assigned(course_id: int) -> bool:
    """Whether the course has its assignment."""
    return db.session.scalar(select(Assignment.id).where(Assignment.course_id == course_id)) is not None


def courses_with(kind: Kind, slug: str) -> list[int]:
    """The courses that hold this item."""
    return list(db.session.scalars(select(CourseItem.course_id).where(CourseItem.kind == kind, CourseItem.slug == slug)))
