"""Reading quiz.yaml of a case folder. Checks everything, writes nothing. Format: casebook/README.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import rules as case_rules
from cases.casebook import PHOTO_MOST, CaseFile, Terms, beside, read_case, read_terms
from core.config import MEGABYTE
from core.errors import N_
from core.files import stored_name
from core.languages import said
from core.yaml_lines import Piece, Problem, open_yaml
from learning.casebook import CourseFile, read_course
from quizzes.drafts import LIMITS, MOST_OPTIONS, MOST_QUESTIONS, PLAIN, TRUE_FALSE, true_false
from quizzes.formats.case_settings import read_settings
from quizzes.rules.plan import ONLY_A_PERSON
from quizzes.rules.questions import QuestionKind, needs_marker
from quizzes.rules.settings import Behaviour, with_settings
from quizzes.rules.soundness import DIGITS_MOST, HINTS_MOST, OPTIONS_MOST, TEXT_MAX, WORD_MAX, problems

Reader = Callable[[Piece, str], Any]

# The keys of a question's content in the order of a file; see rules/questions.py.
CONTENT_KEYS = (
    *("part", "text", "format", "picture", "options", "stems", "gaps", "answers", "exact_case", "units", "unit", "areas", "guide", "fixed"),
    *("feedback", "hints", "outcomes", "penalty"),
)


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
    time_limit = top.number("time_limit", *LIMITS["time_limit"])
    settings = read_settings(top, time_limit)
    document: dict[str, Any] = {
        "title_en": said(case.document["title"], "en"),
        "title_zh": said(case.document["title"], "zh"),
        "cause": case.document["cause"],
        "pass_mark": top.number("pass_mark", *LIMITS["pass_mark"]),
        "time_limit": time_limit,
        "attempts": top.number("attempts", *LIMITS["attempts"]),
        "questions": [_question(piece, parts, taken, case.media) for piece in top.pieces("questions", 1, MOST_QUESTIONS)],
    }
    top.done()
    if settings.behaviour == Behaviour.PRACTICE and any(needs_marker(question["content"]["kind"]) for question in document["questions"]):
        top.complain(ONLY_A_PERSON, "settings")
    return QuizFile(folder.name, with_settings(document, settings)) if len(problems) == before else None


def _question(piece: Piece, parts: set[str], taken: set[str], media: list[Path]) -> dict[str, Any]:
    kind = piece.word("kind", QuestionKind)
    marks = piece.number("marks", *LIMITS["marks"], required=False) or 1
    name = piece.text("id", longest=case_rules.SLUG_MAX)
    if name and not case_rules.SLUG.fullmatch(name):
        piece.complain(N_("an id is lower-case words and digits joined by hyphens, not “%(value)s”"), "id", value=name)
    if name in taken:
        piece.complain(N_("the id “%(value)s” is taken"), "id", value=name)
    taken.add(name)
    full = piece.flag("full") if "full" in piece.entries else kind not in PLAIN
    content = _in_full(piece, kind, parts, media) if full else _plain(piece, kind, parts)
    return {"id": name, "marks": marks, "content": content}


def _plain(piece: Piece, kind: str, parts: set[str]) -> dict[str, Any]:
    content: dict[str, Any] = {"kind": kind, "text": piece.pair("text"), "part": piece.word("part", sorted(parts)), "feedback": piece.pair("feedback")}
    content["options"] = _true_false(piece) if kind == QuestionKind.TRUE_FALSE else _options(piece, kind)
    piece.done()
    return content


def _in_full(piece: Piece, kind: str, parts: set[str], media: list[Path]) -> dict[str, Any]:
    """A question by the keys of its content, see rules/questions.py, with everything that makes it unsound complained of."""
    before = len(piece.problems)
    content: dict[str, Any] = {
        "kind": kind,
        "text": piece.pair("text", required=kind != QuestionKind.HOTSPOT, longest=TEXT_MAX),
        "part": piece.word("part", sorted(parts), required=False),
        "feedback": piece.pair("feedback", required=False, longest=TEXT_MAX),
    }
    for key in [key for key in EXTRAS if key in piece.entries]:
        content[key] = EXTRAS[key](piece, key)
    if "picture" in piece.entries or kind == QuestionKind.HOTSPOT:
        content["picture"] = _picture(piece, media)
    for key, row in ROWS.get(kind, {}).items():
        content[key] = [_row(entry, row) for entry in piece.pieces(key, 0, 2 * OPTIONS_MOST)]
    for key, read in SINGLES.get(kind, {}).items():
        content[key] = read(piece, key)
    piece.done()
    if len(piece.problems) == before:
        for message in problems(content):
            piece.complain(message)
    return content


def _row(entry: Piece, row: Mapping[str, Reader]) -> dict[str, Any]:
    """A row of a question. A weight stands only where one is written."""
    made = {key: read(entry, key) for key, read in row.items() if key != "weight?" or "weight" in entry.entries}
    entry.done()
    return {key.rstrip("?"): value for key, value in made.items()}


def _picture(piece: Piece, media: list[Path]) -> dict[str, Any]:
    inner = piece.piece("picture")
    if inner is None:
        return {}
    file = beside(inner, "file", piece.file.parent, inner.text("file"), ".jpg", ".png", ".webp")
    made = {"file": "", "alt": inner.pair("alt", required=False), "width": inner.number("width", 1, 20_000), "height": inner.number("height", 1, 20_000)}
    if file and file.stat().st_size > PHOTO_MOST:
        inner.complain(N_("“%(name)s” is larger than %(most)s MB"), "file", name=file.name, most=PHOTO_MOST // MEGABYTE)
    elif file:
        made["file"] = stored_name(file)
        media.append(file)
    inner.done()
    return made


def _places(piece: Piece, key: str) -> list[int]:
    words = piece.words(key, 1, 80)
    if not all(word.isdecimal() and len(word) < 5 for word in words):
        piece.complain(N_("“%(key)s” must be a list of whole numbers from 0 to 1000"), key, key=key)
        return []
    return [int(word) for word in words]


def _outcomes(piece: Piece, key: str) -> dict[str, Any]:
    inner = piece.piece(key)
    if inner is None:
        return {}
    names = [name for name in ("right", "partly", "wrong") if name in inner.entries]
    made: dict[str, Any] = {name: inner.pair(name, longest=TEXT_MAX) for name in names}
    inner.done()
    return made


def _text(piece: Piece, key: str) -> str:
    return piece.text(key, longest=DIGITS_MOST)


def _or_nothing(piece: Piece, key: str) -> str:
    return piece.text(key, required=False, longest=DIGITS_MOST)


def _pair(piece: Piece, key: str) -> dict[str, str]:
    return piece.pair(key, longest=WORD_MAX)


def _word_or_nothing(piece: Piece, key: str) -> dict[str, str]:
    return piece.pair(key, required=False, longest=TEXT_MAX)


EXTRAS: dict[str, Reader] = {
    "format": lambda piece, key: piece.word(key, ("markdown", "html")),
    "hints": lambda piece, key: [hint.whole_pair(TEXT_MAX) for hint in piece.pieces(key, 0, HINTS_MOST)],
    "outcomes": _outcomes,
    "penalty": lambda piece, key: piece.number(key, 0, 100),
    "fixed": lambda piece, key: piece.flag(key),
}
_CHOICE: dict[str, Reader] = {
    "id": _text,
    "text": _pair,
    "right": lambda piece, key: piece.flag(key),
    "feedback": _word_or_nothing,
    "weight?": lambda piece, _key: _text(piece, "weight"),
}
_ROW: dict[str, Reader] = {"id": _text, "text": _pair}
ROWS: dict[str, dict[str, dict[str, Reader]]] = {
    **{kind: {"options": _CHOICE} for kind in PLAIN},
    QuestionKind.NUMERIC: {
        "answers": {"id": _text, "value": _text, "tolerance": _or_nothing, "weight": _text, "feedback": _word_or_nothing},
        "units": {"name": _text, "factor": _text},
    },
    QuestionKind.SHORT: {"answers": {"id": _text, "text": _pair, "weight": _text, "feedback": _word_or_nothing}},
    QuestionKind.MATCHING: {"stems": {**_ROW, "right": _text}, "options": _ROW},
    QuestionKind.ORDERING: {"options": _ROW},
    QuestionKind.WORDS: {"gaps": {"id": _text, "right": _text, "group": _or_nothing}, "options": {**_ROW, "group": _or_nothing}},
    QuestionKind.HOTSPOT: {
        "areas": {
            "id": _text,
            "shape": lambda piece, key: piece.word(key, ("rect", "circle", "polygon")),
            "at": _places,
            "right": lambda piece, key: piece.flag(key),
            "feedback": _word_or_nothing,
        }
    },
}
SINGLES: dict[str, dict[str, Reader]] = {
    QuestionKind.NUMERIC: {"unit": lambda piece, key: piece.word(key, ("none", "optional", "required"))},
    QuestionKind.SHORT: {"exact_case": lambda piece, key: piece.flag(key)},
    QuestionKind.ESSAY: {"guide": _word_or_nothing},
}


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
