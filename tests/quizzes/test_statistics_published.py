"""The statistics agree with published figures to the digits printed, and with a second computation from the definitions to six."""

import csv
import random
from fractions import Fraction
from pathlib import Path

import pytest

from tests.quizzes import naive
from tests.quizzes.statistics_tables import measured

DATA = Path(__file__).parent / "data" / "lsat.csv"

# As printed: mean and deviation of the total, alpha, standard error; by question mean, deviation, and correlation with the rest.
PUBLISHED = {
    "section_6": (
        (3.819, 1.035, 0.295, 0.869),
        [(0.924, 0.265, 0.113), (0.709, 0.454, 0.153), (0.553, 0.497, 0.173), (0.763, 0.425, 0.144), (0.870, 0.336, 0.122)],
    ),
    "section_7": (
        (3.707, 1.199, 0.453, 0.886),
        [(0.828, 0.378, 0.246), (0.658, 0.475, 0.247), (0.772, 0.420, 0.313), (0.606, 0.489, 0.223), (0.843, 0.364, 0.175)],
    ),
}


def lsat(section):
    with DATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [[Fraction(int(sign)) for sign in row["responses"]] for row in rows for _person in range(int(row[section]))]


def mixed(seed=5, people=400):
    """Attempts at questions with thirds and halves, negative marks as certainty gives them, and unequal marks."""
    rng = random.Random(seed)
    marks = [1, 2, 3, 1, 5]
    scores = []
    for _person in range(people):
        able = rng.random()
        row = []
        for mark in marks:
            got = rng.choice([Fraction(1), Fraction(1, 2), Fraction(2, 3)]) if rng.random() < able else rng.choice([Fraction(0), Fraction(-2), Fraction(-2, 3)])
            row.append(got * mark)
        scores.append(row)
    return scores, marks


@pytest.mark.parametrize("section", PUBLISHED)
def test_the_figures_printed_for_the_law_school_test_are_found_again(section):
    quiz, questions = measured(lsat(section), [1] * 5)
    (mean, deviation, alpha, error), rows = PUBLISHED[section]
    assert round(quiz.mean / 100 * 5, 3) == mean
    assert round(quiz.deviation / 100 * 5, 3) == deviation
    assert round(quiz.consistency / 100, 3) == alpha
    assert round(quiz.standard_error / 100 * 5, 3) == error
    assert [tuple(round(value / 100, 3) for value in (one.facility, one.deviation, one.discrimination)) for one in questions] == rows


SETS = {"section 6": (lsat("section_6"), [1] * 5), "section 7": (lsat("section_7"), [1] * 5), "unequal marks": mixed()}


@pytest.mark.parametrize(("scores", "marks"), SETS.values(), ids=SETS)
def test_all_figures_agree_with_the_definitions_to_six_digits(scores, marks):
    quiz, questions = measured(scores, marks)
    for name, value in naive.quiz(scores, marks).items():
        assert getattr(quiz, name) == pytest.approx(value, rel=1e-7, abs=1e-9), name
    for place, question in enumerate(questions):
        for name, value in naive.question(scores, marks, place).items():
            assert getattr(question, name) == pytest.approx(value, rel=1e-7, abs=1e-9), (place, name)
