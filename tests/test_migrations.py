"""The migrations make what the models say, on this database, and can be undone."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from core.db import UtcDateTime, db, is_compared
from ops import queries


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
