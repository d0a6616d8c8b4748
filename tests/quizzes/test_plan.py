"""A quiz being written: its rows, and what keeps it from learners."""

import datetime as dt

import pytest

from core.errors import Invalid
from quizzes.rules import plan
from quizzes.rules.draws import blank_draw
from quizzes.rules.plan import Facts, Known, asked_count, blank, full_marks, lacks, minutes_needed, rearrange, slug_of, with_questions
from quizzes.rules.settings import Behaviour, Settings
from tests.builders import NOW, pair

GOOD = Known("single", False, [])


def fixed(uid, section=0, marks=1):
    return {"question": uid, "marks": marks, "section": section}


def draw(count=1, section=0, **asks):
    return {"draw": {**blank_draw(), "count": count, **asks}, "marks": 1, "section": section}


def made(*slots, sections=1, settings=None, **head):
    return {**blank(pair("Quiz")), "slots": list(slots), "sections": [plan.blank_section()] * sections, "settings": (settings or Settings()).plain(), **head}


def order(document):
    return [(slot.get("question", "draw"), slot["section"]) for slot in document["slots"]]


@pytest.mark.parametrize(
    ("command", "result"),
    [
        ("up:slot:1", [("b", 0), ("a", 0), ("c", 1)]),
        ("up:slot:0", [("a", 0), ("b", 0), ("c", 1)]),
        ("down:slot:1", [("a", 0), ("b", 1), ("c", 1)]),
        ("up:slot:2", [("a", 0), ("b", 0), ("c", 0)]),
        ("down:slot:2", [("a", 0), ("b", 0), ("c", 1)]),
        ("remove:slot:0", [("b", 0), ("c", 1)]),
        ("down:section:0", [("c", 0), ("a", 1), ("b", 1)]),
        ("remove:section:1", [("a", 0), ("b", 0), ("c", 0)]),
        ("remove:section:0", [("a", 0), ("b", 0), ("c", 0)]),
        ("add:draw:0", [("a", 0), ("b", 0), ("draw", 0), ("c", 1)]),
    ],
)
def test_rows_and_sections_move_by_commands(command, result):
    assert order(rearrange(made(fixed("a"), fixed("b"), fixed("c", 1), sections=2), command)) == result


def test_a_slot_goes_down_into_an_empty_section():
    assert order(rearrange(made(fixed("a"), fixed("b", 2), sections=3), "down:slot:0")) == [("a", 1), ("b", 2)]


@pytest.mark.parametrize("command", ["", "up:slot:9", "add:slot", "remove:section:0", "drop:slot:0", "up:section:x", "add:draw:4"])
def test_a_command_that_fits_nothing_is_refused(command):
    document = made(fixed("a"))
    if command == "up:section:x":
        assert rearrange(document, command) == document
        return
    with pytest.raises(Invalid):
        rearrange(document, command)


def test_questions_are_added_at_the_end_of_a_section_and_never_twice():
    document = with_questions(made(fixed("a"), fixed("z", 1), sections=2), ["b", "a", "b", "c"], 0)
    assert order(document) == [("a", 0), ("b", 0), ("c", 0), ("z", 1)]


def messages(document, facts, now=NOW):
    return [lack.message % lack.values for lack in lacks(document, facts, now)]


@pytest.mark.parametrize(
    ("document", "known", "message"),
    [
        (made(), {}, "There is no question to answer yet."),
        (made(fixed("a")), {"a": Known("information", False, [])}, "There is no question to answer yet."),
        (made(fixed("a"), fixed("b")), {"a": GOOD}, "This question is not in the bank any more."),
        (made(fixed("a")), {"a": Known("single", True, [])}, "This question is retired."),
        (made(fixed("a")), {"a": Known("single", False, ["No answer reaches full marks."])}, "No answer reaches full marks."),
        (
            made(fixed("a"), settings=Settings(behaviour=Behaviour.PRACTICE)),
            {"a": Known("essay", False, [])},
            "Only a person can mark this question. In practice the answer is checked at once.",
        ),
        (made(fixed("a"), title={}), {"a": GOOD}, "The title is missing."),
        (made(fixed("a"), pass_mark=0), {"a": GOOD}, "A number is outside its bounds."),
        (made(fixed("a"), time_limit=601), {"a": GOOD}, "A number is outside its bounds."),
        (made(fixed("a"), settings=Settings(opens_at=NOW + dt.timedelta(2), closes_at=NOW + dt.timedelta(1))), {"a": GOOD}, "It closes before it opens."),
        (made(fixed("a"), settings=Settings(closes_at=NOW)), {"a": GOOD}, "It would be closed already: the closing date is past."),
        (made(fixed("a"), time_limit=None, settings=Settings(grace=5)), {"a": GOOD}, "There are minutes after the time, but no time limit."),
        (
            made(fixed("a"), settings=Settings(behaviour=Behaviour.PRACTICE, certainty=True)),
            {"a": GOOD},
            "Certainty is asked in exams only: in practice the answer is checked at once.",
        ),
    ],
)
def test_what_keeps_a_quiz_from_learners_is_said(document, known, message):
    assert messages(document, Facts(known)) == [message]


def test_a_sound_plan_lacks_nothing_with_or_without_limits():
    assert messages(made(fixed("a"), draw(2), time_limit=None, attempts=None), Facts({"a": GOOD}, {1: [1, 2]})) == []


@pytest.mark.parametrize(
    ("pools", "found"),
    [
        ({0: [1, 2], 1: [1, 2, 3]}, []),
        ({0: [1], 1: [1, 2, 3]}, ["2 are to be drawn, but only 1 other questions fit."]),
        ({0: [1, 2], 1: [1, 2]}, ["1 are to be drawn, but 0 are left once the other draws have taken theirs."]),
    ],
)
def test_draws_that_overlap_must_all_be_filled_at_once(pools, found):
    assert messages(made(draw(2), draw(1)), Facts({}, pools)) == found


def test_a_draw_asks_for_what_can_be_answered_from_easy_to_hard():
    facts = Facts({}, {0: [1]})
    assert messages(made(draw(easiest=4, hardest=2)), facts) == ["The difficulties are the wrong way round."]
    assert messages(made(draw(kind="information")), facts) == ["Only questions that are answered can be drawn."]


def test_marks_minutes_and_questions_are_counted_with_the_draws():
    document = made(fixed("a", marks=3), fixed("info"), draw(4))
    kinds = {"a": "essay", "info": "information"}
    assert (asked_count(document), full_marks(document, kinds), minutes_needed(document, kinds)) == (6, 7, 14)
    assert minutes_needed(made(), {}) == 0


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("Entry to vessels!", set(), "entry-to-vessels"),
        ("Entry", {"entry", "entry-2"}, "entry-3"),
        ("进入容器", set(), "quiz"),
        ("Überdruck", set(), "uberdruck"),
    ],
)
def test_an_address_follows_from_the_title(title, taken, slug):
    assert slug_of(title, taken) == slug
