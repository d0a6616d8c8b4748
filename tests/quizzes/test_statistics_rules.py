"""Figures of quizzes and questions at the edges: few attempts, no variance, drawn questions, certainty; and what they say in words."""

from fractions import Fraction
from itertools import permutations

import pytest

from quizzes.rules.breakdown import breakdown, plain
from quizzes.rules.guidance import by_trouble, option_signs, question_signs, quiz_signs, told_apart
from quizzes.rules.marking import credit
from quizzes.rules.pieces import NOTHING, OUTSIDE, REST, guess_score, most_frequent, pieces
from quizzes.rules.statistics import QuestionFigures, calibration, sure_and_wrong, thirds
from tests.builders import pair, question
from tests.quizzes.statistics_tables import columns_of, measured


def marks(*rows):
    """Marks of attempts; a dash is a question that the attempt has not."""
    return [[None if sign == "-" else Fraction(int(sign)) for sign in row] for row in rows]


def test_one_attempt_has_a_mean_and_nothing_that_needs_two():
    quiz, questions = measured(marks("110"), [1, 1, 1])
    assert quiz.mean == pytest.approx(200 / 3)
    assert quiz.median == quiz.mean
    assert (quiz.deviation, quiz.skewness, quiz.kurtosis, quiz.consistency, quiz.error_ratio, quiz.standard_error) == (None,) * 6
    assert [one.facility for one in questions] == [100, 100, 0]
    assert all(one.deviation is one.discrimination is one.efficiency is one.effective is None for one in questions)


def test_no_attempt_at_all_has_no_figure():
    quiz, questions = measured([], [])
    assert (quiz.attempts, quiz.mean, quiz.pass_rate, quiz.minutes, questions) == (0, None, None, [], [])


def test_where_everybody_has_the_same_nothing_is_compared():
    quiz, questions = measured(marks("101", "101", "101", "101", "101"), [1, 1, 1])
    assert quiz.deviation == 0
    assert (quiz.skewness, quiz.kurtosis, quiz.consistency) == (None, None, None)
    assert quiz.groups == [0, 5, 0]
    assert [one.deviation for one in questions] == [0, 0, 0]
    assert all(one.discrimination is one.efficiency is one.effective is None for one in questions)


def test_a_quiz_of_one_question_has_no_rest_to_hold_it_against():
    quiz, (only,) = measured(marks("1", "0", "1", "1"), [1])
    assert quiz.consistency is None
    assert only.discrimination is only.efficiency is None
    assert only.effective == pytest.approx(100)
    assert only.intended == 100


def test_a_question_that_does_not_vary_has_no_discrimination_and_no_weight():
    _quiz, questions = measured(marks("111", "101", "110", "100"), [1, 1, 1])
    assert questions[0].discrimination is None
    assert questions[0].effective == 0
    assert questions[1].effective == pytest.approx(50)


def test_a_question_that_goes_against_the_rest_discriminates_backwards_and_has_no_weight():
    _quiz, questions = measured(marks("1000", "1000", "0111", "0111"), [1, 1, 1, 1])
    assert questions[0].discrimination == pytest.approx(-100)
    assert questions[0].effective is None
    assert sum(one.effective for one in questions[1:]) == pytest.approx(100)


def test_a_score_is_the_share_of_what_the_attempt_could_earn():
    quiz, questions = measured(marks("11--", "1-0-", "--00", "1--1"), [1, 1, 1, 1])
    assert quiz.mean == pytest.approx((100 + 50 + 0 + 100) / 4)
    assert quiz.drawn
    assert [one.attempts for one in questions] == [3, 1, 2, 2]
    assert [one.facility for one in questions] == [100, 100, 0, 50]
    assert [one.intended for one in questions] == [50] * 4


def test_drawn_questions_are_as_consistent_as_the_whole_they_are_drawn_from():
    """Everybody either knows all or nothing: alpha is 1, whichever two questions somebody got."""
    quiz, _questions = measured(marks("11--", "00--", "--11", "--00", "1--1", "0--0", "-11-", "-00-"), [1] * 4)
    assert quiz.consistency == pytest.approx(100)
    assert quiz.error_ratio == pytest.approx(0, abs=1e-5)


def test_equal_scores_are_never_parted():
    import numpy as np

    assert thirds(np.array([1.0, 2, 3, 4, 5, 6])).tolist() == [0, 0, 1, 1, 2, 2]
    assert thirds(np.array([1.0, 1, 1, 1, 1, 6])).tolist() == [1, 1, 1, 1, 1, 2]
    assert thirds(np.array([0.0, 0, 0, 1, 1, 1])).tolist() == [0, 0, 0, 2, 2, 2]
    assert thirds(np.array([5.0, 5, 5])).tolist() == [1, 1, 1]
    assert thirds(np.array([])).tolist() == []


def test_sums_of_thirds_in_another_order_are_the_same_score():
    third = Fraction(1, 3)
    rows = [[third, Fraction(1), third], [Fraction(1), third, third], [third, third, Fraction(1)]] * 3
    assert measured(rows, [1, 1, 1])[0].groups == [0, 9, 0]


def test_scores_below_nothing_stand_in_the_first_bar_and_full_ones_in_the_last():
    quiz, _questions = measured([[Fraction(-2)], [Fraction(0)], [Fraction(1)]], [1])
    assert quiz.bars[0] == 2
    assert quiz.bars[-1] == 1
    assert sum(quiz.bars) == 3


def test_each_third_is_counted_by_what_it_chose():
    responses = [[0, 0], [1, 0], [1, 1], [-1, 1], [1, 1], [1, 1]]
    scores = marks("00", "00", "10", "01", "11", "11")
    _quiz, (first, _second) = measured(scores, [1, 1], {0: ["b"], 1: ["a"]}, responses)
    assert first.groups == [2, 2, 2]
    assert first.answered == 5
    assert first.pieces == {"b": [1, 0, 0], "a": [1, 1, 2], NOTHING: [0, 1, 0]}


def test_certainty_tells_how_right_the_sure_are():
    scores = [[Fraction(1)], [Fraction(1, 2)], [Fraction(-2)], [Fraction(-2)]]
    _quiz, questions = measured(scores, [1], certainty=3)
    assert questions[0].sure == [[0, 0.0, 0], [0, 0.0, 0], [4, 1.5, 2]]
    assert calibration(questions) == [(1, 0, 0.0), (2, 0, 0.0), (3, 4, 0.375)]
    assert [(row.name, row.surest, row.wrong) for row in sure_and_wrong(questions)] == [("0", 4, 2)]
    _quiz, questions = measured([[Fraction(1, 3)], [Fraction(0)]], [1], certainty=1)
    assert calibration(questions)[0] == (1, 2, 0.5)


def test_the_columns_of_a_table_leave_out_what_an_attempt_has_not():
    assert columns_of(marks("1-", "-0"), [1, 1]).question.tolist() == [0, 1]


# What a response is made of.

CHOICE = question("one")["content"]
SHORT = {
    "kind": "short",
    "text": pair("Which gas?"),
    "exact_case": False,
    "answers": [
        {"id": "full", "text": {"en": "nitrogen", "zh": "氮气"}, "weight": "100", "feedback": {}},
        {"id": "half", "text": {"en": "*gas"}, "weight": "50", "feedback": {}},
        {"id": "none", "text": {"en": "air"}, "weight": "0", "feedback": {}},
    ],
}
NUMBER = {
    "kind": "numeric",
    "text": pair("Least oxygen?"),
    "unit": "none",
    "units": [],
    "answers": [{"id": "a", "value": "19.5", "tolerance": "0.5", "weight": "100", "feedback": {}}],
}
MATCHING = {
    "kind": "matching",
    "text": pair("Which belongs?"),
    "stems": [{"id": "s", "text": pair("Stem"), "right": "a"}, {"id": "t", "text": pair("Other"), "right": "b"}],
    "options": [{"id": "a", "text": pair("A")}, {"id": "b", "text": pair("B")}, {"id": "c", "text": pair("C")}],
}
ORDERING = {"kind": "ordering", "text": pair("In order"), "options": [{"id": name, "text": pair(name)} for name in "abc"]}
HOTSPOT = {
    "kind": "hotspot",
    "text": pair("Where?"),
    "picture": {"width": 100, "height": 100},
    "areas": [
        {"id": "p", "shape": "rect", "at": [0, 0, 100, 100], "right": True, "feedback": {}},
        {"id": "q", "shape": "rect", "at": [500, 500, 100, 100], "right": False, "feedback": {}},
    ],
}


@pytest.mark.parametrize(
    ("content", "response", "found"),
    [
        (CHOICE, ["b"], ["b"]),
        (SHORT, ["ＮＩＴＲＯＧＥＮ "], ["=full", "~nitrogen"]),
        (SHORT, ["some  Gas"], ["=half", "~some gas"]),
        (SHORT, ["air"], ["=none", "~air"]),
        (SHORT, ["water"], [REST, "~water"]),
        (NUMBER, ["19,6"], ["=a", "~19,6"]),
        (NUMBER, ["about 19"], [REST, "~about 19"]),
        (MATCHING, ["s:a", "t:c"], ["s:a", "t:c"]),
        (ORDERING, ["a", "c", "b"], ["a"]),
        (HOTSPOT, ["50,50", "900,900"], ["p", OUTSIDE]),
        (HOTSPOT, ["50,50", "60,60"], ["p"]),
        ({"kind": "essay", "text": pair("Why?")}, ["because"], []),
    ],
)
def test_a_response_is_counted_by_its_pieces(content, response, found):
    assert pieces(content, response) == found


def test_of_what_was_typed_the_twenty_most_frequent_are_told():
    counts = {f"~{number:02}": [number % 7, 0, 1] for number in range(40)} | {REST: [9, 9, 9]}
    kept = most_frequent(counts)
    assert len(kept) == 21
    assert kept[REST] == [9, 9, 9]
    assert min(sum(row) for name, row in kept.items() if name != REST) >= max(sum(row) for name, row in counts.items() if name not in kept)


MANY = {"kind": "multiple", "options": [{"id": str(place), "right": place < 10} for place in range(20)]}
WEIGHTED = {**CHOICE, "options": [{**option, "weight": weight} for option, weight in zip(CHOICE["options"], ("100", "50", "-50"), strict=True)]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CHOICE, 1 / 3),
        (WEIGHTED, 1 / 2),
        (question("x", "true-false", options="-+")["content"], 1 / 2),
        (question("x", "multiple", options="++--")["content"], (1 * 1 + 4 * 0 + 1 * 0) / 6),
        (question("x", "multiple", options="+++")["content"], 1.0),
        (MATCHING, 1 / 3),
        (SHORT, None),
        (NUMBER, None),
        (HOTSPOT, None),
        ({"kind": "essay"}, None),
        (MANY, None),
    ],
)
def test_guessing_earns_what_it_earns_on_average(content, expected):
    assert guess_score(content) == (expected if expected is None else pytest.approx(expected))


def test_who_guesses_and_says_so_earns_a_third_of_it():
    assert guess_score(CHOICE, 1) == pytest.approx(1 / 9)
    assert guess_score(CHOICE, 0.5) == pytest.approx(2 / 9)


def test_who_guesses_an_order_earns_the_mean_over_all_orders():
    content = {"kind": "ordering", "options": [{"id": str(place)} for place in range(5)]}
    orders = list(permutations([str(place) for place in range(5)]))
    assert guess_score(content) == pytest.approx(float(sum(credit(content, order) for order in orders) / len(orders)))


# What the figures say.


def figures(**changes):
    values = {
        "question_id": 1,
        "revision_id": 1,
        "revisions": 1,
        "attempts": 90,
        "answered": 90,
        "facility": 60.0,
        "deviation": 40.0,
        "guess": 33.3,
        "intended": 10.0,
        "effective": 10.0,
        "discrimination": 55.0,
        "efficiency": 70.0,
        "groups": [30, 30, 30],
        "pieces": {"a": [10, 20, 25], "b": [10, 5, 3], "c": [10, 5, 2]},
        "sure": [[0, 0.0, 0]] * 3,
    }
    return QuestionFigures(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "very_well"),
        ({"discrimination": 40.0}, "well"),
        ({"discrimination": 25.0}, "weakly"),
        ({"discrimination": 5.0}, "hardly"),
        ({"discrimination": -5.0}, "backwards"),
        ({"discrimination": 25.0, "efficiency": 40.0}, "inefficient"),
        ({"facility": 34.9}, "hard"),
        ({"facility": 30.0}, "below_guessing"),
        ({"facility": 4.0, "guess": None}, "nobody"),
        ({"facility": 96.0}, "easy"),
        ({"facility": 96.0, "discrimination": 5.0}, "too_easy_to_tell"),
        ({"guess": 50.0}, "guessed"),
        ({"attempts": 29}, "few"),
        ({"pieces": {"a": [10, 20, 10], "b": [10, 5, 18], "c": [10, 5, 2]}}, "key"),
        ({"pieces": {"a": [10, 20, 20], "b": [5, 5, 8], "c": [10, 5, 2]}}, "stronger"),
        ({"pieces": {"a": [10, 20, 25], "b": [20, 10, 5]}}, "unused"),
        ({"sure": [[0, 0.0, 0], [0, 0.0, 0], [40, 30.0, 10]]}, "sure_and_wrong"),
    ],
)
def test_a_figure_says_what_to_do(changes, code):
    assert code in {sign.code for sign in question_signs(figures(**changes), CHOICE)}


def test_a_sound_question_is_no_trouble_and_few_attempts_never_blame_an_option():
    assert max(sign.trouble for sign in question_signs(figures(), CHOICE)) == 0
    assert option_signs(figures(attempts=20, pieces={"b": [0, 0, 20]}), CHOICE) == {}


def test_only_the_wrong_option_that_the_strong_prefer_most_puts_the_key_in_doubt():
    counts = {"a": [10, 10, 5], "b": [5, 10, 15], "c": [15, 10, 10]}
    assert option_signs(figures(pieces=counts), CHOICE) == {"b": "key"}


def test_an_option_that_is_hardly_chosen_says_so():
    assert option_signs(figures(pieces={"a": [26, 27, 30], "b": [3, 2, 0], "c": [1, 1, 0]}), CHOICE) == {"c": "rare"}


def test_a_wrong_option_the_strong_prefer_is_no_wrong_key_where_several_are_right():
    several = question("x", "multiple", options="++-")["content"]
    counts = {"a": [20, 10, 10], "b": [10, 10, 10], "c": [5, 10, 20]}
    assert option_signs(figures(pieces=counts), several) == {"c": "stronger"}


def test_questions_with_most_trouble_come_first():
    rows = [(one, question_signs(one, CHOICE)) for one in (figures(), figures(discrimination=-1.0), figures(discrimination=10.0))]
    assert [one.discrimination for one, _signs in by_trouble(rows)] == [-1, 10, 55]


def test_a_quiz_says_what_its_figures_mean():
    for rows, code in ((("111", "111", "000"), "consistent"), (("111", "101", "110", "000"), "inconsistent")):
        found = {sign.figure: sign.code for sign in quiz_signs(measured(marks(*rows), [1, 1, 1])[0])}
        assert found["attempts"] == "few"
        assert found["consistency"] == code


@pytest.mark.parametrize(
    ("people", "apart"),
    [
        ({1: 5, 2: 9}, {1, 2}),
        ({1: 4, 2: 9, 3: 20}, {3}),  # with the nine, or whoever subtracts finds the four
        ({1: 4, 2: 3, 3: 9}, {3}),
        ({1: 1}, set()),
        ({1: 2, 2: 2}, set()),
        ({1: 2, 2: 30}, set()),
        ({}, set()),
    ],
)
def test_a_small_department_is_hidden_and_cannot_be_found_by_subtraction(people, apart):
    found = told_apart(people)
    assert {name for name, shown in found.items() if shown} == apart
    together = sum(count for name, count in people.items() if not found[name])
    assert together == 0 or together >= 5 or not apart


# What was answered, line by line.


def test_lines_stand_in_the_questions_own_order_with_no_answer_last():
    lines = breakdown(figures(pieces={"b": [1, 2, 3], NOTHING: [0, 0, 1]}), CHOICE, "en")
    assert [(line.what, line.right, line.total) for line in lines] == [("option", True, 0), ("option", False, 6), ("option", False, 0), ("nothing", None, 1)]


def test_what_was_typed_stands_below_the_answers_that_accept_it():
    lines = breakdown(figures(pieces={"=full": [0, 1, 4], REST: [2, 0, 0], "~nitrogen": [0, 1, 4], "~water": [2, 0, 0]}), SHORT, "zh")
    assert [(line.what, line.label) for line in lines[:5]] == [("answer", "氮气"), ("answer", "*gas"), ("answer", "air"), ("rest", ""), ("typed", "nitrogen")]
    assert [line.right for line in lines[:4]] == [True, True, False, False]
    assert breakdown(figures(pieces={}), NUMBER, "en")[0].label == "19.5 ± 0.5"


def test_pairs_show_the_right_option_and_whatever_was_chosen():
    lines = breakdown(figures(pieces={"s:b": [1, 0, 0]}), MATCHING, "en")
    assert [(line.of, line.label, line.right) for line in lines[:-1]] == [("Stem", "A", True), ("Stem", "B", False), ("Other", "B", True)]


def test_areas_are_counted_and_what_lies_outside_all():
    lines = breakdown(figures(pieces={"p": [1, 1, 1], OUTSIDE: [1, 0, 0]}), HOTSPOT, "en")
    assert [(line.what, line.number, line.right, line.total) for line in lines[:-1]] == [("area", 1, True, 3), ("area", 2, False, 0), ("outside", 0, False, 1)]


def test_an_order_tells_how_often_each_stood_in_its_place():
    assert [line.total for line in breakdown(figures(pieces={"a": [1, 1, 1]}), ORDERING, "en")[:-1]] == [3, 0, 0]


def test_a_text_in_a_list_has_no_markup_and_a_line_for_a_gap():
    assert plain("<p>Never &amp; [[g1]]</p>\n<b>now</b>") == "Never & ____ now"
