"""An author makes a first quiz from a case and corrects it; what is not saved outlives the page."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import LOCALES
from tests.journeys.test_accessibility import problems
from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow

CASE = {"en": "foundation-food-group-2021", "zh": "imperial-sugar-2008"}


@pytest.mark.parametrize("language", list(LOCALES))
def test_a_quiz_is_made_from_a_case_corrected_kept_and_saved(language, server, device):
    say = words(language)
    author = next(one for one in server.sign_ins if one.role == "author")
    page = device(language, 390, 844)
    sign_in(page, say, author.employee_no, author.password)
    page.goto(f"/manage/cases/{CASE[language]}")
    with page.expect_navigation():
        page.get_by_role("link", name=say("Write the quiz")).click()
    before = page.locator("section[id^=questions-]").count()
    with page.expect_navigation():
        page.get_by_role("button", name=say("Make a first quiz from the case")).click()
    made = page.locator("section[id^=questions-]").count()
    assert made > before
    assert problems(page, language) == []

    page.locator("[name=questions-0-text-en]").fill("A question of ours")
    page.goto(f"/manage/cases/{CASE[language]}/quiz")  # as a browser that was closed
    assert page.locator("section[id^=questions-]").count() == before
    with page.expect_navigation():
        page.get_by_role("button", name=say("Bring it back")).click()
    expect(page.locator("[name=questions-0-text-en]")).to_have_value("A question of ours")
    assert page.locator("section[id^=questions-]").count() == made

    page.locator(f"button[value='remove:questions:{made - 1}']").click()
    page.wait_for_url(f"**#questions-{made - 1}")
    page.locator("#save").click()
    expect(page.get_by_text(say("Saved. Attempts that start from now on get it."))).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()
    assert server.rows("SELECT questions FROM accident_case WHERE slug = :slug", slug=CASE[language])[0].questions == made - 1
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()
