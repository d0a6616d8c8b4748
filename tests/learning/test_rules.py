"""When something is due, where somebody stands, and the chain."""

import datetime as dt
import hashlib

import pytest

from learning import rules
from learning.rules import Cell, Mark, Result, State

TODAY = dt.date(2026, 6, 12)
SOON = TODAY + dt.timedelta(days=7)
FAR = TODAY + dt.timedelta(days=8)
LATE = TODAY - dt.timedelta(days=1)
STUDIED = Mark("2026-06-01")
PASSED = Mark("2026-06-01", Result.PASSED, 90)
FAILED = Mark("2026-06-01", Result.FAILED, 60, 2)


def test_the_days_count_from_the_assignment_or_from_joining_if_that_is_later():
    start = dt.date(2026, 6, 1)
    assert rules.due_on(dt.date(2020, 1, 1), start, 30) == dt.date(2026, 7, 1)
    assert rules.due_on(dt.date(2026, 6, 10), start, 30) == dt.date(2026, 7, 10)


@pytest.mark.parametrize(
    ("done", "failing", "due", "state"),
    [
        (4, 0, LATE, State.DONE),
        (3, 1, LATE, State.OVERDUE),
        (3, 1, FAR, State.FAILING),
        (3, 0, SOON, State.DUE),
        (3, 0, TODAY, State.DUE),
        (0, 0, FAR, State.OPEN),
    ],
)
def test_of_several_states_the_first_counts(done, failing, due, state):
    assert rules.state(done, failing, 4, due, TODAY) == state


@pytest.mark.parametrize(
    ("study", "quiz", "due", "cell"),
    [
        (STUDIED, PASSED, LATE, Cell.DONE),
        (STUDIED, FAILED, LATE, Cell.FAILED),
        (None, PASSED, LATE, Cell.OVERDUE),
        (STUDIED, None, LATE, Cell.OVERDUE),
        (STUDIED, None, SOON, Cell.READ),
        (None, PASSED, FAR, Cell.READ),
        (None, None, SOON, Cell.DUE),
        (None, None, FAR, Cell.OPEN),
    ],
)
def test_a_case_is_done_when_it_is_studied_and_its_quiz_is_passed(study, quiz, due, cell):
    assert rules.cell(study, quiz, due, TODAY) == cell


def test_a_later_failure_does_not_take_a_pass_back():
    assert rules.better(PASSED, FAILED) == PASSED
    assert rules.better(FAILED, PASSED) == PASSED
    assert rules.better(None, FAILED) == FAILED


def test_a_mark_survives_being_stored():
    for mark in (STUDIED, PASSED, FAILED):
        assert rules.mark_from(mark.plain()) == mark


def test_the_hash_of_a_line_is_what_the_documentation_says():
    facts = {"kind": "case", "slug": "x", "number": 1, "score": None, "title_zh": "第二个"}
    text = '{"kind":"case","number":1,"previous":"' + "0" * 64 + '","slug":"x","title_zh":"第二个"}'
    assert rules.line_hash(facts, rules.FIRST_HASH) == hashlib.sha256(text.encode()).hexdigest()


def test_a_column_added_later_and_empty_changes_no_hash():
    assert rules.line_hash({"kind": "case"}, "0") == rules.line_hash({"kind": "case", "new": None}, "0")


def test_the_order_of_people_does_not_change_a_seal():
    heads = [(2, 1, "b"), (1, 3, "a")]
    assert rules.seal_hash(TODAY, heads, "0") == rules.seal_hash(TODAY, heads[::-1], "0") != rules.seal_hash(TODAY, heads, "1")


@pytest.mark.parametrize(("value", "written"), [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("90 (1)", "90 (1)"), ("", "")])
def test_no_cell_is_a_formula(value, written):
    assert rules.spreadsheet_text(value) == written


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([], None),
        ([(1, None, FAILED), (2, None, PASSED), (3, None, FAILED)], PASSED),
        ([(1, None, PASSED), (2, 1, FAILED)], FAILED),
        ([(1, None, FAILED), (2, None, PASSED), (4, 2, FAILED)], FAILED),
        ([(1, None, PASSED), (2, None, PASSED), (4, 2, FAILED)], PASSED),
        ([(1, None, PASSED), (2, 1, FAILED), (3, 2, PASSED)], PASSED),
    ],
)
def test_a_corrected_line_counts_as_its_correction(lines, standing):
    assert rules.standing_mark(lines) == standing


def test_a_correction_counts_on_the_day_of_the_line_it_corrects():
    later = Mark("2026-07-20", Result.PASSED, 70)
    assert rules.standing_mark([(1, None, PASSED), (2, 1, later)]) == Mark(PASSED.on, Result.PASSED, 70)
