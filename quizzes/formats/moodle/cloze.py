"""Embedded answers of Moodle ("Cloze"): a text with one gap, or with gaps to be chosen in, can be asked here; others are named. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from core.errors import N_
from quizzes.formats import texts, weights
from quizzes.formats.moodle.source import Source
from quizzes.formats.parsed import Named
from quizzes.formats.typed import value, word
from quizzes.rules.questions import QuestionKind

_ITEM = re.compile(r"\{(\d{0,4}):([A-Z_]{2,22}):((?:\\.|[^\\{}])*)\}", re.DOTALL)
_ANSWER = re.compile(r"(?:%(-?\d{1,3}(?:\.\d+)?)%|(=))?((?:\\.|[^\\#~])*)(?:#((?:\\.|[^\\~])*))?(?:~|$)", re.DOTALL)
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMERIC = {"NUMERICAL", "NM"}
_SINGLE = {f"{name}{way}" for name in ("MULTICHOICE", "MC") for way in ("", "V", "H", "S", "VS", "HS", "_V", "_H", "_S", "_VS", "_HS")}
_MULTIPLE = {f"{name}{way}" for name in ("MULTIRESPONSE", "MR") for way in ("", "H", "S", "HS", "_H", "_S", "_HS")}
GAP = "____"


@dataclass(frozen=True)
class _Choice:
    weight: str
    text: str
    feedback: str


def read(source: Source) -> dict[str, Any] | Named:
    """A text with embedded answers as one question, or why it cannot be one."""
    said = source.pair(source.element.find("questiontext"))
    items = {language: list(_ITEM.finditer(text)) for language, text in said.items()}
    if len(said) == 1 and sum(map(len, items.values())) == 1:
        language, text = next(iter(said.items()))
        item = items[language][0]
        return _single(source, language, text[: item.start()] + GAP + text[item.end() :], item)
    if len(said) == 1 and next(iter(items.values())):
        language, text = next(iter(said.items()))
        made = _words(language, text, items[language])
        if made:
            source.note(N_("A text with choices in it became missing words; the weights of the gaps are the same."))
            if any(row.feedback for item in items[language] for row in _choices(item[3])):
                source.note(N_("The feedback of single choices was left out: a gap has none."))
            return made
    return source.lost(N_("A text with several embedded answers has no counterpart here."))


def _choices(body: str) -> list[_Choice]:
    found = [_Choice(per_cent or ("100" if right else "0"), _plain(text), _plain(feedback or "")) for per_cent, right, text, feedback in _ANSWER.findall(body)]
    return [choice for choice in found if choice.text]


def _plain(text: str) -> str:
    return re.sub(r"\\([}#~/\"\\=])", r"\1", text).strip()


def _single(source: Source, language: str, text: str, item: re.Match[str]) -> dict[str, Any] | Named:
    way, rows = item[2], _choices(item[3])
    if item[1] not in ("", "1"):
        source.left_out(f"defaultgrade={item[1]}")
    made: dict[str, Any] = {"text": {language: text}}

    def rich(piece: str) -> dict[str, str]:
        return source.stored(piece)

    if way in _SHORT:
        answers = [
            {"id": str(place), "text": word(texts.as_plain(row.text), language), "weight": row.weight, "feedback": rich(row.feedback)}
            for place, row in enumerate(rows, 1)
        ]
        return made | {"kind": QuestionKind.SHORT, "answers": answers, "exact_case": way.endswith("C")}
    if way in _NUMERIC:
        answers = []
        for place, row in enumerate(rows, 1):
            found, _colon, tolerance = row.text.partition(":")
            number_said = {"value": value(found), "tolerance": value(tolerance or "0")}
            answers.append({"id": str(place), **number_said, "weight": row.weight, "feedback": rich(row.feedback)})
        return made | {"kind": QuestionKind.NUMERIC, "answers": answers, "units": [], "unit": "none"}
    if way in _SINGLE | _MULTIPLE:
        rights = weights.settled(way in _MULTIPLE, [row.weight for row in rows])
        options = [
            {"id": str(place), "text": rich(row.text), "feedback": rich(row.feedback)} | right
            for place, (row, right) in enumerate(zip(rows, rights, strict=True), 1)
        ]
        kind = QuestionKind.MULTIPLE if way in _MULTIPLE else QuestionKind.SINGLE
        return made | {"kind": kind, "options": options} | ({} if "S" in way.removeprefix("MULTIRESPONSE").removeprefix("MULTICHOICE") else {"fixed": True})
    return source.lost(N_("Questions of the type “%(type)s” have no counterpart here."), type=way)


def _words(language: str, text: str, items: list[re.Match[str]]) -> dict[str, Any] | None:
    gaps: list[dict[str, Any]] = []
    options: list[dict[str, Any]] = []
    for group, item in enumerate(items, 1):
        rows = _choices(item[3])
        if item[2] not in _SINGLE or item[1] not in ("", "1") or any(row.weight not in ("0", "100") for row in rows):
            return None
        if sum(row.weight == "100" for row in rows) != 1:
            return None
        for row in rows:
            options.append({"id": f"w{len(options) + 1}", "text": {language: row.text}, "group": str(group)})
            if row.weight == "100":
                gaps.append({"id": f"g{group}", "right": options[-1]["id"], "group": str(group)})
    place, pieces = 0, []
    for gap, item in zip(gaps, items, strict=True):
        pieces += [text[place : item.start()], f"[[{gap['id']}]]"]
        place = item.end()
    return {"kind": QuestionKind.WORDS, "text": {language: "".join([*pieces, text[place:]])}, "gaps": gaps, "options": options}
