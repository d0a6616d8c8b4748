"""Reading quiz.yaml of a case folder. Checks everything, writes nothing. Format: casebook/README.md."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import rules as case_rules
from cases.casebook import CaseFile, Terms, read_case, read_terms
from core.errors import N_
from core.languages import said
from core.yaml_lines import Piece, Problem, open_yaml
from learning.casebook import CourseFile, read_course
from quizzes.drafts import LIMITS, MOST_OPTIONS, MOST_QUESTIONS, TRUE_FALSE, true_false
from quizzes.rules.questions import QuestionKind


@dataclass
class QuizFile:
    """A quiz as read."""

    slug: str
    document: dict[str, Any]


@dataclass
class Casebook:
    """A whole casebook as read. Sound only without problems."""

    terms: Terms
    cases: list[CaseFile]
    quizzes: list[QuizFile]
    course: CourseFile | None
    problems: list[Problem]

    @property
    def single_choices(self) -> list[list[tuple[dict[str, str], bool]]]:
        """The options of every question with one right answer: text, and whether it is that one."""
        contents = [question["content"] for quiz in self.quizzes for question in quiz.document["questions"]]
        return [[(option["text"], option["right"]) for option in content["options"]] for content in contents if content["kind"] == QuestionKind.SINGLE]

    @property
    def decisions(self) -> list[list[tuple[dict[str, str], bool]]]:
        """The choices of every decision point: text, and whether it is the way that holds."""
        return [[(choice["text"], choice["sound"]) for choice in point["choices"]] for case in self.cases for point in case.document["decisions"]]


def read_casebook(folder: Path) -> Casebook:
    """Read every case folder with its quiz, the terms and the course."""
    problems: list[Problem] = []
    if not folder.is_dir():
        problems.append(Problem(folder, 1, N_("there is no such folder"), {}))
    terms = read_terms(folder, problems)
    cases, quizzes = [], []
    for inner in sorted(path for path in folder.glob("*/") if not path.name.startswith(".")):
        case = read_case(inner, terms, problems)
        if case is None:
            continue
        cases.append(case)
        if (inner / "quiz.yaml").exists() and (quiz := read_quiz(inner, case, problems)):
            quizzes.append(quiz)
    course = None if problems else read_course(folder, {quiz.slug for quiz in quizzes}, problems)
    return Casebook(terms, cases, quizzes, course, sorted(problems, key=lambda problem: (str(problem.file), problem.line)))


def read_quiz(folder: Path, case: CaseFile, problems: list[Problem]) -> QuizFile | None:
    """The quiz beside a case, or None with problems noted. Every question must name a part that the case has."""
    before = len(problems)
    top = open_yaml(folder / "quiz.yaml", problems)
    if top is None:
        return None
    taken: set[str] = set()
    parts = case_rules.parts(case.document)
    document: dict[str, Any] = {
        "title_en": said(case.document["title"], "en"),
        "title_zh": said(case.document["title"], "zh"),
        "cause": case.document["cause"],
        "pass_mark": top.number("pass_mark", *LIMITS["pass_mark"]),
        "time_limit": top.number("time_limit", *LIMITS["time_limit"]),
        "attempts": top.number("attempts", *LIMITS["attempts"]),
        "questions": [_question(piece, parts, taken) for piece in top.pieces("questions", 1, MOST_QUESTIONS)],
    }
    top.done()
    return QuizFile(folder.name, document) if len(problems) == before else None


def _question(piece: Piece, parts: set[str], taken: set[str]) -> dict[str, Any]:
    kind = piece.word("kind", QuestionKind)
    marks = piece.number("marks", *LIMITS["marks"], required=False) or 1
    content: dict[str, Any] = {"kind": kind, "text": piece.pair("text"), "part": piece.word("part", sorted(parts)), "feedback": piece.pair("feedback")}
    name = piece.text("id", longest=case_rules.SLUG_MAX)
    if name and not case_rules.SLUG.fullmatch(name):
        piece.complain(N_("an id is lower-case words and digits joined by hyphens, not “%(value)s”"), "id", value=name)
    if name in taken:
        piece.complain(N_("the id “%(value)s” is taken"), "id", value=name)
    taken.add(name)
    content["options"] = _true_false(piece) if kind == QuestionKind.TRUE_FALSE else _options(piece, kind)
    piece.done()
    return {"id": name, "marks": marks, "content": content}


def _true_false(piece: Piece) -> list[dict[str, Any]]:
    return true_false(piece.word("answer", TRUE_FALSE), piece.pair("wrong"))


def _options(piece: Piece, kind: str) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = []
    for entry in piece.pieces("options", 2, MOST_OPTIONS):
        right = entry.flag("right")
        option = {"id": entry.text("id", longest=20), "text": entry.pair("text"), "right": right, "feedback": entry.pair("feedback", required=not right)}
        if option["id"] in {other["id"] for other in options}:
            entry.complain(N_("the id “%(value)s” is taken"), "id", value=option["id"])
        entry.done()
        options.append(option)
    count = sum(option["right"] for option in options)
    if kind == QuestionKind.SINGLE and count != 1:
        piece.complain(N_("a question with a single answer needs exactly one option with “right: true”"), "options")
    if kind == QuestionKind.MULTIPLE and (count < 2 or count == len(options)):
        piece.complain(N_("a question with several answers needs at least two right options and one wrong one"), "options")
    return options
