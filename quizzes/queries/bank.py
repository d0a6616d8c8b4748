"""Reads of the question bank."""

from sqlalchemy import and_, select

from core.db import db
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import QuizSlot
from quizzes.rules.questions import Content


def question_names(slug: str) -> set[str]:
    """The ids of all questions that a quiz has or ever had."""
    return {uid.rpartition("/")[2] for uid in db.session.scalars(select(Question.uid).where(Question.uid.startswith(f"{slug}/", autoescape=True)))}


def question_by_uid(uid: str) -> Question | None:
    """The question with this name."""
    return db.session.scalar(select(Question).where(Question.uid == uid))


def bank_with_names(quiz_id: int) -> list[tuple[str, Content, int, int]]:
    """The questions of a quiz in order as they stand: uid, content, marks, id."""
    rows = db.session.execute(
        select(Question.uid, QuestionRevision.content, QuizSlot.marks, Question.id)
        .join(Question, Question.id == QuizSlot.question_id)
        .join(QuestionRevision, and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision))
        .where(QuizSlot.quiz_id == quiz_id)
        .order_by(QuizSlot.position)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
