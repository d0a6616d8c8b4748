"""An author draws where the hazard is: with a pointer, and with keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow


def test_areas_are_drawn_with_a_pointer_and_with_keys(server, browser):
    say = words("en")
    author = next(one for one in server.sign_ins if one.role == "author").employee_no
    spot = server.rows("SELECT id FROM question WHERE uid = 'bank/sample-where'")[0].id
    context = browser.new_context(base_url=server.address, locale="en-GB", viewport={"width": 1280, "height": 1400})
    page: Page = context.new_page()
    sign_in(page, say, author, server.sign_ins[0].password)
    page.goto(f"/manage/questions/{spot}")
    places = page.locator("[name^='areas-'][name$='-at']")
    expect(page.locator(".draw-s [data-place]")).to_have_count(3)
    page.locator("#draw").scroll_into_view_if_needed()
    page.get_by_role("button", name=say("Rectangle")).click()
    box = page.locator(".draw-p img").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(places).to_have_count(4)
    drawn = [int(value) for value in places.nth(3).input_value().split(",")]
    assert all(abs(value - wanted) <= 3 for value, wanted in zip(drawn, (200, 200, 200, 300), strict=True))
    page.get_by_role("button", name=say("Circle")).focus()
    page.keyboard.press("Enter")
    expect(places).to_have_count(5)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    expect(places.nth(4)).to_have_value("490, 500, 110")
    page.locator("#save").click()
    expect(page.get_by_text("Revision 2", exact=True)).to_be_visible()
    expect(places).to_have_count(5)
    context.close()
