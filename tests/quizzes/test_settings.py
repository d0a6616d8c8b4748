"""How a quiz is run: what holds when, and for whom."""

import datetime as dt

import pytest

from quizzes.rules.settings import Moment, Reveal, Settings, default_review, moment_of

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
