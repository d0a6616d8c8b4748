"""Answers, right answers and what was offered, in words."""

from fractions import Fraction

import pytest

from quizzes.rules.wording import marks_words, offered_words, question_words, response_words, right_words
from tests.builders import pair, question

CHOICE = question("q", "multiple", options="++-")["content"]
TRUE_FALSE = {
    **question("q", "true-false", options="-+")["content"],
    "options": [
        {"id": "true", "text": pair("True", "对"), "right": True, "feedback": {}},
        {"id": "false", "text": pair("False", "错"), "right": False, "feedback": {}},
    ],
}
HEAD = {"text": pair("Question?", "问题？"), "feedback": {}, "part": ""}
NUMERIC = {
    **HEAD,
    "kind": "numeric",
    "answers": [
        {"id": "1", "value": "19.5", "tolerance": "0.5", "weight": "100", "feedback": {}},
        {"id": "2", "value": "20", "tolerance": "", "weight": "50", "feedback": {}},
    ],
    "units": [{"name": "%", "factor": "1"}],
    "unit": "optional",
}
SHORT = {
    **HEAD,
    "kind": "short",
    "exact_case": False,
    "answers": [
        {"id": "1", "text": pair("nitrogen", "氮气"), "weight": "100", "feedback": {}},
        {"id": "2", "text": pair("gas", "气体"), "weight": "50", "feedback": {}},
    ],
}
MATCHING = {
    **HEAD,
    "kind": "matching",
    "stems": [{"id": "s1", "text": pair("Red", "红"), "right": "o2"}, {"id": "s2", "text": pair("Blue", "蓝"), "right": "o1"}],
    "options": [{"id": "o1", "text": pair("Must", "必须")}, {"id": "o2", "text": pair("Forbidden", "禁止")}],
}
ORDERING = {**HEAD, "kind": "ordering", "options": [{"id": "a", "text": pair("Test", "检测")}, {"id": "b", "text": pair("Enter", "进入")}]}
WORDS = {
    **HEAD,
    "kind": "words",
    "text": pair("Air [[g1]], then [[g2]].", "先[[g1]]，再[[g2]]。"),
    "gaps": [{"id": "g1", "right": "o1", "group": "1"}, {"id": "g2", "right": "o2", "group": "1"}],
    "options": [{"id": "o1", "text": pair("out", "排风"), "group": "1"}, {"id": "o2", "text": pair("test", "检测"), "group": "1"}],
}
HOTSPOT = {
    **HEAD,
    "kind": "hotspot",
    "picture": {"file": "x", "alt": {}, "width": 100, "height": 100},
    "areas": [
        {"id": "1", "shape": "rect", "at": [100, 100, 100, 100], "right": True, "feedback": {}},
        {"id": "2", "shape": "circle", "at": [800, 800, 50], "right": False, "feedback": {}},
    ],
}
ESSAY = {**HEAD, "kind": "essay", "guide": pair("Names the permit.")}


@pytest.mark.parametrize(
    ("content", "response", "english", "chinese"),
    [
        (CHOICE, ["c", "a"], "Option c of q; Option a of q", "中文Option c of q；中文Option a of q"),
        (TRUE_FALSE, ["false"], "False", "错"),
        (NUMERIC, ["19,5 %"], "19,5 %", "19,5 %"),
        (SHORT, ["Nitrogen"], "Nitrogen", "Nitrogen"),
        (MATCHING, ["s2:o2", "s1:o2"], "Red → Forbidden; Blue → Forbidden", "红 → 禁止；蓝 → 禁止"),
        (ORDERING, ["b", "a"], "1. Enter; 2. Test", "1. 进入；2. 检测"),
        (WORDS, ["g2:o1"], "[2] out", "[2] 排风"),
        (HOTSPOT, ["150,150", "500,20"], "A (15.0 % × 15.0 %); (50.0 % × 2.0 %)", "A (15.0 % × 15.0 %)；(50.0 % × 2.0 %)"),
        (ESSAY, ["I call.\nThen I wait."], "I call.\nThen I wait.", "I call.\nThen I wait."),
        ({**HEAD, "kind": "information"}, [], "", ""),
        (CHOICE, [], "", ""),
    ],
)
def test_an_answer_of_every_kind_is_said_in_words(content, response, english, chinese):
    assert (response_words(content, response, "en"), response_words(content, response, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("content", "right"),
    [
        (CHOICE, "Option a of q; Option b of q"),
        (TRUE_FALSE, "True"),
        (NUMERIC, "19.5 ± 0.5 %"),
        (SHORT, "nitrogen"),
        (MATCHING, "Red → Forbidden; Blue → Must"),
        (ORDERING, "1. Test; 2. Enter"),
        (WORDS, "[1] out; [2] test"),
        (HOTSPOT, "A (15.0 % × 15.0 %)"),
        (ESSAY, ""),
    ],
)
def test_the_right_answer_of_every_kind_is_said_in_words(content, right):
    assert right_words(content, "en") == right


@pytest.mark.parametrize(
    ("content", "order", "offered"),
    [
        (CHOICE, ["c", "a", "b"], "1. Option c of q; 2. Option a of q; 3. Option b of q"),
        (MATCHING, ["s2", "s1", "", "o2", "o1"], "1. Blue; 2. Red | 1. Forbidden; 2. Must"),
        (WORDS, ["g1", "g2", "", "o2", "o1"], "1. test; 2. out"),
        (HOTSPOT, ["1"], ""),
        (NUMERIC, [], ""),
    ],
)
def test_what_was_offered_keeps_the_order_it_was_shown_in(content, order, offered):
    assert offered_words(content, order, "en") == offered


def test_a_question_in_words_has_no_markup_and_numbers_for_gaps():
    html = {**CHOICE, "format": "html", "text": pair("<p>Is <b>1 &lt; 2</b>?</p><p>Say so.</p>")}
    assert question_words(html, "en") == "Is 1 < 2?\nSay so."
    assert question_words(WORDS, "en") == "Air [1], then [2]."


@pytest.mark.parametrize(("value", "words"), [("2", "2"), ("1/2", "0.5"), ("2/3", "0.66"), ("-2/3", "−0.66"), ("0", "0"), ("10", "10"), ("-1/1000", "0")])
def test_marks_are_said_with_at_most_two_decimals(value, words):
    assert marks_words(Fraction(value)) == words
