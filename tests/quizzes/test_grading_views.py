"""Pages of marking, of marking anew, and of a supervisor's attempts."""

import datetime as dt
import io

import openpyxl
import pytest

from core.db import db, transaction
from people.rules import Role
from quizzes.actions import grading
from quizzes.models.attempts import Attempt, AttemptQuestion
from tests.builders import NOW, ZONE, question
from tests.conftest import soup
from tests.quizzes.test_grading import answered, essay, question_id, stored
from tests.quizzes.test_regrading import first_question


@pytest.fixture
def world(build):
    """A department with two learners whose essays wait, its supervisor and an author."""
    build.case()
    build.quiz(questions=[question("one", marks=6), essay()])
    department = build.department()
    learners = [build.person(department, name_en=name) for name in ("Alice Zhang", "Bob Li")]
    attempts = [
        answered(build, person, NOW + dt.timedelta(minutes=place), text)
        for place, (person, text) in enumerate(zip(learners, ("First text.", "=SECOND()"), strict=True))
    ]
    return build, learners, attempts, build.person(department, supervises=department), build.person(role=Role.AUTHOR)


def test_answers_are_marked_one_after_the_other_without_a_name(world, visit):
    _build, _learners, (first, second), _supervisor, author = world
    visitor, place = visit(author), f"/manage/marking/{question_id(first, 2)}"
    assert "2 answers wait" in visitor.get("/manage/marking").text
    page = visitor.get(place)
    assert "First text." in page.text
    assert "SECRET names the permit" in page.text
    for name in ("Alice", "Bob", "E00"):
        assert name not in page.text
    bad = visitor.post(f"{place}/{first.id}/2", 400, marks="9", comment="Kept words.")
    assert "A number from 0 to 4" in bad.text
    assert "Kept words." in bad.text
    following = visitor.post(f"{place}/{first.id}/2", 303, marks="3.5", comment="Good.")
    assert "=SECOND()" in visitor.get(following.location).text
    assert stored(first).score == 95
    done = visitor.post(f"{place}/{second.id}/2", 303, marks="0")
    assert visitor.get(done.location, 303).location == "/manage/marking"
    assert "Nothing waits" in visitor.get("/manage/marking").text


def test_the_second_marker_is_told_that_somebody_was_first(world, visit):
    build, _learners, (first, _second), _supervisor, author = world
    visitor = visit(author)
    place = f"/manage/marking/{question_id(first, 2)}/{first.id}/2"
    visitor.get("/manage/marking")
    colleague = build.signed_in(build.person(role=Role.AUTHOR))
    with transaction():
        grading.give_marks(colleague, first.id, 2, 1, "", NOW, ZONE)
    location = visitor.post(place, 303, marks="4").location
    assert "Somebody else has marked this answer" in visitor.get(location).text
    assert stored(first).score == 70


def test_a_mark_is_changed_with_a_reason_and_stands_in_the_history_of_the_attempt(world, visit):
    _build, _learners, (first, _second), supervisor, author = world
    visitor, place = visit(author), f"/manage/marking/{question_id(first, 2)}"
    visitor.get("/manage/marking")
    visitor.post(f"{place}/{first.id}/2", 303, marks="4", comment="Good.")
    form = soup(visitor.get(f"{place}/{first.id}/2/change")).find("form", {"novalidate": True})
    seen = form.find("input", {"name": "seen"})["value"]
    assert "Say why" in visitor.post(f"{place}/{first.id}/2/change", 400, marks="1", seen=seen).text
    visitor.post(f"{place}/{first.id}/2/change", 303, marks="1", seen=seen, comment="Copied.")
    assert "Somebody else has changed this mark" in visitor.post(f"{place}/{first.id}/2/change", 400, marks="2", seen=seen, comment="Late.").text
    assert "1 of 4 marks" in visitor.get(f"{place}/marked").text
    page = visit(supervisor).get(f"/supervision/attempts/{first.id}").text
    for words in ("Alice Zhang", "First text.", "Good.", "Copied.", "marked anew: 4 → 1"):
        assert words in page


def test_a_regrade_shows_its_preview_and_is_applied_with_a_reason(world, visit):
    build, _learners, (first, _second), supervisor, author = world
    build.quiz(questions=[question("one", marks=6, options="-+-"), essay()])
    visitor, place = visit(author), f"/manage/questions/{first_question().id}/regrade"
    page = visitor.get(place).text
    for words in ("2 attempts that ended ask this question", "2 marks would change", "waits for marks"):
        assert words in page
    assert "Alice" not in page
    assert "Say why" in visitor.post(place, 400, method="key", seen="2", reason="").text
    assert "changed meanwhile" in visitor.post(place, 409, method="key", seen="1", reason="Wrong key.").text
    visitor.post(place, 303, method="key", seen="2", reason="Wrong key.")
    assert "2 marks have changed" in visitor.get(place).text
    assert db.session.get(AttemptQuestion, (first.id, 1), populate_existing=True).earned == "0"
    page = visit(supervisor).get(f"/supervision/attempts/{first.id}").text
    assert "asked as revision 1, marked by revision 2" in page


def test_a_supervisor_lists_filters_and_opens_again(world, visit):
    build, _learners, (first, _second), supervisor, author = world
    visitor = visit(supervisor)
    assert "2 attempts" in visitor.get("/supervision/attempts/").text
    assert "Alice Zhang" in visitor.get("/supervision/attempts/quizzes/second-man?state=marking").text
    assert "No attempt matches" in visitor.get("/supervision/attempts/quizzes/second-man?state=closed").text
    assert "Bob Li" not in visitor.get("/supervision/attempts/quizzes/second-man?q=alice").text
    place = f"/supervision/attempts/{first.id}"
    assert "Open it again" not in visitor.get(place).text
    assert "waits for its marks" in visitor.post(f"{place}/reopen", 409, extra="5", reason="Please.").text
    with transaction():
        grading.give_marks(build.signed_in(author), first.id, 2, 1, "", NOW, ZONE)
    assert "Say how many minutes" in visitor.post(f"{place}/reopen", 400, extra="", reason="Please.").text
    assert "Say why" in visitor.post(f"{place}/reopen", 400, extra="5", reason="").text
    visitor.post(f"{place}/reopen", 303, extra="5", reason="Please.")
    assert db.session.get(Attempt, first.id, populate_existing=True).state == "open"
    assert "Please." in visitor.get(place).text


@pytest.mark.parametrize(("role", "place"), [("supervisor", "/supervision/attempts/quizzes/second-man"), ("author", "/manage/marking/quizzes/second-man")])
def test_the_export_has_every_attempt_and_answer_in_words_and_names_only_for_supervisors(world, visit, role, place):
    _build, _learners, _attempts, supervisor, author = world
    visitor = visit(supervisor if role == "supervisor" else author)
    answers = visitor.get(f"{place}/answers.csv").text
    assert "Option a of one" in answers
    assert "First text." in answers
    assert "'=SECOND()" in answers
    assert "second-man/why" in answers
    attempts = visitor.get(f"{place}/attempts.csv").text
    assert ("Alice Zhang" in attempts) is (role == "supervisor")
    visitor.get(f"{place}/people.csv", 404)
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"{place}/export.xlsx").data))
    assert book.sheetnames == ["Attempts", "Answers"]
    rows = list(book["Answers"].iter_rows(values_only=True))
    assert len(rows) == 5
    assert "=SECOND()" in rows[4]
    assert all(cell.data_type != "f" for row in book["Answers"].iter_rows() for cell in row)
    assert len(list(book["Attempts"].iter_rows())) == 3


def test_an_export_out_of_scope_holds_nobody_from_elsewhere(world, visit):
    build, _learners, _attempts, _supervisor, _author = world
    elsewhere = build.department("Elsewhere")
    other = build.person(elsewhere, name_en="Carol Wu")
    answered(build, other)
    rows = visit(build.person(elsewhere, supervises=elsewhere)).get("/supervision/attempts/quizzes/second-man/attempts.csv").text
    assert "Carol Wu" in rows
    assert "Alice" not in rows
