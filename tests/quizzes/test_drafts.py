"""Writing a quiz: its rows, what it lacks, what gives an answer away, and a first quiz out of a case."""

import copy

import pytest

from cases.drafts import blank_document
from cases.rules import parts
from core.errors import Invalid
from quizzes import drafts
from quizzes.drafts import blank_question, blank_quiz, first_quiz, flat, hints, lacks, named, rearrange, whole
from tests.builders import case_document, pair, question

CASE = case_document()


def quiz(*questions):
    return {**blank_quiz(), "questions": [flat(one["id"], one["content"], one["marks"]) for one in questions]}


SOUND = (question("one"), question("many", "multiple", options="++-"), question("fact", "true-false", options="-+"))


def truth(one):
    """True and false have names of their own."""
    one = copy.deepcopy(one)
    if one["content"]["kind"] == "true-false":
        one["content"]["options"] = drafts.true_false("true", pair("wrong"))
    return one


@pytest.mark.parametrize("one", SOUND, ids=lambda one: one["id"])
def test_a_question_comes_back_from_the_form_as_it_went_in(one):
    one = truth(one)
    assert whole(flat(one["id"], one["content"], one["marks"])) == one


def test_a_sound_quiz_lacks_nothing():
    assert lacks(quiz(*map(truth, SOUND)), parts(CASE)) == []


def broken(change, one=SOUND[0]):
    made = quiz(truth(one))
    change(made["questions"][0])
    return [lack.message for lack in lacks(made, parts(CASE))]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: one.update(text={}), "The question has no text."),
        (lambda one: one.update(part="gone"), "Choose the part of the case where the answer is to be read."),
        (lambda one: one.update(feedback={}), "Say why the right answer is right."),
        (lambda one: one.update(options=one["options"][:1]), "A question needs two options or more, each with a text."),
        (lambda one: one["options"][1].update(text={}), "A question needs two options or more, each with a text."),
        (lambda one: one["options"][1].update(feedback={}), "Every wrong option needs a word on why it is wrong."),
        (lambda one: one["options"][0].update(right=False, feedback=pair("x")), "Mark exactly one option as right."),
        (lambda one: one["options"][1].update(right=True), "Mark exactly one option as right."),
        (lambda one: one.update(kind="multiple"), "Mark at least two options as right, and leave one that is wrong."),
    ],
)
def test_what_a_question_lacks_is_said(change, message):
    assert broken(change) == [message]


def test_several_right_answers_need_a_wrong_one_beside_them():
    assert broken(lambda one: one["options"][2].update(right=True), SOUND[1]) == ["Mark at least two options as right, and leave one that is wrong."]


def test_a_statement_is_true_or_false_and_the_wrong_answer_gets_a_word():
    assert broken(lambda one: one.update(answer="", wrong={}), SOUND[2]) == [
        "Say whether the statement is true or false.",
        "Say something to whoever takes the wrong answer.",
    ]


def test_one_language_is_enough():
    assert broken(lambda one: one.update(text={"zh": "为什么？"}, feedback={"en": "Because"})) == []


def test_a_quiz_without_a_question_is_none():
    assert [lack.message for lack in lacks(blank_quiz(), parts(CASE))] == ["There is no question yet."]


@pytest.mark.parametrize(("length", "found"), [(14, []), (15, [1])])
def test_a_right_option_that_is_longest_by_far_is_pointed_out(length, found):
    made = quiz(SOUND[0])
    for option, text in zip(made["questions"][0]["options"], ("a" * length, "b" * 10, "c" * 3), strict=True):
        option["text"] = {"en": text}
    assert [hint.number for hint in hints(made)] == found


def test_rows_are_added_moved_and_taken_away():
    made = quiz(*SOUND[:2])
    made = rearrange(made, "add:questions=true-false")
    made = rearrange(rearrange(made, "up:questions:2"), "remove:questions:0")
    made = rearrange(made, "add:questions:1:options")
    assert [(one["id"], one["kind"], len(one["options"])) for one in made["questions"]] == [("", "true-false", 0), ("many", "multiple", 4)]


@pytest.mark.parametrize("command", ["add:pass_mark", "drop:questions:0", "remove:questions:7", "add:questions:0:text", "", "up:questions:x"])
def test_a_command_that_fits_nothing_is_refused(command):
    with pytest.raises(Invalid):
        rearrange(quiz(SOUND[0]), command)


def test_there_is_room_for_so_many_options():
    made = quiz(question("one", options="+-------"))
    for _time in range(4):
        made = rearrange(made, "add:questions:0:options")
    with pytest.raises(Invalid):
        rearrange(made, "add:questions:0:options")


def test_new_rows_get_names_that_nobody_has_or_had():
    made = quiz(SOUND[0])
    made["questions"] += [blank_question("single"), blank_question("single")]
    made["questions"][0]["options"].append({**drafts.blank_option(), "id": "a"})
    made = named(made, {"question-1"})
    assert [one["id"] for one in made["questions"]] == ["one", "question-2", "question-3"]
    assert [option["id"] for option in made["questions"][0]["options"]] == ["a", "b", "c", "d"]
    assert named(made, {"one"}) == made


def test_a_first_quiz_asks_for_the_decision_the_cause_and_the_controls():
    control = CASE["controls"][0]
    case = case_document(controls=[control, {**control, "id": "second", "text": pair("A second")}])
    decision, cause, controls = first_quiz(case)
    assert (decision["kind"], decision["part"], decision["text"]["en"]) == ("single", "decision", "He lies there. What do you do?")
    assert decision["text"]["zh"] == "中文He lies there.中文What do you do?"
    assert [(option["text"]["en"], option["right"], option["feedback"].get("en")) for option in decision["options"]] == [
        ("Climb in", False, "HIDDEN second to fall"),
        ("Call the team", True, None),
    ]
    assert decision["feedback"]["en"] == "HIDDEN he may live"
    assert (cause["kind"], cause["part"], cause["answer"], cause["text"]) == ("true-false", "direct-cause", "true", pair("HIDDEN no oxygen"))
    assert (controls["kind"], controls["part"]) == ("multiple", "sign")
    assert [option["right"] for option in controls["options"]] == [True, True, False]
    assert lacks({**blank_quiz(), "questions": [decision, cause, controls]}, parts(case)) == []


def test_a_case_of_which_little_is_known_gives_what_it_can():
    assert first_quiz(blank_document()) == []
    assert [one["kind"] for one in first_quiz(CASE)] == ["single", "true-false"]
