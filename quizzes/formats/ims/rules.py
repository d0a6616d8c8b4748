"""Response processing as it is written: what is earned, and which feedback is shown. Pure."""

from collections.abc import Sequence
from typing import Any

from quizzes.formats.ims.sheet import RESPONSE, Sheet


def _set(sheet: Sheet, parent: Any, outcome: str) -> Any:
    return sheet.element("setOutcomeValue", parent, identifier=outcome)


def _value(sheet: Sheet, parent: Any, base: str, text: str) -> None:
    sheet.element("baseValue", parent, text, baseType=base)


def _condition(sheet: Sheet) -> Any:
    made = sheet.element("responseCondition")
    sheet.rules.append(made)
    return made


def match_correct(sheet: Sheet, identifiers: Sequence[str]) -> None:
    """Each response that is as declared earns its even share of 1."""
    if len(identifiers) == 1:
        branch = sheet.element("responseIf", _condition(sheet))
        match(sheet, branch, identifiers[0])
        _value(sheet, _set(sheet, branch, "SCORE"), "float", "1")
        return
    for identifier in identifiers:
        branch = sheet.element("responseIf", _condition(sheet))
        match(sheet, branch, identifier)
        total = sheet.element("sum", _set(sheet, branch, "SCORE"))
        sheet.element("variable", total, identifier="SCORE")
        _value(sheet, total, "float", f"{1 / len(identifiers):.7f}")


def match(sheet: Sheet, branch: Any, identifier: str) -> None:
    """The comparison of a response with what is declared as right."""
    made = sheet.element("match", branch)
    sheet.element("variable", made, identifier=identifier)
    sheet.element("correct", made, identifier=identifier)


def mapped(sheet: Sheet, tag: str = "mapResponse") -> None:
    """What is earned is what the mapping says."""
    made = _set(sheet, None, "SCORE")
    sheet.element(tag, made, identifier=RESPONSE)
    sheet.rules.append(made)


def accepted(sheet: Sheet, tests: Sequence[Any], earned: str, feedback: str) -> None:
    """Who passes one of the tests earns this at least, and sees this feedback."""
    branch = sheet.element("responseIf", _condition(sheet))
    within = sheet.element("or", branch) if len(tests) > 1 else branch
    within.extend(tests)
    most = sheet.element("max", _set(sheet, branch, "SCORE"))
    sheet.element("variable", most, identifier="SCORE")
    _value(sheet, most, "float", earned)
    if feedback:
        _value(sheet, _set(sheet, branch, "FEEDBACK"), "identifier", feedback)


def show(sheet: Sheet, by_choice: bool) -> None:
    """Set what shows the feedback of choices, of the outcome, and of the question."""
    content = sheet.content
    if by_choice:
        made = _set(sheet, None, "FEEDBACK")
        sheet.element("variable", made, identifier=RESPONSE)
        sheet.rules.append(made)
    outcomes = {side: pair for side, pair in content.get("outcomes", {}).items() if pair}
    if outcomes:
        sheet.outcome("OUTCOME", "single", "identifier")
        condition = _condition(sheet)
        for tag, comparison, least, side in (("responseIf", "gte", "0.9999", "right"), ("responseElseIf", "gt", "0", "partly")):
            branch = sheet.element(tag, condition)
            test = sheet.element(comparison, branch)
            sheet.element("variable", test, identifier="SCORE")
            _value(sheet, test, "float", least)
            _value(sheet, _set(sheet, branch, "OUTCOME"), "identifier", side)
        _value(sheet, _set(sheet, sheet.element("responseElse", condition), "OUTCOME"), "identifier", "wrong")
        for side, pair in outcomes.items():
            sheet.modal("OUTCOME", side, pair)
    if content["feedback"]:
        sheet.outcome("GENERAL", "single", "identifier", "general")
        sheet.modal("GENERAL", "general", content["feedback"])
