"""What somebody got wrong: their own book, and what they may practise of it."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from cases.models import Case, Cause
from core.db import db
from people.access import SignedIn
from quizzes.access import readable_by
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.rules.attempts import AttemptState, outcome, shows_key, tries_left
from quizzes.rules.marking import with_certainty
from quizzes.rules.mistakes import MISTAKES_SLUG, PRACTISED_AT_ONCE, Given, right_days
from quizzes.rules.questions import Content
from quizzes.rules.settings import Behaviour, Settings, moment_of, settings_from


@dataclass(frozen=True)
class Mistake:
    """A question that somebody got wrong, with their last wrong answer. What the review rules of that attempt hide is not to be shown.

    `right_days`: on how many days it was right in practice since.
    """

    question_id: int
    cause: str | None
    case_slug: str | None
    retired: bool
    content: Content
    response: list[str]
    attempt_id: int
    title_en: str
    title_zh: str
    submitted_at: dt.datetime
    right_days: int
    shows_right: bool
    shows_feedback: bool

    @property
    def may_practise(self) -> bool:
        """Practice tells what is right: it waits until the quiz tells it too."""
        return self.shows_right and not self.retired

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


@dataclass(frozen=True)
class Book:
    """The mistakes of one person, the oldest first, and the practice that runs."""

    mistakes: list[Mistake]
    open: Attempt | None

    @property
    def to_practise(self) -> list[Mistake]:
        """What the next practice asks."""
        return [mistake for mistake in self.mistakes if mistake.may_practise][:PRACTISED_AT_ONCE]

    def groups(self) -> list[tuple[str, list[tuple[str, list[Mistake]]]]]:
        """By cause and then by case, each with its slug, empty where it has none."""

        def key(mistake: Mistake) -> tuple[str, str]:
            return mistake.cause or "", mistake.case_slug or ""

        ordered = sorted(self.mistakes, key=key)
        by_cause = [(cause, list(own)) for cause, own in groupby(ordered, lambda one: key(one)[0])]
        return [(cause, [(slug, list(rows)) for slug, rows in groupby(own, lambda one: key(one)[1])]) for cause, own in by_cause]


def book(person: SignedIn, now: dt.datetime, zone: dt.tzinfo) -> Book:
    """What a person got wrong and has not got right since, in statements whose number does not depend on how much that is."""
    attempts = list(db.session.scalars(select(Attempt).where(readable_by(person)).order_by(Attempt.submitted_at, Attempt.id)))
    ended = {attempt.id: attempt for attempt in attempts if attempt.state != AttemptState.OPEN}
    running = next((attempt for attempt in attempts if attempt.slug == MISTAKES_SLUG and attempt.state == AttemptState.OPEN), None)
    wrong: dict[int, tuple[int, int]] = {}
    given: dict[int, list[Given]] = {}
    settings = {key: settings_from(attempt.settings) for key, attempt in ended.items()}
    for attempt_id, number, question_id, earned, marks, certainty in _marked(person):
        if attempt_id not in ended:
            continue  # it ended since these were read
        right = earned == str(marks) or (settings[attempt_id].certainty and earned == str(with_certainty(Fraction(1), True, certainty) * marks))
        submitted_at = ended[attempt_id].submitted_at or now
        given.setdefault(question_id, []).append(Given(submitted_at.astimezone(zone).date(), right, settings[attempt_id].behaviour == Behaviour.PRACTICE))
        if not right:
            wrong[question_id] = attempt_id, number
    days = {question_id: found for question_id, answers in given.items() if (found := right_days(answers)) is not None}
    standing = {wrong[question_id]: found for question_id, found in days.items()}
    settled = _settled(attempts)
    mistakes = [_mistake(row, ended[row.attempt_id], standing[row.attempt_id, row.number], settled, now) for row in _asked(standing)]
    return Book(sorted(mistakes, key=lambda one: (one.submitted_at, one.question_id)), running)


def _marked(person: SignedIn) -> list[Any]:
    """Every marked question of the person's ended attempts, in order of time; what earns no marks is none."""
    return list(
        db.session.execute(
            select(
                AttemptQuestion.attempt_id,
                AttemptQuestion.number,
                QuestionRevision.question_id,
                AttemptQuestion.earned,
                AttemptQuestion.marks,
                Answer.certainty,
            )
            .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
            .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
            .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
            .where(readable_by(person), Attempt.state != AttemptState.OPEN, AttemptQuestion.earned.is_not(None), AttemptQuestion.marks > 0)
            .order_by(Attempt.submitted_at, Attempt.id, AttemptQuestion.number)
        )
    )


def _asked(standing: dict[tuple[int, int], int]) -> list[Any]:
    asked: Select[*tuple[Any, ...]] = (
        select(
            AttemptQuestion.attempt_id,
            AttemptQuestion.number,
            Question.id,
            Question.case_slug,
            Question.cause,
            Question.retired,
            Cause.slug.label("case_cause"),
            QuestionRevision.content,
            Answer.response,
        )
        .join(QuestionRevision, QuestionRevision.id == AttemptQuestion.question_revision_id)
        .join(Question, Question.id == QuestionRevision.question_id)
        .outerjoin(Case, Case.slug == Question.case_slug)
        .outerjoin(Cause, Cause.id == Case.cause_id)
        .outerjoin(Answer, and_(Answer.attempt_id == AttemptQuestion.attempt_id, Answer.number == AttemptQuestion.number))
        .where(AttemptQuestion.attempt_id.in_({attempt_id for attempt_id, _number in standing}))
    )
    return [row for row in db.session.execute(asked) if (row.attempt_id, row.number) in standing] if standing else []


def _settled(attempts: list[Attempt]) -> dict[int, bool]:
    """By quiz, whether there is nothing left to try."""
    found: dict[int, bool] = {}
    for quiz_id in {attempt.quiz_id for attempt in attempts}:
        own = [attempt for attempt in attempts if attempt.quiz_id == quiz_id]
        last = max(own, key=lambda one: one.number)
        running = any(attempt.state == AttemptState.OPEN for attempt in own)
        result = outcome(((one.number, one.score, one.passed) for one in own), settings_from(last.settings).counts, last.pass_mark)
        passed = result is not None and result.passed
        found[quiz_id] = shows_key(passed, tries_left(len(own), last.attempts_allowed, passed), running)
    return found


def _mistake(row: Any, attempt: Attempt, days: int, settled: dict[int, bool], now: dt.datetime) -> Mistake:
    settings: Settings = settings_from(attempt.settings)
    moment, own = moment_of(attempt.submitted_at, settings.closes_at, now), settled[attempt.quiz_id]
    return Mistake(
        row.id,
        row.cause or row.case_cause or attempt.cause,
        row.case_slug,
        row.retired,
        row.content,
        row.response or [],
        attempt.id,
        attempt.title_en,
        attempt.title_zh,
        attempt.submitted_at or now,
        days,
        settings.shows("right", moment, own),
        settings.shows("feedback", moment, own),
    )


def mistakes_quiz() -> Quiz | None:
    """The quiz whose attempts practise mistakes."""
    return db.session.scalar(select(Quiz).where(Quiz.slug == MISTAKES_SLUG, Quiz.purpose == "mistakes"))


def standing_revisions(question_ids: list[int]) -> list[tuple[int, Content]]:
    """The revision that stands of each of these questions, in their order."""
    stands = aliased(QuestionRevision)
    rows = db.session.execute(
        select(Question.id, stands.id, stands.content)
        .join(stands, and_(stands.question_id == Question.id, stands.number == Question.revision))
        .where(Question.id.in_(question_ids), ~Question.retired)
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    return [found[question_id] for question_id in question_ids if question_id in found]


def practice_number(person: SignedIn, quiz_id: int) -> int:
    """The number of the next practice of mistakes."""
    numbers = db.session.scalars(select(Attempt.number).where(Attempt.quiz_id == quiz_id, readable_by(person)))
    return max(numbers, default=0) + 1
