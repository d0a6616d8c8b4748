"""Both halves of the scope rule agree."""

from sqlalchemy import select

from core.db import db
from people.access import can_supervise, supervised_by
from people.models import Department


def test_a_supervisor_sees_the_given_department_and_all_below_and_nothing_else(build):
    workshop, other = build.department("Workshop"), build.department("Other")
    team, neighbour = build.department("Team", workshop), build.department("Neighbour", other)
    eleven = [build.department(f"D{number}") for number in range(11)]  # ids of one and two digits
    for top, expected in ((workshop, {workshop, team}), (team, {team}), (eleven[0], {eleven[0]}), (build.root, None)):
        person = build.signed_in(build.person(other, supervises=top))
        found = set(db.session.scalars(select(Department.id).where(supervised_by(person))))
        every = list(db.session.scalars(select(Department)))
        assert found == {department.id for department in every if can_supervise(person, department.path)}
        assert found == ({department.id for department in expected} if expected else {department.id for department in every})
    assert neighbour.path.startswith(other.path)


def test_who_was_given_nothing_sees_nothing(build):
    person = build.signed_in(build.person())
    assert not can_supervise(person, build.root.path)
    assert db.session.scalars(select(Department.id).where(supervised_by(person))).all() == []
