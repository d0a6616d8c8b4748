"""What was measured beside the goals, as Markdown."""

import datetime as dt
import itertools
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load import Slice

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CONNECTIONS = (1, 16)
NOISE = 0.10  # a slice in which others used more of the machine is measured again
KB = 1000
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
    commits: dict[int, list[float]] = field(default_factory=dict)

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
    lines += ["", "### Answers beside bare commits of the same database", *_commits(founds)]
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


def _commits(founds: Sequence[Found]) -> list[str]:
    heading = ["database", "connections", "bare commits/s", "answers/s", "of bare", "submits/s", "of bare"]
    rows = []
    for found, count in itertools.product(founds, CONNECTIONS):
        bare = statistics.median(found.commits[count])
        rates = [found.median(name, count, "rate") for name in (ANSWER, SUBMIT)]
        rows.append([KINDS[found.kind], str(count), f"{bare:,.0f}", *itertools.chain(*((f"{rate:,.0f}", f"{rate / bare:.2f}") for rate in rates))])
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
