"""What is written keeps to the content model of QTI 2.1: which elements stand in which, in which order, with which attributes.

A small table of our own, after the published schema imsqti_v2p1p1: what our writer uses of it, and no more. Version 3.0 has the same
model under names with hyphens, but for the body of content in feedback and rubrics.
"""

import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from quizzes.formats import qti
from quizzes.formats.parsed import Entry
from tests.quizzes.formats.test_xml_properties import entries
from tests.quizzes.strategies import KINDS

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INLINE = "a abbr acronym b big br cite code dfn em i img kbd q samp small span strong sub sup tt var object"
BLOCK = "address blockquote div dl h1 h2 h3 h4 h5 h6 hr ol p pre table ul"
FLOW = f"{INLINE} {BLOCK}"
IN_LINE = "textEntryInteraction inlineChoiceInteraction"
IN_BLOCK = "choiceInteraction orderInteraction matchInteraction selectPointInteraction extendedTextInteraction"
EXPRESSIONS = "variable correct baseValue mapResponse mapResponsePoint match equal stringMatch patternMatch isNull not or sum max gt gte"
COMMON = {"id", "class", "label", LANG}

# Element: what stands in it in this order (a name with ? once at most, * any number, + one at least; a choice in brackets), and its attributes.
MODEL = {
    "assessmentItem": ("responseDeclaration* outcomeDeclaration* itemBody responseProcessing? modalFeedback*",
                       {"identifier", "title", "label", "adaptive", "timeDependent", "toolName", "toolVersion", LANG}),
    "responseDeclaration": ("correctResponse? mapping? areaMapping?", {"identifier", "cardinality", "baseType"}),
    "outcomeDeclaration": ("defaultValue?", {"identifier", "cardinality", "baseType"}),
    "correctResponse": ("value+", set()), "defaultValue": ("value+", set()), "value": ("#text", set()),
    "mapping": ("mapEntry+", {"lowerBound", "upperBound", "defaultValue"}), "mapEntry": ("", {"mapKey", "mappedValue", "caseSensitive"}),
    "areaMapping": ("areaMapEntry+", {"lowerBound", "upperBound", "defaultValue"}), "areaMapEntry": ("", {"shape", "coords", "mappedValue"}),
    "itemBody": (f"({BLOCK} {IN_BLOCK} rubricBlock)*", COMMON), "rubricBlock": (f"({BLOCK} {IN_BLOCK})*", COMMON | {"view", "use"}),
    "choiceInteraction": ("prompt? simpleChoice+", COMMON | {"responseIdentifier", "shuffle", "maxChoices"}),
    "orderInteraction": ("prompt? simpleChoice+", COMMON | {"responseIdentifier", "shuffle"}),
    "simpleChoice": (f"#text ({FLOW})*", COMMON | {"identifier", "fixed"}),
    "matchInteraction": ("prompt? simpleMatchSet simpleMatchSet", COMMON | {"responseIdentifier", "shuffle", "maxAssociations"}),
    "simpleMatchSet": ("simpleAssociableChoice*", COMMON), "simpleAssociableChoice": (f"#text ({FLOW})*", COMMON | {"identifier", "matchMax"}),
    "selectPointInteraction": ("prompt? (object img)", COMMON | {"responseIdentifier", "maxChoices"}),
    "extendedTextInteraction": ("prompt?", COMMON | {"responseIdentifier"}), "textEntryInteraction": ("", COMMON | {"responseIdentifier"}),
    "inlineChoiceInteraction": ("inlineChoice+", COMMON | {"responseIdentifier", "shuffle"}), "inlineChoice": ("#text", COMMON | {"identifier"}),
    "modalFeedback": (f"#text ({FLOW})*", {"outcomeIdentifier", "showHide", "identifier", "title"}),
    "responseProcessing": ("(responseCondition setOutcomeValue)*", {"template"}), "responseCondition": ("responseIf responseElseIf* responseElse?", set()),
    "responseIf": (f"({EXPRESSIONS}) setOutcomeValue*", set()), "responseElseIf": (f"({EXPRESSIONS}) setOutcomeValue*", set()),
    "responseElse": ("setOutcomeValue*", set()), "setOutcomeValue": (f"({EXPRESSIONS})", {"identifier"}),
    "variable": ("", {"identifier"}), "correct": ("", {"identifier"}), "baseValue": ("#text", {"baseType"}),
    "mapResponse": ("", {"identifier"}), "mapResponsePoint": ("", {"identifier"}), "match": (f"({EXPRESSIONS}) ({EXPRESSIONS})", set()),
    "equal": (f"({EXPRESSIONS}) ({EXPRESSIONS})", {"toleranceMode", "tolerance"}), "stringMatch": (f"({EXPRESSIONS}) ({EXPRESSIONS})", {"caseSensitive"}),
    "patternMatch": (f"({EXPRESSIONS})", {"pattern"}), "isNull": (f"({EXPRESSIONS})", set()), "not": (f"({EXPRESSIONS})", set()),
    "or": (f"({EXPRESSIONS})+", set()), "sum": (f"({EXPRESSIONS})+", set()), "max": (f"({EXPRESSIONS})+", set()),
    "gt": (f"({EXPRESSIONS}) ({EXPRESSIONS})", set()), "gte": (f"({EXPRESSIONS}) ({EXPRESSIONS})", set()),
    **dict.fromkeys(("div", "li", "dd"), (f"#text ({FLOW} {IN_LINE} {IN_BLOCK})*", COMMON)),
    **{tag: (f"#text ({FLOW} {IN_LINE} {IN_BLOCK})*", COMMON | {"headers", "scope", "abbr", "axis", "rowspan", "colspan"}) for tag in ("td", "th")},
    **dict.fromkeys(("p", "pre", "address", "dt", "caption", "h1", "h2", "h3", "h4", "h5", "h6"), (f"#text ({INLINE} {IN_LINE})*", COMMON)),
    **dict.fromkeys(INLINE.split(), (f"#text ({INLINE} {IN_LINE})*", COMMON)),
    "blockquote": (f"({BLOCK} {IN_BLOCK})*", COMMON | {"cite"}), "q": (f"#text ({INLINE} {IN_LINE})*", COMMON | {"cite"}),
    "a": (f"#text ({INLINE} {IN_LINE})*", COMMON | {"href", "type"}), "ul": ("li*", COMMON), "ol": ("li*", COMMON), "dl": ("(dt dd)*", COMMON),
    "br": ("", COMMON), "hr": ("", COMMON), "img": ("", COMMON | {"src", "alt", "longdesc", "width", "height"}),
    "object": (f"#text ({FLOW})*", COMMON | {"data", "type", "width", "height"}),
    "table": ("caption? (col colgroup)* thead? tfoot? tbody+", COMMON | {"summary"}), "colgroup": ("col*", COMMON | {"span"}),
    "col": ("", COMMON | {"span"}), "thead": ("tr+", COMMON), "tbody": ("tr+", COMMON), "tfoot": ("tr+", COMMON), "tr": ("(td th)+", COMMON),
}  # fmt: skip
REQUIRED = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"}, "rubricBlock": {"view"}, "simpleChoice": {"identifier"},
    "simpleAssociableChoice": {"identifier", "matchMax"}, "img": {"src", "alt"}, "object": {"data", "type"}, "a": {"href"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"}, "mapEntry": {"mapKey", "mappedValue"}, "stringMatch": {"caseSensitive"},
}  # fmt: skip
NAMED = re.compile(r"[A-Za-z_][\w.-]*")


def _pattern(model):
    names = re.sub(r"#text", "", model)
    made = re.sub(r"\(([^)]*)\)", lambda found: "(" + "|".join(f"{name}," for name in found[1].split()) + ")", names)
    made = re.sub(r"(?<![\w,(|])([A-Za-z]\w*)(?![\w,])", r"(\1,)", made)
    return re.compile(made.replace(" ", ""))


PATTERNS = {tag: _pattern(model) for tag, (model, _attributes) in MODEL.items()}


def _camel(name):
    return re.sub(r"-([a-z0-9])", lambda found: found[1].upper(), name)


def faults(root):
    """What of an item is not as the table says."""
    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        is_qti = local.startswith("qti-")
        tag = _camel(local.removeprefix("qti-")) if is_qti else local
        element.tag = tag
        for name, value in element.attrib.items():
            if is_qti and "}" not in name:
                del element.attrib[name]
                element.set(_camel(name), value)
    etree.strip_tags(root, "contentBody")
    for element in root.iter():
        if element.tag not in MODEL:
            yield f"<{element.tag}> is no element of QTI"
            continue
        model, attributes = MODEL[element.tag]
        children = "".join(f"{child.tag}," for child in element)
        if not PATTERNS[element.tag].fullmatch(children):
            yield f"<{element.tag}> holds {children}"
        if "#text" not in model and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
            yield f"<{element.tag}> holds text"
        if set(element.attrib) - attributes or REQUIRED.get(element.tag, set()) - set(element.attrib):
            yield f"<{element.tag}> has {sorted(element.attrib)}"
        for name in ("identifier", "responseIdentifier", "outcomeIdentifier"):
            if name in element.attrib and not NAMED.fullmatch(element.get(name)):
                yield f"{name}={element.get(name)} is no name"
        for name in ("mappedValue", "lowerBound", "upperBound"):
            if name in element.attrib:
                float(element.get(name))


def written(entry, version):
    """The item of a question, or None where it has none."""
    body, _named = qti.write([entry], version)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml") and name.startswith("items/")]
        return etree.fromstring(archive.read(names[0])) if names else None


@pytest.mark.parametrize("version", qti.VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_item_keeps_to_the_content_model(kind, version):
    @settings(derandomize=True, deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(entries([kind]))
    def holds(entry):
        root = written(entry, version)
        assert root is None or not list(faults(root))

    holds()


STRANGE = (
    '<p lang="fr">Never <u>enter</u>, <s>run</s> or <del>wait</del> <mark>here</mark><img src="https://example.org/a.png"></p>'
    "<figure><p>a</p><figcaption>b</figcaption></figure><blockquote>He <b>said</b> so</blockquote><blockquote><p>c</p></blockquote>"
    "<table><tbody><tr><td>1</td></tr></tbody></table><ul><li>x</li></ul>"
)


@pytest.mark.parametrize("version", qti.VERSIONS)
def test_html_that_the_schema_does_not_know_goes_through_it_and_comes_back(version):
    options = [{"id": name, "text": {"en": f"<u>{name}</u>"}, "right": name == "a", "feedback": {"en": f"<s>{name}</s>"}} for name in "ab"]
    content = {"kind": "single", "format": "html", "text": {"en": STRANGE}, "feedback": {"en": "<ins>x</ins>"}, "part": "", "options": options}
    assert not list(faults(written(Entry(content, "1"), version)))
    body, named = qti.write([Entry(content, "1")], version)
    assert named == []
    parsed = qti.read(body, None)
    back = parsed.entries[0].content
    assert back["text"] == {"en": STRANGE.replace('a.png"', 'a.png" alt=""')}
    assert [row["text"]["en"] for row in back["options"]] == ["<u>a</u>", "<u>b</u>"]
    assert (back["options"][0]["feedback"], back["feedback"]) == ({"en": "<s>a</s>"}, {"en": "<ins>x</ins>"})
    assert parsed.named == []


def test_a_strangers_class_is_no_way_to_any_element():
    content = {"kind": "essay", "format": "html", "text": {"en": "<p>Say <u>it</u> <s>twice</s></p>"}, "feedback": {}, "part": "", "guide": {}}
    item = etree.tostring(written(Entry(content, "1"), "2.1"), encoding="unicode")
    item = item.replace("casebook-html-u", "casebook-html-a b&lt;").replace("casebook-html-s", "casebook-html-script")
    assert qti.read(item.encode(), None).entries[0].content["text"] == {"en": "<p>Say <span>it</span> </p>"}


def test_attributes_that_the_schema_does_not_know_are_left_out_and_named():
    content = {"kind": "essay", "format": "html", "text": {"en": '<p title="x">Say <bdo dir="rtl">it</bdo></p>'}, "feedback": {}, "part": "", "guide": {}}
    _body, named = qti.write([Entry(content, "1")])
    assert [row.message % row.values for row in named] == ["Left out, because nothing in QTI corresponds to it: dir, title."]


@pytest.mark.parametrize(
    "fault",
    [
        "<outcomeDeclaration identifier='S' cardinality='single' baseType='float'/>"
        "<responseDeclaration identifier='R' cardinality='single' baseType='string'/><itemBody/>",
        "<itemBody>bare</itemBody>",
        "<itemBody><span>inline</span></itemBody>",
        "<itemBody><p><u>x</u></p></itemBody>",
        "<itemBody><p title='x'>y</p></itemBody>",
        "<itemBody><blockquote>text</blockquote></itemBody>",
        "<itemBody><div><img src='a.png'/></div></itemBody>",
        "<itemBody/><modalFeedback outcomeIdentifier='F' identifier='1 2' showHide='show'>x</modalFeedback>",
        "<responseDeclaration identifier='R' cardinality='single' baseType='string'><correctResponse/></responseDeclaration><itemBody/>",
    ],
)
def test_the_table_finds_what_the_schema_refuses(fault):
    head = "identifier='i' title='t' adaptive='false' timeDependent='false'"
    assert not list(faults(etree.fromstring(f"<assessmentItem {head}><itemBody><p>x</p></itemBody></assessmentItem>")))
    assert list(faults(etree.fromstring(f"<assessmentItem {head}>{fault}</assessmentItem>")))
