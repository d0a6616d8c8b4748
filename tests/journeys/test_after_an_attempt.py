"""What comes after an attempt: marks that a person gives, and a wrong key that is put right, up to the learner's record."""

import datetime as dt
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app import create_app
from cases.actions.library import load_case
from cases.casebook import CaseFile
from core.db import db, transaction
from people.rules import Role
from quizzes.actions.loading import load_quiz
from quizzes.casebook import QuizFile
from quizzes.queries.bank import question_by_uid
from tests.builders import NOW, PASSWORD, Builder, case_document, question
from tests.conftest import settings
from tests.journeys.conftest import Server
from tests.journeys.test_first_loop import sign_in, words
from tests.quizzes.test_grading import essay

pytestmark = pytest.mark.slow

SLUG = "two-kinds"
say = words("en")


def load(key: str) -> None:
    head = {"title_en": "Two kinds", "title_zh": "两种题", "cause": "blind-rescue", "pass_mark": 90, "time_limit": 30, "attempts": 3}
    with transaction():
        load_quiz(QuizFile(SLUG, {**head, "questions": [question("one", marks=6, options=key), essay()]}), NOW)


@pytest.fixture
def company(make_server):
    """A company where two employees have submitted a quiz with an essay; its author, and the question that is not the essay."""
    server = make_server(sample=False)
    url = server.database_url or f"sqlite:///{server.folder / 'casebook.db'}"
    app = create_app({**settings(url, Path(server.folder)), "MEDIA_FOLDER": server.folder / "media"})
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        build = Builder(app)
        with transaction():
            load_case(CaseFile(SLUG, case_document(), []), NOW)
        load("+--")
        learners = [build.person(), build.person()]
        for person, text in zip(learners, ("Nobody stopped him.", "I do not know."), strict=True):
            attempt = build.attempt(person, SLUG, now - dt.timedelta(minutes=9))
            build.answer(person, attempt, 1, ["a"], now=now)
            build.answer(person, attempt, 2, [text], now=now)
            build.submit(attempt, now)
        yield server, learners[0].employee_no, build.person(role=Role.AUTHOR).employee_no, question_by_uid(f"{SLUG}/one").id
        db.session.remove()
        db.engine.dispose()


def is_sound(page: Page) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert Axe().run(page).response["violations"] == []


def visitor(browser, server: Server, number: str) -> Page:
    page = browser.new_context(base_url=server.address, locale="en-GB").new_page()
    sign_in(page, say, number, PASSWORD)
    return page


def test_an_essay_is_marked_by_keyboard_and_a_wrong_key_is_put_right_in_the_record(browser, company):
    server, learner_no, author_no, question_id = company
    author, learner = visitor(browser, server, author_no), visitor(browser, server, learner_no)
    author.goto("/manage/marking")
    author.get_by_role("link", name=re.compile(r"^Mark\s*: ")).click()
    expect(author.get_by_text("Nobody stopped him.")).to_be_visible()
    expect(author.locator("main")).not_to_contain_text("Sample")
    is_sound(author)
    author.get_by_label("Comment for the learner").fill("Name the permit too.")
    author.locator("h1").click()
    author.keyboard.press("3")
    author.keyboard.press("Enter")
    expect(author.get_by_text("The result of this attempt stands now.")).to_be_visible()
    expect(author.get_by_text("I do not know.")).to_be_visible()
    author.goto(f"/manage/marking/{question_id + 1}/marked")
    is_sound(author)
    author.get_by_role("link", name=re.compile("Change the mark")).click()
    is_sound(author)

    attempt = server.rows("SELECT id FROM attempt WHERE slug = :slug ORDER BY id", slug=SLUG)[0].id
    learner.goto(f"/attempts/{attempt}/result")
    expect(learner.get_by_role("heading", name="Passed")).to_be_visible()
    expect(learner.get_by_text("Name the permit too.")).to_be_visible()

    load("-+-")
    author.goto(f"/manage/questions/{question_id}/regrade")
    expect(author.get_by_text("2 marks would change.")).to_be_visible()
    expect(author.get_by_text("no longer passed", exact=True)).to_be_visible()
    is_sound(author)
    author.get_by_label("Why it is marked anew").fill("The key named the wrong option.")
    author.get_by_role("button", name="Mark anew").click()
    expect(author.get_by_text("2 marks have changed.")).to_be_visible()

    learner.goto(f"/attempts/{attempt}/result")
    expect(learner.get_by_role("heading", name="Not passed")).to_be_visible()
    expect(learner.get_by_text("The key named the wrong option.")).to_be_visible()
    learner.goto("/learning/record")
    expect(learner.get_by_text("Corrected by line 2")).to_be_visible()
    expect(learner.get_by_text("Corrects line 1")).to_be_visible()
    is_sound(learner)
    assert "Sound" in server.run("records", "verify").stdout
