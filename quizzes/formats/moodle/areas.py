"""Drag-and-drop markers of Moodle and places in a picture: pixels and thousandths. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from core.errors import N_
from quizzes.formats.geometry import pixels, thousandths
from quizzes.formats.markup import from_base64
from quizzes.formats.moodle.source import Source, text_in, value_of
from quizzes.formats.parsed import Named
from quizzes.rules.questions import QuestionKind

SHAPES = {"rectangle": "rect", "rect": "rect", "circle": "circle", "polygon": "polygon", "poly": "polygon"}
MARKER = "●"  # the label of a marker that says nothing
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")


def read(source: Source) -> dict[str, Any] | Named:
    """A ddmarker question as places in a picture: one marker, to be set in each of its zones."""
    element = source.element
    file = element.find("file")
    body = from_base64(file.text or "") if file is not None else None
    if not body or file is None or not source.take_picture(file.get("name", "picture"), body, ""):
        return source.lost(N_("The picture of the question is missing, or is none that can be shown."))
    source.picture = {**(source.picture or {}), "alt": {}}
    drags = {value_of(row, "no"): text_in(row) for row in element.iterfind("drag")}
    drops = [row for row in element.iterfind("drop") if value_of(row, "choice", "0") != "0"]
    if len({value_of(row, "choice") for row in drops}) != 1 or len(drags) != 1:
        return source.lost(N_("Several different markers on one picture have no counterpart here."))
    label = next(iter(drags.values()))
    if label != MARKER:
        source.note(N_("The label “%(label)s” of the marker was left out: places are marked without one."), label=label[:60])
    if element.find("showmisplaced") is not None:
        source.left_out("showmisplaced")
    areas = []
    for number, row in enumerate(drops, 1):
        shape = SHAPES.get(value_of(row, "shape").lower(), "")
        numbers = [float(found) for found in _NUMBER.findall(value_of(row, "coords"))]
        at = thousandths(shape, numbers, source.picture["width"], source.picture["height"]) if shape else None
        if at is None:
            return source.lost(N_("An area of the picture is not drawn completely."))
        areas.append({"id": f"a{number}", "shape": shape, "at": at, "right": True, "feedback": {}})
    return {"kind": QuestionKind.HOTSPOT, "picture": source.picture, "areas": areas}


def written(shape: str, at: Sequence[int], width: int, height: int) -> str:
    """The coordinates of an area as a ddmarker question has them: "x,y;w,h", "x,y;r" or "x,y;x,y;…", in whole pixels."""
    made = pixels(at, width, height)
    if shape == "circle":
        return f"{made[0]},{made[1]};{made[2]}"
    return ";".join(f"{x},{y}" for x, y in zip(made[::2], made[1::2], strict=True))
