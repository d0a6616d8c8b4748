"""The quiz of a case as its authors have it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cases.queries.drafts
from cases.models import Case
from quizzes import drafts
from quizzes.models.quizzes import Quiz
from quizzes.queries.bank import bank_with_names
from quizzes.queries.quizzes import quiz_of_case
from quizzes.rules.questions import Content
from quizzes.rules.settings import Settings, with_settings


@dataclass(frozen=True)
class QuizDesk:
    """A quiz as its authors have it: the case with what it says to learners, or while it is unpublished says in its draft, and the quiz that stands."""

    case: Case
    document: Mapping[str, Any]
    quiz: Quiz | None
    questions: list[tuple[str, Content, int, int]]

    @property
    def digest(self) -> str:
        """Of all that the author sees of the quiz, the bank's part of it included; empty where there is no quiz yet."""
        return hashlib.sha256(json.dumps(self.draft, sort_keys=True).encode()).hexdigest() if self.quiz else ""

    @property
    def standing(self) -> list[tuple[str, Content]]:
        """The questions by the names they have in this quiz."""
        return [(uid.rpartition("/")[2], content) for uid, content, _marks, _id in self.questions]

    @property
    def bank_ids(self) -> dict[str, int]:
        """The ids of the questions by their names."""
        return {uid.rpartition("/")[2]: question for uid, _content, _marks, question in self.questions}

    @property
    def draft(self) -> drafts.Document:
        """What an author begins with."""
        if self.quiz is None:
            return drafts.blank_quiz()
        head = {"pass_mark": self.quiz.pass_mark, "time_limit": self.quiz.time_limit, "attempts": self.quiz.attempts}
        return {**head, "questions": [drafts.flat(uid.rpartition("/")[2], content, marks) for uid, content, marks, _id in self.questions]}


def document_of(quiz: Quiz, settings: Settings) -> drafts.Document:
    """The quiz of a case as its file would say it, run with these settings."""
    head = {key: getattr(quiz, key) for key in ("title_en", "title_zh", "cause", "pass_mark", "time_limit", "attempts")}
    questions = [{"id": uid.rpartition("/")[2], "marks": marks, "content": content} for uid, content, marks, _id in bank_with_names(quiz.id)]
    return with_settings({**head, "questions": questions}, settings)


def quiz_desk(slug: str, lock: bool = False) -> QuizDesk:
    """The quiz of a case for an author; with `lock` nobody else saves it until the transaction ends. Raises NotFound."""
    piece = cases.queries.drafts.workpiece(slug, lock)
    document = cases.queries.drafts.revision_document(piece.case.id, piece.case.revision) if piece.case.revision else piece.document
    quiz = quiz_of_case(slug)
    return QuizDesk(piece.case, document, quiz, bank_with_names(quiz.id) if quiz else [])
