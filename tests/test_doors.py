"""Every address of the URL map, for every role: who gets in, and that nobody gets in unmarked."""

import datetime as dt

import pytest

from cases.actions.near_misses import add_photo, send
from cases.near_misses import Telling
from core import files
from core.db import db, transaction
from core.door import PUBLIC
from core.pictures import shrink
from people.rules import EVERYBODY, ROLE_PERMISSIONS, Permission, Role
from tests.core.test_pictures import photo

OPEN = {
    "static_file",
    "ops.healthz",
    "ops.readyz",
    "people.home",
    "people.sign_in",
    "people.sign_out",
    "people.choose_language",
    "people.set_up",
}


def test_every_endpoint_is_marked(app):
    for rule in app.url_map.iter_rules():
        door = getattr(app.view_functions[rule.endpoint], "door", None)
        assert door is not None, rule
        assert (door is PUBLIC) == (rule.endpoint in OPEN), rule


def test_an_unmarked_endpoint_is_refused(app, build, visit):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    visit(build.person(role=Role.ADMINISTRATOR)).get("/forgotten", 404)
    visit().get("/forgotten", 303)


@pytest.fixture
def world(build):
    """A department with a learner who has one of everything, and people in every role around."""
    build.case()
    build.quiz()
    build.course("second-man")
    ours, theirs = build.department("Ours"), build.department("Theirs")
    learner = build.person(ours)
    build.studied(learner, "second-man")
    attempt = build.attempt(learner, now=dt.datetime.now(dt.UTC))
    with transaction():
        near_miss = send(learner.id, "0" * 32, Telling("The sling tore.", "Hall 3", ""), dt.datetime.now(dt.UTC))
        add_photo(near_miss, files.store_bytes(shrink(photo()), build.app.config["MEDIA_FOLDER"] / "near-misses"))
    people = {
        "learner": learner,
        "colleague": build.person(ours),
        "supervisor": build.person(ours, supervises=ours),
        "other supervisor": build.person(theirs, supervises=theirs),
        "author": build.person(theirs, role=Role.AUTHOR),
        "administrator": build.person(theirs, role=Role.ADMINISTRATOR),
    }
    return people, learner, attempt


EVERYONE = {"learner", "colleague", "supervisor", "other supervisor", "author", "administrator"}
SUPERVISORS = {"supervisor", "other supervisor"}

# Address: the roles that may see it. {no} is the learner's employee number, {attempt} the learner's attempt.
PAGES = [
    ("/account", EVERYONE),
    ("/manage/cases/second-man/quiz", {"author"}),
    ("/quizzes/mistakes", EVERYONE),
    ("/manage/marking", {"author"}),
    ("/manage/marking/1/marked", {"author"}),
    ("/manage/questions/1/regrade", {"author"}),
    ("/manage/marking/quizzes/second-man/export.xlsx", {"author"}),
    ("/manage/marking/quizzes/second-man/answers.csv", {"author"}),
    ("/supervision/attempts/", SUPERVISORS),
    ("/supervision/attempts/quizzes/second-man", {"supervisor"}),
    ("/supervision/attempts/quizzes/second-man/export.xlsx", {"supervisor"}),
    ("/supervision/attempts/quizzes/second-man/answers.csv", {"supervisor"}),
    ("/supervision/attempts/{attempt}", {"supervisor"}),
    ("/manage/questions/", {"author"}),
    ("/manage/questions/new", {"author"}),
    ("/manage/questions/1", {"author"}),
    ("/manage/questions/1/revisions", {"author"}),
    ("/manage/questions/1/use", {"author"}),
    ("/manage/questions/categories", {"author"}),
    ("/manage/questions/import", {"author"}),
    ("/manage/questions/import/template-en.xlsx", {"author"}),
    ("/manage/questions/export", {"author"}),
    ("/manage/quizzes/second-man/statistics", {"author"}),
    ("/manage/quizzes/second-man/statistics.csv", {"author"}),
    ("/manage/quizzes/second-man/statistics.xlsx", {"author"}),
    ("/manage/questions/1/statistics", {"author"}),
    ("/near-misses/", EVERYONE),
    ("/near-misses/new", EVERYONE),
    ("/near-misses/1/photo", {"learner", "author"}),
    ("/manage/near-misses/", {"author"}),
    ("/manage/near-misses/1", {"author"}),
    ("/manage/near-misses/1/case", {"author"}),
    ("/cases/", EVERYONE),
    ("/cases/second-man", EVERYONE),
    ("/learning/", EVERYONE),
    ("/learning/record", EVERYONE),
    ("/manage/reports/", {"author"}),
    ("/quizzes/second-man", EVERYONE),
    ("/quizzes/", EVERYONE),
    ("/manage/quizzes/", {"author"}),
    ("/manage/quizzes/new", {"author"}),
    ("/manage/quizzes/second-man/settings", {"author"}),
    ("/manage/quizzes/second-man/people", {"author"}),
    ("/manage/quizzes/second-man/fitting", {"author"}),
    ("/supervision/quizzes/", SUPERVISORS | {"administrator"}),
    ("/supervision/quizzes/second-man", SUPERVISORS | {"administrator"}),
    ("/attempts/{attempt}", {"learner"}),
    ("/attempts/{attempt}/review", {"learner"}),
    ("/supervision/", SUPERVISORS),
    ("/supervision/export.csv", SUPERVISORS),
    ("/supervision/export.xlsx", SUPERVISORS),
    ("/supervision/people/{no}", {"supervisor"}),
    ("/meetings/", SUPERVISORS),
    ("/meetings/new?case=second-man", SUPERVISORS),
    ("/meetings/{meeting}", {"supervisor"}),
    ("/meetings/{ended}/protocol", {"supervisor"}),
]


@pytest.mark.parametrize(("address", "allowed"), PAGES, ids=[address for address, _allowed in PAGES])
def test_pages_open_for_exactly_these_roles(world, build, visit, address, allowed):
    people, learner, attempt = world
    meetings = {"meeting": build.meeting(people["supervisor"]), "ended": build.meeting(people["supervisor"], learner)} if "/meetings" in address else {}
    address = address.format(no=learner.employee_no, attempt=attempt.id, **meetings)
    for role, person in people.items():
        visit(person).get(address, 200 if role in allowed else 404)
    stranger = visit().get(address, 303)
    assert "/sign-in?next=" in stranger.location


def test_the_sheet_that_tells_the_outcome_opens_for_who_decided_who_supervises_and_who_writes(world, visit):
    people, _learner, _attempt = world
    for role, person in people.items():
        if role in {"learner", "supervisor", "other supervisor", "author"}:
            assert "HIDDEN" in visit(person).get("/cases/second-man/sheet").text
        else:
            visitor = visit(person)
            assert visitor.get("/cases/second-man/sheet", 303).location == "/cases/second-man"
            page = visitor.get("/cases/second-man").text
            assert "Make every decision of the case first" in page
            assert "HIDDEN" not in page
            assert "/cases/second-man/sheet" not in page


def test_nobody_else_writes_into_an_attempt(world, visit):
    people, _learner, attempt = world
    for role, person in people.items():
        if role != "learner":
            visit(person).put(f"/attempts/{attempt.id}/answers/1", {"answer": ["a"], "seq": 1}, 404)
            visit(person).post(f"/attempts/{attempt.id}/answers", 404)
            visit(person).post(f"/attempts/{attempt.id}/submit", 404)


def test_nobody_but_authors_marks_and_nobody_but_their_supervisor_opens_an_attempt_again(world, visit):
    people, _learner, attempt = world
    for role, person in people.items():
        if role != "author":
            visit(person).post(f"/manage/marking/1/{attempt.id}/1", 404, marks="1")
            visit(person).post(f"/manage/marking/1/{attempt.id}/1/change", 404, marks="1", comment="x")
            visit(person).post("/manage/questions/1/regrade", 404, method="key", seen="1", reason="x")
        if role != "supervisor":
            visit(person).post(f"/supervision/attempts/{attempt.id}/reopen", 404, extra="5", reason="x")


def test_nobody_but_authors_writes_a_quiz_and_nobody_else_grants_at_it(world, visit):
    people, _learner, _attempt = world
    for role, person in people.items():
        if role != "author":
            for what in ("", "/settings", "/questions", "/publish", "/close", "/copy", "/retire", "/discard"):
                visit(person).post(f"/manage/quizzes/second-man{what}", 404)
        if role not in SUPERVISORS | {"administrator"}:
            visit(person).post("/supervision/quizzes/second-man", 404, employee_no="x")
            visit(person).post("/supervision/quizzes/second-man/1/away", 404)


def test_nobody_but_authors_answers_a_near_miss_or_makes_a_case_of_it(world, visit):
    people, _learner, _attempt = world
    for role, person in people.items():
        if role != "author":
            visit(person).post("/manage/near-misses/1", 404, answer="x")
            visit(person).post("/manage/near-misses/1/take-up", 404)
            visit(person).post("/manage/near-misses/1/case", 404)


def test_a_form_without_its_token_is_refused(world, visit):
    people, _learner, attempt = world
    visitor = visit(people["learner"])
    assert visitor.client.post(f"/attempts/{attempt.id}/submit").status_code == 400
    assert visitor.client.post("/cases/second-man/decision", data={"decision": "first-step", "choice": "call"}).status_code == 400


def test_a_stranger_who_sends_an_answer_is_told_to_sign_in(world, visit):
    _people, _learner, attempt = world
    stranger = visit()
    stranger.get("/sign-in")
    answer = stranger.put(f"/attempts/{attempt.id}/answers/1", {"answer": ["a"], "seq": 1}, 401)
    assert "Sign in again" in answer.json["error"]


def test_every_permission_is_given_to_somebody():
    given = EVERYBODY | frozenset().union(*ROLE_PERMISSIONS.values())
    assert given == set(Permission)


def test_an_inactive_person_is_signed_out(build, visit):
    person = build.person()
    visitor = visit(person)
    visitor.get("/learning/")
    with transaction():
        db.session.get(type(person), person.id).active = False
    visitor.get("/learning/", 303)


def test_home_leads_to_what_the_person_does_here(build, visit):
    department = build.department()
    assert visit(build.person(department)).get("/", 302).location == "/learning/"
    assert visit(build.person(department, supervises=department)).get("/", 302).location == "/supervision/"
    assert visit().get("/", 302).location == "/sign-in"
