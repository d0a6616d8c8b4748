"""A quiz of every kind, on a phone by touch and on a desk by keyboard alone, in both languages: every answer is found again."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from app import create_app
from cases.actions.library import load_case
from cases.casebook import CaseFile
from core import files
from core.db import db, transaction
from core.pictures import shrink
from quizzes.actions.loading import load_quiz
from quizzes.casebook import QuizFile
from tests.builders import NOW, case_document
from tests.conftest import settings
from tests.core.test_pictures import photo
from tests.journeys.conftest import Server, until
from tests.journeys.test_first_loop import sign_in, words
from tests.quizzes.kinds import every_kind

pytestmark = pytest.mark.slow

SLUG = "every-kind"
KINDS = ("single", "multiple", "true-false", "numeric", "short", "matching", "ordering", "words", "hotspot", "essay")


@pytest.fixture(scope="module")
def company(make_server) -> Server:
    """A company of its own whose casebook has a quiz of every kind."""
    server = make_server()
    url = server.database_url or f"sqlite:///{server.folder / 'casebook.db'}"
    app = create_app({**settings(url, Path(server.folder)), "MEDIA_FOLDER": server.folder / "media"})
    with app.app_context():
        contents = every_kind(files.store_bytes(shrink(photo(size=(800, 400))), app.config["MEDIA_FOLDER"]))
        head = {"title_en": "Every kind", "title_zh": "各种题型", "cause": "blind-rescue", "pass_mark": 80, "time_limit": 30, "attempts": 3}
        with transaction():
            load_case(CaseFile(SLUG, case_document(), []), NOW)
            load_quiz(QuizFile(SLUG, {**head, "questions": [{"id": kind, "marks": 1, "content": content} for kind, content in contents.items()]}), NOW)
        db.engine.dispose()
    return server


def begin(page: Page, language: str, number: str, password: str) -> None:
    say = words(language)
    sign_in(page, say, number, password)
    page.goto(f"/quizzes/{SLUG}")
    page.get_by_role("button", name=say("Start the quiz")).click()
    expect(page.locator("#q1 .q-f")).to_be_visible()  # the script has run


def q(page: Page, kind: str) -> Locator:
    return page.locator(f"fieldset.q[data-kind={kind}]")


def stored(server: Server, page: Page) -> dict[str, list[str]]:
    rows = server.rows(
        "SELECT q.kind, a.response FROM answer a JOIN attempt_question q ON q.attempt_id = a.attempt_id AND q.number = a.number WHERE a.attempt_id = :id",
        id=int(page.url.rpartition("/")[2].partition("#")[0]),
    )
    return {row.kind: json.loads(row.response) if isinstance(row.response, str) else row.response for row in rows}


def shown(page: Page) -> dict[str, list[str]]:
    """What the fields hold, by kind."""
    return {
        kind: q(page, kind).evaluate(
            """(field) => [...field.querySelectorAll(".answer :is(input, select, textarea)")]
                 .filter((input) => input.name && !["radio", "checkbox"].includes(input.type) || input.checked).map((input) => input.value)"""
        )
        for kind in KINDS
    }


def found_again(server: Server, page: Page) -> None:
    """Everything is stored, and the page shows it when it is loaded anew."""
    expect(page.locator("#saved")).to_contain_text(":")
    before = shown(page)
    expect(page.locator(".pal .a")).to_have_count(len(KINDS))
    until(page, "JSON.parse(localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('answers:')))).unsent.length === 0")
    page.reload()
    expect(page.locator(".pal .a")).to_have_count(len(KINDS))
    assert shown(page) == before
    answers = stored(server, page)
    assert sorted(answers) == sorted(KINDS)
    assert all(answers.values())
    assert len(answers["hotspot"]) == 2
    assert len(answers["multiple"]) == 2
    assert answers["numeric"] == ["19.5 m"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_is_answered_on_a_phone_by_touch(language, company, device):
    page = device(language, 390, 844, is_mobile=True, has_touch=True, base_url=company.address)
    begin(page, language, company.untouched(1, SLUG)[0], company.sign_ins[0].password)
    say = words(language)
    for kind, places in (("single", [1]), ("multiple", [0, 2]), ("true-false", [1])):
        for place in places:
            q(page, kind).locator(".opt").nth(place).tap()
    q(page, "numeric").locator("input.form-control").fill("19.5")
    q(page, "numeric").locator("select").select_option("m")
    q(page, "short").locator("input.form-control").fill("氮气")
    for kind in ("matching", "words"):
        for place in (0, 1):
            q(page, kind).locator("select").nth(place).select_option(index=place + 1)
    rows = q(page, "ordering").locator(".ord > li")
    first = rows.first.get_attribute("data-row")
    rows.first.locator("[data-move='1']").tap()
    expect(rows.nth(1)).to_have_attribute("data-row", first)
    picture = q(page, "hotspot").locator(".spot-b")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    for share in (0.25, 0.75):
        picture.tap(position={"x": box["width"] * share, "y": box["height"] * 0.5})
    expect(q(page, "hotspot").locator(".spot-l li")).to_have_count(2)
    q(page, "essay").locator("textarea").fill("我先呼救。\nThen I wait.")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.locator("#questions :is(button, select, .opt, input.form-control):visible").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML.slice(0, 120))"
    )
    assert small == []
    page.get_by_role("button", name=say("Review and submit")).locator("visible=true").focus()
    found_again(company, page)
    assert abs(int(stored(company, page)["hotspot"][0].split(",")[0]) - 250) <= 5
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_is_answered_on_a_desk_by_keyboard_alone(language, company, device):
    page = device(language, base_url=company.address)
    begin(page, language, company.untouched(1, SLUG)[0], company.sign_ins[0].password)
    keys = page.keyboard
    q(page, "single").locator("input").first.focus()
    keys.press("Space")
    keys.press("ArrowDown")
    q(page, "multiple").locator("input").first.focus()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    q(page, "true-false").locator("input").first.focus()
    keys.press("Space")
    q(page, "numeric").locator("input.form-control").focus()
    keys.type("19.5")
    keys.press("Enter")  # sends nothing away
    keys.press("Tab")
    keys.type("m")
    q(page, "short").locator("input.form-control").focus()
    keys.type("nitrogen")
    for kind in ("matching", "words"):
        for place in (0, 1):
            q(page, kind).locator("select").nth(place).focus()
            for _press in range(place + 1):
                keys.press("ArrowDown")
    rows = q(page, "ordering").locator(".ord > li")
    first = rows.first.get_attribute("data-row")
    rows.first.locator("[data-move='1']").focus()
    keys.press("Enter")
    keys.press("Enter")
    expect(rows.nth(2)).to_have_attribute("data-row", first)
    q(page, "hotspot").locator(".spot-b").focus()
    keys.press("ArrowLeft")
    keys.press("Enter")
    keys.press("ArrowUp")
    keys.press("Shift+ArrowUp")
    keys.press("Enter")
    expect(q(page, "hotspot").locator(".spot-l li")).to_have_count(2)
    q(page, "essay").locator("textarea").focus()
    keys.type("First I call. ")
    keys.press("Tab")
    found_again(company, page)
    assert stored(company, page)["hotspot"] == ["475,500", "475,470"]
    assert Axe().run(page).response["violations"] == []

    hotspot = q(page, "hotspot")
    hotspot.locator(".spot-l button").first.focus()
    keys.press("Enter")
    expect(hotspot.locator(".spot-l li")).to_have_count(1)
    expect(page.locator("#saved")).to_contain_text(":")
    page.goto(page.url.partition("#")[0] + "/review")
    assert Axe().run(page).response["violations"] == []
    page.locator("#review form button").click()
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_have_text(words(language)("Your answers are in"))
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
