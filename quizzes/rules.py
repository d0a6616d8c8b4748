"""Marking, deadlines and what may be sent when. Pure functions on plain values.

The content of a question revision is a plain dict: kind, text, part, feedback, options [{id, text, right, feedback}].
"""

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from core.languages import said

Content = Mapping[str, Any]

# An answer on its way when the time ran out is still taken.
GRACE = dt.timedelta(seconds=10)
MOST_SEQ = 2**31 - 1


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"


class AttemptState(StrEnum):
    """An attempt is open until it is submitted by the learner, or closed by the server at its deadline."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CLOSED = "closed"


@dataclass(frozen=True)
class Marked:
    """What an attempt came to: marks earned by question number, and the whole."""

    earned: dict[int, Fraction]
    total: Fraction
    possible: int
    passed: bool
    score: int


def option_order(content: Content, rng: random.Random) -> list[str]:
    """The options in the order of one attempt. True and false keep theirs."""
    ids = [option["id"] for option in content["options"]]
    if content["kind"] != QuestionKind.TRUE_FALSE:
        rng.shuffle(ids)
    return ids


def answer_problem(kind: str, offered: Sequence[str], response: Any) -> str | None:
    """Why a response has not the shape of an answer, as a message id, or None. No option at all withdraws the answer."""
    if not isinstance(response, list) or not all(isinstance(option, str) for option in response):
        return "shape"
    if len(set(response)) != len(response) or not set(response) <= set(offered):
        return "unknown"
    if kind != QuestionKind.MULTIPLE and len(response) > 1:
        return "many"
    return None


def credit(content: Content, response: Iterable[str]) -> Fraction:
    """The share of a question's marks that a response earns.

    One right option: all or nothing. Several: the share of right options chosen less the share of wrong options chosen,
    not below zero, so that choosing everything earns nothing (as Moodle's multiple choice and QTI mapResponse do).
    """
    chosen = set(response)
    right = {option["id"] for option in content["options"] if option["right"]}
    wrong = {option["id"] for option in content["options"]} - right
    gained = Fraction(len(chosen & right), len(right))
    lost = Fraction(len(chosen & wrong), len(wrong)) if wrong else Fraction(0)
    if content["kind"] != QuestionKind.MULTIPLE:
        return Fraction(chosen == right)
    return max(Fraction(0), gained - lost)


def mark(questions: Mapping[int, tuple[Content, int]], answers: Mapping[int, Sequence[str]], pass_mark: int) -> Marked:
    """Mark an attempt: `questions` by number with their marks, `answers` by number. Passed by exact fractions.

    The score is per cent, rounded down, so that nobody reads a pass mark that was not reached.
    """
    earned = {number: credit(content, answers.get(number, ())) * marks for number, (content, marks) in questions.items()}
    possible = sum(marks for _content, marks in questions.values())
    total = sum(earned.values(), Fraction(0))
    share = total / possible * 100 if possible else Fraction(0)
    return Marked(earned, total, possible, bool(possible) and share >= pass_mark, int(share))


def deadline(started_at: dt.datetime, time_limit: int) -> dt.datetime:
    """When an attempt with so many minutes ends."""
    return started_at + dt.timedelta(minutes=time_limit)


def is_late(ends_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the time and its grace are over."""
    return now > ends_at + GRACE


def shows_key(passed: bool, left: int) -> bool:
    """Whether a result names the right options: once passed, or when no try is left. Until then it says where to read."""
    return passed or left == 0


def minutes_taken(started_at: dt.datetime, ended_at: dt.datetime, time_limit: int) -> int:
    """Minutes of an attempt: whole ones begun, at least 1, at most the limit."""
    return max(1, min(time_limit, -int(-(ended_at - started_at).total_seconds() // 60)))


def tries_left(used: int, allowed: int, passed: bool) -> int:
    """How many more attempts there may be. Who has passed needs none."""
    return 0 if passed else max(0, allowed - used)


@dataclass(frozen=True)
class Guessing:
    """How often the right one of several options is the longest or the shortest, and how often it would be by chance: shares of 1."""

    questions: int
    longest: float
    shortest: float
    chance: float


def guessing(questions: Iterable[Sequence[tuple[Mapping[str, str], bool]]], language: str) -> Guessing:
    """What somebody gains who knows nothing and goes by length. Each question is its options: text, and whether it is right.

    Options of like length share the hit. Questions with several right options, or of true and false, are not for this.
    """
    longest = shortest = chance = Fraction(0)
    count = 0
    for options in questions:
        lengths = [(len(said(text, language)), right) for text, right in options]
        most, least = ([right for length, right in lengths if length == end(lengths)[0]] for end in (max, min))
        longest += Fraction(sum(most), len(most))
        shortest += Fraction(sum(least), len(least))
        chance += Fraction(1, len(lengths))
        count += 1
    return Guessing(count, *(float(share / count) for share in (longest, shortest, chance))) if count else Guessing(0, 0.0, 0.0, 0.0)


def asked(content: Content, order: Sequence[str]) -> dict[str, Any]:
    """What a learner's browser may know of a question before the end: no key, no feedback, no part."""
    by_id = {option["id"]: option for option in content["options"]}
    return {"kind": content["kind"], "text": content["text"], "options": [{"id": name, "text": by_id[name]["text"]} for name in order]}
