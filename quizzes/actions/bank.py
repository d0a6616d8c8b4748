"""Keeping questions in the bank: a revision for every change of what one asks, and where it is kept."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from cases.actions.library import digest_of
from core.db import db
from core.errors import N_, Conflict, Invalid
from people.access import SignedIn
from quizzes.models.bank import Question, QuestionRevision, QuestionTag
from quizzes.queries import questions as queries
from quizzes.queries.bank import question_by_uid
from quizzes.rules import soundness
from quizzes.rules.questions import Content
from quizzes.rules.writing import is_same, repeated


@dataclass(frozen=True)
class Keeping:
    """Where a question is kept. `tags` None leaves those that are there; so does `seen` None ask nothing.

    `seen` is the revision that the author began with, and `seen_at` when it was last changed then. `uid` names a new question.
    """

    title: str = ""
    category_id: int | None = None
    cause: str | None = None
    case_slug: str | None = None
    difficulty: int | None = None
    tags: tuple[str, ...] | None = None
    seen: int | None = None
    seen_at: dt.datetime | None = None
    uid: str = ""


def keep_question(question_id: int | None, content: Content, keeping: Keeping, person: SignedIn | None, now: dt.datetime) -> Question:
    """Keep a question as an author or a file says it: another content is a new revision, the same none; None makes a new question.

    Raises Invalid for the first thing that makes it unsound, Conflict where somebody else changed it since it was seen, NotFound.
    """
    found = soundness.problems(content)
    if found:
        raise Invalid(found[0])
    if question_id is None:
        question = Question(uid=keeping.uid or fresh_uid(content), revision=0, kind=content["kind"], changed_at=now)
        db.session.add(question)
        db.session.flush()
    else:
        question = queries.question_row(question_id, lock=True)
        if keeping.seen is not None and (keeping.seen != question.revision or keeping.seen_at not in (None, question.changed_at)):
            raise Conflict(N_("Somebody else changed this question first. Nothing was overwritten."))
    said = revise(question, content, person, now)
    if _keep(question, keeping) or said:
        question.changed_at = now
    db.session.flush()
    return question


def revise(question: Question, content: Content, person: SignedIn | None, now: dt.datetime) -> bool:
    """Let a question say this, as a new revision; False where it says so already."""
    digest, standing = digest_of(content), queries.standing_content(question)
    if standing is not None and is_same(standing, content):
        return False
    question.revision += 1
    for name, value in repeated(content).items():
        setattr(question, name, value)
    by = person.id if person else None
    db.session.add(QuestionRevision(question_id=question.id, number=question.revision, digest=digest, content=dict(content), created_at=now, created_by=by))
    return True


def load_question(uid: str, content: Content, case_slug: str, cause: str | None, now: dt.datetime) -> int:
    """Make the question of this name what a file or the quiz of a case says; its id. Where authors keep it, once it is there, stays as they said."""
    question = question_by_uid(uid)
    if question is None:
        question = Question(uid=uid, revision=0, kind=content["kind"], case_slug=case_slug, cause=cause)
        db.session.add(question)
        db.session.flush()
    if revise(question, content, None, now):
        question.changed_at = now
        db.session.flush()
    return question.id


def fresh_uid(content: Content) -> str:
    """A readable name for a new question: its kind and a few of its words; that nobody has it is made sure of by six digits."""
    words = "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in content["text"].get("en", "").lower()).split()[:5])
    return f"bank/{words[:60].strip('-') or content['kind']}-{secrets.token_hex(3)}"


def _keep(question: Question, keeping: Keeping) -> bool:
    """Write down where it is kept; False where nothing of it changed."""
    values: Mapping[str, Any] = {name: getattr(keeping, name) for name in ("title", "category_id", "cause", "case_slug", "difficulty")}
    changed = any(getattr(question, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(question, name, value)
    if keeping.tags is None:
        return changed
    before = set(queries.tags_of(question.id))
    if before == set(keeping.tags):
        return changed
    db.session.execute(delete(QuestionTag).where(QuestionTag.question_id == question.id))
    db.session.add_all(QuestionTag(question_id=question.id, tag=tag) for tag in dict.fromkeys(keeping.tags))
    return True


def set_retired(question_id: int, retired: bool, now: dt.datetime) -> Question:
    """Take a question out of use for attempts that start from now on, or bring it back. Raises NotFound."""
    question = queries.question_row(question_id, lock=True)
    if question.retired != retired:
        question.retired, question.changed_at = retired, now
    return question


def take_up(question_id: int, number: int, seen: int, person: SignedIn, now: dt.datetime) -> Question:
    """Let a question say again what a former revision said, as a new one. Raises Conflict, NotFound."""
    question, content = queries.question_row(question_id, lock=True), queries.revision_content(question_id, number)
    if question.revision != seen:
        raise Conflict(N_("Somebody else changed this question first. Nothing was overwritten."))
    if revise(question, content, person, now):
        question.changed_at = now
        db.session.flush()
    return question
