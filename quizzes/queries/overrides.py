"""What was granted to people and departments beside what a quiz says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import NotFound
from people.access import SignedIn
from people.models import Department, Person
from people.queries import DepartmentLine
from quizzes.access import grantable_by
from quizzes.models.attempts import Attempt, MarkChange
from quizzes.models.quizzes import Quiz, QuizOverride
from quizzes.rules.grading import Change

GRANTS_MOST = 500


@dataclass(frozen=True)
class Grant:
    """A grant as a list shows it: for whom, and who gave it."""

    row: QuizOverride
    person: Person | None
    department: Department
    by: Person


@dataclass(frozen=True)
class QuizLine:
    """A quiz that exceptions may be granted for, and how many hold for this person's people."""

    quiz: Quiz
    grants: int


def _granted_to(person: SignedIn) -> Select[Any]:
    """Grants with the department that they are for, or that their person is in, where this person may grant."""
    return (
        select(QuizOverride)
        .outerjoin(Person, Person.id == QuizOverride.person_id)
        .join(Department, Department.id == func.coalesce(QuizOverride.department_id, Person.department_id))
        .where(grantable_by(person))
    )


def quizzes_to_grant(person: SignedIn) -> list[QuizLine]:
    """The quizzes that are published."""
    counts = _granted_to(person).with_only_columns(QuizOverride.quiz_id, func.count().label("n")).group_by(QuizOverride.quiz_id).subquery()
    rows = db.session.execute(
        select(Quiz, func.coalesce(counts.c.n, 0))
        .outerjoin(counts, counts.c.quiz_id == Quiz.id)
        .where(Quiz.published, Quiz.purpose.in_(("own", "case")))
        .order_by(Quiz.purpose.desc(), Quiz.title_en, Quiz.id)
        .limit(GRANTS_MOST)
    )
    return [QuizLine(*row) for row in rows]


def quiz_to_grant(slug: str, lock: bool = False) -> Quiz:
    """A published quiz. Raises NotFound."""
    found = select(Quiz).where(Quiz.slug == slug, Quiz.published, Quiz.purpose.in_(("own", "case")))
    quiz = db.session.scalar(found.with_for_update() if lock else found)
    if quiz is None:
        raise NotFound()
    return quiz


def grants(quiz_id: int, person: SignedIn) -> list[Grant]:
    """What was granted at a quiz to the people and departments of this person."""
    by = aliased(Person)
    rows = db.session.execute(
        _granted_to(person)
        .with_only_columns(QuizOverride, Person, Department, by)
        .join(by, by.id == QuizOverride.granted_by)
        .where(QuizOverride.quiz_id == quiz_id)
        .order_by(Department.path, Person.employee_no)
        .limit(GRANTS_MOST)
    )
    return [Grant(*row) for row in rows]


def grant_for(grant_id: int, quiz_id: int, person: SignedIn) -> QuizOverride:
    """One grant that this person may take away. Raises NotFound."""
    found = db.session.scalar(_granted_to(person).where(QuizOverride.id == grant_id, QuizOverride.quiz_id == quiz_id))
    if found is None:
        raise NotFound()
    return found  # type: ignore[no-any-return]


def person_to_grant(employee_no: str, person: SignedIn) -> Person | None:
    """An active person of this person's scope by employee number, None where there is none."""
    joined = select(Person).join(Department, Department.id == Person.department_id)
    return db.session.scalar(joined.where(Person.employee_no == employee_no, Person.active, grantable_by(person)))


def departments_to_grant(person: SignedIn) -> list[DepartmentLine]:
    """The departments this person may grant for, each before those below it."""
    columns = select(Department.id, Department.path, Department.name_en, Department.name_zh)
    return [DepartmentLine(*row) for row in db.session.execute(columns.where(grantable_by(person)).order_by(Department.path))]


def standing_grant(quiz_id: int, person_id: int | None, department_id: int | None) -> QuizOverride | None:
    """The grant that stands for a person or a department."""
    whose = QuizOverride.person_id == person_id if person_id else QuizOverride.department_id == department_id
    return db.session.scalar(select(QuizOverride).where(QuizOverride.quiz_id == quiz_id, whose))


def running_attempts(quiz_id: int, person_id: int | None, path: str) -> list[tuple[Attempt, str]]:
    """The open attempts at a quiz of one person, or of everybody at a department's path and below: each with its person's path.

    One that was opened again has the end that was given with that, and is left out.
    """
    reopened = select(MarkChange.id).where(MarkChange.attempt_id == Attempt.id, MarkChange.action == Change.REOPEN)
    whose = Attempt.person_id == person_id if person_id else Department.path.between(path, path + "~")
    rows = db.session.execute(
        select(Attempt, Department.path)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == "open", whose, ~reopened.exists())
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )
    return [(row[0], row[1]) for row in rows]


def grants_touching(quiz_id: int, people: Sequence[int]) -> list[QuizOverride]:
    """All grants of a quiz for these people or for departments."""
    whose = or_(QuizOverride.department_id.is_not(None), QuizOverride.person_id.in_(people))
    return list(db.session.scalars(select(QuizOverride).where(QuizOverride.quiz_id == quiz_id, whose)))
