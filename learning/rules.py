"""When a course is due, how far somebody is, and how a completion is chained. Pure functions on plain values."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DUE_SOON = dt.timedelta(days=7)
FIRST_HASH = "0" * 64
PAGE = 50


class Kind(StrEnum):
    """What an item of a course is."""

    CASE = "case"
    QUIZ = "quiz"


class Result(StrEnum):
    """How an item ended. A case is done; a quiz is passed or failed."""

    DONE = "done"
    PASSED = "passed"
    FAILED = "failed"


class State(StrEnum):
    """Where somebody stands in a course; of several that hold, the first counts."""

    DONE = "done"
    OVERDUE = "overdue"
    FAILING = "failing"
    DUE = "due"
    OPEN = "open"


class Cell(StrEnum):
    """Where somebody stands in one case and its quiz."""

    DONE = "done"
    FAILED = "failed"
    OVERDUE = "overdue"
    DUE = "due"
    READ = "read"
    OPEN = "open"


class Step(StrEnum):
    """What somebody does next in one case."""

    OPEN = "open"
    CONTINUE = "continue"
    QUIZ = "quiz"
    RETRY = "retry"
    ASK = "ask"


def due_on(joined_on: dt.date, starts_on: dt.date, due_days: int) -> dt.date:
    """The last day for a course: so many days after it was assigned, or after the person joined if that was later."""
    return max(joined_on, starts_on) + dt.timedelta(days=due_days)


def state(done: int, failing: int, items: int, due: dt.date, today: dt.date) -> State:
    """Where somebody stands who has finished `done` of `items` and has `failing` quizzes not passed at the last try."""
    if items and done >= items:
        return State.DONE
    if due < today:
        return State.OVERDUE
    if failing:
        return State.FAILING
    return State.DUE if due - today <= DUE_SOON else State.OPEN


@dataclass(frozen=True)
class Mark:
    """What progress keeps of one item: when it was last done or tried, and for a quiz how."""

    on: str
    result: Result = Result.DONE
    score: int | None = None
    left: int | None = None

    @property
    def finished(self) -> bool:
        return self.result is not Result.FAILED

    @property
    def day(self) -> dt.date:
        return dt.date.fromisoformat(self.on)

    def plain(self) -> dict[str, Any]:
        """As it is stored; what is not known is left out."""
        values = {"on": self.on, "result": str(self.result), "score": self.score, "left": self.left}
        return {key: value for key, value in values.items() if value is not None}


def mark_from(plain: Mapping[str, Any]) -> Mark:
    """A mark as it was stored."""
    return Mark(plain["on"], Result(plain["result"]), plain.get("score"), plain.get("left"))


def better(old: Mark | None, new: Mark) -> Mark:
    """The mark that stands: what is finished stays finished, and a later failure does not take it back."""
    return old if old is not None and old.finished and not new.finished else new


def tally(marks: Iterable[Mark]) -> tuple[int, int]:
    """How many items are finished, and how many were failed at the last try."""
    finished = [mark.finished for mark in marks]
    return sum(finished), len(finished) - sum(finished)


def cell(study: Mark | None, quiz: Mark | None, due: dt.date, today: dt.date) -> Cell:
    """Where somebody stands in a case and its quiz, given the course's last day."""
    if study and quiz and quiz.finished:
        return Cell.DONE
    if quiz and not quiz.finished:
        return Cell.FAILED
    if due < today:
        return Cell.OVERDUE
    if study or quiz:
        return Cell.READ
    return Cell.DUE if due - today <= DUE_SOON else Cell.OPEN


def next_step(opened: bool, study: Mark | None, quiz: Mark | None) -> Step:
    """What to do next in a case that is not finished: read it, then its quiz, then read again while tries are left."""
    if study is None:
        return Step.CONTINUE if opened else Step.OPEN
    if quiz is None:
        return Step.QUIZ
    return Step.RETRY if quiz.left else Step.ASK


def line_hash(facts: Mapping[str, Any], previous: str) -> str:
    """SHA-256 of a completion's facts and of the line before it: JSON, sorted keys, no spaces, UTF-8, nulls left out."""
    known = {key: value for key, value in facts.items() if value is not None}
    text = json.dumps({**known, "previous": previous}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_hash(day: dt.date, heads: Iterable[tuple[int, int, str]], previous: str) -> str:
    """SHA-256 over a day's chain heads (person, line number, hash) in order of person, and the seal before it."""
    body = "".join(f"{person}:{number}:{digest}\n" for person, number, digest in sorted(heads))
    return hashlib.sha256(f"{day.isoformat()}\n{previous}\n{body}".encode()).hexdigest()


def span_of(day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """The moments from which and up to which a day lasts in a zone."""
    start = dt.datetime.combine(day, dt.time(), zone)
    return start, dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)


def spreadsheet_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: OWASP, CSV injection."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
