"""Quizzes of their own: begun, written, published, closed, copied and retired; and the settings of a case's quiz."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, update

from cases.actions.library import digest_of
from core.db import db, rows_changed
from core.errors import N_, Conflict, Invalid, NotFound, Refused
from quizzes.models.attempts import Attempt
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.queries import plans
from quizzes.queries.desk import document_of
from quizzes.queries.quizzes import quiz_of_case
from quizzes.rules import plan
from quizzes.rules.attempts import AttemptState
from quizzes.rules.questions import needs_marker
from quizzes.rules.settings import Behaviour, Settings, settings_from

# An attempt without an end of its own has so long when its quiz is closed.
LAST_MINUTES = dt.timedelta(minutes=10)
FIRST = N_("Somebody else saved this quiz first. Nothing was overwritten.")


def create_quiz(title: Mapping[str, str], cause: str, document: Mapping[str, Any] | None = None) -> Quiz:
    """A new quiz that only authors see, with a draft to be written; its address follows from its English title."""
    draft = {**(document or plan.blank()), "title": dict(title), "cause": cause}
    stem = plan.slug_of(title.get("en", ""), ())
    quiz = Quiz(slug=plan.slug_of(title.get("en", ""), plans.taken_slugs(stem)), purpose="own", published=False, revision=0, digest="", draft=draft)
    _set_head(quiz, draft)
    db.session.add(quiz)
    db.session.flush()
    return quiz


def save_plan(slug: str, part: Mapping[str, Any], seen: int) -> int:
    """Put what an author wrote into the draft; the number to be named with the next save. `part` are keys of a plan.

    Raises NotFound, and Conflict where somebody else saved since `seen`: their text stands, this one was not taken.
    """
    quiz = plans.desk(slug, lock=True).quiz
    standing = plans.standing_plan(quiz)
    document = {**(quiz.draft or standing), **part}
    draft = None if quiz.revision and document == standing else document
    saves = update(Quiz).where(Quiz.id == quiz.id, Quiz.saves == seen)
    if rows_changed(saves.values(draft=draft, saves=seen + 1)) != 1:
        raise Conflict(FIRST)
    db.session.refresh(quiz)
    return quiz.saves


def add_questions(slug: str, uids: Sequence[str], section: int) -> int:
    """Put questions of the bank at the end of a section of the draft, whatever else was written meanwhile; how many. Raises NotFound, Invalid."""
    desk = plans.desk(slug, lock=True)
    known = [uid for uid, line in plans.bank_lines(uids).items() if not line.retired]
    made = plan.with_questions(desk.document, [uid for uid in uids if uid in known], section)
    desk.quiz.draft, desk.quiz.saves = made, desk.quiz.saves + 1
    db.session.flush()
    return len(made["slots"]) - len(desk.document["slots"])


def publish_plan(slug: str, seen: int, now: dt.datetime) -> Quiz:
    """Make a quiz what its draft says, as a new revision, for attempts that start from now on; those that run keep theirs.

    Raises NotFound, Invalid for the first thing that is lacking, and Conflict where the draft is not the one that was seen.
    """
    desk = plans.desk(slug, lock=True)
    quiz, document = desk.quiz, desk.document
    if quiz.saves != seen:
        raise Conflict(FIRST)
    lacks = desk.lacks(now)
    if lacks:
        raise Invalid(lacks[0].message, **lacks[0].values)
    _set_head(quiz, document)
    quiz.settings, quiz.sections = document["settings"], document["sections"]
    quiz.digest = digest_of(document)
    quiz.revision += 1
    quiz.published, quiz.draft, quiz.saves = True, None, quiz.saves + 1
    db.session.execute(delete(QuizSlot).where(QuizSlot.quiz_id == quiz.id))
    for position, slot in enumerate(plan.sorted_slots(document)):
        question = desk.questions[slot["question"]].id if "question" in slot else None
        row = {"question_id": question, "draw": slot.get("draw"), "marks": slot["marks"], "section": slot["section"]}
        db.session.add(QuizSlot(quiz_id=quiz.id, position=position, **row))
    db.session.flush()
    return quiz


def _set_head(quiz: Quiz, document: Mapping[str, Any]) -> None:
    quiz.title_en, quiz.title_zh = (document["title"].get(language, "") for language in ("en", "zh"))
    quiz.cause = document["cause"] or None
    quiz.pass_mark, quiz.time_limit, quiz.attempts = document["pass_mark"], document["time_limit"], document["attempts"]


def close_quiz(slug: str, now: dt.datetime) -> None:
    """Let nobody start from now on. Attempts that run keep their time; those that have no end get ten minutes. Raises NotFound, Refused."""
    quiz = plans.quiz_to_set(slug, lock=True)
    if not quiz.published:
        raise Refused(N_("This quiz is not open."))
    settings = replace(settings_from(quiz.settings), closes_at=now)
    quiz.settings = settings.plain()
    if quiz.purpose == "case":
        quiz.digest = digest_of(document_of(quiz, settings))
    if quiz.draft is not None:
        quiz.draft = {**quiz.draft, "settings": {**quiz.draft["settings"], "closes_at": now.isoformat()}}
    quiz.saves += 1
    endless = update(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.OPEN, Attempt.ends_at.is_(None))
    db.session.execute(endless.values(ends_at=now + LAST_MINUTES))


def set_settings(slug: str, settings: Settings, seen: int, now: dt.datetime) -> None:
    """Change how the quiz of a case is run, for attempts that start from now on; with that it was edited here. Raises NotFound, Conflict, Invalid."""
    quiz = quiz_of_case(slug)
    if quiz is None:
        raise NotFound()
    document = {**plans.standing_plan(quiz), "settings": settings.plain()}
    for lack in plan.lacks_of_settings(document, now):
        raise Invalid(lack.message)
    made = document_of(quiz, settings)
    if settings.behaviour == Behaviour.PRACTICE and any(needs_marker(question["content"]["kind"]) for question in made["questions"]):
        raise Invalid(plan.ONLY_A_PERSON)
    saves = update(Quiz).where(Quiz.id == quiz.id, Quiz.saves == seen)
    if rows_changed(saves.values(settings=settings.plain(), digest=digest_of(made), saves=seen + 1)) != 1:
        raise Conflict(FIRST)
    db.session.refresh(quiz)


def copy_quiz(slug: str, title: Mapping[str, str]) -> Quiz:
    """A new draft that begins as this quiz is being written, or the quiz of a case as it stands, without its dates. Raises NotFound."""
    quiz = plans.quiz_to_set(slug)
    document = quiz.draft or plans.standing_plan(quiz)
    settings = replace(settings_from(document["settings"]), opens_at=None, closes_at=None)
    return create_quiz(title, document["cause"], {**document, "settings": settings.plain()})


def retire_quiz(slug: str) -> None:
    """Take a quiz from the learners; its attempts and their records stay. One that was never published goes altogether. Raises NotFound."""
    quiz = plans.desk(slug, lock=True).quiz
    if quiz.revision:
        quiz.published, quiz.saves = False, quiz.saves + 1
    else:
        db.session.delete(quiz)
    db.session.flush()


def discard_draft(slug: str) -> None:
    """Forget what was written since the quiz was published. Raises NotFound, and Refused where it never was."""
    quiz = plans.desk(slug, lock=True).quiz
    if not quiz.revision:
        raise Refused(N_("This quiz was never published. Retire it instead."))
    quiz.draft, quiz.saves = None, quiz.saves + 1
    db.session.flush()
