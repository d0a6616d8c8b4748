"""`python -m bench.run`: measure the product beside the limit, and hold what was found against the goals."""

import argparse
import datetime as dt
import gzip
import hashlib
import itertools
import json
import os
import re
import statistics
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask_migrate import upgrade
from sqlalchemy import select

import quizzes.queries
from bench import service
from bench.load import Slice, drive, fetch, memory
from bench.service import Databases, Server, Session, product
from core.db import db
from learning.queries import progress
from people.models import Department, Person

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CONNECTIONS = (1, 16)
NOISE = 0.10  # a slice in which others used more of the machine is measured again
SOURCES = ("core", "people", "cases", "learning", "quizzes", "ops", "templates", "static", "migrations", "translations", "casebook")
MARKS = ("<!-- measured -->", "<!-- end -->")
PHONE = "Accept-Encoding: gzip, deflate, br\r\n"
UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
LINKED = re.compile(r"<(?:link|script|img|use)\b[^>]*?\b(?:href|src)=\"([^\"#]+)")
NAMED = re.compile(r"url\(['\"]?(?!data:)([^'\")#]+)|(?:from|import) *['\"](\.[^'\"]+)")
REPEATS = 15
SPARE = 24  # submits before the first that counts

# Pages of the limit, then those of the product with what they are held against.
HELLO, READY, LIMIT_CASE, LIMIT_ANSWER = "minimal: `/hello`", "minimal: ready string, 8 kB", "minimal: case page", "minimal: answer"
SIGN_IN, CASE, PACKED, ANSWER, SUBMIT, MINE, MATRIX = (
    "sign-in page",
    "case page",
    "case page, gzip",
    "answer save",
    "submit",
    "my learning",
    "completion matrix",
)
AGAINST = {SIGN_IN: READY, CASE: LIMIT_CASE, PACKED: LIMIT_CASE, ANSWER: LIMIT_ANSWER, SUBMIT: LIMIT_ANSWER, MINE: LIMIT_CASE, MATRIX: LIMIT_CASE}
# The limit's page comes just before the product's that is held against it.
ORDER = [HELLO, SIGN_IN, READY, LIMIT_CASE, CASE, PACKED, MINE, MATRIX, LIMIT_ANSWER, ANSWER, SUBMIT]
KB = 1000


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


@dataclass
class Found:
    """Everything measured on one kind of database; starts in seconds, memory in MB, visits in bytes, statements in ms."""

    kind: str
    first_start: float
    slices: dict[tuple[str, int], list[Slice]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    lost: int = 0
    memory: dict[str, float] = field(default_factory=dict)
    visits: dict[str, dict[str, int]] = field(default_factory=dict)
    not_kept: list[str] = field(default_factory=list)
    statements: dict[tuple[int, str], list[dict[str, float]]] = field(default_factory=dict)

    def quiet(self, name: str, connections: int) -> list[Slice]:
        """The slices in which others left the machine alone; all of them where there is none."""
        slices = self.slices[name, connections]
        return [one for one in slices if one.noise <= NOISE] or slices

    def median(self, name: str, connections: int, figure: str) -> float:
        """The median of a figure of Slice over the quiet rounds."""
        return float(statistics.median(getattr(one, figure) for one in self.quiet(name, connections)))

    @property
    def submits(self) -> int:
        """How many were sent, with those before the first that counts."""
        return SPARE + sum(one.requests for count in CONNECTIONS for one in self.slices[SUBMIT, count])

    def ratios(self, name: str, other: str, connections: int, figure: str = "rate") -> list[float]:
        """A figure of one target in those of another, by the rounds in which both were quiet; by all where there is none."""
        pairs = list(zip(self.slices[name, connections], self.slices[other, connections], strict=True))
        quiet = [pair for pair in pairs if max(one.noise for one in pair) <= NOISE]
        return [getattr(one, figure) / getattr(two, figure) for one, two in quiet or pairs]

    @property
    def sizes(self) -> list[int]:
        """The sizes of the company, smallest first."""
        return sorted({size for size, _view in self.statements})

    def sql(self, size: int, view: str, name: str = "") -> list[float]:
        """Milliseconds of one statement of a view, or of all, round by round."""
        return [one.get(name, 0.0) if name else sum(one.values()) for one in self.statements[size, view]]


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
            _take_turns(found, sorted(targets, key=lambda target: ORDER.index(target.name)), databases.pid, effort)
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
    return found[1], {asked.number: asked.order for asked in quizzes.queries.questions_of(int(found[2]))}


def _answers(session: Session, attempt: str, options: dict[int, list[str]]) -> Iterator[bytes]:
    """Answers to one question after the other, each with a higher seq."""
    for seq in itertools.count(1):
        number = 1 + seq % len(options)
        body = json.dumps({"answer": [options[number][seq % len(options[number])]], "seq": seq})
        yield session.request("PUT", f"{attempt}/answers/{number}", body, "application/json")


def _take_turns(found: Found, targets: Sequence[Target], database: int | None, effort: Effort) -> None:
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


@dataclass(frozen=True)
class Verdict:
    """A goal beside what was measured, round by round; `limit` is the most allowed, or with `least` the least."""

    goal: str
    rounds: Sequence[float]
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def row(self) -> list[str]:
        """Goal, wanted, measured, and whether it holds."""
        wanted, value = f"{'≥' if self.least else '≤'} {self.limit:g}{self.unit}", statistics.median(self.rounds)
        low, high = min(self.rounds), max(self.rounds)
        measured = f"{_short(value)}{self.unit}" + (f" ({_short(low)} to {_short(high)})" if low < high else "")
        holds = value >= self.limit if self.least else value <= self.limit
        over = (self.limit / value if self.least else value / self.limit) if value and self.limit else 2
        verdict = "holds" if holds else f"**misses by {f'a factor of {over:.1f}' if over >= 2 else f'{100 * (over - 1):.0f} %'}**"
        return [self.goal, wanted, measured, f"{verdict}, not in every round" if low < self.limit < high else verdict]


def judge(found: Found) -> list[Verdict]:
    """The goals 1, 2, 4 and 6 as far as one kind of database tells."""
    most, small, large = max(CONNECTIONS), found.sizes[0], found.sizes[-1]
    errors = sum(one.errors for slices in found.slices.values() for one in slices)
    case, answer = found.quiet(CASE, most), found.quiet(ANSWER, most)

    def growth(view: str) -> list[float]:
        return [much / little for much, little in zip(found.sql(large, view), found.sql(small, view), strict=True)]

    def slowest(view: str, name: str = "") -> list[float]:
        return max((found.sql(size, view, name) for size in found.sizes), key=statistics.median)

    return [
        Verdict("1. Case page, of the minimal application's", found.ratios(CASE, LIMIT_CASE, most), 0.70, least=True),
        Verdict("1. Case page, CPU of the service a request", [one.cpu for one in case], 1.6, " ms"),
        Verdict("2. Answer save, of the minimal application's", found.ratios(ANSWER, LIMIT_ANSWER, most), 0.60, least=True),
        Verdict("2. Answer save, p99 in p50", [one.p99 / one.p50 for one in answer], 4),
        Verdict("2. Errors of all requests, and submits that were not recorded", [errors + abs(found.lost)], 0),
        Verdict("4. Page of a department's supervisor (250 people), SQL, slowest size", slowest("department"), 1.5, " ms"),
        Verdict("4. The same, largest company in smallest", growth("department"), 2),
        Verdict("4. Page of the whole company's supervisor, SQL, slowest size", slowest("middle"), 1.5, " ms"),
        Verdict("4. The same, largest company in smallest", growth("middle"), 2),
        Verdict("4. Company totals counted afresh, SQL, slowest size", slowest("company", "counts"), 25, " ms"),
        Verdict("4. Matrix of 50 people, CPU in case pages", found.ratios(MATRIX, CASE, most, "cpu"), 2),
        Verdict("6. Memory of the service, idle", [found.memory["idle"]], 150, " MB"),
        Verdict("6. Memory of the service, after load", [found.memory["after load"]], 150, " MB"),
        Verdict("6. Cold start, not the first", found.starts, 3, " s"),
        Verdict("6. First visit on a phone: sign-in page and a case", [sum(sum(sizes.values()) for sizes in found.visits.values()) / KB], 120, " kB"),
        Verdict("6. Static files that are not cached for good", [len(found.not_kept)], 0),
    ]


def source_digest() -> str:
    """What names the state of everything that a server reads from this folder."""
    kinds, digest = {".py", ".html", ".css", ".js", ".svg", ".yaml", ".mo"}, hashlib.sha256()
    for file in sorted(file for name in SOURCES for file in (service.ROOT / name).rglob("*") if file.suffix in kinds):
        digest.update(file.read_bytes())
    digest.update((service.ROOT / "app.py").read_bytes())
    return digest.hexdigest()[:12]


def report(founds: Sequence[Found], command: str, sources: Sequence[str]) -> str:
    """Everything as Markdown; `sources` are the digests before and after."""
    slices = [one for found in founds for several in found.slices.values() for one in several]
    noise = [one.noise for one in slices]
    ceiling = statistics.median(1000 / found.median(HELLO, max(CONNECTIONS), "generator_cpu") for found in founds)
    lines = [f"`{command}` on {dt.date.today().isoformat()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, source {sources[0]}."]
    lines += [f"The generator could ask {ceiling:,.0f} times a second on a core of its own."]
    noisy = f"In {sum(one > NOISE for one in noise)} of {len(noise)} slices others used more than {100 * NOISE:.0f} % of the machine"
    lines += [f"{noisy}, in the noisiest {100 * max(noise):.0f} %; these count only where a target has no other."]
    if sources[0] != sources[-1]:
        lines += ["**The source changed while this ran: these figures belong to no one version.**"]
    lines += ["", "### Goals"]
    verdicts = [judge(found) for found in founds]
    heading = ["goal", "wanted", *itertools.chain(*((KINDS[found.kind], "") for found in founds))]
    lines += _table(heading, [[*row[0].row[:2], *itertools.chain(*(one.row[2:] for one in row))] for row in zip(*verdicts, strict=True)])
    for found in founds:
        lines += ["", f"### Pages on {KINDS[found.kind]}", *_pages(found)]
    lines += ["", "### SQL of the supervisor's page, ms", *_statements(founds)]
    lines += ["", "### The service", *_service(founds)]
    return "\n".join(lines) + "\n"


def _pages(found: Found) -> list[str]:
    few, many = CONNECTIONS
    heading = ["request", f"req/s c={few}", f"c={many}", f"p50 / p99 ms c={few}", f"c={many}", f"CPU ms c={many}", "kB", "of `/hello`", "of the minimal page"]
    rows = []
    for name in ORDER:
        both = [_two(found.median(name, count, "p50"), found.median(name, count, "p99")) for count in CONNECTIONS]
        database = found.median(name, many, "database_cpu")
        cpu = f"{found.median(name, many, 'cpu'):.2f}" + (f" + {database:.2f}" if found.kind == "postgresql" else "")
        other = AGAINST.get(name)
        held = _two(*(statistics.median(found.ratios(name, other, count)) for count in CONNECTIONS)) + f" ({other.removeprefix('minimal: ')})" if other else ""
        rates = [f"{found.median(name, count, 'rate'):,.0f}" for count in CONNECTIONS]
        size = f"{found.median(name, many, 'size') / KB:.1f}"
        rows.append([name, *rates, *both, cpu, size, _two(*(statistics.median(found.ratios(name, HELLO, count)) for count in CONNECTIONS)), held])
    return _table(heading, rows)


def _statements(founds: Sequence[Found]) -> list[str]:
    heading = ["database", "people", "page of a department's supervisor", "course + tree + people + counts", "page of the company's, from the middle"]
    heading += ["course + tree + people + counts", "totals counted afresh"]
    rows = []
    for found, size in ((one, size) for one in founds for size in one.sizes):
        cells = [KINDS[found.kind], f"{size:,}"]
        for view in ("department", "middle"):
            parts = [statistics.median(found.sql(size, view, name)) for name in ("course", "departments", "people", "counts")]
            cells += [_short(statistics.median(found.sql(size, view))), " + ".join(_short(part) if part else "kept" for part in parts)]
        rows.append([*cells, _short(statistics.median(found.sql(size, "company", "counts")))])
    return _table(heading, rows)


def _service(founds: Sequence[Found]) -> list[str]:
    rows = [["First start, with the sample company, s", *(f"{found.first_start:.1f}" for found in founds)]]
    rows += [["Second start, s", *(f"{statistics.median(found.starts):.2f}" for found in founds)]]
    rows += [["Memory of the service idle / after load, MB", *(f"{found.memory['idle']:.0f} / {found.memory['after load']:.0f}" for found in founds)]]
    rows += [["Memory of the database beside it, MB", *(f"{found.memory['database']:.0f}" if "database" in found.memory else "" for found in founds)]]
    for name in founds[0].visits:
        rows.append(
            [
                f"First visit: {name} with what it links to, kB",
                *(f"{sum(found.visits[name].values()) / KB:.1f} in {len(found.visits[name])}" for found in founds),
            ]
        )
    largest = max(founds[0].visits["sign-in page"].items(), key=lambda pair: pair[1])
    rows += [[f"of that `{largest[0].rpartition('/')[2]}`, kB", *(f"{found.visits['sign-in page'][largest[0]] / KB:.1f}" for found in founds)]]
    return _table(["", *(KINDS[found.kind] for found in founds)], rows)


def _short(value: float) -> str:
    """Two or three figures are all that a noisy machine tells."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _two(one: float, two: float) -> str:
    return f"{_short(one)} / {_short(two)}"


def _table(heading: list[str], rows: list[list[str]]) -> list[str]:
    return ["", *(f"| {' | '.join(row)} |" for row in [heading, ["---"] * len(heading), *rows])]


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
