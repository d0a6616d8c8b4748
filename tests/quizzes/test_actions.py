"""Attempts, answers and marking, against the database."""

import datetime as dt

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from learning.models import Completion
from quizzes.actions import taking
from quizzes.models.attempts import Answer, AttemptQuestion
from quizzes.queries import attempts, quizzes
from quizzes.rules.attempts import AttemptState
from quizzes.rules.sent import Sent
from tests.builders import NOW, ZONE, Builder, question

LATER = NOW + dt.timedelta(minutes=1)
TOO_LATE = NOW + dt.timedelta(minutes=16)


def fields(*values, seen=0):
    """What a form says of one question."""
    return Sent(list(values), "", [], [], "", seen)


@pytest.fixture
def learner(build: Builder):
    build.case()
    build.quiz()
    return build.person()


def test_an_answer_is_stored_as_it_is_given(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["b"])
    assert attempts.answer(attempt.id, 1).response == ["b"]


def test_a_stale_answer_never_overwrites_a_newer_one(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["b"], seq=5)
    with pytest.raises(taking.StaleAnswer) as stale:
        build.answer(learner, attempt, 1, ["a"], seq=4)
    assert (stale.value.current.response, stale.value.current.seq) == (["b"], 5)
    with pytest.raises(taking.StaleAnswer):
        build.answer(learner, attempt, 1, ["a"], seq=5)
    assert attempts.answer(attempt.id, 1).response == ["b"]


def test_the_same_answer_sent_twice_is_no_error(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["b"], seq=2)
    build.answer(learner, attempt, 1, ["b"], seq=2, now=LATER)
    assert attempts.answer(attempt.id, 1).saved_at == NOW


@pytest.mark.parametrize("response", ["a", ["x"], ["a", "b"], ["a", "a"], [1], None, {"a": 1}])
def test_a_single_choice_takes_at_most_one_of_its_own_options(build, learner, response):
    attempt = build.attempt(learner)
    with pytest.raises(Invalid):
        build.answer(learner, attempt, 1, response)
    assert attempts.answer(attempt.id, 1) is None


@pytest.mark.parametrize("seq", [0, -1, None, "7", 1.5, True, 2**31])
def test_the_count_of_changes_must_be_a_whole_number(build, learner, seq):
    with pytest.raises(Invalid):
        build.answer(learner, build.attempt(learner), 1, ["a"], seq=seq)


def test_a_strangers_attempt_does_not_exist(build, learner):
    attempt, stranger = build.attempt(learner), build.person()
    with pytest.raises(NotFound):
        build.answer(stranger, attempt, 1, ["a"])
    with pytest.raises(NotFound):
        attempts.attempt_for(build.signed_in(stranger), attempt.id)


def test_after_the_deadline_and_its_grace_no_answer_is_taken(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["a"], now=attempt.ends_at + dt.timedelta(seconds=9))
    with pytest.raises(taking.TimeUp):
        build.answer(learner, attempt, 2, ["a"], now=attempt.ends_at + dt.timedelta(seconds=11))


def test_a_late_submit_closes_the_attempt_with_what_was_saved(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["a"])
    build.submit(attempt, TOO_LATE)
    closed = attempts.attempt_for(build.signed_in(learner), attempt.id)
    assert (closed.state, closed.score, closed.submitted_at) == (AttemptState.CLOSED, 25, attempt.ends_at)


def test_housekeeping_closes_what_nobody_submits(build, learner):
    attempt = build.attempt(learner)
    with transaction():
        assert taking.close_overdue(NOW, ZONE) == 0
        assert taking.close_overdue(TOO_LATE, ZONE) == 1
        assert taking.close_overdue(TOO_LATE, ZONE) == 0
    assert attempts.attempt_for(build.signed_in(learner), attempt.id).state == AttemptState.CLOSED


def test_submitting_twice_marks_once(build, learner):
    attempt = build.attempt(learner)
    build.submit(attempt, LATER)
    with pytest.raises(Conflict):
        build.submit(attempt, LATER)
    assert len(db.session.scalars(select(Completion)).all()) == 1


def test_a_submitted_attempt_takes_no_answers(build, learner):
    attempt = build.attempt(learner)
    build.submit(attempt, LATER)
    with pytest.raises(taking.TimeUp):
        build.answer(learner, attempt, 1, ["a"], now=LATER)


def test_partial_credit_is_marked_exactly(build, learner):
    attempt = build.attempt(learner)
    order = {question.number: question for question in attempts.questions_of(attempt.id)}
    assert order[3].content["kind"] == "multiple"
    build.answer(learner, attempt, 3, ["a"])
    build.submit(attempt, LATER)
    assert [str(question.earned) for question in attempts.questions_of(attempt.id)] == ["0", "0", "1/2", "0"]
    assert attempts.attempt_for(build.signed_in(learner), attempt.id).score == 12


def test_an_attempt_keeps_its_questions_marks_and_pass_mark_when_the_quiz_changes(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["a"])
    build.quiz(questions=[question("one", options="-+-"), question("new")], pass_mark=20, attempts=1, time_limit=1, now=LATER)
    build.submit(attempt, LATER)
    kept = attempts.attempt_for(build.signed_in(learner), attempt.id)
    assert (kept.score, kept.passed, kept.pass_mark, kept.attempts_allowed) == (25, False, 80, 3)
    assert len(attempts.questions_of(attempt.id)) == 4


def test_starting_again_resumes_the_open_attempt(build, learner):
    assert build.attempt(learner).id == build.attempt(learner, now=LATER).id


def test_the_options_keep_their_order_through_the_attempt(build, learner):
    attempt = build.attempt(learner)
    stored = db.session.scalars(select(AttemptQuestion.option_order).where(AttemptQuestion.attempt_id == attempt.id)).all()
    assert [question.order for question in attempts.questions_of(attempt.id)] == list(stored)


def test_tries_are_limited(build, learner):
    for _number in range(3):
        build.submit(build.attempt(learner), LATER)
    with pytest.raises(Refused):
        build.attempt(learner)


def test_who_has_passed_needs_no_further_try(build, learner):
    build.finished(learner, "second-man")
    with pytest.raises(Refused):
        build.attempt(learner)


def test_loading_a_quiz_twice_changes_nothing(build, learner):
    before = [row.id for row in db.session.scalars(select(AttemptQuestion))]
    build.quiz(now=LATER)
    assert quizzes.quiz_by_slug("second-man").revision == 1
    assert before == [row.id for row in db.session.scalars(select(AttemptQuestion))]


def test_a_form_without_script_saves_what_differs_and_keeps_what_is_newer(build, learner):
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["b"], seq=7)
    order = attempts.questions_of(attempt.id)
    wrong = str(order[0].order.index("a") + 1)
    with transaction():
        saved = taking.save_form(build.signed_in(learner), attempt, {1: fields(wrong, seen=3), 2: fields("3"), 3: fields()}, LATER)
    assert (saved.kept, saved.problems) == ([1], {})
    assert {row.number: row.response for row in db.session.scalars(select(Answer))} == {1: ["b"], 2: [order[1].order[2]]}
