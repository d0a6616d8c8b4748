"""Exceptions: who may grant them to whom, which one holds, and what becomes of attempts that run."""

import datetime as dt

import pytest

from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound
from people.rules import Role
from quizzes.access import can_grant
from quizzes.actions import grading
from quizzes.actions import overrides as actions
from quizzes.actions.overrides import Whom
from quizzes.models.attempts import Attempt
from quizzes.models.quizzes import QuizOverride
from quizzes.queries import overrides, quizzes
from quizzes.rules.settings import Granted, Settings, settings_from
from tests.builders import NOW
from tests.conftest import soup

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def company(build):
    build.in_bank("a")
    ours, theirs = build.department("Ours"), build.department("Theirs")
    team = build.department("Team", ours)
    people = {
        "worker": build.person(team),
        "stranger": build.person(theirs),
        "supervisor": build.person(ours, supervises=ours),
        "administrator": build.person(theirs, role=Role.ADMINISTRATOR),
        "author": build.person(theirs, role=Role.AUTHOR),
    }
    return people, {"ours": ours, "theirs": theirs, "team": team}, build.own_quiz("a")


def grant(build, by, slug, whom, granted, now=NOW):
    with transaction():
        return actions.grant(build.signed_in(by), slug, whom, granted, "On night shift", now)


def test_a_grant_while_an_attempt_runs_moves_its_end(build, company):
    people, places, slug = company
    attempt = build.attempt(people["worker"], slug)
    other = build.attempt(people["stranger"], slug)
    grant(build, people["supervisor"], slug, Whom(department_id=places["ours"].id), Granted(extra_minutes=10))
    db.session.expire_all()
    assert (attempt.ends_at, attempt.time_limit) == (NOW + 25 * MINUTE, 25)
    grant(build, people["supervisor"], slug, Whom(employee_no=people["worker"].employee_no), Granted(extra_minutes=30))
    db.session.expire_all()
    assert (attempt.ends_at, attempt.time_limit) == (NOW + 45 * MINUTE, 45)
    grant(build, people["supervisor"], slug, Whom(department_id=places["team"].id), Granted(extra_minutes=5))
    db.session.expire_all()
    assert attempt.ends_at == NOW + 45 * MINUTE
    assert other.ends_at == NOW + 15 * MINUTE


def test_another_closing_date_moves_the_end_too_and_never_into_the_past(build, company):
    people, _places, _slug = company
    soon = NOW + 5 * MINUTE
    slug = build.own_quiz("a", settings=Settings(closes_at=soon))
    attempt = build.attempt(people["worker"], slug)
    whom = Whom(employee_no=people["worker"].employee_no)
    grant(build, people["supervisor"], slug, whom, Granted(closes_at=NOW + 60 * MINUTE), soon - MINUTE)
    db.session.expire_all()
    assert attempt.ends_at == NOW + 15 * MINUTE
    assert settings_from(attempt.settings).closes_at == NOW + 60 * MINUTE
    grant(build, people["supervisor"], slug, whom, Granted(closes_at=NOW + MINUTE), soon)
    db.session.expire_all()
    assert attempt.ends_at == soon


def test_taking_a_grant_away_leaves_the_time_of_an_attempt_that_runs(build, company):
    people, _places, slug = company
    row = grant(build, people["supervisor"], slug, Whom(employee_no=people["worker"].employee_no), Granted(extra_minutes=10, extra_attempts=1))
    attempt = build.attempt(people["worker"], slug)
    with transaction():
        actions.take_away(build.signed_in(people["supervisor"]), slug, row.id)
    db.session.expire_all()
    assert attempt.ends_at == NOW + 25 * MINUTE
    assert quizzes.quiz_page(slug, build.signed_in(people["worker"])).terms.minutes == 15


def test_a_second_grant_for_the_same_takes_the_place_of_the_first(build, company):
    people, _places, slug = company
    whom = Whom(employee_no=people["worker"].employee_no)
    grant(build, people["supervisor"], slug, whom, Granted(extra_minutes=10))
    grant(build, people["administrator"], slug, whom, Granted(extra_attempts=2))
    found = overrides.grants(quizzes.quiz_by_slug(slug).id, build.signed_in(people["supervisor"]))
    assert [(one.row.extra_minutes, one.row.extra_attempts, one.by.id) for one in found] == [(0, 2, people["administrator"].id)]


@pytest.mark.parametrize("who", ["supervisor", "administrator"])
def test_supervisors_grant_to_their_people_and_administrators_to_all(build, company, who):
    people, places, slug = company
    by = build.signed_in(people[who])
    for whom in (Whom(employee_no=people["stranger"].employee_no), Whom(department_id=places["theirs"].id)):
        if who == "administrator":
            assert grant(build, people[who], slug, whom, Granted(1)).id
        else:
            with pytest.raises(Invalid):
                grant(build, people[who], slug, whom, Granted(1))
    for department in places.values():
        listed = department.id in [line.id for line in overrides.departments_to_grant(by)]
        assert listed is can_grant(by, department.path)


def test_what_somebody_else_s_people_were_granted_is_neither_seen_nor_taken_away(build, company):
    people, _places, slug = company
    row = grant(build, people["administrator"], slug, Whom(employee_no=people["stranger"].employee_no), Granted(1))
    by = build.signed_in(people["supervisor"])
    assert overrides.grants(row.quiz_id, by) == []
    assert [line.grants for line in overrides.quizzes_to_grant(by)] == [0]
    with pytest.raises(NotFound), transaction():
        actions.take_away(by, slug, row.id)
    assert db.session.query(QuizOverride).count() == 1


def test_nobody_grants_an_exception_to_themselves_and_nothing_is_no_exception(build, company):
    people, _places, slug = company
    with pytest.raises(Invalid, match="themselves"):
        grant(build, people["supervisor"], slug, Whom(employee_no=people["supervisor"].employee_no), Granted(1))
    with pytest.raises(Invalid, match="what is granted"):
        grant(build, people["supervisor"], slug, Whom(employee_no=people["worker"].employee_no), Granted())
    with pytest.raises(Invalid, match="before it opens"):
        grant(build, people["supervisor"], slug, Whom(employee_no=people["worker"].employee_no), Granted(opens_at=NOW, closes_at=NOW))


def test_what_a_supervisor_grants_to_the_own_department_holds_for_everybody_else_there(build, company):
    people, places, slug = company
    colleague = build.person(places["ours"])
    running = build.attempt(people["supervisor"], slug)
    grant(build, people["supervisor"], slug, Whom(department_id=places["ours"].id), Granted(extra_minutes=10))
    db.session.expire_all()
    assert (running.ends_at, running.time_limit) == (NOW + 15 * MINUTE, 15)
    found = [quizzes.quiz_page(slug, build.signed_in(one)).terms.minutes for one in (people["supervisor"], colleague, people["worker"])]
    assert found == [15, 25, 25]
    grant(build, people["administrator"], slug, Whom(department_id=places["ours"].id), Granted(extra_minutes=10))
    db.session.expire_all()
    assert running.time_limit == 25


def test_the_page_lists_who_granted_what_and_why_and_keeps_what_was_typed(build, company, visit):
    people, _places, slug = company
    address = f"/supervision/quizzes/{slug}"
    visitor = visit(people["supervisor"])
    page = visitor.post(address, 400, employee_no="nobody", extra_minutes="10", reason="Hand in plaster", department="")
    assert "There is nobody with this employee number among your people." in page.text
    assert soup(page).find("textarea", {"name": "reason"}).text.strip() == "Hand in plaster"
    assert "Say why." in visitor.post(address, 400, employee_no=people["worker"].employee_no, extra_minutes="10", reason="", department="").text
    visitor.post(address, employee_no=people["worker"].employee_no, extra_minutes="10", reason="Hand in plaster", department="")
    text = " ".join(soup(visitor.get(address)).find("main").text.split())
    for words in (people["worker"].name_en, "10 minutes more", "Hand in plaster", f"Granted by {people['supervisor'].name_en}"):
        assert words in text
    author = visit(people["author"])
    author.get(address, 404)
    assert people["worker"].name_en not in author.get(f"/manage/quizzes/{slug}/people").text
    assert "1 exception holds now." in author.get(f"/manage/quizzes/{slug}/people").text
    visitor.post(f"{address}/1/away")
    assert "10 minutes more" not in visitor.get(address).text


@pytest.mark.parametrize("extra", [Granted(extra_minutes=5), Granted(closes_at=NOW + 600 * MINUTE)])
def test_a_grant_leaves_an_attempt_that_was_opened_again_the_time_it_was_given(build, company, extra):
    people, places, slug = company
    attempt = build.attempt(people["worker"], slug)
    build.submit(attempt, NOW + MINUTE)
    later = NOW + 120 * MINUTE
    with transaction():
        grading.reopen_attempt(build.signed_in(people["supervisor"]), attempt.id, 20, "The network was down.", later)
    grant(build, people["supervisor"], slug, Whom(department_id=places["ours"].id), extra, later + MINUTE)
    db.session.expire_all()
    assert (attempt.ends_at, attempt.time_limit) == (later + 20 * MINUTE, 35)


def test_more_time_granted_in_the_very_moment_of_closing_holds(build, company):
    people, _places, slug = company
    attempt = build.attempt(people["worker"], slug)
    db.session.expunge(attempt)  # as another process has read it
    grant(build, people["administrator"], slug, Whom(employee_no=people["worker"].employee_no), Granted(extra_minutes=10))
    with pytest.raises(Conflict):
        build.submit(attempt, NOW + 20 * MINUTE)
    assert db.session.get(Attempt, attempt.id).state == "open"
