"""A network that goes away in the middle of a quiz: the page opens again without it, and nothing that was answered is lost."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from socket import create_connection, socket

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import until
from tests.journeys.test_first_loop import sign_in, words
from tests.journeys.test_quiz_page import option, stored

pytestmark = pytest.mark.slow

SLUG = "key-largo-manhole-2017"
SUPERVISOR = """
SELECT leader.employee_no FROM attempt JOIN person ON person.id = attempt.person_id JOIN department AS own ON own.id = person.department_id
JOIN role_grant AS held ON held.role = 'supervisor' AND held.person_id != person.id JOIN department AS scope ON scope.id = held.department_id
JOIN person AS leader ON leader.id = held.person_id WHERE attempt.id = :attempt AND own.path LIKE scope.path || '%'"""


class Wire(socketserver.ThreadingTCPServer):
    """The way from a phone to the server, which can be cut: what a browser calls being offline spares its service worker at times."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.port, self.is_cut, self.open = port, False, set[socket]()

    def cut(self) -> None:
        self.is_cut = True
        for end in list(self.open):
            end.close()

    def mend(self) -> None:
        self.is_cut = False


class Line(socketserver.BaseRequestHandler):
    """One connection, passed on for as long as the wire holds."""

    server: Wire

    def handle(self) -> None:
        if self.server.is_cut:
            return
        with create_connection(("127.0.0.1", self.server.port)) as upstream, suppress(OSError):
            self.server.open |= {self.request, upstream}
            threading.Thread(target=self.pass_on, args=(self.request, upstream), daemon=True).start()
            self.pass_on(upstream, self.request)

    def pass_on(self, one: socket, other: socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if self.server.is_cut:
                    return
                other.sendall(data)


@pytest.fixture
def wire(server) -> Iterator[Wire]:
    with Wire(server.port) as wire:
        threading.Thread(target=wire.serve_forever, daemon=True).start()
        yield wire
        wire.shutdown()


@pytest.fixture(params=["en", "zh"])
def quiz(server, device, wire, request):
    """A phone on the wire with a quiz just begun that it has kept, and a way to take up a second device of the same person."""
    say, number = words(request.param), server.untouched(1, SLUG)[0]

    def another(width: int, address: str) -> Page:
        page = device(request.param, width, 844, base_url=address)
        sign_in(page, say, number, server.sign_ins[0].password)
        return page

    page = another(390, f"http://127.0.0.1:{wire.server_address[1]}")
    page.goto(f"/quizzes/{SLUG}")
    page.get_by_role("button", name=say("Start the quiz")).click()
    expect(page.locator("#q1")).to_be_visible()
    kept = "navigator.serviceWorker.controller && caches.open('attempt-pages').then((pages) => pages.match(location.href)).then(Boolean)"
    until(page, kept)
    desk = another(1280, server.address)
    desk.goto("/attempts/" + page.url.rpartition("/")[2])
    return page, desk, say


def saved(say) -> re.Pattern[str]:
    """What the page says when everything is saved, whatever the time."""
    return re.compile(re.escape(say("Saved %(time)s")).replace(re.escape("%(time)s"), r"\d\d:\d\d"))


def shown(page: Page) -> dict[int, str]:
    """The text of the chosen option of each question that is answered."""
    chosen = page.locator(".q").evaluate_all(
        "(fields) => fields.map((field) => [Number(field.dataset.number), field.querySelector('.opt:has(input:checked)')?.textContent.trim()])"
    )
    return {number: text for number, text in chosen if text}


def test_five_answers_without_a_network_survive_a_reload_and_are_found_on_a_second_device_that_hands_in(server, quiz, wire):
    page, desk, say = quiz
    option(page, 6, 0).check()
    expect(page.locator("#saved")).to_have_text(saved(say))
    wire.cut()
    for number in range(1, 6):
        option(page, number, number % 2).check()
    expect(page.locator("#offline")).to_contain_text(say("No network. Answers are kept on this device and sent later."))
    given = shown(page)
    assert sorted(given) == [1, 2, 3, 4, 5, 6]
    page.reload()
    expect(page.locator("#offline > *")).to_be_visible()
    assert shown(page) == given
    assert sorted(stored(server, page)) == [6]

    wire.mend()
    expect(page.locator("#offline > *")).to_be_hidden(timeout=40_000)
    expect(page.locator("#saved")).to_have_text(saved(say))
    assert sorted(stored(server, page)) == [1, 2, 3, 4, 5, 6]

    desk.reload()
    assert shown(desk) == given
    desk.get_by_role("button", name=say("Review and submit")).first.click()
    desk.get_by_role("button", name=say("Submit")).click()
    desk.wait_for_url("**/result")
    page.reload()
    page.wait_for_url("**/result")
    until(page, "caches.open('attempt-pages').then((pages) => pages.keys()).then((keys) => keys.length === 0)")


def test_what_another_device_answers_appears_here_and_neither_answer_is_lost(quiz, wire):
    page, desk, say = quiz
    with desk.expect_response("**/answers/2"):
        option(desk, 2, 1).check()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(option(page, 2, 1)).to_be_checked()
    expect(page.locator("#others")).to_contain_text(say("This quiz is also open on another device. Its answers appear here."))

    wire.cut()
    option(page, 3, 0).check()
    for place in (1, 2):
        with desk.expect_response("**/answers/3"):
            option(desk, 3, place).check()
    wire.mend()
    clash = page.locator("#clash > *")
    expect(clash).to_contain_text(say("Your answer here was: %(answer)s").partition("%")[0], timeout=40_000)
    expect(option(page, 3, 2)).to_be_checked()
    with page.expect_response("**/answers/3") as sent:
        clash.get_by_role("button", name=say("Use the answer given here")).click()
    assert sent.value.status == 200
    expect(option(page, 3, 0)).to_be_checked()
    expect(clash).to_be_hidden()


def test_what_comes_too_late_is_told_and_sent_when_the_attempt_is_opened_again(server, quiz, wire):
    page, desk, say = quiz
    wire.cut()
    option(page, 2, 1).check()
    expect(page.locator("#offline > *")).to_be_visible()
    desk.get_by_role("button", name=say("Review and submit")).first.click()
    desk.get_by_role("button", name=say("Submit")).click()
    desk.wait_for_url("**/result")
    expect(desk.locator("#late > *")).to_be_hidden()

    wire.mend()
    page.wait_for_url("**/result", timeout=40_000)
    place = page.locator("#late span").get_attribute("data-words").replace("{numbers}", "2")
    expect(page.locator("#late > *")).to_contain_text(place)
    page.reload()
    expect(page.locator("#late > *")).to_contain_text(place)

    attempt = page.url.rpartition("/")[0]
    number = int(attempt.rpartition("/")[2])
    with server.client() as client:
        client.sign_in(server.rows(SUPERVISOR, attempt=number)[0].employee_no, server.sign_ins[0].password)
        assert client.post(f"/supervision/attempts/{number}/reopen", extra=9, reason="The network was down.").status == 303
    page.goto(attempt)
    expect(page.locator("#saved")).to_have_text(saved(say))
    assert sorted(stored(server, page)) == [2]
    expect(option(page, 2, 1)).to_be_checked()
