"""Sign-in failures, passwords, and the first administrator."""

import datetime as dt

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Conflict, Invalid
from people import actions, queries
from people.models import AuditEntry, Person, RoleGrant
from people.rules import FREE_FAILURES, Role
from tests.builders import NOW


def fail(number="1005", address="10.0.0.1", times=1, now=NOW):
    """Wrong passwords in a row."""
    for _time in range(times):
        with transaction():
            left = actions.note_failure(number, address, now)
    return left


def test_after_five_failures_the_number_must_wait(app):
    assert fail(times=4) == 1
    actions.check_wait("1005", "10.0.0.9", NOW)
    assert fail() == 0
    with pytest.raises(actions.TooSoon) as wait:
        actions.check_wait("1005", "10.0.0.9", NOW)
    assert wait.value.values["seconds"] == 16
    actions.check_wait("1005", "10.0.0.9", NOW + dt.timedelta(seconds=15))


def test_the_number_is_the_same_in_upper_and_lower_case(app):
    fail("e7", times=FREE_FAILURES)
    with pytest.raises(actions.TooSoon):
        actions.check_wait("E7", "10.0.0.9", NOW)


def test_an_address_that_guesses_at_many_numbers_must_wait_too(app):
    for number in range(FREE_FAILURES + 10):
        fail(str(number))
    with pytest.raises(actions.TooSoon):
        actions.check_wait("somebody else", "10.0.0.1", NOW)
    actions.check_wait("somebody else", "10.0.0.2", NOW)


def test_failures_are_forgotten_after_half_an_hour(app):
    fail(times=9)
    assert fail(now=NOW + dt.timedelta(minutes=31)) == FREE_FAILURES - 1


def test_failures_are_logged_and_a_success_forgets_them(build):
    person = build.person()
    fail(person.employee_no, times=3)
    with transaction():
        actions.sign_in(person.employee_no, NOW, "10.0.0.1")
    assert fail(person.employee_no) == FREE_FAILURES - 1
    logged = [(entry.action, entry.subject) for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert logged == [("sign-in-failed", person.employee_no)] * 3 + [("sign-in", person.employee_no), ("sign-in-failed", person.employee_no)]


def test_a_password_is_stored_as_argon2id(app):
    stored = actions.hash_password("four plain words")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert actions.check_password(stored, "four plain words")
    assert not actions.check_password(stored, "four plain word")
    assert not actions.check_password(None, "four plain words")


def test_a_new_password_ends_all_sessions(build):
    person = build.person()
    with transaction():
        actions.change_password(person, "quite another sentence", NOW, person.id)
    assert queries.signed_in(person.id).epoch == 1
    with pytest.raises(Invalid):
        actions.change_password(person, "short", NOW, person.id)


def test_an_employee_number_belongs_to_one_person(build):
    person = build.person()
    with pytest.raises(Conflict), transaction():
        actions.add_person(person.employee_no, "Another", "另一人", person.department_id, dt.date(2026, 1, 1))


def test_the_code_lets_one_administrator_in_and_dies(app):
    with transaction():
        old, code = actions.make_setup_code(), actions.make_setup_code()
    for wrong in (old, "", "0000-0000-0000-0000"):
        with pytest.raises(Invalid), transaction():
            actions.set_up(wrong, "Company", "1", "Sample", "four plain words", NOW)
    with transaction():
        person = actions.set_up(f" {code.upper()} ", "Company", "1", "Sample", "four plain words", NOW)
    assert set(db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id))) == set(Role)
    with pytest.raises(Invalid), transaction():
        actions.set_up(code, "Company", "2", "Another", "four plain words", NOW)
    assert actions.make_setup_code() is None
    assert len(db.session.scalars(select(Person)).all()) == 1


def test_a_refused_set_up_keeps_the_code(app):
    with transaction():
        code = actions.make_setup_code()
    with pytest.raises(Invalid), transaction():
        actions.set_up(code, "Company", "1", "Sample", "short", NOW)
    with transaction():
        actions.set_up(code, "Company", "1", "Sample", "four plain words", NOW)
