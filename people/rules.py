"""Roles, permissions, and how failed sign-ins slow down. Pure functions on plain values."""

import datetime as dt
from enum import StrEnum

PASSWORD_MIN = 10
PASSWORD_MAX = 200
EMPLOYEE_NO_MAX = 32
NAME_MAX = 120

FREE_FAILURES = 5  # wrong passwords before the first wait
FAILURES_KEPT = dt.timedelta(minutes=30)
LONGEST_WAIT = dt.timedelta(minutes=15)


class Role(StrEnum):
    """What a person may do besides learning. A supervisor's role names a department."""

    SUPERVISOR = "supervisor"
    AUTHOR = "author"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """resource:action. Every view names one."""

    ACCOUNT_USE = "account:use"
    CASE_STUDY = "case:study"
    QUIZ_TAKE = "quiz:take"
    LEARNING_READ = "learning:read"
    RECORD_SUPERVISE = "record:supervise"
    CONTENT_WRITE = "content:write"
    PEOPLE_WRITE = "people:write"
    QUIZ_EXCEPT = "quiz:except"


EVERYBODY = frozenset({Permission.ACCOUNT_USE, Permission.CASE_STUDY, Permission.QUIZ_TAKE, Permission.LEARNING_READ})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SUPERVISOR: frozenset({Permission.RECORD_SUPERVISE, Permission.QUIZ_EXCEPT}),
    Role.AUTHOR: frozenset({Permission.CONTENT_WRITE}),
    Role.ADMINISTRATOR: frozenset({Permission.PEOPLE_WRITE, Permission.QUIZ_EXCEPT}),
}


def wait_after(failures: int) -> dt.timedelta:
    """How long the next try must wait after so many failures in a row: none at first, then doubling from 15 seconds."""
    if failures < FREE_FAILURES:
        return dt.timedelta()
    return min(dt.timedelta(seconds=15 * 2 ** (failures - FREE_FAILURES)), LONGEST_WAIT)


def next_try(failures: int, last_failure: dt.datetime) -> dt.datetime:
    """The moment from which a sign-in is heard again."""
    return last_failure + wait_after(failures)


def password_problem(password: str, employee_no: str) -> str | None:
    """Why a new password will not do, as a message id, or None. Length over composition: NIST SP 800-63B, 5.1.1."""
    if len(password) < PASSWORD_MIN:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    if employee_no and employee_no.lower() in password.lower():
        return "employee_no"
    if len(set(password)) < 4:
        return "plain"
    return None
