"""Bad input: a clear message in the person's language, nothing lost, never a stack trace."""

import datetime as dt

import pytest

from core.door import public
from quizzes.queries import attempts
from tests.conftest import soup

SPEAKS = pytest.mark.parametrize("language", ["en", "zh"])


def clear(page, *words):
    """The page says one of these words, has a way on, and shows no trace of the machine."""
    said = page.json["error"] if page.is_json else page.text
    assert any(word in said for word in words), said[:3000]
    for leak in ("Traceback", "werkzeug", "sqlalchemy", 'File "'):
        assert leak not in page.text
    if page.mimetype == "text/html":
        assert soup(page).find("h1")
        assert soup(page).select_one("main a, main button")
    return page


@pytest.fixture
def taking(build, visit, request):
    """Somebody in the middle of a quiz."""
    build.case()
    build.quiz()
    person = build.person()
    attempt = build.attempt(person, now=dt.datetime.now(dt.UTC))
    return person, attempt


@SPEAKS
def test_an_unknown_address(build, visit, language):
    clear(visit(build.person(), language).get("/nowhere", 404), "does not exist", "不存在")
    clear(visit(language=language).get("/nowhere", 404), "does not exist", "不存在")


@SPEAKS
def test_a_wrong_method(build, visit, language):
    clear(visit(build.person(), language).get("/sign-out", 405), "cannot be used", "不能这样")


@SPEAKS
def test_a_forged_attempt(taking, build, visit, language):
    _person, attempt = taking
    stranger = visit(build.person(), language)
    clear(stranger.get(f"/attempts/{attempt.id}", 404), "does not exist", "不存在")
    clear(stranger.put("/attempts/999999999999999999999/answers/1", {"answer": ["a"], "seq": 1}, 404), "does not exist", "不存在")
    clear(stranger.post(f"/attempts/{attempt.id}/submit", 404), "does not exist", "不存在")
    clear(stranger.get("/attempts/x", 404), "does not exist", "不存在")


@SPEAKS
def test_a_stale_save(taking, build, visit, language):
    person, attempt = taking
    visitor, now = visit(person, language), dt.datetime.now(dt.UTC)
    build.answer(person, attempt, 1, ["b"], seq=5, now=now)
    answer = clear(visitor.put(f"/attempts/{attempt.id}/answers/1", {"answer": ["a"], "seq": 4}, 409), "newer answer", "较新的答案")
    place = str(attempts.questions_of(attempt.id)[0].order.index("b") + 1)
    assert (answer.json["answer"], answer.json["seq"]) == ([place], 5)


@SPEAKS
@pytest.mark.parametrize(
    "body", [None, [], {}, {"answer": "a", "seq": 1}, {"answer": ["zzz"], "seq": 1}, {"answer": ["a"], "seq": "x"}, {"answer": ["a", "b"], "seq": 1}]
)
def test_an_answer_of_no_shape(taking, visit, language, body):
    person, attempt = taking
    answer = visit(person, language).put(f"/attempts/{attempt.id}/answers/1", body, 400)
    assert answer.json["error"]
    assert attempts.answer(attempt.id, 1) is None


@SPEAKS
def test_a_late_save_and_a_late_submit(build, visit, language):
    build.case()
    build.quiz()
    person, started = build.person(), dt.datetime.now(dt.UTC) - dt.timedelta(minutes=16)
    attempt = build.attempt(person, now=started)
    build.answer(person, attempt, 1, ["a"], now=started)
    visitor = visit(person, language)
    clear(visitor.put(f"/attempts/{attempt.id}/answers/2", {"answer": ["a"], "seq": 1}, 409), "time is over", "时间已到")
    visitor.post(f"/attempts/{attempt.id}/submit", 303)
    page = clear(visitor.get(f"/attempts/{attempt.id}/result"), "time is over", "时间已到")
    assert "25" in page.text


@SPEAKS
def test_a_late_form_keeps_what_was_saved(build, visit, language):
    build.case()
    build.quiz()
    person, started = build.person(), dt.datetime.now(dt.UTC) - dt.timedelta(minutes=16)
    attempt = build.attempt(person, now=started)
    build.answer(person, attempt, 1, ["a"], now=started)
    visitor = visit(person, language)
    visitor.get("/learning/")
    visitor.post(f"/attempts/{attempt.id}/answers", 303, **{"answer-2": "a", "seen-2": "0"})
    clear(visitor.get(f"/attempts/{attempt.id}/result"), "time is over", "时间已到")


def test_a_second_submit_leads_to_the_result(taking, visit):
    person, attempt = taking
    visitor = visit(person)
    visitor.get(f"/attempts/{attempt.id}")
    for _time in range(2):
        assert visitor.post(f"/attempts/{attempt.id}/submit", 303).location == f"/attempts/{attempt.id}/result"


@SPEAKS
def test_a_form_of_fifty_megabytes(build, visit, language):
    visitor = visit(build.person(), language)
    visitor.get("/account")
    page = visitor.post("/account/password", 413, current_password="x" * 50_000_000)
    clear(page, "too large", "太大")


@SPEAKS
def test_a_form_whose_session_is_gone(build, visit, language):
    visitor = visit(language=language)
    visitor.token = "made up"
    clear(visitor.post("/sign-in", 400, employee_no="1", password="x"), "load it again", "重新打开")


@SPEAKS
def test_a_failure_of_the_server_itself(app, build, visit, language, monkeypatch):

    @app.get("/fails")
    @public
    def fails():
        raise RuntimeError("secret detail")

    page = clear(visit(build.person(), language).get("/fails", 500), "Something failed", "出了问题")
    assert "secret detail" not in page.text


@pytest.mark.parametrize("address", ["/cases/%00", "/cases/?q=%00", "/cases/?q=%F0%9F", "/supervision/?after=%00+%00", "/learning/?x=%ff", "/sign-in?next=%00"])
def test_odd_bytes_in_an_address(build, visit, address):
    visitor = visit(build.person(supervises=build.department()))
    assert visitor.get(address, None).status_code < 500
