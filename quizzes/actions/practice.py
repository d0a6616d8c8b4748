"""Going through an attempt: an answer checked at once, and the next question where one goes forward only."""

import datetime as dt
from fractions import Fraction

from sqlalchemy import select, update

from core.db import insert, rows_changed
from core.errors import N_, Invalid, Refused
from people.access import SignedIn
from quizzes.actions.taking import open_slot
from quizzes.models.attempts import AnswerTry, Attempt, AttemptQuestion
from quizzes.queries import attempts
from quizzes.rules.attempts import AttemptState
from quizzes.rules.marking import credit
from quizzes.rules.practice import goes_on_only, is_checked, is_settled, share_of
from quizzes.rules.settings import settings_from


def check_answer(person: SignedIn, attempt_id: int, number: int, now: dt.datetime) -> None:
    """Mark the stored answer as one more try. What was checked already is no further try; of two checks at once one wins.

    What is right, or was the last try, settles the question. Raises NotFound, TimeUp, Refused where nothing is checked or the question is
    settled, and Invalid where there is no answer.
    """
    slot = open_slot(person, attempt_id, number, now)
    settings = settings_from(slot.settings)
    if not is_checked(slot.kind, settings):
        raise Refused(N_("The answers of this quiz are marked at its end."))
    content, marks, answer = attempts.question_to_check(attempt_id, number)
    if answer is None or not answer.response:
        raise Invalid(N_("Answer the question first."))
    if settings.certainty and answer.certainty is None:
        raise Invalid(N_("Say first how sure you are."))
    tries = attempts.tries_of(attempt_id, number)
    earned = credit(content, answer.response)
    while not is_settled([Fraction(one.credit) for one in tries], settings):
        if tries and (tries[-1].seq >= answer.seq or tries[-1].response == answer.response):
            return
        place = len(tries) + 1
        one = {"response": answer.response, "seq": answer.seq, "credit": str(earned), "checked_at": now}
        if rows_changed(insert(AnswerTry).on_conflict_do_nothing(), attempt_id=attempt_id, number=number, place=place, **one):
            if is_settled([*(Fraction(before.credit) for before in tries), earned], settings):
                share = share_of(content, answer.response, answer.certainty, [*(before.response for before in tries), answer.response], settings)
                here = (AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.number == number)
                rows_changed(update(AttemptQuestion).where(*here).values(earned=str((share or 0) * marks)))
            return
        tries = attempts.tries_of(attempt_id, number)


def go_on(attempt: Attempt, number: int) -> None:
    """Leave a question for good and come to the next one, where there is one. A second click changes nothing."""
    if not goes_on_only(settings_from(attempt.settings)):
        return
    following = select(AttemptQuestion.number).where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.number == number + 1)
    here = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN, Attempt.reached == number, following.exists())
    rows_changed(here.values(reached=number + 1))
