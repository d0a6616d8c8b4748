"""The training record: append-only, chained, sealed, and checked by one command."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from core.db import db, transaction
from learning import actions, rules
from learning.models import Completion, CourseProgress, DaySeal
from learning.queries import courses, progress, records
from learning.rules import Mark, Result
from tests.builders import NOW, ZONE
from tests.conftest import soup

DAY = dt.timedelta(days=1)


@pytest.fixture
def record(build):
    """Two people with lines on three days, sealed."""
    build.case()
    build.quiz()
    build.course("second-man")
    first, second = build.person(), build.person()
    build.finished(first, "second-man", NOW)
    build.studied(second, "second-man", NOW + DAY)
    build.submit(build.attempt(second, now=NOW + 2 * DAY), NOW + 2 * DAY)
    with transaction():
        actions.seal_days(NOW + 5 * DAY, ZONE)
    return first, second


def test_a_line_keeps_what_was_true_when_it_was_written(record):
    first, _second = record
    case, quiz = db.session.scalars(select(Completion).where(Completion.person_id == first.id).order_by(Completion.number))
    assert (case.kind, case.slug, case.revision, case.cause, case.result, case.score, case.minutes) == (
        "case",
        "second-man",
        1,
        "blind-rescue",
        "done",
        None,
        5,
    )
    assert (quiz.result, quiz.score, quiz.pass_mark, quiz.attempt, quiz.attempts_allowed, quiz.minutes) == ("passed", 100, 80, 1, 3, 1)
    assert (case.previous, quiz.previous) == (rules.FIRST_HASH, case.hash)


@pytest.mark.parametrize("statement", ["UPDATE completion SET score = 100", "DELETE FROM completion", "UPDATE day_seal SET heads = 0", "DELETE FROM day_seal"])
def test_the_database_itself_refuses_to_change_a_line(record, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text(statement))


def test_a_sound_record_is_sound(record, app):
    result = app.test_cli_runner().invoke(args=["records", "verify"])
    assert (result.exit_code, result.output.strip()) == (0, "Sound: 4 lines of 2 people, 3 sealed days.")


def tamper(*statements):
    """What an intruder with the database's password would do."""
    with transaction():
        if db.engine.dialect.name == "sqlite":
            for (name,) in db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            db.session.execute(text(statement))


LAST = "(SELECT max(id) FROM completion)"


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ([f"UPDATE completion SET score = 100 WHERE id = {LAST}"], "was changed after it was written"),
        ([f"UPDATE completion SET title_zh = 'x' WHERE id = {LAST}"], "was changed after it was written"),
        (["DELETE FROM completion WHERE number = 1"], "line 1 is missing"),
        ([f"DELETE FROM completion WHERE id = {LAST}"], "the record of that day is not what was sealed"),
        (["UPDATE day_seal SET hash = previous"], "the record of that day is not what was sealed"),
        (["DELETE FROM day_seal WHERE day = (SELECT min(day) FROM day_seal)"], "sealed"),
        (["UPDATE completion SET previous = hash WHERE number = 2"], "does not follow from the line before it"),
    ],
)
def test_tampering_is_found(record, app, statements, says):
    tamper(*statements)
    result = app.test_cli_runner().invoke(args=["records", "verify"])
    assert result.exit_code == 1
    assert says in result.output


def test_a_line_that_is_forged_with_a_fitting_hash_is_found_by_the_seal(record, app):
    first, _second = record
    line = db.session.scalars(select(Completion).where(Completion.person_id == first.id, Completion.number == 2)).one()
    facts = {**records.facts_of(line), "score": 81}
    forged = rules.line_hash(facts, line.previous)
    db.session.rollback()
    tamper(f"UPDATE completion SET score = 81, hash = '{forged}' WHERE id = {line.id}")
    result = app.test_cli_runner().invoke(args=["records", "verify"])
    assert result.exit_code == 1
    assert "is not what was sealed" in result.output


def test_a_line_added_to_a_day_that_was_sealed_is_found(record, build, app):
    third = build.person()
    build.studied(third, "second-man", NOW)
    result = app.test_cli_runner().invoke(args=["records", "verify"])
    assert result.exit_code == 1


def test_today_is_not_sealed_and_a_day_waits_an_hour_for_its_last_line(build):
    build.case()
    person = build.person()
    build.studied(person, "second-man", dt.datetime(2026, 6, 12, 15, 59, tzinfo=dt.UTC))  # 23:59 in Shanghai
    for moment, sealed in [(dt.datetime(2026, 6, 12, 16, 30, tzinfo=dt.UTC), 0), (dt.datetime(2026, 6, 12, 17, 1, tzinfo=dt.UTC), 1)]:
        with transaction():
            assert actions.seal_days(moment, ZONE) == sealed
    assert db.session.scalars(select(DaySeal.day)).all() == [dt.date(2026, 6, 12)]


def test_progress_counts_what_is_finished_and_what_failed_last(record):
    first, second = record
    course = courses.required_course()
    done, failing = progress.progress_of(course.id, first.id), progress.progress_of(course.id, second.id)
    assert (done.done, done.failing, failing.done, failing.failing) == (2, 0, 1, 1)
    assert rules.mark_from(failing.marks["quiz/second-man"]) == Mark("2026-06-14", Result.FAILED, 0, 2)


def test_progress_is_rebuilt_when_the_items_of_a_course_change(record, build):
    first, _second = record
    course = courses.required_course()
    before = progress.progress_of(course.id, first.id).marks
    build.case("another")
    build.quiz("another")
    build.course("second-man", "another")
    db.session.expire_all()
    assert progress.progress_of(course.id, first.id).marks == before
    assert db.session.scalars(select(CourseProgress.done).order_by(CourseProgress.person_id)).all() == [2, 1]


def test_studying_a_revised_case_again_adds_a_line_for_the_new_revision(record, build):
    first, _second = record
    build.case(minutes=20, now=NOW + DAY)
    build.studied(first, "second-man", NOW + 2 * DAY)
    lines = db.session.scalars(select(Completion.revision).where(Completion.person_id == first.id, Completion.kind == "case").order_by(Completion.number))
    assert lines.all() == [1, 2]


def correction(person, line, result, score, now=NOW + 9 * DAY):
    """A line that replaces one of a quiz."""
    kept = {name: getattr(line, name) for name in actions.Fact.__dataclass_fields__ if hasattr(line, name)}
    fact = actions.Fact(**{**kept, "kind": rules.Kind.QUIZ, "result": result, "score": score, "corrects": line.number})
    with transaction():
        return actions.record_completion(person.id, fact, now, ZONE)


def test_a_correction_takes_a_pass_back_and_gives_it_again_and_the_record_stays_sound(record):
    first, _second = record
    course, line = courses.required_course(), last_line(first)
    assert progress.progress_of(course.id, first.id).done == 2
    taken_back = correction(first, line, Result.FAILED, 40)
    row = progress.progress_of(course.id, first.id)
    assert (row.done, row.failing, row.marks["quiz/second-man"]["score"]) == (1, 1, 40)
    correction(first, taken_back, Result.PASSED, 80)
    row = progress.progress_of(course.id, first.id)
    assert (row.done, row.failing, row.marks["quiz/second-man"]["on"]) == (2, 0, "2026-06-12")
    assert records.verify_records(ZONE).findings == []


def test_counting_a_course_anew_knows_corrections(record):
    first, _second = record
    correction(first, last_line(first), Result.FAILED, 40)
    items = [{"kind": kind, "slug": "second-man", "subject": "second-man", "title_en": "x", "title_zh": "x"} for kind in ("quiz", "case")]
    with transaction():
        assert actions.load_course("three-causes", {"en": "Anew", "zh": "新"}, 30, items, ZONE)
    row = progress.progress_of(courses.required_course().id, first.id)
    assert (row.done, row.failing) == (1, 1)


def test_the_training_file_strikes_a_corrected_line_and_counts_its_minutes_once(record, visit):
    first, _second = record
    line = last_line(first)
    before = record_page(visit, first).find("tfoot").get_text(" ")
    correction(first, line, Result.FAILED, 40)
    page = record_page(visit, first)
    struck = list(page.find_all("tr", class_="gone"))
    assert len(struck) == 1
    assert "Corrected by line 3" in struck[0].get_text(" ")
    assert "Corrects line 2" in page.get_text(" ")
    assert page.find("tfoot").get_text(" ").split()[-1] == before.split()[-1]


def record_page(visit, person):
    return soup(visit(person).get("/learning/record"))


def last_line(person):
    return db.session.scalars(select(Completion).where(Completion.person_id == person.id).order_by(Completion.number.desc())).first()
