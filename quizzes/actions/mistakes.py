"""Practising what one got wrong."""

import datetime as dt
import random

from sqlalchemy.exc import IntegrityError

from core.db import db, insert
from core.errors import N_, Refused
from people.access import SignedIn
from quizzes.actions.starting import Picked, ask
from quizzes.models.attempts import Attempt
from quizzes.models.quizzes import Quiz
from quizzes.queries import mistakes
from quizzes.rules.attempts import AttemptState
from quizzes.rules.mistakes import MISTAKES_SLUG
from quizzes.rules.settings import Behaviour, Moment, Reveal, Settings

TITLES = {"title_en": "Questions you got wrong", "title_zh": "错题练习"}
PASS_MARK = 80
REVIEW = {str(moment): dict.fromkeys(("marks", "right", "feedback"), str(Reveal.ALWAYS)) for moment in Moment}
SETTINGS = Settings(behaviour=Behaviour.PRACTICE, recorded=False, again=True, review=REVIEW)


def practise(person: SignedIn, now: dt.datetime, zone: dt.tzinfo, seed: int | None = None) -> Attempt:
    """Begin to practise the oldest mistakes, each as its question stands now, or go on where practice runs.

    Raises Refused where there is nothing to practise. Of two starts at once the second gets the first's.
    """
    book = mistakes.book(person, now, zone)
    if book.open is not None:
        return book.open
    asked = mistakes.standing_revisions([mistake.question_id for mistake in book.to_practise])
    if not asked:
        raise Refused(N_("There is nothing to practise now."))
    quiz, rng = _quiz(), random.Random(seed)
    attempt = Attempt(
        quiz_id=quiz.id,
        person_id=person.id,
        number=mistakes.practice_number(person, quiz.id),
        state=AttemptState.OPEN,
        slug=quiz.slug,
        quiz_revision=quiz.revision,
        pass_mark=quiz.pass_mark,
        settings=quiz.settings,
        sections=[],
        started_at=now,
        **TITLES,
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        running = mistakes.book(person, now, zone).open
        if running is None:
            raise
        return running
    ask(attempt, [Picked(revision_id, content, 1, 0) for revision_id, content in asked], shuffle_options=True, rng=rng)
    return attempt


def _quiz() -> Quiz:
    """The one quiz that practice belongs to, made when it is first needed."""
    found = mistakes.mistakes_quiz()
    if found is not None:
        return found
    values = {"slug": MISTAKES_SLUG, "purpose": "mistakes", "revision": 1, "digest": MISTAKES_SLUG, "pass_mark": PASS_MARK, **TITLES}
    made = insert(Quiz).values(**values, settings=SETTINGS.plain(), sections=[], published=True, saves=0)
    db.session.execute(made.on_conflict_do_nothing(index_elements=["slug"]))
    found = mistakes.mistakes_quiz()
    assert found is not None  # no quiz of another purpose may have this slug
    return found
