"""A <question> of a Moodle XML file as the bank has it, type by type. Pure."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from core.errors import N_
from quizzes.drafts import TRUE_FALSE
from quizzes.formats import texts, weights
from quizzes.formats.beside import kept_beside
from quizzes.formats.markup import excerpt
from quizzes.formats.moodle import areas, cloze
from quizzes.formats.moodle.source import Source, text_in, value_of
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.typed import value, word
from quizzes.rules.questions import QuestionKind
from quizzes.rules.soundness import problems

_NO = ("", "0", "false")
_COMBINED = {"correctfeedback": "right", "partiallycorrectfeedback": "partly", "incorrectfeedback": "wrong"}
_COMMON = {*("name", "questiontext", "generalfeedback", "hint", "penalty", "idnumber", "tags", "coursetags", "image", "image_base64"), *_COMBINED}
# A feature that says only what holds anyway need not be named.
_AS_USUAL = {
    "defaultgrade": {"1"},
    "hidden": {"0"},
    "answernumbering": {"abc"},
    "showstandardinstruction": {"0", "1"},
    "unitpenalty": {"0.1", "1"},
    "unitsleft": {"0"},
    "unitgradingtype": {"0", "1", "2"},
    "showunits": {"0", "3"},
    "layouttype": {"VERTICAL"},
    "selecttype": {"ALL"},
    "selectcount": {"0", "2"},
    "showgrading": {"SHOW"},
    "numberingstyle": {"none"},
    "responseformat": {"editor"},
    "responserequired": {"1"},
    "responsefieldlines": {"15", "10"},
    "attachments": {"0"},
    "attachmentsrequired": {"0"},
    "maxbytes": {"0"},
}
Made = dict[str, Any]


def read_question(element: Any, where: str, language: str | None, category: tuple[str, ...]) -> tuple[Entry | None, list[Named]]:
    """A question and what is named of it; no entry where it is lost, and then why is named."""
    source = Source(element, where, language)
    title, kind = value_of(element, "name"), element.get("type", "")
    source.excerpt = excerpt([title or text_in(element.find("questiontext"))])
    reader = _READERS.get(kind)
    if reader is None:
        return None, [Named(where, source.excerpt, N_("Questions of the type “%(type)s” have no counterpart here."), {"type": kind[:40]})]
    read, used, formatted, unformatted = reader
    source.prepare(formatted, unformatted)
    made = read(source)
    if isinstance(made, Named):
        return None, [made]
    entry = _entry(source, made, title, category)
    _name_the_rest(source, used)
    wrong = problems(entry.content)
    if wrong:
        return None, [Named(where, source.excerpt, message) for message in wrong[:1]]
    return entry, source.finish()


def _entry(source: Source, made: Made, title: str, category: tuple[str, ...]) -> Entry:
    element = source.element
    tags = [said for path in ("tags/tag", "coursetags/tag") for row in element.iterfind(path) if (said := text_in(row))]
    beside, tags = kept_beside(tags)
    content: Made = {"text": source.pair(element.find("questiontext")), "feedback": source.pair(element.find("generalfeedback"))}
    content |= {"part": beside.get("part", "")} | made
    content |= {"format": source.form} if source.form != texts.PLAIN else {}
    content |= {"picture": source.picture} if source.picture and "picture" not in content else {}
    content |= {"hints": hints} if (hints := _hints(source)) else {}
    content |= _penalty(source, content["kind"])
    outcomes = {side: pair for tag, side in _COMBINED.items() if (pair := source.pair(element.find(tag)))}
    content |= {"outcomes": outcomes} if outcomes else {}
    return Entry(
        content,
        source.where,
        title="" if title == (excerpt(content["text"].values()) or content["kind"]) else title,
        uid=value_of(element, "idnumber"),
        category=category,
        tags=tuple(tags),
        difficulty=int(beside["difficulty"]) if "difficulty" in beside else None,
        cause=beside.get("cause"),
        case_slug=beside.get("case_slug"),
        pictures=source.pictures,
    )


def _hints(source: Source) -> list[dict[str, str]]:
    for row in source.element.iterfind("hint"):
        for child in row:
            if child.tag not in ("text", "file") and text_in(child) not in ("0",):
                source.left_out(f"hint/{child.tag}")
    return source.pairs("hint")


def _penalty(source: Source, kind: str) -> Made:
    written = value_of(source.element, "penalty")
    share = weights.decimal(written)
    if share is None or kind in (QuestionKind.ESSAY, QuestionKind.INFORMATION):
        return {}
    per_cent = round(share * 100)
    if not 0 <= per_cent <= 100 or abs(share * 100 - per_cent) > 1 / 2:
        source.left_out(f"penalty={written}")
        return {}
    if abs(share * 100 - per_cent) > 1 / 100 and per_cent not in (33, 67, 17):
        source.note(N_("A penalty is in whole per cent here: %(penalty)s became %(per_cent)s%%."), penalty=written, per_cent=per_cent)
    return {"penalty": int(per_cent)}


def _name_the_rest(source: Source, used: Iterable[str]) -> None:
    handled = _COMMON | set(used)
    for child in source.element:
        said = text_in(child)
        number = weights.decimal(said)
        plain = weights.plain(number.normalize()) if number is not None else said
        usual = _AS_USUAL.get(child.tag, {""} if child.tag not in ("shownumcorrect", "infinite") else set())
        if child.tag not in handled and plain not in usual and not (child.tag == "defaultgrade" and plain == "0"):
            source.left_out(f"{child.tag}={plain[:40]}" if said and len(child) == 0 else child.tag)
    for path in ("generalfeedback/file", "answer/file", "answer/feedback/file", "hint/file", "subquestion/file", "graderinfo/file"):
        if source.element.find(path) is not None:
            source.left_out(path)


def _fixed(source: Source, missing: str) -> Made:
    return {"fixed": True} if value_of(source.element, "shuffleanswers", missing).lower() in _NO else {}


def _id(place: int) -> str:
    return chr(97 + place) if place < 26 else f"r{place + 1}"


def _choices(source: Source) -> Made:
    answers = source.element.findall("answer")
    multiple = value_of(source.element, "single", "true").lower() in _NO
    rights = weights.settled(multiple, [row.get("fraction", "0") for row in answers])
    kind = QuestionKind.MULTIPLE if multiple else QuestionKind.SINGLE
    rows = [
        {"id": _id(place), "text": source.pair(row), "feedback": source.pair(row.find("feedback"))} | right
        for place, (row, right) in enumerate(zip(answers, rights, strict=True))
    ]
    return {"kind": kind, "options": rows} | _fixed(source, "false")


def _true_false(source: Source) -> Made:
    rows = source.element.findall("answer")
    said = [text_in(row).lower() for row in rows]
    names = said if sorted(said) == ["false", "true"] else ["true", "false"]  # old files say it in their own language, true first
    by_name = dict(zip(names, rows, strict=False))
    fractions = [by_name[name].get("fraction", "0") if name in by_name else "0" for name in TRUE_FALSE]
    options = [
        {"id": name, "text": dict(text), "feedback": source.pair(by_name[name].find("feedback")) if name in by_name else {}} | right
        for (name, text), right in zip(TRUE_FALSE.items(), weights.settled(False, fractions), strict=True)
    ]
    return {"kind": QuestionKind.TRUE_FALSE, "options": options}


def _short(source: Source) -> Made:
    answers = [
        {"id": _id(place), "text": word(text_in(row), source.unmarked), "weight": row.get("fraction", "0"), "feedback": source.pair(row.find("feedback"))}
        for place, row in enumerate(source.element.findall("answer"))
    ]
    return {"kind": QuestionKind.SHORT, "answers": answers, "exact_case": value_of(source.element, "usecase", "0") not in _NO}


def _numeric(source: Source) -> Made:
    element = source.element
    answers = [
        {
            "id": _id(place),
            "value": value(text_in(row)),
            "tolerance": value(value_of(row, "tolerance", "0")),
            "weight": value_of(row, "fraction") or row.get("fraction", "0"),
            "feedback": source.pair(row.find("feedback")),
        }
        for place, row in enumerate(element.findall("answer"))
    ]
    units = [_unit(source, row) for row in element.iterfind("units/unit")]
    graded, shown = value_of(element, "unitgradingtype", "0"), value_of(element, "showunits", "0" if units else "3")
    unit = "none" if not units or shown == "3" else "required" if graded in ("1", "2") else "optional"
    if unit == "required" and weights.decimal(value_of(element, "unitpenalty", "0.1")) != 1:
        source.note(N_("A missing or wrong unit costs the whole question here, not a part of it."))
    return {"kind": QuestionKind.NUMERIC, "answers": answers, "units": units, "unit": unit}


def _unit(source: Source, row: Any) -> Made:
    multiplier = weights.decimal(value_of(row, "multiplier", "1"))
    name = value_of(row, "unit_name")
    if not multiplier:
        return {"name": name, "factor": "0"}
    factor, exact = weights.reciprocal(weights.plain(multiplier))
    if not exact:
        source.note(N_("The unit “%(unit)s” was taken with the factor %(factor)s, which is rounded."), unit=name, factor=factor)
    return {"name": name, "factor": factor}


def _matching(source: Source) -> Made:
    options: list[Made] = []
    stems: list[Made] = []
    for row in source.element.iterfind("subquestion"):
        said, partner = source.pair(row), source.pair(row.find("answer"))
        if not partner:
            continue
        option = next((option for option in options if option["text"] == partner), None)
        if option is None:
            option = {"id": _id(len(options)), "text": partner}
            options.append(option)
        if said:
            stems.append({"id": str(len(stems) + 1), "text": said, "right": option["id"]})
    return {"kind": QuestionKind.MATCHING, "stems": stems, "options": options} | _fixed(source, "1")


def _ordering(source: Source) -> Made:
    rows = source.element.findall("answer")
    places = [weights.decimal(row.get("fraction", "")) for row in rows]
    if len({place for place in places if place is not None}) == len(rows):  # the place of each; files by hand give none and mean their own order
        rows = [row for _place, row in sorted(zip(places, rows, strict=True), key=lambda pair: pair[0] or 0)]
    source.note(N_("An order is marked here by the pairs that stand in the right order."))
    options = [{"id": _id(place), "text": source.pair(row)} for place, row in enumerate(rows)]
    if any(source.pair(row.find("feedback")) for row in rows):
        source.left_out("answer/feedback")
    return {"kind": QuestionKind.ORDERING, "options": options}


def _words(source: Source) -> Made:
    rows = source.element.findall("selectoption") or source.element.findall("dragbox")
    dragged = source.element.get("type") == "ddwtos"
    said_by = {row: texts.as_plain(text_in(row)) if dragged else text_in(row) for row in rows}
    options = [
        {"id": f"w{place}", "text": texts.split(said_by[row], source.unmarked), "group": value_of(row, "group", "1")} for place, row in enumerate(rows, 1)
    ]
    gaps: dict[str, Made] = {}
    said = {}
    for language, text in source.pair(source.element.find("questiontext")).items():
        seen: dict[int, int] = {}

        def gap(found: re.Match[str], seen: dict[int, int] = seen) -> str:
            number = int(found[1])
            seen[number] = seen.get(number, 0) + 1
            name = f"g{number}" if seen[number] == 1 else f"g{number}-{seen[number]}"
            group = options[number - 1]["group"] if 0 < number <= len(options) else ""
            gaps[name] = {"id": name, "right": f"w{number}", "group": group}
            return f"[[{name}]]"

        said[language] = re.sub(r"\[\[(\d{1,3})\]\]", gap, text)
    if dragged:
        source.note(N_("Words to be dragged into gaps became words to be chosen in gaps."))
    return {"kind": QuestionKind.WORDS, "text": said, "gaps": list(gaps.values()), "options": options} | _fixed(source, "1")


def _essay(source: Source) -> Made:
    if text_in(source.element.find("responsetemplate")):
        source.left_out("responsetemplate")
    return {"kind": QuestionKind.ESSAY, "guide": source.pair(source.element.find("graderinfo"))}


def _information(_source: Source) -> Made:
    return {"kind": QuestionKind.INFORMATION}


# By type: the function; the children that it uses; the paths of texts with a format, and of texts that take the question's.
_Reader = tuple[Callable[[Source], Made | Named], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_UNITS = ("units", "unitgradingtype", "unitpenalty")
_READERS: dict[str, _Reader] = {
    "multichoice": (_choices, ("single", "shuffleanswers", "answer"), ("answer",), ()),
    "truefalse": (_true_false, ("answer",), (), ()),
    "shortanswer": (_short, ("usecase", "answer"), (), ()),
    "numerical": (_numeric, ("answer", *_UNITS), (), ()),
    "matching": (_matching, ("subquestion", "shuffleanswers"), (), ("subquestion/answer",)),
    "match": (_matching, ("subquestion", "shuffleanswers"), (), ("subquestion/answer",)),
    "ddmatch": (_matching, ("subquestion", "shuffleanswers"), ("subquestion/answer",), ()),
    "ordering": (_ordering, ("answer", "gradingtype"), ("answer",), ()),
    "gapselect": (_words, ("selectoption", "shuffleanswers"), (), ()),
    "ddwtos": (_words, ("dragbox", "shuffleanswers"), (), ()),
    "ddmarker": (areas.read, ("file", "drag", "drop", "shuffleanswers", "showmisplaced"), (), ()),
    "essay": (_essay, ("graderinfo", "responsetemplate"), (), ()),
    "description": (_information, (), (), ()),
    "cloze": (cloze.read, (), (), ()),
    "multianswer": (cloze.read, (), (), ()),
}
