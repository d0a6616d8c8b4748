"""Files as Moodle 3 and 4 export them: what comes in, what is named, what is refused."""

import base64
import struct

import pytest
from lxml import etree

from core.errors import Invalid
from quizzes.formats import gift, moodle_xml
from quizzes.formats.parsed import Entry
from quizzes.rules.marking import credit

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 400, 200) + b"\x08\x02\0\0\0"


def file(questions, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{head}\n<quiz>\n{questions}\n</quiz>".encode()


def question(kind, inside, text="<p>What stops the pump?</p>", name="Pump"):
    return f"""<question type="{kind}"><name><text>{name}</text></name>
    <questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>
    <generalfeedback format="html"><text></text></generalfeedback><defaultgrade>1.0000000</defaultgrade>
    <penalty>0.3333333</penalty><hidden>0</hidden><idnumber></idnumber>{inside}</question>"""


def answer(text, fraction, feedback="", more=""):
    return f"""<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{more}
    <feedback format="html"><text><![CDATA[{feedback}]]></text></feedback></answer>"""


def read(body, language=None):
    return moodle_xml.read(body if isinstance(body, bytes) else file(body), language)


def only(parsed):
    assert not [row for row in parsed.named if row.lost], parsed.named
    (entry,) = parsed.entries
    return entry


def features(parsed):
    return ", ".join(str(row.values.get("features", row.message)) for row in parsed.named)


def test_a_single_choice_keeps_its_texts_feedback_hints_tags_and_names():
    entry = only(
        read(
            """<question type="category"><category><text>$course$/top/Default for plant/Pumps//valves</text></category></question>"""
            + question(
                "multichoice",
                "<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>"
                "<correctfeedback format='html'><text>Well seen.</text></correctfeedback>"
                + answer("<p>The red button</p>", "100", "<p>At hand.</p>")
                + answer("<p>Shouting</p>", "0")
                + "<hint format='html'><text>It is red.</text></hint><tags><tag><text>pump</text></tag></tags>",
            ).replace("<idnumber></idnumber>", "<idnumber>P-17</idnumber>")
        )
    )
    assert entry.category == ("Default for plant", "Pumps/valves")
    assert (entry.title, entry.uid, entry.tags) == ("Pump", "P-17", ("pump",))
    content = entry.content
    assert content["format"] == "html"
    assert content["text"] == {"en": "<p>What stops the pump?</p>"}
    assert [(row["text"]["en"], row["right"], row["feedback"]) for row in content["options"]] == [
        ("<p>The red button</p>", True, {"en": "<p>At hand.</p>"}),
        ("<p>Shouting</p>", False, {}),
    ]
    assert "weight" not in content["options"][0]
    assert content["hints"] == [{"en": "It is red."}]
    assert content["outcomes"] == {"right": {"en": "Well seen."}}
    assert content["penalty"] == 33


def test_weights_keep_their_text_and_three_thirds_are_a_whole():
    rows = answer("a", "33.33333") + answer("b", "33.33333") + answer("c", "33.33333") + answer("d", "-50") + answer("e", "0")
    content = only(read(question("multichoice", "<single>false</single>" + rows))).content
    assert content["kind"] == "multiple"
    assert [row["weight"] for row in content["options"]] == ["33.33333", "33.33333", "33.33333", "-50", "0"]
    assert credit(content, ["a", "b", "c"]) == 1


def test_weights_that_say_no_more_than_right_and_wrong_are_no_weights():
    rows = answer("a", "50") + answer("b", "50") + answer("c", "-50") + answer("d", "-50")
    content = only(read(question("multichoice", "<single>false</single>" + rows))).content
    assert [row["right"] for row in content["options"]] == [True, True, False, False]
    assert not any("weight" in row for row in content["options"])


def test_every_setting_without_a_counterpart_is_named():
    rows = answer("a", "100") + answer("b", "0") + "<hint format='html'><text>x</text><shownumcorrect/><clearwrong/></hint>"
    inside = "<single>true</single><answernumbering>iii</answernumbering><shownumcorrect/><strangething>7</strangething>" + rows
    parsed = read(question("multichoice", inside).replace("1.0000000", "5.0000000"))
    assert only(parsed)
    assert not parsed.named[0].lost
    for feature in ("answernumbering=iii", "defaultgrade=5", "shownumcorrect", "hint/clearwrong", "hint/shownumcorrect", "strangething=7"):
        assert feature in features(parsed)


@pytest.mark.parametrize(("rows", "right"), [([("true", "0"), ("false", "100")], "false"), ([("Wahr", "100"), ("Falsch", "0")], "true")])
def test_true_and_false_are_known_by_their_words_and_in_old_files_by_their_order(rows, right):
    content = only(read(question("truefalse", "".join(answer(*row) for row in rows)))).content
    assert content["kind"] == "true-false"
    assert [row["id"] for row in content["options"] if row["right"]] == [right]


def test_short_answers_keep_wildcards_case_and_partial_credit():
    content = only(read(question("shortanswer", "<usecase>1</usecase>" + answer("lock*out", "100") + answer("tag \\* out", "50", "Half.")))).content
    assert content["exact_case"] is True
    assert credit(content, ["lock and out"]) == 1
    assert credit(content, ["tag * out"]) * 2 == 1
    assert credit(content, ["LOCKOUT"]) == 0


def test_numbers_keep_tolerance_and_units_are_turned_from_multipliers_into_factors():
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
        "<unitgradingtype>0</unitgradingtype><unitpenalty>0.1000000</unitpenalty><showunits>0</showunits><unitsleft>0</unitsleft>"
    )
    content = only(read(question("numerical", answer("1.5", "100", "", "<tolerance>0.05</tolerance>") + answer("*", "0", "No.") + units))).content
    assert content["unit"] == "optional"
    assert content["units"] == [{"name": "m", "factor": "1"}, {"name": "cm", "factor": "0.01"}]
    assert credit(content, ["154 cm"]) == 1
    assert credit(content, ["156 cm"]) == 0


def test_a_unit_that_costs_a_part_is_named_where_it_costs_all():
    units = (
        "<units><unit><multiplier>1.0</multiplier><unit_name>bar</unit_name></unit></units><unitgradingtype>1</unitgradingtype><unitpenalty>0.5</unitpenalty>"
    )
    parsed = read(question("numerical", answer("7", "100", "", "<tolerance>0</tolerance>") + units))
    assert only(parsed).content["unit"] == "required"
    assert any("unit costs" in row.message for row in parsed.named)


def test_matching_keeps_wrong_partners_and_partners_that_are_used_twice():
    pairs = [("Valve", "closes"), ("Lock", "closes"), ("Fan", "blows"), ("", "sings")]
    rows = "".join(f"<subquestion format='html'><text>{stem}</text><answer><text>{partner}</text></answer></subquestion>" for stem, partner in pairs)
    content = only(read(question("matching", "<shuffleanswers>true</shuffleanswers>" + rows))).content
    assert [row["text"]["en"] for row in content["options"]] == ["closes", "blows", "sings"]
    assert [row["right"] for row in content["stems"]] == ["a", "a", "b"]


def test_an_order_follows_its_numbers_and_its_other_marking_is_named():
    rows = answer("second", "2.0000000") + answer("first", "1.0000000") + answer("third", "3.0000000")
    parsed = read(question("ordering", "<layouttype>HORIZONTAL</layouttype><gradingtype>ALL_OR_NOTHING</gradingtype>" + rows))
    assert [row["text"]["en"] for row in only(parsed).content["options"]] == ["first", "second", "third"]
    assert "HORIZONTAL" in features(parsed)
    assert "An order is marked" in features(parsed)


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_missing_words_are_one_gap_for_each_place_also_where_a_word_is_right_twice(kind, tag):
    words = "".join(f"<{tag}><text>{word}</text><group>{group}</group></{tag}>" for word, group in [("gas", 1), ("on", 2), ("air", 1)])
    parsed = read(question(kind, "<shuffleanswers>1</shuffleanswers>" + words, text="Leave [[1]], do not go [[2]], never breathe [[1]]."))
    content = only(parsed).content
    assert content["text"]["en"] == "Leave [[g1]], do not go [[g2]], never breathe [[g1-2]]."
    assert credit(content, ["g1:w1", "g2:w2", "g1-2:w1"]) == 1
    assert bool(parsed.named) == (kind == "ddwtos")


@pytest.mark.parametrize(("said", "is_fixed"), [("", False), ("<shuffleanswers>0</shuffleanswers>", True), ("<shuffleanswers>1</shuffleanswers>", False)])
def test_missing_words_are_shuffled_unless_the_file_says_no_as_in_moodle(said, is_fixed):
    words = "".join(f"<selectoption><text>{word}</text><group>1</group></selectoption>" for word in ("gas", "air"))
    assert only(read(question("gapselect", said + words, text="Leave [[1]]."))).content.get("fixed", False) is is_fixed


def test_a_gap_without_a_word_loses_the_question_with_its_reason():
    words = "<selectoption><text>gas</text><group>1</group></selectoption>"
    parsed = read(question("gapselect", words, text="Leave [[1]] and [[4]]."))
    assert not parsed.entries
    assert parsed.named[0].lost


def marker(drags, drops, picture=PNG):
    made = f'<file name="hall.png" encoding="base64">{base64.b64encode(picture).decode()}</file>'
    made += "".join(f"<drag><no>{place}</no><text>{label}</text><noofdrags>2</noofdrags></drag>" for place, label in enumerate(drags, 1))
    rows = enumerate(drops, 1)
    return made + "".join(
        f"<drop><no>{place}</no><shape>{shape}</shape><coords>{at}</coords><choice>{choice}</choice></drop>" for place, (shape, at, choice) in rows
    )


def test_zones_of_one_marker_become_places_in_a_picture():
    zones = [("rectangle", "40,20;80,60", 1), ("circle", "200,100;40", 1), ("polygon", "0,0;400,0;400,200", 1)]
    entry = only(read(question("ddmarker", marker(["Danger"], zones))))
    assert [row["at"] for row in entry.content["areas"]] == [[100, 100, 200, 300], [500, 500, 100], [0, 0, 1000, 0, 1000, 1000]]
    assert (entry.content["picture"]["width"], entry.content["picture"]["height"]) == (400, 200)
    assert entry.pictures == {"hall.png": PNG}


@pytest.mark.parametrize(
    "inside", [marker(["A", "B"], [("circle", "5,5;2", 1), ("circle", "9,9;2", 2)]), marker(["A"], [("circle", "5,5;2", 1)], b"no picture")]
)
def test_markers_that_differ_and_pictures_that_are_none_are_named_as_lost(inside):
    parsed = read(question("ddmarker", inside))
    assert not parsed.entries
    assert parsed.named[0].lost


@pytest.mark.parametrize("kind", ["calculated", "calculatedmulti", "ddimageortext", "randomsamatch", "stack", "<odd>"])
def test_types_that_cannot_be_asked_here_are_named_and_the_rest_comes_in(kind):
    rows = question(kind.replace("<", "&lt;"), "") + question("description", "")
    parsed = read(rows)
    assert [entry.content["kind"] for entry in parsed.entries] == ["information"]
    assert [row.lost for row in parsed.named] == [True]
    assert parsed.named[0].values["type"] == kind


def test_an_essay_keeps_its_guide_and_names_its_template():
    inside = "<responseformat>editor</responseformat><graderinfo format='html'><text>Three points.</text></graderinfo>"
    parsed = read(question("essay", inside + "<responsetemplate format='html'><text>Dear</text></responsetemplate>"))
    assert only(parsed).content["guide"] == {"en": "Three points."}
    assert "responsetemplate" in features(parsed)


@pytest.mark.parametrize(
    ("text", "kind", "best"),
    [
        ("Pressure: {1:NUMERICAL:=7:0.5#Yes~%50%8:0} bar", "numeric", ["7.4"]),
        ("Say {1:SHORTANSWER:=stop#Good~%50%halt}!", "short", ["STOP"]),
        ("Take {1:MULTICHOICE_S:=mask~gloves\\}~hat}.", "single", ["1"]),
        ("First {1:MC:=off~on} then {1:MULTICHOICE:wait~=lock}.", "words", ["g1:w1", "g2:w4"]),
    ],
)
def test_embedded_answers_come_in_where_one_question_can_say_them(text, kind, best):
    content = only(read(question("cloze", "", text=text))).content
    assert content["kind"] == kind
    assert credit(content, best) == 1


def test_choices_in_a_text_come_in_without_their_feedback_and_that_is_named():
    parsed = read(question("cloze", "", text="First {1:MC:=off#Yes~on#No} then {1:MULTICHOICE:wait~=lock#Good}."))
    assert credit(only(parsed).content, ["g1:w1", "g2:w4"]) == 1
    assert "The feedback of single choices was left out: a gap has none." in features(parsed)


def test_embedded_answers_of_several_kinds_are_named_as_lost():
    parsed = read(question("multianswer", "", text="{1:SA:=a} and {1:NM:=7}"))
    assert not parsed.entries
    assert parsed.named[0].lost


def test_the_first_picture_of_the_text_is_the_picture_and_others_are_named():
    data = base64.b64encode(PNG).decode()
    text = '<p>Look:</p><p><img src="@@PLUGINFILE@@/a%20b.png" alt="The hall" width="9"></p><p><img src="@@PLUGINFILE@@/c.png"> here</p>'
    files = f'<file name="a b.png" path="/" encoding="base64">{data}</file><file name="c.png" path="/" encoding="base64">{data}</file></questiontext>'
    parsed = read(question("description", "", text=text).replace("</questiontext>", files))
    entry = only(parsed)
    assert entry.content["picture"] == {"file": "a b.png", "alt": {"en": "The hall"}, "width": 400, "height": 200}
    assert entry.content["text"]["en"] == "<p>Look:</p><p> here</p>"
    assert entry.pictures == {"a b.png": PNG}
    assert [row.values["file"] for row in parsed.named] == ["c.png"]


def test_old_files_carry_their_picture_beside_the_text():
    inside = f"<image>hall.png</image><image_base64>{base64.b64encode(PNG).decode()}</image_base64>"
    assert only(read(question("description", inside))).pictures == {"hall.png": PNG}


@pytest.mark.parametrize(
    ("mark", "text", "form", "kept"),
    [
        ("plain_text", "a < b\n& c", None, "a < b\n& c"),
        ("markdown", "**Stop** if a < b", "markdown", "**Stop** if a < b"),
        ("moodle_auto_format", "Two\nlines", None, "Two\nlines"),
        ("moodle_auto_format", "Two\n<b>lines</b>", "html", "Two<br><b>lines</b>"),
        ("html", "plain words", "html", "plain words"),
    ],
)
def test_each_text_format_of_moodle_is_taken_as_what_it_is(mark, text, form, kept):
    body = question("description", "", text=text).replace('<questiontext format="html">', f'<questiontext format="{mark}">')
    content = only(read(body)).content
    assert content.get("format") == form
    assert content["text"] == {"en": kept}


def test_two_languages_in_one_text_come_apart():
    text = '<span lang="en" class="multilang">Stop</span><span lang="zh_cn" class="multilang">停</span>'
    assert only(read(question("description", "", text=text))).content["text"] == {"en": "Stop", "zh": "停"}
    assert only(read(question("description", "", text="戴上面罩"))).content["text"] == {"zh": "戴上面罩"}
    assert only(read(question("description", "", text="Stop"), "zh")).content["text"] == {"zh": "Stop"}


def test_nothing_that_acts_is_stored_and_what_is_left_out_is_named():
    text = '<p onclick="x()">Go <script>alert(1)</script><a href="javascript:x()">on</a>'
    text += '<a href="data:text/html,x">out</a><img src="data:image/svg+xml;base64,AA"></p>'
    parsed = read(question("multichoice", "<single>true</single>" + answer('<iframe src="x">a</iframe><b>right</b>', "100") + answer("b", "0"), text=text))
    stored = str(only(parsed).content)
    for bad in ("script", "onclick", "javascript", "data:", "iframe", "svg"):
        assert bad not in stored
    assert "<b>right</b>" in stored
    assert "<script>" in features(parsed)
    assert "onclick" in features(parsed)


def test_mathml_is_kept_as_its_words_and_named():
    parsed = read(question("description", "", text="<p>Take <math><mi>x</mi><mo>=</mo><mn>7</mn></math></p>"))
    assert only(parsed).content["text"] == {"en": "<p>Take x=7</p>"}
    assert any("MathML" in row.message for row in parsed.named)


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("windows-1252", "Größe – “x”"), ("gb2312", "阀门压力"), ("gb18030", "阀门"), ("utf-16", "阀门"), ("utf-8-sig", "阀门")],
)
def test_files_in_other_encodings_are_read_by_what_they_say(encoding, word):
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    body = file(question("description", "", text=word), head).decode().encode(encoding)
    assert word in only(read(body)).content["text"].values()


def test_markup_that_is_no_cdata_is_text_too():
    body = question("description", "").replace("<![CDATA[<p>What stops the pump?</p>]]>", "<p>What <b>stops</b> it?</p>")
    assert only(read(body)).content["text"] == {"en": "<p>What <b>stops</b> it?</p>"}


BOMBS = {
    "entities that grow": '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>',
    "one entity many times": f'<!DOCTYPE q [<!ENTITY a "{"x" * 5000}">]><quiz>{"&a;" * 5000}</quiz>',
    "a file of the server": '<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
    "a DTD from elsewhere": '<?xml version="1.0"?><!-- x --><!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd"><quiz/>',
    "an entity that is not declared": "<quiz>&nbsp;</quiz>",
    "elements too deep": "<quiz>" + "<a>" * 5000 + "</a>" * 5000 + "</quiz>",
    "no end": "<quiz><question>",
    "another root": "<html/>",
    "no XML": "Question 1: what?",
    "nothing": "",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_file_that_expands_fetches_or_is_broken_is_refused_in_words(body):
    with pytest.raises(Invalid) as refused:
        read(body.encode())
    assert str(refused.value)
    assert "root:" not in str(refused.value)


def test_a_file_in_an_encoding_that_it_does_not_have_or_too_large_is_refused():
    for body in (file("", '<?xml version="1.0" encoding="nonsense"?>'), b"<quiz>\xff\xfe\xfa</quiz>", b" " * (moodle_xml.MOST + 1)):
        with pytest.raises(Invalid):
            read(body)


def test_every_question_is_imported_or_named_never_both():
    rows = [question("description", ""), question("calculated", ""), question("multichoice", answer("a", "100")), question("shortanswer", "")]
    parsed = read("".join(rows))
    assert len(parsed.entries) + sum(row.lost for row in parsed.named) == len(rows)
    assert {entry.where for entry in parsed.entries}.isdisjoint(row.where for row in parsed.named if row.lost)


@pytest.mark.parametrize("write", [moodle_xml.write, gift.write])
@pytest.mark.parametrize(("weight", "named"), [("37", "37"), ("33.33", "33.33"), ("33.3333333", ""), ("50.0", ""), ("-14.28571", ""), ("83.33333", "")])
def test_weights_that_moodle_refuses_are_named_for_every_kind_that_has_them(write, weight, named):
    base = {"text": {"en": "Q"}, "feedback": {}, "part": ""}
    rows = [{"id": name, "feedback": {}, "weight": one} for name, one in zip("ab", ("100", weight), strict=True)]
    worded = [{**row, "text": {"en": row["id"]}, "right": row["id"] == "a"} for row in rows]
    said = {
        "single": {"options": worded},
        "short": {"exact_case": False, "answers": worded},
        "numeric": {"units": [], "unit": "none", "answers": [{**row, "value": row["weight"], "tolerance": "0"} for row in rows]},
    }
    for kind, more in said.items():
        _body, notes = write([Entry({**base, "kind": kind, **more}, "1")])
        assert [row.values["weights"] for row in notes if "nearest grade" in row.message] == ([named] if named else []), kind


def test_what_is_written_has_the_structure_that_moodle_documents():
    texts = {"en": "Stop & <go>", "zh": "停"}
    content = {
        "kind": "multiple", "text": texts, "feedback": {}, "part": "", "outcomes": {"right": {"en": "Yes"}}, "hints": [{"en": "Hm"}], "penalty": 33,
        "options": [{"id": name, "text": {"en": name}, "right": name != "c", "feedback": {"en": f"f{name}"}} for name in "abc"],
    }  # fmt: skip
    body, named = moodle_xml.write([Entry(content, "1", title="T", uid="u", category=("A", "B/C"), tags=("t",))])
    root = etree.fromstring(body)
    assert not named
    category, made = root
    assert category.findtext("category/text") == "$course$/top/A/B//C"
    assert made.get("type") == "multichoice"
    assert made.findtext("name/text") == "T"
    assert made.findtext("single") == "false"
    assert made.findtext("questiontext/text") == "{mlang en}Stop & <go>{mlang}{mlang zh_cn}停{mlang}"
    assert made.find("questiontext").get("format") == "plain_text"
    assert [row.get("fraction") for row in made.iterfind("answer")] == ["50", "50", "-100"]
    assert [row.findtext("feedback/text") for row in made.iterfind("answer")] == ["fa", "fb", "fc"]
    assert (made.findtext("penalty"), made.findtext("idnumber"), made.findtext("tags/tag/text")) == ("0.3333333", "u", "t")
    assert made.findtext("hint/text") == "Hm"


def test_characters_that_xml_cannot_hold_are_left_out_and_named():
    content = {"kind": "information", "text": {"en": "a\x00b\x0bc"}, "feedback": {}, "part": ""}
    body, named = moodle_xml.write([Entry(content, "1", title="T")])
    assert only(read(body)).content["text"] == {"en": "abc"}
    assert len(named) == 1
