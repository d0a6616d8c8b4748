"""The pages of the statistics of quizzes and questions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.db import db
from core.errors import NotFound
from core.jobs import Job
from people.models import Department
from quizzes.models.attempts import Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries.statistics import FINISHED, Report, compute, finished_attempts, report_from
from quizzes.rules.questions import Content
from quizzes.rules.statistics import QuestionFigures, Which

JOB = "quiz-statistics"
AT_ONCE = 5_000  # attempts up to which a page computes by itself
CHUNK = 2_000  # contents read at a time


def quiz_with_statistics(slug: str) -> Quiz:
    """A quiz whose statistics may be told. That of somebody's own mistakes has none: it would be that person's record. Raises NotFound."""
    quiz = db.session.scalar(select(Quiz).where(Quiz.slug == slug, Quiz.purpose != "mistakes"))
    if quiz is None:
        raise NotFound()
    return quiz


@dataclass(frozen=True)
class StatisticsPage:
    """A quiz with its statistics: computed now, or as a job left them at `made_at`; None where a job is needed first.

    `newer` is how many attempts were marked since.
    """

    quiz: Quiz
    which: Which
    finished: int
    report: Report | None
    made_at: dt.datetime | None
    newer: int
    contents: dict[int, Content]
    titles: dict[int, str]
    departments: dict[str, Department]

    @property
    def needs_job(self) -> bool:
        return self.finished > AT_ONCE


def statistics_page(slug: str, which: Which) -> StatisticsPage:
    """The statistics of a quiz. Raises NotFound."""
    quiz = quiz_with_statistics(slug)
    finished = finished_attempts(quiz.id)
    made_at, newer = None, 0
    if finished <= AT_ONCE:
        report: Report | None = compute(quiz.id, which)
    else:
        job = _last_job(quiz.id, which)
        report = report_from(job.result) if job and job.result else None
        made_at, newer = (job.asked_at, max(0, finished - job.result["finished"])) if job and job.result else (None, 0)
    contents, titles = _contents([one.revision_id for one in report.questions]) if report else ({}, {})
    names = [int(row.name) for row in report.departments if row.name] if report else []
    departments = {str(row.id): row for row in db.session.scalars(select(Department).where(Department.id.in_(names)))} if names else {}
    return StatisticsPage(quiz, which, finished, report, made_at, newer, contents, titles, departments)


def _last_job(quiz_id: int, which: Which) -> Job | None:
    """The last that is done, whoever asked for it: it tells of nobody."""
    mine = Job.arguments["quiz_id"].as_integer() == quiz_id, Job.arguments["which"].as_string() == which
    return db.session.scalar(select(Job).where(Job.kind == JOB, Job.state == "done", *mine).order_by(Job.id.desc()).limit(1))


def standing_job(person_id: int, quiz_id: int, which: Which, now: dt.datetime) -> Job | None:
    """The person's own job that is under way."""
    asked = Job.arguments["quiz_id"].as_integer() == quiz_id, Job.arguments["which"].as_string() == which
    running = select(Job).where(Job.kind == JOB, Job.person_id == person_id, Job.state.in_(["waiting", "running"]), *asked)
    return next((job for job in db.session.scalars(running.order_by(Job.id.desc())) if not job.has_died(now)), None)


def _contents(revision_ids: Sequence[int]) -> tuple[dict[int, Content], dict[int, str]]:
    """By question: what the revision says, and the title authors gave it."""
    contents: dict[int, Content] = {}
    titles: dict[int, str] = {}
    for start in range(0, len(revision_ids), CHUNK):
        columns = select(Question.id, Question.title, QuestionRevision.content).join(Question, Question.id == QuestionRevision.question_id)
        for question_id, title, content in db.session.execute(columns.where(QuestionRevision.id.in_(revision_ids[start : start + CHUNK]))):
            contents[question_id], titles[question_id] = content, title
    return contents, titles


@dataclass(frozen=True)
class QuestionStatistics:
    """A question with the quizzes that asked it, the one with most attempts first, and its figures in one of them."""

    question: Question
    content: Content
    quizzes: list[tuple[Quiz, int]]
    page: StatisticsPage | None
    figures: QuestionFigures | None


def question_statistics(question_id: int, slug: str, which: Which) -> QuestionStatistics:
    """The statistics of a question in the quiz with this slug, or without one in that with most attempts. Raises NotFound."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise NotFound()
    quizzes = _quizzes_of(question_id)
    chosen = next((quiz.slug for quiz, _count in quizzes if slug in ("", quiz.slug)), None)
    if slug and chosen is None:
        raise NotFound()
    page = statistics_page(chosen, which) if chosen else None
    figures = next((one for one in page.report.questions if one.question_id == question_id), None) if page and page.report else None
    standing = QuestionRevision.question_id == question_id, QuestionRevision.number == question.revision
    content = page.contents[question_id] if page and figures else db.session.scalars(select(QuestionRevision.content).where(*standing)).one()
    return QuestionStatistics(question, content, quizzes, page, figures)


def _quizzes_of(question_id: int) -> list[tuple[Quiz, int]]:
    asked = select(Attempt.quiz_id, func.count().label("attempts")).join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
    revisions = select(QuestionRevision.id).where(QuestionRevision.question_id == question_id)
    counts = asked.where(AttemptQuestion.question_revision_id.in_(revisions), FINISHED).group_by(Attempt.quiz_id).subquery()
    rows = select(Quiz, counts.c.attempts).join(counts, counts.c.quiz_id == Quiz.id).where(Quiz.purpose != "mistakes")
    return [(quiz, count) for quiz, count in db.session.execute(rows.order_by(counts.c.attempts.desc(), Quiz.id))]
