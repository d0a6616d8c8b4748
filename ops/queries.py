"""Whether the database is what the code needs."""

import re
from functools import lru_cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.db import db

REVISION = re.compile(r"""^(revision|down_revision)\b[^=\n]*= ["'](\w+)["']""", re.M)
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
    """The newest migration of this code: the one that no other follows. Read from the files, since Alembic takes 11 MB to say it."""
    found = [REVISION.findall(file.read_text("utf-8")) for file in MIGRATIONS.glob("versions/*.py")]
    names, followed = ({name for pairs in found for kind, name in pairs if kind == wanted} for wanted in ("revision", "down_revision"))
    return str(*(names - followed))
