"""The sheet of a toolbox talk is one page of A4: for every shipped case in both languages, and for a case whose every text is as long as it may be."""

import re
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from people.rules import Role
from tests.builders import SHIPPED, case_document, pair
from tests.journeys.conftest import LOCALES

pytestmark = pytest.mark.slow

A4 = 297 / 25.4 * 96
SLUGS = sorted(file.parent.name for file in SHIPPED.glob("*/case.yaml"))


@pytest.fixture
def printed(app, build, visit, browser: Browser):
    """printed(slug, language): the pages of the PDF and the height of the sheet. The browser reads from the application itself, without a server."""
    author = build.person(role=Role.AUTHOR)
    context = browser.new_context(base_url="http://casebook.test", viewport={"width": 794, "height": 1123})

    def print_one(slug: str, language: str) -> tuple[int, float]:
        visitor = visit(author, language)

        def answer(route: Route) -> None:
            reply = visitor.client.get(route.request.url.removeprefix("http://casebook.test"))
            route.fulfill(status=reply.status_code, body=reply.data, content_type=reply.content_type)

        context.unroute("**/*")
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"/cases/{slug}/sheet")
        page.emulate_media(media="print")
        height = page.locator(".talk").bounding_box()["height"]
        pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))
        page.close()
        return pages, height

    yield print_one
    context.close()


def test_the_sheet_of_every_shipped_case_is_one_page(build, printed):
    build.shipped_casebook()
    found = {(slug, language): printed(slug, language) for slug in SLUGS for language in LOCALES}
    assert len(found) == 2 * len(SLUGS)
    assert {key: got for key, got in found.items() if got[0] != 1 or got[1] > A4 + 1} == {}


@pytest.mark.parametrize("language", list(LOCALES))
def test_even_the_sheet_of_a_case_with_the_longest_texts_is_one_page(build, printed, language):
    build.case(**longest())
    pages, height = printed("second-man", language)
    assert (pages, height <= A4 + 1) == (1, True)


def longest() -> dict[str, Any]:
    """A case with more of everything than the page has room for."""
    long = pair("A rather long sentence of many words about a pump. " * 40, "这是关于一台泵的一句相当长的话，说了很多。" * 40)
    case: dict[str, Any] = deepcopy(
        case_document(title=pair("Title words " * 16, "很长的标题" * 20), place=long, when=long, lead=long, toll_note=long, lesson=long)
    )
    case["deaths"], case["injuries"] = 120, 4000
    case["timeline"] = [
        {"id": f"row-{n}", "when": pair("on the morning of the very day", "就在事发当天的早上八点前后不久"), "text": long, "from": ["study"]} for n in range(9)
    ]
    case["timeline"] += [{"decision": "first-step"}, {"id": "after", "when": pair("After"), "text": long, "from": ["study"]}]
    choices = [{"id": f"choice-{n}", "text": long, "sound": n == 5, "outcome": long} for n in range(6)]
    case["decisions"] = [{"id": "first-step", "situation": long, "question": long, "choices": choices}]
    case["controls"] = [{"id": f"control-{n}", "text": long, "failure": long, "rule": long, "from": ["study"]} for n in range(12)]
    case["at_your_post"] = [long] * 8
    case["sources"] = [{"id": f"source-{n}", "title": "Title of a report " * 16, "publisher": "A board " * 20, "year": 2006, "url": ""} for n in range(9)]
    return case
