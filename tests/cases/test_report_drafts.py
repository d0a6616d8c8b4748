"""From report to draft: two pages as an authority might publish them, and the phrases that carry figures and moments."""

import re
from pathlib import Path

import pytest

from cases import drafts
from cases.reports.draft import report_document, section_of
from cases.reports.figures import DEATHS, INJURIES, MOMENT, counted, day_of, number_of
from cases.reports.page import read_report

SUBSTANCES = {
    "nitrogen": {"en": "Nitrogen", "zh": "氮气"},
    "oxygen": {"en": "Oxygen", "zh": "氧气"},
    "hydrogen": {"en": "Hydrogen", "zh": "氢气"},
    "hydrogen-sulfide": {"en": "Hydrogen sulfide", "zh": "硫化氢"},
}
PAGES = Path(__file__).parent / "pages"
ENGLISH, CHINESE = (PAGES / "report-en.html").read_bytes(), (PAGES / "report-zh.html").read_bytes()


def texts(rows, language):
    return [row[language] if language in row else row["text"][language] for row in rows]


def test_an_english_report_stands_in_the_fields_of_a_case():
    document = report_document(read_report(ENGLISH, "https://board.example/reports/7"), SUBSTANCES)
    assert document["title"] == {"en": "Two workers killed in reactor at Bay City refinery"}
    assert (document["date"], document["deaths"], document["injuries"]) == ("2005-11-05", 2, 1)
    assert document["place"] == {"en": "a refinery in Bay City, Delaware"}
    assert document["when"] == {"en": "November 5, 2005"}
    assert document["lead"]["en"].startswith("On November 5, 2005, two contract workers were killed")
    assert document["substances"] == ["nitrogen"]
    assert [row["when"]["en"] for row in document["timeline"]] == ["10:30 p.m.", "about 11:15 p.m.", "11:17 p.m.", "11:26 p.m.", "11:40 p.m."]
    assert document["timeline"][0]["text"]["en"].endswith("Nitrogen was flowing through the reactor at that time.")
    assert document["timeline"][3]["text"]["en"] == "The rescue team arrived."
    assert document["direct_cause"]["en"] == "The workers breathed an atmosphere with too little oxygen because nitrogen filled the reactor."
    assert texts(document["underlying_causes"], "en") == [
        "The permit said that a nitrogen purge did not apply.",
        "Nobody had put a barrier or a sign at the opening.",
    ]
    assert texts(document["controls"], "en") == ["Mark and close every opening of a vessel under nitrogen.", "Train contractors in what nitrogen does."]
    assert texts(document["aftermath"], "en") == ["The agency cited the contractor and proposed penalties of $45,000."]
    assert document["sources"] == [
        {
            "id": "report",
            "title": "Two workers killed in reactor at Bay City refinery",
            "publisher": "Board of Inquiry",
            "year": 2006,
            "url": "https://board.example/reports/7",
        }
    ]
    assert [film["url"] for film in document["films"]] == ["https://www.youtube.com/watch?v=f2ItJe2Incs"]


def test_a_chinese_report_stands_in_the_fields_of_a_case():
    document = report_document(read_report(CHINESE, "https://yj.example.cn/7"), SUBSTANCES)
    assert document["title"] == {"zh": "某市“7·19”较大中毒和窒息事故调查报告"}
    assert (document["date"], document["deaths"], document["injuries"]) == ("2019-07-19", 3, 6)
    assert document["place"] == {"zh": "某市开发区的某某化工有限公司"}
    assert document["when"] == {"zh": "2019年7月19日9时30分许"}
    assert document["substances"] == ["hydrogen-sulfide"]
    assert [row["when"]["zh"] for row in document["timeline"]] == ["2019年7月19日8时10分", "9时30分许", "9时35分", "9时50分"]
    assert document["timeline"][1]["text"]["zh"].endswith("监护人乙见状立即下釜施救，也晕倒在釜内。")
    assert document["direct_cause"]["zh"].startswith("釜内残留硫化氢和氮气")
    assert texts(document["underlying_causes"], "zh") == ["企业未办理受限空间作业票，作业审批流于形式。", "未对从业人员开展硫化氢危害的安全培训。"]
    assert texts(document["controls"], "zh") == ["严格受限空间作业管理。先通风、再检测、后作业。", "加强应急救援培训，严禁盲目施救。"]
    assert texts(document["aftermath"], "zh") == ["对该公司处以罚款六十万元。", "车间主任涉嫌重大责任事故罪，已被公安机关采取强制措施。"]
    assert document["sources"][0]["publisher"] == "某市应急管理局"
    assert document["sources"][0]["year"] == 2019


@pytest.mark.parametrize(("page", "language"), [(ENGLISH, "en"), (CHINESE, "zh")], ids=["en", "zh"])
def test_every_fact_names_the_report_as_its_source_and_speaks_its_language_only(page, language):
    document = report_document(read_report(page), SUBSTANCES)
    assert all(row["from"] == ["report"] for key in ("timeline", "underlying_causes", "controls", "aftermath", "facts") for row in document[key])
    other = "zh" if language == "en" else "en"
    assert f"'{other}'" not in repr(document)
    assert {lack.part for lack in drafts.lacks(document)} >= {"decisions", "lessons"}


def test_what_no_report_says_is_left_to_the_author():
    document = report_document(
        read_report(b"<h1>A page</h1><p>Words that say nothing about when, where, or to whom anything happened at all.</p>", ""), SUBSTANCES
    )
    for key in ("date", "cause", "country", "industry"):
        assert document[key] == ""
    for key in ("deaths", "injuries", "minutes"):
        assert document[key] is None
    for key in ("timeline", "controls", "underlying_causes", "facts", "films", "substances", "decisions"):
        assert document[key] == []
    assert document["place"] == {}


def test_the_day_of_publication_is_not_taken_for_that_of_the_accident():
    page = "<meta name=date content=2006-11-02><p>The board will meet on 4 December 2006 to talk about the explosion, and everybody may come and listen.</p>"
    assert report_document(read_report(page.encode(), ""), SUBSTANCES)["date"] == ""


def test_a_table_of_names_and_values_becomes_facts():
    rows = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in (("Plant:", "Refinery"), ("Gas", "Nitrogen"), ("Volume", "30 m³")))
    page = f"<article><p>Two men climbed into a reactor that was being purged, and neither came out alive.</p><table>{rows}</table></article>"
    facts = report_document(read_report(page.encode(), ""), SUBSTANCES)["facts"]
    assert [(fact["label"]["en"], fact["value"]["en"]) for fact in facts] == [("Plant", "Refinery"), ("Gas", "Nitrogen"), ("Volume", "30 m³")]


def test_a_cause_section_that_does_not_say_which_gives_the_direct_cause_first():
    direct, indirect = "<p>（一）直接原因：作业人员进入充满氮气的罐内，缺氧窒息。</p>", "<p>（二）管理原因：未办理受限空间作业票，也没有人监护。</p>"
    page = f"<article><h2>事故原因</h2>{direct}{indirect}</article>"
    document = report_document(read_report(page.encode(), ""), SUBSTANCES)
    assert document["direct_cause"]["zh"] == "作业人员进入充满氮气的罐内，缺氧窒息。"
    assert texts(document["underlying_causes"], "zh") == ["未办理受限空间作业票，也没有人监护。"]


@pytest.mark.parametrize(
    ("text", "deaths", "injuries"),
    [
        ("Two men died.", 2, None),
        ("Blast killed 15 people and injured 180", 15, 180),
        ("Explosion kills one, injures three", 1, 3),
        ("4 dead, 20 hurt after blast", 4, 20),
        ("Fourteen workers lost their lives", 14, None),
        ("A worker was fatally injured", 1, None),
        ("one fatality and no injuries", 1, 0),
        ("More than 100 people were injured", None, None),
        ("At least 12 workers were killed", None, None),
        ("造成10人死亡，5人受伤", 10, 5),
        ("死亡2人，受伤7人", 2, 7),
        ("两名工人中毒死亡", 2, None),
        ("造成十五人死亡、二十三人受伤", 15, 23),
        ("3人死亡、2人重伤、4人轻伤。", 3, 6),
        ("事故造成1死2伤", 1, 2),
        ("造成10人以上死亡", None, None),
        ("事故未造成人员伤亡", 0, 0),
        ("Oxygen fell to 5 % within 3 minutes", None, None),
    ],
)
def test_the_dead_and_the_hurt_are_counted_as_they_are_told(text, deaths, injuries):
    assert (counted(DEATHS, text, text), counted(INJURIES, text, text)) == (deaths, injuries)


def test_a_figure_that_is_told_in_two_ways_is_not_known():
    assert counted(DEATHS, "A title", "Three workers died. The agency says that four workers died.") is None
    assert counted(DEATHS, "A title", "Three workers died. All three workers died of it.") == 3


@pytest.mark.parametrize(("text", "number"), [("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("两", 2), ("1,024", 1024), ("Twelve", 12)])
def test_numbers_in_words(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("At 9:05 a.m. he climbed in", ["At 9:05 a.m."]),
        ("on 3 May at about 14:30 hours", ["on 3 May", "at about 14:30 hours"]),
        ("2019年7月19日下午3时20分许，", ["2019年7月19日下午3时20分许"]),
        ("次日凌晨2点", ["次日凌晨2点"]),
        ("It weighs 1.25 t, 3-5 workers at 10:1", []),
    ],
)
def test_moments_are_found_as_they_are_written(text, moments):
    assert [match[0] for match in MOMENT.finditer(text)] == moments


def test_the_first_whole_date_is_the_day():
    assert day_of("Built in 1957. On the night of May 3, 2011 at 5 pm it burst, on May 4, 2011 it was dug out.") == ("2011-05-03", "May 3, 2011 at 5 pm")
    assert day_of("In 2011") == ("", "")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Probable Cause", "direct"),
        ("Root causes", "underlying"),
        ("Key findings", "underlying"),
        ("Causes", "cause"),
        ("Recommendations", "controls"),
        ("Lessons learned", "controls"),
        ("Penalties", "aftermath"),
        ("What happened", "story"),
        ("Background", "background"),
        ("（一）直接原因", "direct"),
        ("（二）间接原因", "underlying"),
        ("三、事故原因分析", "cause"),
        ("五、事故防范和整改措施", "controls"),
        ("四、对有关责任人员和单位的处理建议", "aftermath"),
        ("二、事故发生经过及应急处置情况", "story"),
        ("一、基本情况", "background"),
        ("Contact us", ""),
    ],
)
def test_sections_are_known_by_their_headings(heading, kind):
    assert section_of(heading) == kind


def test_a_page_made_to_exhaust_the_phrases_is_read_in_time():
    heavy = "造成" * 4_000 + "1人" * 4_000 + " at " * 4_000 + "two " * 4_000 + "2019年" * 4_000 + "<p>1. " * 1_000
    document = report_document(read_report(f"<article><p>{heavy}</p></article>".encode(), ""), SUBSTANCES)
    assert not re.search("<p>", repr(document))
