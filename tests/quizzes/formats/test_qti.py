"""Items and packages as Moodle, TAO, Canvas and tools for QTI 3 write them: what comes in, what is named, what is refused."""

import base64
import io
import struct
import zipfile
from fractions import Fraction

import pytest
from lxml import etree

from core.errors import Invalid
from quizzes.formats import qti
from quizzes.formats.parsed import Entry
from quizzes.rules.marking import credit

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 400, 200) + b"\x08\x02\0\0\0"
MATCH, MAP, POINT = (f"http://www.imsglobal.org/question/qti_v2p1/rptemplates/{name}" for name in ("match_correct", "map_response", "map_response_point"))


def item(declarations, body, scoring=MATCH, more="", **attributes):
    rules = f'<responseProcessing template="{scoring}"/>' if scoring.startswith("http") else scoring
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="pump-1" title="Pump" adaptive="false" timeDependent="false"{extra}>
    {declarations}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
    <itemBody>{body}</itemBody>{rules}{more}</assessmentItem>"""


def declared(correct=(), cardinality="single", base="identifier", mapping="", identifier="RESPONSE"):
    values = "".join(f"<value>{value}</value>" for value in correct)
    right = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" baseType="{base}">{right}{mapping}</responseDeclaration>'


def mapping(**values):
    rows = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in values.items())
    return f'<mapping defaultValue="0" lowerBound="0">{rows}</mapping>'


def choices(*rows, prompt="What stops the pump?", **attributes):
    extra = "".join(f' {name}="{value}"' for name, value in ({"shuffle": "true", "maxChoices": "1"} | attributes).items())
    inside = "".join(f'<simpleChoice identifier="{name}">{text}</simpleChoice>' for name, text in rows)
    return f'<choiceInteraction responseIdentifier="RESPONSE"{extra}><prompt>{prompt}</prompt>{inside}</choiceInteraction>'


def package(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(name, body)
    return out.getvalue()


def read(body, language=None):
    return qti.read(body if isinstance(body, bytes) else body.encode(), language)


def only(parsed):
    assert not [row for row in parsed.named if row.lost], parsed.named
    (entry,) = parsed.entries
    return entry


def messages(parsed):
    return " | ".join(row.message % row.values for row in parsed.named)


ABC = [("A", "The red button"), ("B", "Shouting"), ("C", "Running")]


def test_a_single_choice_comes_in_with_its_title_and_key():
    entry = only(read(item(declared(["A"]), choices(*ABC))))
    assert (entry.title, entry.uid) == ("Pump", "pump-1")
    assert entry.content["text"] == {"en": "What stops the pump?"}
    assert [(row["text"]["en"], row["right"]) for row in entry.content["options"]] == [("The red button", True), ("Shouting", False), ("Running", False)]
    assert "fixed" not in entry.content
    assert "format" not in entry.content


def test_options_keep_their_order_where_the_item_does_not_shuffle_or_holds_one_in_place():
    assert only(read(item(declared(["A"]), choices(*ABC, shuffle="false")))).content["fixed"] is True
    held = choices(*ABC).replace('identifier="C"', 'identifier="C" fixed="true"')
    parsed = read(item(declared(["A"]), held))
    assert only(parsed).content["fixed"] is True
    assert "keep their place" in messages(parsed)


def test_a_mapping_becomes_weights_or_plain_right_and_wrong_where_that_is_all_it_says():
    uneven = only(read(item(declared(["A", "B"], "multiple", mapping=mapping(A="0.75", B="0.25", C="-0.5")), choices(*ABC), MAP))).content
    assert [row["weight"] for row in uneven["options"]] == ["75", "25", "-50"]
    even = only(read(item(declared(["A", "B"], "multiple", mapping=mapping(A="0.5", B="0.5", C="-1")), choices(*ABC), MAP))).content
    assert [row["right"] for row in even["options"]] == [True, True, False]
    assert "weight" not in even["options"][0]


def test_points_of_a_mapping_are_left_to_the_quiz_and_named():
    parsed = read(item(declared(["A"], mapping=mapping(A="4", B="1")), choices(*ABC), MAP))
    assert [row["weight"] for row in only(parsed).content["options"]] == ["100", "25", "0"]
    assert "Points of its own (4)" in messages(parsed)


def test_all_or_nothing_for_several_answers_is_named():
    parsed = read(item(declared(["A", "B"], "multiple"), choices(*ABC, maxChoices="0")))
    assert only(parsed).content["kind"] == "multiple"
    assert "All or nothing" in messages(parsed)


@pytest.mark.parametrize("rows", [[("true", "It is so"), ("false", "It is not")], [("8701", "True"), ("3325", "False")], [("a", "错误"), ("b", "正确")]])
def test_two_choices_of_truth_are_true_and_false(rows):
    feedback = '<modalFeedback outcomeIdentifier="F" identifier="{}" showHide="show"><p>Think.</p></modalFeedback>'
    right = rows[1][0] if rows[1][1] == "正确" else rows[0][0]
    wrong = next(name for name, _text in rows if name != right)
    content = only(read(item(declared([right]), choices(*rows), more=feedback.format(wrong)))).content
    assert content["kind"] == "true-false"
    assert [(row["id"], row["right"], bool(row["feedback"])) for row in content["options"]] == [("true", True, False), ("false", False, True)]


def test_feedback_finds_its_choice_its_outcome_and_its_question():
    rules = """<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
      <setOutcomeValue identifier="FB"><baseValue baseType="identifier">fb_7</baseValue></setOutcomeValue></responseIf>
      <responseElse><setOutcomeValue identifier="FB"><baseValue baseType="identifier">fb_8</baseValue></setOutcomeValue></responseElse>
      </responseCondition></responseProcessing>"""
    shown = "".join(
        f'<modalFeedback outcomeIdentifier="FB" identifier="{name}" showHide="show">{text}</modalFeedback>'
        for name, text in [("fb_7", "Well done."), ("fb_8", "Not so."), ("solution", "See the permit.")]
    )
    inline = [("A", 'Button<feedbackInline outcomeIdentifier="FB" identifier="x" showHide="show">At hand.</feedbackInline>'), ("B", "Shouting")]
    content = only(read(item(declared(["A"]), choices(*inline), rules, shown))).content
    assert content["outcomes"] == {"right": {"en": "Well done."}, "wrong": {"en": "Not so."}}
    assert content["feedback"] == {"en": "See the permit."}
    assert content["options"][0]["text"] == {"en": "Button"}
    assert content["options"][0]["feedback"] == {"en": "At hand."}


def test_pairs_become_matching_also_where_the_second_set_holds_the_rows():
    def sets(*names):
        rows = "".join(f'<simpleAssociableChoice identifier="{name}" matchMax="1">{name}</simpleAssociableChoice>' for name in names)
        return f"<simpleMatchSet>{rows}</simpleMatchSet>"

    body = f'<p>Match.</p><matchInteraction responseIdentifier="RESPONSE" shuffle="true">{sets("V", "L", "X")}{sets("c", "o")}</matchInteraction>'
    content = only(read(item(declared(["V c", "L o"], "multiple", "directedPair"), body))).content
    assert [(row["text"]["en"], row["right"]) for row in content["stems"]] == [("c", "V"), ("o", "L")]
    assert [row["id"] for row in content["options"]] == ["V", "L", "X"]


def test_an_order_and_pairs_without_direction_come_in():
    rows = "".join(f'<simpleChoice identifier="{name}">{name}</simpleChoice>' for name in "CAB")
    body = f'<p>Order.</p><orderInteraction responseIdentifier="RESPONSE" shuffle="true">{rows}</orderInteraction>'
    content = only(read(item(declared("ABC", "ordered"), body))).content
    assert [row["id"] for row in content["options"]] == ["A", "B", "C"]
    rows = "".join(f'<simpleAssociableChoice identifier="{name}" matchMax="1">{name}</simpleAssociableChoice>' for name in "ABCD")
    body = f'<p>Pairs.</p><associateInteraction responseIdentifier="RESPONSE" shuffle="true">{rows}</associateInteraction>'
    content = only(read(item(declared(["A C", "D B"], "multiple", "pair"), body))).content
    assert {row["id"]: row["right"] for row in content["stems"]} == {"A": "C", "D": "B"}


def test_choices_within_a_text_become_missing_words():
    words = '<inlineChoice identifier="x">off</inlineChoice><inlineChoice identifier="y">on</inlineChoice>'
    gap = f'<inlineChoiceInteraction responseIdentifier="{{}}" shuffle="true">{words}</inlineChoiceInteraction>'
    body = f"<p>First {gap.format('R1')} then {gap.format('R2')}.</p>"
    content = only(read(item(declared(["x"], identifier="R1") + declared(["y"], identifier="R2"), body))).content
    assert content["text"] == {"en": "First [[g1]] then [[g2]]."}
    assert len(content["options"]) == 2
    assert credit(content, ["g1:1-x", "g2:1-y"]) == 1


def test_words_to_be_dragged_become_words_to_be_chosen_and_that_is_named():
    body = """<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><gapText identifier="W1" matchMax="1">gas</gapText>
      <gapText identifier="W2" matchMax="1">air</gapText><p>Leave <gap identifier="G1"/> to the <gap identifier="G2"/>.</p></gapMatchInteraction>"""
    parsed = read(item(declared(["W1 G1", "W2 G2"], "multiple", "directedPair"), body))
    content = only(parsed).content
    assert content["text"]["en"] == "Leave [[g1]] to the [[g2]]."
    assert credit(content, ["g1:W1", "g2:W2"]) == 1
    assert "dragged" in messages(parsed)


ENTRY = '<p>Pressure: <textEntryInteraction responseIdentifier="RESPONSE"/> bar</p>'


def test_a_word_that_is_typed_keeps_case_and_partial_credit():
    words = mapping(stop="1", halt="0.5").replace('mapKey="halt"', 'mapKey="halt" caseSensitive="false"')
    parsed = read(item(declared(["stop"], base="string", mapping=words), ENTRY, MAP))
    content = only(parsed).content
    assert content["text"] == {"en": "Pressure: ____ bar"}
    assert [(row["text"]["en"], row["weight"]) for row in content["answers"]] == [("stop", "100"), ("halt", "50")]
    assert content["exact_case"] is True
    assert "small or large" in messages(parsed)


def test_letters_count_as_they_stand_where_a_mapping_does_not_say_otherwise():
    content = only(read(item(declared(["Stop"], base="string", mapping=mapping(Stop="1", stop="0.5")), ENTRY, MAP))).content
    assert (credit(content, ["Stop"]), credit(content, ["stop"])) == (1, Fraction(1, 2))


def test_where_an_item_finds_its_schema_is_nothing_to_name():
    where = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqti_v2p1 imsqti_v2p1.xsd" title'
    parsed = read(item(declared(["A"]), choices(*ABC, prompt="<b>What</b> stops?")).replace("title", where, 1))
    assert only(parsed).content["text"] == {"en": "<b>What</b> stops?"}
    assert parsed.named == []


@pytest.mark.parametrize(
    ("mode", "tolerance", "right", "wrong"),
    [("absolute", "0.5", "7.5", "7.6"), ("absolute", "0 1", "8", "6.9"), ("relative", "10", "7.7", "7.8"), ("exact", "9", "7", "7.1")],
)
def test_a_number_keeps_its_tolerance(mode, tolerance, right, wrong):
    rules = f"""<responseProcessing><responseCondition><responseIf><equal toleranceMode="{mode}" tolerance="{tolerance}"><variable identifier="RESPONSE"/>
      <baseValue baseType="float">7</baseValue></equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
      </responseIf></responseCondition></responseProcessing>"""
    content = only(read(item(declared(["7"], base="float"), ENTRY, rules))).content
    assert credit(content, [right]) == 1
    assert credit(content, [wrong]) == 0


def test_points_of_typed_answers_are_shares_of_the_best():
    branch = """<responseCondition><responseIf><stringMatch caseSensitive="false"><variable identifier="RESPONSE"/><baseValue baseType="string">{}</baseValue>
      </stringMatch><setOutcomeValue identifier="SCORE"><baseValue baseType="float">{}</baseValue></setOutcomeValue></responseIf></responseCondition>"""
    rules = f"<responseProcessing>{branch.format('stop', 4)}{branch.format('halt', 1)}</responseProcessing>"
    parsed = read(item(declared(["stop"], base="string"), ENTRY, rules))
    content = only(parsed).content
    assert [(row["text"]["en"], row["weight"]) for row in content["answers"]] == [("stop", "100"), ("halt", "25")]
    assert content["exact_case"] is False
    assert "Points of its own (4)" in messages(parsed)


def test_an_essay_keeps_what_is_for_the_marker():
    body = '<p>Tell.</p><rubricBlock view="scorer"><p>Three points.</p></rubricBlock><extendedTextInteraction responseIdentifier="RESPONSE"/>'
    content = only(read(item(declared(base="string"), body, ""))).content
    assert content == {"kind": "essay", "text": {"en": "Tell."}, "feedback": {}, "part": "", "guide": {"en": "Three points."}}


AREAS = """<areaMapping defaultValue="0"><areaMapEntry shape="rect" coords="100,50,300,150" mappedValue="1"/>
  <areaMapEntry shape="circle" coords="200,100,40" mappedValue="0"/><areaMapEntry shape="poly" coords="0,0,400,0,400,200" mappedValue="1"/></areaMapping>"""
WANTED = [("rect", [250, 250, 500, 500], True), ("circle", [500, 500, 100], False), ("polygon", [0, 0, 1000, 0, 1000, 1000], True)]


def test_points_become_places_in_the_picture_by_the_size_it_is_shown_in():
    data = base64.b64encode(PNG).decode()
    picture = f'<object type="image/png" width="400" height="200" data="data:image/png;base64,{data}">Hall</object>'
    body = f'<p>Where?</p><selectPointInteraction responseIdentifier="RESPONSE" maxChoices="2">{picture}</selectPointInteraction>'
    entry = only(read(item(declared(cardinality="multiple", base="point", mapping=AREAS), body, POINT)))
    assert [(row["shape"], row["at"], row["right"]) for row in entry.content["areas"]] == WANTED
    assert entry.content["picture"]["alt"] == {"en": "Hall"}
    shown_double = body.replace('width="400" height="200"', 'width="800" height="400"')
    halved = only(read(item(declared(cardinality="multiple", base="point", mapping=AREAS), shown_double, POINT)))
    assert halved.content["areas"][0]["at"] == [125, 125, 250, 250]


def test_hotspots_of_a_package_find_their_picture_beside_the_item():
    spots = '<hotspotChoice identifier="A" shape="rect" coords="0,0,200,100"/><hotspotChoice identifier="B" shape="circle" coords="300,100,40"/>'
    body = (
        f'<p>Where?</p><hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><img src="../media/my%20hall.png" alt="x"/>{spots}</hotspotInteraction>'
    )
    files = {"imsmanifest.xml": manifest("items/one.xml"), "items/one.xml": item(declared(["B"]), body), "media/my hall.png": PNG}
    entry = only(read(package(files)))
    assert [(row["at"], row["right"]) for row in entry.content["areas"]] == [([0, 0, 500, 500], False), ([750, 500, 100], True)]
    assert entry.pictures == {"my hall.png": PNG}
    del files["media/my hall.png"]
    parsed = read(package(files))
    assert not parsed.entries
    assert parsed.named[0].where == "items/one.xml"


def manifest(*names, metadata="", kind="imsqti_item_xmlv2p1"):
    rows = "".join(
        f'<resource identifier="r{place}" type="{kind}" href="{name}"><metadata>{metadata}</metadata></resource>' for place, name in enumerate(names)
    )
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/><resources>{rows}</resources></manifest>'


@pytest.mark.parametrize(
    "metadata",
    [
        """<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><keyword><string>valve</string></keyword><keyword><string>cause:blind-rescue</string></keyword>
        </general><educational><difficulty><source>LOMv1.0</source><value>difficult</value></difficulty></educational></lom>""",
        """<m:lom xmlns:m="http://www.imsglobal.org/xsd/imsmd_v1p2"><m:general><m:keyword><m:langstring xml:lang="en">valve</m:langstring></m:keyword>
        <m:keyword><m:langstring>cause:blind-rescue</m:langstring></m:keyword></m:general>
        <m:educational><m:difficulty><m:value><m:langstring>difficult</m:langstring></m:value></m:difficulty></m:educational></m:lom>""",
    ],
)
def test_the_manifest_gives_tags_and_difficulty(metadata):
    entry = only(read(package({"imsmanifest.xml": manifest("a.xml", metadata=metadata), "a.xml": item(declared(["A"]), choices(*ABC))})))
    assert (entry.tags, entry.difficulty, entry.cause) == (("valve",), 4, "blind-rescue")


def test_a_package_names_what_is_broken_missing_or_no_item_and_takes_the_rest():
    names = ["good.xml", "gone.xml", "broken.xml", "test.xml", "old.xml", "bomb.xml"]
    files = {
        "imsmanifest.xml": manifest(*names), "good.xml": item(declared(["A"]), choices(*ABC)),
        "broken.xml": "<assessmentItem>", "test.xml": '<assessmentTest title="T"/>',
        "old.xml": "<questestinterop/>", "bomb.xml": '<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem>&b;</assessmentItem>',
        "extra.xml": item(declared(["B"]), choices(*ABC)),
    }  # fmt: skip
    parsed = read(package(files))
    assert [entry.where for entry in parsed.entries] == ["good.xml", "extra.xml"]
    assert {row.where: row.lost for row in parsed.named} == {"gone.xml": True, "broken.xml": True, "test.xml": False, "old.xml": True, "bomb.xml": True}


def bomb():
    return package({"imsmanifest.xml": b"<manifest/>", "zeros.png": bytes(5_000_000)})


@pytest.mark.parametrize("name", ["../up.xml", "/root.xml", "c:/win.xml", "a/../../b.xml", "a\\b.xml"])
def test_a_package_with_files_outside_of_it_is_refused(name):
    with pytest.raises(Invalid):
        read(package({"imsmanifest.xml": manifest("a.xml"), name: "x"}))


@pytest.mark.parametrize("body", [bomb(), b"PK\x03\x04 and then nothing", package({"readme.txt": "x"}), package({"imsmanifest.xml": "<a>"})])
def test_a_package_that_is_a_bomb_broken_or_without_items_is_refused_in_words(body):
    with pytest.raises(Invalid) as refused:
        read(body)
    assert str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><assessmentItem>&b;</assessmentItem>',
        "<questestinterop/>", "<manifest/>", "<assessmentTest/>", "<html/>", "no xml", "",
    ],
)  # fmt: skip
def test_a_file_that_is_no_item_is_refused_in_words(body):
    with pytest.raises(Invalid) as refused:
        read(body)
    assert str(refused.value)


def test_version_3_comes_in_with_names_and_attributes_of_its_own():
    body = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="v3" title="Masks" xml:lang="en-GB">
    <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
      <qti-correct-response><qti-value>A</qti-value><qti-value>B</qti-value></qti-correct-response>
      <qti-mapping lower-bound="0" upper-bound="1" default-value="0">
      <qti-map-entry map-key="A" mapped-value="0.5"/><qti-map-entry map-key="B" mapped-value="0.5"/></qti-mapping>
    </qti-response-declaration><qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
    <qti-item-body><qti-choice-interaction response-identifier="RESPONSE" max-choices="2" shuffle="true"><qti-prompt>Which <b>two</b>?</qti-prompt>
      <qti-simple-choice identifier="A">Mask</qti-simple-choice><qti-simple-choice identifier="B">Line</qti-simple-choice>
      <qti-simple-choice identifier="C">Hat</qti-simple-choice></qti-choice-interaction></qti-item-body>
    <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
    <qti-modal-feedback outcome-identifier="FEEDBACK" identifier="C" show-hide="show">
    <qti-content-body><p>A hat is no mask.</p></qti-content-body></qti-modal-feedback>
    </qti-assessment-item>"""
    content = only(read(body)).content
    assert content["text"] == {"en": "Which <b>two</b>?"}
    assert content["format"] == "html"
    assert [row["weight"] for row in content["options"]] == ["50", "50", "0"]
    assert content["options"][2]["feedback"] == {"en": "A hat is no mask."}


def test_any_prefix_cdata_and_encoding_will_do():
    body = item(declared(["A"]), choices(*ABC, prompt="<![CDATA[阀门 < 2 bar]]>"))
    body = (
        body.replace("UTF-8", "gb18030").replace("xmlns=", "xmlns:q=").replace("<", "<q:").replace("<q:/", "</q:").replace("<q:?", "<?").replace("<q:!", "<!")
    )
    body = body.replace("阀门 <q: 2", "阀门 < 2")
    content = only(read(body.encode("gb18030"))).content
    assert content["text"] == {"zh": "阀门 < 2 bar"}
    assert len(content["options"]) == 3


def test_two_languages_in_one_item_come_apart():
    pair = '<div xml:lang="{}">{}</div>'
    body = pair.format("en", "Stop") + pair.format("zh-Hans", "停") + pair.format("fr", "Halte")
    parsed = read(item("", body, ""))
    assert only(parsed).content["text"] == {"en": "Stop", "zh": "停"}
    assert "fr" in messages(parsed)


def test_nothing_that_acts_is_stored_and_formulas_are_kept_as_words():
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mn>2</mn></math>'
    body = f'<p onclick="x()">Go <a href="javascript:x()">on</a><script>alert(1)</script> to {formula}</p>'
    parsed = read(item("", body, ""))
    assert only(parsed).content["text"] == {"en": '<p>Go <a rel="noopener noreferrer">on</a> to x2</p>'}
    for word in ("MathML", "onclick", "<script>"):
        assert word in messages(parsed)


CUSTOM = """<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="x"><variable identifier="RESPONSE"/></customOperator>
  </setOutcomeValue></responseProcessing>"""


def test_scoring_that_is_not_understood_takes_the_declared_key_only_where_it_is_the_whole():
    parsed = read(item(declared(["A"]), choices(*ABC), CUSTOM))
    assert only(parsed).content["options"][0]["right"] is True
    assert "not understood" in messages(parsed)
    for declaration in (declared(), declared(["A"], mapping=mapping(A="1", B="0.5"))):
        parsed = read(item(declaration, choices(*ABC), CUSTOM))
        assert not parsed.entries
        assert parsed.named[0].lost


@pytest.mark.parametrize(
    "body",
    [
        item(declared(base="file"), '<p>x</p><uploadInteraction responseIdentifier="RESPONSE"/>'),
        item(declared(["1"], base="integer"), '<p>x</p><sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/>'),
        item(declared(["A"]) + declared(["A"], identifier="R2"), choices(*ABC) + choices(*ABC).replace("RESPONSE", "R2")),
        item(declared(["A"]), choices(*ABC), adaptive="true").replace('adaptive="false" ', ""),
        item(declared(["A"]), choices(*ABC)).replace("itemBody", "itemNothing"),
        item(declared(["Z"]), choices(*ABC)),
        item("", choices(*ABC)),
    ],
)
def test_what_cannot_be_asked_here_is_named_as_lost(body):
    parsed = read(body)
    assert not parsed.entries
    assert [row.lost for row in parsed.named] == [True]


def rows(names, **more):
    return [{"id": name, "text": {"en": name}, **more} for name in names]


KINDS = {
    "single": {"options": [*rows(["x y"], right=True, feedback={"en": "f"}), *rows("z", right=False, feedback={})]},
    "matching": {"stems": [*rows("1", right="b"), *rows("2", right="a")], "options": rows("ab")},
    "ordering": {"options": rows("abc")},
    "words": {"text": {"en": "Take [[g]]."}, "gaps": [{"id": "g", "right": "w", "group": "1"}], "options": rows("vw", group="1")},
}


@pytest.mark.parametrize("version", qti.VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_identifier_that_a_written_item_calls_right_exists_and_is_a_name(kind, version):
    content = {"kind": kind, "text": {"en": "Q"}, "feedback": {"en": "g"}, "part": "", "outcomes": {"right": {"en": "y"}}} | KINDS[kind]
    body, _named = qti.write([Entry(content, "1", title="T", uid="u/1")], version)
    archive = zipfile.ZipFile(io.BytesIO(body))
    root = etree.fromstring(archive.read("items/item-1.xml"))
    listed = [row.get("href") for row in etree.fromstring(archive.read("imsmanifest.xml")).iter("{*}file")]
    assert sorted(listed) == sorted(set(archive.namelist()) - {"imsmanifest.xml"})
    local = [etree.QName(element).localname for element in root.iter(etree.Element)]
    assert etree.QName(root).namespace.endswith("v2p1" if version == "2.1" else "v3p0")
    assert ("qti-item-body" if version == "3.0" else "itemBody") in local
    known = {row.get("identifier") for row in root.iter(etree.Element) if row.getparent() is not None}
    right = [name for value in root.iter("{*}correctResponse", "{*}qti-correct-response") for row in value for name in row.text.split()]
    assert right
    assert set(right) <= known
    assert all(name.replace("-", "").isalnum() and name[0].isalpha() for name in known if name)
    declared_names = {row.get("identifier") for row in root.iter("{*}responseDeclaration", "{*}qti-response-declaration")}
    attribute = "responseIdentifier" if version == "2.1" else "response-identifier"
    assert {row.get(attribute) for row in root.iter(etree.Element)} - {None} == declared_names
    outcomes = {row.get("identifier") for row in root.iter("{*}outcomeDeclaration", "{*}qti-outcome-declaration")}
    attribute = "outcomeIdentifier" if version == "2.1" else "outcome-identifier"
    assert {row.get(attribute) for row in root.iter(etree.Element)} - {None} <= outcomes


def test_a_language_that_gaps_cannot_show_is_named():
    content = {"kind": "words", "feedback": {}, "part": ""} | KINDS["words"] | {"text": {"en": "Take [[g]].", "zh": "拿[[g]]。"}}
    _body, named = qti.write([Entry(content, "1")])
    assert "one language" in named[0].message
