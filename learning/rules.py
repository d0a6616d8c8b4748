"""When a course is due, how far somebody is, and how a completion is chained. Pure functions on plain values."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cases.rules import Document, minutes_read, width

DUE_SOON = dt.timedelta(days=7)
FIRST_HASH = "0" * 64
PAGE = 50

# A meeting counts at most so many times what reading the case takes, and never more than this many minutes.
MEETING_FACTOR, MEETING_MOST = 3, 90
MOST_HANDS = 999
ROLL_SHOWN = 200  # people of a department that the roll lists; beyond, they are found by name
ROLL_FOUND = 20
SCREEN_ROWS, SCREEN_ROOM = 3, 560  # what one screen shows in large type: rows, and the width of their texts


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


class Show(StrEnum):
    """What one screen of a team meeting shows."""

    TITLE = "title"
    FACTS = "facts"
    ROWS = "rows"
    DECISION = "decision"
    OUTCOME = "outcome"
    DRAWING = "drawing"
    FILMS = "films"
    DIRECT = "direct"
    UNDERLYING = "underlying"
    CONTROLS = "controls"
    POST = "post"
    LESSON = "lesson"
    ROLL = "roll"


@dataclass(frozen=True)
class Scene:
    """One screen of a team meeting, with the rows it shows or the decision it is about."""

    show: Show
    rows: tuple[Document, ...] = ()
    point: Document | None = None


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
    """What progress keeps of one item: when it was last done or tried, and for a quiz how. `left` is empty where any number of tries is allowed."""

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


def standing_mark(lines: Iterable[tuple[int, int | None, Mark]]) -> Mark | None:
    """The mark that a person's lines of one item come to: (number, the number it corrects, mark), in order.

    A corrected line counts as its correction, in its own place and on its own day: that is when it was done. So a pass that a correction
    took back is none.
    """
    marks: dict[int, Mark] = {}
    place_of: dict[int, int] = {}
    for number, corrects, mark in lines:
        place = place_of.get(corrects, number) if corrects else number
        place_of[number] = place
        marks[place] = replace(mark, on=marks[place].on) if place in marks else mark
    found: Mark | None = None
    for mark in marks.values():
        found = better(found, mark)
    return found


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
    return Step.ASK if quiz.left == 0 else Step.RETRY


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


def scenes(document: Document) -> list[Scene]:
    """A case screen by screen, alike in both languages: the story up to a decision, the decision, what followed, and at the end the roll."""
    points = {point["id"]: point for point in document["decisions"]}
    found, rows = [Scene(Show.TITLE), Scene(Show.FACTS, tuple(document["facts"]))], []
    for row in document["timeline"]:
        if "decision" not in row:
            rows.append(row)
            continue
        found += _screens(Show.ROWS, rows)
        found += [Scene(Show.DECISION, point=points[row["decision"]]), Scene(Show.OUTCOME, point=points[row["decision"]])]
        rows = []
    found += _screens(Show.ROWS, rows)
    found += [Scene(Show.DRAWING)] if document["diagram"] else []
    found += [Scene(Show.FILMS)] if document["films"] else []
    found += [Scene(Show.DIRECT), *_screens(Show.UNDERLYING, document["underlying_causes"]), *_screens(Show.CONTROLS, document["controls"])]
    return [*found, *_screens(Show.POST, document["at_your_post"]), Scene(Show.LESSON), Scene(Show.ROLL)]


def _screens(show: Show, rows: Iterable[Document]) -> list[Scene]:
    """Rows a few at a time, as many as can be read from the back of the room."""
    found: list[list[Document]] = []
    room = 0
    for row in rows:
        takes = max(sum(width(text) for text in _texts_in(row, language)) for language in ("en", "zh"))
        if not found or len(found[-1]) == SCREEN_ROWS or takes > room:
            found.append([])
            room = SCREEN_ROOM
        found[-1].append(row)
        room -= takes
    return [Scene(show, tuple(screen)) for screen in found]


def _texts_in(row: Document, language: str) -> list[str]:
    return [str(value.get(language, "")) if isinstance(value, Mapping) else "" for value in [row, *row.values()]]


def moved(step: int, move: str, count: int) -> int:
    """The step after a move: one on, one back, or where it was."""
    return min(max(step + {"next": 1, "back": -1}.get(move, 0), 0), count - 1)


def counted(hands: Mapping[str, int], move: str) -> dict[str, int]:
    """The hands after a button was pressed: “plus:choice” and “minus:choice” change one count, anything else none."""
    button, _colon, choice = move.partition(":")
    change = {"plus": 1, "minus": -1}.get(button, 0)
    return {name: min(max(number + (change if name == choice else 0), 0), MOST_HANDS) for name, number in hands.items()}


def meeting_most(stated: int) -> int:
    """The most minutes that a meeting about a case with this reading time can prove."""
    return min(stated * MEETING_FACTOR, MEETING_MOST)


def minutes_met(started_at: dt.datetime, ended_at: dt.datetime, stated: int) -> int:
    """Minutes that a meeting proves for everybody on its roll: those it took, at least 1, at most meeting_most."""
    return minutes_read(started_at, ended_at, meeting_most(stated))
