"""A question of the bank as a <question> of Moodle XML, as Moodle 4.4 imports it. Pure."""

import base64
import html
import re
from collections.abc import Callable
from typing import Any

from core.errors import N_
from quizzes.formats import texts, weights
from quizzes.formats.beside import tags_of
from quizzes.formats.geometry import pixels, thousandths
from quizzes.formats.markup import PLUGINFILE, escape_attribute
from quizzes.formats.moodle import areas
from quizzes.formats.moodle.sheet import Sheet
from quizzes.formats.moodle.source import AUTO
from quizzes.formats.parsed import Entry, Named
from quizzes.rules.questions import GAP, QuestionKind, right_areas

COMBINED = {"right": "correctfeedback", "partly": "partiallycorrectfeedback", "wrong": "incorrectfeedback"}
_WITHOUT_OUTCOMES = {QuestionKind.TRUE_FALSE, QuestionKind.NUMERIC, QuestionKind.SHORT, QuestionKind.ESSAY, QuestionKind.INFORMATION}
_IDNUMBER_MAX = 100
_SHOWN_WIDTH, _SHOWN_HEIGHT = 600, 400


def write_question(entry: Entry) -> tuple[Any, list[Named]]:
    """The element of a question and what is named of it; None where it cannot be written at all, and then why is named."""
    sheet = Sheet(entry)
    content, kind = sheet.content, QuestionKind(sheet.content["kind"])
    name = sheet.add("name")
    sheet.add("text", sheet.name, name)
    _question_text(sheet, kind)
    sheet.say("generalfeedback", content["feedback"])
    sheet.add("defaultgrade", "0" if kind == QuestionKind.INFORMATION else "1")
    if "penalty" in content:
        sheet.add("penalty", _penalty(content["penalty"]))
    sheet.add("hidden", "0")
    sheet.add("idnumber", entry.uid)
    if len(entry.uid) > _IDNUMBER_MAX:
        sheet.note(N_("Moodle keeps only the first 100 characters of the name “%(uid)s”."), uid=entry.uid)
    if _WRITERS[kind](sheet) is False:
        return None, sheet.named
    _outcomes(sheet, kind)
    for hint in content.get("hints", ()):
        sheet.say("hint", hint)
    _tags(sheet)
    return sheet.root, [row for place, row in enumerate(sheet.named) if row not in sheet.named[:place]]


def _question_text(sheet: Sheet, kind: QuestionKind) -> None:
    content = sheet.content
    said = content["text"]
    if kind == QuestionKind.WORDS:
        places = {option["id"]: place for place, option in enumerate(content["options"], 1)}
        numbers = {gap["id"]: places[gap["right"]] for gap in content["gaps"]}
        said = {language: GAP.sub(lambda gap: f"[[{numbers[gap[1]]}]]", text) for language, text in said.items()}
    picture = content.get("picture") if kind != QuestionKind.HOTSPOT else None
    body = sheet.entry.pictures.get(picture["file"]) if picture else None
    if picture and body is None:
        sheet.note(N_("The file of the picture is missing: the question was written without it."))
    if not picture or body is None:
        sheet.say("questiontext", said)
        return
    alt, file = texts.join(picture.get("alt") or {}, texts.PLAIN, sheet.unmarked), picture["file"].rsplit("/", 1)[-1]
    image = f'<img src="{escape_attribute(PLUGINFILE + file)}" alt="{escape_attribute(alt)}">'
    joined = texts.join(said, sheet.form, sheet.unmarked)
    if sheet.form == texts.PLAIN:  # Moodle's own format takes a tag within plain text, and keeps its line breaks
        joined, mark = html.escape(joined, quote=False) + image, AUTO
    elif sheet.form == texts.MARKDOWN:
        words = re.sub(r"([\\[\]])", r"\\\1", alt)
        joined, mark = f"{joined}\n\n![{words}]({PLUGINFILE}{file})", "markdown"
    else:
        joined, mark = joined + image, "html"
    made = sheet.add("questiontext", format=mark)
    sheet.add("text", joined, made)
    sheet.add("file", base64.b64encode(body).decode(), made, name=file, path="/", encoding="base64")


def _penalty(per_cent: int) -> str:
    return {33: "0.3333333", 67: "0.6666667", 17: "0.1666667"}.get(per_cent) or str(per_cent / 100)


def _outcomes(sheet: Sheet, kind: QuestionKind) -> None:
    outcomes = sheet.content.get("outcomes", {})
    for name, tag in COMBINED.items():
        if outcomes.get(name):
            sheet.say(tag, outcomes[name])
    if outcomes and kind in _WITHOUT_OUTCOMES:
        sheet.note(N_("Moodle has no feedback by outcome for this kind of question and will leave it out."))


def _tags(sheet: Sheet) -> None:
    entry = sheet.entry
    every = tags_of(entry)
    if every:
        tags = sheet.add("tags")
        for tag in every:
            sheet.add("text", tag, sheet.add("tag", parent=tags))


def _shuffle(sheet: Sheet, yes: str, no: str) -> None:
    sheet.add("shuffleanswers", no if sheet.content.get("fixed") else yes)


def _answers(sheet: Sheet, rows: Any, weight: Callable[[Any], str], text: Callable[[Any, Any], None], formatted: bool = False) -> None:
    for row in rows:
        made = sheet.add("answer", fraction=weight(row)) if not formatted else sheet.say("answer", row["text"], fraction=weight(row))
        if not formatted:
            text(row, made)
        sheet.say("feedback", row["feedback"], made)


def _choices(sheet: Sheet) -> None:
    content = sheet.content
    sheet.add("single", "false" if content["kind"] == QuestionKind.MULTIPLE else "true")
    _shuffle(sheet, "true", "false")
    sheet.add("answernumbering", "abc")
    by_id = dict(zip((option["id"] for option in content["options"]), weights.weights_of(content), strict=True))
    weights.name_unknown(sheet.note, by_id.values())
    _answers(sheet, content["options"], lambda row: by_id[row["id"]], lambda _row, _made: None, formatted=True)


def _true_false(sheet: Sheet) -> None:
    by_id = dict(zip((option["id"] for option in sheet.content["options"]), weights.weights_of(sheet.content), strict=True))
    if sorted(by_id.values()) != ["0", "100"]:
        sheet.note(N_("Moodle gives all or nothing for true and false."))
    _answers(sheet, sheet.content["options"], lambda row: by_id[row["id"]], lambda row, made: sheet.add("text", row["id"], made))


def _short(sheet: Sheet) -> None:
    sheet.add("usecase", "1" if sheet.content["exact_case"] else "0")
    weights.name_unknown(sheet.note, [answer["weight"] for answer in sheet.content["answers"]])
    rows = [{**answer, "text": text} for answer in sheet.content["answers"] for text in answer["text"].values() if text]
    if len(rows) > len(sheet.content["answers"]):
        sheet.note(N_("An answer in two languages was written as two answers."))
    _answers(sheet, rows, lambda row: row["weight"], lambda row, made: sheet.add("text", row["text"], made))


def _numeric(sheet: Sheet) -> None:
    content = sheet.content
    weights.name_unknown(sheet.note, [answer["weight"] for answer in content["answers"]])

    def number(row: Any, made: Any) -> None:
        sheet.add("text", row["value"], made)
        sheet.add("tolerance", row["tolerance"] or "0", made)

    _answers(sheet, content["answers"], lambda row: row["weight"], number)
    if content["units"]:
        units = sheet.add("units")
        for row in content["units"]:
            unit = sheet.add("unit", parent=units)
            multiplier = weights.inverse_written(row["factor"])
            sheet.add("multiplier", multiplier, unit)
            sheet.add("unit_name", row["name"], unit)
    sheet.add("unitgradingtype", "1" if content["unit"] == "required" else "0")
    sheet.add("unitpenalty", "1" if content["unit"] == "required" else "0.1")
    sheet.add("showunits", "3" if content["unit"] == "none" else "0")
    sheet.add("unitsleft", "0")


def _matching(sheet: Sheet) -> None:
    content = sheet.content
    _shuffle(sheet, "true", "false")
    options = {option["id"]: option["text"] for option in content["options"]}
    used = [stem["right"] for stem in content["stems"]]
    rows = [*((stem["text"], stem["right"]) for stem in content["stems"]), *(({}, name) for name in options if name not in used)]
    for text, name in rows:
        made = sheet.say("subquestion", text)
        sheet.say_plain("answer", options[name], made, sheet.form)
    if content.get("fixed") and list(dict.fromkeys(name for _text, name in rows)) != list(options):
        sheet.note(N_("The order of the partners was not kept."))


def _ordering(sheet: Sheet) -> None:
    wanted = {"layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": "0", "gradingtype": "RELATIVE_TO_CORRECT", "showgrading": "SHOW"}
    for tag, text in {**wanted, "numberingstyle": "none"}.items():
        sheet.add(tag, text)
    for place, option in enumerate(sheet.content["options"], 1):
        sheet.say("answer", option["text"], fraction=f"{place}.0000000")
    sheet.note(N_("Moodle marks an order by the places that are right, not by the pairs."))


def _words(sheet: Sheet) -> None:
    _shuffle(sheet, "1", "0")
    options = sheet.content["options"]
    groups = list(dict.fromkeys(str(option["group"]) for option in options))
    for option in options:
        made = sheet.say_plain("selectoption", option["text"], None, texts.PLAIN)
        group = str(option["group"])
        sheet.add("group", group if all(name.isdecimal() for name in groups) else str(groups.index(group) + 1), made)


def _hotspot(sheet: Sheet) -> bool:
    content, picture = sheet.content, sheet.content["picture"]
    body = sheet.entry.pictures.get(picture["file"])
    if body is None or not picture.get("width") or not picture.get("height"):
        sheet.note(N_("The picture of the question is missing, or is none that can be shown."), lost=True)
        return False
    width, height = picture["width"], picture["height"]
    sheet.add("file", base64.b64encode(body).decode(), name=picture["file"].rsplit("/", 1)[-1], path="/", encoding="base64")
    right = right_areas(content)
    drag = sheet.add("drag")
    sheet.add("no", "1", drag)
    sheet.add("text", areas.MARKER, drag)
    sheet.add("noofdrags", str(len(right)), drag)
    for place, area in enumerate(right, 1):
        drop = sheet.add("drop")
        shape = {"rect": "rectangle"}.get(area["shape"], area["shape"])
        coords = areas.written(area["shape"], area["at"], width, height)
        for tag, text in {"no": str(place), "shape": shape, "coords": coords, "choice": "1"}.items():
            sheet.add(tag, text, drop)
    _name_areas(sheet, width, height)
    return True


def _name_areas(sheet: Sheet, width: int, height: int) -> None:
    content = sheet.content
    if len(right_areas(content)) < len(content["areas"]):
        sheet.note(N_("Wrong areas were left out: Moodle knows only the right ones."))
    if any(area["feedback"] for area in content["areas"]):
        sheet.note(N_("The feedback of areas was left out."))
    if content["picture"].get("alt"):
        sheet.note(N_("The description of the picture was left out."))
    for area in right_areas(content):
        if thousandths(area["shape"], pixels(area["at"], width, height), width, height) != list(area["at"]):
            sheet.note(N_("Areas were rounded to whole pixels of the picture."))
    if width > _SHOWN_WIDTH or height > _SHOWN_HEIGHT:
        sheet.note(N_("Moodle shrinks pictures above 600 × 400 pixels and does not move the areas: make the picture smaller first."))


def _essay(sheet: Sheet) -> None:
    wanted = {"responseformat": "editor", "responserequired": "1", "responsefieldlines": "15", "attachments": "0", "attachmentsrequired": "0"}
    for tag, text in wanted.items():
        sheet.add(tag, text)
    sheet.say("graderinfo", sheet.content.get("guide") or {})


def _information(_sheet: Sheet) -> None:
    return None


_WRITERS: dict[QuestionKind, Callable[[Sheet], bool | None]] = {
    QuestionKind.SINGLE: _choices,
    QuestionKind.MULTIPLE: _choices,
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.WORDS: _words,
    QuestionKind.HOTSPOT: _hotspot,
    QuestionKind.ESSAY: _essay,
    QuestionKind.INFORMATION: _information,
}
