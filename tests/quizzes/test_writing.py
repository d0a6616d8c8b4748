"""A question while it is written: nothing of it is lost between the bank and the form."""

import pytest

from cases.drafts import Difference
from core.errors import Invalid
from ops.sample_questions import questions
from quizzes.rules import writing
from quizzes.rules.questions import QuestionKind
from quizzes.rules.soundness import problems
from tests.builders import pair

SAMPLES = {row["content"]["kind"]: row["content"] for row in questions("0" * 32 + ".webp")}


def test_there_is_a_sample_of_every_kind():
    assert set(SAMPLES) == set(QuestionKind)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_question_comes_back_from_its_draft_as_it_was(kind):
    content = SAMPLES[kind]
    assert problems(content) == []
    assert writing.is_same(writing.whole(writing.named(writing.flat(content))), content)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_blank_draft_of_every_kind_can_be_shown_and_says_what_it_lacks(kind):
    blank = writing.whole(writing.named(writing.blank_draft(kind)))
    assert problems(blank)


@pytest.mark.parametrize("kind", SAMPLES)
def test_rows_have_ids_and_keep_them(kind):
    draft = writing.named(writing.flat(SAMPLES[kind]))
    assert writing.named(draft) == draft
    for name in ("options", "answers", "pairs", "others", "words", "areas"):
        ids = [row["id"] for row in draft[name]]
        assert all(ids)
        assert len(set(ids)) == len(ids)


def test_a_weight_decides_what_is_right():
    draft = writing.blank_draft("multiple")
    for row, weight in zip(draft["options"], ("50", "50", "0", "-50"), strict=True):
        row["weight"], row["right"] = weight, False
    assert [option["right"] for option in writing.whole(writing.named(draft))["options"]] == [True, True, False, False]
    draft["kind"] = "single"
    assert [option["right"] for option in writing.whole(writing.named(draft))["options"]] == [False, False, False, False]


def test_partners_that_say_the_same_are_one():
    draft = {**writing.blank_draft("matching"), "text": pair("Match")}
    for row, (stem, partner) in zip(draft["pairs"], (("N2", "no air"), ("Ar", "no air"), ("CO", "poison")), strict=True):
        row["text"], row["partner"] = pair(stem), pair(partner)
    made = writing.whole(writing.named(draft))
    assert problems(made) == []
    assert [stem["right"] for stem in made["stems"]] == ["a", "a", "b"]
    assert len(made["options"]) == 2


def test_a_partner_that_two_had_can_be_told_apart_again():
    draft = {**writing.blank_draft("matching"), "text": pair("Match")}
    for row, partner in zip(draft["pairs"], ("same", "same", "other"), strict=True):
        row["text"], row["partner"] = pair(partner), pair(partner)
    draft = writing.named(draft)
    draft["pairs"][1]["partner"] = pair("another")
    made = writing.whole(writing.named(draft))
    assert len({stem["right"] for stem in made["stems"]}) == 3


def test_a_gap_asks_for_the_word_of_its_number_until_another_is_chosen():
    draft = writing.blank_draft("words")
    draft["text"] = {"en": "Stop, [[2]] and [[1]].", "zh": "[[1]][[2]]"}
    for row, word in zip(draft["words"], ("call", "test", "run"), strict=True):
        row["text"] = pair(word)
    draft = writing.named(draft)
    assert draft["gaps"] == [{"id": "2", "right": "b"}, {"id": "1", "right": "a"}]
    draft["gaps"][0]["right"] = "c"
    assert writing.named(draft)["gaps"][0] == {"id": "2", "right": "c"}
    assert problems(writing.whole(writing.named(draft))) == []


def test_what_only_files_know_of_a_question_stays():
    content = {**SAMPLES["single"], "moodle": {"shuffle": "1"}}
    assert writing.is_same(writing.whole(writing.named(writing.flat(content)), content), content)


def test_rows_are_added_moved_and_taken_away():
    draft = writing.flat(SAMPLES["ordering"])
    assert [row["id"] for row in writing.rearrange(draft, "down:options:0")["options"]] == ["b", "a", "c", "d", "e"]
    assert len(writing.rearrange(draft, "remove:options:4")["options"]) == 4
    assert writing.rearrange(draft, "add:hints")["hints"] == [{}]
    for command in ("add:kind", "up:options:9", "nonsense", "add:tags"):
        with pytest.raises(Invalid):
            writing.rearrange(draft, command)


@pytest.mark.parametrize(("typed", "kept"), [("１９．５", "19.5"), ("−5", "-5"), ("1 000", "1000"), ("1e3", "1e3"), ("about 5", "about 5"), ("", "")])
def test_numbers_are_kept_half_width(typed, kept):
    assert writing.plain_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("gas, oxygen,gas", ["gas", "oxygen"]), ("氮气，救援、氧", ["氮气", "救援", "氧"]), (" , ，", []), ("two  words", ["two words"])]
)
def test_tags_are_separated_by_commas_of_either_width(typed, kept):
    assert writing.tags_of(typed, 60) == kept


@pytest.mark.parametrize(("typed", "kept"), [("1, 2, 3, 4", [1, 2, 3, 4]), ("１０，２０，３０", [10, 20, 30]), ("10 20 x", []), ("", []), ("-1, 2, 3", [])])
def test_places_of_an_area_are_whole_numbers(typed, kept):
    assert writing.places(typed) == kept


def test_the_same_words_are_found_whatever_their_spaces_and_signs():
    one, other = ({"text": {"en": text}} for text in ("What is  right?", "ＷＨＡＴ is right ?!"))
    assert writing.stem_of(one) == writing.stem_of(other) == "whatisright"
    assert writing.stem_of({"text": {}}) == ""


def test_a_language_is_missing_where_the_other_says_something():
    assert writing.missing_in(SAMPLES["single"]) == ""
    assert writing.missing_in({"text": {"en": "a"}, "options": [{"text": {"en": "a", "zh": "b"}}]}) == "zh"
    assert writing.missing_in({"text": {"en": "a"}, "options": [{"text": {"zh": "b"}}]}) == "en zh"


def test_a_difference_names_the_row_and_the_language():
    old = SAMPLES["ordering"]
    new = {**old, "options": [*old["options"][1:], old["options"][0]], "feedback": {**old["feedback"], "en": "Other"}}
    found = writing.differences(old, new)
    assert Difference("", ("options", "order"), "", (("-", "a, "), ("=", "b, c, d, e"), ("+", ", a"))) in found
    assert any(one.where == ("feedback",) and one.language == "en" for one in found)
