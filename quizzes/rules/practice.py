"""Practice, certainty and ways through an attempt: what may be answered when, and what it earns. Pure functions on plain values."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from core.errors import N_
from quizzes.rules.marking import SUREST, WHEN_RIGHT, WHEN_WRONG, after_tries, credit, share, with_certainty
from quizzes.rules.questions import Content, needs_marker, takes_answer
from quizzes.rules.settings import Behaviour, Settings


def is_checked(kind: str, settings: Settings) -> bool:
    """Whether an answer to this kind of question can be checked while the attempt runs."""
    return settings.behaviour == Behaviour.PRACTICE and takes_answer(kind) and not needs_marker(kind)


def tries_allowed(settings: Settings) -> int:
    """How often an answer may be checked. Where certainty is asked, once: who has seen that it was wrong is sure of the rest."""
    return 1 if settings.certainty else max(1, settings.tries)


def is_settled(credits: Sequence[Fraction], settings: Settings) -> bool:
    """Whether a question takes no more answers: it was right, or its tries are used."""
    return 1 in credits or len(credits) >= tries_allowed(settings)


def penalty_of(content: Content, settings: Settings) -> Fraction:
    """The share that a wrong try costs: what the question says, else the quiz."""
    own = content.get("penalty")
    return Fraction(settings.penalty, 100) if own in (None, "") else share(str(own))


def share_of(content: Content, response: Sequence[str], certainty: int | None, tries: Sequence[Sequence[str]], settings: Settings) -> Fraction | None:
    """The share of its marks that a question has earned by the rules of its quiz; None where only a person can say.

    In practice each checked try counts less the penalty for those before it, and an answer that was not checked is one try more, unless
    the tries had settled the question.
    """
    if needs_marker(content["kind"]):
        return None if response else Fraction(0)
    given = [list(one) for one in tries] if is_checked(content["kind"], settings) else []
    credits = [credit(content, one) for one in given]
    if response and not (given and (is_settled(credits, settings) or given[-1] == list(response))):
        credits.append(credit(content, response))
    earned = after_tries(credits, penalty_of(content, settings))
    return with_certainty(earned, bool(credits), certainty) if settings.certainty else earned


def hint_after(content: Content, wrong: int) -> Mapping[str, str]:
    """The hint for the next try after so many wrong ones; empty where there is none."""
    hints = content.get("hints", ())
    return hints[wrong - 1] if 0 < wrong <= len(hints) else {}


def goes_on_only(settings: Settings) -> bool:
    """Whether there is no way back: one question at a time, and forward."""
    return settings.paged and not settings.back


def refusal(settings: Settings, number: int, reached: int, settled: bool) -> str | None:
    """Why a question takes no answer while its attempt runs, as a message id, or None. `reached` is the last question shown."""
    if goes_on_only(settings) and number != reached:
        return N_("There is no way back to this question.") if number < reached else N_("This question has not come yet.")
    return N_("This question is settled. It takes no more answers.") if settled else None


def stakes(certainty: int, marks: int) -> tuple[int, int]:
    """What a certainty earns when right and costs when wrong, in the marks that people read: three for each mark of the question."""
    return WHEN_RIGHT[certainty] * marks, WHEN_WRONG[certainty] * marks


def readable(earned: Fraction, settings: Settings) -> Fraction:
    """Marks as people read them: with certainty a question of one mark gives up to three."""
    return earned * SUREST if settings.certainty else earned


def found(
    content: Content, earned: Fraction | None, marks: int, response: Sequence[str], certainty: int | None, credits: Sequence[Fraction], settings: Settings
) -> Fraction | None:
    """The share of a question that was right, whatever tries and certainty made of its marks; None while a person has to say."""
    if earned is None:
        return None
    if earned == marks:
        return Fraction(1)
    if settings.certainty:
        return max(Fraction(0), earned * SUREST / WHEN_RIGHT[certainty or 1] / marks)
    if credits:
        return max(*credits, credit(content, response), Fraction(0))
    return max(Fraction(0), earned / marks)
