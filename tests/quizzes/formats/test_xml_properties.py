"""import(export(q)) = q for Moodle XML and QTI, up to ids and what the writer names."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.formats import moodle_xml, qti
from quizzes.formats.markup import cleaned
from quizzes.formats.parsed import Entry
from quizzes.formats.weights import decimal, settled, weights_of
from quizzes.rules.questions import GAP
from quizzes.rules.soundness import problems
from tests.quizzes.strategies import KINDS, contents

quick = settings(
    derandomize=True,
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
every_kind = pytest.mark.parametrize("kind", KINDS)


def png(width, height):
    """The beginning of a PNG of this size: all that a reader of sizes looks at."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0"


@st.composite
def entries(draw, kinds=KINDS):
    """A sound question with everything that the bank keeps beside it."""
    content = draw(contents(kinds))
    picture = content.get("picture")
    word = st.text("abc阀 /-", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)
    return Entry(
        content,
        "1",
        title=draw(st.sampled_from(["", "Lock-out, tag-out", "上锁挂牌 <1>"])),
        uid=draw(st.sampled_from(["", "lock-out/7"])),
        category=tuple(draw(st.lists(word, max_size=3))),
        tags=tuple(draw(st.lists(st.sampled_from(["valve", "阀门", "a & b"]), unique=True))),
        difficulty=draw(st.sampled_from([None, 1, 5])),
        cause=draw(st.sampled_from([None, "blind-rescue"])),
        case_slug=draw(st.sampled_from([None, "tank-07"])),
        pictures={picture["file"]: png(picture["width"], picture["height"])} if picture else {},
    )


def canonical(content):
    """A question as its ids, the order of rows that are dealt anyway, and the spelling of numbers do not matter."""
    kind = content["kind"]
    made = {**content, "options": [dict(row) for row in content.get("options", ())]}
    clean = (lambda text: cleaned(text)[0].strip()) if content.get("format") == "html" else str.strip

    def said(pair):
        return {language: clean(text) for language, text in pair.items() if clean(text)}

    for name in ("text", "feedback", "guide"):
        made[name] = said(content.get(name) or {})
    made["hints"] = [said(hint) for hint in content.get("hints", ())]
    made["outcomes"] = {side: said(pair) for side, pair in content.get("outcomes", {}).items()}
    made["fixed"] = bool(content.get("fixed")) and kind in ("single", "multiple", "matching", "words")
    if kind in ("essay", "information"):
        made.pop("penalty", None)  # there is no second try
    if kind in ("single", "multiple", "true-false"):
        rights = settled(kind == "multiple", weights_of(content))
        made["options"] = [
            {"text": said(row["text"]), "feedback": said(row["feedback"]), **right} for row, right in zip(content["options"], rights, strict=True)
        ]
    elif kind == "ordering":
        made["options"] = [said(row["text"]) for row in content["options"]]
    elif kind == "matching":
        texts = {row["id"]: said(row["text"]) for row in content["options"]}
        made["stems"] = [(said(row["text"]), texts[row["right"]]) for row in content["stems"]]
        made["options"] = sorted(map(str, texts.values()))
    elif kind == "words":
        groups = {row["id"]: str([other["text"] for other in content["options"] if other["group"] == row["group"]]) for row in content["options"]}
        rows = {row["id"]: (str(row["text"]), groups[row["id"]]) for row in content["options"]}
        gaps = {gap["id"]: rows[gap["right"]] for gap in content["gaps"]}
        made["text"] = {language: GAP.sub(lambda found: f"[[{gaps[found[1]]}]]", text) for language, text in made["text"].items()}
        made["options"], made["gaps"] = sorted(rows.values()), sorted(map(str, gaps.values()))
    elif kind == "short":
        made["answers"] = [(text, decimal(row["weight"]), said(row["feedback"])) for row in content["answers"] for text in row["text"].values()]
    elif kind == "numeric":
        made["answers"] = [
            (row["value"] if row["value"] == "*" else decimal(row["value"]), decimal(row["tolerance"]), decimal(row["weight"]), said(row["feedback"]))
            for row in content["answers"]
        ]
        made["units"] = [(row["name"], decimal(row["factor"])) for row in content["units"]]
    elif kind == "hotspot":
        made["areas"] = [(row["shape"], row["at"], row["right"], said(row["feedback"])) for row in content["areas"]]
    return made


def unsaid(content, messages):
    """A canonical question without what a writer named as left out."""
    made = dict(content)
    if any("Wrong areas" in message for message in messages):
        made["areas"] = [area for area in made["areas"] if area[2]]
    if any("feedback of areas" in message for message in messages):
        made["areas"] = [(*area[:3], {}) for area in made["areas"]]
    if any("rounded to whole pixels" in message for message in messages):
        made["areas"] = [(area[0], None, *area[2:]) for area in made["areas"]]
    if any("description of the picture" in message for message in messages):
        made["picture"] = {**made["picture"], "alt": {}}
    if any("no hints" in message for message in messages):
        made["hints"] = []
    if any("no penalty" in message for message in messages):
        made.pop("penalty", None)
    if any("no units" in message for message in messages):
        made["units"], made["unit"] = [], "none"
    return made


def narrowed(content, messages):
    """Missing words in the one language, and with the words, that a writer said it wrote."""
    made = dict(content)
    if any("in one language" in message for message in messages):
        first = next(iter(content["text"]))
        made["text"] = {first: content["text"][first]}
        made["options"] = [{**row, "text": {first: row["text"][first]}} for row in content["options"]]
    if any("no gap offers" in message for message in messages):
        used = {gap["group"] for gap in content["gaps"]}
        made["options"] = [row for row in made["options"] if row["group"] in used]
    return made


@every_kind
@quick
@given(data=st.data())
def test_what_is_written_as_moodle_xml_comes_back(kind, data):
    comes_back(data.draw(entries([kind])), moodle_xml.write, moodle_xml)


@every_kind
@pytest.mark.parametrize("version", qti.VERSIONS)
@quick
@given(data=st.data())
def test_what_is_written_as_qti_comes_back(kind, version, data):
    comes_back(data.draw(entries([kind])), lambda rows: qti.write(rows, version), qti)


def comes_back(entry, write, reader):
    """Write a question, read it, and compare."""
    body, named = write([entry])
    read = reader.read(body, None)
    assert not [row for row in (*named, *read.named) if row.lost]
    (back,) = read.entries
    messages = [row.message for row in named]
    wanted, found = canonical(narrowed(entry.content, messages)), canonical(back.content)
    assert unsaid(found, messages) == unsaid(wanted, messages)
    assert problems(back.content) == []
    for name in ("title", "uid", "category", "tags", "difficulty", "cause", "case_slug", "pictures"):
        assert getattr(back, name) == getattr(entry, name), name
