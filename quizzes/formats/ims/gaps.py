"""Missing words of QTI: choices within a text, and words to be dragged into gaps. Pure."""

import re
from decimal import Decimal
from typing import Any

from core.errors import N_
from quizzes.formats import weights
from quizzes.formats.ims.item import Item
from quizzes.formats.ims.scoring import Declaration, Scoring
from quizzes.formats.parsed import Named
from quizzes.rules.questions import QuestionKind

_MARK = re.compile(r"\[\[([^\[\]]{1,200})\]\]")
Made = dict[str, Any]


def _named(item: Item, gaps: dict[str, Made], options: list[Made]) -> Made | Named:
    """The question with gaps under short names, once each in the text."""
    said = {
        language: _MARK.sub(lambda found: f"[[{gaps[found[1]]['id']}]]" if found[1] in gaps else found[0], text)
        for language, text in item.pair(item.body).items()
    }
    return {"kind": QuestionKind.WORDS, "text": said, "gaps": list(gaps.values()), "options": options}


def inline(item: Item, declared: dict[str, Declaration], scoring: Scoring) -> Made | Named:
    """Choices within a text. Gaps that offer the same words in the same order share them."""
    if scoring.method not in ("match", "map", "none"):
        return item.lost(N_("The scoring of the item is not understood, and the answer that it declares as right is not the whole key."))
    gaps: dict[str, Made] = {}
    options: list[Made] = []
    groups: dict[str, str] = {}
    shuffled = True
    for number, row in enumerate(item.interactions, 1):
        identifier = row.get("responseIdentifier", "")
        declaration = declared.get(identifier)
        offered = [(choice.get("identifier", ""), item.plain_pair(choice)) for choice in row.iterfind("inlineChoice")]
        right = _right(declaration) if declaration else None
        group = groups.setdefault(str(offered), str(len(groups) + 1))
        if int(group) > len({option["group"] for option in options}):
            options += [{"id": f"{group}-{name}", "text": text, "group": group} for name, text in offered]
        gaps[identifier] = {"id": f"g{number}", "right": f"{group}-{right}", "group": group}
        shuffled = shuffled and row.get("shuffle", "false") == "true"
    made = _named(item, gaps, options)
    return made if isinstance(made, Named) or shuffled else {**made, "fixed": True}


def _right(declaration: Declaration) -> str | None:
    if declaration.correct:
        return declaration.correct[0]
    good = [name for name, value in declaration.mapping.items() if value > 0]
    return good[0] if len(good) == 1 else None


def dragged(item: Item, row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    """Words to be dragged into gaps, as words to be chosen in them."""
    if row.find("gapImg") is not None:
        return item.lost(N_("Pictures to be dragged into gaps have no counterpart here."))
    pairs = [text.split() for text in declaration.correct] or [name.split() for name, value in declaration.mapping.items() if value > 0]
    partner = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
    if scoring.method == "map" and len({value for value in declaration.mapping.values() if value > 0}) > 1:
        item.note(N_("Pairs weigh differently in the file: here each right pair earns the same, and a wrong one nothing."))
    names = [gap.get("identifier", "") for gap in row.iter("gap")]
    options = [{"id": choice.get("identifier", ""), "text": item.plain_pair(choice), "group": "1"} for choice in row.iterfind("gapText")]
    gaps = {name: {"id": f"g{number}", "right": partner.get(name, ""), "group": "1"} for number, name in enumerate(names, 1)}
    item.note(N_("Words to be dragged into gaps became words to be chosen in gaps."))
    good = [value for value in declaration.mapping.values() if value > 0]
    if scoring.method == "map" and good and abs(sum(good, Decimal(0)) - 1) > weights.NEARLY:
        item.left_out(f"points={sum(good, Decimal(0))}")
    made = _named(item, gaps, options)
    return made if isinstance(made, Named) or row.get("shuffle", "false") == "true" else {**made, "fixed": True}
