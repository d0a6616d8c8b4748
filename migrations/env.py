"""Runs the migrations on the application's own connection."""

from alembic import context
from flask import current_app

from core.db import UtcDateTime, is_compared

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Migrations stand on SQLAlchemy alone, so that they still run when our own types have moved on."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """All migrations in one transaction. SQLite changes a table by making it anew, which the keys that point to it must not notice."""
    with database.engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            render_item=render_item,
            include_name=is_compared,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration broke keys: {broken[:5]}")
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
