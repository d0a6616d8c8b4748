"""Tokens, queries and what a hit shows: the same on every database."""

import pytest
from markupsafe import Markup

from cases import words
from cases.rules import texts
from core.languages import LANGUAGES
from tests.builders import case_document, pair
from tests.journeys.shipped import casebook, found_in, hidden_texts

NAMES = {language: [] for language in LANGUAGES}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Falls, falling; fell", ["fall", "fall", "fell"]),
        ("EMPLOYEE'S ladders", ["employe", "ladder"]),
        ("硫化氢", ["硫化", "化氢", "氢"]),
        ("氮", ["氮"]),
        ("H2S硫化氢 in PM10", ["h2s", "硫化", "化氢", "氢", "in", "pm10"]),
        ("H₂S ＣＯ２", ["h2s", "co2"]),
        ("GB30871-2022", ["gb", "30871", "2022"]),
        ("GB 30871—2022", ["gb", "30871", "2022"]),
        ("24 in (61 cm)", ["24", "in", "61", "cm"]),
        ("", []),
        ('"*()-\0', []),
    ],
)
def test_texts_become_stems_and_pairs_of_characters(text, tokens):
    assert words.tokens(text) == tokens


def test_a_very_long_word_or_text_is_cut():
    assert len(words.tokens("x" * 5000)[0]) == 40
    assert len(words.tokens("word " * 20_000)) == 16_000


def asked(typed):
    return [[" ".join(phrase.tokens) + ("*" if phrase.begins else "") for phrase in term.phrases] for term in words.query(typed).terms]


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("nitrogen", [["nitrogen", "nitrogen*"]]),
        ("falling ladders", [["fall", "falling"], ["ladder", "ladders", "ladders*"]]),
        ("falls from the roof", [["fall", "falls"], ["roof", "roof*"]]),
        ("the", [["the", "the*"]]),
        ("氮", [["氮*"]]),
        ("受限空间", [["受限 限空 空间"]]),
        ("H2S硫化氢", [["h2s"], ["硫化 化氢"]]),
        ("GB30871-2022", [["gb 30871 2022"]]),
        ('"confined space" entry', [["confin space"], ["entri", "entry", "entry*"]]),
        ('"confined space"', [["confin space"]]),
        ("“受限空间”", [["受限 限空 空间"]]),
        ('"氮气 反应釜"', [["氮气 气 反应 应釜"]]),
        ("roof roof", [["roof", "roof*"]]),
        ('" * ( NEAR', [["near", "near*"]]),
        ("", []),
        ("% _ \0", []),
    ],
)
def test_a_query_is_words_and_quoted_phrases_and_its_last_word_may_be_a_beginning(typed, terms):
    assert asked(typed) == terms


def test_no_sign_of_a_search_language_leaves_the_quotation_marks():
    hostile = "a'b\" OR NEAR(c*, 2) -d {title}: ^e & | ! <-> :* \\ \0 é'' 氮'气"
    query = words.query(hostile)
    for said in (words.fts5(query.wide, query.whole), words.tsquery(query.wide, query.whole), words.fts5(query.loose), words.tsquery(query.loose)):
        quote = '"' if '"' in said else "'"
        inside = said.split(quote)[1::2]
        assert inside
        assert all(token.isalnum() for phrase in inside for token in phrase.split())


def test_only_so_much_of_a_query_is_read():
    assert len(words.query("ab " * 500).terms) == 1
    assert len(words.query(" ".join(f"w{number:03}" for number in range(200))).terms) < 60


def shown(typed, text, loose=False):
    return words.Marker(words.query(typed), loose).show(text)


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("fall", "He was falling. Fallout!", "He was <mark>falling</mark>. <mark>Fallout</mark>!"),
        ("fall now", "He was falling. Fallout!", "He was <mark>falling</mark>. Fallout!"),
        ("氮气", "一个氮气瓶，氮 气", "一个<mark>氮气</mark>瓶，氮 气"),
        ("ｈ２ｓ硫化氢", "硫化氢（H₂S）", "<mark>硫化氢</mark>（<mark>H₂S</mark>）"),
        ("gb30871", "See GB 30871.", "See <mark>GB</mark> <mark>30871</mark>."),
        ("dying", "He dies. Diesel.", "He <mark>dies</mark>. Diesel."),
        ("b", "<b>b</b> & 'b'", "&lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt; &amp; &#39;<mark>b</mark>&#39;"),
        ("(", "(x)", "(x)"),
        ("", "text", "text"),
    ],
)
def test_what_was_found_is_marked_and_everything_is_escaped(typed, text, marked):
    assert shown(typed, text) == Markup(marked)


def test_where_any_word_will_do_its_parts_are_marked():
    assert shown("氮气窒息", "因氮气而窒息") == "因氮气而窒息"
    assert shown("氮气窒息", "因氮气而窒息", loose=True) == "因<mark>氮气</mark>而<mark>窒息</mark>"


def test_an_excerpt_is_the_line_with_the_most_words_cut_around_them():
    marker = words.Marker(words.query("valve open"), loose=False)
    long = "far " * 100 + "the valve was open " + "away " * 100
    text, numbers = marker.excerpt(f"a valve\n{long}\nopen")
    assert numbers == {0, 1}
    assert "<mark>valve</mark> was <mark>open</mark>" in text
    assert text.startswith("…far")
    assert text.endswith("away…")
    assert len(text.striptags()) <= 200
    assert marker.excerpt("nothing here") == ("", set())


def test_the_open_text_holds_nothing_that_a_decision_opens_and_the_hidden_text_all_of_it():
    document = case_document(
        toll_note=pair("HIDDEN toll"),
        unknown=[pair("HIDDEN unknown")],
        aftermath=[pair("HIDDEN aftermath")],
        sources=[{"id": "study", "title": "HIDDEN headline", "publisher": "HIDDEN board", "year": 2006, "url": ""}],
        films=[{"id": "f", "title": pair("HIDDEN film"), "publisher": "HIDDEN board", "seconds": 1, "url": ""}],
    )
    for language in LANGUAGES:
        opened, hidden = words.open_text(document, NAMES, language), words.hidden_text(document, language)
        assert "HIDDEN" not in opened
        for text in (
            "toll",
            "unknown",
            "aftermath",
            "film",
            "board",
            "headline",
            "what really happened",
            "he may live",
            "no oxygen",
            "site rule",
            "you",
            "a lesson",
        ):
            assert f"HIDDEN {text}" in hidden
        for text in ("What do you do?", "Climb in", "Label 3", "He lies there.", "The purge runs."):
            assert text in opened
    assert "nitrogen · 氮气" in words.open_text(document, NAMES, "en")


@pytest.mark.parametrize("case", casebook().cases, ids=lambda case: case.slug)
def test_no_shipped_case_can_be_quoted_with_what_a_decision_opens(case):
    for language in LANGUAGES:
        beside = [case.document["title"], case.document["place"], case.document["lead"]]
        assert found_in("\n".join([words.open_text(case.document, NAMES, language), *texts(beside)]), hidden_texts(case.slug)) == []


def test_a_draft_that_has_hardly_anything_can_be_indexed():
    assert words.columns({}, NAMES) == {"title": "", "tags": "", "lead": "", "body": "", "forms": ""}
    assert words.open_text({"title": {"en": "T"}}, NAMES, "en") == "\n"
    assert words.hidden_text({}, "zh") == ""
    assert words.open_text({"lead": {"en": "Only *English*"}}, NAMES, "zh") == "Only English\n"
