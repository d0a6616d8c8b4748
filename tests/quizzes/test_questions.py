"""Typed numbers and words, places in a picture, and rows put in order."""

from fractions import Fraction

import pytest

from quizzes.rules.marking import credit, middle, right_response
from quizzes.rules.questions import lies_in, matches, number
from quizzes.rules.soundness import problems
from tests.builders import pair


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("5", "5", ""),
        (" ５．２５ ", "5.25", ""),
        ("＋３", "3", ""),
        ("-5", "-5", ""),
        ("−5", "-5", ""),
        ("–5", "-5", ""),
        ("5.", "5", ""),
        (".5", "0.5", ""),
        (",5", "0.5", ""),
        ("1,5", "1.5", ""),
        ("１，５", "1.5", ""),
        ("0,125", "0.125", ""),
        ("1,500", "1500", ""),
        ("-1,234,567.5", "-1234567.5", ""),
        ("1,5000", "1.5", ""),
        ("12345,678", "12345.678", ""),
        ("1 500", "1500", ""),
        ("1e3", "1000", ""),
        ("1.5E-3", "0.0015", ""),
        ("2x10^3", "2000", ""),
        ("2 × 10³", "2000", ""),
        ("2*10⁻³", "0.002", ""),
        ("5 bar", "5", "bar"),
        ("5\u00a0m³", "5", "m3"),
        ("2.5e3kPa", "2500", "kPa"),
        ("30 毫米", "30", "毫米"),
        ("20 ℃", "20", "°C"),
        ("50%", "50", "%"),
        ("1,23,456", "1.23", ",456"),
    ],
)
def test_a_typed_number_is_read_exactly_with_its_unit(typed, value, unit):
    assert number(typed) == (Fraction(value), unit)


@pytest.mark.parametrize("typed", ["", "bar", "-", ".", "e5", "about 5", "五", "9" * 61])
def test_what_is_no_number_is_none(typed):
    assert number(typed) is None


def numeric(unit="none", **answer):
    units = [{"name": "bar", "factor": "1"}, {"name": "kPa", "factor": "0.01"}, {"name": "m³", "factor": "2"}]
    row = {"id": "a", "value": "10", "tolerance": "0.5", "weight": "100", "feedback": {}, **answer}
    return {"kind": "numeric", "text": pair("How much?"), "part": "", "feedback": {}, "answers": [row], "units": units if unit != "none" else [], "unit": unit}


@pytest.mark.parametrize(
    ("unit", "typed", "right"),
    [
        ("none", "10.5", 1),
        ("none", "10.51", 0),
        ("none", "9,5", 1),
        ("none", "10 bar", 0),
        ("none", "ten", 0),
        ("optional", "10", 1),
        ("optional", "10 bar", 1),
        ("optional", "1000kPa", 1),
        ("optional", "1 000 ｋＰａ", 1),
        ("optional", "5 m³", 1),
        ("optional", "5 m3", 1),
        ("optional", "10 psi", 0),
        ("optional", "10 BAR", 0),
        ("required", "10", 0),
        ("required", "1e3 kPa", 1),
    ],
)
def test_tolerance_and_units(unit, typed, right):
    assert credit(numeric(unit), [typed]) == right


def test_a_tolerance_is_exact_at_its_edge():
    assert credit(numeric(value="0.3", tolerance="0.1"), ["0.4"]) == 1
    assert credit(numeric(value="0.3", tolerance="0.1"), ["0.40000000000000001"]) == 0


@pytest.mark.parametrize(
    ("pattern", "typed", "exact", "good"),
    [
        ("Valve", "valve", False, True),
        ("Valve", "valve", True, False),
        ("Valve", "  VALVE ", False, True),
        ("gas valve", "ＧＡＳ　 valve", False, True),
        ("阀门", "阀门", True, True),
        ("阀门", "阀 门", True, False),
        ("straße", "STRASSE", False, True),
        ("café", "cafe\u0301", True, True),
        ("*", "", False, True),
        ("*valve", "gas valve", False, True),
        ("gas*", "gas valve", False, True),
        ("g*v*e", "gas valve", False, True),
        ("aba*ba", "aba", False, False),
        ("a*a*a", "aa", False, False),
        ("gas*", "a gas", False, False),
        (r"5\*3", "5*3", False, True),
        (r"5\*3", "5x3", False, False),
        (r"5\**", "5* 3", False, True),
        ("a.c", "abc", False, False),
    ],
)
def test_a_typed_word_and_what_an_answer_accepts(pattern, typed, exact, good):
    assert matches(pattern, typed, exact) == good


SQUARE = [100, 100, 300, 100, 300, 300, 100, 300]
BENT = [0, 0, 400, 0, 400, 400, 300, 400, 300, 100, 0, 100]


@pytest.mark.parametrize(
    ("shape", "at", "place", "ratio", "inside"),
    [
        ("rect", [100, 100, 200, 50], (100, 150), 1, True),
        ("rect", [100, 100, 200, 50], (301, 120), 1, False),
        ("circle", [500, 500, 100], (600, 500), 1, True),
        ("circle", [500, 500, 100], (571, 571), 1, False),
        ("circle", [500, 500, 100], (500, 690), 0.5, True),
        ("circle", [500, 500, 100], (500, 550), 2, True),
        ("circle", [500, 500, 100], (500, 560), 2, False),
        ("polygon", SQUARE, (200, 200), 1, True),
        ("polygon", SQUARE, (100, 200), 1, True),
        ("polygon", SQUARE, (300, 300), 1, True),
        ("polygon", SQUARE, (99, 200), 1, False),
        ("polygon", SQUARE, (400, 100), 1, False),
        ("polygon", BENT, (200, 200), 1, False),
        ("polygon", BENT, (350, 300), 1, True),
    ],
)
def test_a_place_lies_in_an_area_or_on_its_edge(shape, at, place, ratio, inside):
    assert lies_in({"shape": shape, "at": at}, *place, ratio) == inside


def test_the_middle_of_an_area_lies_in_it_even_where_it_bends_or_leaves_the_picture():
    assert lies_in({"shape": "polygon", "at": BENT}, *middle({"shape": "polygon", "at": BENT}, 1.0))
    assert middle({"shape": "rect", "at": [900, 0, 1000, 100]}, 1.0) == (950, 50)


def hotspot(*areas):
    rows = [{"id": f"a{place}", "shape": "rect", "at": at, "right": True, "feedback": {}} for place, at in enumerate(areas)]
    picture = {"file": "a.png", "alt": {}, "width": 100, "height": 100}
    return {"kind": "hotspot", "text": pair("Where?"), "part": "", "feedback": {}, "areas": rows, "picture": picture}


def test_one_place_in_two_right_areas_finds_both():
    content = hotspot([0, 0, 200, 200], [50, 50, 100, 100])
    assert right_response(content) == ["100,100"]
    assert problems(content) == []


@pytest.mark.parametrize(
    ("given", "share"),
    [("abcd", "1"), ("bacd", "2/3"), ("abdc", "2/3"), ("badc", "1/3"), ("bcad", "1/3"), ("cbad", "0"), ("dcba", "0"), ("", "0")],
)
def test_putting_in_order_earns_kendalls_tau(given, share):
    options = [{"id": name, "text": pair(name)} for name in "abcd"]
    assert credit({"kind": "ordering", "text": pair("Order?"), "part": "", "feedback": {}, "options": options}, list(given)) == Fraction(share)


def short(*texts):
    answers = [{"id": f"a{place}", "text": pair(text), "weight": "100", "feedback": {}} for place, text in enumerate(texts)]
    return {"kind": "short", "text": pair("What?"), "part": "", "feedback": {}, "answers": answers, "exact_case": False}


def test_an_answer_that_is_longer_than_anyone_may_type_is_not_sound():
    assert problems(short("a" * 200)) == []
    assert problems(short("a" * 201)) == ["No answer reaches full marks."]


@pytest.mark.parametrize("name", ["a:b", "", "x" * 61, "1 2", "阀"])
def test_an_id_that_would_be_taken_apart_is_not_sound(name):
    content = short("valve")
    content["answers"][0]["id"] = name
    assert problems(content) == ["The id of a row holds something other than letters, digits, hyphens and underlines."]
