"""Every write of questions, quizzes, attempts and answers."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, delete, update
from sqlalchemy.exc import IntegrityError

from cases import rules as case_rules
from cases.actions.library import digest_of, load_case, load_terms, note_questions
from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid, Refused
from core.languages import said
from learning.actions import Fact, assign, load_course, record_completion
from learning.rules import Kind, Result
from people.access import SignedIn
from quizzes import drafts, queries, rules
from quizzes.casebook import Casebook, QuizFile
from quizzes.models import Answer, Attempt, AttemptQuestion, Question, QuestionRevision, Quiz, QuizQuestion
from quizzes.rules import AttemptState

QUIZ_PROOF = "marked-by-server"

ANSWER_MESSAGES = {
    "shape": N_("An answer is a list of option names."),
    "unknown": N_("The answer names an option that this question does not have."),
    "many": N_("This question takes one answer."),
}


class StaleAnswer(Conflict):
    """An answer arrived that is older than the one that is stored; `current` is that one."""

    def __init__(self, current: Answer) -> None:
        super().__init__(N_("A newer answer is saved already, perhaps from another device. It was kept."))
        self.current = current


class TimeUp(Conflict):
    """The attempt takes no more answers."""

    def __init__(self) -> None:
        super().__init__(N_("The time is over. The quiz was closed with the answers that were saved."))


@dataclass(frozen=True)
class Saved:
    """What the server now holds for a question."""

    seq: int
    saved_at: dt.datetime


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
    quiz, digest = queries.quiz_by_slug(file.slug), digest_of(file.document)
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
    desk = queries.quiz_desk(slug, lock=True)
    lacks = drafts.lacks(draft, case_rules.parts(desk.document))
    if lacks:
        raise Invalid(lacks[0].message)
    title, draft = desk.document["title"], drafts.named(draft, queries.question_names(slug))
    document = {
        "title_en": said(title, "en"),
        "title_zh": said(title, "zh"),
        "cause": desk.document["cause"],
        **{key: draft[key] for key in ("pass_mark", "time_limit", "attempts")},
        "questions": [drafts.whole(question) for question in draft["questions"]],
    }
    if digest_of(document) == desk.digest:
        return False
    if desk.digest != seen:
        raise Conflict(N_("Somebody else saved this quiz first. Nothing was overwritten."))
    publish_quiz(slug, document, now)
    return True


def publish_quiz(slug: str, document: Mapping[str, Any], now: dt.datetime) -> Quiz:
    """Make a quiz what a document says, as a new revision. Changed questions get a new revision too; attempts that run keep theirs."""
    head = {key: document[key] for key in ("title_en", "title_zh", "cause", "pass_mark", "time_limit", "attempts")}
    quiz = queries.quiz_by_slug(slug)
    if quiz is None:
        quiz = Quiz(slug=slug, revision=0, digest="", **head)
        db.session.add(quiz)
    for key, value in head.items():
        setattr(quiz, key, value)
    quiz.revision += 1
    quiz.digest = digest_of(document)
    db.session.flush()
    db.session.execute(delete(QuizQuestion).where(QuizQuestion.quiz_id == quiz.id))
    for position, question in enumerate(document["questions"]):
        question_id = _revise(f"{slug}/{question['id']}", question["content"], now)
        db.session.add(QuizQuestion(quiz_id=quiz.id, question_id=question_id, position=position, marks=question["marks"]))
    db.session.flush()
    note_questions(slug, len(document["questions"]))
    return quiz


def _revise(uid: str, content: dict[str, Any], now: dt.datetime) -> int:
    question, digest = queries.question_by_uid(uid), digest_of(content)
    if question is None:
        question = Question(uid=uid, revision=0)
        db.session.add(question)
        db.session.flush()
    if queries.revision_digest(question) != digest:
        question.revision += 1
        db.session.add(QuestionRevision(question_id=question.id, number=question.revision, digest=digest, content=content, created_at=now))
        db.session.flush()
    return question.id


def start_attempt(person: SignedIn, slug: str, now: dt.datetime, seed: int | None = None) -> Attempt:
    """Start an attempt, or return the one that is open. Everything that counts is frozen here.

    Raises NotFound, also where the case is not published, and Refused when no try is left or the quiz was passed. Of two
    starts at once the second gets the first's.
    """
    case, quiz = queries.case_with_quiz(slug, person), queries.lock_quiz(slug)
    page = queries.quiz_page(slug, person)
    if page.open is not None:
        return page.open
    if page.passed:
        raise Refused(N_("You have passed this quiz. There is nothing left to do here."))
    if page.left == 0:
        raise Refused(N_("No tries are left. Ask your supervisor or the safety officer."))
    attempt = Attempt(
        quiz_id=quiz.id,
        person_id=person.id,
        number=len(page.attempts) + 1,
        state=AttemptState.OPEN,
        slug=quiz.slug,
        title_en=case.title("en"),
        title_zh=case.title("zh"),
        cause=case.cause.slug,
        quiz_revision=quiz.revision,
        pass_mark=quiz.pass_mark,
        time_limit=quiz.time_limit,
        attempts_allowed=quiz.attempts,
        started_at=now,
        ends_at=rules.deadline(now, quiz.time_limit),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        winner = queries.quiz_page(slug, person).open
        if winner is None:
            raise
        return winner
    rng = random.Random(seed)
    for number, (revision_id, content, marks) in enumerate(queries.bank_of(quiz.id), 1):
        order = rules.option_order(content, rng)
        db.session.add(
            AttemptQuestion(attempt_id=attempt.id, number=number, question_revision_id=revision_id, option_order=order, kind=content["kind"], marks=marks)
        )
    db.session.flush()
    return attempt


def save_answer(person: SignedIn, attempt_id: int, number: int, response: Any, seq: Any, now: dt.datetime) -> Saved:
    """Save one answer, in one statement that only a newer one may overwrite. The same answer twice is no error.

    Raises NotFound for a stranger's attempt, Invalid for a wrong shape, StaleAnswer for an older one, TimeUp.
    """
    slot = queries.slot(person, attempt_id, number)
    if slot.state != AttemptState.OPEN or rules.is_late(slot.ends_at, now):
        raise TimeUp()
    problem = rules.answer_problem(slot.kind, slot.order, response)
    if problem:
        raise Invalid(ANSWER_MESSAGES[problem])
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= rules.MOST_SEQ:
        raise Invalid(N_("“seq” must be a whole number that rises with every change."))
    if rows_changed(_upsert(db.engine.dialect.name), attempt_id=attempt_id, number=number, response=response, seq=seq, saved_at=now):
        return Saved(seq, now)
    current = queries.answer(attempt_id, number)
    if current is not None and current.seq == seq and current.response == response:
        return Saved(current.seq, current.saved_at)
    raise StaleAnswer(current)  # type: ignore[arg-type]


@lru_cache
def _upsert(_dialect: str) -> Executable:
    """An answer that only a newer one may overwrite."""
    new = insert(Answer)
    values = {"response": new.excluded.response, "seq": new.excluded.seq, "saved_at": new.excluded.saved_at}
    return new.on_conflict_do_update(index_elements=["attempt_id", "number"], set_=values, where=Answer.seq < new.excluded.seq)


def save_form(person: SignedIn, attempt: Attempt, sent: dict[int, tuple[list[str], int]], now: dt.datetime) -> list[int]:
    """Save the answers of a page sent without script; the numbers of questions whose stored answer is newer and was kept.

    `sent` holds by number the response and the seq that the page had seen. Raises as save_answer does.
    """
    kept = []
    for question in queries.questions_of(attempt.id):
        response, seen = sent.get(question.number, (question.response, 0))
        if sorted(response) == sorted(question.response):
            continue
        try:
            save_answer(person, attempt.id, question.number, response, seen + 1, now)
        except StaleAnswer:
            kept.append(question.number)
    return kept


def submit_attempt(attempt: Attempt, now: dt.datetime, zone: dt.tzinfo) -> None:
    """End an attempt, mark it and write the completion. Of two submits one wins; the other raises Conflict.

    Past the deadline it is closed with what was saved, at the deadline.
    """
    late = rules.is_late(attempt.ends_at, now)
    ended_at = attempt.ends_at if late else now
    won = rows_changed(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
        .values(state=AttemptState.CLOSED if late else AttemptState.SUBMITTED, submitted_at=ended_at, score=0, passed=False)
    )
    if won != 1:
        raise Conflict(N_("This quiz is submitted already."))
    questions = queries.questions_of(attempt.id)
    marked = rules.mark({q.number: (q.content, q.marks) for q in questions}, {q.number: q.response for q in questions}, attempt.pass_mark)
    db.session.execute(update(Attempt).where(Attempt.id == attempt.id).values(score=marked.score, passed=marked.passed))
    db.session.execute(
        update(AttemptQuestion), [{"attempt_id": attempt.id, "number": number, "earned": str(earned)} for number, earned in marked.earned.items()]
    )
    fact = Fact(
        Kind.QUIZ,
        attempt.slug,
        attempt.quiz_revision,
        attempt.title_en,
        attempt.title_zh,
        attempt.cause,
        Result.PASSED if marked.passed else Result.FAILED,
        rules.minutes_taken(attempt.started_at, ended_at, attempt.time_limit),
        QUIZ_PROOF,
        attempt.started_at,
        marked.score,
        attempt.pass_mark,
        attempt.number,
        attempt.attempts_allowed,
    )
    record_completion(attempt.person_id, fact, now, zone)


def close_overdue(now: dt.datetime, zone: dt.tzinfo) -> int:
    """Close the open attempts whose time is over; how many. The caller repeats while there are any."""
    closed = 0
    for attempt in queries.overdue_attempts(now):
        try:
            with db.session.begin_nested():
                submit_attempt(attempt, now, zone)
            closed += 1
        except Conflict:
            pass  # its owner or another process was first
    return closed
