"""What may be seen before the decision, and minutes."""

import datetime as dt
import json

from cases import rules
from tests.builders import NOW, case_document

TWO = case_document(
    timeline=[
        {"id": "a", "when": {}, "text": {}},
        {"decision": "first"},
        {"id": "b", "when": {}, "text": {}},
        {"decision": "second"},
        {"id": "c", "when": {}, "text": {}},
    ]
)


def names(rows):
    return [row.get("id") or row["decision"] for row in rows]


def test_the_timeline_ends_at_the_first_decision_that_is_not_made():
    assert names(rules.visible_timeline(TWO, {})) == ["a", "first"]
    assert names(rules.visible_timeline(TWO, {"first": "x"})) == ["a", "first", "b", "second"]
    assert names(rules.visible_timeline(TWO, {"first": "x", "second": "y"})) == ["a", "first", "b", "second", "c"]
    assert names(rules.visible_timeline(TWO, {"second": "y"})) == ["a", "first"]


def test_the_next_decision_is_the_first_one_open():
    assert rules.next_decision(TWO, {}) == "first"
    assert rules.next_decision(TWO, {"first": "x"}) == "second"
    assert rules.next_decision(TWO, {"first": "x", "second": "y"}) is None


def test_the_minutes_of_a_case_are_capped_at_its_reading_time():
    spans = [dt.timedelta(seconds=1), dt.timedelta(minutes=4, seconds=30), dt.timedelta(hours=20)]
    assert [rules.minutes_read(NOW, NOW + span, 9) for span in spans] == [1, 5, 9]


def test_questions_may_name_rows_causes_controls_and_reserved_words():
    assert rules.parts(case_document()) == {"before", "after", "permit", "sign", "facts", "decision", "direct-cause", "at-your-post", "lesson"}


def test_the_fixture_hides_something():
    assert "HIDDEN" in json.dumps(case_document())
