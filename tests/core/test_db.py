"""The one way to write: all or nothing, seen by others only when it stands."""

import pytest
from sqlalchemy import select, text

from core.db import db, transaction
from people.models import Department, Person


def names_seen_by_others() -> set[str]:
    with db.engine.connect() as other:
        return {row.name_en for row in other.execute(select(Department.name_en))}


def test_what_fails_leaves_nothing_and_nobody_sees_it_meanwhile(build):
    def fail() -> None:
        with transaction():
            db.session.add(Department(path="/7/", name_en="Half done", name_zh="半途"))
            db.session.flush()
            assert "Half done" not in names_seen_by_others()
            raise RuntimeError

    db.session.scalars(select(Person)).all()  # something was read before, as in most requests
    with pytest.raises(RuntimeError):
        fail()
    assert "Half done" not in names_seen_by_others()


def test_what_ends_stands(build):
    with transaction():
        db.session.execute(text("INSERT INTO department (path, name_en, name_zh) VALUES ('/8/', 'Done', '完成')"))
        with db.session.begin_nested():
            db.session.add(Department(path="/9/", name_en="Inside", name_zh="里面"))
    assert {"Done", "Inside"} <= names_seen_by_others()
