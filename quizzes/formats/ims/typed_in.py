"""Words and numbers to be typed in QTI. Pure."""

import re
from decimal import Decimal
from typing import Any

from core.errors import N_
from quizzes.formats import weights
from quizzes.formats.ims.item import Item
from quizzes.formats.ims.scoring import Accepted, Declaration, Scoring, number
from quizzes.formats.parsed import Named
from quizzes.formats.typed import value, word
from quizzes.rules.questions import QuestionKind

Made = dict[str, Any]
POINTS = N_("Points of its own (%(points)s) were left out: a quiz says how many marks a question has.")
_TOKEN = re.compile(r"\\(.)|(\.\*)|([^\\.*+?\[\]{}()|^$])", re.DOTALL)


def pattern_of(text: str) -> str:
    """An answer with wildcards as a regular expression."""
    pieces = re.split(r"(?<!\\)\*", text)
    return ".*".join(re.sub(r"([\\.*+?\[\]{}()|^$])", r"\\\1", piece.replace(r"\*", "*")) for piece in pieces)


def wildcards_of(pattern: str) -> str | None:
    """A regular expression of plain characters and `.*` as an answer with wildcards; None where it is more than that."""
    tokens = list(_TOKEN.finditer(pattern))
    if "".join(token[0] for token in tokens) != pattern:
        return None
    return "".join("*" if token[2] else literal(token[1] or token[3]) for token in tokens)


def literal(text: str) -> str:
    """A text in which a star is only a star."""
    return text.replace("*", r"\*")


def read(item: Item, _row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    """A word or a number that is typed."""
    if declaration.base in ("float", "integer"):
        return _numeric(item, declaration, scoring)
    if scoring.method == "answers":
        return _accepted(item, scoring.accepted)
    if scoring.method == "map" and declaration.mapping:
        rows = list(zip(map(literal, declaration.mapping), shares(item, list(declaration.mapping.values())), strict=True))
        exact = any(declaration.exact)
        if exact and not all(declaration.exact):
            item.note(N_("Letters count as small or large in some answers of the file: here in all."))
    else:
        rows, exact = [(literal(text), "100") for text in declaration.correct], True
    answers = [{"id": text, "text": word(text, item.unmarked), "weight": weight, "feedback": {}} for text, weight in rows]
    return {"kind": QuestionKind.SHORT, "answers": answers, "exact_case": exact}


def shares(item: Item, earned: list[Decimal]) -> list[str]:
    """What alternative answers earn, in per cent of the best; points of their own are named."""
    whole = max(earned, default=Decimal(0))
    if whole <= 0 or abs(whole - 1) < weights.NEARLY:
        return [weights.shifted(weights.plain(value)) for value in earned]
    item.note(POINTS, points=weights.plain(whole))
    return [weights.per_cent(weights.fraction(value) / weights.fraction(whole)) for value in earned]


def _accepted(item: Item, accepted: list[Accepted]) -> Made | Named:
    answers: list[Made] = []
    for row, weight in zip(accepted, shares(item, [number(row.earned) or Decimal(0) for row in accepted]), strict=True):
        text = {"anything": "*", "patternMatch": wildcards_of(row.text)}.get(row.comparison, literal(row.text))
        if text is None:
            return item.lost(N_("A pattern for answers is more than words and wildcards."))
        answers.append(_answer(item, row, len(answers)) | {"weight": weight, "text": word(text, item.unmarked)})
    _forget_feedback(item, accepted)
    # A pattern has no way to say that large and small letters are alike.
    exact = {row.exact for row in accepted if row.comparison not in ("anything", "patternMatch")} or {True}
    if len(exact) > 1:
        item.note(N_("Letters count as small or large in some answers of the file: here in all."))
    return {"kind": QuestionKind.SHORT, "answers": answers, "exact_case": any(exact)}


def _answer(item: Item, row: Accepted, place: int) -> Made:
    said = next((feedback for feedback in item.feedback if row.feedback and feedback.identifier == row.feedback), None)
    return {"id": f"a{place + 1}", "feedback": item.pair(said.element) if said else {}}


def _forget_feedback(item: Item, accepted: list[Accepted]) -> None:
    shown = {row.feedback for row in accepted if row.feedback}
    item.feedback = [feedback for feedback in item.feedback if feedback.identifier not in shown]


def _numeric(item: Item, declaration: Declaration, scoring: Scoring) -> Made | Named:
    answers: list[Made] = []
    if scoring.method == "answers":
        earned = shares(item, [number(row.earned) or Decimal(0) for row in scoring.accepted])
        for row, weight in zip(scoring.accepted, earned, strict=True):
            made = {"value": "*", "tolerance": "0"} if row.comparison == "anything" else _range(item, row)
            if isinstance(made, Named):
                return made
            answers.append(_answer(item, row, len(answers)) | made | {"weight": weight})
        _forget_feedback(item, scoring.accepted)
    else:
        rows = [(text, "100") for text in declaration.correct]
        if scoring.method == "map" and declaration.mapping:
            rows = list(zip(declaration.mapping, shares(item, list(declaration.mapping.values())), strict=True))
        answers = [{"id": text, "value": value(text), "tolerance": "0", "weight": weight, "feedback": {}} for text, weight in rows]
    return {"kind": QuestionKind.NUMERIC, "answers": answers, "units": [], "unit": "none"}


def _range(item: Item, row: Accepted) -> Made | Named:
    wanted, sides = number(row.text), [number(text) for text in row.tolerance.split()]
    if wanted is None or not sides or None in sides:
        return item.lost(N_("An answer is not a number."))
    below, above = [side or Decimal(0) for side in (sides * 2)[:2]]
    if row.mode == "exact" or row.comparison != "equal":
        return {"value": row.text.strip(), "tolerance": "0"}
    if not row.bounds:
        item.note(N_("A number at the very edge of the tolerance is right here."))
    if row.mode == "relative":
        below, above = abs(wanted) * below / 100, abs(wanted) * above / 100
    if below == above:
        return {"value": row.text.strip(), "tolerance": row.tolerance.split()[0] if row.mode == "absolute" else weights.plain(below.normalize())}
    item.note(N_("A tolerance that differs to both sides became the middle of the same range."))
    return {"value": weights.plain(((wanted - below + wanted + above) / 2).normalize()), "tolerance": weights.plain(((below + above) / 2).normalize())}
