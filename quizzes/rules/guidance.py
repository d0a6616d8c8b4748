"""What a figure says about a quiz or a question: a code for each sign, which forms/statistics.py puts into words. Pure.

Thresholds of deviation, skewness, kurtosis, consistency, facility, discrimination, efficiency and guessing are those of Moodle's page
"Quiz report statistics" (docs.moodle.org); a wrong option works when 5 % choose it, as in BMC Medical Education 9:40 (2009).
Facility above 95 % is no fault where everybody must know the rule: a safety quiz asks for mastery (W. J. Popham and T. R. Husek, 1969).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizzes.rules.marking import share
from quizzes.rules.questions import CHOICES, Content, QuestionKind
from quizzes.rules.statistics import QuestionFigures, QuizFigures

FEW = 30  # attempts below which figures swing with single people; the usual rule of thumb
GROUP_FEW = 10  # people of a third below which options are not compared
PEOPLE_FEW = 5  # people below which a department is not told apart
EXTREME, HARD, EASY = 5, 35, 95
WEAK, FAIR, GOOD = 20, 30, 50
EFFICIENT = 50
GUESSED = 40
WORKS = 5
UNSOUND, SOUND = 64, 75
BUNCHED = 12
OVERSURE = 5  # per cent sure and wrong
FINE = frozenset({"fit", "well", "very_well", "consistent", "fairly_consistent"})


@dataclass(frozen=True)
class Sign:
    """What one figure says. `trouble` is 0 for nothing to do, 1 for a look, 2 for care, 3 for the key or the question may be wrong."""

    figure: str
    code: str
    trouble: int = 0

    @property
    def is_good(self) -> bool:
        return self.code in FINE


def quiz_signs(figures: QuizFigures) -> list[Sign]:
    """What the figures of a quiz say, at most one sign a figure."""
    found = []
    if figures.attempts < FEW:
        found.append(Sign("attempts", "few", 1))
    if figures.deviation is not None and figures.deviation < BUNCHED:
        found.append(Sign("deviation", "bunched"))
    if figures.skewness is not None and abs(figures.skewness) > 1:
        found.append(Sign("skewness", "tail_low" if figures.skewness < 0 else "tail_high"))
    if figures.kurtosis is not None and figures.kurtosis > 1:
        found.append(Sign("kurtosis", "peaked"))
    if figures.consistency is not None:
        high, middle = figures.consistency >= SOUND, figures.consistency >= UNSOUND
        found.append(Sign("consistency", "consistent" if high else "fairly_consistent" if middle else "inconsistent", 0 if middle else 2))
    return found


def question_signs(figures: QuestionFigures, content: Content) -> list[Sign]:
    """What the figures of a question say, the worst first."""
    found = [Sign("attempts", "few", 1)] if figures.attempts < FEW else []
    if figures.facility is not None:
        found += _of_facility(figures)
    if figures.discrimination is not None:
        found += _of_discrimination(figures)
    if figures.guess is not None and figures.guess > GUESSED:
        found.append(Sign("guess", "guessed"))
    if figures.attempts >= FEW and content["kind"] in CHOICES:
        found += _of_options(figures, content)
    said, _right, wrong = figures.sure[-1]
    if figures.attempts >= FEW and said and 100 * wrong > OVERSURE * figures.answered:
        found.append(Sign("sure", "sure_and_wrong", 2))
    return sorted(found, key=lambda sign: -sign.trouble)


def _of_facility(figures: QuestionFigures) -> list[Sign]:
    facility = figures.facility or 0.0
    if figures.guess is not None and facility < figures.guess:
        return [Sign("facility", "below_guessing", 3)]
    if facility <= EXTREME:
        return [Sign("facility", "nobody", 3)]
    if facility < HARD:
        return [Sign("facility", "hard", 2)]
    return [Sign("facility", "easy" if facility >= EASY else "fit")]


def _of_discrimination(figures: QuestionFigures) -> list[Sign]:
    found, value = [], figures.discrimination or 0.0
    if value < 0:
        found.append(Sign("discrimination", "backwards", 3))
    elif (figures.facility or 0) >= EASY:
        found.append(Sign("discrimination", "too_easy_to_tell"))
    elif value < WEAK:
        found.append(Sign("discrimination", "hardly", 2))
    else:
        found.append(Sign("discrimination", "weakly" if value < FAIR else "well" if value < GOOD else "very_well", int(value < FAIR)))
    if figures.efficiency is not None and 0 <= value < FAIR and figures.efficiency < EFFICIENT and (figures.facility or 0) < EASY:
        found.append(Sign("efficiency", "inefficient", 1))
    return found


def _of_options(figures: QuestionFigures, content: Content) -> list[Sign]:
    found = []
    chosen = option_signs(figures, content)
    if "key" in chosen.values():
        found.append(Sign("options", "key", 3))
    if "stronger" in chosen.values():
        found.append(Sign("options", "stronger", 2))
    if "unused" in chosen.values():
        found.append(Sign("options", "unused", 1))
    return found


def option_signs(figures: QuestionFigures, content: Content) -> dict[str, str]:
    """By option what is to be said of it: "key" where the upper third prefers a wrong one to the right one, "stronger" where the upper
    third chooses a wrong one more often than the lower, "unused" where nobody chooses it, "rare" where hardly anybody does."""
    if figures.attempts < FEW:
        return {}
    right = {option["id"] for option in content["options"] if is_right(option)}
    lower, _middle, upper = figures.groups
    best = max((figures.pieces.get(name, [0, 0, 0])[2] for name in right), default=0)
    wrong = [option["id"] for option in content["options"] if option["id"] not in right]
    preferred = max((figures.pieces.get(name, [0, 0, 0])[2] for name in wrong), default=0)
    found = {}
    for name in wrong:
        low, middle, high = figures.pieces.get(name, [0, 0, 0])
        if upper >= GROUP_FEW and high == preferred > best and content["kind"] != QuestionKind.MULTIPLE:
            found[name] = "key"
        elif min(upper, lower) >= GROUP_FEW and high / upper > low / lower:
            found[name] = "stronger"
        elif 100 * (low + middle + high) < WORKS * figures.attempts:
            found[name] = "rare" if low + middle + high else "unused"
    return found


def is_right(option: Mapping[str, object]) -> bool:
    """Whether an option earns something."""
    return share(str(option["weight"])) > 0 if "weight" in option else bool(option["right"])


def by_trouble(rows: Sequence[tuple[QuestionFigures, list[Sign]]]) -> list[tuple[QuestionFigures, list[Sign]]]:
    """Questions, those with most trouble first; alike ones by discrimination."""

    def key(row: tuple[QuestionFigures, list[Sign]]) -> tuple[int, int, float]:
        figures, signs = row
        levels = [sign.trouble for sign in signs if sign.code != "few"]
        return -max(levels, default=0), -sum(levels), figures.discrimination if figures.discrimination is not None else 100.0

    return sorted(rows, key=key)


def told_apart(people: Mapping[int, int]) -> dict[int, bool]:
    """Of departments with so many people: which may be told apart in an author's view. The others are told together, or not at all.

    Departments with fewer than PEOPLE_FEW people are put together, and the next larger one with them until they are that many: nobody can
    take away what is shown from the whole and find one of the few.
    """
    together = 0
    found = {}
    for name, count in sorted(people.items(), key=lambda pair: (pair[1], pair[0])):
        hidden = count < PEOPLE_FEW or 0 < together < PEOPLE_FEW
        together += count if hidden else 0
        found[name] = not hidden
    return found
