"""Languages and markup of texts in question files."""

import pytest

from quizzes.formats.texts import as_html, as_plain, format_of, in_one_format, join, language_of, split, unmarked_in


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ('<span lang="en" class="multilang">Valve</span><span lang="zh_cn" class="multilang">阀门</span>', {"en": "Valve", "zh": "阀门"}),
        ("<span class='multilang' lang='zh-CN'>阀门</span> <span class=multilang lang=en>Valve</span>", {"en": " Valve", "zh": "阀门 "}),
        ('1. <span lang="zh" class="multilang">a <span>b</span> c</span>', {"zh": "1. a <span>b</span> c"}),
        ("{mlang en}Valve{mlang}{mlang zh_cn}阀门{mlang}", {"en": "Valve", "zh": "阀门"}),
        ("{mlang zh}阀门{mlang} 5 {mlang en}bar{mlang}", {"en": " 5 bar", "zh": "阀门 5 "}),
        ("{ mlang en,zh_cn }V{mlang}", {"en": "V", "zh": "V"}),
        ("{mlang zh}阀门{mlang}{mlang other}Valve{mlang}", {"en": "Valve", "zh": "阀门"}),
        ("{mlang fr}Vanne{mlang}{mlang de}Ventil{mlang}", {"en": "Vanne"}),
        ("Valve", {"en": "Valve"}),
        ("  ", {}),
    ],
)
def test_a_text_of_several_languages_is_taken_apart(text, pair):
    assert split(text, "en") == pair


def test_a_text_without_a_mark_is_in_the_language_of_its_question():
    assert split("30", language_of(["阀门?", "30"])) == {"zh": "30"}
    assert split("30", language_of(["Valve?", "30"])) == {"en": "30"}


@pytest.mark.parametrize("form", ["plain", "markdown", "html"])
@pytest.mark.parametrize(
    "pairs",
    [
        [{"en": "Valve", "zh": "阀门"}, {"en": "30", "zh": "30"}],
        [{"zh": "阀门"}, {"zh": "30"}],
        [{"zh": "30"}],
        [{"en": "the sign 阀"}, {"zh": "30"}],
        [{"en": "the sign 阀"}],
        [{"en": "<span>half", "zh": "半</span>"}],
        [{"en": "a <span>b</span>", "zh": "阀"}, {}],
    ],
)
def test_what_is_joined_comes_apart_as_it_was(form, pairs):
    unmarked = unmarked_in(pairs)
    strings = [join(pair, form, unmarked) for pair in pairs]
    said = language_of(text for text in strings if "mlang" not in text and "multilang" not in text)
    assert [split(text, said) for text in strings] == pairs


@pytest.mark.parametrize(
    ("mark", "text", "form"),
    [
        (None, "5 < 7 & 8 > 3", "plain"),
        ("moodle", "a <b>bold</b> word", "html"),
        (None, "5&nbsp;m", "html"),
        (None, 'symbols ^&*()_+{}|:"<>?', "plain"),
        ("markdown", "<b>", "markdown"),
        ("plain", "<b>x</b>", "plain"),
        ("html", "x", "html"),
    ],
)
def test_a_text_without_a_mark_is_plain_unless_it_holds_markup(mark, text, form):
    assert format_of(mark, text) == form


def test_pieces_of_different_formats_become_html_without_loss():
    mixed = [("html", "<p>Q</p>"), ("plain", "a < b\nc"), ("markdown", "**d**")]
    assert in_one_format(mixed) == ("html", ["<p>Q</p>", "a &lt; b<br>c", as_html("**d**", "markdown")])
    assert in_one_format([("plain", "a"), ("plain", "b*")]) == ("plain", ["a", "b*"])
    assert in_one_format([("markdown", "**Q**"), ("plain", "Tokyo"), ("html", "")]) == ("markdown", ["**Q**", "Tokyo", ""])
    assert in_one_format([("markdown", "Q"), ("plain", "*Tokyo*")]) == ("html", ["Q", "*Tokyo*"])
    assert in_one_format([]) == ("plain", [])


def test_words_and_markup():
    assert as_plain("<p>A &amp; B<br>C</p><p>D</p>") == "A & B\nC\nD"
    assert as_html("- a\n- b", "markdown") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
