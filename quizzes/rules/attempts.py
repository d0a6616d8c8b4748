"""When an attempt begins and ends, and what may be seen of it when. Pure functions on plain values."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

# An answer on its way when the time ran out is still taken.
GRACE = dt.timedelta(seconds=10)
MOST_SEQ = 2**31 - 1
TIME_MOST = 600  # minutes


class AttemptState(StrEnum):
    """An attempt is open until it is submitted by the learner, or closed by the server at its deadline. Where a person has to mark
    something, it is marking until they have."""

    OPEN = "open"
    MARKING = "marking"
    SUBMITTED = "submitted"
    CLOSED = "closed"


class Counts(StrEnum):
    """Which of several attempts is the result."""

    HIGHEST = "highest"
    LAST = "last"
    FIRST = "first"
    AVERAGE = "average"


@dataclass(frozen=True)
class Outcome:
    """What several attempts come to: the score that counts, and whether it passes."""

    score: int
    passed: bool


def outcome(attempts: Iterable[tuple[int, int | None, bool | None]], counts: str, pass_mark: int) -> Outcome | None:
    """What attempts (number, score, passed) come to; those without a score do not count yet. None where none does.

    An attempt passes by the pass mark it began with, an average by the one that stands. Like a score it is rounded down.
    """
    marked = sorted((number, score, bool(passed)) for number, score, passed in attempts if score is not None)
    if not marked:
        return None
    if counts == Counts.AVERAGE:
        mean = Fraction(sum(score for _number, score, _passed in marked), len(marked))
        return Outcome(int(mean), mean >= pass_mark)
    if counts == Counts.HIGHEST:
        _number, score, passed = max(marked, key=lambda one: (one[2], one[1]))
    else:
        _number, score, passed = marked[0 if counts == Counts.FIRST else -1]
    return Outcome(score, passed)


def deadline(started_at: dt.datetime, time_limit: int | None, closes_at: dt.datetime | None = None) -> dt.datetime | None:
    """When an attempt with so many minutes ends: at the latest when its quiz closes; None where nothing ends it."""
    ends = [closes_at] if closes_at else []
    if time_limit:
        ends.append(started_at + dt.timedelta(minutes=time_limit))
    return min(ends, default=None)


def is_late(ends_at: dt.datetime | None, now: dt.datetime, grace: int = 0) -> bool:
    """Whether the time and its grace are over: so many minutes, and never less than an answer needs that is on its way."""
    return ends_at is not None and now > ends_at + max(GRACE, dt.timedelta(minutes=grace))


def is_overdue(ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the time is over; within the grace what was answered before still arrives, and one may submit."""
    return ends_at is not None and now > ends_at


def minutes_late(ends_at: dt.datetime | None, submitted_at: dt.datetime | None) -> int:
    """How many minutes begun after its time an attempt was submitted; none for what was on its way when the time ran out."""
    if ends_at is None or submitted_at is None or submitted_at <= ends_at + GRACE:
        return 0
    return -int(-(submitted_at - ends_at).total_seconds() // 60)


def shows_key(passed: bool, left: int | None, running: bool = False) -> bool:
    """Whether a result may tell what is right: once passed, or when no try is left and none is running. Until then it says where to read."""
    return passed or (left == 0 and not running)


def minutes_taken(started_at: dt.datetime, ended_at: dt.datetime, time_limit: int | None) -> int:
    """Minutes of an attempt: whole ones begun, at least 1, at most the limit."""
    return max(1, min(time_limit or TIME_MOST, -int(-(ended_at - started_at).total_seconds() // 60)))


def tries_left(used: int, allowed: int | None, passed: bool) -> int | None:
    """How many more attempts there may be; None where there is no limit. Who has passed needs none."""
    if passed:
        return 0
    return None if allowed is None else max(0, allowed - used)
