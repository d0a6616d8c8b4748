"""Draws that overlap are filled all at once where that can be done at all."""

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.draws import fill, pool_size


def pool(*questions, seen=()):
    return [(question, question in seen) for question in questions]


@pytest.mark.parametrize(
    ("counts", "pools", "taken"),
    [
        ([2], [pool(1, 2, 3)], [2]),
        ([2], [pool(1)], [1]),
        ([1, 1], [pool(1, 2), pool(1)], [1, 1]),
        ([1, 1], [pool(1), pool(1)], [1, 0]),
        ([2, 2], [pool(1, 2, 3), pool(3, 4)], [2, 2]),
        ([1, 2, 1], [pool(1, 3, 2), pool(3, 4), pool(1, 3)], [1, 2, 1]),
        ([], [], []),
    ],
)
def test_draws_that_overlap_get_what_all_can_have(counts, pools, taken):
    assert [len(found) for found in fill(counts, pools)] == taken


def test_what_was_not_seen_comes_first_even_where_another_draw_must_make_way():
    found = fill([1, 1], [pool(1, 2, seen=[2]), pool(1, 3, seen=[3])])
    assert 1 in found[0] + found[1]
    assert fill([2], [pool(1, 2, 3, seen=[1, 2])])[0][0] == 3
    assert sorted(fill([1, 1], [pool(1, 2), pool(1, 9, seen=[9])])[0] + fill([1, 1], [pool(1, 2), pool(1, 9, seen=[9])])[1]) == [1, 2]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sets(st.integers(1, 6))), min_size=1, max_size=3),
    st.integers(0, 2**16),
)
def test_as_many_are_drawn_as_any_order_of_drawing_could_reach(draws, seed):
    counts, pools = [count for count, _pool in draws], [pool(*sorted(questions)) for _count, questions in draws]
    found = fill(counts, pools, random.Random(seed))
    flat = [question for questions in found for question in questions]
    assert len(set(flat)) == len(flat)
    assert all({*questions} <= {question for question, _seen in pools[place]} for place, questions in enumerate(found))
    places = [place for place, count in enumerate(counts) for _time in range(count)]
    everything = sorted({question for one in pools for question, _seen in one})
    padded = [*everything, *[0] * len(places)]
    best = 0
    for chosen in set(permutations(padded, len(places))) if len(places) <= 4 else ():
        best = max(best, sum(question in dict(pools[place]) for place, question in zip(places, chosen, strict=True) if question))
    assert len(places) > 4 or len(flat) == best


@given(st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(1, 30))), min_size=1, max_size=4))
def test_so_many_candidates_are_enough_to_know_whether_all_can_be_filled(draws):
    counts, pools = [count for count, _pool in draws], [pool(*sorted(questions)) for _count, questions in draws]
    most = pool_size(counts)
    cut = [one[:most] for one in pools]
    assert [len(found) for found in fill(counts, pools)] == counts or [len(found) for found in fill(counts, cut)] != counts
    assert ([len(found) for found in fill(counts, pools)] == counts) == ([len(found) for found in fill(counts, cut)] == counts)


def test_the_same_seed_draws_the_same():
    pools = [pool(*range(50)), pool(*range(25, 75))]
    assert fill([5, 5], pools, random.Random(7)) == fill([5, 5], pools, random.Random(7))
    assert fill([5, 5], pools, random.Random(7)) != fill([5, 5], pools, random.Random(8))
