"""What a quiz being written may hold: its rows, what it lacks, a first quiz out of a case. Pure.

A draft is the content of a quiz.yaml as plain values (casebook/README.md); `whole` and `flat` lead from one of its questions to what a
question revision holds, and back. A question of another kind than the three, or with more than they have, is kept as the bank has it.
"""

import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.drafts import fresh_id, move_rows
from core.errors import N_
from core.languages import LANGUAGES
from quizzes.rules.questions import CHOICES, QuestionKind
from quizzes.rules.soundness import problems

Document = dict[str, Any]

PLAIN = CHOICES  # the kinds that the form of a case's quiz can write
TRUE_FALSE = {"true": {"en": "True", "zh": "正确"}, "false": {"en": "False", "zh": "错误"}}
LIMITS = {"pass_mark": (1, 100), "time_limit": (1, 600), "attempts": (1, 99), "marks": (1, 100)}
MOST_QUESTIONS, MOST_OPTIONS, TEXT_MAX = 100, 12, 2000
# A right option this much longer than every wrong one is found by its length.
BY_FAR = 1.4

WHICH_CONTROLS = {"en": "What should have stopped it? Choose all that apply.", "zh": "哪些措施本应拦住它？选出所有正确的。"}


def blank_quiz() -> Document:
    """A quiz without a question."""
    return {"pass_mark": 80, "time_limit": 15, "attempts": 3, "questions": []}


def blank_option() -> Document:
    """An option of which nothing is known yet."""
    return {"id": "", "text": {}, "right": False, "feedback": {}}


def blank_question(kind: str) -> Document:
    """A question of this kind of which nothing is known yet."""
    options = [] if kind == QuestionKind.TRUE_FALSE else [blank_option() for _number in range(3)]
    return {"id": "", "kind": kind, "marks": 1, "part": "", "text": {}, "options": options, "answer": "", "wrong": {}, "feedback": {}}


def part_names(case: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, str]]]:
    """The parts of a case that a question may refer to, as a reader knows them: id, what it is, and its text where it has one."""
    events = [(row["id"], N_("Timeline"), row["text"]) for row in case["timeline"] if "decision" not in row]
    causes = [(row["id"], N_("Underlying cause"), row["text"]) for row in case["underlying_causes"]]
    controls = [(row["id"], N_("Control"), row["text"]) for row in case["controls"]]
    return [
        ("facts", N_("Facts at a glance"), {}),
        ("decision", N_("First moment of decision"), {}),
        *events,
        ("direct-cause", N_("Direct cause"), case["direct_cause"]),
        *causes,
        *controls,
        ("at-your-post", N_("At your post"), {}),
        ("lesson", N_("Lesson"), case["lesson"]),
    ]


def obey(document: Mapping[str, Any], command: str, case: Mapping[str, Any]) -> Document:
    """The draft after a button that saves nothing: `check`, `first` for questions out of the case, or a command for a row. Raises Invalid."""
    if command == "first":
        return {**document, "questions": [*document["questions"], *first_quiz(case)][:MOST_QUESTIONS]}
    return dict(document) if command == "check" else rearrange(document, command)


def rearrange(document: Mapping[str, Any], command: str) -> Document:
    """The draft after a command: as in the editor of a case, and `add:questions=single` with the kind. Raises Invalid."""
    command, _equals, kind = command.partition("=")
    kind = kind if kind in PLAIN else QuestionKind.SINGLE
    blanks = {"questions": lambda: blank_question(kind), "options": blank_option}
    return move_rows(document, command, ("questions",), blanks, {"questions": MOST_QUESTIONS, "options": MOST_OPTIONS})[0]


def flat(name: str, content: Mapping[str, Any], marks: int) -> Document:
    """A question of the bank as a form has it; one that the form cannot express is carried as `content`, and only marked as kept."""
    if not is_plain(content):
        shown = {key: content[key] for key in ("kind", "text", "part", "feedback")}
        return {"id": name, "marks": marks, **shown, "options": [], "answer": "", "wrong": {}, "kept": "1", "content": dict(content)}
    return _flat(name, content, marks)


def is_plain(content: Mapping[str, Any]) -> bool:
    """Whether the form of a case's quiz expresses a question wholly: one of three kinds, and nothing beside their texts."""
    if content["kind"] not in PLAIN or len(content["options"]) < 2:
        return False
    made = _flat("", content, 1)
    return made["answer"] in (*TRUE_FALSE, "") and whole(made)["content"] == content


def with_kept(document: Mapping[str, Any], standing: Iterable[tuple[str, Mapping[str, Any]]]) -> Document:
    """The draft of a form with what stands of the questions that it only kept; `standing` are the quiz's questions by name."""
    contents = dict(standing)
    return {**document, "questions": [_kept(question, contents) if question.get("kept") else question for question in document["questions"]]}


def _kept(question: Document, contents: Mapping[str, Mapping[str, Any]]) -> Document:
    if question["id"] in contents:
        return flat(question["id"], contents[question["id"]], question["marks"])
    return {**blank_question(QuestionKind.SINGLE), "id": question["id"], "marks": question["marks"], "kept": "1", "content": None}


def _flat(name: str, content: Mapping[str, Any], marks: int) -> Document:
    head = {"id": name, "kind": content["kind"], "marks": marks, "part": content["part"], "text": content["text"], "feedback": content["feedback"]}
    if content["kind"] != QuestionKind.TRUE_FALSE:
        return {**head, "options": [dict(option) for option in content["options"]], "answer": "", "wrong": {}}
    right, wrong = sorted(content["options"], key=lambda option: not option["right"])
    return {**head, "options": [], "answer": right["id"], "wrong": wrong["feedback"]}


def whole(question: Mapping[str, Any]) -> Document:
    """A question of a draft as the bank has it. One that lacks nothing; see `lacks`."""
    if question.get("content"):
        return {"id": question["id"], "marks": question["marks"] or 1, "content": question["content"]}
    content = {key: question[key] for key in ("kind", "text", "part", "feedback")}
    if question["kind"] == QuestionKind.TRUE_FALSE:
        options = true_false(question["answer"], question["wrong"])
    else:
        options = [{key: option[key] for key in ("id", "text", "right", "feedback")} for option in question["options"]]
    return {"id": question["id"], "marks": question["marks"] or 1, "content": {**content, "options": options}}


def true_false(answer: str, wrong: Mapping[str, str]) -> list[Document]:
    """The two options of a statement that is true or false, with what is said to whoever takes the wrong one."""
    return [{"id": name, "text": text, "right": name == answer, "feedback": {} if name == answer else wrong} for name, text in TRUE_FALSE.items()]


def named(document: Mapping[str, Any], taken: set[str]) -> Document:
    """The draft with an id of its own on every question and option. `taken` are the names that questions of this quiz have or ever had."""
    questions = [{**question, "options": _with_ids(question["options"], _letter)} for question in document["questions"]]
    return {**document, "questions": _with_ids(questions, lambda used: fresh_id("question", used | taken))}


def _with_ids(rows: list[Document], fresh: Callable[[set[str]], str]) -> list[Document]:
    made: list[Document] = []
    for row in rows:
        before = {other["id"] for other in made}
        name = row["id"] if row["id"] and row["id"] not in before else fresh(before | {other["id"] for other in rows})
        made.append({**row, "id": name})
    return made


def _letter(used: set[str]) -> str:
    return next(letter for letter in string.ascii_lowercase if letter not in used)


@dataclass(frozen=True)
class Lack:
    """Something that keeps a quiz from being saved, or only from being good: at which question, 0 where at the whole, and what."""

    number: int
    message: str


def lacks(document: Mapping[str, Any], parts: set[str]) -> list[Lack]:
    """Everything that keeps a quiz from learners: what a file of the casebook must have."""
    if not document["questions"]:
        return [Lack(0, N_("There is no question yet."))]
    return [Lack(number, message) for number, question in enumerate(document["questions"], 1) for message in _lacks(question, parts)]


def _lacks(question: Mapping[str, Any], parts: set[str]) -> Iterator[str]:
    if "content" in question:
        yield from problems(question["content"]) if question["content"] else [N_("This question is not in the bank any more.")]
        return
    options, right = question["options"], sum(option["right"] for option in question["options"])
    if not _said(question["text"]):
        yield N_("The question has no text.")
    if question["part"] not in parts:
        yield N_("Choose the part of the case where the answer is to be read.")
    if not _said(question["feedback"]):
        yield N_("Say why the right answer is right.")
    if question["kind"] == QuestionKind.TRUE_FALSE:
        if question["answer"] not in TRUE_FALSE:
            yield N_("Say whether the statement is true or false.")
        if not _said(question["wrong"]):
            yield N_("Say something to whoever takes the wrong answer.")
        return
    if len(options) < 2 or not all(_said(option["text"]) for option in options):
        yield N_("A question needs two options or more, each with a text.")
    if not all(option["right"] or _said(option["feedback"]) for option in options):
        yield N_("Every wrong option needs a word on why it is wrong.")
    if question["kind"] == QuestionKind.SINGLE and right != 1:
        yield N_("Mark exactly one option as right.")
    if question["kind"] == QuestionKind.MULTIPLE and (right < 2 or right == len(options)):
        yield N_("Mark at least two options as right, and leave one that is wrong.")


def hints(document: Mapping[str, Any]) -> list[Lack]:
    """What makes a question easy to guess: the one right option is the longest by far."""
    message = N_("The right option is by far the longest: it can be guessed by its length.")
    return [Lack(number, message) for number, question in enumerate(document["questions"], 1) if _is_given_away(question)]


def _is_given_away(question: Mapping[str, Any]) -> bool:
    if "content" in question:
        return False
    right = [option["text"] for option in question["options"] if option["right"]]
    wrong = [option["text"] for option in question["options"] if not option["right"]]
    if question["kind"] != QuestionKind.SINGLE or len(right) != 1 or not wrong:
        return False
    return any(len(right[0].get(language, "")) > BY_FAR * max(len(text.get(language, "")) for text in wrong) > 0 for language in LANGUAGES)


def first_quiz(case: Mapping[str, Any]) -> list[Document]:
    """Questions to begin with, out of a case: one for each moment of decision, one for the direct cause, one for its controls.

    The author corrects them: a moment of decision tells what to do, a question should ask why.
    """
    made = [_of_decision(point) for point in case["decisions"] if point["choices"]]
    cause = {language: case["direct_cause"][language] for language in LANGUAGES if case["direct_cause"].get(language)}
    if cause:
        statement = {"text": cause, "part": "direct-cause", "answer": "true", "wrong": cause, "feedback": cause}
        made.append({**blank_question(QuestionKind.TRUE_FALSE), **statement})
    unsound = [choice for point in case["decisions"] for choice in point["choices"] if not choice["sound"]]
    if len(case["controls"]) >= 2 and unsound:
        made.append(_of_controls(case["controls"][:4], unsound[:2]))
    return made


def _of_decision(point: Mapping[str, Any]) -> Document:
    sound: Mapping[str, str] = next((choice["outcome"] for choice in point["choices"] if choice["sound"]), {})
    options = [_option(choice["text"], choice["sound"], {} if choice["sound"] else choice["outcome"]) for choice in point["choices"]]
    return {**blank_question(QuestionKind.SINGLE), "text": _asked(point), "part": "decision", "options": options, "feedback": sound}


def _asked(point: Mapping[str, Any]) -> dict[str, str]:
    """The question, after what was known at that moment where there is room for it."""
    asked = {}
    for language, question in point["question"].items():
        longer = ("" if language == "zh" else " ").join(filter(None, [*point["situation"].get(language, "").split("\n"), question]))
        asked[language] = longer if len(longer) <= TEXT_MAX else question
    return asked


def _of_controls(controls: list[Document], unsound: list[Document]) -> Document:
    options = [_option(control["text"], True, {}) for control in controls] + [_option(choice["text"], False, choice["outcome"]) for choice in unsound]
    spoken = [language for language in LANGUAGES if all(option["text"].get(language) for option in options)] or list(LANGUAGES)
    text = {language: WHICH_CONTROLS[language] for language in spoken}
    made = {"text": text, "part": controls[0]["id"], "options": options, "feedback": controls[0]["rule"]}
    return {**blank_question(QuestionKind.MULTIPLE), **made}


def _option(text: Mapping[str, str], right: bool, feedback: Mapping[str, str]) -> Document:
    return {**blank_option(), "text": dict(text), "right": right, "feedback": dict(feedback)}


def _said(pair: Mapping[str, Any]) -> bool:
    return any(pair.get(language) for language in LANGUAGES)
