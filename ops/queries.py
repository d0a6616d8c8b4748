"""Whether the database is what the code needs."""

from functools import lru_cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.db import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def database_revision() -> str | None:
    """The migration that the database stands at, or None where it cannot be asked or was never migrated."""
    try:
        found: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        return found
    except SQLAlchemyError:
        db.session.rollback()
        return None


@lru_cache
def needed_revision() -> str:
    """The newest migration of this code."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())
