"""Tables of people, departments, roles, failed sign-ins and the audit log."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from people import rules


class Department(Model):
    """A node of the company's tree. `path` lists the ids from the root, as /1/4/, so a subtree is a prefix."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    # Byte order, so that a range of paths is a subtree whatever the database's collation.
    path: Mapped[str] = mapped_column(String(200).with_variant(VARCHAR(200, collation="C"), "postgresql"), unique=True)
    name_en: Mapped[str] = mapped_column(String(rules.NAME_MAX))
    name_zh: Mapped[str] = mapped_column(String(rules.NAME_MAX))


class Person(Model):
    """An employee; everybody with an account is one. `epoch` rises to end all sessions of the person."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_department_id_employee_no", "department_id", "employee_no"),
        Index("ix_person_roster", "department_id", "active", "joined_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_no: Mapped[str] = mapped_column(String(rules.EMPLOYEE_NO_MAX), unique=True)
    name_en: Mapped[str] = mapped_column(String(rules.NAME_MAX))
    name_zh: Mapped[str] = mapped_column(String(rules.NAME_MAX))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    joined_on: Mapped[dt.date]
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(default=0)
    language: Mapped[str | None] = mapped_column(String(8))
    theme: Mapped[str | None] = mapped_column(String(8))

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


class RoleGrant(Model):
    """A role of a person; a supervisor's names the department at the top of what they see."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "department_id"),
        CheckConstraint("(role = 'supervisor') = (department_id IS NOT NULL)", name="supervisor_has_department"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))


class SignInFailures(Model):
    """Failures in a row for one employee number or one network address; all processes share them."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[dt.datetime]


class AuditEntry(Model):
    """Who did what to whom, when and from where. Only ever added to."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class SetupCode(Model):
    """The digest of the one-time code that lets the first administrator in; gone once it was used."""

    __tablename__ = "setup_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
