"""An author writes a case from nothing and publishes it, an employee studies it, and a second author overwrites nothing."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.builders import SHIPPED
from tests.journeys.shipped import decide_once
from tests.journeys.test_first_loop import sign_in, watch, words

pytestmark = pytest.mark.slow

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 200">
<path class="soft" d="M40 40h480v120H40z"/><circle class="hot" cx="280" cy="100" r="20"/></svg>"""
FILM = SHIPPED / "valero-delaware-nitrogen-2005/film.webm"
CAPTIONS = SHIPPED / "valero-delaware-nitrogen-2005/film.en.vtt"


def pair(name: str, english: str, chinese: str) -> dict[str, str]:
    return {f"{name}-en": english, f"{name}-zh": chinese}


def choice(name: str, english: str, chinese: str) -> dict[str, str]:
    return {**pair(f"{name}-text", english, chinese), **pair(f"{name}-outcome", f"Then: {english}", f"随后：{chinese}")}


def fill(page: Page, values: dict[str, str]) -> None:
    """Write into the fields of the part that is open; a list is chosen from."""
    for name, value in values.items():
        field = page.locator(f"#part [name='{name}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#save").click()


def act(page: Page, command: str, times: int = 1) -> None:
    for _time in range(times):
        with page.expect_navigation():
            page.locator(f"#part button[value='{command}']").click()


def open_part(page: Page, part: str) -> None:
    page.locator(f".parts a[href$='/{part}']").click()
    page.wait_for_url(f"**/{part}")


def write(page: Page, **parts: Any) -> None:
    """One part after the other: rows added, texts written, saved."""
    for part, (commands, values) in parts.items():
        open_part(page, part)
        for command in commands:
            act(page, command)
        fill(page, values)
        save(page)


def test_a_case_from_nothing_to_an_employee(server, device, tmp_path):
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(DRAWING)
    password, say = server.sign_ins[0].password, words("en")
    authors = [one.employee_no for one in server.sign_ins if one.role == "author"]
    page = device()
    sign_in(page, say, authors[0], password)
    page.goto("/manage/cases/new")
    for name, value in pair("title", "The valve behind the wall", "墙后的阀门").items():
        page.fill(f"[name='{name}']", value)
    page.select_option("[name=cause]", "complacency")
    page.fill("[name=date]", "2026-03")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/head")
    fill(page, {
        **pair("lead", "A valve stood open, and everybody passed it.", "阀门一直开着，人人从旁边走过。"), **pair("when", "March 2026", "2026年3月"),
        **pair("place", "Boiler house", "锅炉房"), "country": "CN", "industry": "power", "deaths": "0", "injuries": "1", "minutes": "6",
    })  # fmt: skip
    save(page)
    write(
        page,
        sources=(["add:sources"], {"sources-0-title": "Internal report 7", "sources-0-publisher": "Sample Industrial", "sources-0-year": "2026"}),
        decisions=(
            ["add:decisions", "add:decisions"],
            {
                **pair("decisions-0-question", "You see the open valve. What now?", "你看见阀门开着，怎么办？"),
                **choice("decisions-0-choices-0", "Walk on, the shift before left it so", "走过去，上一班就这样"),
                **choice("decisions-0-choices-1", "Ask the control room", "问中控室"),
                **pair("decisions-1-question", "Steam comes out. What now?", "蒸汽冒出来了，怎么办？"),
                **choice("decisions-1-choices-0", "Close it by hand", "用手去关"),
                **choice("decisions-1-choices-1", "Keep away and call", "离开并呼叫"),
            },
        ),
    )
    for number in (0, 1):
        page.locator(f"[name='decisions-{number}-choices-1-sound']").check()
    save(page)
    write(
        page,
        timeline=(
            ["add:timeline", "add:timeline", "add:timeline", "up:timeline:2", "up:timeline:1", "up:timeline:3"],
            {
                **pair("timeline-0-when", "Morning", "早上"), **pair("timeline-0-text", "The valve is **open**.", "阀门**开着**。"),
                **pair("timeline-2-when", "Noon", "中午"), **pair("timeline-2-text", "Pressure rises.", "压力升高。"),
                **pair("timeline-4-when", "Later", "之后"), **pair("timeline-4-text", "A hand is scalded.", "一只手被烫伤。"),
            },
        ),
        causes=([], {"direct_cause-en": "Steam at the open valve.", "direct_cause-zh": "阀门敞开，蒸汽喷出。"}),
        controls=(
            ["add:controls"],
            {
                **pair("controls-0-text", "Shift handover", "交接班"), **pair("controls-0-failure", "Not written", "没有记录"),
                **pair("controls-0-rule", "Handover rule", "交接班制度"),
                **pair("last_barrier-text", "You, asking", "你，开口问一句"), **pair("last_barrier-note", "It takes a minute.", "只要一分钟。"),
            },
        ),
        lessons=(
            ["add:at_your_post"],
            {**pair("at_your_post-0", "Look behind the wall.", "看看墙后。"), **pair("lesson", "An open valve is a question.", "阀门开着，就该问一句。")},
        ),
    )  # fmt: skip
    open_part(page, "pictures")
    page.set_input_files("#drawing", drawing)
    save(page)
    fill(page, pair("diagram-alt", "A wall and a valve.", "一堵墙和一只阀门。"))
    save(page)
    expect(page.locator(".ed-fig svg")).to_be_visible()
    open_part(page, "films")
    act(page, "add:films")
    fill(page, {**pair("films-0-title", "Behind the wall", "墙后"), "films-0-publisher": "Sample Industrial"})
    page.set_input_files("#films-0-uploaded-file", FILM)
    expect(page.get_by_text("The film is here.")).to_be_visible()
    page.set_input_files("#films-0-captions-en", CAPTIONS)
    save(page)
    expect(page.locator("#films-0").get_by_text("WEBM, 1.0 MB")).to_be_visible()
    slug = page.url.split("/")[-2]

    page.get_by_role("link", name="Preview").click()
    assert "A hand is scalded." not in page.content()
    decide_once(page)
    decide_once(page)
    expect(page.get_by_text("A hand is scalded.")).to_be_attached()

    page.goto(f"/manage/cases/{slug}")
    page.get_by_role("link", name="Compare and publish").click()
    page.get_by_role("button", name="Publish as revision 1").click()
    expect(page.get_by_text("Published as revision 1. It is in the library now.")).to_be_visible()

    reader = device("zh", 390, 844)
    sign_in(reader, words("zh"), server.untouched(1)[0], password)
    reader.goto(f"/cases/?q={'阀门'}")
    reader.get_by_role("link", name="墙后的阀门").click()
    decide_once(reader)
    decide_once(reader)
    reader.goto(f"/cases/{slug}")
    expect(reader.locator(".tl strong")).to_have_text("开着")
    english = device()
    sign_in(english, say, server.untouched(1)[0], password)
    english.goto(f"/cases/{slug}")
    decide_once(english)
    decide_once(english)
    watch(english)
    english.get_by_role("button", name=say("Mark as studied")).click()
    expect(english.get_by_text("The case is marked as studied.")).to_be_visible()

    other = device()
    sign_in(other, say, authors[1], password)
    for who in (page, other):
        who.goto(f"/manage/cases/{slug}/lessons")
    fill(page, {"lesson-en": "The first author’s lesson."})
    save(page)
    fill(other, {"lesson-en": "The second author’s lesson."})
    other.locator("#save").click()
    expect(other.get_by_role("alert")).to_contain_text("saved this part first. Nothing was overwritten: both texts are kept.")
    expect(other.locator(".diff")).to_contain_text("first")
    expect(other.locator(".diff ins")).to_contain_text("second")
    of_this = "JOIN accident_case AS c ON c.id = case_id WHERE c.slug = :slug"
    queries = (f"SELECT content FROM kept_text {of_this} AND reason = 'refused'", f"SELECT document FROM case_draft {of_this}")
    kept, draft = (json.loads(server.rows(query, slug=slug)[0][0]) for query in queries)
    assert (draft["lesson"]["en"], kept["lesson"]["en"]) == ("The first author’s lesson.", "The second author’s lesson.")


def test_what_is_typed_without_a_network_is_saved_when_it_is_back(server, device):
    author = next(one for one in server.sign_ins if one.role == "author")
    page = device()
    sign_in(page, words("en"), author.employee_no, author.password)
    page.goto("/manage/cases/key-largo-manhole-2017/lessons")
    page.context.set_offline(True)
    page.fill("[name='lesson-en']", "Typed without a network.")
    expect(page.locator("#state")).to_contain_text("No network.")
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#state")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("[name='lesson-en']")).to_have_value("Typed without a network.")
