"""The shipped cases and quizzes: complete, sound, and written by the rules of casebook/README.md."""

import re
from collections import Counter

import pytest

from cases.rules import texts
from quizzes.casebook import read_casebook
from quizzes.rules import QuestionKind
from tests.builders import SHIPPED

BOOK = read_casebook(SHIPPED)
CASES = {case.slug: case.document for case in BOOK.cases}
QUIZZES = {quiz.slug: quiz.document for quiz in BOOK.quizzes}
each_case = pytest.mark.parametrize("slug", sorted(CASES))


def test_the_casebook_is_sound():
    assert [str(problem) for problem in BOOK.problems] == []


def test_every_cause_has_three_cases_and_all_are_in_the_course():
    assert Counter(case["cause"] for case in CASES.values()) == {"illegal-operation": 3, "complacency": 3, "blind-rescue": 3}
    assert BOOK.course is not None
    assert set(BOOK.course.cases) == set(CASES) == set(QUIZZES)


def test_a_film_of_our_own_has_captions_in_both_languages():
    films = [film for case in CASES.values() for film in case["films"] if film["files"]]
    assert films
    for film in films:
        assert set(film["captions"]) == {"en", "zh"}, film["id"]


@each_case
def test_a_quiz_has_at_least_six_questions_on_different_parts(slug):
    questions = QUIZZES[slug]["questions"]
    assert len(questions) >= 6
    assert len({question["content"]["part"] for question in questions}) >= 5
    assert {question["content"]["kind"] for question in questions} == set(QuestionKind)


@each_case
def test_two_rows_at_least_stay_hidden_behind_the_decision(slug):
    rows = CASES[slug]["timeline"]
    place = next(number for number, row in enumerate(rows) if "decision" in row)
    assert place >= 2
    assert len(rows) - place - 1 >= 2


@each_case
def test_the_sound_choice_is_not_given_away_by_its_length(slug):
    for point in CASES[slug]["decisions"]:
        for language in ("en", "zh"):
            lengths = {choice["id"]: len(choice["text"][language]) for choice in point["choices"]}
            sound = next(choice["id"] for choice in point["choices"] if choice["sound"])
            longest = [name for name, length in lengths.items() if length == max(lengths.values())]
            assert longest != [sound], (slug, language, lengths)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_right_answer_is_the_longest_no_more_often_than_chance(language):
    longest = total = 0
    for quiz in QUIZZES.values():
        for question in quiz["questions"]:
            options = question["content"]["options"]
            if question["content"]["kind"] == QuestionKind.SINGLE:
                lengths = [len(option["text"][language]) for option in options]
                right = next(len(option["text"][language]) for option in options if option["right"])
                longest += right == max(lengths) and lengths.count(right) == 1
                total += 1
    assert longest / total <= 0.3, f"{longest} of {total}"


@each_case
def test_chinese_is_written_with_chinese_punctuation(slug):
    def chinese(value):
        if isinstance(value, dict):
            yield from ([value["zh"]] if set(value) == {"en", "zh"} else (text for inner in value.values() for text in chinese(inner)))
        elif isinstance(value, list):
            for inner in value:
                yield from chinese(inner)

    for text in [*chinese(CASES[slug]), *chinese(QUIZZES[slug])]:
        inside = [place for place, sign in enumerate(text) if sign in ",;?!" and place and "\u4e00" <= text[place - 1] <= "\u9fff"]
        assert not inside, text
        assert not text.rstrip().endswith((".", ",")), text


@each_case
def test_sources_are_named_and_nobody_shouts(slug):
    assert CASES[slug]["sources"]
    for text in texts([CASES[slug], QUIZZES[slug]]):
        assert "!" not in text.replace("<!", ""), text
        assert "！" not in text, text
        assert "惨剧" not in text, text


@each_case
def test_a_question_leaves_it_to_the_page_how_many_may_be_chosen(slug):
    for question in QUIZZES[slug]["questions"]:
        assert not re.search("choose all|all that apply|可多选|多选", " ".join(texts(question["content"]["text"])), re.I), question
