"""The result of an attempt: every kind in words, and of marks, right answers and feedback each what its review rule allows now."""

import datetime as dt
import random
from fractions import Fraction

import pytest

from core.db import db, transaction
from core.pages import formatted
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Question
from quizzes.queries import attempts
from quizzes.rules.lines import given_lines, outcome, right_lines
from quizzes.rules.questions import option_order
from quizzes.rules.settings import Settings, default_review
from tests.builders import NOW, Builder, question
from tests.conftest import soup
from tests.quizzes.kinds import RIGHT, every_kind, quiz_of_every_kind

WRONG = {
    "single": ["oxygen"],
    "multiple": ["call", "climb"],
    "true-false": ["true"],
    "numeric": ["3 m"],
    "short": ["smoke"],
    "matching": ["alarm:noise"],
    "ordering": ["enter", "measure", "isolate"],
    "words": ["g1:leave", "g2:measure"],
    "hotspot": ["150,300", "10,990"],
}


# ---- lines


def lines(kind, response):
    content = every_kind("x.webp")[kind]
    order = option_order(content, random.Random(1), shuffle=False)
    return [
        (line.to if isinstance(line.to, str) else line.to["en"], line.said if isinstance(line.said, str) else line.said["en"], line.right)
        for line in given_lines(content, order, response)
    ]


def test_an_answer_is_told_line_by_line_with_what_was_right():
    assert lines("multiple", ["call", "climb"]) == [("", "Call", 1), ("", "Climb in", 0)]
    assert lines("matching", ["alarm:noise"]) == [("Alarm", "Loud noise", 0), ("Tag", "", 0)]
    assert lines("words", ["g1:leave", "g2:measure"]) == [("1", "leave", 0), ("2", "measure", 1)]
    assert lines("ordering", ["enter", "measure", "isolate"]) == [("1", "Enter", 0), ("2", "Measure", 1), ("3", "Isolate", 0)]
    assert lines("hotspot", ["150,300", "10,990"]) == [("1", "15 % × 30 %", 1), ("2", "1 % × 99 %", 0)]
    assert lines("numeric", ["19.6 m"]) == [("", "19.6 m", 1)]
    assert lines("essay", ["I wait."]) == [("", "I wait.", None)]
    assert lines("short", []) == []


def test_feedback_belongs_to_what_was_said():
    contents = every_kind("x.webp")
    told = given_lines(contents["hotspot"], ["2"], ["150,300", "10,990"])
    assert [line.feedback.get("en") for line in told] == ["SECRET the edge", None]
    assert given_lines(contents["numeric"], [], ["19.5 m"])[0].feedback["en"] == "SECRET number"
    assert given_lines(contents["numeric"], [], ["3 m"])[0].feedback == {}


def test_the_right_answer_is_told_in_its_own_order():
    contents = every_kind("x.webp")
    assert [line.said["en"] for line in right_lines(contents["ordering"], ["enter", "measure", "isolate"])] == ["Isolate", "Measure", "Enter"]
    assert [line.said["en"] for line in right_lines(contents["matching"], ["tag", "alarm", "", "gas", "energy", "noise"])] == ["Energy present", "Gas present"]


def test_what_is_said_of_the_whole_follows_what_was_right():
    content = every_kind("x.webp")["multiple"]
    assert [outcome(content, Fraction(got))["en"] for got in (1, "1/2", 0)] == ["SECRET all of it", "SECRET half of it", "SECRET none of it"]
    assert outcome(question("one")["content"], Fraction(1)) == {}


@pytest.mark.parametrize(
    ("form", "text", "html"),
    [
        ("", "<b>1</b>\n**2**", "&lt;b&gt;1&lt;/b&gt;<br><b>2</b>"),
        ("markdown", "**2** <i>", "<strong>2</strong> &lt;i&gt;"),
        ("html", "<p>2<script>alert(1)</script><img src=x onerror=alert(1)></p>", "2"),
        ("html", '<a href="javascript:alert(1)" onclick="x">2</a>', '<a target="_blank" rel="noopener noreferrer">2</a>'),
        ("html", '<a href="https://example.org/[[1]]">2</a>', '<a href="https://example.org/%5B%5B1%5D%5D" target="_blank" rel="noopener noreferrer">2</a>'),
        ("html", "<style>p{}</style><iframe src=x></iframe><b style='color:red'>2</b>", "<b>2</b>"),
    ],
)
def test_a_text_is_shown_by_its_format_and_never_as_more(form, text, html):
    assert formatted(text, form, inline=True) == html


# ---- pages


@pytest.fixture
def done(build: Builder, visit):
    """done(answers, **settings): the page of a result whose attempt was submitted just now."""

    def make(answers, kinds=(), language="en", ago=dt.timedelta(), **settings):
        build.case()
        numbers = quiz_of_every_kind(build, *kinds)
        now = dt.datetime.now(dt.UTC) - ago
        person, attempt = build.with_settings(build.person(), now=now, **settings)
        for kind, number in numbers.items():
            if kind in answers:
                build.answer(person, attempt, number, answers[kind], now=now)
        build.submit(attempt, now)
        visitor = visit(person, language)
        return soup(visitor.get(f"/attempts/{attempt.id}/result")), attempt

    return make


NO_ESSAY = tuple(kind for kind in RIGHT if kind != "essay")


def test_a_wrong_answer_of_every_kind_says_what_would_have_been_right(done):
    review = {moment: {"marks": "always", "right": "always", "feedback": "always"} for moment in default_review()}
    page, _attempt = done(WRONG, NO_ESSAY, review=review)
    right = {row.find_parent("li").h3.get_text(" ", strip=True): row.get_text(" ", strip=True) for row in page.select(".ans-r")}
    told = " | ".join(right.values())
    for words in ("Nitrogen", "Call Ventilate", "False", "19.5 ± 0.25 m", "nitro*", "Alarm → Gas present", "1. Isolate 2. Measure 3. Enter"):
        assert words in told, words
    assert "Never enter before you measure" in " ".join(told.split())
    assert len(right) == len(NO_ESSAY)
    drawn = page.select_one(".spot-a")
    assert drawn.select_one("rect")["x"] == "111"
    assert drawn.select_one("circle")["cx"] == "777"
    assert len(page.select(".spot-c")) == 2


def test_everything_right_is_full_marks_and_needs_no_right_answers(done):
    page, attempt = done(RIGHT, NO_ESSAY)
    assert page.h1.get_text() == "Passed"
    assert page.select(".ans-r") == []
    assert {str(one.earned) for one in attempts.questions_of(attempt.id)} == {"1"}


@pytest.mark.parametrize(("what", "sign"), [("marks", "points."), ("right", "Right answer"), ("feedback", "SECRET explanation")])
@pytest.mark.parametrize("reveal", ["never", "always"])
def test_each_of_marks_right_answers_and_feedback_is_shown_by_its_own_rule(done, what, sign, reveal):
    straight = {"marks": "never", "right": "never", "feedback": "never", what: reveal}
    page, _attempt = done(WRONG, ("single", "hotspot"), review={**default_review(), "straight": straight})
    text = page.get_text(" ", strip=True)
    assert (sign in text) is (reveal == "always")
    others = {"points.", "Right answer", "SECRET explanation"} - {sign}
    assert not any(other in text for other in others)
    assert bool(page.select(".spot-a")) is (what == "right" and reveal == "always")


def test_without_marks_neither_score_nor_passing_is_told(done):
    page, _attempt = done(WRONG, ("single",), review={**default_review(), "straight": {}})
    assert page.h1.get_text() == "Your answers are in"
    assert "assed" not in page.main.get_text()
    assert "Wrong" not in page.main.get_text()


def test_right_answers_wait_until_nothing_is_left_to_try_by_default(done):
    page, _attempt = done(WRONG, ("single",))
    assert page.select(".ans-r") == []
    assert "SECRET why oxygen is wrong" in page.get_text()


def test_later_another_rule_holds(done):
    review = {**default_review(), "straight": {}, "later": {"marks": "always", "right": "never", "feedback": "never"}}
    page, _attempt = done(WRONG, ("single",), ago=dt.timedelta(minutes=5), review=review)
    assert "0 points." in page.get_text(" ", strip=True)


def test_after_closing_another_rule_holds(done):
    review = {**default_review(), "straight": {}, "closed": {"marks": "never", "right": "always", "feedback": "never"}}
    closed = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    page, _attempt = done(WRONG, ("single",), ago=dt.timedelta(minutes=1), review=review, closes_at=closed)
    assert "Right answer" in page.get_text(" ", strip=True)


def test_what_a_person_marks_is_named_and_nothing_is_decided_yet(done):
    page, attempt = done(RIGHT, ("single", "information", "essay"))
    assert page.h1.get_text() == "Your answers are in"
    assert "A person marks question 2." in page.get_text(" ", strip=True)
    assert page.select(".bar") == []
    assert db.session.get(Attempt, attempt.id).state == "marking"


def test_the_guide_for_the_marker_is_never_shown(done):
    review = {moment: {"marks": "always", "right": "always", "feedback": "always"} for moment in default_review()}
    page, _attempt = done(RIGHT, ("single", "essay"), review=review)
    assert "guide" not in str(page)


def test_without_a_limit_of_attempts_or_time_the_pages_stand(build, visit):
    build.case()
    build.quiz()
    person, attempt = build.with_settings(build.person(), now=dt.datetime.now(dt.UTC))
    with transaction():
        kept = db.session.get(Attempt, attempt.id)
        kept.ends_at = kept.time_limit = kept.attempts_allowed = None
    visitor = visit(person)
    assert soup(visitor.get(f"/attempts/{attempt.id}")).select_one("#clock") is None
    assert "final." in visitor.get(f"/attempts/{attempt.id}/review").text
    visitor.post(f"/attempts/{attempt.id}/submit")
    visitor.get(f"/attempts/{attempt.id}/result")


def test_practice_tells_marks_and_tries(build, visit):
    build.case()
    build.quiz(questions=[question("one")])
    person, attempt = build.with_settings(build.person(), now=dt.datetime.now(dt.UTC), behaviour="practice", penalty=25)
    visitor = visit(person)
    order = attempts.questions_of(attempt.id)[0].order
    for seen, option in enumerate("ba"):
        visitor.post(f"/attempts/{attempt.id}/answers/1/check", **{"seen-1": str(seen), "answer-1": str(order.index(option) + 1)})
    visitor.post(f"/attempts/{attempt.id}/submit")
    text = soup(visitor.get(f"/attempts/{attempt.id}/result")).get_text(" ", strip=True)
    assert "0.75 of 1 marks. 2 tries." in text
    assert "75 points." in text


def test_a_question_of_no_case_has_no_way_to_read(build, visit):
    build.case()
    build.quiz(questions=[question("one")])
    with transaction():
        db.session.query(Question).update({"case_slug": None})
    person = build.person()
    attempt = build.attempt(person, now=dt.datetime.now(dt.UTC))
    build.submit(attempt, dt.datetime.now(dt.UTC))
    page = soup(visit(person).get(f"/attempts/{attempt.id}/result"))
    assert "Read this in the case" not in page.get_text()
    assert "Look at your answers again." in page.get_text()


def test_settings_of_the_attempt_count_and_not_those_of_today(build, visit):
    build.case()
    build.quiz()
    person, attempt = build.with_settings(build.person(), now=NOW, review={**default_review(), "later": {}})
    build.submit(attempt, NOW)
    build.with_settings(build.person(), now=NOW)
    assert attempts.attempt_for(build.signed_in(person), attempt.id).settings["review"]["later"] == {}
    assert Settings().shows("marks", "later", False)
    assert "points" not in visit(person).get(f"/attempts/{attempt.id}/result").text


def test_while_the_last_attempt_runs_the_earlier_results_do_not_tell_what_is_right(build, visit):
    build.case()
    build.quiz(questions=[question("one")], attempts=2)
    person, now = build.person(), dt.datetime.now(dt.UTC)
    first = build.attempt(person, now=now)
    build.submit(first, now)
    last = build.attempt(person, now=now)
    visitor = visit(person)
    assert soup(visitor.get(f"/attempts/{first.id}/result")).select(".ans-r") == []
    build.submit(last, now)
    assert soup(visitor.get(f"/attempts/{first.id}/result")).select(".ans-r") != []
