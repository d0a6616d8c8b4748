"""Computing the statistics of a quiz: attempts and answers read in columns, a few thousand attempts at a time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, func, select

from core.db import db, fetch_columns
from people.models import Person
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.rules.attempts import AttemptState
from quizzes.rules.guidance import PEOPLE_FEW, told_apart
from quizzes.rules.pieces import guess_score, pieces
from quizzes.rules.questions import Content, QuestionKind
from quizzes.rules.statistics import Asked, Columns, QuestionFigures, QuizFigures, Sure, Which, measure_questions, measure_quiz

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Tell = Callable[[int, int], None]

CHUNK = 2_000  # attempts read at a time
WHOLE_MINUTES = 24 * 60  # the longest that counts as time taken


@dataclass(frozen=True)
class Report:
    """The statistics of a quiz as they were at one moment."""

    quiz: QuizFigures
    questions: list[QuestionFigures]
    causes: list[Sure]
    departments: list[Sure]

    @property
    def asks_certainty(self) -> bool:
        return any(row[0] for question in self.questions for row in question.sure)

    def plain(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)


def report_from(plain: dict[str, Any]) -> Report:
    """A report as a job kept it."""
    return Report(
        QuizFigures(**plain["quiz"]),
        [QuestionFigures(**row) for row in plain["questions"]],
        [Sure(**row) for row in plain["causes"]],
        [Sure(**row) for row in plain["departments"]],
    )


FINISHED = Attempt.state.in_([AttemptState.SUBMITTED, AttemptState.CLOSED])

_ROWS = (
    select(
        AttemptQuestion.attempt_id,
        AttemptQuestion.question_revision_id,
        AttemptQuestion.marks,
        AttemptQuestion.earned,
        cast(Answer.response, Text),
        Answer.certainty,
    )
    .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
    .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
    .where(
        Attempt.quiz_id + 0 == bindparam("quiz_id"),  # the sum keeps SQLite from walking all attempts of the quiz for each part
        Attempt.id.between(bindparam("first"), bindparam("last")),
        AttemptQuestion.kind != QuestionKind.INFORMATION,
        AttemptQuestion.earned.is_not(None),
        AttemptQuestion.marks > 0,
    )
)


def finished_attempts(quiz_id: int) -> int:
    """How many attempts at a quiz are marked."""
    return int(db.session.scalar(select(func.count()).where(Attempt.quiz_id == quiz_id, FINISHED)) or 0)


@dataclass(frozen=True)
class _Sat:
    """The attempts that count, by id."""

    ids: "Array"
    person: "Array"
    department: "Array"
    passed: "Array"
    seconds: "Array"
    certainty: "Array"


def _sat(quiz_id: int, which: Which) -> _Sat:
    import numpy as np

    columns: list[ColumnElement[Any]] = [
        Attempt.id.label("id"),
        Attempt.person_id.label("person_id"),
        Person.department_id.label("department_id"),
        Attempt.passed.label("passed"),
        Attempt.started_at.label("started_at"),
        Attempt.submitted_at.label("submitted_at"),
        Attempt.settings["certainty"].as_boolean().label("certainty"),
    ]
    orders: dict[Which, list[ColumnElement[Any]]] = {
        Which.FIRST: [Attempt.number.asc()],
        Which.LAST: [Attempt.number.desc()],
        Which.HIGHEST: [Attempt.score.desc(), Attempt.number.asc()],
    }
    if which in orders:
        columns.append(func.row_number().over(partition_by=Attempt.person_id, order_by=orders[which]).label("place"))
    inner = select(*columns).join(Person, Person.id == Attempt.person_id).where(Attempt.quiz_id == quiz_id, FINISHED).subquery()
    wanted = select(*list(inner.c)[:7]).order_by(inner.c.id)
    rows = db.session.execute(wanted.where(inner.c.place == 1) if which in orders else wanted)
    parts = []
    for part in rows.partitions(CHUNK):
        ids, people, departments, passed, begun, ended, certainty = zip(*part, strict=True)
        seconds = [min(60.0 * WHOLE_MINUTES, (end - start).total_seconds()) for start, end in zip(begun, ended, strict=True)]
        parts.append((np.array([ids, people, departments]), np.array(passed, bool), np.array(seconds), np.array([bool(one) for one in certainty])))
    if not parts:
        empty = np.zeros(0, int)
        return _Sat(empty, empty, empty, empty.astype(bool), empty.astype(float), empty.astype(bool))
    named = np.concatenate([part[0] for part in parts], axis=1)
    return _Sat(named[0], named[1], named[2], *(np.concatenate([part[place] for part in parts]) for place in (1, 2, 3)))


class _Fractions(dict[str, float]):
    """Exact fractions as they are stored, as numbers: a million of them have a few dozen values."""

    def __missing__(self, text: str) -> float:
        return self.setdefault(text, float(Fraction(text)))


class _Numbers(dict[Any, int]):
    """Numbers things as they come, from 0."""

    def __missing__(self, key: Any) -> int:
        return self.setdefault(key, len(self))


def _read(quiz_id: int, sat: _Sat, tell: Tell) -> tuple[Columns, list[int], list[tuple[int, str]]]:
    """The columns of the attempts that count, in which a question is still its revision; those revisions, and the responses with theirs."""
    import numpy as np

    fractions, revisions, responses = _Fractions(), _Numbers(), _Numbers()
    parts: list[tuple[Array, ...]] = []
    for start in range(0, len(sat.ids), CHUNK):
        ids = sat.ids[start : start + CHUNK]
        attempt_ids, revision_ids, marks, earned, texts, sure = fetch_columns(_ROWS, quiz_id=quiz_id, first=int(ids[0]), last=int(ids[-1]))
        tell(start, len(sat.ids))
        attempt = np.array(attempt_ids, int)
        place = np.searchsorted(ids, attempt).clip(max=len(ids) - 1)
        counts = ids[place] == attempt
        said = [-1 if text is None or text == "[]" else responses[revision, text] for revision, text in zip(revision_ids, texts, strict=True)]
        read = (
            (place + start).astype(np.int32),
            np.fromiter(map(revisions.__getitem__, revision_ids), np.int32, len(marks)),
            np.array(marks, float),
            np.fromiter(map(fractions.__getitem__, earned), float, len(marks)),
            np.array(said, np.int32),
            np.array([one or 0 for one in sure], np.int8),
        )
        parts.append(tuple(column[counts] for column in read))
    whole = [np.concatenate([part[number] for part in parts]) for number in range(6)] if parts else [np.zeros(0, int)] * 6
    columns = Columns(*whole)
    columns.certainty[~sat.certainty[columns.attempt]] = 0
    return columns, list(revisions), list(responses)


def compute(quiz_id: int, which: Which, tell: Tell = lambda _done, _total: None) -> Report:
    """The statistics of a quiz by its attempts that are marked; `tell` hears how many attempts are read, of how many."""
    import numpy as np

    sat = _sat(quiz_id, which)
    columns, revision_ids, responses = _read(quiz_id, sat, tell)
    known = _revisions(revision_ids)
    newest: dict[int, tuple[int, int]] = {}  # by question: number and id of its newest revision asked
    for revision_id, (question_id, number, _cause, _content) in known.items():
        newest[question_id] = max(newest.get(question_id, (0, 0)), (number, revision_id))
    places = {question_id: place for place, question_id in enumerate(newest)}
    question = np.array([places[known[revision_id][0]] for revision_id in revision_ids], np.int32)[columns.question]
    columns = Columns(columns.attempt, question, columns.marks, columns.earned, columns.response, columns.certainty)
    said = {number: pieces(known[revision][3], json.loads(text)) for number, (revision, text) in enumerate(responses)}
    of_question = [question_id for question_id, *_rest in known.values()]
    sure = np.bincount(columns.question, sat.certainty[columns.attempt]) / np.maximum(1, np.bincount(columns.question))
    asked = [
        Asked(question_id, revision_id, of_question.count(question_id), guess_score(known[revision_id][3], float(share)))
        for (question_id, (_number, revision_id)), share in zip(newest.items(), sure, strict=True)
    ]
    figures = measure_questions(columns, len(sat.ids), asked, said)
    tell(len(sat.ids), len(sat.ids))
    causes = {question_id: cause for question_id, _number, cause, _content in known.values()}
    quiz = measure_quiz(columns, sat.passed, sat.seconds, len(np.unique(sat.person)))
    return Report(quiz, figures, _by_cause(figures, causes), _by_department(columns, sat))


def _revisions(ids: Sequence[int]) -> dict[int, tuple[int, int, str | None, Content]]:
    """By id of a revision: its question, its number, the question's cause, and what it says."""
    columns = select(QuestionRevision.id, QuestionRevision.question_id, QuestionRevision.number, Question.cause, QuestionRevision.content)
    found: dict[int, tuple[int, int, str | None, Content]] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = columns.join(Question, Question.id == QuestionRevision.question_id).where(QuestionRevision.id.in_(ids[start : start + CHUNK]))
        found |= {row[0]: (row[1], row[2], row[3], row[4]) for row in db.session.execute(wanted.order_by(QuestionRevision.id))}
    return found


def _by_cause(figures: Sequence[QuestionFigures], causes: dict[int, str | None]) -> list[Sure]:
    found: dict[str, tuple[int, int]] = {}
    for one in figures:
        said, _right, wrong = one.sure[-1]
        before = found.get(causes[one.question_id] or "", (0, 0))
        found[causes[one.question_id] or ""] = (before[0] + int(said), before[1] + int(wrong))
    return [Sure(name, 0, surest, wrong) for name, (surest, wrong) in sorted(found.items()) if surest]


def _by_department(columns: Columns, sat: _Sat) -> list[Sure]:
    import numpy as np

    asked = (columns.certainty > 0) & (columns.response >= 0)
    attempts = np.unique(columns.attempt[asked])
    pairs = np.unique(np.stack([sat.department[attempts], sat.person[attempts]]), axis=1)
    people = dict(zip(*(column.tolist() for column in np.unique(pairs[0], return_counts=True)), strict=True))
    surest = asked & (columns.certainty == 3)
    department, wrong = sat.department[columns.attempt[surest]], columns.earned[surest] <= 0
    rows, together = [], Sure("", 0, 0, 0)
    for name, apart in told_apart(people).items():
        here = department == name
        counts = int(here.sum()), int(wrong[here].sum())
        if apart:
            rows.append(Sure(str(name), people[name], *counts))
        else:
            together = Sure("", together.people + people[name], together.surest + counts[0], together.wrong + counts[1])
    rows.sort(key=lambda row: -row.wrong / max(1, row.surest))
    return rows + ([together] if together.people >= PEOPLE_FEW else [])


def run_job(arguments: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """What a job of statistics does; it notes how many attempts were marked when it began."""
    finished = finished_attempts(arguments["quiz_id"])
    return {"finished": finished, **compute(arguments["quiz_id"], Which(arguments["which"]), tell).plain()}
