"""Drawing questions at random: what a draw asks for, and how several draws that overlap are filled at once. Pure functions on plain values."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.rules.questions import QuestionKind

Draw = Mapping[str, Any]
COUNT_MOST, TAGS_MOST = 100, 10
DIFFICULTIES = (1, 5)
# A draw that names no kind takes what the server can mark.
DRAWN = tuple(kind for kind in QuestionKind if kind not in (QuestionKind.ESSAY, QuestionKind.INFORMATION))


def blank_draw() -> dict[str, Any]:
    """A draw of one question of any category, tag, cause, difficulty and kind."""
    return {"category": None, "tags": [], "cause": "", "easiest": None, "hardest": None, "kind": "", "count": 1}


def pool_size(counts: Sequence[int]) -> int:
    """How many questions of a draw are enough to know whether all draws can be filled: so many that the others cannot take all it needs.

    A draw with as many candidates as all draws need together can be filled last, whatever the others took (P. Hall's condition, 1935).
    """
    return sum(counts)


def fill(counts: Sequence[int], pools: Sequence[Sequence[tuple[int, bool]]], rng: random.Random | None = None) -> list[list[int]]:
    """Questions for every draw at once, none twice, as many as there can be; each pool holds (question, whether it was seen before).

    A bipartite matching by augmenting paths (H. W. Kuhn, 1955), first with what was not seen: a path never gives up a question that is
    taken, so that as many unseen ones are taken as there can be. With `rng` in an order of chance.
    """
    takes: dict[int, int] = {}  # question: place
    places = [draw for draw, count in enumerate(counts) for _time in range(count)]
    if rng:
        pools = [rng.sample(pool, len(pool)) for pool in pools]
    held: dict[int, int] = {}  # place: question

    def seat(place: int, offers: list[list[int]], tried: set[int]) -> bool:
        for question in offers[places[place]]:
            if question in tried:
                continue
            tried.add(question)
            if question not in takes or seat(takes[question], offers, tried):
                takes[question], held[place] = place, question
                return True
        return False

    for seen_too in (False, True):
        offers = [[question for question, seen in pool if seen_too or not seen] for pool in pools]
        for place in range(len(places)):
            if place not in held:
                seat(place, offers, set())
    found: list[list[int]] = [[] for _count in counts]
    for place, draw in enumerate(places):
        if place in held:
            found[draw].append(held[place])
    return found
