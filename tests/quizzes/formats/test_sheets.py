"""Workbooks with the faults that real ones have: rows in are rows imported or named, and no key is wrong."""

import datetime as dt
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from quizzes.formats.parsed import Entry
from quizzes.formats.sheets import tables
from quizzes.formats.sheets.columns import heading, layout_of
from quizzes.formats.sheets.reading import read, read_tables
from quizzes.formats.sheets.tables import Table, open_tables
from quizzes.formats.sheets.template import EXAMPLES
from quizzes.formats.sheets.writing import template, write, write_csv
from quizzes.rules.soundness import problems
from tests.quizzes.strategies import KINDS, contents

HEAD = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]
SOUND = ["单选题", "哪种气体会使人窒息？", "氮气", "氧气", "空气", "水汽", "A", "缺氧"]


def workbook(*sheets, merged=()):
    """A workbook of these sheets, each a list of rows."""
    body = BytesIO()
    book = xlsxwriter.Workbook(body, {"in_memory": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for index, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(index, at, dt.datetime.combine(cell, dt.time()), date)
                elif isinstance(cell, tuple):
                    sheet.write_formula(index, at, cell[0], None, cell[1])
                elif cell != "":
                    sheet.write(index, at, cell)
        for where, text in merged:
            sheet.merge_range(*where, text)
    book.close()
    return body.getvalue()


def checked(body, language=None):
    """What is read; every row that is not empty is a question or is named, once, and every question is sound."""
    parsed = read(body, language)
    rows = {table.place(index) for table in open_tables(body) for index, row in enumerate(table.rows) if any(row)}
    taken = [entry.where for entry in parsed.entries]
    lost = [named.where for named in parsed.named if named.lost]
    aside = {named.where for named in parsed.named if not named.lost} & rows - set(taken)
    assert sorted([*taken, *lost, *aside]) == sorted(rows)
    assert not any(problems(entry.content) for entry in parsed.entries)
    return parsed


def csv(*rows, mark=",", encoding="utf-8"):
    """Rows as a file of separated values."""
    return "\n".join(mark.join(row) for row in rows).encode(encoding)


def right(entry):
    """The texts of the right options."""
    return [next(iter(option["text"].values())) for option in entry.content["options"] if option["right"]]


def one(*row, head=HEAD):
    """The question of a sheet with one row."""
    parsed = checked(workbook([head, list(row)]))
    assert len(parsed.entries) == 1, parsed.named
    return parsed.entries[0]


def refused(*row, head=HEAD):
    """Why the row of a sheet is not taken."""
    parsed = checked(workbook([head, list(row)]))
    assert not parsed.entries
    return next(named.message % named.values for named in parsed.named if named.lost)


def test_a_plain_row_is_a_question():
    entry = one(*SOUND)
    assert entry.where == "Sheet1!2"
    assert entry.content["kind"] == "single"
    assert entry.content["text"] == {"zh": "哪种气体会使人窒息？"}
    assert entry.content["feedback"] == {"zh": "缺氧"}
    assert right(entry) == ["氮气"]


@pytest.mark.parametrize(
    "head",
    [
        ["试题类型", "试题内容", "选项1", "选项2", "选项3", "选项4", "标准答案", "试题解析"],
        ["*题型（必填）", "题目", "A", "B", "C", "D", "正确答案", "答案解析"],
        ["类型", "问题", "A选项", "B选项", "C选项", "D选项", "参考答案", "题目解析"],
        ["type", "Question", "Option A", "Option B", "Option C", "Option D", "Correct answer", "Explanation"],
        ["题 型", "题干：", "选项一", "选项二", "选项三", "选项四", "答　案", "解 析"],
    ],
)
def test_headings_may_have_any_usual_wording(head):
    assert right(one(*SOUND, head=head)) == ["氮气"]


def test_headings_may_stand_in_any_order():
    order = [6, 3, 0, 7, 2, 5, 1, 4]
    assert right(one(*[SOUND[at] for at in order], head=[HEAD[at] for at in order])) == ["氮气"]


def test_what_stands_above_the_headings_is_named_and_no_question():
    rows = [["2024年安全生产知识竞赛题库"], ["说明：每题2分"], [], HEAD, SOUND]
    parsed = checked(workbook(rows, merged=[((0, 0, 0, 7), "2024年安全生产知识竞赛题库")]))
    assert [entry.where for entry in parsed.entries] == ["Sheet1!5"]
    assert [named.where for named in parsed.named] == ["Sheet1!1", "Sheet1!2", "Sheet1!4"]


def test_options_may_have_headings_below_a_common_one():
    rows = [["题型", "题干", "选项", "", "", "", "答案"], ["", "", "A", "B", "C", "D", ""], SOUND[:7]]
    assert right(checked(workbook(rows, merged=[((0, 2, 0, 5), "选项")])).entries[0]) == ["氮气"]


def test_empty_rows_and_empty_sheets_are_nothing():
    parsed = checked(workbook([HEAD, [], SOUND, [], []], [], [[""]]))
    assert len(parsed.entries) == 1


def test_questions_are_taken_from_every_sheet():
    other = ["判断题", "氮气有气味。", "", "", "", "", "错", ""]
    parsed = checked(workbook([HEAD, SOUND], [HEAD, other]))
    assert [entry.where for entry in parsed.entries] == ["Sheet1!2", "Sheet2!2"]


def test_a_sheet_of_something_else_is_named_row_by_row():
    parsed = checked(workbook([HEAD, SOUND], [["工号", "成绩"], ["1001", 90]]))
    assert [named.where for named in parsed.named if named.lost] == ["Sheet2!1", "Sheet2!2"]


OPTIONS = [
    "氮气**氧气**空气",
    "氮气##氧气##空气",
    "氮气|氧气|空气",
    "氮气;氧气;空气",
    "氮气；氧气；空气",
    "氮气\n氧气\n空气",
    "A.氮气\nB.氧气\nC.空气",
    "A、氮气 B、氧气 C、空气",
    "A. 氮气 B. 氧气 C. 空气",
    "A.氮气**B.氧气**C.空气",
    "(A)氮气(B)氧气(C)空气",
    "（Ａ）氮气（Ｂ）氧气（Ｃ）空气",
    "Ａ．氮气Ｂ．氧气Ｃ．空气",
    "A氮气B氧气C空气",
    "A氮气 B氧气 C空气",
    "A:氮气;B:氧气;C:空气;",
    "a) 氮气 b) 氧气 c) 空气",
]


@pytest.mark.parametrize("cell", OPTIONS)
def test_options_in_one_cell_are_told_apart(cell):
    entry = one("单选", "哪种气体会使人窒息？", cell, "C", head=["题型", "题干", "选项", "答案"])
    assert [option["text"]["zh"] for option in entry.content["options"]] == ["氮气", "氧气", "空气"]
    assert right(entry) == ["空气"]


@pytest.mark.parametrize("cell", ["氮气氧气空气", "A.氮气 C.空气", "A.氮气 A.氧气", "氮气****空气", "A.氮气 B."])
def test_options_that_cannot_be_told_apart_are_named(cell):
    assert "told apart" in refused("单选", "哪种气体会使人窒息？", cell, "A", head=["题型", "题干", "选项", "答案"])


def test_options_glued_to_the_question_are_taken_off():
    entry = one("哪种气体会使人窒息？ A.氮气 B.氧气 C.空气", "A", head=["题目", "答案"])
    assert entry.content["text"] == {"zh": "哪种气体会使人窒息？"}
    assert right(entry) == ["氮气"]


@pytest.mark.parametrize("answer", ["AC", "A,C", "A、C", "A C", "ＡＣ", "ac", "A;C", "(A)(C)", "1,3", "13", "氮气、空气", "氮气|空气", "A．C"])
def test_several_letters_numbers_or_texts_are_several_right_options(answer):
    assert right(one("多选题", *SOUND[1:6], answer, "")) == ["氮气", "空气"]


@pytest.mark.parametrize("answer", ["A", "a", "Ａ", "1", 1.0, "A.氮气", "氮气", "A、", "（A）", ('="A"', "A")])
def test_one_letter_number_or_text_is_one_right_option(answer):
    assert right(one("单选题", *SOUND[1:6], answer, "")) == ["氮气"]


@pytest.mark.parametrize(("word", "truth"), [("对", True), ("正确", True), ("√", True), ("T", True), ("Y", True), ("是", True), (True, True), ("1", True)])
@pytest.mark.parametrize("kind", ["判断题", ""])
def test_words_for_true(word, truth, kind):
    if word == "1" and not kind:
        return
    entry = one(kind, "氮气无味。", "", "", "", "", word, "")
    assert entry.content["kind"] == "true-false"
    assert right(entry) == ["True"]


@pytest.mark.parametrize("word", ["错", "错误", "×", "F", "N", "否", False, "false", "X"])
def test_words_for_false(word):
    assert right(one("判断", "氮气有味。", "", "", "", "", word, "")) == ["False"]


@pytest.mark.parametrize(
    ("words", "answer", "truth"),
    [(("对", "错"), "A", "True"), (("错误", "正确"), "A", "False"), (("正确", "错误"), "2", "False"), (("对", "错"), "错误", "False")],
)
def test_statements_may_have_their_two_options_in_columns(words, answer, truth):
    entry = one("判断题", "氮气有味。", *words, "", "", answer, "")
    assert entry.content["kind"] == "true-false"
    assert right(entry) == [truth]


def test_a_b_and_1_2_without_options_mean_true_and_false_only_where_the_sheet_agrees():
    rows = [["判断", f"第{number}句。", "", "", "", "", answer, ""] for number, answer in enumerate("1221", 1)]
    assert [right(entry)[0] for entry in checked(workbook([HEAD, *rows])).entries] == ["True", "False", "False", "True"]
    mixed = [*rows, ["判断", "又一句。", "", "", "", "", "0", ""]]
    assert not checked(workbook([HEAD, *mixed])).entries


def test_a_missing_type_is_found_by_options_and_answer():
    head = HEAD[1:]
    rows = [
        ["单选吗", "甲", "乙", "丙", "丁", "B", ""],
        ["多选吗", "甲", "乙", "丙", "丁", "BD", ""],
        ["对吗", "", "", "", "", "√", ""],
        ["留守的人叫____。", "", "", "", "", "监护人", ""],
        ["怎样呼救？说明理由。", "", "", "", "", "说清地点、人数和经过。", ""],
    ]
    kinds = [entry.content["kind"] for entry in checked(workbook([head, *rows])).entries]
    assert kinds == ["single", "multiple", "true-false", "short", "essay"]


@pytest.mark.parametrize("number", ["1. ", "1、", "（1）", "第1题 ", "12．", "【单选题】", "3、【单选题】"])
def test_the_number_before_a_question_is_not_part_of_it(number):
    assert one("单选题", f"{number}哪种气体会使人窒息？", *SOUND[2:]).content["text"] == {"zh": "哪种气体会使人窒息？"}


def test_a_figure_that_begins_a_question_is_kept():
    assert one("单选题", "3.5米高处作业属于几级？", *SOUND[2:]).content["text"]["zh"].startswith("3.5米")


def test_the_answer_in_brackets_is_taken_and_does_not_stay_in_the_question():
    entry = one("单选题", "使人窒息的是（ A ）。", *SOUND[2:6], head=["题型", "题干", "A", "B", "C", "D"])
    assert "A" not in entry.content["text"]["zh"]
    assert right(entry) == ["氮气"]


def test_brackets_and_column_that_differ_are_named():
    assert "not the same" in refused("单选题", "使人窒息的是（ B ）。", *SOUND[2:])


def test_a_unit_in_brackets_is_no_answer():
    assert "（A）" in one("单选题", "额定电流（A）表示什么？", "电流", "电压", "功率", "电阻", "A", "").content["text"]["zh"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("E", "past the last"), ("AE", "past the last"), ("5", "past the last"), ("", "no answer"), ("都对", "names none"), ("AB", "several"), ("AA", "twice")],
)
def test_a_wrong_or_absent_key_is_named(answer, reason):
    assert reason in refused("单选题", *SOUND[1:6], answer, "")


def test_an_answer_that_can_be_read_in_two_ways_is_named():
    assert "two ways" in refused("单选题", "几个人监护？", "3", "1", "2", "4", "2", "")


def test_a_formula_has_the_value_that_was_last_computed_and_an_error_none():
    assert right(one("单选题", *SOUND[1:6], ('=UPPER("b")', "B"), "")) == ["氧气"]
    assert "no answer" in refused("单选题", *SOUND[1:6], ("=1/0", "#DIV/0!"), "")


def test_what_the_program_made_a_date_of_is_named():
    assert "date" in refused("单选题", "几到几米？", dt.date(2025, 3, 5), "5-8", "8-9", "10", "A", "")


def test_whole_floats_are_whole_numbers():
    assert [option["text"]["en"] for option in one("单选题", "2+2?", 3.0, 4.0, 5.5, "", "B", "").content["options"]] == ["3", "4", "5.5"]


def test_repeats_are_named_and_with_another_key_both():
    assert "Sheet1!2" in next(n.values["row"] for n in checked(workbook([HEAD, SOUND, SOUND])).named if n.lost)
    other = [*SOUND[:6], "B", ""]
    parsed = checked(workbook([HEAD, SOUND, other]))
    assert not parsed.entries
    assert len([named for named in parsed.named if named.lost]) == 2


def test_several_accepted_words_but_no_stroke_of_a_unit():
    entry = one("填空题", "留守的人叫____。", "", "", "", "", "监护人/监护员；守望者", "")
    assert [answer["text"]["zh"] for answer in entry.content["answers"]] == ["监护人", "监护员", "守望者"]
    assert len(one("填空题", "限速____。", "", "", "", "", "5km/h", "").content["answers"]) == 1


def test_several_gaps_are_named():
    assert "2 gaps" in refused("填空题", "先____，再____。", "", "", "", "", "通风；检测", "")


def test_a_title_names_the_kind_of_what_follows():
    head = ["序号", *HEAD[1:]]
    rows = [head, ["一、判断题（每题1分）"], ["1", "氮气无味。", "", "", "", "", "√", ""], ["二、多项选择题"], ["2", *SOUND[1:6], "A", ""]]
    parsed = checked(workbook(rows))
    assert [entry.content["kind"] for entry in parsed.entries] == ["true-false", "multiple"]


def test_category_difficulty_and_other_columns():
    parsed = checked(workbook([[*HEAD, "章节", "难度", "分值"], [*SOUND, "有限空间", "难", 2]]))
    assert parsed.entries[0].category == ("有限空间",)
    assert parsed.entries[0].difficulty == 5
    assert [named.excerpt for named in parsed.named if named.where == "Sheet1"] == ["分值"]


def test_a_cell_merged_down_counts_for_every_row():
    rows = [["题型", "题干", "A", "B", "答案"], ["单选题", "一？", "甲", "乙", "A"], ["", "二？", "甲", "乙", "AB"]]
    parsed = checked(workbook(rows, merged=[((1, 0, 2, 0), "单选题")]))
    assert [entry.where for entry in parsed.entries] == ["Sheet1!2"]


def test_columns_without_headings_are_known_by_what_stands_in_them():
    rows = [[str(at), "单选题", f"这是第{at}个很长的问题，问什么？", "甲", "乙", "丙", "ABC"[at % 3]] for at in range(1, 9)]
    parsed = checked(workbook(rows))
    assert len(parsed.entries) == 8
    assert right(parsed.entries[0]) == ["乙"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separated_values_in_the_encodings_of_offices(mark, encoding):
    parsed = checked(csv(HEAD, SOUND, mark=mark, encoding=encoding))
    assert right(parsed.entries[0]) == ["氮气"]


def test_a_lost_separator_leaves_the_row_named():
    parsed = checked(csv(HEAD, SOUND, ["单选题", "哪个？", "甲乙丙丁", "A", ""]))
    assert len(parsed.entries) == 1
    assert [named.where for named in parsed.named if named.lost] == ["3"]


def test_what_is_no_workbook_is_refused_in_words(monkeypatch):
    for body in (b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", b"\x00\x01\x02"):
        with pytest.raises(Invalid):
            read(body)
    monkeypatch.setattr(tables, "MOST_UNZIPPED", 1000)
    with pytest.raises(Invalid, match="Unpacked"):
        read(workbook([HEAD, SOUND]))


def test_a_cell_in_the_last_row_and_column_does_not_take_the_memory():
    body = BytesIO()
    book = xlsxwriter.Workbook(body, {"in_memory": True})
    book.add_worksheet().write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(Invalid):
        read(body.getvalue())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_is_empty_and_its_examples_are_sound(language):
    body = template(language)
    assert not read(body).entries
    assert not [named for named in read(body).named if named.lost]
    examples = next(table for table in open_tables(body) if table.name in ("Examples", "示例"))
    moved = Table("Mine", examples.rows)
    parsed = read_tables([moved], [layout_of(moved)], None)
    assert len(parsed.entries) == len(EXAMPLES)
    assert [write([entry], language)[1] for entry in parsed.entries] == [[]] * len(EXAMPLES)
    for form in (write, write_csv):
        again = read(form(parsed.entries, language)[0])
        assert [(entry.content, entry.category, entry.tags) for entry in again.entries] == [(e.content, e.category, e.tags) for e in parsed.entries]


def test_a_row_of_the_template_without_a_sound_key_is_named():
    entry = read_tables(
        [Table("x", [["Kind", "Question (English)", "Option A (English)", "Option B (English)", "Right answer"], ["single", "Which?", "a", "b", "C"]])],
        [layout_of(Table("x", [["Kind", "Question (English)", "Option A (English)", "Option B (English)", "Right answer"]]))],
        None,
    )
    assert not entry.entries
    assert "past the last" in entry.named[1].message


def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back():
    content = {"kind": "essay", "text": {"en": "=cmd|' /C calc'!A0"}, "feedback": {"en": "'=1"}, "part": "", "guide": {}}
    body, _named = write_csv([Entry(content, "1")], "en")
    assert b"\"'=cmd" in body or b",'=cmd" in body
    assert read(body).entries[0].content == content


CELLS = st.one_of(
    st.sampled_from(
        ["", "A", "AB", "对", "√", "单选题", "判断题", "氮气", "氧气|空气", "A.甲 B.乙", "1", "题干", "选项", "答案", "1、这是什么？", "（ A ）", "x\0y"]
    ),
    st.text("ABCD甲乙丙.、|*#；()（） 12\n√×", max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=9), max_size=8), st.booleans())
def test_no_row_is_lost_whatever_stands_in_it(rows, headed):
    cells = [[cell.replace("\0", "").strip() for cell in row] for row in ([HEAD] if headed else []) + rows]
    table = Table("Sheet1", cells)
    parsed = read_tables([table], [layout_of(table)], None)
    filled = sorted(table.place(index) for index, row in enumerate(cells) if any(row))
    lost = [named.where for named in parsed.named if named.lost]
    aside = {named.where for named in parsed.named if not named.lost} & set(filled) - {entry.where for entry in parsed.entries}
    assert sorted([*(entry.where for entry in parsed.entries), *lost, *aside]) == filled
    assert not any(problems(entry.content) for entry in parsed.entries)


@settings(max_examples=200, deadline=None)
@given(contents(kinds=[kind for kind in KINDS if kind != "hotspot"]), st.sampled_from(["en", "zh"]), st.booleans())
def test_a_question_comes_back_from_a_sheet_as_it_was(content, language, as_csv):
    entry = Entry(content, "1", "Title", "uid", ("A/B", "C"), ("t", "u"), 3, "blind-rescue", "second-man")
    picture = content.get("picture")
    body, named = (write_csv if as_csv else write)([entry], language)
    assert bool(named) == bool(picture)
    found = read(body).entries
    assert [one.content for one in found] == [{key: value for key, value in content.items() if key != "picture"}]
    assert (found[0].title, found[0].uid, found[0].category, found[0].tags) == (entry.title, entry.uid, entry.category, entry.tags)
    assert (found[0].difficulty, found[0].cause, found[0].case_slug) == (3, "blind-rescue", "second-man")


@settings(max_examples=40, deadline=None)
@given(contents(kinds=["hotspot"]))
def test_a_place_in_a_picture_is_named(content):
    body, named = write([Entry(content, "7")], "en")
    assert [(one.where, one.lost) for one in named] == [("7", True)]
    assert not read(body).entries


def test_half_a_surrogate_pair_costs_its_row_and_not_the_file():
    head = ["kind", "text:en", "answer", "units", "unit"]
    heads = [heading(name, "en") for name in head]
    parsed = read(workbook([heads, ["numeric", "How much?", "5", '["\\ud800=1"]', "optional"], ["numeric", "And here?", "5", "", ""]]))
    assert [entry.content["text"]["en"] for entry in parsed.entries] == ["And here?"]
    assert len([one for one in parsed.named if one.lost]) == 1


def test_no_option_of_a_statement_is_lost_in_silence():
    heads = [heading(name, "en") for name in ("kind", "text:en", "option:1:en", "option:2:en", "option:3:en", "answer")]
    parsed = read(workbook([heads, ["judgement", "Nitrogen smells.", "Yes", "No", "Unsure", "B"]]))
    assert (parsed.entries, [one.message for one in parsed.named if one.lost]) == ([], ["A question of true or false has two options."])
