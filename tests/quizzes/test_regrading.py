"""Marking a question anew: what would change, what changes, and what stays."""

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select, update

import ops.regrading
from core import jobs
from core.db import db, transaction
from core.errors import Conflict, Invalid
from learning.models import Completion
from learning.queries import courses, progress, records
from people.rules import Role
from quizzes.actions import grading, regrading
from quizzes.models.attempts import AnswerTry, Attempt, AttemptQuestion, MarkChange
from quizzes.models.bank import Question, QuestionRevision
from quizzes.queries import supervising
from quizzes.queries.regrading import batches, preview, preview_from, standing
from quizzes.rules.grading import Method
from quizzes.rules.settings import Behaviour, Settings
from tests.builders import NOW, ZONE, pair, question
from tests.quizzes.test_grading import answered, essay, lines_of, stored

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(build):
    """A quiz of five questions whose first has the wrong key: who knew it failed it, who did not passed."""
    build.case()
    load(build, "+--")
    build.course("second-man")
    knew, guessed = build.person(), build.person()
    return build, (knew, attempt(build, knew, "b")), (guessed, attempt(build, guessed, "a"))


def load(build, key, options=None):
    build.quiz(questions=[question("one", marks=2, options=options or key), question("two", marks=3)], pass_mark=100)


def attempt(build, person, first, submit=True, now=NOW):
    made = build.attempt(person, now=now)
    build.answer(person, made, 1, [first], now=now)
    build.answer(person, made, 2, ["a"], now=now)
    if submit:
        build.submit(made, now + dt.timedelta(minutes=5))
    return made


def first_question():
    return db.session.scalar(select(Question).where(Question.uid == "second-man/one").execution_options(populate_existing=True))


def apply(build, method=Method.KEY, reason="The key was wrong.", seen=None, by=None):
    question = first_question()
    by = by or build.person(role=Role.AUTHOR)
    with transaction():
        return regrading.regrade(by.id, question.id, method, question.revision if seen is None else seen, reason, (0, 0), NOW + DAY, ZONE)


def test_the_preview_says_what_would_change_and_changes_nothing(world):
    build, (_knew, one), (_guessed, other) = world
    running = attempt(build, build.person(), "a", submit=False)
    load(build, "-+-")
    found = preview(standing(first_question().id), Method.KEY, 1)
    assert (found.attempts, found.running, found.changed, found.up, found.down, found.passes, found.fails, found.unfit) == (2, 1, 2, 1, 1, 1, 1, 0)
    assert [(row["attempt"], row["before"], row["after"], row["score_before"], row["score_after"]) for row in found.rows] == [
        (one.id, "0", "2", 60, 100),
        (other.id, "2", "0", 100, 60),
    ]
    assert found.quizzes["second-man"].changed == 2
    assert preview_from(found.plain()) == found
    assert (stored(one).score, stored(other).score, stored(running).score) == (60, 100, None)
    assert db.session.scalars(select(MarkChange)).all() == []


def test_a_corrected_key_is_applied_with_a_reason_and_the_record_is_corrected_by_new_lines(world):
    build, (knew, one), (guessed, other) = world
    load(build, "-+-")
    assert apply(build)[:2] == (2, 2)
    assert (stored(one).score, stored(one).passed, stored(other).score, stored(other).passed) == (100, True, 60, False)
    old, new = lines_of(guessed)
    assert (old.result, old.score, new.result, new.score, new.corrects, new.attempt, new.minutes) == ("passed", 100, "failed", 60, 1, 1, old.minutes)
    assert [line.result for line in lines_of(knew)] == ["failed", "passed"]
    course = courses.required_course()
    assert [(row.done, row.failing) for row in (progress.progress_of(course.id, person.id) for person in (knew, guessed))] == [(1, 0), (0, 1)]
    assert records.verify_records(ZONE).findings == []
    changes = db.session.scalars(select(MarkChange).order_by(MarkChange.attempt_id)).all()
    assert [(change.action, change.before, change.after, change.reason) for change in changes] == [
        ("regrade", "0", "2", "The key was wrong."),
        ("regrade", "2", "0", "The key was wrong."),
    ]
    assert {change.revision_before != change.revision_after for change in changes} == {True}


def test_a_regrade_twice_changes_nothing_more(world):
    build, (knew, _one), _guessed = world
    load(build, "-+-")
    apply(build)
    assert apply(build)[:2] == (2, 0)
    assert len(lines_of(knew)) == 2
    assert len(db.session.scalars(select(MarkChange)).all()) == 2


def test_an_attempt_that_runs_keeps_the_question_it_began_with(world):
    build, _knew, _guessed = world
    person = build.person()
    running = attempt(build, person, "a", submit=False)
    before = db.session.get(AttemptQuestion, (running.id, 1)).question_revision_id
    load(build, "-+-")
    apply(build)
    assert db.session.get(AttemptQuestion, (running.id, 1), populate_existing=True).question_revision_id == before
    build.submit(running, NOW + dt.timedelta(minutes=9))
    assert stored(running).score == 100


def test_a_revision_that_offers_something_else_marks_nobody_and_says_so(world):
    build, (_knew, one), _guessed = world
    load(build, "-+-+")
    found = preview(standing(first_question().id), Method.KEY, 1)
    assert (found.attempts, found.unfit, found.changed) == (2, 2, 0)
    assert apply(build)[:2] == (2, 0)
    assert stored(one).score == 60


def test_of_a_faulty_question_everybody_may_get_all_marks(world):
    build, (_knew, one), (guessed, other) = world
    assert apply(build, Method.FULL)[:2] == (2, 1)
    assert (stored(one).score, stored(other).score) == (100, 100)
    assert len(lines_of(guessed)) == 1


def test_all_marks_for_an_answer_that_waits_ends_the_waiting(build):
    build.case()
    build.quiz(questions=[essay("one")])
    person = build.person()
    made = build.attempt(person)
    build.answer(person, made, 1, ["Words."])
    build.submit(made)
    apply(build, Method.FULL)
    assert (stored(made).state, stored(made).score) == ("submitted", 100)


def test_a_regrade_needs_a_reason_and_the_revision_of_its_preview(world):
    build, (_knew, one), _guessed = world
    load(build, "-+-")
    for error, more in ((Invalid, {"reason": ""}), (Conflict, {"seen": 1})):
        with pytest.raises(error):
            apply(build, **more)
    assert stored(one).score == 60


def test_the_export_still_says_what_was_asked(world):
    build, (_knew, one), _guessed = world
    asked = db.session.get(AttemptQuestion, (one.id, 1)).question_revision_id
    load(build, "-+-")
    apply(build)
    assert db.session.get(AttemptQuestion, (one.id, 1), populate_existing=True).question_revision_id != asked
    rows = list(supervising.answers_for_export(one.quiz_id, None))
    assert {row.revision_id for row in rows if row.number == 1} == {asked}
    assert asked in supervising.revisions_asked(one.quiz_id)


def test_practice_is_marked_anew_try_by_try(world):
    build, (_knew, one), _guessed = world
    settings = Settings(behaviour=Behaviour.PRACTICE, penalty=50, recorded=False).plain()
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == one.id).values(settings=settings))
        for place, option in enumerate("cb", 1):
            db.session.add(AnswerTry(attempt_id=one.id, number=1, place=place, response=[option], seq=place, credit="0", checked_at=NOW))
    load(build, "-+-")
    apply(build)
    assert db.session.get(AttemptQuestion, (one.id, 1), populate_existing=True).earned == "1"
    assert [row.credit for row in db.session.scalars(select(AnswerTry).order_by(AnswerTry.place))] == ["0", "1"]
    assert db.session.scalars(select(Completion).where(Completion.corrects.is_not(None), Completion.person_id == one.person_id)).all() == []


def test_a_revision_is_found_with_its_question(world):
    build, _knew, _guessed = world
    load(build, "-+-")
    stands = standing(first_question().id)
    assert db.session.get(QuestionRevision, stands.revision_id).number == stands.question.revision == 2


def test_a_job_goes_through_very_many_attempts_batch_by_batch_and_says_how_far_it_is(world, monkeypatch):
    build, _knew, _guessed = world
    for _person in range(3):
        attempt(build, build.person(), "b")
    load(build, "-+-")
    monkeypatch.setattr("quizzes.queries.regrading.REGRADE_AT_ONCE", 2)
    by, found = build.person(role=Role.AUTHOR), first_question()
    arguments = {"question": found.id, "method": "key", "seen": found.revision, "by": by.id, "reason": "The key was wrong."}
    seen = []
    looked = ops.regrading.look(arguments, lambda done, total: seen.append((done, total)))
    assert (looked["preview"]["changed"], seen) == (5, [(2, 5), (4, 5), (5, 5)])
    seen.clear()
    assert ops.regrading.apply(arguments, lambda done, total: seen.append((done, total))) == {"changed": 5}
    assert [done for done, _total in seen][:3] == [2, 4, 5]
    assert ops.regrading.apply(arguments, lambda *_how: None) == {"changed": 0}
    assert records.verify_records(ZONE).findings == []


def test_marking_anew_that_stops_half_way_does_not_say_that_nothing_was_done(world, app, monkeypatch):
    build, _knew, _guessed = world
    attempt(build, build.person(), "b")
    load(build, "-+-")
    monkeypatch.setattr("quizzes.queries.regrading.REGRADE_AT_ONCE", 2)
    by, found = build.person(role=Role.AUTHOR), first_question()
    arguments = {"question": found.id, "method": "key", "seen": found.revision, "by": by.id, "reason": "The key was wrong."}
    with transaction():
        job = jobs.ask_for("regrade", by.id, {**arguments, "language": "en", "title": ""}, NOW)
    monkeypatch.setattr("core.jobs.report", lambda *_how: 1 / 0)
    app.test_cli_runner().invoke(args=["job", "run", str(job.id)])
    db.session.remove()
    assert "What was marked anew stays so." in db.session.get_one(jobs.Job, job.id).message
    with pytest.raises(Conflict, match="What was marked stays so"), transaction():
        regrading.regrade(by.id, found.id, Method.KEY, found.revision - 1, "Why", (1, 1), NOW, ZONE)


def test_full_marks_for_a_faulty_question_outlast_opening_again(build):
    build.case()
    load(build, "+--")
    home = build.department()
    person, supervisor = build.person(home), build.person(home, supervises=home)
    made = attempt(build, person, "b")
    apply(build, Method.FULL)
    assert stored(made).score == 100
    with transaction():
        grading.reopen_attempt(build.signed_in(supervisor), made.id, 10, "The network was down.", NOW + DAY)
    build.submit(stored(made), NOW + DAY)
    assert (stored(made).score, stored(made).passed) == (100, True)


def test_a_mark_given_while_a_question_is_marked_anew_is_not_written_over(build):
    build.case()
    build.quiz(questions=[question("one"), essay()])
    person, marker = build.person(), build.signed_in(build.person(role=Role.AUTHOR))
    made = answered(build, person)
    changed = essay()
    changed["content"]["text"] = pair("Why did he go in, really?")
    build.quiz(questions=[question("one"), changed])
    essay_id = db.session.scalar(select(Question.id).where(Question.uid == "second-man/why"))
    stands = standing(essay_id)
    batch = next(batches(stands, Method.KEY))
    with transaction():
        grading.give_marks(marker, made.id, 2, Fraction(4), "", NOW + DAY, ZONE)
    with transaction():
        regrading._write(batch, stands, Method.KEY)
    asked = db.session.get(AttemptQuestion, (made.id, 2), populate_existing=True)
    assert (asked.earned, asked.question_revision_id) == ("4", stands.revision_id)
