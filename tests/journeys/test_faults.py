"""Two hundred people answer against the clock over a bad network, and the server loses its power twice: nothing that was acknowledged is
lost, every attempt is marked once, and every mark is what the same answers earn one after the other."""

import json
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import NullPool, create_engine, inspect, text

from quizzes.rules.marking import credit
from quizzes.rules.questions import meant
from tests.journeys.conftest import BROKEN, Client, Server

pytestmark = pytest.mark.slow

LEARNERS = int(os.environ.get("FAULT_LEARNERS", 200))
MINUTES = 1  # of the quiz
KILLS = 2
BETWEEN = 8  # seconds of answering before each loss of power, and after the last
CLOSED_AFTER = 60 * MINUTES + 10 + 30 + 30  # seconds: the time, its grace, a round of housekeeping, and patience
SLUG = "key-largo-manhole-2017"
REACH = 60  # seconds within which a server that was started again has answered everybody


@dataclass
class Learner:
    """One person with an attempt: what was sent by question and seq, and the last seq that the server said was saved."""

    client: Client
    rng: random.Random
    attempt: str = ""
    offered: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    sent: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    held: list[tuple[str, int]] = field(default_factory=list)
    count: int = 0
    time_is_up: bool = False

    def sit_down(self) -> None:
        """Start an attempt and read what it asks."""
        self.client.get(f"/quizzes/{SLUG}")
        started = self.client.post(f"/quizzes/{SLUG}/attempts")
        assert started.status == 303, started.text
        self.attempt = started.location
        self.offered = offered(self.client.get(self.attempt).text)

    def answer(self, until: threading.Event) -> None:
        """Answer at random as fast as the server lets us, over a network that holds back, repeats and reorders; after a loss, try again."""
        seq = max((most for sent in self.sent.values() for most in sent), default=0)
        while not until.is_set() and not self.time_is_up:
            seq += 1
            number = self.rng.choice(list(self.offered))
            kind, options = self.offered[number]
            self.sent.setdefault(number, {})[seq] = self.rng.sample(options, self.rng.randint(1, len(options)) if kind == "checkbox" else 1)
            self.held.append((number, seq))
            if self.rng.random() < 0.2:
                continue  # it is under way for longer
            packet = self.held.pop(self.rng.randrange(len(self.held)) if self.rng.random() < 0.3 else -1)
            for _copy in range(2 if self.rng.random() < 0.15 else 1):
                self.deliver(*packet, until)

    def deliver(self, number: str, seq: int, until: threading.Event | None = None) -> None:
        """Send one answer until the server has said something about it."""
        while not self.time_is_up:
            try:
                reply = self.client.put(f"{self.attempt}/answers/{number}", {"answer": self.sent[number][seq], "seq": seq})
            except BROKEN:
                self.client.connection.close()
                if until and until.is_set():
                    self.held.append((number, seq))
                    return
                time.sleep(0.2)  # as a browser does: nobody tells it that the server is back
                continue
            if reply.status == 409 and "seq" not in json.loads(reply.text):
                self.time_is_up = True
                return
            assert reply.status in (200, 409), f"{reply.status} {reply.text}"
            if reply.status == 200:
                self.acknowledged[number] = max(seq, self.acknowledged.get(number, 0))
            self.count += 1
            return

    def deliver_the_rest(self) -> None:
        """What the network still held back arrives, in any order."""
        self.rng.shuffle(self.held)
        while self.held and not self.time_is_up:
            self.deliver(*self.held.pop())


def offered(page: str) -> dict[str, tuple[str, list[str]]]:
    """What the page of an attempt offers, by question: kind of field and options."""
    found = BeautifulSoup(page, "html.parser")
    names = [str(one["name"]).removeprefix("seen-") for one in found.select("input[name^=seen-]")]
    fields = {number: found.select(f"input[name=answer-{number}]") for number in names}
    assert fields
    return {number: (str(inputs[0]["type"]), [str(one["value"]) for one in inputs]) for number, inputs in fields.items()}


def hire(server: Server, count: int) -> list[str]:
    """So many more people of the sample company, like one of those that nobody uses; their employee numbers."""
    url = server.database_url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{server.folder / 'casebook.db'}"
    engine = create_engine(url, poolclass=NullPool)
    columns = ", ".join(column["name"] for column in inspect(engine).get_columns("person") if column["name"] not in ("id", "employee_no"))
    numbers = [f"F{place:04}" for place in range(count)]
    with engine.begin() as connection:
        like = server.untouched(1, SLUG)[0]
        for number in numbers:
            connection.execute(
                text(f"INSERT INTO person (employee_no, {columns}) SELECT :number, {columns} FROM person WHERE employee_no = :like"),
                {"number": number, "like": like},
            )
        connection.execute(text("UPDATE quiz SET time_limit = :minutes WHERE slug = :slug"), {"minutes": MINUTES, "slug": SLUG})
    return numbers


def test_what_was_acknowledged_survives_two_losses_of_power_and_every_attempt_is_marked_once_and_right(make_server):
    server: Server = make_server()
    password = server.sign_ins[0].password
    with ExitStack() as stack, ThreadPoolExecutor(LEARNERS) as threads:
        learners = [Learner(stack.enter_context(server.client()), random.Random(place)) for place in range(LEARNERS)]
        with ThreadPoolExecutor(8) as door:
            list(door.map(lambda pair: pair[0].client.sign_in(pair[1], password), zip(learners, hire(server, LEARNERS), strict=True)))
        began = time.monotonic()
        list(threads.map(Learner.sit_down, learners))

        for _kill in range(KILLS):
            until = threading.Event()
            work = [threads.submit(learner.answer, until) for learner in learners]
            time.sleep(BETWEEN)
            server.kill()
            server.start()
            time.sleep(BETWEEN / 2)
            until.set()
            for one in work:
                one.result(REACH)
        counted = sum(learner.count for learner in learners)
        assert counted > 5 * LEARNERS, counted

        # Half of them hand in, twice at once; the others leave, and the server closes what they left.
        leaving, staying = learners[::2], learners[1::2]
        list(threads.map(Learner.deliver_the_rest, leaving))
        twins = [stack.enter_context(learner.client.twin()) for learner in leaving]
        together = threading.Barrier(2 * len(leaving))

        def submit(client: Client, attempt: str) -> tuple[int, str]:
            together.wait(REACH)
            reply = client.post(f"{attempt}/submit")
            return reply.status, reply.location

        with ThreadPoolExecutor(2 * len(leaving)) as clicks:
            pairs = [*zip(twins, leaving, strict=True), *((learner.client, learner) for learner in leaving)]
            for (_client, learner), click in [(pair, clicks.submit(submit, pair[0], pair[1].attempt)) for pair in pairs]:
                assert click.result() == (303, f"{learner.attempt}/result")

        ids = ", ".join(learner.attempt.rpartition("/")[2] for learner in staying)
        while server.rows(f"SELECT id FROM attempt WHERE state = 'open' AND id IN ({ids})"):
            assert time.monotonic() < began + CLOSED_AFTER + REACH, "attempts are open after their time"
            time.sleep(1)

    check_marks(server, learners)
    verified = server.run("records", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def check_marks(server: Server, learners: list[Learner]) -> None:
    """Every acknowledged answer is there or a newer one of the same person, and each attempt was marked once, for just these answers."""
    attempts = {row.id: row for row in server.rows("SELECT id, person_id, number, state, score, passed, pass_mark FROM attempt WHERE slug = :slug", slug=SLUG)}
    questions = server.rows(
        "SELECT q.attempt_id, q.number, q.kind, q.marks, q.earned, q.option_order, r.content, a.response, a.seq FROM attempt_question AS q"
        " JOIN attempt AS t ON t.id = q.attempt_id JOIN question_revision AS r ON r.id = q.question_revision_id"
        " LEFT JOIN answer AS a ON a.attempt_id = q.attempt_id AND a.number = q.number WHERE t.slug = :slug",
        slug=SLUG,
    )
    by_attempt: dict[int, list[object]] = {}
    for row in questions:
        by_attempt.setdefault(row.attempt_id, []).append(row)
    written = Counter(
        (row.person_id, row.attempt, row.score)
        for row in server.rows("SELECT person_id, attempt, score FROM completion WHERE kind = 'quiz' AND slug = :slug", slug=SLUG)
    )
    states = Counter()
    for learner in learners:
        attempt = attempts[int(learner.attempt.rpartition("/")[2])]
        states[attempt.state] += 1
        earned, possible = Fraction(0), 0
        for row in by_attempt[attempt.id]:
            number, order = str(row.number), plain(row.option_order)
            assert (row.seq or 0) >= learner.acknowledged.get(number, 0), f"{learner.attempt}, question {number}: an acknowledged answer is lost"
            response: list[str] = []
            if row.seq:
                response = meant(row.kind, order, learner.sent[number][row.seq])
                assert sorted(plain(row.response)) == sorted(response)
            mark = credit(plain(row.content), response) * row.marks
            assert Fraction(row.earned) == mark
            earned, possible = earned + mark, possible + row.marks
        assert attempt.score == int(earned / possible * 100)
        assert bool(attempt.passed) == (earned / possible * 100 >= attempt.pass_mark)
        assert written[(attempt.person_id, attempt.number, attempt.score)] == 1
        assert sum(count for (person_id, _number, _score), count in written.items() if person_id == attempt.person_id) == 1
    assert set(states) == {"submitted", "closed"}, states


def plain(value: object) -> object:
    """JSON as Python has it: SQLite gives it as text."""
    return json.loads(value) if isinstance(value, str) else value
