"""What the shipped casebook says, as the journeys need it: the texts that must stay hidden, and the right options."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from playwright.sync_api import Page

from cases.rules import texts
from core.languages import HAN
from quizzes.casebook import Casebook, read_casebook
from tests.builders import SHIPPED

# What a case says only after the decision, the timeline and the choices aside.
HIDDEN_PARTS = ("direct_cause", "underlying_causes", "controls", "last_barrier", "at_your_post", "lesson", "aftermath", "sources", "unknown")
TAG = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")


@lru_cache
def casebook() -> Casebook:
    """The casebook as the server loads it."""
    book = read_casebook(SHIPPED)
    assert not book.problems, book.problems
    return book


def document(slug: str) -> Mapping[str, Any]:
    return next(case.document for case in casebook().cases if case.slug == slug)


def questions(slug: str) -> list[Mapping[str, Any]]:
    return [question["content"] for question in next(quiz.document for quiz in casebook().quizzes if quiz.slug == slug)["questions"]]


def right_options(slug: str, question: str, language: str) -> list[str]:
    """The texts of the right options of the question that a page shows in these words."""
    found = [content for content in questions(slug) if squeezed(question).endswith(squeezed(content["text"][language]))]
    assert len(found) == 1, f"{question!r} is {len(found)} questions of {slug}"
    return [plain(option["text"][language]) for option in found[0]["options"] if option["right"]]


def hidden_texts(slug: str, made: int = 0) -> set[str]:
    """What nobody may read of a case who has made so many of its decisions, in both languages."""
    case = document(slug)
    place = [place for place, row in enumerate(case["timeline"]) if "decision" in row][made]
    points = {point["id"]: point for point in case["decisions"]}
    point = points.pop(case["timeline"][place]["decision"])
    decided = [points.pop(row["decision"]) for row in case["timeline"][:place] if "decision" in row]
    open_parts: list[Any] = [value for key, value in case.items() if key not in (*HIDDEN_PARTS, "timeline", "decisions")]
    open_parts += [case["timeline"][:place], decided, point["situation"], point["question"], [choice["text"] for choice in point["choices"]]]
    hidden: list[Any] = [case[part] for part in HIDDEN_PARTS]
    hidden += [case["timeline"][place + 1 :], [choice["outcome"] for choice in point["choices"]], list(points.values())]
    return unsaid(hidden, open_parts)


def decide_once(page: Page) -> None:
    """Take the first choice of the decision that is open."""
    page.locator(".dec input").first.check()
    with page.expect_navigation():
        page.locator(".dec button").click()


def decide_all(page: Page) -> None:
    """Decide until nothing is left to decide."""
    while page.locator(".dec input").count():
        decide_once(page)


def secret_texts(slug: str) -> set[str]:
    """The feedback of a quiz, in both languages, but for what its questions or the case say anyway."""
    secret = [[content["feedback"], [option["feedback"] for option in content["options"]]] for content in questions(slug)]
    return unsaid(secret, [document(slug), [[content["text"], [option["text"] for option in content["options"]]] for content in questions(slug)]])


def unsaid(secret: Any, open_parts: Any) -> set[str]:
    """The texts of what is secret that cannot be read in what is open."""
    needles = told(secret)
    return needles - set(found_in("\n".join(texts(open_parts)), needles))


def told(parts: Any) -> set[str]:
    """Every text and every sentence in it that is long enough to be told from other words."""
    whole = {plain(text) for text in texts(parts)}
    pieces = {piece for text in whole for piece in re.split(r"(?<=[.?!:;])\s|(?<=[。？！：；])", text)}
    return {text for text in map(squeezed, whole | pieces) if len(text) >= (8 if HAN.search(text) else 20)}


def plain(text: str) -> str:
    """A text without its marks for bold and emphasis."""
    return text.replace("*", "").strip()


def squeezed(text: str) -> str:
    """A text by which it is found however a page breaks, marks or quotes it."""
    return SPACE.sub("", plain(text)).casefold()


def readings(received: str) -> Iterable[str]:
    """All the ways to read what was received: as it is, without HTML, and without the escapes of JSON and HTML."""
    for text in (received, _unescaped(received)):
        for reading in (text, html.unescape(text), html.unescape(TAG.sub("", text))):
            yield squeezed(reading)


def _unescaped(text: str) -> str:
    """A text with \\u4e2d, \\" and the like written out."""
    return re.sub(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/nrt])", lambda found: str(json.loads(f'"{found[0]}"')), text)


def found_in(received: str, needles: Iterable[str]) -> list[str]:
    """Which of these texts can be read in what was received."""
    ways = list(readings(received))
    return sorted({needle for needle in needles if any(needle in way for way in ways)})
