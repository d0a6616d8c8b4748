"""A question while it is written: its rows, and the way from a form's draft to what the bank keeps and back. Pure.

A draft is a question's content spread over fields. It differs from the content where a form needs it simpler: options of missing words
are `words`; matching is `pairs` {id, text, partner, partner_id} and `others`, its partners that are left over; the places of an area
are one text; and what a kind does not need is empty.
"""

import hashlib
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cases.drafts import Difference, compare, move_rows
from core.languages import LANGUAGES
from quizzes.drafts import TRUE_FALSE
from quizzes.rules.marking import share
from quizzes.rules.questions import CHOICES, GAP, Content, QuestionKind, folded, words_of
from quizzes.rules.soundness import HINTS_MOST

Draft = dict[str, Any]

LISTS: dict[str, Callable[[], Any]] = {
    "options": lambda: {"id": "", "text": {}, "right": False, "weight": "", "feedback": {}},
    "answers": lambda: {"id": "", "text": {}, "value": "", "tolerance": "", "weight": "100", "feedback": {}},
    "units": lambda: {"name": "", "factor": "1"},
    "pairs": lambda: {"id": "", "text": {}, "partner": {}, "partner_id": ""},
    "others": lambda: {"id": "", "text": {}},
    "words": lambda: {"id": "", "text": {}, "group": "1"},
    "areas": lambda: {"id": "", "shape": "rect", "at": "", "right": True, "feedback": {}},
    "hints": dict,
}
MOST = {"options": 40, "answers": 30, "units": 10, "pairs": 20, "others": 20, "words": 40, "areas": 20, "hints": HINTS_MOST}
SIDES = ("right", "partly", "wrong")
# What a draft makes of a content; everything else that a content holds came with a file and stays as it is.
_MADE = {
    *("kind", "text", "feedback", "part", "format", "hints", "outcomes", "penalty", "picture", "fixed", "options", "answers", "units", "unit"),
    *("exact_case", "stems", "gaps", "areas", "guide"),
}


def blank_draft(kind: str) -> Draft:
    """A question of this kind of which nothing is known yet, with as many rows as it will need at least."""
    draft: Draft = {"kind": kind, "text": {}, "feedback": {}, "part": "", "format": "", "fixed": False, "answer": "", "unit": "none", "exact_case": False}
    draft |= {"guide": {}, "outcomes": {side: {} for side in SIDES}, "penalty": "", "picture": None, "gaps": []}
    draft |= {name: [] for name in LISTS}
    begun = {QuestionKind.SINGLE: ("options", 3), QuestionKind.MULTIPLE: ("options", 4), QuestionKind.ORDERING: ("options", 3)}
    begun |= {QuestionKind.NUMERIC: ("answers", 1), QuestionKind.SHORT: ("answers", 1), QuestionKind.MATCHING: ("pairs", 3), QuestionKind.WORDS: ("words", 3)}
    begun |= {QuestionKind.HOTSPOT: ("areas", 1)}
    if kind == QuestionKind.TRUE_FALSE:
        draft["options"] = [{**LISTS["options"](), "id": name, "text": text} for name, text in TRUE_FALSE.items()]
    elif kind in begun:
        name, count = begun[QuestionKind(kind)]
        draft[name] = [LISTS[name]() for _row in range(count)]
    return draft


def flat(content: Content) -> Draft:
    """A question of the bank as its form has it."""
    kind, draft = content["kind"], blank_draft(content["kind"])
    draft |= {name: content[name] for name in ("text", "feedback", "part") if name in content}
    draft |= {name: content[name] for name in ("format", "fixed", "penalty", "picture", "unit", "exact_case", "guide") if content.get(name)}
    draft["hints"] = list(content.get("hints", ()))
    draft["outcomes"] = {**draft["outcomes"], **content.get("outcomes", {})}
    for name in ("options", "answers", "units"):
        if kind not in (QuestionKind.MATCHING, QuestionKind.WORDS):
            draft[name] = [{**LISTS[name](), **row} for row in content.get(name, ())]
    if kind == QuestionKind.TRUE_FALSE:
        draft["answer"] = next((option["id"] for option in draft["options"] if option["right"]), "")
    elif kind == QuestionKind.MATCHING:
        texts = {option["id"]: option["text"] for option in content["options"]}
        pairs = [(row, texts.get(row["right"], {})) for row in content["stems"]]
        draft["pairs"] = [{"id": row["id"], "text": row["text"], "partner": partner, "partner_id": row["right"]} for row, partner in pairs]
        used = {row["right"] for row in content["stems"]}
        draft["others"] = [dict(option) for option in content["options"] if option["id"] not in used]
    elif kind == QuestionKind.WORDS:
        draft["words"] = [dict(option) for option in content["options"]]
        draft["gaps"] = [{"id": gap["id"], "right": gap["right"]} for gap in content["gaps"]]
    elif kind == QuestionKind.HOTSPOT:
        draft["areas"] = [{**LISTS["areas"](), **area, "at": ", ".join(map(str, area["at"]))} for area in content["areas"]]
    return draft


def whole(draft: Mapping[str, Any], standing: Content | None = None) -> dict[str, Any]:
    """What the bank keeps of a draft with ids on its rows. What only files know of the `standing` content is kept."""
    kind = draft["kind"]
    made: dict[str, Any] = {key: value for key, value in (standing or {}).items() if key not in _MADE}
    made |= {name: draft[name] for name in ("kind", "text", "feedback", "part")}
    made |= {name: draft[name] for name in ("format", "fixed", "picture", "penalty") if draft[name]}
    if hints := [text for text in draft["hints"] if text]:
        made["hints"] = hints
    if outcomes := {side: said for side, said in draft["outcomes"].items() if said}:
        made["outcomes"] = outcomes
    if kind in CHOICES:
        made["options"] = _choices(draft)
    elif kind == QuestionKind.ORDERING:
        made["options"] = [{"id": row["id"], "text": row["text"]} for row in draft["options"]]
    elif kind == QuestionKind.NUMERIC:
        made["answers"] = [{key: row[key] for key in ("id", "value", "tolerance", "weight", "feedback")} for row in draft["answers"]]
        made |= {"units": [dict(row) for row in draft["units"]], "unit": draft["unit"]}
    elif kind == QuestionKind.SHORT:
        made["answers"] = [{key: row[key] for key in ("id", "text", "weight", "feedback")} for row in draft["answers"]]
        made["exact_case"] = draft["exact_case"]
    elif kind == QuestionKind.MATCHING:
        made["stems"] = [{"id": row["id"], "text": row["text"], "right": row["partner_id"]} for row in draft["pairs"]]
        partners = {row["partner_id"]: row["partner"] for row in draft["pairs"]} | {row["id"]: row["text"] for row in draft["others"]}
        made["options"] = [{"id": name, "text": text} for name, text in partners.items()]
    elif kind == QuestionKind.WORDS:
        groups = {row["id"]: row["group"] or "1" for row in draft["words"]}
        made["gaps"] = [{"id": gap["id"], "right": gap["right"], "group": groups.get(gap["right"], "")} for gap in draft["gaps"]]
        made["options"] = [{"id": row["id"], "text": row["text"], "group": groups[row["id"]]} for row in draft["words"]]
    elif kind == QuestionKind.HOTSPOT:
        made["areas"] = [{**row, "at": places(row["at"])} for row in draft["areas"]]
    elif kind == QuestionKind.ESSAY:
        made["guide"] = draft["guide"]
    return made


def _choices(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for row in draft["options"]:
        made = {key: row[key] for key in ("id", "text", "right", "feedback")}
        if row["weight"]:
            made["weight"] = row["weight"]
            made["right"] = _is_right(row["weight"], draft["kind"])
        if draft["kind"] == QuestionKind.TRUE_FALSE:
            made["right"] = row["id"] == draft["answer"]
        rows.append(made)
    return rows


def _is_right(weight: str, kind: str) -> bool:
    try:
        return share(weight) > 0 if kind == QuestionKind.MULTIPLE else share(weight) == 1
    except (ValueError, InvalidOperation):
        return False  # soundness says that it is no number


def places(text: str) -> list[int]:
    """The places of an area out of its field; empty where it does not hold whole numbers."""
    found = [part for part in re.split(r"[\s,;，；、]+", unicodedata.normalize("NFKC", text)) if part]
    return [int(part) for part in found] if all(re.fullmatch(r"\d{1,4}", part) for part in found) else []


def plain_number(text: str) -> str:
    """A typed number as it is kept: half-width, without spaces; what is no number stays as it was typed."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    try:
        Decimal(plain)
    except InvalidOperation:
        return text
    return plain


def named(draft: Mapping[str, Any]) -> Draft:
    """The draft with an id on every row, with the gaps that its text holds, and with partners that say the same as one."""
    made = dict(draft)
    for name, fresh in (("options", _letter), ("answers", _digit), ("words", _letter), ("areas", _digit)):
        made[name] = _with_ids(draft[name], fresh)
    made["pairs"] = _with_ids(draft["pairs"], _digit)
    taken = {row["partner_id"] for row in made["pairs"]} | {row["id"] for row in draft["others"]}
    by_text: dict[str, str] = {}
    partners = []
    for row in made["pairs"]:
        said = str(sorted(row["partner"].items())) if row["partner"] else f"empty {row['id']}"
        if said not in by_text:
            free = row["partner_id"] and row["partner_id"] not in by_text.values()
            by_text[said] = row["partner_id"] if free else _letter(taken)
            taken.add(by_text[said])
        name = by_text[said]
        partners.append({**row, "partner_id": name})
    made["pairs"] = partners
    made["others"] = _with_ids(draft["others"], lambda used: _letter(used | taken), {row["partner_id"] for row in partners})
    if draft["kind"] == QuestionKind.WORDS:
        made["gaps"] = _gaps(draft, made["words"])
    return made


def _gaps(draft: Mapping[str, Any], words: list[Draft]) -> list[Draft]:
    """Each gap of the texts once, in their order. [[2]] asks for the second word until the author says otherwise."""
    chosen = {gap["id"]: gap["right"] for gap in draft["gaps"]}
    names = list(dict.fromkeys(name for text in draft["text"].values() for name in GAP.findall(text)))
    known = {word["id"] for word in words}
    first = {str(place): word["id"] for place, word in enumerate(words, 1)}
    return [{"id": name, "right": right if (right := chosen.get(name)) in known else first.get(name, "")} for name in names]


def _with_ids(rows: Iterable[Mapping[str, Any]], fresh: Callable[[set[str]], str], taken: Iterable[str] = ()) -> list[Draft]:
    rows, used = list(rows), set(taken)
    wanted = {row["id"] for row in rows}
    made = []
    for row in rows:
        name = row["id"] if row["id"] and row["id"] not in used else fresh(used | wanted)
        used.add(name)
        made.append({**row, "id": name})
    return made


def _letter(used: set[str]) -> str:
    names: list[str] = [*string.ascii_lowercase, *(f"o{number}" for number in range(1, len(used) + 2))]
    return next(name for name in names if name not in used)


def _digit(used: set[str]) -> str:
    return next(name for number in range(1, len(used) + 2) if (name := str(number)) not in used)


def rearrange(draft: Mapping[str, Any], command: str) -> Draft:
    """The draft after `add:options`, `up:hints:2`, `down:…`, `remove:…`. Raises Invalid for what is no such command."""
    return move_rows(draft, command, LISTS, LISTS, MOST)[0]


def tags_of(text: str, longest: int, most: int = 20) -> list[str]:
    """Tags out of a field: separated by commas of either width, each once, in order."""
    plain = (" ".join(part.split())[:longest] for part in re.split(r"[,，、;；\n]", text))
    return list(dict.fromkeys(part for part in plain if part))[:most]


def repeated(content: Content) -> dict[str, str]:
    """What a question's row repeats of its content, to be searched and compared."""
    stem = stem_of(content)
    digest = hashlib.sha256(stem.encode()).hexdigest()[:32] if stem else ""
    return {"kind": str(content["kind"]), "words": words_of(content), "missing": missing_in(content), "stem": digest}


def stem_of(content: Content) -> str:
    """A question's text as it is compared with others': in the first language that has one, without spaces and punctuation."""
    text = next((said for language in LANGUAGES if (said := content["text"].get(language))), "")
    return "".join(sign for sign in folded(str(text)) if sign.isalnum())


def missing_in(content: Content) -> str:
    """The language in which something is not said that is said in the other, or ""; both where each lacks something."""
    lacking = {language for pair in _pairs(content) for language in LANGUAGES if not pair.get(language)}
    return " ".join(language for language in LANGUAGES if language in lacking)


def _pairs(value: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            if any(value.values()):
                yield value
        else:
            for key, inner in value.items():
                # An answer that is accepted in one language needs no twin in the other.
                yield from _pairs([row["feedback"] for row in inner] if key == "answers" else inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)


def is_same(one: Any, other: Any) -> bool:
    """Whether two contents say the same, whatever empty fields either holds."""
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: bare for key, inner in value.items() if (bare := _bare(inner)) not in (None, "", False, {}, [])}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def differences(old: Content, new: Content) -> list[Difference]:
    """What changed between two revisions, text by text."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    paths = [path for path in dict.fromkeys([*after, *before]) if before.get(path, "") != after.get(path, "")]
    found = []
    for path in paths:
        language = path[-1] if path[-1] in LANGUAGES else ""
        found.append(Difference("", path[:-1] if language else path, language, compare(before.get(path, ""), after.get(path, ""))))
    return found


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "id":
                yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, inner in enumerate(value, 1):
            yield from _leaves(inner, (*path, inner.get("id") or str(place)))
        if all("id" in inner for inner in value):
            yield (*path, "order"), ", ".join(inner["id"] for inner in value)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    elif value not in (None, "", False):
        yield path, "✓" if value is True else str(value)


def may_become(kind: str, other: str) -> bool:
    """Whether a question of one kind may be saved as another: they must have the same rows."""
    return kind == other or {kind, other} == {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
