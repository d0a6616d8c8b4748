"""All the bytes that a learner's browser receives: nothing of them tells what is to come before its time."""

import re
import socketserver
import threading
from collections.abc import Iterator
from socket import create_connection, socket

import pytest
from playwright.sync_api import Page

from tests.journeys import test_every_kind
from tests.journeys.conftest import LOCALES
from tests.journeys.shipped import casebook, decide_once, document, found_in, hidden_texts, questions, secret_texts, told

pytestmark = pytest.mark.slow

SLUG = "foundation-food-group-2021"


class Tap(socketserver.ThreadingTCPServer):
    """Stands between browser and server, passes everything on and keeps what the browser receives, connection by connection."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.port, self.received = port, []  # type: tuple[int, list[bytearray]]

    def text(self) -> str:
        """What has arrived since the last time that this was asked."""
        kept, self.received = self.received, [bytearray() for _connection in self.received]
        return "\n".join(part.decode("utf-8", "replace") for part in kept)


class Passage(socketserver.BaseRequestHandler):
    """One connection of the browser, with its own to the server."""

    server: Tap

    def handle(self) -> None:
        place = len(self.server.received)
        self.server.received.append(bytearray())
        with create_connection(("127.0.0.1", self.server.port)) as upstream:
            threading.Thread(target=self.send_on, args=(upstream,), daemon=True).start()
            while data := upstream.recv(65536):
                self.server.received[place] += data
                self.request.sendall(data)

    def send_on(self, upstream: socket) -> None:
        while data := self.request.recv(65536):
            upstream.sendall(data)


@pytest.fixture
def tap(server) -> Iterator[Tap]:
    yield from tapped(server)


def tapped(server) -> Iterator[Tap]:
    with Tap(server.port) as between:
        threading.Thread(target=between.serve_forever, daemon=True).start()
        yield between
        between.shutdown()


company = test_every_kind.company


@pytest.fixture
def company_tap(company) -> Iterator[Tap]:
    yield from tapped(company)


# What only an author may know of tests/quizzes/kinds.py: feedback, hints, guide, patterns, tolerance, areas, gaps, ids that follow the key.
KEYS = (
    "SECRET",
    "秘密",
    "nitro*",
    '"0.25"',
    "alarm:",
    ":gas",
    '"gas"',
    "[[g",
    "g1:enter",
    '"g1"',
    '"isolate"',
    "111, 222",
    "111,222",
    "777, 555",
    "777,555",
    "tolerance",
    "guide for",
)


@pytest.mark.parametrize("language", list(LOCALES))
def test_no_kind_of_question_tells_its_key_before_the_end(language, company, device, company_tap):
    page = device(language, base_url=f"http://127.0.0.1:{company_tap.server_address[1]}", extra_http_headers={"Accept-Encoding": "identity"})
    test_every_kind.begin(page, language, company.untouched(1, test_every_kind.SLUG)[0], company.sign_ins[0].password)
    rows = page.locator("fieldset[data-kind=ordering] .ord > li")
    assert [rows.nth(place).get_attribute("data-row") for place in range(3)] == ["1", "2", "3"], "places in the attempt's order, not the author's"
    for kind in test_every_kind.KINDS:
        field = test_every_kind.q(page, kind)
        with page.expect_response(lambda answer: "/answers/" in answer.url) as saved:
            if field.locator(".opt").count():
                field.locator(".opt").first.click()
            elif field.locator(".ord-k button").count():
                field.locator(".ord-k button").click()
            elif field.locator("select.form-select:not(.form-select-lg)").count():
                field.locator("select").first.select_option(index=1)
            elif field.locator(".spot-b").count():
                field.locator(".spot-b").click()
            else:
                field.locator("input.form-control, textarea").first.fill("7")
        assert saved.value.status == 200
        assert set(saved.value.json()) == {"seq", "saved_at", "left"}
    page.reload()
    attempt = page.url.partition("#")[0]
    page.goto(f"{attempt}/review")
    text = company_tap.text()
    assert text.count('"saved_at"') >= len(test_every_kind.KINDS)
    assert [key for key in KEYS if key in text] == []
    page.locator("#review form button").click()
    page.wait_for_url("**/result")
    assert {"en": "SECRET", "zh": "秘密"}[language] in company_tap.text()


@pytest.mark.parametrize("language", list(LOCALES))
def test_outcomes_stay_hidden_until_the_choice_and_answers_until_the_submit(language, server, device, tap):
    page = device(language, base_url=f"http://127.0.0.1:{tap.server_address[1]}", extra_http_headers={"Accept-Encoding": "identity"})
    number = server.untouched(2, SLUG)[list(LOCALES).index(language)]
    case, hidden, secrets = document(SLUG), hidden_texts(SLUG), secret_texts(SLUG)

    page.goto("/")
    page.fill("[name=employee_no]", number)
    page.fill("[name=password]", server.sign_ins[0].password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/learning/")
    telling = [max(case[part][language].split(), key=len)[:6] for part in ("direct_cause", "lesson")]  # words of what is hidden
    for address in ("/cases/", *(f"/cases/?q={word}" for word in telling), "/learning/record", "/account", f"/quizzes/{SLUG}", f"/cases/{SLUG}"):
        page.goto(address)
    before_the_choice = tap.text()
    assert before_the_choice.count("HTTP/1.1 200") >= 10
    assert found_in(before_the_choice, told(case["decisions"][0]["situation"][language])), "what is sent can be read here"
    assert found_in(before_the_choice, hidden | secrets) == []

    for made in range(1, len(case["decisions"])):
        decide_once(page)
        assert found_in(tap.text(), hidden_texts(SLUG, made) | secrets) == []
    decide_once(page)
    page.wait_for_selector("#direct-cause")
    assert set(found_in(tap.text(), hidden)) >= told([case["direct_cause"][language], case["lesson"][language]]) & hidden

    page.goto(f"/quizzes/{SLUG}")
    page.locator("main form button").click()
    page.wait_for_selector("fieldset.q")
    for option in page.locator("fieldset.q .opt input").all():  # every option is tried once: no answer to a save may tell
        with page.expect_response(lambda answer: "/answers/" in answer.url) as saved:
            option.check()
        assert set(saved.value.json()) == {"seq", "saved_at", "left"}
    assert shapes(page) == {1}
    page.reload()
    attempt = page.url
    page.goto(f"{attempt}/review")
    before_the_submit = tap.text()
    assert before_the_submit.count('"saved_at"') >= 2 * len(questions(SLUG))
    assert found_in(before_the_submit, secrets) == []
    assert not re.search(r'"(right|feedback|correct|is_right|earned)"', before_the_submit)

    page.locator("main form button").click()
    page.wait_for_url("**/result")
    assert found_in(tap.text(), secrets)


def shapes(page: Page) -> set[int]:
    """In how many ways the options of a question are marked up, its texts and ids aside: one, or the markup tells them apart."""
    return set(
        page.locator("fieldset.q").evaluate_all(
            """fields => fields.map((field) => new Set([...field.querySelectorAll(".opt")].map((option) => {
                 const copy = option.cloneNode(true);
                 for (const input of copy.querySelectorAll("input")) { input.removeAttribute("value"); input.removeAttribute("checked"); }
                 copy.querySelector("span").textContent = "";
                 return copy.outerHTML;
               })).size)"""
        )
    )


@pytest.mark.parametrize("slug", [case.slug for case in casebook().cases])
def test_no_case_tells_its_outcome_before_the_choice(slug, server):
    """Each shipped case, in both languages, as it is sent to somebody who has not chosen."""
    number = server.untouched(1, slug)[0]
    for language in LOCALES:
        with server.client(language) as client:
            client.sign_in(number, server.sign_ins[0].password)
            reply = client.get(f"/cases/{slug}")
            assert reply.status == 200
            assert found_in(reply.text, told(document(slug)["decisions"][0]["situation"]))
            assert found_in(reply.text, hidden_texts(slug)) == []
