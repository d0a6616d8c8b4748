"""How a quiz is run: what holds when, and for whom."""

import datetime as dt

import pytest

from quizzes.rules.attempts import Outcome, outcome
from quizzes.rules.settings import (
    Access,
    Availability,
    Granted,
    Moment,
    Reveal,
    Settings,
    Terms,
    availability,
    default_review,
    moment_of,
    terms_of,
    winning,
)

NOW = dt.datetime(2026, 6, 10, 8, 0, tzinfo=dt.UTC)


def after(**more: int) -> dt.datetime:
    return NOW + dt.timedelta(**more)


@pytest.mark.parametrize(
    ("submitted_at", "closes_at", "now", "moment"),
    [
        (None, None, NOW, Moment.DURING),
        (None, after(hours=-1), NOW, Moment.DURING),
        (NOW, None, NOW, Moment.STRAIGHT),
        (NOW, None, after(seconds=119), Moment.STRAIGHT),
        (NOW, None, after(seconds=120), Moment.LATER),
        (NOW, after(days=1), after(hours=1), Moment.LATER),
        (NOW, after(days=1), after(days=1), Moment.CLOSED),
        (NOW, after(seconds=30), after(seconds=60), Moment.CLOSED),
    ],
)
def test_the_moment_of_review_follows_the_clock(submitted_at, closes_at, now, moment):
    assert moment_of(submitted_at, closes_at, now) == moment


@pytest.mark.parametrize(
    ("reveal", "settled", "shown"),
    [
        (Reveal.NEVER, True, False),
        (Reveal.NEVER, False, False),
        (Reveal.SETTLED, False, False),
        (Reveal.SETTLED, True, True),
        (Reveal.ALWAYS, False, True),
        (Reveal.ALWAYS, True, True),
    ],
)
def test_each_thing_is_shown_by_its_own_rule(reveal, settled, shown):
    review = {**default_review(), Moment.LATER: {"marks": Reveal.NEVER, "right": reveal, "feedback": Reveal.NEVER}}
    settings = Settings(review=review)
    assert settings.shows("right", Moment.LATER, settled) is shown
    assert settings.shows("marks", Moment.LATER, settled) is False
    assert settings.shows("marks", Moment.CLOSED, settled) is True


PERSON, NEAR, FAR = Granted(extra_minutes=1), Granted(extra_minutes=2), Granted(extra_minutes=3)


@pytest.mark.parametrize(
    ("granted", "holds"),
    [
        ([], Granted()),
        ([(9, NEAR)], Granted()),
        ([(1, FAR)], FAR),
        ([(1, FAR), (4, NEAR)], NEAR),
        ([(4, NEAR), (1, FAR)], NEAR),
        ([(1, FAR), (None, PERSON), (4, NEAR)], PERSON),
    ],
)
def test_ones_own_grant_holds_before_the_nearest_department_s(granted, holds):
    assert winning(granted, "/1/4/") == holds


def test_minutes_and_attempts_are_added_and_dates_replaced():
    settings = Settings(opens_at=NOW, closes_at=after(days=1))
    assert terms_of(settings, 15, 3, Granted()) == Terms(15, 3, NOW, after(days=1))
    assert terms_of(settings, 15, 3, Granted(10, 2, None, after(days=5))) == Terms(25, 5, NOW, after(days=5))
    assert terms_of(settings, None, None, Granted(10, 2)) == Terms(None, None, NOW, after(days=1))


@pytest.mark.parametrize(
    ("settings", "attempts", "used", "passed", "ended_at", "found"),
    [
        (Settings(), 3, 0, False, None, Availability(Access.OPEN, None, 3)),
        (Settings(), None, 7, False, NOW, Availability(Access.OPEN, None, None)),
        (Settings(opens_at=after(minutes=1)), 3, 0, False, None, Availability(Access.NOT_YET, after(minutes=1), 3)),
        (Settings(opens_at=NOW), 3, 0, False, None, Availability(Access.OPEN, None, 3)),
        (Settings(closes_at=NOW), 3, 0, False, None, Availability(Access.CLOSED, NOW, 3)),
        (Settings(closes_at=after(minutes=1)), 3, 0, False, None, Availability(Access.OPEN, None, 3)),
        (Settings(), 3, 3, False, NOW, Availability(Access.USED_UP, None, 0)),
        (Settings(), 3, 1, True, NOW, Availability(Access.PASSED, None, 0)),
        (Settings(), 3, 3, True, NOW, Availability(Access.PASSED, None, 0)),
        (Settings(again=True), 3, 1, True, NOW, Availability(Access.OPEN, None, 2)),
        (Settings(again=True), 3, 3, True, NOW, Availability(Access.USED_UP, None, 0)),
        (Settings(wait=60), 3, 1, False, after(minutes=-59), Availability(Access.WAITING, after(minutes=1), 2)),
        (Settings(wait=60), 3, 1, False, after(minutes=-60), Availability(Access.OPEN, None, 2)),
        (Settings(wait=60, closes_at=after(minutes=1)), 3, 1, False, after(minutes=-59), Availability(Access.CLOSED, after(minutes=1), 2)),
        (Settings(closes_at=NOW, wait=60), 3, 3, False, NOW, Availability(Access.USED_UP, None, 0)),
    ],
)
def test_whether_an_attempt_may_start_and_from_when(settings, attempts, used, passed, ended_at, found):
    assert availability(settings, terms_of(settings, 15, attempts, Granted()), used, passed, ended_at, NOW) == found


TRIES = [(1, 50, False), (2, 90, True), (3, 71, False), (4, None, None)]


@pytest.mark.parametrize(
    ("counts", "tries", "found"),
    [
        ("highest", TRIES, Outcome(90, True)),
        ("last", TRIES, Outcome(71, False)),
        ("first", TRIES, Outcome(50, False)),
        ("average", TRIES, Outcome(70, False)),
        ("average", [(1, 80, True), (2, 80, True)], Outcome(80, True)),
        ("average", [(1, 79, False), (2, 80, True)], Outcome(79, False)),
        ("highest", [(1, 85, False), (2, 80, True)], Outcome(80, True)),
        ("highest", [(1, None, None)], None),
        ("last", [], None),
    ],
)
def test_which_attempt_counts(counts, tries, found):
    assert outcome(tries, counts, 80) == found
