"""The database: naming of constraints, UTC times, and the one way to write."""

import datetime as dt
import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CompoundSelect, CursorResult, DateTime, Engine, Executable, MetaData, Result, Select, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment. Aware UTC in Python; stored without a zone, because SQLite has none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map={dt.datetime: UtcDateTime})


# Loaded objects stay readable after the commit: a view renders what its action returned.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers read while one writes; FULL keeps a commit through a power cut."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=15000")
    connection.execute("PRAGMA cache_size=-4000")


def is_compared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic compares what it found in the database with the models; what full-text search keeps is made by migrations alone."""
    return kind != "table" or not (name or "").startswith("case_index")


def fetch(statement: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]], **values: Any) -> Sequence[Any]:
    """The rows of a statement that was built once, at import: building one takes longer than running it, and the session adds its share."""
    return db.session.connection().execute(statement, values).all()


def fetch_columns(statement: Select[*tuple[Any, ...]], **values: Any) -> list[list[Any]]:
    """The columns of a statement that was built once, as the driver gives them, for hundreds of thousands of rows: rows of SQLAlchemy cost more.

    No type of ours is applied, so the statement selects whole numbers and texts only.
    """
    result = db.session.connection().execute(statement, values)
    flat = list(chain.from_iterable(result.cursor.fetchall()))
    result.close()
    width = len(statement.selected_columns)
    return [flat[place::width] for place in range(width)]


def stream(statement: Select[*tuple[Any, ...]], most: int = 500) -> Result[Any]:
    """The rows of a statement, so many fetched at a time. On PostgreSQL a cursor lives in a transaction; it ends with the session."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("BEGIN")
    return db.session.execute(statement, execution_options={"yield_per": most})


def insert(table: type[Base]) -> postgresql.Insert:
    """An INSERT of the database in use that knows ON CONFLICT; both dialects spell it alike."""
    build = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    return build(table)  # type: ignore[return-value]


def rows_changed(statement: Executable, **values: Any) -> int:
    """Run an INSERT, UPDATE or DELETE; how many rows it changed. With values: one that was built once, see fetch()."""
    kept = {"preserve_rowcount": True}  # PostgreSQL's driver forgets the count of an INSERT otherwise
    if values:
        return int(db.session.connection().execute(statement, values, execution_options=kept).rowcount)
    return int(cast("CursorResult[Any]", db.session.execute(statement, execution_options=kept)).rowcount)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing, durable at the end of the block. The only place that commits.

    SQLite takes its write lock at the start (IMMEDIATE), so that what an action reads inside cannot change before it
    writes; reads outside a transaction are single statements. PostgreSQL needs the row locks that each action states.
    """
    with _turn():
        try:
            db.session.connection().exec_driver_sql("BEGIN IMMEDIATE" if db.engine.dialect.name == "sqlite" else "BEGIN")
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def _turn() -> Iterator[None]:
    """Stand in line for SQLite's write lock. SQLite itself asks again after ever longer pauses, and one process starves behind another."""
    file = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not file or file == ":memory:":
        yield
        return
    with open(f"{file}-turn", "wb") as line:
        fcntl.flock(line, fcntl.LOCK_EX)  # let go with the file, also by a process that dies
        yield
