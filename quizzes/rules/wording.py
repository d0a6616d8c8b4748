"""What somebody answered, what would have been right, and what was offered, in words: for lists, exports and pages. Pure functions.

Nothing here needs translating: the words are the author's and the learner's own, and between them stand signs.
"""

import html
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from core.languages import said
from quizzes.rules.marking import middle, right_response, share
from quizzes.rules.questions import GAP, PAIRED, Content, QuestionKind, halves, lies_in, point, ratio_of, right_areas

_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</(?:p|li|div|h\d|tr)>|<br\s*/?>", re.I)


def question_words(content: Content, language: str) -> str:
    """The text of a question as plain text; its gaps are written as numbers, as in an answer."""
    text = plain(said(content["text"], language), content)
    if content["kind"] != QuestionKind.WORDS:
        return text
    places = {gap["id"]: place for place, gap in enumerate(content["gaps"], 1)}
    return GAP.sub(lambda gap: f"[{places.get(gap[1], gap[1])}]", text)


def plain(text: str, content: Content) -> str:
    """A text of a question without its markup, where it is HTML."""
    if content.get("format") != "html":
        return text
    return re.sub(r"\n{2,}", "\n", html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))).strip()


def response_words(content: Content, response: Sequence[str], language: str) -> str:
    """An answer in words; empty where nothing was answered. An id that the question does not have stands for itself.

    Choices one after the other, an order numbered, pairs as "stem → option", gaps as "[1] option", places as per cent across and down,
    each with the letter of the area it lies in.
    """
    kind = content["kind"]
    if kind in PAIRED:
        return _pairs(content, response, language)
    if kind == QuestionKind.HOTSPOT:
        return _listed((_place(content, point(part)) for part in response), language)
    if kind in (QuestionKind.NUMERIC, QuestionKind.SHORT, QuestionKind.ESSAY):
        return "\n".join(response)
    names = _names(content, "options", language)
    chosen = [names.get(part, part) for part in response]
    return _numbered(chosen, language) if kind == QuestionKind.ORDERING else _listed(chosen, language)


def right_words(content: Content, language: str) -> str:
    """What earns full marks, in words; every answer that does where it is typed. Empty where a person marks it or nobody answers it."""
    kind = content["kind"]
    if kind in (QuestionKind.NUMERIC, QuestionKind.SHORT):
        best = [answer for answer in content["answers"] if share(answer["weight"]) == 1]
        if kind == QuestionKind.SHORT:
            return _listed(dict.fromkeys(said(answer["text"], language) for answer in best), language)
        return _listed((_number(answer, content) for answer in best), language)
    if kind == QuestionKind.HOTSPOT:
        return _listed((_place(content, middle(area, ratio_of(content))) for area in right_areas(content)), language)
    return response_words(content, right_response(content) or (), language)


def offered_words(content: Content, order: Sequence[str], language: str) -> str:
    """What a question offered, in the order it was shown; empty where there was nothing to choose from."""
    kind = content["kind"]
    names = _names(content, "options", language)
    if kind not in PAIRED:
        return _numbered([names.get(name, name) for name in order], language) if names else ""
    rows, options = halves(order)
    stems = _names(content, "stems", language) if kind == QuestionKind.MATCHING else {}
    offered = _numbered([names.get(name, name) for name in options], language)
    return " | ".join(filter(None, [_numbered([stems[name] for name in rows if name in stems], language), offered]))


def marks_words(value: Fraction) -> str:
    """Marks as people write them: at most two decimals, rounded down, none where there are none."""
    hundredths = int(abs(value) * 100)
    text = f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 and hundredths else text


def _names(content: Content, rows: str, language: str) -> dict[str, str]:
    return {row["id"]: plain(said(row["text"], language), content) or row["id"] for row in content.get(rows, ())}


def _pairs(content: Content, response: Sequence[str], language: str) -> str:
    given = dict(part.split(":", 1) for part in response)
    options = _names(content, "options", language)
    stems = _names(content, "stems", language)
    rows = [row["id"] for row in content[PAIRED[QuestionKind(content["kind"])]]]
    said_pairs = [
        f"{stems[row]} → {options.get(given[row], given[row])}" if row in stems else f"[{place}] {options.get(given[row], given[row])}"
        for place, row in enumerate(rows, 1)
        if row in given
    ]
    return _listed(said_pairs, language)


def _place(content: Content, place: tuple[int, int]) -> str:
    """A place in the picture; with the letter of the area it lies in, in the author's order."""
    inside = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26] for number, area in enumerate(content["areas"]) if lies_in(area, *place, ratio_of(content))]
    at = " × ".join(f"{value // 10}.{value % 10} %" for value in place)
    return f"{'+'.join(inside)} ({at})" if inside else f"({at})"


def _number(answer: dict[str, str], content: Content) -> str:
    value = answer["value"]
    if Fraction(answer["tolerance"] or 0) and value != "*":
        value = f"{value} ± {answer['tolerance']}"
    unit = next((row["name"] for row in content["units"] if Fraction(row["factor"]) == 1), "") if content["unit"] != "none" else ""
    return f"{value} {unit}".strip()


def _listed(parts: Iterable[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(parts)


def _numbered(parts: Sequence[str], language: str) -> str:
    return _listed((f"{place}. {part}" for place, part in enumerate(parts, 1)), language)
