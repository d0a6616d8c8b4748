"""The page of a running quiz on real devices: slow scripts, no network, two phones."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow

SLUG = "key-largo-manhole-2017"


@pytest.fixture
def quiz(server, device):
    """A phone with a quiz just begun, and a way to take up a second device of the same person."""
    say, number = words("en"), server.untouched(1, SLUG)[0]

    def another() -> Page:
        page = device("en", 390, 844, service_workers="block")  # as in a browser that has none; see test_bad_network.py for the others
        sign_in(page, say, number, server.sign_ins[0].password)
        return page

    page = another()
    page.goto(f"/quizzes/{SLUG}")
    page.get_by_role("button", name=say("Start the quiz")).click()
    expect(page.locator("#q1 .q-f")).to_be_visible()  # the script has run
    return page, another


def stored(server, page: Page) -> dict[int, list[str]]:
    """The answers in the database, by question."""
    rows = server.rows("SELECT number, response FROM answer WHERE attempt_id = :attempt", attempt=page.url.rpartition("/")[2].partition("#")[0])
    return {row.number: row.response for row in rows}


def option(page: Page, question: int, place: int) -> Locator:
    return page.locator(f"#q{question} .opt input").nth(place)


def test_an_answer_given_before_the_script_has_come_is_saved_when_it_comes(server, quiz):
    page, _another = quiz
    held: list[Route] = []
    page.route("**/take.js", lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    option(page, 1, 2).check()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert list(stored(server, page)) == [1]


def test_answers_without_network_are_kept_through_a_restart_and_sent_later(server, quiz):
    page, _another = quiz
    page.context.set_offline(True)
    option(page, 1, 0).check()
    option(page, 2, 1).check()
    expect(page.locator("#offline")).to_contain_text("No network")
    assert stored(server, page) == {}
    address, context = page.url, page.context
    page.close()  # first, or the page sends them itself as soon as the network is back
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    for _try in range(100):  # the page that was closed may have sent them with its last breath: then this one has nothing to say
        if sorted(stored(server, page)) == [1, 2]:
            break
        page.wait_for_timeout(100)
    assert sorted(stored(server, page)) == [1, 2]
    expect(option(page, 1, 0)).to_be_checked()
    expect(option(page, 2, 1)).to_be_checked()


def test_a_newer_answer_from_another_device_wins_and_the_page_says_so(server, quiz):
    page, another = quiz
    second = another()
    second.goto(page.url)
    for place in (0, 1, 2):
        with second.expect_response("**/answers/1"):
            option(second, 1, place).check()
    option(page, 1, 3).click()  # the newer answer may be back before a check() has looked
    expect(page.locator("#clash")).to_contain_text("newer answer from another device")
    expect(option(page, 1, 2)).to_be_checked()
    with page.expect_response("**/answers/1") as saved:
        option(page, 1, 3).check()
    assert saved.value.status == 200
    second.reload()
    expect(option(second, 1, 3)).to_be_checked()


def test_what_is_answered_while_another_answer_is_on_its_way_is_sent_when_the_page_is_left(server, quiz):
    page, _another = quiz
    sent = page.evaluate(
        """() => {
            const sent = [];
            globalThis.fetch = (address) => { sent.push(address.split("/").pop()); return new Promise(() => {}); };
            for (const id of ["q1", "q2"]) document.querySelector(`#${id} .opt input`).click();
            dispatchEvent(new Event("pagehide"));
            return sent;
        }"""
    )
    assert sent == ["1", "1", "2"]


def test_a_network_that_answers_in_the_server_s_place_is_none(server, quiz):
    page, _another = quiz
    asked: list[Route] = []
    page.route("**/answers/1", lambda route: (asked.append(route), route.fulfill(body="<h1>Welcome to our WLAN</h1>", content_type="text/html")))
    option(page, 1, 0).check()
    expect(page.locator("#offline")).to_contain_text("No network")
    assert len(asked) <= 2
    page.unroute("**/answers/1")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert sorted(stored(server, page)) == [1]


def test_an_answer_that_another_device_overtook_is_named_when_the_page_comes_back(server, quiz):
    page, another = quiz
    page.context.set_offline(True)
    option(page, 1, 0).check()
    address, context = page.url, page.context
    page.close()
    second = another()
    second.goto(address)
    for place in (1, 2):
        with second.expect_response("**/answers/1"):
            option(second, 1, place).check()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#clash")).to_contain_text("newer answer from another device")
    expect(option(page, 1, 2)).to_be_checked()
