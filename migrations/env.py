"""Runs the migrations on the application's own connection."""

from alembic import context
from flask import current_app

from core.db import UtcDateTime

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Migrations stand on SQLAlchemy alone, so that they still run when our own types have moved on."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """All migrations in one transaction."""
    with database.engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
