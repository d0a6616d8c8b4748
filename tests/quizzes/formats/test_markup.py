"""HTML of strangers: what is stored of it, and that no text takes long."""

import time

import pytest

from quizzes.formats import moodle_xml
from quizzes.formats.markup import cleaned

LONG = 200_000
HOSTILE = {
    "attributes without a value": "<a " + "a" * LONG + ">",
    "formulas left open": "<math " * (LONG // 6),
    "formulas opened and never closed": "<math>" * (LONG // 6),
    "annotations left open": "<math>" + "<annotation>" * (LONG // 12),
    "quotes left open": "<p " + 'a="' * (LONG // 3),
    "spaces": "x" + " " * LONG + "!",
    "images left open": "![" * (LONG // 2),
    "paragraphs": "<p> " * (LONG // 4),
    "languages": "{mlang en}" * (LONG // 10),
    "spans": "<span class=multilang lang=en>" * (LONG // 30),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["html", "markdown", "moodle_auto_format"])
def test_no_text_takes_long(form, text):
    escaped = text.replace("<", "&lt;")
    began = time.process_time()
    said = f'<questiontext format="{form}"><text>{escaped}</text></questiontext>'
    moodle_xml.read(f'<quiz><question type="description"><name><text>n</text></name>{said}</question></quiz>'.encode(), None)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<b>5 &lt; 7</b>", "<b>5 &lt; 7</b>"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        ('<a href="java\tscript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src=" data:image/svg+xml;base64,AAAA">', "<img>"),
        ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,AAAA">'),
        ("<svg><script>alert(1)</script></svg>", ""),
        ("<form action=x><input name=y>z</form>", "z"),
        ("<math><semantics><mi>x</mi><annotation>tex</annotation></semantics></math>!", "x!"),
        ('<p style="position:fixed" class="a" id="b">c</p>', "<p>c</p>"),
    ],
)
def test_only_what_does_nothing_is_kept(text, kept):
    assert cleaned(text)[0] == kept


def test_what_is_left_out_is_named():
    assert cleaned('<p style="x">a<svg></svg><script>b</script></p>')[1] == ["<script>", "<svg>", "style"]
