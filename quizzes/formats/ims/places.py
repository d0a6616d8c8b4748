"""Places in a picture in QTI: hotspots, points, and markers to be dropped. Pure."""

import re
from typing import Any

from core.errors import N_
from quizzes.formats import weights
from quizzes.formats.geometry import thousandths
from quizzes.formats.ims.item import Item
from quizzes.formats.ims.scoring import Declaration, Scoring
from quizzes.formats.parsed import Named
from quizzes.rules.questions import QuestionKind

_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")
_SHAPES = {"rect": "rect", "circle": "circle", "poly": "polygon"}
Made = dict[str, Any]


def _made(item: Item, rows: list[tuple[str, str, str, bool]]) -> Made | Named:
    """A hotspot out of rows of id, shape, coordinates, and whether the place is right."""
    if item.picture is None:
        return item.lost(N_("The picture of the question is missing, or is none that can be shown."))
    width, height = item.shown or (item.picture["width"], item.picture["height"])
    areas: list[Made] = []
    for name, shape, coords, right in rows:
        at = [float(found) for found in _NUMBER.findall(coords)]
        if shape == "rect" and len(at) == 4:
            at = [min(at[0], at[2]), min(at[1], at[3]), abs(at[2] - at[0]), abs(at[3] - at[1])]
        known = _SHAPES.get(shape)
        place = thousandths(known, at, width, height) if known and "%" not in coords else None
        if place is None:
            return item.lost(N_("An area of the picture is not drawn completely."))
        areas.append({"id": name, "shape": known, "at": place, "right": right, "feedback": {}})
    return {"kind": QuestionKind.HOTSPOT, "areas": areas}


def points(item: Item, _row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    """Points to be marked within declared areas."""
    if not declaration.areas:
        return item.lost(N_("The item does not say which places are right."))
    good = [value for _shape, _coords, value in declaration.areas if value > 0]
    if scoring.method == "match":
        item.note(N_("A right point was taken as the declared area around it."))
    if good and max(good) - min(good) > weights.NEARLY:
        item.note(N_("Places weigh differently in the file: here each right place earns the same."))
    return _made(item, [(f"a{number}", shape, coords, value > 0) for number, (shape, coords, value) in enumerate(declaration.areas, 1)])


def hotspots(item: Item, row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    """Areas to be chosen."""
    right = set(declaration.correct)
    if scoring.method == "map" and declaration.mapping:
        right = {name for name, value in declaration.mapping.items() if value > 0}
    elif len(right) > 1:
        item.note(N_("All or nothing in the file: here each right part earns its share."))
    rows = [(spot.get("identifier", ""), spot.get("shape", ""), spot.get("coords", "")) for spot in row.iterfind("hotspotChoice")]
    return _made(item, [(name, shape, coords, name in right) for name, shape, coords in rows])


def dropped(item: Item, row: Any, declaration: Declaration, _scoring: Scoring) -> Made | Named:
    """One marker to be dropped on each of its areas."""
    markers = row.findall("gapText") + row.findall("gapImg")
    pairs = [text.split() for text in declaration.correct] or [name.split() for name, value in declaration.mapping.items() if value > 0]
    if len(markers) != 1:
        return item.lost(N_("Several different markers on one picture have no counterpart here."))
    item.note(N_("The label “%(label)s” of the marker was left out: places are marked without one."), label="".join(markers[0].itertext())[:60])
    right = {pair[1] for pair in pairs if len(pair) == 2}
    rows = [(spot.get("identifier", ""), spot.get("shape", ""), spot.get("coords", "")) for spot in row.iterfind("associableHotspot")]
    return _made(item, [(name, shape, coords, name in right) for name, shape, coords in rows])
