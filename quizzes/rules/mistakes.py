"""The book of what somebody got wrong: what stands in it, and what leaves it. Pure functions on plain values."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

MISTAKES_SLUG = "mistakes"
PRACTISED_AT_ONCE = 10
DAYS_RIGHT = 2


@dataclass(frozen=True)
class Given:
    """One marked answer to a question: on which day, whether it earned all marks, and whether it was given in practice."""

    day: dt.date
    right: bool
    practice: bool


def right_days(answers: Iterable[Given]) -> int | None:
    """On how many days a question was answered right in practice since it was last wrong; None where it does not stand in the book.

    A wrong answer brings it in. A right one in an exam takes it out: that counts. In practice it takes right answers on two different
    days, for what was looked up a minute ago is not yet known (spacing: Cepeda et al., Psychological Bulletin 132, 2006).
    """
    days: set[dt.date] | None = None
    for answer in answers:
        if not answer.right:
            days = set()
        elif days is not None and answer.practice:
            days.add(answer.day)
        elif not answer.practice:
            days = None
        if days is not None and len(days) >= DAYS_RIGHT:
            days = None
    return None if days is None else len(days)
