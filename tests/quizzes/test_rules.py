"""Marking and deadlines."""

import datetime as dt
import random
from fractions import Fraction

import pytest

from quizzes.rules import questions as question_rules
from quizzes.rules.attempts import minutes_taken, shows_key, tries_left
from quizzes.rules.marking import credit
from quizzes.rules.questions import option_order
from tests.builders import NOW, question
from tests.quizzes.marks import mark


def content(kind="multiple", options="++--"):
    return question("q", kind, options=options)["content"]


@pytest.mark.parametrize(
    ("options", "chosen", "share"),
    [
        ("++--", "ab", "1"),
        ("++--", "a", "1/2"),
        ("++--", "", "0"),
        ("++--", "abc", "1/2"),
        ("++--", "abcd", "0"),
        ("++--", "ac", "0"),
        ("++--", "c", "0"),
        ("+++-", "ab", "2/3"),
        ("+++-", "abcd", "0"),
        ("++---", "abc", "2/3"),
    ],
)
def test_several_right_options_earn_their_share_less_the_share_of_wrong_ones(options, chosen, share):
    assert credit(content(options=options), chosen) == Fraction(share)


@pytest.mark.parametrize(("chosen", "share"), [("a", 1), ("b", 0), ("", 0)])
def test_one_right_option_is_all_or_nothing(chosen, share):
    assert credit(content("single", "+--"), chosen) == share


def marked(shares, pass_mark=80):
    """Mark questions of a hundred marks each by choosing the right option of so many."""
    questions = {number: (content("single", "+-"), marks) for number, (marks, _right) in enumerate(shares, 1)}
    return mark(questions, {number: ["a"] for number, (_marks, right) in enumerate(shares, 1) if right}, pass_mark)


def test_the_pass_mark_itself_is_a_pass():
    assert marked([(80, True), (20, False)]).passed
    assert not marked([(79, True), (21, False)]).passed


def test_a_score_just_below_the_pass_mark_is_not_rounded_up_to_it():
    result = marked([(799, True), (201, False)])
    assert (result.score, result.passed) == (79, False)


def test_thirds_add_up_exactly():
    questions = {number: (content(options="+++-"), 1) for number in (1, 2, 3)}
    result = mark(questions, {1: ["a"], 2: ["b"], 3: ["c"]}, 33)
    assert result.total == 1
    assert result.passed


def test_a_quiz_without_questions_is_never_passed():
    assert not mark({}, {}, 1).passed


def test_options_are_shuffled_but_true_and_false_are_not():
    orders = {tuple(option_order(content(options="+---"), random.Random(seed))) for seed in range(50)}
    assert len(orders) > 10
    assert {tuple(option_order(content("true-false", "+-"), random.Random(seed))) for seed in range(20)} == {("a", "b")}


def test_what_is_asked_holds_no_key_and_no_feedback():
    assert question_rules.asked(content(), ["b", "a", "c", "d"]) == {
        "kind": "multiple",
        "text": content()["text"],
        "format": "",
        "options": [{"id": str(place), "text": {"en": f"Option {name} of q", "zh": f"中文Option {name} of q"}} for place, name in enumerate("bacd", 1)],
    }


def test_minutes_are_whole_ones_begun_and_never_beyond_the_limit():
    def taken(**span):
        return minutes_taken(NOW, NOW + dt.timedelta(**span), 15)

    assert [taken(seconds=5), taken(minutes=3), taken(minutes=3, seconds=1), taken(hours=9)] == [1, 3, 4, 15]


def test_the_key_is_shown_once_nothing_is_left_to_try():
    assert [shows_key(True, 2), shows_key(False, 0), shows_key(False, 1)] == [True, True, False]


def test_who_has_passed_has_no_tries_left():
    assert [tries_left(1, 3, False), tries_left(3, 3, False), tries_left(1, 3, True)] == [2, 0, 0]
