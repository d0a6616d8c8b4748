"""Marking a question anew in very many attempts: the jobs. Each batch is a transaction, so that learners' answers need not wait for all."""

from collections.abc import Callable
from typing import Any

from core import clock
from core.db import transaction
from core.pages import zone
from quizzes.actions.regrading import regrade
from quizzes.queries.regrading import count_attempts, preview, standing
from quizzes.rules.grading import Method

Report = Callable[[int, int], None]


def look(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Find out what marking a question anew would change."""
    stands, method = standing(arguments["question"]), Method(arguments["method"])
    counts = count_attempts(stands.question.id)
    found = preview(stands, method, counts[False], lambda done: report(done, counts[True]))
    return {"question": stands.question.id, "revision": stands.question.revision, "method": method, "preview": found.plain()}


def apply(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Mark a question anew. Where it stops half-way, what is done is done, and a second run does the rest: what is right stays as it is."""
    total, looked, changed = count_attempts(arguments["question"])[True], 0, 0
    after: tuple[int, int] | None = (0, 0)
    while after is not None:
        with transaction():
            method, reason, now = Method(arguments["method"]), arguments["reason"], clock.now()
            more, marks, after = regrade(arguments["by"], arguments["question"], method, arguments["seen"], reason, after, now, zone())
        looked, changed = looked + more, changed + marks
        report(min(looked, total), total)
    return {"changed": changed}
