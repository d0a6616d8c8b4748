"""Sign-in, the account and the first administrator, as a browser sees them."""

import pytest

from core.db import transaction
from people import actions
from people.rules import FREE_FAILURES
from tests.builders import PASSWORD
from tests.conftest import soup


def sign_in(visitor, number, password, status, **more):
    visitor.get("/sign-in")
    return visitor.post("/sign-in", status, employee_no=number, password=password, **more)


def test_the_right_password_leads_on_and_the_wrong_one_keeps_what_was_typed(build, visit):
    person = build.person()
    visitor = visit()
    page = sign_in(visitor, person.employee_no, "wrong", 400)
    assert "Employee number or password is not right." in page.text
    assert soup(page).find("input", {"name": "employee_no"})["value"] == person.employee_no
    assert sign_in(visitor, person.employee_no, PASSWORD, 303).location == "/"


def test_the_refusal_speaks_chinese(build, visit):
    page = sign_in(visit(language="zh"), build.person().employee_no, "wrong", 400)
    assert "工号或密码不对" in page.text


def test_after_too_many_failures_even_the_right_password_must_wait(build, visit):
    person, visitor = build.person(), visit()
    for _time in range(FREE_FAILURES):
        sign_in(visitor, person.employee_no, "wrong", 400)
    page = sign_in(visitor, person.employee_no, PASSWORD, 429)
    assert "Wait" in page.text


@pytest.mark.parametrize(
    ("next_address", "leads_to"),
    [("/cases/?q=gas", "/cases/?q=gas"), ("//evil.example/", "/"), ("https://evil.example/", "/"), ("/\\evil.example", "/"), ("", "/")],
)
def test_sign_in_leads_only_to_pages_of_this_site(build, visit, next_address, leads_to):
    answer = sign_in(visit(), build.person().employee_no, PASSWORD, 303, next=next_address)
    assert answer.location == leads_to


def test_a_person_without_a_password_cannot_sign_in(build, visit):
    person = build.person()
    with transaction():
        person.password_hash = None
    sign_in(visit(), person.employee_no, "", 400)
    sign_in(visit(), person.employee_no, "None", 400)


def test_changing_the_password_signs_other_devices_out(build, visit):
    person = build.person()
    here, there = visit(person), visit(person)
    there.get("/account")
    here.get("/account")
    new = {"new_password": "quite another sentence", "repeat_password": "quite another sentence"}
    assert "This is not your password now." in here.post("/account/password", 400, current_password="wrong", **new).text
    here.post("/account/password", 303, current_password=PASSWORD, **new)
    here.get("/account")
    there.get("/account", 303)


def test_two_different_new_passwords_are_refused_beside_the_field(build, visit):
    visitor = visit(build.person())
    visitor.get("/account")
    page = visitor.post("/account/password", 400, current_password=PASSWORD, new_password="quite another sentence", repeat_password="quite another")
    field = soup(page).find("input", {"name": "repeat_password"})
    assert field["aria-invalid"] == "true"
    assert "differ" in soup(page).find(id=field["aria-describedby"].split()[0]).text


def test_the_chosen_language_stays_with_the_person(build, visit):
    person = build.person()
    visitor = visit(person)
    visitor.get("/account")
    visitor.post("/language", 303, language="zh", next="/account")
    assert soup(visit(person, language="en").get("/account")).html["lang"] == "zh-CN"
    visitor.post("/language", 400, language="xx")


def test_the_chosen_theme_is_in_the_page(build, visit):
    visitor = visit(build.person())
    visitor.get("/account")
    visitor.post("/theme", 303, theme="dark")
    assert soup(visitor.get("/account")).html["data-bs-theme"] == "dark"
    visitor.post("/theme", 400, theme="pink")


def test_an_empty_database_asks_for_the_code_once(app, visit):
    with transaction():
        code = actions.make_setup_code()
    visitor = visit()
    assert visitor.get("/", 302).location == "/first-administrator"
    visitor.get("/first-administrator")
    fields = {"company": "Works", "employee_no": "1", "name": "Sample", "password": "four plain words", "repeat_password": "four plain words"}
    page = visitor.post("/first-administrator", 400, code="wrong", **fields)
    assert "not the code" in page.text
    assert soup(page).find("input", {"name": "company"})["value"] == "Works"
    visitor.post("/first-administrator", 303, code=code, **fields)
    assert visit().get("/first-administrator", 302).location == "/sign-in"


def test_signing_out_ends_the_session(build, visit):
    visitor = visit(build.person())
    visitor.get("/account")
    visitor.post("/sign-out", 303)
    visitor.get("/account", 303)


def test_pages_are_sent_with_a_strict_policy_and_never_stored(build, visit):
    answer = visit(build.person()).get("/account")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
