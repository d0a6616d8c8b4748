"""Who is signed in, what they may do, and whom they may see: each rule as a test and as an SQL condition."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_login import UserMixin
from sqlalchemy import ColumnElement, false, or_

from people.models import Department
from people.rules import EVERYBODY, ROLE_PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person of this request with what the rules need of them, loaded in one statement."""

    id: int
    employee_no: str
    name_en: str
    name_zh: str
    department_id: int
    department_path: str
    epoch: int
    language: str | None = None
    theme: str | None = None
    roles: frozenset[Role] = frozenset()
    supervised_paths: tuple[str, ...] = field(default=())

    def get_id(self) -> str:
        """What the session keeps: the person and their epoch."""
        return f"{self.id}:{self.epoch}"

    def name(self, language: str) -> str:
        """The name as people of this language read it."""
        return self.name_zh if language == "zh" else self.name_en

    def can(self, permission: Permission) -> bool:
        """Whether one of the person's roles carries the permission."""
        return permission in EVERYBODY or any(permission in ROLE_PERMISSIONS[role] for role in self.roles)


def can_supervise(person: SignedIn, department_path: str) -> bool:
    """Whether the department is one the person was given, or lies below one."""
    return any(department_path.startswith(path) for path in person.supervised_paths)


def supervised_by(person: SignedIn) -> ColumnElement[bool]:
    """The same as a condition on Department."""
    return or_(false(), *under(person.supervised_paths))


def under(paths: Iterable[str]) -> list[ColumnElement[bool]]:
    """Conditions on Department: at one of these paths or below. A range, so that the index on path serves it."""
    return [Department.path.between(path, path + "~") for path in paths]
