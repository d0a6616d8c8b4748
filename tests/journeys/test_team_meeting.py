"""A supervisor leads a team through a case on one screen, and everybody who was there has it in their record."""

import re

import pytest
from playwright.sync_api import Page, expect

from learning.rules import Show, scenes
from tests.journeys.shipped import document, found_in, hidden_texts, plain, told
from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow

SLUG = "imperial-sugar-2008"
PROJECTOR = (1280, 720)
# Who leads, and who is there: the sample company's first two supervisors with an employee of their team who has everything before them.
PEOPLE = {"en": ("1002", "1003"), "zh": ("1056", "1061")}
SMALLEST = """() => {
  const told = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shown = [...document.querySelectorAll("#main *")].filter((one) => told(one) && one.checkVisibility() && !one.closest(".visually-hidden"));
  return Math.min(...shown.map((one) => parseFloat(getComputedStyle(one).fontSize)));
}"""


@pytest.mark.parametrize("language", list(PEOPLE))
def test_a_supervisor_leads_a_meeting_to_the_protocol_and_the_employee_has_the_line(language, server, device):
    leader, worker = PEOPLE[language]
    say, case, password = words(language), document(SLUG), server.sign_ins[0].password
    shows = [scene.show for scene in scenes(case)]
    decision = shows.index(Show.DECISION)

    desk = device(language, *PROJECTOR)
    sign_in(desk, say, leader, password)
    desk.goto(f"/cases/{SLUG}")
    desk.get_by_role("link", name=say("Use in a team meeting")).click()
    desk.get_by_role("button", name=say("Begin")).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(plain(case["title"][language]))

    # A presenter's keys move it, also back; full screen is not left on the way.
    desk.get_by_role("button", name=say("Full screen")).click()
    for key, step in (("ArrowRight", 1), ("PageDown", 2), ("ArrowLeft", 1), ("PageUp", 0), (" ", 1)):
        press(desk, key, step)
    assert desk.evaluate("document.fullscreenElement !== null")
    desk.evaluate("document.exitFullscreen()")

    # A reload and a second device stay at the same screen, and neither has received what comes later.
    for step in range(2, decision + 1):
        press(desk, "ArrowRight", step)
    assert desk.evaluate(SMALLEST) >= 28
    tablet = device(language, 820, 1180)
    sign_in(tablet, say, leader, password)
    for screen in (desk, tablet):
        screen.goto(desk.url)
        expect(screen.locator("[name=step]")).to_have_value(str(decision))
        assert found_in(screen.content(), hidden_texts(SLUG)) == []
        assert found_in(screen.content(), told(case["decisions"][0]["situation"][language]))

    # Hands are counted by thumb; the outcomes come with them.
    for place, times in ((0, 3), (1, 1)):
        for _time in range(times):
            desk.locator(".st-opt").nth(place).locator("[data-adds='1']").click()
    desk.locator(".st-opt").nth(0).locator("[data-adds='-1']").click()
    desk.get_by_role("button", name=say("Show what follows")).click()
    expect(desk.locator("[name=step]")).to_have_value(str(decision + 1))
    assert re.findall(r"\d+", " ".join(desk.locator(".st-c").all_inner_texts())) == ["2", "1", *["0"] * (len(case["decisions"][0]["choices"]) - 2)]
    expect(desk.locator(".st-outs .good")).to_contain_text(say("The way that holds"))

    for step in range(decision + 2, len(shows)):
        press(desk, "ArrowRight", step)
        if shows[step] not in (Show.DRAWING, Show.FILMS, Show.ROLL):
            assert desk.evaluate(SMALLEST) >= 28, shows[step]

    expect(desk.locator("[name=present]:checked")).to_have_count(0)
    desk.get_by_label(re.compile(rf"\b{worker}\b")).check()
    desk.get_by_role("button", name=say("End the meeting and record")).click()
    desk.wait_for_url("**/protocol")
    expect(desk.get_by_role("row", name=re.compile(rf"\b{worker}\b"))).to_have_count(1)
    tablet.reload()
    tablet.wait_for_url("**/protocol")

    name = server.rows("SELECT name_en AS en, name_zh AS zh FROM person WHERE employee_no = :number", number=leader)[0]._mapping[language]
    phone = device(language, 390, 844, is_mobile=True, has_touch=True)
    sign_in(phone, say, worker, password)
    for page, address in ((desk, f"/supervision/people/{worker}"), (phone, "/learning/record")):
        page.goto(address)
        line = page.get_by_role("row", name=re.compile(re.escape(plain(case["title"][language]))))
        expect(line).to_contain_text(say("Team meeting led by %(name)s") % {"name": name})
        expect(line).to_contain_text(say("Studied"))


def press(page: Page, key: str, step: int) -> None:
    """A key, and the screen it leads to."""
    if key in ("PageDown", " "):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.keyboard.press(key)
    expect(page.locator("[name=step]")).to_have_value(str(step))
