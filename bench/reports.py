"""How well the main text of saved web pages is found: `python -m bench.reports FOLDER`.

FOLDER has one folder a page, with the page in source.html and its main content in expected.html. The figure is the mean
over the pages of the F1 of the words (runs of letters and digits, in lower case, as often as they occur) in the two texts.
In Chinese such a run is a clause, and one that a link cuts in two in expected.html counts as wrong where we leave it whole.
"""

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup
from readability import Document

from cases.reports.page import read_report
from core.errors import Invalid

WORST = 10


def text_of(html: str, kind: str | None = None) -> str:
    """All that can be read of a page, or only what stands in elements of this kind."""
    soup = BeautifulSoup(html, "lxml")
    for tag in soup(["script", "style", "noscript"]):
        tag.decompose()
    return soup.get_text(" ") if kind is None else " ".join(tag.get_text(" ") for tag in soup(kind))


def ours(page: bytes) -> str:
    """What the import takes."""
    try:
        return read_report(page).text
    except Invalid as refusal:
        print(refusal)
        return ""


WAYS: dict[str, Callable[[bytes], str]] = {
    "all text": lambda page: text_of(page.decode("utf-8", "replace")),
    "all paragraphs": lambda page: text_of(page.decode("utf-8", "replace"), "p"),
    "readability-lxml": lambda page: text_of(Document(page.decode("utf-8", "replace")).summary()),
    "import of a report": ours,
}


def f1(found: str, expected: str) -> float:
    """The harmonic mean of how much of what was found is right and how much of what is right was found."""
    one, two = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    return 2 * (one & two).total() / (one.total() + two.total()) if one or two else 1.0


def main() -> None:
    """Measure every way on every page and print the table."""
    if len(sys.argv) != 2:
        sys.exit("python -m bench.reports FOLDER")
    logging.disable(logging.CRITICAL)
    pages = sorted(path.parent for path in Path(sys.argv[1]).glob("*/source.html"))
    scores: dict[str, list[tuple[float, str]]] = {way: [] for way in WAYS}
    seconds = Counter[str]()
    for page in pages:
        expected = text_of((page / "expected.html").read_text("utf-8"))
        for way, read in WAYS.items():
            start = time.perf_counter()
            scores[way].append((f1(read((page / "source.html").read_bytes()), expected), page.name))
            seconds[way] += time.perf_counter() - start
    print(f"{len(pages)} pages\n\n| way | mean token F1 | pages under 0.9 | ms a page |\n|---|---|---|---|")
    for way, several in scores.items():
        low = sum(score < 0.9 for score, _page in several)
        print(f"| {way} | {sum(score for score, _page in several) / len(several):.3f} | {low} | {1000 * seconds[way] / len(several):.0f} |")
    print(f"\nThe worst {WORST} of the import:\n\n| page | import of a report | readability-lxml |\n|---|---|---|")
    readability = {page: score for score, page in scores["readability-lxml"]}
    for score, page in sorted(scores["import of a report"])[:WORST]:
        print(f"| {page} | {score:.3f} | {readability[page]:.3f} |")


if __name__ == "__main__":
    main()
