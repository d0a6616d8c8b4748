"""Searching with the keyboard, and taking off again what was asked for."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("language", "word", "found"), [("en", "nitrogen", "Nitrogen"), ("zh", "氮气", "氮气")])
def test_a_worker_searches_with_the_keyboard_and_takes_a_filter_off(language, word, found, server, device):
    page = device(language, 390, 844)
    page.goto("/")
    page.fill("[name=employee_no]", server.untouched(1)[0])
    page.fill("[name=password]", server.sign_ins[0].password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/learning/")
    page.goto("/cases/?industry=refining")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    expect(page.locator("#q")).to_have_value(word)
    assert page.locator("article mark").first.text_content().startswith(found)
    before = page.locator("article.case").count()
    page.locator(".chips a").first.click()
    page.wait_for_url(lambda address: "industry" not in address)
    expect(page.locator("#q")).to_have_value(word)
    assert page.locator("article.case").count() > before
