"""The first whole loop, as the people of a company live it: a case on a phone, its film, its quiz, and the supervisor who sees it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from babel.support import NullTranslations, Translations
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import ROOT
from tests.journeys.shipped import document, plain, questions, right_options

pytestmark = pytest.mark.slow

SLUG = "valero-delaware-nitrogen-2005"
PHONE = (390, 844)
CAUSE = {"en": "Blind rescue", "zh": "盲目施救"}
Say = Callable[[str], str]
# Each language has people of its own: who studies, who supervises the same team, who supervises another department.
PEOPLE = {"en": ("1003", "1002", "1056"), "zh": ("1061", "1056", "1002")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_employee_studies_decides_watches_and_passes_and_only_the_own_supervisor_sees_it(language, server, device):
    employee, supervisor, stranger = PEOPLE[language]
    passwords = {sign_in.employee_no: sign_in.password for sign_in in server.sign_ins}
    say, case = words(language), document(SLUG)

    desk = device(language)
    sign_in(desk, say, supervisor, passwords[supervisor])
    desk.goto("/supervision/")
    expect(quiz_cell(desk, employee, case["title"][language])).not_to_have_class("done")

    phone = device(language, *PHONE, is_mobile=True, has_touch=True)
    sign_in(phone, say, employee, passwords[employee])
    phone.get_by_role("navigation").get_by_role("link", name=say("Cases")).locator("visible=true").click()
    phone.get_by_role("region", name=CAUSE[language]).get_by_role("link", name=case["title"][language]).click()
    decide(phone, say, case, language)
    phone.get_by_role("button", name=say("Mark as studied"), exact=True).click()
    expect(phone.get_by_role("button", name=say("Mark as studied"), exact=True)).to_have_count(0)
    watch(phone)
    pass_the_quiz(phone, say, language)

    desk.reload()
    expect(quiz_cell(desk, employee, case["title"][language])).to_have_class("done")
    desk.get_by_role("row").get_by_role("link", name=re.compile(rf"\b{int(employee) - 1000}$|员工{int(employee) - 1000}$")).click()
    expect(desk.get_by_role("main")).to_contain_text(case["title"][language])

    other = device(language)
    sign_in(other, say, stranger, passwords[stranger])
    answer = other.goto(f"/supervision/people/{employee}")
    assert answer is not None
    assert answer.status == 404
    expect(other.get_by_role("heading", level=1)).to_have_text(say("This page does not exist, or it is not open to you."))
    assert employee not in other.goto("/supervision/").text()


def words(language: str) -> Say:
    """The words of the screens in this language, by the English ones."""
    return (Translations.load(ROOT / "translations", ["zh_Hans_CN"]) if language == "zh" else NullTranslations()).gettext


def sign_in(page: Page, say: Say, employee_no: str, password: str) -> None:
    page.goto("/")
    page.get_by_label(say("Employee number")).fill(employee_no)
    page.get_by_label(say("Password"), exact=True).fill(password)
    page.get_by_role("button", name=say("Sign in"), exact=True).click()
    expect(page.get_by_role("navigation").first).to_be_attached()


def decide(page: Page, say: Say, case: Any, language: str) -> None:
    """Choose wrongly each time, as people do; only then does the case tell what followed."""
    for row in [row for row in case["timeline"] if "decision" in row]:
        point = next(point for point in case["decisions"] if point["id"] == row["decision"])
        wrong = next(choice for choice in point["choices"] if not choice["sound"])
        expect(page.get_by_text(plain(case["direct_cause"][language]))).to_have_count(0)
        page.get_by_label(plain(wrong["text"][language]), exact=True).check()
        page.get_by_role("button", name=say("This is what I do")).click()
        expect(page.locator(f"#decision-{point['id']}").get_by_text(say("Your choice"))).to_be_attached()
    expect(page.get_by_text(plain(case["direct_cause"][language]))).to_be_attached()


def watch(page: Page) -> None:
    """The film runs: its time goes on, it has a picture and shows captions in the reader's language."""
    film = page.locator("video").first
    film.scroll_into_view_if_needed()
    film.evaluate("film => film.play()")
    page.wait_for_function(
        """() => {
             const film = document.querySelector("video");
             const shown = [...film.textTracks].find((track) => track.mode === "showing");
             return film.currentTime > 1.5 && film.videoWidth > 0 && shown?.activeCues?.length > 0;
           }"""
    )
    film.evaluate("film => film.pause()")


def pass_the_quiz(page: Page, say: Say, language: str) -> None:
    page.locator("#finish").get_by_role("link").click()
    page.get_by_role("button", name=say("Start the quiz")).click()
    expect(page.locator("fieldset.q")).to_have_count(len(questions(SLUG)))
    for field in page.locator("fieldset.q").all():
        for option in right_options(SLUG, field.locator("legend").inner_text(), language):
            field.get_by_label(option, exact=True).check()
    expect(page.locator("#saved")).to_contain_text(re.sub(r"%\(time\)s", "", say("Saved %(time)s")).strip())
    page.get_by_role("button", name=say("Review and submit")).locator("visible=true").click()
    page.get_by_role("button", name=say("Submit"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Passed"))


def quiz_cell(page: Page, employee_no: str, title: str) -> Locator:
    """The cell of the completion matrix where this person and this case meet."""
    heads = page.locator("table.mx thead th").all_inner_texts()
    row = page.locator("table.mx tr", has=page.locator(f"a[href$='/{employee_no}']"))
    return row.locator("td").nth(heads.index(title) - 1)
