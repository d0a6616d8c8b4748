"""The sample company is as large as it says, the printed sign-ins hold the roles they name, and its history can be believed."""

import pytest

from tests.journeys.shipped import casebook

pytestmark = pytest.mark.slow

PLACES = """
SELECT employee_no, role, scope.path AS scope, own.path AS own
FROM person JOIN department AS own ON own.id = person.department_id
LEFT JOIN role_grant AS g ON g.person_id = person.id LEFT JOIN department AS scope ON scope.id = g.department_id"""


@pytest.fixture(scope="module")
def roles(server):
    """Where everybody belongs, with the roles they hold: employee number to rows."""
    rows = server.rows(PLACES)
    return {number: [row for row in rows if row.employee_no == number] for number in {row.employee_no for row in rows}}


def test_its_size(server, roles):
    depths = [row.path.count("/") - 1 for row in server.rows("SELECT path FROM department")]
    assert len(roles) == 130
    assert depths.count(1) == 1
    assert depths.count(2) >= 5
    assert depths.count(3) >= 12


def test_the_printed_sign_ins_hold_what_they_say(server, roles):
    printed = [(sign_in.role, sign_in.employee_no) for sign_in in server.sign_ins]
    for role, number in printed:
        assert [row.role for row in roles[number]] == [None if role == "employee" else role]
    scopes = [roles[number][0].scope for role, number in printed if role == "supervisor"]
    assert len({scope.split("/")[2] for scope in scopes}) == 3, "supervisors of three departments"
    employees = [roles[number][0].own for role, number in printed if role == "employee"]
    assert [any(own.startswith(scope) for scope in scopes) for own in employees] == [True, True]
    assert [role for role, _number in printed] == ["employee", "employee", "supervisor", "supervisor", "supervisor", "author", "author", "administrator"]


def test_supervisors_stand_at_both_levels_beside_two_authors_and_one_administrator(roles):
    held = [row for rows in roles.values() for row in rows if row.role]
    assert {row.scope.count("/") - 1 for row in held if row.role == "supervisor"} == {2, 3}
    assert sorted(row.role for row in held if row.role != "supervisor") == ["administrator", "author", "author"]


def test_the_history_has_people_at_every_stage(server):
    passed = "SELECT person_id, count(DISTINCT slug) AS slugs FROM completion WHERE kind = 'quiz' AND result = 'passed' GROUP BY person_id"
    done = [row.slugs for row in server.rows(passed)]
    course = casebook().course
    assert course is not None
    assert done.count(len(course.cases)) >= 40
    assert len(set(done)) >= 5, "some are done, some are in the middle"
    assert server.rows("SELECT count(*) FROM completion WHERE kind = 'quiz' AND result = 'failed'")[0][0] >= 20
    days = server.rows("SELECT count(DISTINCT date(completed_at)) FROM completion")[0][0]
    assert days >= 20
    assert server.run("records", "verify").returncode == 0


def test_something_waits_for_a_person(server):
    states = [row.state for row in server.rows("SELECT state FROM attempt WHERE slug = 'before-you-climb-in' ORDER BY id")]
    assert states == ["submitted", "marking", "marking", "marking"]
    assert server.rows("SELECT count(*) FROM answer JOIN attempt ON attempt.id = attempt_id WHERE slug = 'before-you-climb-in' AND certainty = 3")[0][0] >= 3
    met = server.rows("SELECT count(*) FROM completion WHERE proof = 'team-meeting' GROUP BY slug")
    assert met, "a team has met"
