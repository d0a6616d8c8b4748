"""Aiken: what files mean, what is named, and that what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.formats.aiken import read, write
from quizzes.formats.parsed import Entry
from quizzes.formats.unsaid import NO_SUCH_KIND, NOT_SAID
from quizzes.rules.soundness import problems
from tests.quizzes.formats.alike import alike
from tests.quizzes.formats.test_gift import quick, words
from tests.quizzes.strategies import KINDS, contents


def said(entry):
    """The texts of a question, and where its right options stand."""
    content = entry.content
    texts = [next(iter(row["text"].values())) for row in (content, *content["options"])]
    return texts, "".join("ABCDEFG"[place] for place, option in enumerate(content["options"]) if option["right"])


@pytest.mark.parametrize(
    ("text", "texts", "right"),
    [
        ("Which gas?\nA. argon\nB. neon\nANSWER: B", ["Which gas?", "argon", "neon"], "B"),
        ("Which gas?\nA) argon\nB) neon\nANSWER: A\n", ["Which gas?", "argon", "neon"], "A"),
        ("Which gas?\n\na) argon\n\nb) neon\n\nAnswer: b.\n", ["Which gas?", "argon", "neon"], "B"),
        ("What\nburns?\nA. argon\nwhich is heavy\nB. methane\nANSWER: B) methane", ["What burns?", "argon which is heavy", "methane"], "B"),
        ("压力？\nA.0.5MPa\nB.5MPa\nC.（见表）\n答案：A", ["压力？", "0.5MPa", "5MPa", "（见表）"], "A"),
        ("Which?\n(A) this\n(B) that\nANSWER: B", ["Which?", "this", "that"], "B"),
        ("At 3\na.m. or later?\nA. yes\nB. no\nANSWER: B", ["At 3 a.m. or later?", "yes", "no"], "B"),
        ("哪种气体\n可燃？\nＡ．氩气\nＢ．甲烷\n答案：Ｂ", ["哪种气体可燃？", "氩气", "甲烷"], "B"),
        ("哪些可燃？\nA、氢气\nB、甲烷\nC、氩气\n正确答案:AB", ["哪些可燃？", "氢气", "甲烷", "氩气"], "AB"),
        ("哪些可燃？\nA.氢气\nB.甲烷\nC.氩气\nANSWER：A、B", ["哪些可燃？", "氢气", "甲烷", "氩气"], "AB"),
        ("压力（ＭＰａ）？\nA）０.５\nB）５\n答案: A", ["压力（ＭＰａ）？", "０.５", "５"], "A"),
        ("A. Smith says?\nA. yes\nB. no\nANSWER: A", ["A. Smith says?", "yes", "no"], "A"),
        ("Who is it, e.g. at\nI. Newton's?\nA. he\nB. she\nANSWER: A", ["Who is it, e.g. at I. Newton's?", "he", "she"], "A"),
    ],
)
def test_a_question_on_paper(text, texts, right):
    parsed = read(text)
    assert parsed.named == []
    (entry,) = parsed.entries
    assert said(entry) == (texts, right)
    assert entry.content["kind"] == ("single" if len(right) == 1 else "multiple")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_questions_follow_each_other_with_and_without_blank_lines(ending):
    text = "\ufeffOne?\nA. a\nB. b\nANSWER: A\nTwo?\nA. c\nB. d\nANSWER: B\nFEEDBACK: because\nof this\n\n\n"
    text += "Three?\nA. e\nB. f\nANSWER: A\n解析：见规程\nFour,\nwhat?\nA. e\nB. f\nANSWER: B"
    parsed = read(text.replace("\n", ending))
    assert parsed.named == []
    assert [(entry.where, said(entry)[1], next(iter(entry.content["feedback"].values()), "")) for entry in parsed.entries] == [
        ("1", "A", ""),
        ("5", "B", "because of this"),
        ("13", "A", "见规程"),
        ("18", "B", ""),
    ]


GOOD = "After?\nA. a\nB. b\nANSWER: A"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("Missing?\nA. a\nB. b\n\n", "The line ANSWER: is missing."),
        ("Missing?\nA. a\nB. b\n", "The line ANSWER: is missing."),
        ("Past?\nA. a\nB. b\nANSWER: C\n", "The answer points past the last option."),
        ("Past?\nA. a\nB. b\nANSWER: A, D\n\n", "The answer points past the last option."),
        ("None?\nA. a\nB. b\nANSWER: \n", "The line ANSWER: names no option."),
        ("None?\nA. a\nB. b\nANSWER: 2\n", "The line ANSWER: names no option."),
        ("No options?\nANSWER: A\n", "The question has no options."),
        ("Chapter one\n\n", "This text belongs to no question."),
        ("Alone?\nA. a\nANSWER: A\n", "A question needs two options or more, each with a text."),
        ("Twins?\nA. a\nB. a\nANSWER: A\n", "Two options say the same."),
    ],
)
def test_a_broken_question_is_named_with_its_line_and_the_rest_is_read(broken, message):
    parsed = read(f"Before?\nA. a\nB. b\nANSWER: A\n\n{broken}{GOOD}")
    assert [said(entry)[0][0] for entry in parsed.entries] == ["Before?", "After?"]
    assert [(row.where, row.message, row.lost) for row in parsed.named] == [("6", message, True)]


def test_a_missing_answer_at_the_end_is_named():
    assert [(row.where, row.message) for row in read(f"{GOOD}\n\nLast?\nA. a\nB. b").named] == [("6", "The line ANSWER: is missing.")]


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(data=st.data())
def test_import_of_an_export_is_the_question_but_for_what_is_named(kind, data):
    content = data.draw(contents([kind]))
    text, named = write([Entry(content, "1", "T", "id", ("Gas",), ("tag",))])
    messages = {row.message for row in named}
    if any(row.lost for row in named):
        assert text == ""
        assert len(named) == 1
        assert (messages == {NO_SUCH_KIND}) == (kind not in ("single", "true-false"))
        return
    assert {NOT_SAID[name] for name in ("title", "category", "tags", "uid")} <= messages
    parsed = read(text)
    assert parsed.named == []
    (got,) = parsed.entries
    without = {name for name, message in NOT_SAID.items() if message in messages}
    options = [{"id": row["id"], "text": words(row["text"], content), "right": row["right"]} for row in content["options"]]
    if "True or false was written as a choice of two." in messages:
        content = {**content, "kind": "single"}
    plain = {**content, "format": "plain", "text": words(content["text"], content), "options": options}
    seen = {**got.content, "options": [{key: value for key, value in row.items() if key != "feedback"} for row in got.content["options"]]}
    assert alike(seen) == alike(plain, without), text


@quick
@given(st.lists(st.sampled_from(["A. a", "B) b", "C、c", "ANSWER: A", "答案：B", "ANSWER:", "text", "", "FEEDBACK: x"]), max_size=14))
def test_every_line_of_a_file_is_in_a_question_or_in_one_that_is_named(lines):
    parsed = read("\n".join(lines))
    assert all(problems(entry.content) == [] for entry in parsed.entries)
    starts = sorted(int(row.where) for row in [*parsed.entries, *parsed.named])
    assert len(set(starts)) == len(starts)
    first = next((number for number, line in enumerate(lines, 1) if line), None)
    assert starts[:1] == ([first] if first else [])
    assert sum(lines.count(key) for key in ("ANSWER: A", "答案：B", "ANSWER:")) <= len(starts)
