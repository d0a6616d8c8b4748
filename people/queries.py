"""Every read of people, departments and sign-in failures."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.db import db, fetch
from core.errors import NotFound
from core.kept import Kept
from people.access import SignedIn, supervised_by
from people.models import Department, Person, RoleGrant, SignInFailures
from people.rules import Role

_scope = Department.__table__.alias("scope")

_SIGNED_IN = (
    select(
        Person.id,
        Person.employee_no,
        Person.name_en,
        Person.name_zh,
        Person.department_id,
        Department.path,
        Person.epoch,
        Person.language,
        Person.theme,
        RoleGrant.role,
        _scope.c.path.label("scope_path"),
    )
    .join(Department, Department.id == Person.department_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(_scope, _scope.c.id == RoleGrant.department_id)
    .where(Person.active, Person.id == bindparam("person_id"))
)

_NAMES = select(Person.name_en, Person.name_zh, Person.employee_no)


def signed_in(person_id: int) -> SignedIn | None:
    """The active person with this id, ready for the rules, or None."""
    rows = fetch(_SIGNED_IN, person_id=person_id)
    if not rows:
        return None
    return SignedIn(
        *rows[0][:5],
        department_path=rows[0].path,
        epoch=rows[0].epoch,
        language=rows[0].language,
        theme=rows[0].theme,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        supervised_paths=tuple(row.scope_path for row in rows if row.scope_path),
    )


def person_by_number(employee_no: str) -> Person | None:
    """The person with this employee number, whether active or not."""
    return db.session.scalar(select(Person).where(Person.employee_no == employee_no))


@dataclass(frozen=True)
class PersonLine:
    """A person as lists show them, with their department."""

    id: int
    employee_no: str
    name_en: str
    name_zh: str
    department_en: str
    department_zh: str

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en

    def department(self, language: str) -> str:
        return self.department_zh if language == "zh" else self.department_en


def person_line() -> tuple[InstrumentedAttribute[Any], ...]:
    """The columns of a PersonLine, of Person and Department."""
    return Person.id, Person.employee_no, Person.name_en, Person.name_zh, Department.name_en, Department.name_zh


def person_by_id(person_id: int) -> Person:
    """One person. Raises NotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound()
    return person


def is_empty() -> bool:
    """Whether nobody exists yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def head_count() -> int:
    """How many people there are."""
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def failures_of(keys: list[str]) -> list[SignInFailures]:
    """The failures in a row under these keys."""
    return list(db.session.scalars(select(SignInFailures).where(SignInFailures.key.in_(keys))))


MANY_DEPARTMENTS = 300


@dataclass(frozen=True)
class DepartmentLine:
    """A department as lists show it: `depth` 0 is the company."""

    id: int
    path: str
    name_en: str
    name_zh: str

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


_kept_trees: Kept[list[DepartmentLine]] = Kept(60)


def departments_supervised_by(person: SignedIn) -> list[DepartmentLine]:
    """The departments the person was given and all below, each parent before its children; very many are at most a minute old."""
    key = (str(db.engine.url), person.supervised_paths)
    if kept := _kept_trees.get(key):
        return kept
    columns = select(Department.id, Department.path, Department.name_en, Department.name_zh)
    found = [DepartmentLine(*row) for row in fetch(columns.where(supervised_by(person)).order_by(Department.path))]
    return _kept_trees.put(key, found) if len(found) > MANY_DEPARTMENTS else found


def offered(departments: list[DepartmentLine]) -> list[DepartmentLine]:
    """Those of somebody's departments to choose from: of very many, only those directly below the top."""
    deepest = departments[0].depth + 1 if len(departments) > MANY_DEPARTMENTS else 99
    return [line for line in departments if line.depth <= deepest]


def supervised_department(person: SignedIn, department_id: int) -> Department:
    """A department that the person supervises. Raises NotFound for any other."""
    found = db.session.scalar(select(Department).where(Department.id == department_id, supervised_by(person)))
    if found is None:
        raise NotFound()
    return found


def names_on_path(path: str) -> list[DepartmentLine]:
    """The departments from the company down to this path."""
    ids = [int(part) for part in path.strip("/").split("/")]
    columns = select(Department.id, Department.path, Department.name_en, Department.name_zh)
    rows = db.session.execute(columns.where(Department.id.in_(ids)).order_by(Department.path))
    return [DepartmentLine(*row) for row in rows]


def everything_that_names_people() -> list[tuple[str, str, str]]:
    """Names in both languages and employee number of everybody, whether active or not."""
    return [(en, zh, number) for en, zh, number in fetch(_NAMES)]
