"""The server loses its power while twenty people answer: what the screen said was saved is there, and is marked once."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup

from tests.journeys.conftest import BROKEN, Client, Server

pytestmark = pytest.mark.slow

LEARNERS = 20
EACH = 50  # answers that everybody must have seen saved before the power goes
SLUG = "key-largo-manhole-2017"


@dataclass
class Learner:
    """One person with an attempt: what was sent by question and seq, and the last seq that the server said was saved."""

    client: Client
    attempt: str
    offered: dict[str, tuple[str, list[str]]]
    sent: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    count: int = 0
    refused: list[str] = field(default_factory=list)

    def answer_until_it_breaks(self, rng: random.Random, saved: Callable[[], None]) -> None:
        """Answer at random, as fast as the server lets us."""
        seq = 0
        try:
            while not self.refused:
                seq += 1
                number = rng.choice(list(self.offered))
                kind, options = self.offered[number]
                response = rng.sample(options, rng.randint(1, len(options)) if kind == "checkbox" else 1)
                self.sent.setdefault(number, {})[seq] = response
                reply = self.client.put(f"{self.attempt}/answers/{number}", {"answer": response, "seq": seq})
                if reply.status // 100 != 2:
                    self.refused.append(f"{reply.status} {reply.text}")
                self.acknowledged[number] = seq
                self.count += 1
                saved()
        except BROKEN:
            self.client.connection.close()


def sit_down(server: Server, employee_no: str, password: str) -> Learner:
    """Sign in, start an attempt and read what it asks."""
    client = server.client().sign_in(employee_no, password)
    client.get(f"/quizzes/{SLUG}")
    started = client.post(f"/quizzes/{SLUG}/attempts")
    assert started.status == 303, started.text
    return Learner(client, started.location, {number: (kind, options) for number, (kind, options, _seq, _chosen) in shown(client, started.location).items()})


def shown(client: Client, attempt: str) -> dict[str, tuple[str, list[str], int, list[str]]]:
    """What the page of an attempt shows, by question: kind of field, options, the stored seq and the stored answer."""
    page = BeautifulSoup(client.get(attempt).text, "html.parser")
    questions = {}
    for field_ in page.select("input[name^=seen-]"):
        number = str(field_["name"]).removeprefix("seen-")
        inputs = page.select(f"input[name=answer-{number}]")
        chosen = [str(one["value"]) for one in inputs if one.has_attr("checked")]
        questions[number] = (str(inputs[0]["type"]), [str(one["value"]) for one in inputs], int(str(field_["value"])), chosen)
    assert questions
    return questions


def test_no_acknowledged_answer_is_lost_when_every_process_is_killed_and_every_attempt_is_marked_once(make_server):
    server: Server = make_server()
    password = server.sign_ins[0].password
    with ExitStack() as stack:
        learners = [sit_down(server, number, password) for number in server.untouched(LEARNERS, SLUG)]
        for learner in learners:
            stack.enter_context(learner.client)

        enough = threading.Event()

        def note() -> None:
            if all(learner.count >= EACH for learner in learners):
                enough.set()

        with ThreadPoolExecutor(LEARNERS) as threads:
            work = [threads.submit(learner.answer_until_it_breaks, random.Random(place), note) for place, learner in enumerate(learners)]
            in_time = enough.wait(60)
            server.kill()
        for one in work:
            one.result()
        assert in_time, [learner.count for learner in learners]
        assert [learner.refused for learner in learners if learner.refused] == []

        server.start()
        for learner in learners:
            stored = shown(learner.client, learner.attempt)
            for number, seq in learner.acknowledged.items():
                _kind, _options, stored_seq, chosen = stored[number]
                assert stored_seq >= seq, f"{learner.attempt}, question {number}: {seq} was acknowledged, {stored_seq} is stored"
                assert sorted(chosen) == sorted(learner.sent[number][stored_seq])

        together = threading.Barrier(2 * LEARNERS)

        def submit(client: Client, attempt: str) -> tuple[int, str]:
            together.wait(30)
            reply = client.post(f"{attempt}/submit")
            return reply.status, reply.location

        twins = [(stack.enter_context(learner.client.twin()), learner.attempt) for learner in learners]
        with ThreadPoolExecutor(2 * LEARNERS) as threads:
            clicks = [(*pair, threads.submit(submit, *pair)) for pair in [*twins, *((learner.client, learner.attempt) for learner in learners)]]
        for _client, attempt, click in clicks:
            assert click.result() == (303, f"{attempt}/result")

    attempts = [int(learner.attempt.rpartition("/")[2]) for learner in learners]
    marked = {row.id: row for row in server.rows("SELECT id, person_id, number, state, score FROM attempt WHERE slug = :slug", slug=SLUG)}
    written = Counter(
        (row.person_id, row.attempt, row.score)
        for row in server.rows("SELECT person_id, attempt, score FROM completion WHERE kind = 'quiz' AND slug = :slug", slug=SLUG)
    )
    for attempt in attempts:
        row = marked[attempt]
        assert row.state == "submitted"
        assert written[(row.person_id, row.number, row.score)] == 1
        assert sum(count for (person_id, _number, _score), count in written.items() if person_id == row.person_id) == 1
    verified = server.run("records", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
