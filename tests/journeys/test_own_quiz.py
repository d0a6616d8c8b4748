"""An author makes a quiz of two sections out of the bank, and a learner gets what was set."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import LOCALES
from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", list(LOCALES))
def test_a_quiz_is_made_published_and_taken_as_it_was_set(language, server, device):
    say = words(language)
    author = next(one for one in server.sign_ins if one.role == "author")
    page = device(language, 390, 844)
    sign_in(page, say, author.employee_no, author.password)
    page.goto("/manage/quizzes/new")
    page.locator("[name=title-en]").fill(f"Before entry {language}")
    page.locator("[name=title-zh]").fill(f"进入之前 {language}")
    page.get_by_role("button", name=say("Begin")).click()
    page.locator("[name=sections-0-title-en]").wait_for(state="attached")
    address = page.url

    page.get_by_role("button", name=say("Another section")).click()
    page.wait_for_url("**#**")
    page.locator("#section-0").get_by_role("link", name=say("Questions from the bank")).click()
    page.get_by_label(say("Kind")).select_option("true-false")
    page.get_by_role("button", name=say("Search")).click()
    page.wait_for_url("**kind=true-false**")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name=say("Add what is ticked")).click()
    page.wait_for_url(address)

    with page.expect_navigation():
        page.locator("button[value='add:draw:1']").click()
    draw = page.locator("#slot-1")
    draw.locator("[name=slots-1-kind]").select_option("multiple")
    draw.locator("[name=slots-1-count]").fill("2")
    fitting = server.rows("SELECT count(*) AS n FROM question WHERE kind = 'multiple'")[0].n
    expect(draw.locator("[data-fits]")).to_contain_text(str(fitting))
    expect(page.locator("#state")).to_contain_text(say("Saved %(moment)s").split("%")[0].strip() or "20")
    page.get_by_role("link", name=say("Settings"), exact=True).click()
    page.locator("[name=time_limit]").fill("7")
    page.locator("[name=attempts]").fill("1")
    page.locator("main ~ section button.btn-primary").click()
    expect(page.get_by_text(say("Saved. Learners get it once you publish."))).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name=say("Publish"), exact=True).click()
    expect(page.get_by_text(say("Published as revision %(number)s. Attempts that start from now on get it.") % {"number": 1})).to_be_visible()

    learner = server.untouched(1)[0]
    taker = device(language, 390, 844)
    sign_in(taker, say, learner, author.password)
    taker.goto("/learning/")
    taker.get_by_role("link", name=say("See the quizzes")).click()
    taker.get_by_role("link", name=f"Before entry {language}" if language == "en" else f"进入之前 {language}").click()
    taker.get_by_role("button", name=say("Start the quiz")).click()
    taker.wait_for_url("**/attempts/*")
    expect(taker.locator("fieldset.q")).to_have_count(3)
    slug = address.rpartition("/")[2]
    found = server.rows(
        "SELECT a.time_limit, a.attempts_allowed, q.kind, q.section FROM attempt AS a JOIN attempt_question AS q ON q.attempt_id = a.id"
        " WHERE a.slug = :slug ORDER BY q.number",
        slug=slug,
    )
    assert [(row.kind, row.section) for row in found] == [("true-false", 0), ("multiple", 1), ("multiple", 1)]
    assert {(row.time_limit, row.attempts_allowed) for row in found} == {(7, 1)}
