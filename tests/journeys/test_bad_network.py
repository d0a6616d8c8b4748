"""A network that goes away in the middle of a quiz: the page opens again without it, and nothing that was answered is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_first_loop import sign_in, words
from tests.journeys.test_quiz_page import option, stored

pytestmark = pytest.mark.slow

SLUG = "key-largo-manhole-2017"


@pytest.fixture(params=["en", "zh"])
def quiz(server, device, request):
    """A phone with a quiz just begun that the device has kept, and a way to take up a second device of the same person."""
    say, number = words(request.param), server.untouched(1, SLUG)[0]

    def another(width: int) -> Page:
        page = device(request.param, width, 844)
        sign_in(page, say, number, server.sign_ins[0].password)
        return page

    page = another(390)
    page.goto(f"/quizzes/{SLUG}")
    page.get_by_role("button", name=say("Start the quiz")).click()
    expect(page.locator("#q1")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller && caches.open('attempt-pages').then((pages) => pages.match(location.href))")
    return page, another, say


def saved(say) -> re.Pattern[str]:
    """What the page says when everything is saved, whatever the time."""
    return re.compile(re.escape(say("Saved %(time)s")).replace(re.escape("%(time)s"), r"\d\d:\d\d"))


def shown(page: Page) -> dict[int, str]:
    """The text of the chosen option of each question that is answered."""
    chosen = page.locator(".q").evaluate_all(
        "(fields) => fields.map((field) => [Number(field.dataset.number), field.querySelector('.opt:has(input:checked)')?.textContent.trim()])"
    )
    return {number: text for number, text in chosen if text}


def test_five_answers_without_a_network_survive_a_reload_and_are_found_on_a_second_device_that_hands_in(server, quiz):
    page, another, say = quiz
    option(page, 6, 0).check()
    expect(page.locator("#saved")).to_have_text(saved(say))
    page.context.set_offline(True)
    for number in range(1, 6):
        option(page, number, number % 2).check()
    expect(page.locator("#offline")).to_contain_text(say("No network. Answers are kept on this device and sent later."))
    given = shown(page)
    assert sorted(given) == [1, 2, 3, 4, 5, 6]
    page.reload()
    expect(page.locator("#offline")).to_contain_text(say("No network. Answers are kept on this device and sent later."))
    assert shown(page) == given
    assert sorted(stored(server, page)) == [6]

    page.context.set_offline(False)
    expect(page.locator("#offline > *")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text(saved(say))
    assert sorted(stored(server, page)) == [1, 2, 3, 4, 5, 6]

    desk = another(1280)
    desk.goto(page.url)
    expect(desk.locator("#q6 input:checked")).to_have_count(1)
    assert shown(desk) == given
    desk.get_by_role("button", name=say("Review and submit")).first.click()
    desk.get_by_role("button", name=say("Submit")).click()
    desk.wait_for_url("**/result")
    page.reload()
    page.wait_for_url("**/result")
    page.context.set_offline(True)
    assert page.evaluate("caches.open('attempt-pages').then((pages) => pages.keys()).then((keys) => keys.length)") == 0


def test_what_another_device_answers_appears_here_and_neither_answer_is_lost(server, quiz):
    page, another, say = quiz
    desk = another(1280)
    desk.goto(page.url)
    with desk.expect_response("**/answers/2"):
        option(desk, 2, 1).check()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(option(page, 2, 1)).to_be_checked()
    expect(page.locator("#others")).to_contain_text(say("This quiz is also open on another device. Its answers appear here."))

    page.context.set_offline(True)
    option(page, 3, 0).check()
    for place in (1, 2):
        with desk.expect_response("**/answers/3"):
            option(desk, 3, place).check()
    page.context.set_offline(False)
    clash = page.locator("#clash")
    expect(clash).to_contain_text(say("Your answer here was: %(answer)s").partition("%")[0])
    expect(option(page, 3, 2)).to_be_checked()
    with page.expect_response("**/answers/3") as sent:
        clash.get_by_role("button", name=say("Use the answer given here")).click()
    assert sent.value.status == 200
    expect(option(page, 3, 0)).to_be_checked()
    expect(clash).to_be_hidden()
