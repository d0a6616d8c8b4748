"""The book of what somebody got wrong, and practising it."""

import datetime as dt

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Refused
from learning.models import Completion
from quizzes.actions import mistakes as actions
from quizzes.actions import taking
from quizzes.models.attempts import AttemptQuestion
from quizzes.models.bank import Question
from quizzes.models.quizzes import Quiz
from quizzes.queries import mistakes
from quizzes.rules.attempts import Counts
from quizzes.rules.mistakes import Given, right_days
from quizzes.rules.plan import slug_of
from tests.builders import NOW, ZONE, question
from tests.conftest import soup

DAY = dt.timedelta(days=1)


def answers(text):
    """Answers such as "0x 1p 1e": the day, wrong (x), right in practice (p) or in an exam (e); y is wrong in practice."""
    return [Given(dt.date(2026, 1, 1) + int(word[0]) * DAY, word[1] in "pe", word[1] in "py") for word in text.split()]


@pytest.mark.parametrize(
    ("history", "days"),
    [
        ("", None),
        ("0e", None),
        ("0p 1p", None),
        ("0x", 0),
        ("0x 1e", None),
        ("0x 1p", 1),
        ("0x 1p 1p", 1),
        ("0x 1p 2p", None),
        ("0x 1p 2y 3p", 1),
        ("0x 1p 2y 3p 4p", None),
        ("0x 1p 2p 3x", 0),
        ("0y", 0),
    ],
)
def test_a_question_leaves_the_book_when_it_was_right_on_two_days_of_practice_or_in_an_exam(history, days):
    assert right_days(answers(history)) == days


@pytest.fixture
def learner(build):
    """Somebody who passed a quiz and got one of its questions wrong."""
    build.case()
    build.quiz(questions=[question("one", options="+--"), question("two", marks=9)], pass_mark=80)
    build.course("second-man")
    person = build.person()
    take(build, person, "second-man", [["b"], ["a"]])
    return person


def take(build, person, slug, responses, now=NOW):
    attempt = build.attempt(person, slug, now)
    for number, response in enumerate(responses, 1):
        build.answer(person, attempt, number, response, now=now)
    build.submit(attempt, now + dt.timedelta(minutes=3))
    return attempt


def book(build, person, now=NOW + DAY):
    return mistakes.book(build.signed_in(person), now, ZONE)


def practise(build, person, now, right=True):
    with transaction():
        attempt = actions.practise(build.signed_in(person), now, ZONE, seed=1)
    for number in db.session.scalars(select(AttemptQuestion.number).where(AttemptQuestion.attempt_id == attempt.id)):
        build.answer(person, attempt, number, ["a" if right else "b"], now=now)
    build.submit(attempt, now + dt.timedelta(minutes=2))
    return attempt


def test_the_book_has_what_was_wrong_by_cause_and_case(build, learner):
    found = book(build, learner)
    ((cause, ((slug, (mistake,)),)),) = found.groups()
    assert (cause, slug, mistake.response, mistake.shows_right, mistake.may_practise) == ("blind-rescue", "second-man", ["b"], True, True)
    assert book(build, build.person()).mistakes == []


def test_practice_on_two_days_empties_the_book_and_writes_nothing_into_the_record(build, learner):
    first = practise(build, learner, NOW + DAY)
    assert [one.right_days for one in book(build, learner).mistakes] == [1]
    practise(build, learner, NOW + DAY + dt.timedelta(hours=1))
    assert len(book(build, learner).mistakes) == 1
    second = practise(build, learner, NOW + 2 * DAY)
    assert book(build, learner, NOW + 3 * DAY).mistakes == []
    assert (first.number, second.number) == (1, 3)
    assert db.session.scalars(select(Quiz.purpose).where(Quiz.slug == "mistakes")).all() == ["mistakes"]
    lines = lines_of(learner)
    assert [line.slug for line in lines] == ["second-man"]


def lines_of(person):
    return list(db.session.scalars(select(Completion).where(Completion.person_id == person.id)))


def test_what_is_practised_is_the_question_as_it_stands_and_what_is_retired_is_left_out(build, learner):
    build.quiz(questions=[question("one", options="+---"), question("two", marks=9)], pass_mark=80)
    with transaction():
        attempt = actions.practise(build.signed_in(learner), NOW + DAY, ZONE)
    assert len(db.session.get(AttemptQuestion, (attempt.id, 1)).option_order) == 4
    build.submit(attempt, NOW + DAY)
    with transaction():
        db.session.scalar(select(Question).where(Question.uid == "second-man/one")).retired = True
    assert [one.may_practise for one in book(build, learner).mistakes] == [False]
    with pytest.raises(Refused), transaction():
        actions.practise(build.signed_in(learner), NOW + DAY, ZONE)


def test_practice_that_runs_is_gone_on_with(build, learner):
    with transaction():
        first = actions.practise(build.signed_in(learner), NOW + DAY, ZONE)
    with transaction():
        assert actions.practise(build.signed_in(learner), NOW + DAY, ZONE).id == first.id


def test_while_a_quiz_hides_what_is_right_so_do_the_book_and_practice(build, visit):
    build.case()
    build.quiz(questions=[question("one"), question("two")], pass_mark=100)
    person = build.person()
    take(build, person, "second-man", [["b"], ["a"]])
    page = visit(person).get("/quizzes/mistakes").text
    assert "Question one?" in page
    assert "Option b of one" in page
    for hidden in ("Option a of one", "Right answer<"):
        assert hidden not in page
    visitor = visit(person)
    visitor.get("/quizzes/mistakes")
    visitor.post("/quizzes/mistakes/attempts", 403)
    for _try in range(2):
        take(build, person, "second-man", [["b"], ["a"]])
    assert "Option a of one" in visitor.get("/quizzes/mistakes").text
    visitor.post("/quizzes/mistakes/attempts", 303)


def test_my_learning_leads_to_the_book_when_something_is_in_it(build, learner, visit):
    page = soup(visit(learner).get("/learning/"))
    assert page.find("a", href="/quizzes/mistakes")
    other = build.person()
    build.finished(other, "second-man")
    assert not soup(visit(other).get("/learning/")).find("a", href="/quizzes/mistakes")


def test_the_book_is_read_in_the_same_number_of_statements_whatever_stands_in_it(build, visit, statements):
    build.case()
    build.quiz(questions=[question(f"q{number}") for number in range(12)], attempts=2)
    person = build.person()
    visitor = visit(person)
    counts = []
    for wrong in (6, 12):
        take(build, person, "second-man", [["b" if number < wrong else "a"] for number in range(12)])
        visitor.get("/quizzes/mistakes")
        with statements() as sent:
            visitor.get("/quizzes/mistakes")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6, counts


def test_no_quiz_takes_the_address_of_the_book():
    assert slug_of("Mistakes", ()) == "mistakes-2"


@pytest.mark.parametrize(("certainty", "response", "stands"), [(1, "a", 0), (2, "a", 0), (3, "a", 0), (1, "b", 1), (3, "b", 1)])
def test_right_and_not_quite_sure_is_no_mistake(build, certainty, response, stands):
    build.case()
    build.quiz(questions=[question("one")])
    person, attempt = build.with_settings(build.person(), certainty=True)
    with transaction():
        taking.save_answer(build.signed_in(person), attempt.id, 1, [response], 1, NOW, certainty)
    build.submit(attempt)
    assert len(book(build, person).mistakes) == stands


def test_the_book_tells_what_is_right_when_the_result_that_counts_passes(build):
    build.case()
    build.quiz(questions=[question("one")], attempts=3)
    person = build.person()
    build.submit(attempt := build.with_settings(person, counts=Counts.LAST, again=True)[1])
    build.answer(person, attempt := build.attempt(person), 1, ["a"])
    build.submit(attempt)
    take(build, person, "second-man", [["b"]])
    assert book(build, person).mistakes[0].shows_right  # three of three are used

    other = build.person()
    build.answer(other, attempt := build.attempt(other), 1, ["a"])
    build.submit(attempt)
    take(build, other, "second-man", [["b"]])
    assert not book(build, other).mistakes[0].shows_right  # the last one counts, and it failed
