"""Starting an attempt: what it asks, in which order, until when. Everything that counts is frozen here."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from core.db import db
from core.errors import N_, Refused
from people.access import SignedIn
from quizzes.models.attempts import Attempt, AttemptQuestion
from quizzes.queries import draws, quizzes
from quizzes.queries.quizzes import Place, QuizPage
from quizzes.rules.attempts import AttemptState, deadline
from quizzes.rules.draws import fill, pool_size
from quizzes.rules.questions import Content, option_order, takes_answer
from quizzes.rules.settings import Access, Availability

REFUSALS = {
    Access.NOT_YET: N_("This quiz is not open yet."),
    Access.WAITING: N_("There is a wait between two attempts. It is not over yet."),
    Access.CLOSED: N_("This quiz is closed."),
    Access.PASSED: N_("You have passed this quiz. There is nothing left to do here."),
    Access.USED_UP: N_("No tries are left. Ask your supervisor or the safety officer."),
}


class NotNow(Refused):
    """An attempt may not start; `availability` says why, and from when where that is known."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(REFUSALS[availability.access])
        self.availability = availability


@dataclass(frozen=True)
class Picked:
    """A question that an attempt will ask."""

    revision_id: int
    content: Content
    marks: int
    section: int


def start_attempt(person: SignedIn, slug: str, now: dt.datetime, seed: int | None = None) -> Attempt:
    """Start an attempt, or return the one that is open. With a seed the same questions come in the same order.

    Raises NotFound, also where the case is not published or the quiz is not for learners, and NotNow. Of two starts at once the second
    gets the first's.
    """
    quizzes.lock_quiz(slug)
    page = quizzes.quiz_page(slug, person)
    case = quizzes.case_of(page, person)
    if page.open is not None:
        return page.open
    found = page.availability(now)
    if not found.is_open:
        raise NotNow(found)
    rng = random.Random(seed)
    picked = pick(page, person, rng)
    if not any(takes_answer(one.content["kind"]) for one in picked):
        raise Refused(N_("This quiz has no question that can be asked now. Tell the safety officer."))
    attempt = _frozen(page, person, now)
    if case:
        attempt.title_en, attempt.title_zh, attempt.cause = case.title("en"), case.title("zh"), case.cause.slug
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        winner = quizzes.quiz_page(slug, person).open
        if winner is None:
            raise
        return winner
    ask(attempt, picked, page.settings.shuffle_options, rng)
    return attempt


def _frozen(page: QuizPage, person: SignedIn, now: dt.datetime) -> Attempt:
    """An attempt with what holds for this person. Beside the settings it keeps what the quiz itself says of its time, see actions/overrides.py."""
    quiz, terms = page.quiz, page.terms
    settings = replace(page.settings, opens_at=terms.opens_at, closes_at=terms.closes_at).plain()
    closes_at = page.settings.closes_at
    return Attempt(
        quiz_id=quiz.id,
        person_id=person.id,
        number=max((one.number for one in page.attempts), default=0) + 1,
        state=AttemptState.OPEN,
        slug=quiz.slug,
        title_en=quiz.title("en"),
        title_zh=quiz.title("zh"),
        cause=quiz.cause,
        quiz_revision=quiz.revision,
        pass_mark=quiz.pass_mark,
        time_limit=terms.minutes,
        attempts_allowed=terms.attempts,
        settings={**settings, "quiz": {"time_limit": quiz.time_limit, "closes_at": closes_at.isoformat() if closes_at else None}},
        sections=quiz.sections,
        started_at=now,
        ends_at=deadline(now, terms.minutes, terms.closes_at),
    )


def pick(page: QuizPage, person: SignedIn, rng: random.Random) -> list[Picked]:
    """The questions of a new attempt in their order: sections stay together, shuffled inside where that is set.

    What was retired since the quiz was published is left out; where a draw finds too few, what there is is asked.
    """
    places = [place for place in quizzes.places(page.quiz.id) if not place.retired]
    drawn = iter(_drawn(page, person, places, rng))
    by_section: dict[int, list[Picked]] = {}
    for place in places:
        if place.draw is not None:
            made = [Picked(revision_id, content, place.marks, place.section) for revision_id, content in next(drawn)]
        else:
            assert place.revision_id is not None
            assert place.content is not None
            made = [Picked(place.revision_id, place.content, place.marks if takes_answer(place.content["kind"]) else 0, place.section)]
        by_section.setdefault(place.section, []).extend(made)
    for section, questions in by_section.items():
        shuffled = section < len(page.quiz.sections) and page.quiz.sections[section].get("shuffle")
        if shuffled or page.settings.shuffle_questions:
            rng.shuffle(questions)
    return [one for _section, questions in sorted(by_section.items()) for one in questions]


def _drawn(page: QuizPage, person: SignedIn, places: Sequence[Place], rng: random.Random) -> list[list[tuple[int, Content]]]:
    asked = [place.draw for place in places if place.draw is not None]
    if not asked:
        return []
    counts = [draw["count"] for draw in asked]
    fixed = {place.question_id for place in places if place.question_id is not None}
    chance = rng.randrange(1, draws.PRIME), rng.randrange(draws.PRIME)
    most = max(draws.LOOKED_AT, pool_size(counts)) + len(fixed)
    pools = draws.candidates(asked, most, chance, (page.quiz.id, person.id))
    taken = fill(counts, [[one for one in pool if one[0] not in fixed] for pool in pools], rng)
    standing = draws.standing([question for questions in taken for question in questions])
    return [[standing[question] for question in questions] for questions in taken]


def ask(attempt: Attempt, picked: Sequence[Picked], shuffle_options: bool, rng: random.Random) -> None:
    """Write down what an attempt asks: which revision, its options in their order, for how many marks."""
    for number, one in enumerate(picked, 1):
        order = option_order(one.content, rng, shuffle_options)
        row = {"question_revision_id": one.revision_id, "option_order": order, "kind": one.content["kind"], "marks": one.marks, "section": one.section}
        db.session.add(AttemptQuestion(attempt_id=attempt.id, number=number, **row))
    db.session.flush()
