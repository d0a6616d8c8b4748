"""Marks that people give and change, attempts that are opened again, and who may."""

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from learning.models import Completion
from learning.queries import courses, progress, records
from people.models import Department, Person
from people.rules import Role
from quizzes import access
from quizzes.actions import grading
from quizzes.models.attempts import Attempt, AttemptQuestion, MarkChange
from quizzes.models.bank import QuestionRevision
from quizzes.queries import grading as grading_queries
from quizzes.queries import supervising
from quizzes.queries.taking import result_page
from quizzes.rules.grading import fits, typed_marks
from tests.builders import NOW, ZONE, pair, question

LATER = NOW + dt.timedelta(hours=2)


def essay(name="why", marks=4):
    return {
        "id": name,
        "marks": marks,
        "content": {"kind": "essay", "text": pair("Why did he go in?"), "part": "permit", "feedback": {}, "guide": pair("SECRET names the permit")},
    }


@pytest.fixture
def waiting(build):
    """A quiz of a choice and an essay; two people have submitted both right and written, and wait for their marks."""
    build.case()
    build.quiz(questions=[question("one", marks=6), essay()])
    build.course("second-man")
    people = [build.person(), build.person()]
    return people, [answered(build, person, NOW + dt.timedelta(minutes=place)) for place, person in enumerate(people)]


def answered(build, person, now=NOW, text="Nobody stopped him."):
    attempt = build.attempt(person, now=now)
    build.answer(person, attempt, 1, ["a"], now=now)
    if text:
        build.answer(person, attempt, 2, [text], now=now)
    build.submit(attempt, now + dt.timedelta(minutes=5))
    return attempt


def author(build):
    return build.signed_in(build.person(role=Role.AUTHOR))


def give(marker, attempt, marks, comment="", number=2, now=LATER):
    with transaction():
        return grading.give_marks(marker, attempt.id, number, Fraction(marks), comment, now, ZONE)


def stored(attempt):
    return db.session.get(Attempt, attempt.id, populate_existing=True)


def lines_of(person):
    return list(db.session.scalars(select(Completion).where(Completion.person_id == person.id).order_by(Completion.number)))


@pytest.mark.parametrize(
    ("typed", "marks"),
    [
        ("0", "0"),
        ("4", "4"),
        ("2.5", "5/2"),
        ("2,25", "9/4"),
        ("３．５", "7/2"),
        ("4.01", None),
        ("-1", None),
        ("1.234", None),
        ("", None),
        ("many", None),
        ("1e1", None),
    ],
)
def test_marks_lie_between_nothing_and_all_with_two_decimals_at_most(typed, marks):
    assert typed_marks(typed, 4) == (None if marks is None else Fraction(marks))


def test_the_queue_has_the_oldest_answer_first_and_goes_through_them_one_by_one(build, waiting):
    _people, (first, second) = waiting
    marker = author(build)
    (line,) = grading_queries.queue(marker)
    assert (line.answers, line.oldest) == (2, stored(first).submitted_at)
    desk = grading_queries.desk(marker, line.question_id)
    assert (desk.script.attempt_id, desk.waiting) == (first.id, 2)
    assert grading_queries.desk(marker, line.question_id, after=first.id).script.attempt_id == second.id
    assert grading_queries.desk(marker, line.question_id, after=second.id).script is None


def test_when_nothing_waits_any_more_the_result_and_the_completion_stand_in_the_same_transaction(build, waiting):
    (person, _other), (attempt, _second) = waiting
    assert stored(attempt).state == "marking"
    assert lines_of(person) == []
    assert give(author(build), attempt, "2.5", "Name the permit too.")
    assert (stored(attempt).state, stored(attempt).score, stored(attempt).passed) == ("submitted", 85, True)
    (line,) = lines_of(person)
    assert (line.result, line.score, line.minutes, line.proof) == ("passed", 85, 5, "marked-by-person")
    (change,) = db.session.scalars(select(MarkChange))
    assert (change.action, change.before, change.after, change.reason) == ("manual", None, "5/2", "Name the permit too.")
    assert grading_queries.marked_scripts(author(build), question_id(attempt, 2), "en")[0][0].given == Fraction(5, 2)


def question_id(attempt, number):
    revision_id = db.session.get(AttemptQuestion, (attempt.id, number)).question_revision_id
    return db.session.get(QuestionRevision, revision_id).question_id


def test_an_attempt_that_the_server_closed_stays_closed_when_it_is_marked(build, waiting):
    person = build.person()
    attempt = build.attempt(person)
    build.answer(person, attempt, 2, ["Too slow."])
    build.submit(attempt, NOW + dt.timedelta(minutes=16))
    give(author(build), attempt, "0")
    assert (stored(attempt).state, stored(attempt).score) == ("closed", 0)


def test_who_wrote_nothing_waits_for_nobody(build, waiting):
    person = build.person()
    assert stored(answered(build, person, text="")).state == "submitted"


def test_of_two_markers_one_wins_and_the_other_is_told(build, waiting):
    _people, (attempt, _second) = waiting
    give(author(build), attempt, "1")
    with pytest.raises(Conflict, match="Somebody else"):
        give(author(build), attempt, "4")
    assert db.session.get(AttemptQuestion, (attempt.id, 2), populate_existing=True).earned == "1"
    assert len(db.session.scalars(select(MarkChange)).all()) == 1


def test_only_what_waits_for_a_person_is_marked_by_one_and_never_beyond_its_marks(build, waiting):
    _people, (attempt, _second) = waiting
    for number, marks in ((1, "0"), (2, "5")):
        with pytest.raises(Conflict):
            give(author(build), attempt, marks, number=number)
    assert stored(attempt).state == "marking"


def test_nobody_marks_their_own_answer(build):
    build.case()
    build.quiz(questions=[question("one", marks=6), essay()])
    person = build.person(role=Role.AUTHOR)
    attempt, marker = answered(build, person), build.signed_in(person)
    assert grading_queries.queue(marker) == []
    with pytest.raises(NotFound):
        give(marker, attempt, "4")


def test_a_mark_that_is_changed_later_keeps_the_old_one_and_corrects_the_record(build, waiting):
    (person, _other), (attempt, _second) = waiting
    marker = author(build)
    give(marker, attempt, "4")
    course = courses.required_course()
    assert progress.progress_of(course.id, person.id).done == 1
    with transaction():
        grading.change_marks(marker, attempt.id, 2, "4", Fraction(1), "Copied from the case.", LATER + dt.timedelta(days=1), ZONE)
    first, second = lines_of(person)
    assert (first.result, second.result, second.score, second.corrects) == ("passed", "failed", 70, first.number)
    assert (stored(attempt).state, stored(attempt).score, stored(attempt).passed) == ("submitted", 70, False)
    row = progress.progress_of(course.id, person.id)
    assert (row.done, row.failing) == (0, 1)
    change = db.session.scalars(select(MarkChange).order_by(MarkChange.id.desc())).first()
    assert (change.action, change.before, change.after, change.reason) == ("regrade", "4", "1", "Copied from the case.")
    assert records.verify_records(ZONE).findings == []


def test_changing_a_mark_needs_a_reason_and_the_mark_that_was_seen(build, waiting):
    _people, (attempt, _second) = waiting
    marker = author(build)
    give(marker, attempt, "4")
    for error, seen, reason in ((Invalid, "4", ""), (Conflict, "3", "Because.")):
        with pytest.raises(error), transaction():
            grading.change_marks(marker, attempt.id, 2, seen, Fraction(1), reason, LATER, ZONE)
    assert stored(attempt).score == 100


@pytest.fixture
def reopenable(build):
    """An attempt of somebody in a department, submitted empty, and the department's supervisor."""
    build.case()
    build.quiz()
    build.course("second-man")
    department = build.department()
    person, supervisor = build.person(department), build.person(department, supervises=department)
    attempt = build.attempt(person)
    build.answer(person, attempt, 1, ["a"])
    build.submit(attempt, NOW + dt.timedelta(minutes=6))
    return build, person, supervisor, attempt


def reopen(build, supervisor, attempt, extra=10, reason="The network was down.", now=LATER):
    with transaction():
        grading.reopen_attempt(build.signed_in(supervisor), attempt.id, extra, reason, now)


def test_an_attempt_opened_again_goes_on_with_its_answers_and_its_new_line_corrects_the_old(reopenable):
    build, person, supervisor, attempt = reopenable
    reopen(build, supervisor, attempt)
    opened = stored(attempt)
    assert (opened.state, opened.score, opened.passed, opened.ends_at) == ("open", None, None, LATER + dt.timedelta(minutes=10))
    for number, right in ((2, ["a"]), (3, ["a", "b"]), (4, ["b"])):
        build.answer(person, opened, number, right, now=LATER)
    build.submit(opened, LATER + dt.timedelta(minutes=4))
    first, second = lines_of(person)
    assert (first.result, second.result, second.score, second.corrects) == ("failed", "passed", 100, first.number)
    assert (first.minutes, second.minutes) == (6, 10)  # the two hours in between are nobody's time
    assert result_page(stored(attempt), build.signed_in(person), LATER).minutes == 10
    assert progress.progress_of(courses.required_course().id, person.id).failing == 0
    assert records.verify_records(ZONE).findings == []
    assert supervising.overseen_attempt(build.signed_in(supervisor), attempt.id).history[0].reason == "The network was down."


def test_only_one_attempt_is_open_so_another_one_refuses(reopenable):
    build, person, supervisor, attempt = reopenable
    build.attempt(person, now=LATER)
    with pytest.raises(Refused, match="Another attempt"):
        reopen(build, supervisor, attempt)
    assert stored(attempt).state == "submitted"
    assert db.session.scalars(select(MarkChange)).all() == []


def test_an_attempt_that_is_open_or_gets_no_time_is_not_opened_again(reopenable):
    build, _person, supervisor, attempt = reopenable
    with pytest.raises(Invalid):
        reopen(build, supervisor, attempt, extra=None)
    reopen(build, supervisor, attempt)
    with pytest.raises(Conflict):
        reopen(build, supervisor, attempt)


def join(attempts):
    return attempts.join(Person, Person.id == Attempt.person_id).join(Department, Department.id == Person.department_id)


def test_both_halves_of_each_rule_agree_on_marking_and_opening_again(reopenable):
    build, person, supervisor, _attempt = reopenable
    build.submit(build.attempt(supervisor))
    everybody = [person, supervisor, build.person(), build.person(supervises=build.root), build.person(role=Role.AUTHOR)]
    for somebody in everybody:
        reader = build.signed_in(somebody)
        every = db.session.execute(join(select(Attempt, Department.path))).all()
        markable = set(db.session.scalars(select(Attempt.id).where(access.markable_by(reader))))
        assert markable == {attempt.id for attempt, _path in every if access.can_mark(reader, attempt)}
        reopenable_ids = set(db.session.scalars(join(select(Attempt.id)).where(access.reopenable_by(reader))))
        assert reopenable_ids == {attempt.id for attempt, path in every if access.can_reopen(reader, attempt, path)}


def test_out_of_scope_and_ones_own_are_nobodys_to_open_or_see(reopenable):
    build, _person, supervisor, attempt = reopenable
    elsewhere = build.department("Elsewhere")
    stranger = build.signed_in(build.person(elsewhere, supervises=elsewhere))
    own = build.attempt(supervisor)
    build.submit(own)
    with pytest.raises(NotFound):
        reopen(build, supervisor, own)
    for reader in (stranger, author(build)):
        with pytest.raises(NotFound):
            supervising.overseen_attempt(reader, attempt.id)
        with pytest.raises(NotFound):
            supervising.quiz_in_scope(reader, "second-man")
        with pytest.raises(NotFound), transaction():
            grading.reopen_attempt(reader, attempt.id, 5, "x", LATER)


@pytest.mark.parametrize(
    ("change", "fitting"),
    [({}, True), ({"kind": "multiple"}, False), ({"options": []}, False)],
)
def test_a_revision_fits_an_attempt_where_it_is_of_the_same_kind_and_offers_the_same(change, fitting):
    content = question("q")["content"]
    assert fits({**content, **change}, "single", ["c", "a", "b"], ["a"]) is fitting
