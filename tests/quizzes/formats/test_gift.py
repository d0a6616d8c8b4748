"""GIFT: what files mean, what is named, and that what is written is read again."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.formats.gift import read, write
from quizzes.formats.parsed import Entry
from quizzes.formats.texts import as_html, as_plain, decoded
from quizzes.formats.unsaid import NO_SUCH_KIND, NOT_SAID
from quizzes.rules.soundness import problems
from tests.quizzes.formats.alike import alike
from tests.quizzes.strategies import KINDS, contents

quick = settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
STRANGE = ("ordering", "words", "hotspot")


def only(text, language=None):
    """The one entry of a file in which nothing is wrong."""
    parsed = read(text, language)
    assert parsed.named == []
    (entry,) = parsed.entries
    return entry


def said(rows, name="text"):
    return [next(iter(row[name].values()), "") for row in rows]


def test_a_single_choice_with_title_tags_and_feedback():
    entry = only(
        "// a remark\n// [id:P-7] [tag:pumps] [tag:night shift]\n::Sump pump:: What stops first?{\n=the pump#Yes.\n~the fan # No.\n####Read the \\#4 sheet.}"
    )
    content = entry.content
    assert (entry.title, entry.uid, entry.tags, entry.where) == ("Sump pump", "P-7", ("pumps", "night shift"), "3")
    assert (content["kind"], content["text"], content["feedback"]) == ("single", {"en": "What stops first?"}, {"en": "Read the #4 sheet."})
    assert [(row["right"], row["text"]["en"], row["feedback"]["en"]) for row in content["options"]] == [(True, "the pump", "Yes."), (False, "the fan", "No.")]
    assert not any("weight" in row for row in content["options"])


def test_weights_make_several_answers_unless_one_is_right_by_its_sign():
    several = only("Which are gases?{~%50%argon ~%50%neon ~%-100%iron ~%0%salt}").content
    assert (several["kind"], [row["weight"] for row in several["options"]]) == ("multiple", ["50", "50", "-100", "0"])
    assert [row["right"] for row in several["options"]] == [True, True, False, False]
    one = only("Hot work needs?{=a permit ~%50%a word ~nothing}").content
    assert (one["kind"], [row["weight"] for row in one["options"]]) == ("single", ["100", "50", "0"])
    signs = only("Which are metals?{=iron =zinc ~coal}").content
    assert (signs["kind"], [row["right"] for row in signs["options"]]) == ("multiple", [True, True, False])


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("The {~red =green} lamp is lit.", "The _____ lamp is lit."),
        ("{=Argon ~Iron} is heavier than air.", "_____ is heavier than air."),
        ("Water boils at {#100}.", "Water boils at _____ ."),
        ("::T::[html]<p>The</p> {=green} <i>lamp</i>", "<p>The</p> _____ <i>lamp</i>"),
        ("_____ is heavier than air.{=Argon =argon gas}", "_____ is heavier than air."),
        ("Line one\nof two {=x ~y}", "Line one of two"),
    ],
)
def test_a_missing_word_is_a_line_in_the_text_where_the_answers_stood(text, stem):
    assert only(text).content["text"] == {"en": stem}


@pytest.mark.parametrize(
    ("text", "right", "feedback"),
    [
        ("Safe?{T}", True, ("", "")),
        ("Safe?{false#for true#for false}", False, ("for true", "for false")),
        ("Safe?{TRUE#for true#for false}", True, ("for true", "for false")),
        ("// question: 9  name: x\nSafe?{TRUE#for wrong#for right}", True, ("for right", "for wrong")),
        ("// question: 9  name: x\nSafe?{FALSE#for wrong#for right}", False, ("for wrong", "for right")),
        ("Safe?{F# #for false####both}", False, ("", "for false")),
    ],
)
def test_true_or_false_and_whose_feedback_comes_first(text, right, feedback):
    content = only(text).content
    assert [row["right"] for row in content["options"]] == [right, not right]
    assert tuple(said(content["options"], "feedback")) == feedback


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("#1822", [("1822", "0", "100", "")]),
        ("#-3.142:0.001", [("-3.142", "0.001", "100", "")]),
        ("#3.141..3.142", [("3.1415", "0.0005", "100", "")]),
        ("# -5..5 ", [("0", "5", "100", "")]),
        ("#1e3", [("1000", "0", "100", "")]),
        ("#\n=12:0 # exact\n=%50%12:2# near\n~#far", [("12", "0", "100", "exact"), ("12", "2", "50", "near"), ("*", "0", "0", "far")]),
        ("#3:2~#far####all", [("3", "2", "100", ""), ("*", "0", "0", "far")]),
        ("#=%0%*#far =%100%4", [("*", "0", "0", "far"), ("4", "0", "100", "")]),
    ],
)
def test_numbers(answers, expected):
    content = only(f"How many?{{{answers}}}").content
    assert content["kind"] == "numeric"
    assert [(row["value"], row["tolerance"], row["weight"], row["feedback"].get("en", "")) for row in content["answers"]] == expected


def test_short_answers_and_the_one_without_a_sign():
    content = only("Which gas?{=argon#Yes =%75%Argan#Nearly =%0%*#No}").content
    assert [(row["text"]["en"], row["weight"], row["feedback"]["en"]) for row in content["answers"]] == [
        ("argon", "100", "Yes"),
        ("Argan", "75", "Nearly"),
        ("*", "0", "No"),
    ]
    assert said(only("Write 1 as a word.{one}").content["answers"]) == ["one"]
    assert said(only("How?{=turn -> lift =lift}").content["answers"]) == ["turn -> lift", "lift"]


def test_pairs_and_partners_that_are_left_over():
    content = only("Match.{\n=red -> stop\n=green\t->go\n=amber -> stop\n= -> wait\n####Think.}").content
    names = {row["id"]: row["text"]["en"] for row in content["options"]}
    assert [(row["text"]["en"], names[row["right"]]) for row in content["stems"]] == [("red", "stop"), ("green", "go"), ("amber", "stop")]
    assert sorted(names.values()) == ["go", "stop", "wait"]


def test_escapes_line_breaks_and_formulas():
    content = only("Which\\: \\{x \\= 1\\}\\nor C\\:\\\\temp \\ $\\\\frac\\{1\\}\\{2\\}$?{=\\~a \\# b ~c \\= d ~\\}}").content
    assert content["text"] == {"en": "Which: {x = 1}\nor C:\\temp \\ $\\frac{1}{2}$?"}
    assert said(content["options"]) == ["~a # b", "c = d", "}"]


def test_formats_are_one_in_a_question():
    assert only("[markdown]**a**\n\\n- b{}").content["format"] == "markdown"
    mixed = only("[html]<b>Q</b>{=[plain]a < b ~[markdown]*c*}").content
    assert (mixed["format"], said(mixed["options"])) == ("html", ["a &lt; b", "<em>c</em>"])
    assert only("Is <b>this</b> bold?{T}").content["format"] == "html"
    assert "format" not in only("Is 3 < 4 & 5 > 4?{T}").content
    assert only('[html]<p style="color:red">x</p>{=<i class="y">a</i> ~b}').content["options"][0]["text"] == {"en": '<i class="y">a</i>'}


def test_languages():
    both = only("{T}".join(["\\{mlang en\\}Safe?\\{mlang\\}\\{mlang zh_cn\\}安全吗？\\{mlang\\}", ""])).content
    assert both["text"] == {"en": "Safe?", "zh": "安全吗？"}
    assert only("阀门？{=30 ~40}").content["options"][0]["text"] == {"zh": "30"}
    assert only("Valve?{=30 ~40}", "zh").content["text"] == {"zh": "Valve?"}


def test_categories_are_names_from_the_root_down():
    text = "$CATEGORY: $course$/top/Gas // steam/Valves\n\nA{T}\n\n$CATEGORY: Other: 2\nB{T}\n\n$CATEGORY: $course$/top\n\nC{T}"
    assert [entry.category for entry in read(text).entries] == [("Gas / steam", "Valves"), ("Other: 2",), ()]


def test_information_and_essay():
    parsed = read("::Read::Read this\nfirst.\n\nWrite a report.{}\n\nAnd one more.{####Thanks}")
    assert [entry.content["kind"] for entry in parsed.entries] == ["information", "essay", "essay"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_mark_at_the_beginning(ending):
    parsed = read("\ufeff" + "A?{=x\n\n~y}\n\n// c\n\nB\n{\nT\n}\nC{F}\n::D::D{T}\n// [id:5]\nE{F}\n\nF?\n\n{=a ~b}\n".replace("\n", ending))
    assert parsed.named == []
    assert [(entry.content["text"]["en"], entry.where, entry.uid) for entry in parsed.entries] == [
        ("A?", "1", ""),
        ("B", "7", ""),
        ("C", "11", ""),
        ("D", "12", ""),
        ("E", "14", "5"),
        ("F?", "16", ""),
    ]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "安全"),
        ("utf-16", "安全"),
        ("gb18030", "安全"),
        ("gbk", "Pump 阀门 A{T}"),
        ("gb2312", "进入受限空间之前必须先做什么？{=通风检测 ~休息}"),
        ("big5", "進入受限空間之前必須先做什麼？檢測氣體。{=通風檢測 ~休息}"),
        ("windows-1252", "fenêtre"),
        ("windows-1252", "Où est la sortie de secours ? À côté.{=là ~ici}"),
        ("windows-1251", "Где находится аварийный выход? Слева у окна."),
        ("shift_jis", "非常口はどこにありますか。左側です。作業を始める前に、ガスの濃度を測定してください。{=左 ~右}"),
    ],
)
def test_encodings(encoding, text):
    assert decoded(text.encode(encoding)) == text


def test_a_brace_too_many_breaks_the_question_in_which_it_stands_and_not_the_next():
    parsed = read("One{T}\n}\nTwo{F}")
    assert [entry.content["text"]["en"] for entry in parsed.entries] == ["Two"]
    assert [(row.where, row.lost, row.message[:19]) for row in parsed.named] == [("1", True, "Braces do not match")]


@pytest.mark.parametrize(
    ("broken", "line", "begins"),
    [
        ("Open {=a ~b", "3", "Braces do not match"),
        ("Twice {=a ~b} and {=c ~d}", "3", "Braces do not match"),
        ("Closed =a}", "3", "Braces do not match"),
        ("No key {~a ~b}", "3", "Mark at least"),
        ("No number {#five}", "3", "An answer is not a number."),
        ("With a unit {#5 kg}", "3", "An answer is not a number."),
        ("Before {x =a ~b}", "3", "Text stands before"),
        ("Half {~%50%a ~b}", "3", "No answer reaches full marks."),
        ("Alone {~%100%a}", "3", "A question needs two options"),
        ("{=a ~b}", "3", "The question has no text."),
        ("Twins {=a ~a}", "3", "Two options say the same."),
    ],
)
def test_a_broken_question_is_named_with_its_line_and_the_rest_is_read(broken, line, begins):
    parsed = read(f"Before{{T}}\n\n{broken}\n\n::After::Then{{F}}")
    assert [entry.content["text"]["en"] for entry in parsed.entries] == ["Before", "Then"]
    (named,) = parsed.named
    assert (named.where, named.lost) == (line, True)
    assert named.message.startswith(begins)


def test_a_picture_that_is_only_named_is_named():
    parsed = read('[html]<img src\\="@@PLUGINFILE@@/a.png"> Which?{=a ~b}')
    assert len(parsed.entries) == 1
    assert [row.lost for row in parsed.named] == [False]


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(data=st.data())
def test_import_of_an_export_is_the_question_but_for_what_is_named(kind, data):
    content = data.draw(contents([kind]))
    entry = Entry(content, "1", "A: title", "id-]1", ("Gas/steam", "::{x}"), ("a]b", "c\\"))
    text, named = write([entry])
    if content["kind"] in STRANGE:
        assert [(row.message, row.lost) for row in named] == [(NO_SUCH_KIND, True)]
        return
    parsed = read(text)
    assert [row for row in parsed.named if row.lost] == [], text
    (got,) = parsed.entries
    assert (got.title, got.uid, got.category, got.tags) == (entry.title, entry.uid, entry.category, entry.tags)
    messages = {row.message for row in named}
    without = {name for name, message in NOT_SAID.items() if message in messages} | ({"units"} if NOT_SAID["unit"] in messages else set())
    if any("partner" in message for message in messages):
        content = {**content, "options": [{**row, "text": words(row["text"], content)} for row in content["options"]]}
        got.content["options"] = [{**row, "text": words(row["text"], got.content)} for row in got.content["options"]]
    if any("arrow" in message for message in messages):
        content = {**content, "stems": [{**row, "text": {key: text.replace("->", "→") for key, text in row["text"].items()}} for row in content["stems"]]}
    assert alike(got.content, {"unit"} if "unit" in without else ()) == alike(content, without), text


def words(pair, content):
    return {language: as_plain(as_html(text, content.get("format", "plain"))) for language, text in pair.items()}


@quick
@given(st.text("ab1 \n\\{}~=#:%[]-><.$*/TF", max_size=80))
def test_no_file_makes_the_reader_fail_and_what_is_read_is_sound(text):
    parsed = read(text)
    assert all(problems(entry.content) == [] for entry in parsed.entries)
    assert all(1 <= int(row.where) <= text.count("\n") + 1 for row in [*parsed.entries, *parsed.named])


BARE = "Braces without a backslash before them were taken as part of the text."


@pytest.mark.parametrize(
    ("text", "kind", "stem"),
    [
        (r"What is $\frac{1}{2}$ as a decimal? {=0.5 ~0.2}", "single", r"What is $\frac{1}{2}$ as a decimal?"),
        (r"$x^{2}$ is never below 0.{T}", "true-false", r"$x^{2}$ is never below 0."),
        ("$A^{T}$ is symmetric if {=A is ~A is not} square.", "single", "$A^{T}$ is symmetric if _____ square."),
        ("What does it print?\nfor (i = 0; i < 3; i++) { print(i); }\n{=three ~two}", "single", "What does it print? for (i = 0; i < 3; i++) { print(i); }"),
        ("int main() {\n  return 0;\n}\nWhat does it return? {#0}", "numeric", "int main() { return 0; } What does it return?"),
        (r"Derive $\sqrt{ab}$. {}", "essay", r"Derive $\sqrt{ab}$."),
        (r"Remember: \textbf{test the air}.", "information", r"Remember: \textbf{test the air}."),
    ],
)
def test_braces_of_formulas_and_code_belong_to_the_text_and_are_named(text, kind, stem):
    parsed = read(f"Before {{=a ~b}}\n\n{text}\n\nAfter {{=a ~b}}")
    assert [entry.content["kind"] for entry in parsed.entries] == ["single", kind, "single"]
    assert parsed.entries[1].content["text"] == {"en": stem}
    assert [(row.where, row.message, row.lost) for row in parsed.named] == [("3", BARE, False)]


def test_braces_of_formulas_within_answers_belong_to_them():
    parsed = read("Half of 1 is?{\n=$\\frac{1}{2}$#Yes, $2^{-1}$.\n~$\\frac{1}{3}$\n}\nNext {=a ~b}")
    assert said(parsed.entries[0].content["options"]) == [r"$\frac{1}{2}$", r"$\frac{1}{3}$"]
    assert said(parsed.entries[0].content["options"], "feedback") == ["Yes, $2^{-1}$.", ""]
    assert [entry.content["text"]["en"] for entry in parsed.entries] == ["Half of 1 is?", "Next"]


def test_what_may_be_an_answer_or_code_is_named_and_never_taken_as_a_key():
    parsed = read("First { one } then { two }\n\nWhat is $x^{2}$ here {four}")
    assert parsed.entries == []
    assert [(row.where, row.lost, row.message[:19]) for row in parsed.named] == [("1", True, "Braces do not match"), ("3", True, "Braces do not match")]
