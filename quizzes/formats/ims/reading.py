"""An item of QTI 2 or 3 as the bank has it, interaction by interaction. Pure."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.errors import N_
from quizzes.drafts import TRUE_FALSE
from quizzes.formats import texts, weights
from quizzes.formats.ims import gaps, places, typed_in
from quizzes.formats.ims.item import TOOL, Feedback, Item
from quizzes.formats.ims.scoring import Declaration, Scoring, declarations, number, scoring_of
from quizzes.formats.markup import excerpt
from quizzes.formats.parsed import Entry, Named
from quizzes.rules.questions import QuestionKind
from quizzes.rules.soundness import problems

Made = dict[str, Any]
_WORDS_OF_TRUTH = [("true", "false"), ("right", "wrong"), ("yes", "no"), ("正确", "错误"), ("对", "错"), ("是", "否"), ("√", "×")]
_SIDES = {"right": "right", "correct": "right", "partly": "partly", "partial": "partly", "wrong": "wrong", "incorrect": "wrong"}
ALL_OR_NOTHING = N_("All or nothing in the file: here each right part earns its share.")

_PARTS = {"responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"}
_ATTRIBUTES = {"responseIdentifier", "shuffle", "maxChoices", "maxAssociations", "id", "class", "label", "lang", "base", "required"}
# What says only what holds anyway.
_USUAL = {("minChoices", "0"), ("minChoices", "1"), ("minAssociations", "0"), ("orientation", "vertical")}


def read_item(
    element: Any, where: str, language: str | None, folder: str = "", file: Callable[[str], bytes | None] = lambda _name: None
) -> tuple[Entry | None, list[Named]]:
    """A question out of an item with canonical names, and what is named of it; no entry where it is lost, and then why is named."""
    item = Item(element, where, language, folder=folder, file=file)
    title = " ".join((element.get("title") or "").split())
    item.excerpt = title or element.get("identifier", "")
    if element.find("itemBody") is None:
        return None, [item.lost(N_("The question has no text."))]
    if element.find("templateDeclaration") is not None or element.get("adaptive") == "true":
        return None, [item.lost(N_("Items that change from attempt to attempt have no counterpart here."))]
    item.prepare()
    made = _made(item)
    if isinstance(made, Named):
        return None, [made]
    content: Made = {"text": item.pair(item.body), "feedback": {}, "part": ""} | made
    content |= {"format": item.form} if item.form != texts.PLAIN else {}
    content |= {"picture": item.picture} if item.picture else {}
    content |= {"hints": hints} if (hints := [said for row in item.hints if (said := item.pair(row))]) else {}
    _place_feedback(item, content)
    _name_the_rest(item)
    wrong = problems(content)
    if wrong:
        return None, [item.lost(wrong[0])]
    own = (element.get("label") or "") if element.get("toolName") == TOOL else element.get("identifier", "")
    shown_title = "" if title == (excerpt(content["text"].values()) or content["kind"]) else title
    return Entry(content, where, title=shown_title, uid=own, pictures=item.pictures), item.finish()


def _made(item: Item) -> Made | Named:
    rows = item.interactions
    if not rows:
        return {"kind": QuestionKind.INFORMATION}
    declared = declarations(item.element)
    scoring = scoring_of(item.element, {row.get("responseIdentifier", "") for row in rows})
    if all(row.tag == "inlineChoiceInteraction" for row in rows):
        return gaps.inline(item, declared, scoring)
    if len(rows) > 1:
        return item.lost(N_("Several interactions in one item have no counterpart here."))
    reader = _READERS.get(rows[0].tag)
    if reader is None:
        return item.lost(N_("Questions of the type “%(type)s” have no counterpart here."), type=rows[0].tag)
    if rows[0].tag == "extendedTextInteraction":
        return _essay(item)
    declaration = declared.get(rows[0].get("responseIdentifier", ""))
    if declaration is None:
        return item.lost(N_("The item does not say which answer is right."))
    trusted = _trusted(item, declaration, scoring)
    return trusted if isinstance(trusted, Named) else reader(item, rows[0], declaration, trusted)


def _trusted(item: Item, declaration: Declaration, scoring: Scoring) -> Scoring | Named:
    """The scoring, or where it is none that is understood the declared right answer, if that is the whole key."""
    if scoring.method not in ("none", "unknown"):
        return scoring
    if declaration.mapping and scoring.method == "none":
        return Scoring("map", outcomes=scoring.outcomes)
    if declaration.areas and scoring.method == "none":
        return Scoring("point", outcomes=scoring.outcomes)
    if not declaration.correct or declaration.mapping or declaration.areas:
        return item.lost(N_("The scoring of the item is not understood, and the answer that it declares as right is not the whole key."))
    item.note(N_("The scoring of the item is not understood: the answer that it declares as right was taken as the whole key."))
    return Scoring("match", outcomes=scoring.outcomes)


def _choice(item: Item, row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    rows = row.findall("simpleChoice")
    names = [choice.get("identifier", "") for choice in rows]
    multiple = declaration.cardinality == "multiple"
    earned = earned_by(item, declaration, names, multiple) if scoring.method == "map" else []
    if scoring.method == "map" and not earned:
        return item.lost(N_("No answer reaches full marks."))
    if scoring.method == "match" and multiple and len(declaration.correct) > 1:
        item.note(ALL_OR_NOTHING)
    if scoring.method == "answers":
        by_text = {answer.text: number(answer.earned) or Decimal(0) for answer in scoring.accepted if not multiple}
        earned = typed_in.shares(item, [by_text.get(name, Decimal(0)) for name in names])
    rights = weights.settled(multiple, earned) if earned else [{"right": name in declaration.correct} for name in names]
    options = [{"id": name, "text": item.pair(choice), "feedback": {}} | right for name, choice, right in zip(names, rows, rights, strict=True)]
    kind = QuestionKind.MULTIPLE if multiple else QuestionKind.SINGLE
    if not multiple and (truth := _truth(item, options)):
        return {"kind": QuestionKind.TRUE_FALSE, "options": truth}
    if multiple and row.get("maxChoices", "0") not in ("0", str(len(rows)), str(sum(option["right"] for option in options))):
        item.left_out(f"maxChoices={row.get('maxChoices')}")
    return {"kind": kind, "options": options} | fixed(item, row, rows)


def fixed(item: Item, row: Any, rows: list[Any]) -> Made:
    """Whether options keep their order; where only some do, all do."""
    if row.get("shuffle", "false") != "true":
        return {"fixed": True}
    if any(choice.get("fixed") == "true" for choice in rows):
        item.note(N_("Some options keep their place in the file: here all keep it."))
        return {"fixed": True}
    return {}


def earned_by(item: Item, declaration: Declaration, names: list[str], multiple: bool) -> list[str]:
    """What each choice of a mapping earns in per cent of the whole; nothing where none earns anything."""
    values = [declaration.mapping.get(name, declaration.default) for name in names]
    good = [value for value in values if value > 0]
    if not good:
        return []
    whole = sum(good, Decimal(0)) if multiple else max(good)
    if multiple and declaration.upper is not None and 0 < declaration.upper < whole:
        whole = declaration.upper
    if declaration.lower is not None and declaration.lower < 0:
        item.left_out(f"lowerBound={declaration.lower}")
    if abs(whole - 1) < weights.NEARLY:  # three thirds of a float are not quite one
        return [weights.shifted(weights.plain(value)) for value in values]
    item.note(typed_in.POINTS, points=weights.plain(whole))
    return [weights.per_cent(weights.fraction(value) / weights.fraction(whole)) for value in values]


def _truth(item: Item, options: list[Made]) -> list[Made] | None:
    """The two options of a statement that is true or false, by their identifiers or words."""
    if len(options) != 2:
        return None
    said = [{option["id"].lower(), *(texts.as_plain(text).lower() for text in option["text"].values())} for option in options]
    for words in _WORDS_OF_TRUTH:
        for order in (words, words[::-1]):
            if order[0] in said[0] and order[1] in said[1]:
                by_name = {"true" if word == words[0] else "false": option for word, option in zip(order, options, strict=True)}
                for name, option in by_name.items():
                    item.feedback = [
                        Feedback(name if row.identifier == option["id"] else row.identifier, row.element, name if row.choice == option["id"] else row.choice)
                        for row in item.feedback
                    ]
                return [by_name[name] | {"id": name, "text": dict(text)} for name, text in TRUE_FALSE.items()]
    return None


def _order(item: Item, row: Any, declaration: Declaration, _scoring: Scoring) -> Made | Named:
    rows = {choice.get("identifier", ""): choice for choice in row.iterfind("simpleChoice")}
    if sorted(declaration.correct) != sorted(rows):
        return item.lost(N_("The order in the file does not name every row once."))
    item.note(N_("An order is marked here by the pairs that stand in the right order."))
    return {"kind": QuestionKind.ORDERING, "options": [{"id": name, "text": item.pair(rows[name])} for name in declaration.correct]}


def _match(item: Item, row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    sets = [{choice.get("identifier", ""): choice for choice in one.iterfind("simpleAssociableChoice")} for one in row.iterfind("simpleMatchSet")]
    if len(sets) != 2:
        return item.lost(N_("A row to be matched has no partner."))
    return _paired(item, row, sets[0], sets[1], pairs_of(item, declaration, scoring))


def pairs_of(item: Item, declaration: Declaration, scoring: Scoring) -> list[list[str]]:
    """The right pairs, each as two identifiers."""
    pairs = [text.split() for text in declaration.correct]
    if scoring.method == "map" and declaration.mapping:
        values = declaration.mapping.values()
        pairs = [name.split() for name, value in declaration.mapping.items() if value > 0]
        good = [value for value in values if value > 0]
        if min(values) < 0 or declaration.default < 0 or (good and max(good) - min(good) > weights.NEARLY):
            item.note(N_("Pairs weigh differently in the file: here each right pair earns the same, and a wrong one nothing."))
        elif good and abs(sum(good, Decimal(0)) - 1) > weights.NEARLY:
            item.note(typed_in.POINTS, points=weights.plain(sum(good, Decimal(0))))  # type: ignore[arg-type]
    elif scoring.method == "match" and len(pairs) > 1:
        item.note(ALL_OR_NOTHING)
    return [pair for pair in pairs if len(pair) == 2]


def _paired(item: Item, row: Any, left: dict[str, Any], right: dict[str, Any], pairs: list[list[str]]) -> Made | Named:
    partner = dict(pairs)
    if sorted(first for first, _second in pairs) != sorted(left) or not set(partner.values()) <= set(right):
        turned = [[second, first] for first, second in pairs]
        if sorted(first for first, _second in turned) != sorted(right) or not set(dict(turned).values()) <= set(left):
            return item.lost(N_("Not every row to be matched has exactly one partner."))
        left, right, partner = right, left, dict(turned)
    stems = [{"id": name, "text": item.pair(choice), "right": partner[name]} for name, choice in left.items()]
    options = [{"id": name, "text": item.pair(choice)} for name, choice in right.items()]
    return {"kind": QuestionKind.MATCHING, "stems": stems, "options": options} | fixed(item, row, [*left.values(), *right.values()])


def _associate(item: Item, row: Any, declaration: Declaration, scoring: Scoring) -> Made | Named:
    rows = {choice.get("identifier", ""): choice for choice in row.iterfind("simpleAssociableChoice")}
    pairs = pairs_of(item, declaration, scoring)
    firsts = {first for first, _second in pairs}
    if len({name for pair in pairs for name in pair}) != 2 * len(pairs):
        return item.lost(N_("Not every row to be matched has exactly one partner."))
    item.note(N_("Rows to be put together in pairs became rows to be matched."))
    left = {name: choice for name, choice in rows.items() if name in firsts}
    return _paired(item, row, left, {name: choice for name, choice in rows.items() if name not in firsts}, pairs)


def _essay(item: Item) -> Made:
    if item.element.find("responseDeclaration/correctResponse") is not None:
        item.left_out("correctResponse")
    guide: dict[str, str] = {}
    for row in item.guides:
        for language, text in item.pair(row).items():
            guide[language] = f"{guide[language]}\n{text}" if language in guide else text
    return {"kind": QuestionKind.ESSAY, "guide": guide}


def _name_the_rest(item: Item) -> None:
    for child in item.element:
        if child.tag not in _PARTS:
            item.left_out(child.tag)
    for row in item.interactions:
        for name, value in row.attrib.items():
            if name not in _ATTRIBUTES and (name, value) not in _USUAL:
                item.left_out(f"{name}={value}"[:60])


def _place_feedback(item: Item, content: Made) -> None:
    """Put each piece of feedback where it belongs: with its answer, its outcome, or the question."""
    rows = {row["id"]: row for name in ("options", "answers", "areas") for row in content.get(name, ()) if "feedback" in row}
    outcomes: dict[str, dict[str, str]] = {}
    by_rule = scoring_of(item.element, set()).outcomes
    for feedback in item.feedback:
        said, name = item.pair(feedback.element), feedback.identifier
        if not said:
            continue
        simple = name.lower().removesuffix("_fb").removeprefix("feedback").strip("_-")
        side = by_rule.get(name) or _SIDES.get(simple)
        row = rows.get(name) or rows.get(feedback.choice)
        if row is not None and not row["feedback"]:
            row["feedback"] = said
        elif side and side not in outcomes:
            outcomes[side] = said
        elif not content["feedback"]:
            content["feedback"] = said
        else:
            item.left_out(f"feedback {name}"[:60])
    if outcomes:
        content["outcomes"] = outcomes
    if item.guides and content["kind"] != QuestionKind.ESSAY:
        item.left_out("rubricBlock view=scorer")
    for choice in content.get("options", ()):
        if "feedback" not in choice and any(feedback.choice == choice["id"] for feedback in item.feedback):
            item.left_out("feedbackInline")


_READERS: dict[str, Callable[[Item, Any, Declaration, Scoring], Made | Named]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "gapMatchInteraction": gaps.dragged,
    "textEntryInteraction": typed_in.read,
    "hotspotInteraction": places.hotspots,
    "selectPointInteraction": places.points,
    "graphicGapMatchInteraction": places.dropped,
    "extendedTextInteraction": lambda item, *_rest: _essay(item),
}
