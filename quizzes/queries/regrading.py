"""Reads of the attempts that a question is in: what marking it anew would change."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_

from core.db import db
from core.errors import NotFound
from quizzes.models.attempts import Answer, AnswerTry, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.queries.grading import marks_of
from quizzes.rules.attempts import AttemptState
from quizzes.rules.grading import REGRADE_AT_ONCE, Method, Regraded, regraded, summed
from quizzes.rules.marking import Marked
from quizzes.rules.questions import Content
from quizzes.rules.settings import settings_from

ROWS_SHOWN = 100


@dataclass(frozen=True)
class Standing:
    """A question with the revision that stands."""

    question: Question
    revision_id: int
    content: Content


def standing(question_id: int, lock: bool = False) -> Standing:
    """A question as it stands; with `lock` nobody revises it until the transaction ends. Raises NotFound."""
    found = (
        select(Question, QuestionRevision.id, QuestionRevision.content)
        .join(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .where(Question.id == question_id)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(found.with_for_update(read=True, of=Question) if lock else found).first()
    if row is None:
        raise NotFound()
    return Standing(*row)


@dataclass(frozen=True)
class Again:
    """One attempt whose question is marked anew: what it earned and would, and what the attempt comes to with that (None: as before)."""

    attempt: Attempt
    number: int
    marks: int
    revision_id: int
    revision: int
    tries: list[AnswerTry]
    result: Regraded
    marked: Marked | None

    @property
    def passes_now(self) -> bool:
        return self.marked is not None and self.attempt.passed is False and self.marked.passed

    @property
    def fails_now(self) -> bool:
        return self.marked is not None and self.attempt.passed is True and not self.marked.passed


def count_attempts(question_id: int) -> dict[bool, int]:
    """How many attempts ask a question: those that ended (True) and those that run (False)."""
    is_open = Attempt.state == AttemptState.OPEN
    rows = db.session.execute(select(is_open, func.count()).select_from(Attempt).join(*_asked()).join(*_revision()).where(_of(question_id)).group_by(is_open))
    return {True: 0, False: 0, **{not running: number for running, number in rows}}


def _asked() -> tuple[Any, ColumnElement[bool]]:
    return AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id


def _revision() -> tuple[Any, ColumnElement[bool]]:
    return QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id


def _of(question_id: int) -> ColumnElement[bool]:
    return QuestionRevision.question_id == question_id


def batches(now: Standing, method: Method, after: tuple[int, int] = (0, 0), lock: bool = False) -> Iterator[list[Again]]:
    """The ended attempts that ask a question, so many at a time in order of their people, each as it would be marked.

    With `lock` those of a batch are held until the transaction ends. Begins after an attempt, named by its person's id and its own.
    """
    while True:
        held: Select[*tuple[Any, ...]] = (
            select(
                Attempt,
                AttemptQuestion.number,
                AttemptQuestion.kind,
                AttemptQuestion.option_order,
                AttemptQuestion.marks,
                AttemptQuestion.earned,
                QuestionRevision.id,
                QuestionRevision.number,
                Answer.response,
                Answer.certainty,
            )
            .join(*_asked())
            .join(*_revision())
            .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
            .where(_of(now.question.id), Attempt.state != AttemptState.OPEN, tuple_(Attempt.person_id, Attempt.id) > tuple_(*after))
            .order_by(Attempt.person_id, Attempt.id, AttemptQuestion.number)
            .limit(REGRADE_AT_ONCE)
            .execution_options(populate_existing=True)
        )
        rows = db.session.execute(held.with_for_update(of=Attempt) if lock else held).all()
        if not rows:
            return
        yield _judged(now, method, rows)
        after = rows[-1][0].person_id, rows[-1][0].id
        if len(rows) < REGRADE_AT_ONCE:
            return


def _judged(now: Standing, method: Method, rows: Any) -> list[Again]:
    ids = [row[0].id for row in rows]
    tries: dict[tuple[int, int], list[AnswerTry]] = {}
    for one in db.session.scalars(select(AnswerTry).where(AnswerTry.attempt_id.in_(ids)).order_by(AnswerTry.place)):
        tries.setdefault((one.attempt_id, one.number), []).append(one)
    found = []
    for attempt, number, kind, order, marks, earned, revision_id, revision, response, certainty in rows:
        before, own = None if earned is None else Fraction(earned), tries.get((attempt.id, number), [])
        given = [one.response for one in own]
        result = regraded(method, now.content, kind, order, marks, before, response or [], certainty, given, settings_from(attempt.settings))
        found.append(Again(attempt, number, marks, revision_id, revision, own, result, None))
    changing = {again.attempt.id for again in found if again.result.changes}
    sums = marks_of(sorted(changing)) if changing else {}
    return [_with_sum(again, sums.get(again.attempt.id)) for again in found]


def _with_sum(again: Again, questions: dict[int, tuple[Fraction | None, int]] | None) -> Again:
    if questions is None or not again.result.changes:
        return again
    marked = summed({**questions, again.number: (again.result.after, again.marks)}, again.attempt.pass_mark)
    return Again(again.attempt, again.number, again.marks, again.revision_id, again.revision, again.tries, again.result, marked)


@dataclass
class QuizChange:
    """What marking a question anew would change at one quiz."""

    slug: str
    title_en: str
    title_zh: str
    attempts: int = 0
    changed: int = 0
    passes: int = 0
    fails: int = 0


@dataclass
class Preview:
    """What marking a question anew would change, in numbers and without names; the first changes one by one."""

    attempts: int = 0
    running: int = 0
    changed: int = 0
    up: int = 0
    down: int = 0
    passes: int = 0
    fails: int = 0
    unfit: int = 0
    quizzes: dict[str, QuizChange] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, again: Again) -> None:
        """Count one attempt in."""
        attempt, result = again.attempt, again.result
        quiz = self.quizzes.setdefault(attempt.slug, QuizChange(attempt.slug, attempt.title_en, attempt.title_zh))
        self.attempts += 1
        quiz.attempts += 1
        self.unfit += not result.fits
        if not result.changes:
            return
        self.changed += 1
        quiz.changed += 1
        rises = (result.after or 0) > (result.before or 0)
        self.up, self.down = self.up + rises, self.down + (not rises)
        self.passes, self.fails = self.passes + again.passes_now, self.fails + again.fails_now
        quiz.passes, quiz.fails = quiz.passes + again.passes_now, quiz.fails + again.fails_now
        if len(self.rows) < ROWS_SHOWN:
            self.rows.append(_plain_row(again))

    def plain(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)


def _plain_row(again: Again) -> dict[str, Any]:
    attempt, result, settled = again.attempt, again.result, again.attempt.score is not None and again.marked is not None
    return {
        "attempt": attempt.id,
        "slug": attempt.slug,
        "revision": again.revision,
        "marks": again.marks,
        "before": None if result.before is None else str(result.before),
        "after": str(result.after),
        "score_before": attempt.score,
        "score_after": again.marked.score if again.marked and settled else None,
        "passed_before": attempt.passed,
        "passed_after": again.marked.passed if again.marked and settled else None,
    }


def preview_from(plain: dict[str, Any]) -> Preview:
    """A preview that a job kept."""
    return Preview(**{**plain, "quizzes": {slug: QuizChange(**quiz) for slug, quiz in plain["quizzes"].items()}})


def preview(now: Standing, method: Method, report: Any = None) -> Preview:
    """What marking a question anew would change; `report` is told how many attempts are looked at."""
    found = Preview(running=count_attempts(now.question.id)[False])
    for batch in batches(now, method):
        for again in batch:
            found.add(again)
        if report:
            report(found.attempts)
    return found
