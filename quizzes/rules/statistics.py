"""Classical statistics of a quiz and its questions, on columns of numbers.

The definitions are those of Moodle's page "Quiz statistics calculations" (docs.moodle.org/dev/Quiz_statistics_calculations), which
rests on R. L. Ebel and D. A. Frisbie, Essentials of Educational Measurement, and on F. M. Lord and M. R. Novick, Statistical Theories
of Mental Test Scores, 1968; the coefficient of internal consistency is alpha of L. J. Cronbach, Psychometrika 16, 1951.

Not every attempt has every question. So a total is the share of what its attempt could earn, and a question is held against the share
of the rest of the same attempts. Where every attempt has the same questions all this comes to the textbook's formulas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from quizzes.rules.marking import CERTAINTIES, WHEN_RIGHT
from quizzes.rules.pieces import NOTHING, most_frequent

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

BARS = 20  # of the histogram, 5 points each
THIRDS = 3
SAME = 1e-12  # sums of the same fractions in another order differ by less


class Which(StrEnum):
    """Which attempts of a person count. Later ones rest on what the first taught, so the first are the soundest ground for statistics."""

    FIRST = "first"
    ALL = "all"
    LAST = "last"
    HIGHEST = "highest"


@dataclass(frozen=True)
class Columns:
    """What was asked and earned: a row is a question of an attempt. Attempts, questions and responses are numbered from 0.

    `response` is -1 where nothing was answered, `certainty` 0 where it was not asked or not said.
    """

    attempt: "Array"
    question: "Array"
    marks: "Array"
    earned: "Array"
    response: "Array"
    certainty: "Array"


@dataclass(frozen=True)
class QuizFigures:
    """A quiz in figures. Scores in per cent; a figure that cannot be computed is None.

    `consistency` is the coefficient of internal consistency, `error_ratio` the share of the deviation that is chance, `standard_error`
    how far a score is off by chance, all in per cent or points. `minutes` are the quartiles of the time taken.
    """

    attempts: int
    people: int
    mean: float | None
    median: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    consistency: float | None
    error_ratio: float | None
    standard_error: float | None
    pass_rate: float | None
    minutes: list[float]
    bars: list[int]
    groups: list[int]
    drawn: bool


@dataclass(frozen=True)
class QuestionFigures:
    """A question in figures, in per cent. `groups` are the attempts of the lower, middle and upper third that have it; `answered` how many said something.

    `pieces` says how often each third chose what (see rules/pieces.py). `sure` holds for each certainty how often it was said, the
    share that was right added up, and how often the answer was wrong.
    """

    question_id: int
    revision_id: int
    revisions: int
    attempts: int
    answered: int
    facility: float | None
    deviation: float | None
    guess: float | None
    intended: float | None
    effective: float | None
    discrimination: float | None
    efficiency: float | None
    groups: list[int]
    pieces: dict[str, list[int]]
    sure: list[list[float]]


def totals(columns: Columns, attempts: int) -> "tuple[Array, Array, Array]":
    """By attempt: marks earned, marks possible, and the first as a share of the second."""
    import numpy as np

    earned = np.bincount(columns.attempt, columns.earned, attempts)
    possible = np.bincount(columns.attempt, columns.marks, attempts)
    return earned, possible, np.round(np.divide(earned, possible, out=np.zeros(attempts), where=possible > 0), 12)


def thirds(score: "Array") -> "Array":
    """By attempt: 0 for the lower, 1 for the middle, 2 for the upper third by score.

    Equal scores are never parted: they belong where the middle of their ranks is. So the thirds may differ in size, and where everybody
    has the same score all are in the middle.
    """
    import numpy as np

    _values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / max(1, len(score))
    return np.where(middle < 1 / 3, 0, np.where(middle > 2 / 3, 2, 1)).astype(np.int8)[inverse]


def measure_quiz(columns: Columns, passed: "Array", seconds: "Array", people: int) -> QuizFigures:
    """The figures of a quiz: `passed` and `seconds` taken by attempt.

    The deviation divides by n - 1; skewness and kurtosis are k3/k2^1.5 and k4/k2^2 of the unbiased k-statistics (R. A. Fisher, 1929).
    """
    import numpy as np

    attempts = len(passed)
    _earned, _possible, score = totals(columns, attempts)
    score = score * 100
    consistency, drawn = internal_consistency(columns, attempts)
    deviation = _deviation(score)
    skewness, kurtosis = _shape(score)
    ratio = None if consistency is None else 100 * float(np.sqrt(max(0.0, 1 - consistency / 100)))
    return QuizFigures(
        attempts,
        people,
        float(score.mean()) if attempts else None,
        float(np.median(score)) if attempts else None,
        deviation,
        skewness,
        kurtosis,
        consistency,
        ratio,
        None if ratio is None or deviation is None else ratio / 100 * deviation,
        100 * float(passed.mean()) if attempts else None,
        [float(value) / 60 for value in np.quantile(seconds, (0.25, 0.5, 0.75))] if attempts else [],
        np.histogram(np.clip(score, 0, 100), BARS, (0, 100))[0].tolist(),
        np.bincount(thirds(score), minlength=THIRDS).tolist(),
        drawn,
    )


def internal_consistency(columns: Columns, attempts: int) -> "tuple[float | None, bool]":
    """Cronbach's alpha in per cent, and whether it is estimated because attempts differ in their questions.

    100 k/(k-1) (1 - sum of Var(question) / Var(total)), which is k c / (v + (k-1) c) with the mean variance v of a question and the
    mean covariance c of two (Cronbach 1951). Where questions are drawn, v and c are taken over the questions that met in an attempt,
    each counted from its own mean, and k is the mean number of questions of an attempt.
    """
    import numpy as np

    count = np.bincount(columns.attempt, minlength=attempts)
    asked = np.bincount(columns.question)
    drawn = bool(np.any(asked[asked > 0] != attempts))
    mean = np.bincount(columns.question, columns.earned) / np.maximum(asked, 1)
    off = columns.earned - mean[columns.question]
    squares = float((off * off).sum())
    pairs = float(np.sum(count * (count - 1.0)))
    if attempts < 2 or not pairs or squares <= SAME:
        return None, drawn
    together = np.bincount(columns.attempt, off, attempts)
    variance, covariance = squares / len(off), (float((together * together).sum()) - squares) / pairs
    k = len(off) / attempts
    whole = variance + (k - 1) * covariance
    return (100 * k * covariance / whole if whole > SAME else None), drawn


def _deviation(values: "Array") -> float | None:
    import numpy as np

    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _shape(values: "Array") -> tuple[float | None, float | None]:
    import numpy as np

    n = len(values)
    if n < 3 or np.ptp(values) <= SAME:
        return None, None
    off = values - values.mean()
    m2, m3, m4 = (float(np.mean(off**power)) for power in (2, 3, 4))
    k2, k3 = n * m2 / (n - 1), n * n * m3 / ((n - 1) * (n - 2))
    if n < 4:
        return k3 / k2**1.5, None
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    return k3 / k2**1.5, k4 / k2**2


@dataclass(frozen=True)
class Asked:
    """A question as the attempts had it: the newest of its revisions that was asked, how many there were, and what guessing earns, 0 to 1."""

    question_id: int
    revision_id: int
    revisions: int
    guess: float | None


def measure_questions(columns: Columns, attempts: int, asked: Sequence[Asked], said: Mapping[int, Sequence[str]]) -> list[QuestionFigures]:
    """The figures of every question; `said` are the pieces of each response, see rules/pieces.py.

    Facility and deviation are those of the share earned. Discrimination is the correlation with the rest of the attempt, efficiency the
    covariance with the rest over the largest it could be with the same marks, that of both in order. The effective weight is the
    root of the covariance with the total over the sum of all such roots; it is None where the covariance is negative.
    """
    import numpy as np

    earned, possible, score = totals(columns, attempts)
    group = thirds(score)
    order = np.argsort(columns.question, kind="stable")
    bounds = np.searchsorted(columns.question[order], np.arange(len(asked) + 1))
    made, roots = [], []
    for number, one in enumerate(asked):
        rows = order[bounds[number] : bounds[number + 1]]
        of, got, marks = columns.attempt[rows], columns.earned[rows], columns.marks[rows]
        share, left = got / marks, possible[of] - marks
        rest = np.divide(earned[of] - got, left, out=np.zeros(len(rows)), where=left > 0)
        discrimination, efficiency = _against(share, rest)
        weight = _covariance(got / possible[of], score[of])
        roots.append((np.sqrt(max(0.0, weight)) if weight is not None else 0.0, len(rows) / max(1, attempts), weight))
        code = columns.response[rows]
        made.append(
            {
                "attempts": len(rows),
                "answered": int(np.sum(code >= 0)),
                "facility": 100 * float(share.mean()) if len(rows) else None,
                "deviation": None if len(rows) < 2 else 100 * float(np.std(share, ddof=1)),
                "guess": None if one.guess is None else 100 * one.guess,
                "intended": 100 * float(np.mean(marks / possible[of])) if len(rows) else None,
                "discrimination": discrimination,
                "efficiency": efficiency,
                "groups": np.bincount(group[of], minlength=THIRDS).tolist(),
                "pieces": _pieces(code, group[of], said),
                "sure": _sure(columns.certainty[rows], code, share),
            }
        )
    whole = sum(root * share for root, share, _weight in roots)
    return [
        QuestionFigures(
            one.question_id,
            one.revision_id,
            one.revisions,
            effective=100 * float(root) / float(whole) if whole > 0 and weight is not None and weight >= 0 else None,
            **figures,
        )
        for one, figures, (root, _share, weight) in zip(asked, made, roots, strict=True)
    ]


def _covariance(one: "Array", other: "Array") -> float | None:
    # A sum of products and not a dot product: that would start a thread a core, which wait for each other on a busy machine.
    return float(((one - one.mean()) * (other - other.mean())).sum()) / (len(one) - 1) if len(one) > 1 else None


def _against(share: "Array", rest: "Array") -> tuple[float | None, float | None]:
    import numpy as np

    if len(share) < 2 or np.ptp(share) <= SAME or np.ptp(rest) <= SAME:
        return None, None
    together, most = _covariance(share, rest), _covariance(np.sort(share), np.sort(rest))
    assert together is not None
    assert most  # both vary, so in order they vary together
    return 100 * together / float(np.std(share, ddof=1) * np.std(rest, ddof=1)), 100 * together / most


def _pieces(code: "Array", group: "Array", said: Mapping[int, Sequence[str]]) -> dict[str, list[int]]:
    """How often each third said what."""
    import numpy as np

    codes, inverse = np.unique(code, return_inverse=True)
    counts = np.bincount(inverse * THIRDS + group, minlength=len(codes) * THIRDS).reshape(-1, THIRDS)
    found: dict[str, list[int]] = {}
    for response, row in zip(codes.tolist(), counts.tolist(), strict=True):
        for piece in said[response] if response >= 0 else (NOTHING,):
            before = found.get(piece, [0, 0, 0])
            found[piece] = [have + more for have, more in zip(before, row, strict=True)]
    return most_frequent(found)


def _sure(certainty: "Array", code: "Array", share: "Array") -> list[list[float]]:
    """For each certainty: how often it was said with an answer, the right shares added up, and how many of them were wrong altogether."""
    import numpy as np

    rows = []
    for sure in CERTAINTIES:
        of = share[(certainty == sure) & (code >= 0)]
        right = np.clip(of, 0, None) * (max(WHEN_RIGHT.values()) / WHEN_RIGHT[sure])
        rows.append([len(of), float(np.minimum(right, 1).sum()), int(np.sum(of <= SAME))])
    return rows


@dataclass(frozen=True)
class Sure:
    """How often somebody was surest, and wrong all the same; `name` is the id of a question or department, or a cause's slug;
    empty for departments that are told together."""

    name: str
    people: int
    surest: int
    wrong: int


def sure_and_wrong(questions: Sequence[QuestionFigures], most: int = 10) -> list[Sure]:
    """The questions at which most were sure and wrong."""
    rows = [Sure(str(one.question_id), 0, int(one.sure[-1][0]), int(one.sure[-1][2])) for one in questions if one.sure[-1][2]]
    return sorted(rows, key=lambda row: -row.wrong)[:most]


def calibration(questions: Sequence[QuestionFigures]) -> list[tuple[int, int, float]]:
    """For each certainty: how often it was said, and the share that was right, over all questions."""
    rows = [[sum(question.sure[place][column] for question in questions) for column in range(2)] for place in range(len(CERTAINTIES))]
    return [(sure, int(said), right / said if said else 0.0) for sure, (said, right) in zip(CERTAINTIES, rows, strict=True)]
