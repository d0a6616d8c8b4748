"""`python -m bench.run`: measure the product beside the limit, and hold what was found against the goals."""

import argparse
import datetime as dt
import gzip
import hashlib
import itertools
import json
import re
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask_migrate import upgrade
from sqlalchemy import select

import quizzes.queries.attempts
from bench import service
from bench.commits import Bare
from bench.load import Slice, drive, fetch, memory
from bench.report import (
    ANSWER,
    CASE,
    CONNECTIONS,
    HELLO,
    KINDS,
    LIMIT_ANSWER,
    LIMIT_CASE,
    MATRIX,
    MINE,
    NOISE,
    ORDER,
    PACKED,
    READY,
    SIGN_IN,
    SPARE,
    SUBMIT,
    Found,
    report,
)
from bench.service import Databases, Server, Session, product
from core.db import db
from learning.queries import progress
from people.models import Department, Person

SOURCES = ("core", "people", "cases", "learning", "quizzes", "ops", "templates", "static", "migrations", "translations", "casebook")
MARKS = ("<!-- measured -->", "<!-- end -->")
PHONE = "Accept-Encoding: gzip, deflate, br\r\n"
UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
LINKED = re.compile(r"<(?:link|script|img|use)\b[^>]*?\b(?:href|src)=\"([^\"#]+)")
NAMED = re.compile(r"url\(['\"]?(?!data:)([^'\")#]+)|(?:from|import) *['\"](\.[^'\"]+)")
REPEATS = 15


@dataclass(frozen=True)
class Effort:
    """How much to measure: rounds, seconds and submits of a slice, tries at a noisy slice, starts, sizes of the company."""

    rounds: int
    seconds: float
    submits: int
    tries: int
    starts: int
    sizes: tuple[int, ...]


FULL = Effort(5, 0.8, 160, 2, 3, (1_000, 10_000, 100_000))
QUICK = Effort(1, 0.3, 80, 1, 1, (1_000, 10_000))


@dataclass(frozen=True)
class Target:
    """One kind of request: to which port, and the requests of each of so many connections."""

    name: str
    server: Server
    sources: Callable[[int], Sequence[Iterator[bytes]]]
    expected: int = 200
    most: int = 10**9


def prepare(kind: str, folder: Path) -> tuple[Databases, Server, float]:
    """A database with the sample company, the server of it, and the seconds that its first start took."""
    databases = Databases(kind, folder)
    server = Server(service.PRODUCT, *databases.make("product"))
    seconds = server.start()
    server.stop()
    return databases, server, seconds


def measure(databases: Databases, server: Server, first_start: float, effort: Effort) -> Found:
    """Everything about one kind of database."""
    found = Found(databases.kind, first_start)
    with product(server.folder, server.database_url):
        sittings = service.add_submitters((effort.submits * effort.rounds + SPARE) * len(CONNECTIONS))
        slug = service.last_case()
        numbers = service.learners(slug, max(CONNECTIONS))
    found.starts.append(server.start())
    with ExitStack() as stack:
        stack.callback(server.stop)
        for _again in range(effort.starts - 1):
            server.stop()
            found.starts.append(server.start())
        time.sleep(1.5)  # until both processes are up
        found.memory["idle"] = memory(server.process.pid)
        limit = _start_limit(databases)
        try:
            with product(server.folder, server.database_url):
                targets = _product_targets(server, numbers, sittings, slug, effort) + _limit_targets(limit)
            bare = Bare(databases.kind, server.folder, server.database_url)
            _take_turns(found, sorted(targets, key=lambda target: ORDER.index(target.name)), bare, databases.pid, effort)
            with product(server.folder, server.database_url):
                found.lost = found.submits - service.submitted([attempt for attempt, _owner in sittings])
        finally:
            limit.stop()  # libraries that it shares with the product would make the product look smaller
        found.memory["after load"] = memory(server.process.pid)
        if databases.pid:
            found.memory["database"] = memory(databases.pid)
        _visit(found, server.port, numbers[-1], slug)
    found.statements = time_company(databases, effort)
    return found


def _start_limit(databases: Databases) -> Server:
    server = Server(service.LIMIT, *databases.make("minimal"))
    server.run("bench.limit")
    server.start()
    return server


def _product_targets(server: Server, numbers: list[str], sittings: list[tuple[int, str]], slug: str, effort: Effort) -> list[Target]:
    with ThreadPoolExecutor(4) as threads:
        owners = {number: threads.submit(Session(server.port).sign_in, number) for number in sorted({owner for _attempt, owner in sittings})}
        people = [threads.submit(Session(server.port).sign_in, number) for number in numbers]
        supervisor = Session(server.port).sign_in(service.SUPERVISOR)
    sessions = [one.result() for one in people]
    submits = iter([owners[owner].result().form(f"/attempts/{attempt}/submit") for attempt, owner in sittings])
    answers = [_answers(session, *_sit_down(session, slug)) for session in sessions]
    guest, case = Session(server.port), f"/cases/{slug}"
    return [
        Target(SIGN_IN, server, lambda count: [itertools.repeat(guest.request("GET", "/sign-in"))] * count),
        Target(CASE, server, lambda count: [itertools.repeat(one.request("GET", case)) for one in sessions[:count]]),
        Target(PACKED, server, lambda count: [itertools.repeat(one.request("GET", case, more=PHONE)) for one in sessions[:count]]),
        Target(MINE, server, lambda count: [itertools.repeat(one.request("GET", "/learning/")) for one in sessions[:count]]),
        Target(MATRIX, server, lambda count: [itertools.repeat(supervisor.request("GET", "/supervision/"))] * count),
        Target(ANSWER, server, lambda count: answers[:count]),
        Target(SUBMIT, server, lambda count: [submits] * count, 303, effort.submits),
    ]


def _limit_targets(server: Server) -> list[Target]:
    sessions = [Session(server.port).sign_in(str(number)) for number in range(1, max(CONNECTIONS) + 1)]
    answers = [_answers(session, "", {number: ["a", "b", "c"] for number in range(1, 11)}) for session in sessions]
    guest = Session(server.port)
    return [
        Target(HELLO, server, lambda count: [itertools.repeat(guest.request("GET", "/hello"))] * count),
        Target(READY, server, lambda count: [itertools.repeat(guest.request("GET", "/ready"))] * count),
        Target(LIMIT_CASE, server, lambda count: [itertools.repeat(one.request("GET", "/cases/1")) for one in sessions[:count]]),
        Target(LIMIT_ANSWER, server, lambda count: answers[:count]),
    ]


def _sit_down(session: Session, slug: str) -> tuple[str, dict[int, list[str]]]:
    """Start an attempt as a learner does: its address, and the options of each question."""
    status, head, _page = session.ask(session.form(f"/quizzes/{slug}/attempts"))
    found = re.search(r"(?i)location: *\S*(/attempts/(\d+))", head)
    if status != 303 or found is None:
        raise RuntimeError(f"no attempt was started: {status}")
    return found[1], {asked.number: asked.order for asked in quizzes.queries.attempts.questions_of(int(found[2]))}


def _answers(session: Session, attempt: str, options: dict[int, list[str]]) -> Iterator[bytes]:
    """Answers to one question after the other, each with a higher seq."""
    for seq in itertools.count(1):
        number = 1 + seq % len(options)
        body = json.dumps({"answer": [options[number][seq % len(options[number])]], "seq": seq})
        yield session.request("PUT", f"{attempt}/answers/{number}", body, "application/json")


def _take_turns(found: Found, targets: Sequence[Target], bare: Bare, database: int | None, effort: Effort) -> None:
    """All targets in turn, round after round; a noisy slice is tried again and the quietest one counts."""

    def ask(target: Target, connections: int, seconds: float, most: int) -> Slice:
        pids = (target.server.process.pid, database)
        return drive(target.server.port, target.sources(connections), target.expected, seconds, min(target.most, most), pids)

    for target in targets:
        ask(target, max(CONNECTIONS), 0.2, SPARE if target.most < 10**9 else 10**9)
    for _round, connections, target in itertools.product(range(effort.rounds), CONNECTIONS, targets):
        tries = [ask(target, connections, effort.seconds, 10**9)]
        while tries[-1].noise > NOISE and len(tries) < effort.tries and target.most == 10**9:
            tries.append(ask(target, connections, effort.seconds, 10**9))
        found.slices.setdefault((target.name, connections), []).append(min(tries, key=lambda one: one.noise))
        if target.name == ANSWER:  # beside it in the same round
            found.commits.setdefault(connections, []).append(bare.rate(connections, effort.seconds))


def _visit(found: Found, port: int, number: str, slug: str) -> None:
    """A first visit on a phone: the sign-in page, then a case, each with what it links to that is not there yet."""
    session, seen = Session(port), set[str]()
    for name, path in (("sign-in page", "/sign-in"), ("case page", f"/cases/{slug}")):
        found.visits[name] = {}
        waiting = [path]
        while waiting:
            path = waiting.pop(0)
            head, body = fetch(port, session.request("GET", path, more=PHONE))
            headers = dict(re.findall(r"(?m)^([\w-]+): *(.*?)\r$", head.decode().lower()))
            found.visits[name][path] = len(head) + len(body)
            text = UNPACK[headers.get("content-encoding", "")](body).decode()
            is_page = headers["content-type"].startswith("text/html")
            if not is_page and not ("immutable" in headers.get("cache-control", "") and re.search(r"/[0-9a-f]{12,}/", path)):
                found.not_kept.append(path)
            links = LINKED.findall(text) if is_page else [first or second for first, second in NAMED.findall(text)]
            fresh = [link for link in dict.fromkeys(urllib.parse.urljoin(path, link) for link in links) if link not in seen]
            seen.update(fresh)
            waiting += fresh
        if name == "sign-in page":
            session.sign_in(number)


def time_company(databases: Databases, effort: Effort) -> dict[tuple[int, str], list[dict[str, float]]]:
    """By the number of people and the view, round by round: the statements of a supervisor's page in ms, the sizes in turn."""
    found: dict[tuple[int, str], list[dict[str, float]]] = {}
    places = {size: databases.make(f"company_{size}") for size in effort.sizes}
    for size, place in places.items():
        with product(*place):
            upgrade()
            service.make_course()
            service.grow(size)
    for _round, (size, place) in itertools.product(range(effort.rounds), places.items()):
        with product(*place):
            for view, statements in _time_views(size).items():
                found.setdefault((size, view), []).append(statements)
    return found


def _time_views(size: int) -> dict[str, dict[str, float]]:
    """A page of a department's supervisor; of the company's with the totals counted; and from its middle, as it is usually sent."""
    paths = db.session.scalars(select(Department.path).where(Department.name_en == "Department").order_by(Department.path)).all()
    by_place = select(Department.path, Person.employee_no).join(Department).order_by(Department.path, Person.employee_no)
    middle = " ".join(db.session.execute(by_place.offset(size // 2).limit(1)).one())
    service.forget_counts()
    found = {}
    for view, path, after in (("department", paths[len(paths) // 2], ""), ("company", "/1/", ""), ("middle", "/1/", middle)):
        show = partial(progress.matrix, service.supervisor_of(path), progress.MatrixFilters(after=after), dt.date.today(), "en")
        found[view] = {_name(statement): ms for statement, ms in service.time_statements(show, REPEATS)}
    return found


def _name(statement: str) -> str:
    for mark, name in (("count(*)", "counts"), ("FROM course ", "course"), ("FROM department", "departments")):
        if mark in statement:
            return name
    return "people"


def source_digest() -> str:
    """What names the state of everything that a server reads from this folder."""
    kinds, digest = {".py", ".html", ".css", ".js", ".svg", ".yaml", ".mo"}, hashlib.sha256()
    for file in sorted(file for name in SOURCES for file in (service.ROOT / name).rglob("*") if file.suffix in kinds):
        digest.update(file.read_bytes())
    digest.update((service.ROOT / "app.py").read_bytes())
    return digest.hexdigest()[:12]


def main() -> None:
    """Measure, print, and keep the tables in a file where one is named."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="Measure the product beside a minimal Flask application.")
    parser.add_argument("--quick", action="store_true", help="one short round: whether everything works")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--write", type=Path, help="the Markdown file between whose marks the tables go")
    options = parser.parse_args()
    kinds, effort = list(KINDS) if options.database == "both" else [options.database], QUICK if options.quick else FULL
    sources = [source_digest()]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, ThreadPoolExecutor(len(kinds)) as threads, ExitStack() as stack:
        for kind in kinds:
            Path(name, kind).mkdir()
        prepared = list(threads.map(lambda kind: prepare(kind, Path(name, kind)), kinds))
        for databases, _server, _seconds in prepared:
            stack.callback(databases.stop)
        founds = [measure(*one, effort) for one in prepared]
    sources.append(source_digest())
    text = report(founds, " ".join(["python -m bench.run", *sys.argv[1:]]), sources)
    print(text)
    if options.write:
        before, _mark, rest = options.write.read_text("utf-8").partition(MARKS[0])
        options.write.write_text(f"{before}{MARKS[0]}\n{text}{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")


if __name__ == "__main__":
    main()
