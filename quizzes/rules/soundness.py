"""What keeps a question from being asked: the one check behind the editor, every import and the publishing of a quiz. Pure."""

import random
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import N_
from core.languages import LANGUAGES
from quizzes.rules.marking import credit, right_response, share
from quizzes.rules.questions import CHOICES, GAP, Content, QuestionKind, answer_problem, needs_marker, option_order, takes_answer

TEXT_MAX, WORD_MAX, OPTIONS_MOST, HINTS_MOST = 20_000, 2_000, 40, 10
DIGITS_MOST = 40
NOT_TWO = N_("A question of true or false has two options.")
_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


def problems(content: Content) -> list[str]:
    """Everything that is wrong with a question, as message ids; empty where it can be asked, answered and brought to full marks."""
    found = list(_general(content)) or list(_of_kind(content))
    if found or not takes_answer(content["kind"]) or needs_marker(content["kind"]):
        return found
    best = right_response(content)
    can_be_given = best and answer_problem(content["kind"], option_order(content, random.Random(0)), best) is None
    return [] if can_be_given and credit(content, best or ()) == 1 else [N_("No answer reaches full marks.")]


def _said(pair: Any) -> bool:
    return isinstance(pair, Mapping) and any(str(pair.get(language) or "").strip() for language in LANGUAGES)


def _general(content: Content) -> Iterator[str]:
    if content["kind"] not in list(QuestionKind):
        yield N_("This kind of question is not known.")
    if not _said(content["text"]) and content["kind"] != QuestionKind.HOTSPOT:
        yield N_("The question has no text.")
    if any(len(text) > TEXT_MAX for text in content["text"].values()):
        yield N_("The question's text is too long.")
    if len(content.get("hints", ())) > HINTS_MOST:
        yield N_("There are more than ten hints.")
    rows = [
        *content.get("options", ()),
        *content.get("answers", ()),
        *content.get("stems", ()),
        *content.get("areas", ()),
        *content.get("gaps", ()),
        *content.get("units", ()),
    ]
    if len(rows) > 2 * OPTIONS_MOST:
        yield N_("There are too many options.")
    if any(len(text) > WORD_MAX for row in rows for text in row.get("text", {}).values()):
        yield N_("The text of an option is too long.")
    beside = [
        *content.get("hints", ()),
        *content.get("outcomes", {}).values(),
        *(row.get(name) or {} for name in ("feedback", "guide") for row in (content, *rows)),
    ]
    if any(len(text) > TEXT_MAX for pair in beside for text in pair.values()):
        yield N_("A feedback, a hint or the guide for markers is too long.")
    for name in ("options", "answers", "stems", "areas", "gaps"):
        ids = [row["id"] for row in content.get(name, ())]
        if len(set(ids)) != len(ids):
            yield N_("Two rows have the same id.")
        if not all(isinstance(name, str) and _ID.fullmatch(name) for name in ids):
            yield N_("The id of a row holds something other than letters, digits, hyphens and underlines.")
    if any(not _is_number(row["weight"]) for row in rows if "weight" in row):
        yield N_("A weight is not a number.")


def _is_number(text: Any) -> bool:
    try:
        return isinstance(text, str) and len(text) <= DIGITS_MOST and Decimal(text).is_finite() and abs(Decimal(text).adjusted()) <= DIGITS_MOST
    except InvalidOperation:
        return False


def _of_kind(content: Content) -> Iterator[str]:
    kind = content["kind"]
    if kind in CHOICES:
        yield from _choices(content)
    elif kind == QuestionKind.NUMERIC:
        yield from _numeric(content)
    elif kind == QuestionKind.SHORT:
        if not content["answers"] or not all(_said(answer["text"]) for answer in content["answers"]):
            yield N_("Give at least one answer, and none without a text.")
    elif kind == QuestionKind.MATCHING:
        yield from _matching(content)
    elif kind == QuestionKind.ORDERING:
        if len(content["options"]) < 2 or not all(_said(option["text"]) for option in content["options"]):
            yield N_("Putting in order needs two rows or more, each with a text.")
        elif len({str(sorted(option["text"].items())) for option in content["options"]}) < len(content["options"]):
            yield N_("Two rows to be put in order say the same.")
    elif kind == QuestionKind.WORDS:
        yield from _words(content)
    elif kind == QuestionKind.HOTSPOT:
        yield from _hotspot(content)


def _choices(content: Content) -> Iterator[str]:
    options, kind = content["options"], content["kind"]
    if len(options) < 2 or not all(_said(option["text"]) for option in options):
        yield N_("A question needs two options or more, each with a text.")
    if kind == QuestionKind.TRUE_FALSE and len(options) != 2:
        yield NOT_TWO
    texts = [str(sorted((key, text.strip()) for key, text in option["text"].items())) for option in options]
    if len(set(texts)) < len(texts):
        yield N_("Two options say the same.")
    weighted = [option for option in options if "weight" in option]
    if weighted:
        if len(weighted) < len(options):
            yield N_("Either every option has a weight or none.")
        if kind != QuestionKind.MULTIPLE and max(share(option["weight"]) for option in weighted) != 1:
            yield N_("Mark exactly one option as right.")
        return
    right = sum(bool(option["right"]) for option in options)
    if kind != QuestionKind.MULTIPLE and right != 1:
        yield N_("Mark exactly one option as right.")
    if kind == QuestionKind.MULTIPLE and right < 1:
        yield N_("Mark at least one option as right.")


def _numeric(content: Content) -> Iterator[str]:
    if not content["answers"]:
        yield N_("Give at least one number.")
    for answer in content["answers"]:
        if not (answer["value"] == "*" or _is_number(answer["value"])) or not _is_number(answer["tolerance"] or "0"):
            yield N_("An answer is not a number.")
        elif Decimal(answer["tolerance"] or "0") < 0:
            yield N_("A tolerance is below zero.")
    units = content["units"]
    if any(not unit["name"].strip() or not _is_number(unit["factor"]) or Decimal(unit["factor"]) == 0 for unit in units):
        yield N_("A unit needs a name and a factor that is a number other than zero.")
    if content["unit"] != "none" and not units:
        yield N_("Say which units are taken.")


def _matching(content: Content) -> Iterator[str]:
    names = {option["id"] for option in content["options"]}
    if len(content["stems"]) < 2 or len(names) < 2:
        yield N_("Matching needs two pairs or more.")
    if not all(_said(row["text"]) for row in [*content["stems"], *content["options"]]):
        yield N_("A row to be matched has no text.")
    if not all(stem["right"] in names for stem in content["stems"]):
        yield N_("A row to be matched has no partner.")


def _words(content: Content) -> Iterator[str]:
    gaps, groups = {gap["id"]: gap for gap in content["gaps"]}, {option["id"]: option["group"] for option in content["options"]}
    if not gaps or not all(_said(option["text"]) for option in content["options"]):
        yield N_("Missing words need a gap or more, and words that have a text.")
    if not all(groups.get(gap["right"]) == gap["group"] for gap in gaps.values()):
        yield N_("A gap's word is not among the words of its group.")
    for text in filter(None, content["text"].values()):
        if sorted(GAP.findall(text)) != sorted(gaps):
            yield N_("In every language the text must hold each gap once.")


def _hotspot(content: Content) -> Iterator[str]:
    if not content.get("picture"):
        yield N_("A question about a place in a picture needs its picture.")
    sizes = {"rect": (4,), "circle": (3,), "polygon": range(6, 81, 2)}
    for area in content["areas"]:
        if len(area["at"]) not in sizes.get(area["shape"], ()) or not all(isinstance(place, int) and 0 <= place <= 1000 for place in area["at"]):
            yield N_("An area is not drawn completely.")
    if not any(area["right"] for area in content["areas"]):
        yield N_("Mark at least one area as right.")
