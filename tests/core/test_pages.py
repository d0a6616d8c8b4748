"""Texts as pages show them."""

import pytest

from core.pages import markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**当时就是这么做的。**上限要测过才有用。", "<p><strong>当时就是这么做的</strong>。上限要测过才有用。</p>"),
        ("他说**“停”**再走。**别动。**", "<p>他说“<strong>停</strong>”再走。<strong>别动</strong>。</p>"),
        ("**This is what was done.** A limit protects.", "<p><strong>This is what was done.</strong> A limit protects.</p>"),
        ("2 ** 3 and ** not bold", "<p>2 ** 3 and ** not bold</p>"),
    ],
)
def test_bold_ends_where_it_is_marked_in_both_languages(text, html):
    assert markdown(text) == html
