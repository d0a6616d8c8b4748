"""`python -m bench.statistics`: statistics of a quiz with 100,000 attempts at 10 questions drawn from 30, beside a bare fetch of the same rows."""

import argparse
import datetime as dt
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert

from bench.report import KINDS
from bench.service import Databases, product
from core.db import db, transaction
from people.models import Department, Person
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries.statistics import compute
from quizzes.rules.statistics import Which

ASKED, BANK, BLOCK = 10, 30, 5_000
NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
BARE = """SELECT q.attempt_id, q.question_revision_id, q.marks, q.earned, CAST(a.response AS TEXT), a.certainty
    FROM attempt_question q LEFT JOIN answer a USING (attempt_id, number)"""


def fill(attempts: int, rng: random.Random) -> None:
    """One quiz whose attempts draw their questions, each by a person of their own, straight into the tables."""
    options = [{"id": name, "text": {"en": name}, "right": name == "a", "feedback": {}} for name in "abcd"]
    content = {"kind": "single", "text": {"en": "What comes first?"}, "feedback": {}, "part": "", "options": options}
    with transaction():
        db.session.execute(insert(Department), [{"id": 1, "path": "/1/", "name_en": "Company", "name_zh": "公司"}])
        head = {"title_en": "Quiz", "title_zh": "测验", "pass_mark": 80, "settings": {"certainty": True}}
        db.session.execute(insert(Quiz), [{"id": 1, "slug": "quiz", "revision": 1, "digest": "", "published": True, "purpose": "own", **head}])
        numbers = range(1, BANK + 1)
        db.session.execute(insert(Question), [{"id": number, "uid": f"q{number}", "revision": 1, "kind": "single"} for number in numbers])
        revisions = [{"id": number, "question_id": number, "number": 1, "digest": "", "content": content, "created_at": NOW} for number in numbers]
        db.session.execute(insert(QuestionRevision), revisions)
    for start in range(0, attempts, BLOCK):
        rows = list(zip(*(attempt(number, rng, head) for number in range(start + 1, min(attempts, start + BLOCK) + 1)), strict=True))
        with transaction():
            db.session.execute(insert(Person), rows[0])
            db.session.execute(insert(Attempt), rows[1])
            db.session.execute(insert(AttemptQuestion), [row for part in rows[2] for row in part])
            db.session.execute(insert(Answer), [row for part in rows[3] for row in part])


def attempt(number: int, rng: random.Random, head: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of one attempt: person, attempt, questions, answers."""
    able = rng.random()
    asked, answers, right = [], [], 0
    for place, revision in enumerate(rng.sample(range(1, BANK + 1), ASKED), 1):
        chosen, sure = "a" if rng.random() < able else rng.choice("abcd"), rng.choice((1, 2, 3))
        right += chosen == "a"
        earned = {True: {1: "1/3", 2: "2/3", 3: "1"}, False: {1: "0", 2: "-2/3", 3: "-2"}}[chosen == "a"][sure]
        key = {"attempt_id": number, "number": place}
        asked.append({**key, "question_revision_id": revision, "option_order": list("dcba"), "kind": "single", "marks": 1, "section": 0, "earned": earned})
        answers.append({**key, "response": [chosen], "certainty": sure, "seq": 1, "saved_at": NOW})
    person = {"id": number, "employee_no": f"B{number}", "name_en": "", "name_zh": "", "department_id": 1, "joined_on": NOW.date(), "epoch": 0}
    times = {"started_at": NOW, "submitted_at": NOW + dt.timedelta(seconds=60 + number % 600)}
    facts = {"quiz_id": 1, "person_id": number, "number": 1, "state": "submitted", "slug": "quiz", "quiz_revision": 1, "sections": [], "reached": 1}
    return person, {"id": number, **facts, **head, **times, "score": 10 * right, "passed": right >= 8}, asked, answers


def peak_memory() -> float:
    """The most memory that this process has had so far, in MB."""
    return float(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


def measure() -> None:
    """Compute once, and print seconds by the clock and of CPU here, those of a bare fetch of the same rows, and peak memory in MB."""
    before = peak_memory()
    began, cpu = time.perf_counter(), time.process_time()
    report = compute(1, Which.FIRST)
    spent = f"{time.perf_counter() - began:.1f} / {time.process_time() - cpu:.1f}"
    peak = peak_memory()
    began, cpu = time.perf_counter(), time.process_time()
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute(BARE)
    while rows := cursor.fetchmany(20_000):
        del rows
    bare = f"{time.perf_counter() - began:.1f} / {time.process_time() - cpu:.1f}"
    rows_read = sum(one.attempts for one in report.questions)
    print(f"| {rows_read:,} | {spent} | {bare} | {peak:.0f} | {peak - before:.0f} |", flush=True)


def rows(kind: str, attempts: int) -> Iterator[str]:
    """Fill a database of this kind and measure in a fresh process, so that filling leaves nothing in its memory."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        databases = Databases(kind, Path(folder))
        try:
            place = databases.make("statistics")
            with product(*place):
                upgrade()
                fill(attempts, random.Random(1))
            command = [sys.executable, "-m", "bench.statistics", "--measure", str(place[0]), place[1]]
            yield f"| {kind} {subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()}"
        finally:
            databases.stop()


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.statistics", description="Measure the statistics of a quiz with many attempts.")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        with product(Path(options.measure[0]), options.measure[1]):
            measure()
        return
    print("| database | rows | seconds / CPU here | bare fetch, seconds / CPU here | peak memory, MB | of that computing, MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind in list(KINDS) if options.database == "both" else [options.database]:
        for line in rows(kind, options.attempts):
            print(line, flush=True)


if __name__ == "__main__":
    main()
