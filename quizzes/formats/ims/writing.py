"""A question of the bank as an item of QTI 2.1 or 3.0. Pure."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import N_
from quizzes.drafts import TRUE_FALSE
from quizzes.formats import weights
from quizzes.formats.geometry import pixels
from quizzes.formats.ims import rules
from quizzes.formats.ims.sheet import RESPONSE, Sheet
from quizzes.formats.ims.typed_in import pattern_of
from quizzes.formats.parsed import Entry
from quizzes.rules.marking import share
from quizzes.rules.questions import QuestionKind, right_areas

_EXACT = 1000  # a picture shown at least this large has a whole pixel for each thousandth


def write_item(entry: Entry, number: int, version: str) -> tuple[bytes | None, Sheet]:
    """The document of a question, or None where it cannot be written, and the sheet with its files and what is named."""
    sheet = Sheet(entry, number, version)
    content = sheet.content
    if sheet.kind != QuestionKind.WORDS:
        sheet.say(sheet.body, content["text"])
    if sheet.kind != QuestionKind.HOTSPOT and content.get("picture"):
        paragraph = sheet.block()
        if not sheet.picture(paragraph):
            sheet.body.remove(paragraph)
            sheet.note(N_("The file of the picture is missing: the question was written without it."))
    if sheet.kind not in (QuestionKind.INFORMATION, QuestionKind.ESSAY):
        if _WRITERS[sheet.kind](sheet) is False:
            return None, sheet
        sheet.outcome("SCORE", "single", "float", "0")
    elif sheet.kind == QuestionKind.ESSAY:
        _essay(sheet)
    rules.show(sheet, by_choice=sheet.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE) and _choice_feedback(sheet))
    if content.get("hints"):
        sheet.note(N_("QTI knows no hints: they were left out."))
    if "penalty" in content:
        sheet.note(N_("QTI knows no penalty for further tries: it was left out."))
    return sheet.finished(), sheet


def _choice_feedback(sheet: Sheet) -> bool:
    rows = [option for option in sheet.content["options"] if option["feedback"]]
    if rows:
        sheet.outcome("FEEDBACK", "multiple" if sheet.kind == QuestionKind.MULTIPLE else "single", "identifier")
    for option in rows:
        sheet.modal("FEEDBACK", _names(sheet)[option["id"]], option["feedback"])
    return bool(rows)


def _names(sheet: Sheet, rows: str = "options", prefix: str = "c") -> dict[str, str]:
    """Identifiers that QTI takes, by the ids of rows."""
    if sheet.kind == QuestionKind.TRUE_FALSE:
        return {"true": "true", "false": "false"}
    return {row["id"]: f"{prefix}{place}" for place, row in enumerate(sheet.content[rows], 1)}


def _shuffle(sheet: Sheet) -> str:
    return "false" if sheet.content.get("fixed") or sheet.kind == QuestionKind.TRUE_FALSE else "true"


def _mapping(sheet: Sheet, declaration: Any, earned: dict[str, str], **attributes: str) -> None:
    made = sheet.element("mapping", declaration, lowerBound="0", upperBound="1", defaultValue="0")
    for key, value in earned.items():
        sheet.element("mapEntry", made, mapKey=key, mappedValue=value, **attributes)


def _share(weight: str) -> str:
    return weights.plain(Decimal(weight).scaleb(-2))


def _choices(sheet: Sheet) -> None:
    content, names = sheet.content, _names(sheet)
    multiple = sheet.kind == QuestionKind.MULTIPLE
    earned = dict(zip(names.values(), map(_share, weights.weights_of(content)), strict=True))
    weighted = multiple or any("weight" in option for option in content["options"])
    right = [names[option["id"]] for option in content["options"] if option["right"]]
    declaration = sheet.declare(RESPONSE, "multiple" if multiple else "single", "identifier", right)
    if weighted:
        _mapping(sheet, declaration, earned)
        rules.mapped(sheet)
    else:
        rules.match_correct(sheet, [RESPONSE])
    made = sheet.element("choiceInteraction", sheet.body, responseIdentifier=RESPONSE, shuffle=_shuffle(sheet), maxChoices="0" if multiple else "1")
    for option in content["options"]:
        choice = sheet.element("simpleChoice", made, identifier=names[option["id"]])
        sheet.say(choice, TRUE_FALSE[option["id"]] if sheet.kind == QuestionKind.TRUE_FALSE else option["text"], "span")


def _short(sheet: Sheet) -> None:
    content = sheet.content
    exact = "true" if content["exact_case"] else "false"
    best = [_plain(text) for answer in content["answers"] if share(answer["weight"]) == 1 for text in answer["text"].values() if text]
    declaration = sheet.declare(RESPONSE, "single", "string", best[:1])
    said = [(text, answer["weight"]) for answer in content["answers"] for text in answer["text"].values() if text and not _has_wildcard(text)]
    earned = {_plain(text): _share(weight) for text, weight in said}
    if earned:
        _mapping(sheet, declaration, earned, caseSensitive=exact)
    for place, answer in enumerate(content["answers"], 1):
        tests = []
        for text in filter(None, answer["text"].values()):
            if not _has_wildcard(text):
                test = sheet.element("stringMatch", caseSensitive=exact)
                sheet.element("variable", test, identifier=RESPONSE)
                sheet.element("baseValue", test, _literal(text), baseType="string")
            else:
                test = sheet.element("patternMatch", pattern=pattern_of(text))
                sheet.element("variable", test, identifier=RESPONSE)
                if exact == "false":
                    sheet.note(N_("QTI knows wildcards only with small and large letters as they stand."))
            tests.append(test)
        _accept(sheet, tests, place, answer)
        if len(tests) > 1:
            sheet.note(N_("An answer in two languages was written as two answers."))
    _feedback_outcome(sheet)
    sheet.element("textEntryInteraction", sheet.block(), responseIdentifier=RESPONSE)


def _has_wildcard(text: str) -> bool:
    return bool(re.search(r"(?<!\\)\*", text))


def _literal(text: str) -> str:
    return text.replace(r"\*", "*")


def _plain(text: str) -> str:
    return text.replace(r"\*", "\0").replace("*", "").replace("\0", "*")


def _accept(sheet: Sheet, tests: list[Any], place: int, answer: Any) -> None:
    name = f"a{place}"
    rules.accepted(sheet, tests, _share(answer["weight"]), name if answer["feedback"] else "")
    if answer["feedback"]:
        sheet.modal("FEEDBACK", name, answer["feedback"])


def _feedback_outcome(sheet: Sheet) -> None:
    if any(answer["feedback"] for answer in sheet.content["answers"]):
        sheet.outcome("FEEDBACK", "single", "identifier")


def _numeric(sheet: Sheet) -> None:
    content = sheet.content
    best = [answer["value"] for answer in content["answers"] if share(answer["weight"]) == 1 and answer["value"] != "*"]
    sheet.declare(RESPONSE, "single", "float", best[:1])
    for place, answer in enumerate(content["answers"], 1):
        if answer["value"] == "*":
            test = sheet.element("not")
            sheet.element("variable", sheet.element("isNull", test), identifier=RESPONSE)
        else:
            tolerance = answer["tolerance"] or "0"
            test = sheet.element("equal", toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}")
            sheet.element("variable", test, identifier=RESPONSE)
            sheet.element("baseValue", test, answer["value"], baseType="float")
        _accept(sheet, [test], place, answer)
    _feedback_outcome(sheet)
    if content["units"]:
        sheet.note(N_("QTI knows no units: %(units)s was left out."), units=", ".join(unit["name"] for unit in content["units"]))
    sheet.element("textEntryInteraction", sheet.block(), responseIdentifier=RESPONSE)


def _matching(sheet: Sheet) -> None:
    content, stems, options = sheet.content, _names(sheet, "stems", "s"), _names(sheet)
    pairs = [f"{stems[stem['id']]} {options[stem['right']]}" for stem in content["stems"]]
    declaration = sheet.declare(RESPONSE, "multiple", "directedPair", pairs)
    _mapping(sheet, declaration, dict.fromkeys(pairs, f"{1 / len(pairs):.7f}"))
    rules.mapped(sheet)
    made = sheet.element("matchInteraction", sheet.body, responseIdentifier=RESPONSE, shuffle=_shuffle(sheet), maxAssociations=str(len(pairs)))
    for rows, names, most in ((content["stems"], stems, "1"), (content["options"], options, "0")):
        one = sheet.element("simpleMatchSet", made)
        for row in rows:
            sheet.say(sheet.element("simpleAssociableChoice", one, identifier=names[row["id"]], matchMax=most), row["text"], "span")


def _ordering(sheet: Sheet) -> None:
    names = _names(sheet)
    sheet.declare(RESPONSE, "ordered", "identifier", list(names.values()))
    rules.match_correct(sheet, [RESPONSE])
    made = sheet.element("orderInteraction", sheet.body, responseIdentifier=RESPONSE, shuffle="true")
    rows = list(sheet.content["options"])
    for option in rows[1:] + rows[:1]:  # not in the right order, should another system not shuffle
        sheet.say(sheet.element("simpleChoice", made, identifier=names[option["id"]]), option["text"], "span")
    sheet.note(N_("QTI gives all or nothing for an order."))


def _words(sheet: Sheet) -> None:
    content = sheet.content
    spoken = [language for language in ("en", "zh") if content["text"].get(language)]
    language = spoken[0]
    if len(spoken) > 1 or any(list(filter(None, option["text"])) != [language] for option in content["options"]):
        sheet.note(N_("QTI shows gaps in one language: only the text and the words in the first one were written."))
    names = _names(sheet)
    identifiers = {gap["id"]: f"{RESPONSE}{place}" for place, gap in enumerate(content["gaps"], 1)}
    sheet.say(sheet.body, {language: content["text"][language]})
    by_group: dict[str, list[Any]] = {}
    for option in content["options"]:
        by_group.setdefault(option["group"], []).append(option)
    used = {gap["group"] for gap in content["gaps"]}
    if set(by_group) - used:
        sheet.note(N_("Words that no gap offers were left out."))
    for gap in content["gaps"]:
        sheet.declare(identifiers[gap["id"]], "single", "identifier", [names[gap["right"]]])
        made = sheet.element("inlineChoiceInteraction", responseIdentifier=identifiers[gap["id"]], shuffle=_shuffle(sheet))
        for option in by_group[gap["group"]]:
            text = option["text"].get(language) or next(iter(option["text"].values()))
            sheet.element("inlineChoice", made, text, identifier=names[option["id"]])
        _insert(sheet.body, f"[[{gap['id']}]]", made)
    rules.match_correct(sheet, list(identifiers.values()))


def _insert(body: Any, mark: str, made: Any) -> None:
    """Put an element where a mark stands in a text."""
    for element in body.iter():
        if mark in (element.text or "") and not element.tag.endswith(("inlineChoice", "inline-choice")):
            element.text, made.tail = element.text.split(mark, 1)
            element.insert(0, made)
            return
        if mark in (element.tail or ""):
            element.tail, made.tail = element.tail.split(mark, 1)
            parent = element.getparent()
            parent.insert(parent.index(element) + 1, made)
            return


def _hotspot(sheet: Sheet) -> bool:
    content, picture = sheet.content, sheet.content["picture"]
    width, height = picture.get("width") or 0, picture.get("height") or 0
    if not width or not height:
        sheet.note(N_("The picture of the question is missing, or is none that can be shown."), lost=True)
        return False
    times = -(-_EXACT // min(width, height))
    sides = width * times, height * times
    right = right_areas(content)
    made = sheet.element("selectPointInteraction", sheet.body, responseIdentifier=RESPONSE, maxChoices=str(len(right)))
    if not sheet.picture(made, sides):
        sheet.note(N_("The picture of the question is missing, or is none that can be shown."), lost=True)
        return False
    declaration = sheet.declare(RESPONSE, "multiple", "point", [])
    areas = sheet.element("areaMapping", declaration, lowerBound="0", upperBound="1", defaultValue="0")
    earned = f"{float(Fraction(1, len(right))):.7f}"
    for area in content["areas"]:
        at = pixels(area["at"], *sides)
        if area["shape"] == "rect":
            at = [at[0], at[1], at[0] + at[2], at[1] + at[3]]
        shape = {"polygon": "poly"}.get(area["shape"], area["shape"])
        sheet.element("areaMapEntry", areas, shape=shape, coords=",".join(map(str, at)), mappedValue=earned if area["right"] else "0")
    if any(area["feedback"] for area in content["areas"]):
        sheet.note(N_("The feedback of areas was left out."))
    rules.mapped(sheet, "mapResponsePoint")
    return True


def _essay(sheet: Sheet) -> None:
    guide = sheet.content.get("guide") or {}
    if guide:
        sheet.flow("rubricBlock", sheet.body, guide, view="scorer", **({"use": "instructions"} if sheet.version != "2.1" else {}))
    sheet.declare(RESPONSE, "single", "string", [])
    sheet.element("extendedTextInteraction", sheet.body, responseIdentifier=RESPONSE)


_WRITERS: dict[QuestionKind, Callable[[Sheet], bool | None]] = {
    QuestionKind.SINGLE: _choices,
    QuestionKind.MULTIPLE: _choices,
    QuestionKind.TRUE_FALSE: _choices,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.WORDS: _words,
    QuestionKind.HOTSPOT: _hotspot,
}
