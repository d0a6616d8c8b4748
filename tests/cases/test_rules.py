"""What may be seen before the decision, and minutes."""

import datetime as dt
import json

import pytest

from cases import rules
from tests.builders import NOW, case_document, pair

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


def test_the_sheet_tells_nothing_of_what_comes_after_its_decision_but_to_the_leader():
    one = rules.sheet(case_document(), "en")
    assert one.rows == [("Before", "The purge runs.")]
    assert (one.question, one.situation, one.choices) == ("What do you do?", "He lies there.", ["Climb in", "Call the team"])
    assert (one.right, one.reason, one.followed) == (1, "HIDDEN he may live", ["HIDDEN what really happened"])


def test_the_sheet_asks_the_last_decision_and_leads_up_to_it_with_the_first_row_and_the_last_four():
    rows = [{"id": f"row-{number}", "when": pair(f"At {number}"), "text": pair(f"Row {number}.")} for number in range(9)]
    points = [{**case_document()["decisions"][0], "id": name, "question": pair(name)} for name in ("first", "second")]
    case = case_document(timeline=[*rows[:2], {"decision": "first"}, *rows[2:8], {"decision": "second"}, rows[8]], decisions=points)
    one = rules.sheet(case, "en")
    assert [what for _when, what in one.rows] == ["Row 0.", "Row 4.", "Row 5.", "Row 6.", "Row 7."]
    assert (one.question, one.followed) == ("second", ["Row 8."])


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [
        ("Short.", 20, "Short."),
        ("One sentence. Another one here.", 20, "One sentence. …"),
        ("**Bold** and [a link](https://example.org/).", 40, "Bold and a link."),
        ("a long first sentence without an end", 20, "a long first…"),
        ("第一句话。第二句话。第三句话。", 24, "第一句话。第二句话。 …"),
        ("没有句号的一句很长的话", 11, "没有句号的…"),
    ],
)
def test_a_text_is_cut_after_a_sentence_or_else_after_a_word(text, room, kept):
    assert rules.brief(text, room) == kept
    assert rules.width(kept) <= max(room, rules.width(rules.plain(text)))


def test_whichever_text_takes_the_most_lines_gives_one_up_first():
    texts = ["x " * 10, "word " * 30, "word " * 20]
    cut = rules.in_lines(texts, 50, 4)
    assert cut[0] == texts[0].strip()
    assert [-(-rules.width(text) // 50) for text in cut] == [1, 1, 2] or [-(-rules.width(text) // 50) for text in cut] == [1, 2, 1]
    assert rules.in_lines(["word " * 30] * 3, 50, 1, [40, 0, 0])[0] == "word…"
