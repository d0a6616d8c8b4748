"""What holds for every question of every kind, whatever its texts, weights and answers."""

import json
import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.rules.marking import CERTAINTIES, after_tries, credit, least, right_response
from quizzes.rules.questions import GAP, QuestionKind, answer_problem, asked, meant, needs_marker, option_order, shown, takes_answer, words_of
from quizzes.rules.soundness import problems
from tests.quizzes.marks import mark
from tests.quizzes.strategies import KINDS, contents, orders, responses

quick = settings(derandomize=True, deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
MARKABLE = [kind for kind in KINDS if takes_answer(kind) and not needs_marker(kind)]


def bare(kind):
    """Questions of a kind with nothing that marking does not look at."""
    return contents([kind], st.just("plain"), st.sampled_from([("en",), ("en", "zh")]), extras=False)


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@quick
@given(data=st.data())
def test_a_mark_lies_between_the_least_and_the_most_and_marking_twice_gives_the_same(kind, data):
    content = data.draw(bare(kind))
    response = data.draw(responses(content, data.draw(orders(content))))
    certainty = data.draw(st.sampled_from([None, *CERTAINTIES]))
    marks = data.draw(st.integers(1, 10))
    plain = mark({1: (content, marks)}, {1: response}, 60)
    assert plain == mark({1: (content, marks)}, {1: response}, 60)
    unsure = mark({1: (content, marks)}, {1: response}, 60, {1: certainty})
    for result, floor in ((plain, least(False)), (unsure, least(True))):
        earned = result.earned[1]
        assert (earned is None) == (needs_marker(kind) and bool(response))
        assert earned is None or floor * marks <= earned <= marks
        assert 0 <= result.score <= 100


@pytest.mark.parametrize("kind", MARKABLE)
@quick
@given(data=st.data())
def test_the_right_response_can_be_given_and_reaches_full_marks(kind, data):
    content = data.draw(bare(kind))
    assert problems(content) == []
    best = right_response(content)
    order = data.draw(orders(content))
    assert best
    assert answer_problem(kind, order, best) is None
    assert credit(content, best) == 1


@every_kind
@quick
@given(data=st.data())
def test_an_answer_comes_back_from_the_browser_as_it_went_there(kind, data):
    content = data.draw(bare(kind))
    order = data.draw(orders(content))
    response = data.draw(responses(content, order))
    assert answer_problem(kind, order, response) is None
    assert meant(kind, order, shown(kind, order, response)) == response


@every_kind
@quick
@given(data=st.data())
def test_the_order_in_which_parts_of_an_answer_are_given_never_counts(kind, data):
    content = data.draw(bare(kind))
    response = data.draw(responses(content, data.draw(orders(content))))
    if kind != QuestionKind.ORDERING:
        assert credit(content, data.draw(st.permutations(response))) == credit(content, response)


@every_kind
@quick
@given(data=st.data())
def test_what_is_asked_holds_no_key_no_feedback_no_hint_and_no_id_of_the_author(kind, data):
    content = data.draw(contents([kind]))
    order = data.draw(orders(content))
    seen = asked(content, order)
    assert set(seen) <= {"kind", "text", "format", "picture", "most", "units", "unit", "gaps", "stems", "options"}
    rows = [row for name in ("gaps", "stems", "options") for row in seen.get(name, ())]
    assert all(set(row) <= {"id", "text", "group"} and row["id"].isdecimal() for row in rows)
    secret = _secretly(content)
    assert "SECRET" not in json.dumps(asked(secret, option_order(secret, random.Random(1))))


def _secretly(value, name=""):
    """The same content with every word that a learner may not see replaced."""
    if name in ("feedback", "hints", "outcomes", "guide"):
        return {"en": "SECRET"} if name != "hints" else [{"en": "SECRET"}]
    if isinstance(value, dict):
        return {key: _secretly(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_secretly(inner, name) for inner in value]
    if name in ("id", "right") and isinstance(value, str):
        return f"SECRET-{value}"
    return GAP.sub(r"[[SECRET-\1]]", value) if isinstance(value, str) else value


@every_kind
@quick
@given(data=st.data())
def test_no_rule_fails_on_a_sound_question(kind, data):
    content = data.draw(contents([kind]))
    assert problems(content) == []
    order = data.draw(orders(content))
    right_response(content), words_of(content), asked(content, order)
    for junk in ([], [""], ["x"], ["1:1", "1:2"], ["0"], ["9999"], ["1,1", "2,2"], "1", None, [1], [":"], ["٣"]):
        meaning = meant(kind, order, junk)
        if answer_problem(kind, order, meaning) is None:
            assert 0 <= credit(content, meaning) <= 1
            shown(kind, order, meaning)


@quick
@given(st.lists(st.fractions(0, 1), max_size=6), st.fractions(0, 1))
def test_another_try_never_lowers_what_a_question_earns(credits, penalty):
    earned = after_tries(credits, penalty)
    assert 0 <= earned <= max(credits, default=Fraction(0))
    assert earned >= after_tries(credits[:-1], penalty)
    assert not credits or earned >= credits[0]


def leaves(value, path=()):
    """Paths to every string, number and list of a content but its kind."""
    if isinstance(value, dict):
        return [place for key, inner in value.items() if key != "kind" for place in leaves(inner, (*path, key))]
    inner = [place for key, row in enumerate(value) for place in leaves(row, (*path, key))] if isinstance(value, list) else []
    return [*inner, path]


def changed(value, path, junk):
    """A content with something else at this place."""
    if not path:
        return junk
    if isinstance(value, dict):
        return {key: changed(inner, path[1:], junk) if key == path[0] else inner for key, inner in value.items()}
    return [changed(inner, path[1:], junk) if key == path[0] else inner for key, inner in enumerate(value)]


JUNK = {
    str: ["", " ", "abc", "nan", "inf", "1e999999", "-1", "0", "*", "a:b", "true", "x" * 25_000, "[[g0]]", "0.5", "1_000", "1/2", "٣"],
    int: [-1, 0, 5000, True],
    bool: [True, False],
    list: [[]],
}


@every_kind
@quick
@given(data=st.data())
def test_a_question_that_came_apart_is_refused_or_does_no_harm(kind, data):
    content = data.draw(contents([kind]))
    place = data.draw(st.sampled_from(leaves(content)))
    value = content
    for key in place:
        value = value[key]
    broken = changed(content, place, data.draw(st.sampled_from(JUNK[type(value)])))
    if not problems(broken):
        order = data.draw(orders(broken))
        response = data.draw(responses(broken, order))
        asked(broken, order), words_of(broken), shown(kind, order, response)
        assert 0 <= credit(broken, response) <= 1
        best = right_response(broken)
        assert best is None or credit(broken, best) == 1
