"""Columns for the statistics, made of a table of marks."""

from fractions import Fraction

import numpy as np

from quizzes.rules.statistics import Asked, Columns, QuestionFigures, QuizFigures, measure_questions, measure_quiz


def columns_of(scores: list[list[Fraction | None]], marks: list[int], responses: list[list[int]] | None = None, certainty: int = 0) -> Columns:
    """One attempt a line, None where it has not the question; every question answered with response 0 unless it is said."""
    rows = [
        (attempt, place, marks[place], float(got), responses[attempt][place] if responses else 0, certainty)
        for attempt, row in enumerate(scores)
        for place, got in enumerate(row)
        if got is not None
    ]
    attempt, question, mark, earned, response, sure = zip(*rows, strict=True) if rows else [()] * 6
    return Columns(
        np.array(attempt, np.int32),
        np.array(question, np.int32),
        np.array(mark, float),
        np.array(earned, float),
        np.array(response, np.int32),
        np.array(sure, np.int8),
    )


def measured(scores, marks, said=None, responses=None, certainty=0) -> tuple[QuizFigures, list[QuestionFigures]]:
    """The figures of a table of marks; everybody takes a minute and a half of the total passes."""
    columns = columns_of(scores, marks, responses, certainty)
    attempts = len(scores)
    passed = np.array([sum(got or 0 for got in row) * 2 >= sum(marks) for row in scores], bool)
    quiz = measure_quiz(columns, passed, np.full(attempts, 60.0), attempts)
    return quiz, measure_questions(columns, attempts, [Asked(place, place, 1, None) for place in range(len(marks))], said or {0: []})
