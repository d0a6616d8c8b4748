"""Near misses: what is taken out of a text, and the case that is begun with it."""

import pytest

from cases import drafts
from cases.near_misses import State, Telling, anonymised, case_from, plain, sentences, state_of, title_from, who_is_named

PEOPLE = [("Wei Zhang", "张伟", "E00012"), ("Sample Worker 1", "示例员工1", "1003"), ("Sample Worker 12", "示例员工12", "1014"), ("Ann", "安", "7")]


def masked(text, language="en"):
    return plain(anonymised(text, who_is_named([text], PEOPLE), language))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Wei Zhang slipped.", "A colleague slipped."),
        ("It fell. WEI  ZHANG slipped.", "It fell. A colleague slipped."),
        ("Then Zhang Wei slipped.", "Then a colleague slipped."),
        ("Weiß Zhangs Wei Zhangov", "Weiß Zhangs Wei Zhangov"),
        ("I told 张伟 to stop.", "I told a colleague to stop."),
        ("I told 张 伟 to stop.", "I told a colleague to stop."),
        ("Ask E00012 or e00012, not E000123.", "Ask a colleague or a colleague, not E000123."),
        ("Pump 1003A stands beside 1003.", "Pump 1003A stands beside a colleague."),
        ("Sample Worker 12 and Sample Worker 1", "A colleague and a colleague"),
        ("Ann, but not the annual 7 of anN.", "A colleague, but not the annual 7 of a colleague."),
        ("Mail z.wei@plant.example.cn now.", "Mail a contact now."),
        ("Ring 138 1234 5678 or +86-13812345678.", "Ring a contact or a contact."),
        ("Ring 010-12345678, (555) 123-4567, +49 30 1234567.", "Ring a contact, a contact, a contact."),
        ("On 2005-11-05 at 12:30 in R-1403, 12000000 Pa, GB 30871-2022.", "On 2005-11-05 at 12:30 in R-1403, 12000000 Pa, GB 30871-2022."),
        ("The truck with license plate 8ABC123 rolled.", "The truck with a vehicle rolled."),
    ],
)
def test_what_names_somebody_gives_way_to_a_role(text, left):
    assert masked(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("张伟把示例员工12叫来，电话13812345678。", "一名同事把一名同事叫来，电话某联系方式。"),
        ("叫Wei Zhang过来", "叫一名同事过来"),
        ("京A·12345的货车和沪AD12345溜车", "一辆车的货车和一辆车溜车"),
        ("身份证11010519491231002X", "身份证某联系方式"),
        ("平安生产，不安全", "平安生产，不安全"),
    ],
)
def test_chinese_is_found_anywhere_but_one_sign_alone_is_no_name(text, left):
    assert masked(text, "zh") == left


def test_what_was_taken_out_is_marked():
    text = "Wei Zhang ran."
    assert anonymised(text, who_is_named([text], PEOPLE), "en") == (("A colleague", True), (" ran.", False))


def test_a_name_with_signs_of_a_pattern_is_only_a_name():
    assert plain(anonymised("A (B)+ ran, AB ran", who_is_named(["A (B)+ ran, AB ran"], [("A (B)+",)]), "en")) == "A colleague ran, AB ran"


def test_without_anybody_named_nothing_is_taken_out():
    assert masked("The valve was open.") == "The valve was open."
    assert who_is_named(["x"], []).search("Wei Zhang") is None


@pytest.mark.parametrize(
    ("revision", "put_aside", "state"), [(None, False, State.NEW), (None, True, State.PUT_ASIDE), (0, False, State.WRITING), (1, False, State.USED)]
)
def test_the_state_follows_from_the_case_and_from_putting_aside(revision, put_aside, state):
    assert state_of(revision, put_aside) is state


@pytest.mark.parametrize(
    ("text", "language"),
    [("I told 张伟 to close the valve", "en"), ("张伟把P-101的阀门打开了", "zh"), ("", "en")],
)
def test_the_language_is_the_one_it_is_told_in(text, language):
    assert Telling(text, "", "").language == language


def test_sentences_end_where_a_reader_would_end_them():
    assert sentences("No. 3 pump leaked. Nobody saw it.\nThen we ran!") == ["No. 3 pump leaked.", "Nobody saw it.", "Then we ran!"]
    assert sentences("泵漏了。没人看见；我们跑了") == ["泵漏了。", "没人看见；", "我们跑了"]
    assert sentences(" \n ") == []


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("The sling tore. Nobody stood below.", "en", "The sling tore"),
        ("one two three four five six seven eight nine ten", "en", "one two three four five six seven eight nine …"),
        ("吊带断了，没有人在下面。", "zh", "吊带断了"),
        ("", "en", ""),
    ],
)
def test_a_title_is_the_first_words(text, language, title):
    assert title_from(text, language) == title


def test_a_case_begins_with_what_was_told():
    told = Telling("The sling tore. The load fell. Nobody stood below.", "Hall 3, Tuesday night", "It weighed two tonnes. Stay out of the swing.")
    made = case_from(told, "The sling tore", "complacency", "", "Sample Co.", 2026)
    rows = [row.get("text", {}).get("en") for row in made["timeline"]]
    assert rows == ["The sling tore.", "The load fell.", None, "Nobody stood below."]
    assert [row["from"] for row in made["timeline"] if "from" in row] == [["report"]] * 3
    assert (made["lead"], made["lesson"]) == ({"en": "It weighed two tonnes. Stay out of the swing."}, {"en": "Stay out of the swing."})
    assert made["sources"] == [{"id": "report", "title": "Near-miss report", "publisher": "Sample Co.", "year": 2026, "url": ""}]
    assert (made["place"], made["cause"], made["deaths"], made["photos"]) == ({"en": "Hall 3, Tuesday night"}, "complacency", 0, [])
    assert len(made["decisions"][0]["choices"]) == 2
    assert made == drafts.settled(made)


def test_a_case_of_one_line_and_a_photograph_is_whole_in_shape_too():
    made = case_from(Telling("阀门开着", "三车间", ""), "阀门开着", "", "0" * 32 + ".webp", "示例公司", 2026)
    assert (made["title"], made["lead"], made["photos"][0]["name"]) == ({"zh": "阀门开着"}, {}, "0" * 32 + ".webp")
    assert made["photos"][0]["alt"] == {}


def test_no_text_of_the_case_is_longer_than_a_file_may_have_it():
    made = case_from(Telling("x", "y", "a" * 2000), "t", "", "", "c", 2026)
    assert (len(made["lead"]["en"]), len(made["lesson"]["en"])) == (600, 400)
