"""Marks an attempt as submitting one does."""

from collections.abc import Mapping, Sequence

from quizzes.rules.marking import Marked, tally
from quizzes.rules.practice import share_of
from quizzes.rules.questions import Content
from quizzes.rules.settings import Settings


def mark(
    questions: Mapping[int, tuple[Content, int]],
    answers: Mapping[int, Sequence[str]],
    pass_mark: int,
    certainties: Mapping[int, int | None] | None = None,
) -> Marked:
    """What the answers come to in an exam; with `certainties` one that asks for them."""
    settings, sure = Settings(certainty=certainties is not None), certainties or {}
    shares = {place: (share_of(content, answers.get(place, ()), sure.get(place), [], settings), marks) for place, (content, marks) in questions.items()}
    return tally(shares, pass_mark)
