"""Setting down in the training record what an attempt came to."""

import datetime as dt

from learning.actions import Fact, record_completion
from learning.queries.records import line_to_correct
from learning.rules import Kind, Result
from quizzes.models.attempts import Attempt
from quizzes.queries import changes
from quizzes.rules.attempts import minutes_taken
from quizzes.rules.grading import Change, minutes_away
from quizzes.rules.marking import Marked
from quizzes.rules.settings import settings_from

QUIZ_PROOF = "marked-by-server"
PERSON_PROOF = "marked-by-person"


def record_outcome(attempt: Attempt, marked: Marked, ended_at: dt.datetime, now: dt.datetime, zone: dt.tzinfo, again: bool = False) -> None:
    """Write the completion of an attempt that ended, unless its quiz writes none.

    Where the attempt was opened again, or with `again` its marks were changed, the new line corrects the one that stood. The time in
    which it lay closed is no time spent on it.
    """
    if not settings_from(attempt.settings).recorded:
        return
    made = changes.of_whole_attempt(attempt.id)
    corrected = line_to_correct(attempt.person_id, Kind.QUIZ, attempt.slug, attempt.started_at) if again or made.reopened else None
    fact = Fact(
        Kind.QUIZ,
        attempt.slug,
        attempt.quiz_revision,
        attempt.title_en,
        attempt.title_zh,
        attempt.cause,
        Result.PASSED if marked.passed else Result.FAILED,
        minutes_taken(attempt.started_at + minutes_away(made.reopened), ended_at, attempt.time_limit),
        PERSON_PROOF if Change.MANUAL in made.actions else QUIZ_PROOF,
        attempt.started_at,
        marked.score,
        attempt.pass_mark,
        attempt.number,
        attempt.attempts_allowed,
        corrected.number if corrected else None,
    )
    record_completion(attempt.person_id, fact, now, zone)
