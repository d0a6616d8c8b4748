"""Marks that a person gives, and marks given anew. Pure functions on plain values, exact fractions throughout."""

import datetime as dt
import random
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from quizzes.rules.attempts import AttemptState
from quizzes.rules.marking import Marked, after_tries, credit, tally, with_certainty
from quizzes.rules.questions import Content, QuestionKind, needs_marker, option_order
from quizzes.rules.settings import Behaviour, Settings

REASON_MAX = 500
COMMENT_MAX = 2000
REGRADE_AT_ONCE = 200  # more attempts than this are regraded by a job, so many in each transaction
EXTRA_MOST = 600  # minutes that a reopened attempt may be given


class Method(StrEnum):
    """How a question is marked anew: by the key of the revision that stands, or everybody gets all of its marks, since it was faulty."""

    KEY = "key"
    FULL = "full"


class Change(StrEnum):
    """Why a mark or an attempt is not what it was."""

    MANUAL = "manual"
    REGRADE = "regrade"
    REOPEN = "reopen"


def typed_marks(typed: str, most: int) -> Fraction | None:
    """Marks as they were typed, exactly: 0 to `most`, at most two decimals, with point or comma; None for anything else."""
    plain = unicodedata.normalize("NFKC", typed).strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", plain):
        return None
    value = Fraction(plain)
    return value if value <= most else None


def ended_as(submitted_at: dt.datetime, ends_at: dt.datetime | None) -> AttemptState:
    """How an attempt ended that waited for a marker: what the server closes ends at its deadline to the microsecond, and nothing else does."""
    return AttemptState.CLOSED if submitted_at == ends_at else AttemptState.SUBMITTED


def summed(questions: Mapping[int, tuple[Fraction | None, int]], pass_mark: int) -> Marked:
    """What an attempt comes to whose questions have earned so many of their marks (None: a person has to mark it)."""
    shares = {number: (None if earned is None else earned / marks if marks else Fraction(0), marks) for number, (earned, marks) in questions.items()}
    return tally(shares, pass_mark)


def share_of(content: Content, response: Sequence[str], certainty: int | None, tries: Sequence[Sequence[str]], settings: Settings) -> Fraction | None:
    """The share of its marks that a question has earned by the rules of its quiz; None where only a person can say.

    In practice each checked try counts less the penalty for those before it, and an answer that was not checked is one try more.
    """
    if needs_marker(content["kind"]):
        return None if response else Fraction(0)
    if settings.behaviour == Behaviour.PRACTICE and tries:
        given = list(tries) if not response or list(tries[-1]) == list(response) else [*tries, response]
        return after_tries([credit(content, one) for one in given], Fraction(settings.penalty, 100))
    earned = credit(content, response)
    return with_certainty(earned, bool(response), certainty) if settings.certainty else earned


def fits(content: Content, kind: str, order: Sequence[str], response: Sequence[str]) -> bool:
    """Whether what an attempt was asked can be marked by this content: the same kind, which offers the same."""
    if content["kind"] != kind:
        return False
    offered = option_order(content, random.Random(0), shuffle=False)
    if kind == QuestionKind.HOTSPOT:
        return len(response) <= int(offered[0])
    return sorted(offered) == sorted(order)


@dataclass(frozen=True)
class Regraded:
    """What marking one question anew makes of one attempt. `after` and `score` are empty where nothing changes or it cannot be."""

    before: Fraction | None
    after: Fraction | None
    fits: bool = True

    @property
    def changes(self) -> bool:
        return self.after is not None and self.after != self.before


def regraded(
    method: Method,
    content: Content,
    kind: str,
    order: Sequence[str],
    marks: int,
    before: Fraction | None,
    response: Sequence[str],
    certainty: int | None,
    tries: Sequence[Sequence[str]],
    settings: Settings,
) -> Regraded:
    """What one attempt's question earns when it is marked anew. What a person has marked, or has to, is left to them unless all get full marks."""
    if method is Method.FULL:
        return Regraded(before, Fraction(marks))
    if not fits(content, kind, order, response):
        return Regraded(before, None, fits=False)
    share = share_of(content, response, certainty, tries, settings)
    return Regraded(before, before if needs_marker(content["kind"]) or share is None else share * marks)


def minutes_away(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """How long an attempt lay closed before it was opened again, in all."""
    return sum((opened - ended for ended, opened in spans), dt.timedelta())


def reopened_until(now: dt.datetime, extra: int | None) -> dt.datetime | None:
    """When an attempt that is opened again ends: after the extra minutes; never where the quiz has no time limit and none were given."""
    return now + dt.timedelta(minutes=extra) if extra else None
