"""A question as one row of our own template, and back: everything that a row can say, and nothing is guessed or cleaned."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import N_, Invalid
from quizzes.drafts import TRUE_FALSE
from quizzes.formats.sheets.answers import judged, key_of, kind_of
from quizzes.formats.sheets.columns import LANGUAGE_WORDS, letter
from quizzes.formats.sheets.found import NO_ANSWER, alternatives
from quizzes.formats.sheets.tables import DATED
from quizzes.rules.questions import CHOICES, Content, QuestionKind
from quizzes.rules.soundness import NOT_TWO

KEPT = {"kind", "text", "feedback", "part", "format", "hints", "outcomes", "penalty", "fixed", "options", "answers", "units", "unit", "exact_case"}
KEPT |= {"stems", "gaps", "guide", "picture"}
YES = {"yes", "true", "1", "是", "y"}
UNITS = {"none": {"", "none", "不要"}, "optional": {"optional", "可选", "可有可无"}, "required": {"required", "必须", "必填"}}
BAD_LIST = N_("“%(cell)s” is not a list that can be read.")


def cells_of(content: Content) -> dict[str, str]:
    """The cells of a question by field; those that would be empty are missing."""
    kind, cells = content["kind"], {"kind": content["kind"], "part": content.get("part", "")}
    for name in ("text", "feedback", "guide"):
        cells |= _spoken(name, content.get(name, {}))
    for name, pair in content.get("outcomes", {}).items():
        cells |= _spoken(name, pair)
    for place, pair in enumerate(content.get("hints", ()), 1):
        cells |= _spoken(f"hint:{place}", pair)
    rows = content.get("options") or content.get("answers") or []
    for place, row in enumerate(rows, 1):
        cells |= _spoken(f"why:{place}", row.get("feedback", {}))
        cells[f"weight:{place}"] = row.get("weight", "")
        if not (kind == QuestionKind.TRUE_FALSE and _is_usual(content)):
            cells |= _spoken(f"option:{place}", row.get("text", {}))
    for place, row in enumerate(content.get("stems", ()), 1):
        cells |= _spoken(f"stem:{place}", row["text"])
    cells |= {"answer": _answer(content), "ids": _names(content), "format": content.get("format", "")}
    cells |= {"penalty": str(content.get("penalty", "")), "fixed": "yes" if content.get("fixed") else ""}
    if kind == QuestionKind.SHORT:
        cells["exact"] = "yes" if content["exact_case"] else ""
    if kind == QuestionKind.NUMERIC:
        cells["tolerance"] = _list([row["tolerance"] for row in rows])
        cells["units"] = _list([f"{unit['name']}={unit['factor']}" for unit in content["units"]])
        cells["unit"] = "" if content["unit"] == "none" else content["unit"]
    if kind == QuestionKind.WORDS:
        groups = [row["group"] for row in rows]
        cells["groups"] = json.dumps(groups, ensure_ascii=False) if any(isinstance(group, str) for group in groups) else _list(groups)
    return {name: cell for name, cell in cells.items() if cell}


def _spoken(name: str, pair: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}:{language}": text for language, text in pair.items() if text}


def _is_usual(content: Content) -> bool:
    return [(row["id"], row["text"]) for row in content["options"]] == list(TRUE_FALSE.items())


def _answer(content: Content) -> str:
    kind = content["kind"]
    if kind == QuestionKind.TRUE_FALSE and _is_usual(content):
        return next((str(row["id"]).upper() for row in content["options"] if row["right"]), "")
    places = {row["id"]: letter(place) for place, row in enumerate(content.get("options", ()), 1)}
    if kind in CHOICES:
        return ", ".join(places[row["id"]] for row in content["options"] if row["right"])
    if kind == QuestionKind.NUMERIC:
        return _list([row["value"] for row in content["answers"]])
    if kind == QuestionKind.MATCHING:
        return "; ".join(f"{place}-{places[row['right']]}" for place, row in enumerate(content["stems"], 1))
    return "; ".join(f"{gap['id']}-{places[gap['right']]}" for gap in content.get("gaps", ()))


def _names(content: Content) -> str:
    """The names of rows, where they are not the usual ones."""
    names = {key: [row["id"] for row in content[key]] for key in ("options", "answers", "stems") if content.get(key)}
    return "" if all(found == _usual_names(key, len(found), content["kind"]) for key, found in names.items()) else json.dumps(names, ensure_ascii=False)


def _usual_names(key: str, count: int, kind: str) -> list[str]:
    if kind == QuestionKind.TRUE_FALSE:
        return list(TRUE_FALSE)[:count]
    return [letter(place).lower() if key == "options" else str(place) for place in range(1, count + 1)]


def _list(parts: Sequence[Any]) -> str:
    """Values in one cell, between semicolons; as JSON where one of them is not plain."""
    if all((isinstance(part, int) and not isinstance(part, bool)) or re.fullmatch(r"[^;；\"\[\]\s\d][^;；\"\[\]]*|-?\d+\.\d+|\*", str(part)) for part in parts):
        return "; ".join(map(str, parts))
    if all(isinstance(part, str) and re.fullmatch(r"-?\d+(\.\d+)?|\*", part) for part in parts):
        return "; ".join(parts)
    return json.dumps(list(parts), ensure_ascii=False)


def _parts(cell: str) -> list[Any]:
    if cell.startswith("["):
        try:
            found = json.loads(cell)
            "".join(map(str, found)).encode()  # half of a surrogate pair is no text: it could not be kept
        except (ValueError, RecursionError) as error:
            raise Invalid(BAD_LIST, cell=cell[:80]) from error
        if not all(isinstance(part, str | int) for part in found):
            raise Invalid(BAD_LIST, cell=cell[:80])
        return list(found)
    return [part.strip() for part in re.split("[;；]", cell) if part.strip()]


def content_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The content that a row of the template says. Raises Invalid with the reason."""
    if any(cell.startswith(DATED) for cell in cells.values()):
        cell = next(cell for cell in cells.values() if cell.startswith(DATED))
        raise Invalid(N_("The spreadsheet program made a date or a time of a cell: %(cell)s. Write it as text."), cell=cell[1:])
    kind = kind_of(cells.get("kind", "")) or _inferred(cells)
    text = _pair("text", cells)
    if not text and kind != QuestionKind.HOTSPOT:
        raise Invalid(N_("The row has no text of a question."))
    made: dict[str, Any] = {"kind": kind, "text": text, "feedback": _pair("feedback", cells), "part": cells.get("part", "")}
    if cells.get("format"):
        made["format"] = cells["format"]
    hints = [_pair(f"hint:{place}", cells) for place in _places("hint", cells)]
    outcomes = {name: _pair(name, cells) for name in ("right", "partly", "wrong") if _pair(name, cells)}
    made |= {name: value for name, value in (("hints", hints), ("outcomes", outcomes)) if value}
    if cells.get("penalty"):
        if not re.fullmatch(r"\d{1,3}", cells["penalty"]) or int(cells["penalty"]) > 100:
            raise Invalid(N_("“%(cell)s” is no penalty: give a number from 0 to 100."), cell=cells["penalty"][:80])
        made["penalty"] = int(cells["penalty"])
    if cells.get("fixed", "").lower() in YES:
        made["fixed"] = True
    return made | _named(_MAKERS[QuestionKind(kind)](cells), cells, str(kind))


def _inferred(cells: Mapping[str, str]) -> str:
    if cells.get("kind") and kind_of(cells["kind"]) is None:
        raise Invalid(N_("The kind “%(kind)s” is not known."), kind=cells["kind"])
    if not _places("option", cells):
        if judged(cells.get("answer", "")) is None:
            raise Invalid(N_("The row does not say what kind of question it is."))
        return QuestionKind.TRUE_FALSE
    return QuestionKind.MULTIPLE if len(_chosen(cells)) > 1 else QuestionKind.SINGLE


def _pair(name: str, cells: Mapping[str, str]) -> dict[str, str]:
    return {language: cells[f"{name}:{language}"] for language in LANGUAGE_WORDS if cells.get(f"{name}:{language}")}


def _places(key: str, cells: Mapping[str, str]) -> list[int]:
    return sorted({int(name.split(":")[1]) for name in cells if name.startswith(f"{key}:") and cells[name]})


def _options(cells: Mapping[str, str], *more: str) -> list[dict[str, Any]]:
    """The options or accepted answers of a row, with feedback where `more` names it, and weights where there are any."""
    weighted = bool(_places("weight", cells))
    rows = []
    for place in _places("option", cells):
        row: dict[str, Any] = {"id": letter(place).lower(), "text": _pair(f"option:{place}", cells)}
        row |= {"feedback": _pair(f"why:{place}", cells)} if "feedback" in more else {}
        row |= {"weight": cells.get(f"weight:{place}", "0")} if weighted and "weight" in more else {}
        rows.append({**row, "place": place})
    return rows


def _without_places(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "place"} for row in rows]


def _chosen(cells: Mapping[str, str]) -> list[int]:
    """The options that the answer names."""
    said, options = cells.get("answer", ""), {place: next(iter(_pair(f"option:{place}", cells).values())) for place in _places("option", cells)}
    if not said and not _places("weight", cells):
        raise Invalid(NO_ANSWER)
    if re.fullmatch(r"[A-Z]{1,2}(, [A-Z]{1,2})*", said):
        places = [sum(26**power * (ord(sign) - 64) for power, sign in enumerate(reversed(part))) for part in said.split(", ")]
        if len(said) != 2 or places[0] in options:
            if not set(places) <= set(options):
                raise Invalid(N_("The answer “%(answer)s” points past the last option."), answer=said[:80])
            return places
    places, certain = key_of(said, options) if options and said else ([], True)
    if said and (not places or not certain or len(set(places)) < len(places)):
        raise Invalid(N_("The answer “%(answer)s” names none of the options."), answer=said[:80])
    if not set(places) <= set(options):
        raise Invalid(N_("The answer “%(answer)s” points past the last option."), answer=said[:80])
    return places


def _choice(cells: Mapping[str, str]) -> dict[str, Any]:
    rows = _options(cells, "feedback", "weight")
    if len(rows) < 2:
        raise Invalid(N_("The row has fewer than two options."))
    right = _chosen(cells)
    return {"options": _without_places([{**row, "right": row["place"] in right} for row in rows])}


def _single(cells: Mapping[str, str]) -> dict[str, Any]:
    if len(_chosen(cells)) > 1 and not _places("weight", cells):
        raise Invalid(N_("It should have one right answer, and “%(answer)s” names several."), answer=cells["answer"][:80])
    return _choice(cells)


def _true_false(cells: Mapping[str, str]) -> dict[str, Any]:
    if _places("option", cells):
        made = _choice(cells)["options"]
        if len(made) != len(TRUE_FALSE):
            raise Invalid(NOT_TWO)
        return {"options": [{**row, "id": name} for row, name in zip(made, TRUE_FALSE, strict=True)]}
    truth = judged(cells.get("answer", ""))
    if truth is None:
        raise Invalid(N_("The answer “%(answer)s” says neither true nor false.") if cells.get("answer") else NO_ANSWER, answer=cells.get("answer", "")[:80])
    rows = []
    for place, (name, words) in enumerate(TRUE_FALSE.items(), 1):
        row = {"id": name, "text": dict(words), "right": (name == "true") is truth, "feedback": _pair(f"why:{place}", cells)}
        rows.append(row | ({"weight": cells.get(f"weight:{place}", "0")} if _places("weight", cells) else {}))
    return {"options": rows}


def _numeric(cells: Mapping[str, str]) -> dict[str, Any]:
    values, tolerances = [str(part) for part in _parts(cells.get("answer", ""))], [str(part) for part in _parts(cells.get("tolerance", ""))]
    if not values:
        raise Invalid(NO_ANSWER)
    if len(tolerances) not in (0, 1, len(values)):
        raise Invalid(N_("There are not as many tolerances as answers."))
    tolerances = tolerances * len(values) if len(tolerances) == 1 else tolerances or ["0"] * len(values)
    answers = [
        {"id": str(at), "value": value, "tolerance": tolerances[at - 1], "weight": cells.get(f"weight:{at}", "100"), "feedback": _pair(f"why:{at}", cells)}
        for at, value in enumerate(values, 1)
    ]
    units = [dict(zip(("name", "factor"), str(part).rpartition("=")[::2], strict=True)) for part in _parts(cells.get("units", ""))]
    said = cells.get("unit", "").lower()
    unit = next((name for name, words in UNITS.items() if said in words), None)
    if unit is None:
        raise Invalid(N_("“%(cell)s” does not say whether a unit is asked: none, optional or required."), cell=said[:80])
    return {"answers": answers, "units": units, "unit": unit}


def _short(cells: Mapping[str, str]) -> dict[str, Any]:
    rows = [{**row, "id": str(at)} for at, row in enumerate(_without_places(_options(cells, "feedback", "weight")), 1)]
    if not rows:
        spoken = list(_pair("text", cells))[-1]
        rows = [{"text": {spoken: word.replace("*", r"\*")}, "feedback": {}, "id": str(at)} for at, word in enumerate(alternatives(cells.get("answer", "")), 1)]
    if not rows:
        raise Invalid(NO_ANSWER)
    return {"answers": [{"weight": "100", **row} for row in rows], "exact_case": cells.get("exact", "").lower() in YES}


def _links(cells: Mapping[str, str], names: dict[int, str]) -> list[tuple[str, str]]:
    """What an answer like "1-B; 2-A" joins, with the ids of the options."""
    links = []
    for part in re.split("[;；]", cells.get("answer", "")):
        row, dash, sign = part.strip().rpartition("-")
        place = next((at for at in names if letter(at) == sign.strip().upper()), None)
        if not dash or place is None:
            raise Invalid(N_("“%(cell)s” does not join a row with an option, as 1-B does."), cell=part[:80])
        links.append((row.strip(), names[place]))
    return links


def _matching(cells: Mapping[str, str]) -> dict[str, Any]:
    rows, stems = _options(cells), _places("stem", cells)
    links = dict(_links(cells, {row["place"]: row["id"] for row in rows}))
    if set(links) != {str(place) for place in stems}:
        raise Invalid(N_("The answer does not join every row with an option."))
    made = [{"id": str(at), "text": _pair(f"stem:{place}", cells), "right": links[str(place)]} for at, place in enumerate(stems, 1)]
    return {"stems": made, "options": _without_places(rows)}


def _words(cells: Mapping[str, str]) -> dict[str, Any]:
    rows, groups = _options(cells), _parts(cells.get("groups", ""))
    groups = [int(part) if isinstance(part, str) and not cells["groups"].startswith("[") and part.isdecimal() else part for part in groups] or [1] * len(rows)
    if len(groups) != len(rows):
        raise Invalid(N_("There are not as many groups as words."))
    by_id = {row["id"]: group for row, group in zip(rows, groups, strict=True)}
    gaps = [{"id": gap, "right": right, "group": by_id[right]} for gap, right in _links(cells, {row["place"]: row["id"] for row in rows})]
    return {"gaps": gaps, "options": [{**row, "group": by_id[row["id"]]} for row in _without_places(rows)]}


def _ordering(cells: Mapping[str, str]) -> dict[str, Any]:
    rows = _options(cells)
    if cells.get("answer"):
        places = _chosen(cells)
        if sorted(places) != [row["place"] for row in rows]:
            raise Invalid(N_("The answer “%(answer)s” does not put all options in order."), answer=cells["answer"][:80])
        rows = sorted(rows, key=lambda row: places.index(row["place"]))
        rows = [{**row, "id": letter(at + 1).lower()} for at, row in enumerate(rows)]
    return {"options": _without_places(rows)}


def _hotspot(_cells: Mapping[str, str]) -> dict[str, Any]:
    raise Invalid(N_("A place in a picture cannot be said in a sheet."))


def _named(made: dict[str, Any], cells: Mapping[str, str], kind: str) -> dict[str, Any]:
    """With the names of rows that the sheet gives, and what refers to them."""
    if not cells.get("ids"):
        return made
    try:
        given = json.loads(cells["ids"])
        names = {key: [str(name) for name in given[key]] for key in ("options", "answers", "stems") if key in given}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Invalid(BAD_LIST, cell=cells["ids"][:80]) from error
    renamed: dict[str, str] = {}
    for key, new in names.items():
        if len(new) != len(made.get(key, ())):
            raise Invalid(N_("There are not as many names as rows."))
        if key == "options":
            renamed = {row["id"]: name for row, name in zip(made[key], new, strict=True)}
        made = {**made, key: [{**row, "id": name} for row, name in zip(made[key], new, strict=True)]}
    for key in ("stems", "gaps"):
        made |= {key: [{**row, "right": renamed.get(row["right"], row["right"])} for row in made[key]]} if key in made else {}
    return made


_MAKERS: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _choice,
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.WORDS: _words,
    QuestionKind.HOTSPOT: _hotspot,
    QuestionKind.ESSAY: lambda cells: {"guide": _pair("guide", cells)},
    QuestionKind.INFORMATION: lambda _cells: {},
}
