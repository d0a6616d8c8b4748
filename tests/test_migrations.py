"""The migrations make what the models say, on this database, and can be undone."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from core.db import UtcDateTime, db, is_compared, transaction
from learning.queries.records import verify_records
from ops import queries
from people.models import Person
from quizzes.actions.taking import submit_attempt
from quizzes.models.attempts import Attempt
from tests.builders import NOW, ZONE


def test_the_migrations_make_exactly_what_the_models_say(app):
    def same_type(_context, _column, metadata_column, _inspected, metadata_type):
        return False if isinstance(metadata_column.type, UtcDateTime) else None

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type, "include_name": is_compared})
        assert compare_metadata(context, db.metadata) == []


def test_readyz_knows_a_database_that_is_not_migrated(app, visit):
    visit().get("/readyz")
    downgrade(revision="base")
    assert visit().get("/readyz", 503).json["revision"] == "none"
    upgrade()
    visit().get("/readyz")


@pytest.mark.parametrize("revision", ["base"])
def test_every_step_down_leads_up_again(app, revision):
    downgrade(revision=revision)
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert queries.database_revision() == queries.needed_revision()


def test_a_casebook_of_the_first_release_comes_up_with_its_cases(app, build):
    build.case()
    person = build.person()
    build.studied(person, "second-man")
    downgrade(revision="0001")
    upgrade()
    case = db.session.execute(sa.text("SELECT cause_id, published, loaded_digest FROM accident_case")).one()
    revision = db.session.execute(sa.text("SELECT digest, created_by FROM case_revision")).one()
    assert case == (case.cause_id, True, revision.digest)
    assert revision.created_by is None
    assert db.session.scalar(sa.text("SELECT count(*) FROM reading")) == 1


def test_quizzes_attempts_and_records_of_the_release_before_the_bank_come_up_whole(app, build):
    build.case()
    build.quiz()
    person = build.person()
    build.finished(person, "second-man")
    running = build.attempt(build.person())
    build.answer(db.session.get(Person, running.person_id), running, 1, ["b"])

    def state() -> list[object]:
        asked = "SELECT number, question_revision_id, option_order, kind, marks, earned FROM attempt_question ORDER BY attempt_id, number"
        attempts = "SELECT id, number, state, score, passed, pass_mark, time_limit, ends_at FROM attempt ORDER BY id"
        answers = "SELECT attempt_id, number, response, seq FROM answer ORDER BY attempt_id, number"
        placed = "SELECT position, question_id, marks FROM quiz_slot ORDER BY quiz_id, position"
        kept = "SELECT uid, kind, cause, case_slug, words FROM question ORDER BY uid"
        return [[tuple(map(str, row)) for row in db.session.execute(sa.text(query))] for query in (asked, attempts, answers, placed, kept)]

    before = state()
    db.session.remove()
    downgrade(revision="0006")
    upgrade()
    assert state() == before
    assert verify_records(ZONE).findings == []
    with transaction():
        submit_attempt(db.session.get(Attempt, running.id), NOW, ZONE)
    assert db.session.get(Attempt, running.id).state == "submitted"
