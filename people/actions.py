"""Every write of people, departments, roles and sign-in failures."""

import datetime as dt
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, delete, update
from sqlalchemy.exc import IntegrityError

from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from people import queries
from people.models import AuditEntry, Department, Person, RoleGrant, SetupCode, SignInFailures
from people.rules import FAILURES_KEPT, FREE_FAILURES, Role, next_try, password_problem

# 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet, Argon2id.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when there is no such person, so that the answer takes the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe())

PASSWORD_MESSAGES = {
    "short": N_("Use at least 10 characters. A sentence of a few words is easiest to remember."),
    "long": N_("Use at most 200 characters."),
    "employee_no": N_("Leave your employee number out of the password."),
    "plain": N_("Use more different characters."),
}


class WrongPassword(Invalid):
    """Number or password do not fit; `left` tries remain before the next wait."""

    def __init__(self, left: int) -> None:
        super().__init__(N_("Employee number or password is not right."))
        self.left = left


class TooSoon(Refused):
    """Too many failures; `seconds` must pass."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("Too many wrong tries. Wait %(seconds)s seconds, then try again."), seconds=seconds)
        self.seconds = seconds


def audit(now: dt.datetime, actor_id: int | None, action: str, subject: str, address: str = "", **detail: object) -> None:
    """Add a line to the audit log."""
    db.session.add(AuditEntry(at=now, actor_id=actor_id, action=action, subject=subject, address=address, detail=detail or None))


def hash_password(password: str) -> str:
    """The Argon2id hash that is stored."""
    return _hasher.hash(password)


def check_password(stored: str | None, password: str) -> bool:
    """Whether the password fits, taking as long for a missing hash as for a wrong one."""
    try:
        _hasher.verify(stored or _NOBODY, password)
        return stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check_wait(employee_no: str, address: str, now: dt.datetime) -> None:
    """Raise TooSoon while this number or this address must wait. All processes count together."""
    for failures in queries.failures_of(_keys(employee_no, address)):
        allowance = 10 if failures.key.startswith("address:") else 0  # a shared desktop has many users
        wait = next_try(failures.count - allowance, failures.last_at) - now
        if wait > dt.timedelta():
            raise TooSoon(int(wait.total_seconds()) + 1)


def note_failure(employee_no: str, address: str, now: dt.datetime) -> int:
    """Count a failed sign-in and log it; the tries that are left before a wait."""
    forgotten = SignInFailures.last_at < now - FAILURES_KEPT
    counts = [
        db.session.scalar(
            insert(SignInFailures)
            .values(key=key, count=1, last_at=now)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={"count": case((forgotten, 1), else_=SignInFailures.count + 1), "last_at": now},
            )
            .returning(SignInFailures.count)
        )
        for key in _keys(employee_no, address)
    ]
    audit(now, None, "sign-in-failed", employee_no[:80], address)
    return max(0, FREE_FAILURES - (counts[0] or 0))


def sign_in(employee_no: str, now: dt.datetime, address: str) -> None:
    """Forget the failures of a person who got in, and log it."""
    person = queries.person_by_number(employee_no)
    db.session.execute(delete(SignInFailures).where(SignInFailures.key == _keys(employee_no, address)[0]))
    audit(now, person.id if person else None, "sign-in", employee_no, address)


def change_password(person: Person, password: str, now: dt.datetime, actor_id: int, address: str = "") -> None:
    """Set a new password and end every session of the person. Raises Invalid where the password will not do."""
    problem = password_problem(password, person.employee_no)
    if problem:
        raise Invalid(PASSWORD_MESSAGES[problem])
    person.password_hash = hash_password(password)
    person.epoch += 1
    audit(now, actor_id, "password-changed", person.employee_no, address)


def choose(person_id: int, **preferences: str | None) -> None:
    """Keep a person's language or theme."""
    db.session.execute(update(Person).where(Person.id == person_id).values(**preferences))


def add_department(name_en: str, name_zh: str, parent: Department | None = None) -> Department:
    """Add a department below its parent, or the company itself."""
    department = Department(parent_id=parent.id if parent else None, path=secrets.token_hex(8), name_en=name_en, name_zh=name_zh)
    db.session.add(department)
    db.session.flush()
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    db.session.flush()
    return department


def add_person(employee_no: str, name_en: str, name_zh: str, department_id: int, joined_on: dt.date, password_hash: str | None = None) -> Person:
    """Add an employee. Raises Conflict where the employee number is taken."""
    person = Person(
        employee_no=employee_no,
        name_en=name_en or name_zh,
        name_zh=name_zh or name_en,
        department_id=department_id,
        joined_on=joined_on,
        password_hash=password_hash,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:
        raise Conflict(N_("Employee number %(number)s is taken."), number=employee_no) from error
    return person


def grant(person_id: int, role: Role, department_id: int | None, now: dt.datetime, actor_id: int | None) -> None:
    """Give a role. Raises Conflict where the person has it."""
    try:
        with db.session.begin_nested():
            db.session.add(RoleGrant(person_id=person_id, role=role, department_id=department_id))
    except IntegrityError as error:
        raise Conflict(N_("This person has that role already.")) from error
    audit(now, actor_id, "role-granted", str(person_id), role=role, department_id=department_id)


def make_setup_code() -> str | None:
    """A fresh one-time code for the first administrator, or None once somebody exists. An older code dies."""
    if not queries.is_empty():
        return None
    code = "-".join(secrets.token_hex(2) for _ in range(4))
    db.session.execute(delete(SetupCode))
    db.session.add(SetupCode(id=1, digest=_digest(code)))
    db.session.flush()
    return code


def set_up(code: str, company: str, employee_no: str, name: str, password: str, now: dt.datetime) -> Person:
    """Make the company and its first administrator. Raises Invalid for a wrong code, Conflict where somebody was first."""
    if rows_changed(delete(SetupCode).where(SetupCode.digest == _digest(code.strip().lower()))) != 1:
        raise Invalid(N_("This is not the code that the server printed."))
    if not queries.is_empty():
        raise Conflict(N_("There is an administrator already. Sign in."))
    problem = password_problem(password, employee_no)
    if problem:
        raise Invalid(PASSWORD_MESSAGES[problem])
    root = add_department(company, company)
    person = add_person(employee_no, name, name, root.id, now.date(), hash_password(password))
    grant(person.id, Role.ADMINISTRATOR, None, now, person.id)
    grant(person.id, Role.AUTHOR, None, now, person.id)
    grant(person.id, Role.SUPERVISOR, root.id, now, person.id)
    return person


def _keys(employee_no: str, address: str) -> list[str]:
    return [f"person:{employee_no[:60].lower()}", f"address:{address[:60]}"]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
