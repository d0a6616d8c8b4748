"""Asking for the statistics of a quiz that has many attempts."""

import datetime as dt

from core.jobs import Job, ask_for
from people.access import SignedIn
from quizzes.models.quizzes import Quiz
from quizzes.queries.statistics_pages import JOB, standing_job
from quizzes.rules.statistics import Which


def ask_for_statistics(person: SignedIn, quiz: Quiz, which: Which, words: dict[str, str], now: dt.datetime) -> tuple[Job, bool]:
    """The job that computes them, and whether it is new: one of the person's own that is under way is not doubled.

    `words` are what the job's page says and where it leads: language, title, then, back.
    """
    standing = standing_job(person.id, quiz.id, which, now)
    if standing is not None:
        return standing, False
    return ask_for(JOB, person.id, {"quiz_id": quiz.id, "which": which, **words}, now), True
