"""Making quizzes what their files or their authors say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from cases import rules as case_rules
from cases.actions.library import digest_of, load_case, load_terms, note_questions
from core.db import db
from core.errors import N_, Conflict, Invalid
from core.languages import said
from learning.actions import assign, load_course
from learning.rules import Kind
from quizzes import drafts
from quizzes.actions.bank import load_question
from quizzes.casebook import Casebook, QuizFile
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.queries import bank, quizzes
from quizzes.queries.desk import quiz_desk
from quizzes.rules.settings import settings_from, with_settings


@dataclass(frozen=True)
class Loaded:
    """What a load changed."""

    cases: int
    quizzes: int
    course: bool


def load_casebook(book: Casebook, today: dt.date, now: dt.datetime, zone: dt.tzinfo, edits_stand: bool = False) -> Loaded:
    """Make cases, quizzes and the course what a sound casebook says; what stands already is not touched.

    With `edits_stand` neither is a case or a quiz that was edited here.
    """
    load_terms(book.terms)
    changed = sum(load_case(file, now, edits_stand) for file in book.cases)
    quizzes = sum(load_quiz(file, now, edits_stand) for file in book.quizzes)
    course = False
    if book.course:
        by_slug = {file.slug: file.document["title"] for file in book.cases}
        items = [
            {"kind": str(kind), "slug": slug, "subject": slug, "title_en": said(by_slug[slug], "en"), "title_zh": said(by_slug[slug], "zh")}
            for slug in book.course.cases
            for kind in Kind
        ]
        course = load_course(book.course.slug, book.course.title, book.course.due_days, items, zone)
        assign(book.course.slug, today)
    return Loaded(changed, quizzes, course)


def load_quiz(file: QuizFile, now: dt.datetime, edits_stand: bool = False) -> bool:
    """Make a quiz what its file says; False where it stands already. With `edits_stand` one that was edited here stays as it is."""
    quiz, digest = quizzes.quiz_by_slug(file.slug), digest_of(file.document)
    if quiz is not None:
        edited = quiz.digest != quiz.loaded_digest
        if quiz.digest == digest or (edits_stand and (edited or quiz.loaded_digest == digest)):
            if quiz.digest == digest:
                quiz.loaded_digest = digest
            return False
    publish_quiz(file.slug, file.document, now).loaded_digest = digest
    return True


def write_quiz(slug: str, draft: Mapping[str, Any], seen: str, now: dt.datetime) -> bool:
    """Make a quiz what its author wrote, for attempts that start from now on; False where it is so already.

    `seen` is the digest of the quiz that the author began with: Conflict where another stands. Raises NotFound, and Invalid
    for the first thing that is lacking.
    """
    desk = quiz_desk(slug, lock=True)
    draft = drafts.with_kept(draft, desk.standing)
    lacks = drafts.lacks(draft, case_rules.parts(desk.document))
    if lacks:
        raise Invalid(lacks[0].message)
    title, draft = desk.document["title"], drafts.named(draft, bank.question_names(slug))
    document = {
        "title_en": said(title, "en"),
        "title_zh": said(title, "zh"),
        "cause": desk.document["cause"],
        **{key: draft[key] for key in ("pass_mark", "time_limit", "attempts")},
        "questions": [drafts.whole(question) for question in draft["questions"]],
    }
    document = with_settings(document, settings_from(desk.quiz.settings)) if desk.quiz else document
    if desk.quiz is not None and digest_of(document) == desk.quiz.digest:
        return False
    if desk.digest != seen:
        raise Conflict(N_("Somebody else saved this quiz first. Nothing was overwritten."))
    publish_quiz(slug, document, now)
    return True


def publish_quiz(slug: str, document: Mapping[str, Any], now: dt.datetime) -> Quiz:
    """Make a quiz what a document says, as a new revision. Changed questions get a new revision too; attempts that run keep theirs."""
    head = {key: document[key] for key in ("title_en", "title_zh", "cause", "pass_mark", "time_limit", "attempts")}
    quiz = quizzes.quiz_by_slug(slug)
    if quiz is not None and quiz.purpose != "case":
        raise Conflict(N_("A quiz that belongs to no case has this address already: %(slug)s."), slug=slug)
    if quiz is None:
        quiz = Quiz(slug=slug, revision=0, digest="", settings={}, saves=0, **head)
        db.session.add(quiz)
    for key, value in head.items():
        setattr(quiz, key, value)
    settings = settings_from(document.get("settings", {})).plain()
    if settings != settings_from(quiz.settings).plain():
        quiz.settings, quiz.saves = settings, quiz.saves + 1
    quiz.revision += 1
    quiz.digest = digest_of(document)
    db.session.flush()
    db.session.execute(delete(QuizSlot).where(QuizSlot.quiz_id == quiz.id))
    for position, question in enumerate(document["questions"]):
        question_id = load_question(f"{slug}/{question['id']}", question["content"], slug, document["cause"], now)
        db.session.add(QuizSlot(quiz_id=quiz.id, question_id=question_id, position=position, marks=question["marks"]))
    db.session.flush()
    note_questions(slug, len(document["questions"]))
    return quiz
