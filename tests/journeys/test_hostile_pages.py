"""Pages made to exhaust a server that reads them."""

import time
from contextlib import suppress

import pytest

from cases.reports.page import read_report
from core.errors import Invalid
from tests.cases.test_reports import PARAGRAPHS, article

pytestmark = pytest.mark.slow

BOMBS = {
    "divs": b"<div>" * 500_000 + b"deep" + b"</div>" * 500_000,
    "unclosed inline": b"<b><i>" * 800_000,
    "closed crosswise": b"<b>" * 600_000 + b"</i>" * 600_000,
    "tables": b"<table><tr><td>" * 300_000,
    "lists": b"<ul><li>x" * 500_000,
    "open quotes": b'<a href="x' * 1_000_000,
    "open tags": b"<a " * 3_000_000,
    "open brackets": b"<" * 10_000_000,
    "open comments": b"<!--" * 2_000_000,
    "open scripts": b"<script></script" * 600_000,
    "attribute": b"<p class='" + b"a " * 5_000_000 + b"'>hello</p>",
    "attributes": b"<p " + b"a=b " * 2_000_000 + b">hello</p>",
    "links": b"<a href=x>word</a> " * 25_000,
    "words": b"word, " * 240_000,
    "one cell in another": b"<table><tr><td>" * 60 + b"word, " * 200_000,
    "parts beside": b"<div class=share><p>Some text that is long enough, really.</p></div>" * 9_000,
    "lines": b"x \n" * 400_000,
    "rows": b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 9_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_page_made_to_exhaust_the_server_is_read_or_refused_in_time(bomb):
    start = time.process_time()
    with suppress(Invalid):
        assert PARAGRAPHS[0] in read_report(article("").encode().replace(b"</article>", bomb), "").text
    assert time.process_time() - start < 20
