"""What a draft lacks, how its rows move, how two texts differ: pure rules."""

import pytest

from cases import drafts
from core.errors import Invalid
from tests.builders import case_document, pair


def test_a_whole_case_lacks_nothing():
    assert drafts.lacks(case_document()) == []


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"cause": ""}, "head"),
        ({"title": {}}, "head"),
        ({"date": ""}, "head"),
        ({"minutes": None}, "head"),
        ({"controls": []}, "controls"),
        ({"decisions": []}, "decisions"),
        ({"sources": []}, "sources"),
        ({"direct_cause": {"from": ["study"]}}, "causes"),
        ({"lesson": {}}, "lessons"),
        ({"timeline": []}, "timeline"),
        ({"films": [{"id": "f", "title": pair("F"), "publisher": "P", "seconds": None, "url": "", "files": [], "captions": {}}]}, "films"),
        ({"photos": [{"name": "a.jpg", "alt": {}, "caption": {}, "credit": ""}]}, "pictures"),
    ],
)
def test_what_a_case_must_have_is_named_with_its_part(changes, part):
    assert part in {lack.part for lack in drafts.lacks(case_document(**changes))}


def test_every_fact_needs_a_source():
    document = case_document()
    document["timeline"][0]["from"] = []
    document["facts"][1]["from"] = []
    assert {lack.part for lack in drafts.lacks(document)} == {"timeline", "facts"}


def test_a_blank_case_lacks_everything_and_breaks_nothing():
    assert {lack.part for lack in drafts.lacks(drafts.blank_document())} >= {"head", "sources", "timeline", "decisions", "causes", "controls", "lessons"}


def test_exactly_one_choice_holds():
    document = case_document()
    document["decisions"][0]["choices"][0]["sound"] = True
    assert [lack.part for lack in drafts.lacks(document)] == ["decisions"]


def test_with_one_source_every_fact_stands_in_it_and_an_unknown_source_is_let_go():
    document = case_document()
    document["facts"][0]["from"] = ["gone"]
    assert drafts.settled(document)["facts"][0]["from"] == ["study"]


def test_a_decision_has_its_place_in_the_timeline_once():
    made, _removed = drafts.rearrange(case_document(), "decisions", "add:decisions")
    assert [row.get("decision") for row in made["timeline"]] == [None, "first-step", None, "decision-1"]
    made, removed = drafts.rearrange(made, "decisions", "remove:decisions:1")
    assert removed
    assert [row.get("decision") for row in made["timeline"]] == [None, "first-step", None]


def test_rows_get_ids_that_nobody_has():
    made, _removed = drafts.rearrange(case_document(), "controls", "add:controls")
    made, _removed = drafts.rearrange(made, "controls", "add:controls")
    assert [row["id"] for row in made["controls"]] == ["sign", "control-1", "control-2"]


def test_a_list_has_room_for_so_many_rows():
    document = case_document(facts=[{"label": pair("a"), "value": pair("b"), "from": ["study"]}] * 8)
    with pytest.raises(Invalid, match="at most 8"):
        drafts.rearrange(document, "facts", "add:facts")


def test_a_difference_is_told_by_words_and_in_chinese_by_characters():
    assert drafts.compare("the man went in", "the man goes in") == (("=", "the man "), ("-", "went"), ("+", "goes"), ("=", " in"))
    assert drafts.compare("第二个人", "第三个人") == (("=", "第"), ("-", "二"), ("+", "三"), ("=", "个人"))


def test_differences_name_part_row_and_language():
    (one,) = drafts.differences(case_document(), case_document(lesson=pair("HIDDEN a lesson", "中文新")))
    assert (one.part, one.where, one.language) == ("lessons", ("lesson",), "zh")
    document = case_document()
    document["controls"][0]["text"] = pair("Other")
    assert {found.where for found in drafts.differences(case_document(), document)} == {("controls", "sign", "text")}


def test_the_address_comes_from_the_english_title_and_the_year():
    assert drafts.slug_from({"en": "The Second Man: in!"}, "2005-11") == "the-second-man-in-2005"
    assert drafts.slug_from({"zh": "阀门"}, "2026") == "case-2026"
    assert drafts.slug_from({"zh": "阀门"}, "") == "case"
