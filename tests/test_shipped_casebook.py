"""The shipped cases and quizzes: complete, sound, and written by the rules of casebook/README.md."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from cases.rules import texts
from quizzes.casebook import read_casebook
from quizzes.rules.guessing import guessing
from quizzes.rules.questions import CHOICES, QuestionKind
from tests.builders import SHIPPED

BOOK = read_casebook(SHIPPED)
CASES = {case.slug: case.document for case in BOOK.cases}
QUIZZES = {quiz.slug: quiz.document for quiz in BOOK.quizzes}
each_case = pytest.mark.parametrize("slug", sorted(CASES))


def test_the_casebook_is_sound():
    assert [str(problem) for problem in BOOK.problems] == []


def test_there_are_thirty_cases_and_more_and_nine_of_every_cause_each_with_its_quiz():
    assert len(CASES) >= 30
    assert min(Counter(case["cause"] for case in CASES.values()).values()) >= 9
    assert set(QUIZZES) == set(CASES)


def test_the_course_takes_three_cases_of_every_cause():
    assert BOOK.course is not None
    assert Counter(CASES[slug]["cause"] for slug in BOOK.course.cases) == {"illegal-operation": 3, "complacency": 3, "blind-rescue": 3}


def test_a_film_of_our_own_has_captions_in_both_languages():
    films = [film for case in CASES.values() for film in case["films"] if film["files"]]
    assert films
    for film in films:
        assert set(film["captions"]) == {"en", "zh"}, film["id"]


@each_case
def test_a_quiz_has_at_least_eight_questions_of_every_kind_on_different_parts(slug):
    questions = QUIZZES[slug]["questions"]
    assert len(questions) >= 8
    assert len({question["content"]["part"] for question in questions}) >= 5
    assert {question["content"]["kind"] for question in questions} >= CHOICES


@each_case
def test_there_are_two_decisions_and_what_follows_stays_hidden_behind_each(slug):
    rows = CASES[slug]["timeline"]
    places = [number for number, row in enumerate(rows) if "decision" in row]
    assert len(places) >= 2
    assert places[0] >= 2
    assert len(rows) - places[-1] - 1 >= 2
    assert all(after - before >= 2 for before, after in pairwise(places))


@each_case
def test_every_text_is_there_in_both_languages(slug):
    def halves(value):
        if isinstance(value, dict):
            if ("en" in value) != ("zh" in value):
                yield value
            for inner in value.values():
                yield from halves(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from halves(inner)

    assert list(halves(CASES[slug])) + list(halves(QUIZZES[slug])) == []


@each_case
def test_every_source_is_used_and_every_fact_names_one(slug):
    case = CASES[slug]
    rows = [*case["facts"], *case["timeline"], *case["underlying_causes"], *case["controls"], *case["aftermath"], *case["unknown"], case["direct_cause"]]
    used = {source for row in rows for source in row.get("from", ())}
    assert used == {source["id"] for source in case["sources"]}
    assert any(source["url"] or len(source["publisher"]) > 3 for source in case["sources"])


@each_case
def test_every_substance_is_named_where_one_harmed(slug):
    assert CASES[slug]["substances"] or slug in {"hengshui-hoist-2019", "rana-plaza-2013"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("questions", [BOOK.single_choices, BOOK.decisions], ids=["quizzes", "decisions"])
def test_who_goes_by_length_gains_nothing(questions, language):
    found = guessing(questions, language)
    assert found.questions >= 70
    assert abs(found.longest - found.chance) <= 0.06, found
    assert abs(found.shortest - found.chance) <= 0.08, found


def test_the_right_option_stands_at_every_place():
    places = Counter()
    for quiz in QUIZZES.values():
        for question in quiz["questions"]:
            options = question["content"]["options"]
            if question["content"]["kind"] == QuestionKind.SINGLE and len(options) == 4:
                places[next(number for number, option in enumerate(options) if option["right"])] += 1
    assert min(places[number] for number in range(4)) / places.total() >= 0.15, places


@each_case
def test_chinese_is_written_with_chinese_punctuation(slug):
    def chinese(value):
        if isinstance(value, dict):
            yield from ([value["zh"]] if {"en", "zh"} <= set(value) else (text for inner in value.values() for text in chinese(inner)))
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
