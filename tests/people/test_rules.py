"""Waiting after failures, and passwords."""

import datetime as dt

import pytest

from people import rules


def test_the_first_failures_cost_nothing_then_the_wait_doubles_up_to_a_quarter_of_an_hour():
    waits = [rules.wait_after(failures).total_seconds() for failures in range(0, 14)]
    assert waits == [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("ninechars", "short"),
        ("ten chars!", None),
        ("x" * 201, "long"),
        ("my number is E1005 ok", "employee_no"),
        ("my number is e1005 ok", "employee_no"),
        ("aaaaaaaaaaaa", "plain"),
        ("电焊之前先看一眼下面", None),
    ],
)
def test_a_password_is_judged_by_its_length_first(password, problem):
    assert rules.password_problem(password, "E1005") == problem


def test_a_wait_ends_at_a_moment():
    now = dt.datetime(2026, 6, 12, tzinfo=dt.UTC)
    assert rules.next_try(6, now) == now + dt.timedelta(seconds=30)
