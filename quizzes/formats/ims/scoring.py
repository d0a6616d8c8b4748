"""What an item counts as right: its declarations and its response processing, as far as they say what can be said here. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quizzes.formats import weights

# Response processing that uses anything else is not understood.
_KNOWN = {
    *("responseCondition", "responseIf", "responseElseIf", "responseElse", "setOutcomeValue", "variable", "correct", "baseValue", "mapResponse"),
    *("mapResponsePoint", "match", "equal", "stringMatch", "patternMatch", "isNull", "not", "and", "or", "sum", "max", "gt", "gte", "null", "member"),
}
_BRANCHES = ("responseIf", "responseElseIf")
_COMPARISONS = ("match", "equal", "stringMatch", "patternMatch", "member")


@dataclass(frozen=True)
class Declaration:
    """A declared response: what is right, and what each answer earns."""

    identifier: str
    cardinality: str
    base: str
    correct: list[str]
    mapping: dict[str, Decimal]
    default: Decimal
    upper: Decimal | None
    lower: Decimal | None
    exact: list[bool]
    areas: list[tuple[str, str, Decimal]]


@dataclass(frozen=True)
class Accepted:
    """An answer that response processing compares with: by which comparison, its text, and what it earns and shows."""

    comparison: str
    text: str
    earned: str
    feedback: str
    tolerance: str = "0"
    mode: str = "exact"
    exact: bool = True
    bounds: bool = True


@dataclass
class Scoring:
    """How an item is scored: "match" with what is correct, "map", "point", "answers", "none" at all, or "unknown"."""

    method: str
    accepted: list[Accepted] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)  # identifier of a feedback -> right or wrong


def number(text: str | None) -> Decimal | None:
    """A float of an attribute or value."""
    return weights.decimal(text or "")


def declarations(root: Any) -> dict[str, Declaration]:
    """The declared responses of an item by identifier."""
    found = {}
    for row in root.iterfind("responseDeclaration"):
        mapping, areas = row.find("mapping"), row.find("areaMapping")
        entries = list(mapping.iterfind("mapEntry")) if mapping is not None else []
        bounds: Mapping[str, str] = mapping.attrib if mapping is not None else {}
        found[row.get("identifier", "")] = Declaration(
            row.get("identifier", ""),
            row.get("cardinality", "single"),
            row.get("baseType", ""),
            [value.text or "" for value in row.iterfind("correctResponse/value")],
            {entry.get("mapKey", ""): number(entry.get("mappedValue")) or Decimal(0) for entry in entries},
            number(bounds.get("defaultValue")) or Decimal(0),
            number(bounds.get("upperBound")),
            number(bounds.get("lowerBound")),
            [entry.get("caseSensitive", "true") == "true" for entry in entries],
            [
                (entry.get("shape", ""), entry.get("coords", ""), number(entry.get("mappedValue")) or Decimal(0))
                for entry in (areas.iterfind("areaMapEntry") if areas is not None else ())
            ],
        )
    return found


def scoring_of(root: Any, identifiers: set[str]) -> Scoring:
    """How the responses with these identifiers are scored."""
    rules = root.find("responseProcessing")
    if rules is None or not (len(rules) or rules.attrib):
        return Scoring("none")
    template = rules.get("template") or rules.get("templateLocation") or ""
    if template and not len(rules):
        name = re.sub(r"\.xml$", "", template.rsplit("/", 1)[-1])
        return Scoring({"match_correct": "match", "map_response": "map", "map_response_point": "point"}.get(name, "unknown"))
    outcomes = _outcomes(rules)
    if any(element.tag not in _KNOWN for element in rules.iterdescendants()):
        return Scoring("unknown", outcomes=outcomes)
    for tag, method in (("mapResponsePoint", "point"), ("mapResponse", "map")):
        if any(row.get("identifier") in identifiers for row in rules.iter(tag)):
            return Scoring(method, _accepted(rules, identifiers), outcomes)
    if _matches_all(rules, identifiers):
        return Scoring("match", outcomes=outcomes)
    accepted = _accepted(rules, identifiers)
    return Scoring("answers" if accepted else "unknown", accepted, outcomes)


def _matches_all(rules: Any, identifiers: set[str]) -> bool:
    """Whether every response is compared with what is declared as correct, and earns something where it is."""
    found = set()
    for match in rules.iter("match"):
        correct, variable = match.find("correct"), match.find("variable")
        branch = match.getparent()
        branch = branch.getparent() if branch.tag == "and" else branch
        if correct is None or variable is None or branch.tag not in _BRANCHES or _earned(branch) == "0":
            continue
        found.add(correct.get("identifier"))
    return identifiers <= found


def _outcomes(rules: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for condition in rules.iter("responseCondition"):
        first = condition.find("responseIf")
        match = first.find("match") if first is not None else None
        if match is None or match.find("correct") is None:
            continue
        for branch, side in ((first, "right"), (condition.find("responseElse"), "wrong")):
            for value in branch.iterfind("setOutcomeValue/baseValue") if branch is not None else ():
                if value.get("baseType") == "identifier":
                    found[(value.text or "").strip()] = side
    return found


def _accepted(rules: Any, identifiers: set[str]) -> list[Accepted]:
    found: list[Accepted] = []
    for branch in rules.iter(*_BRANCHES):
        test = branch[0] if len(branch) else None
        if test is None:
            continue
        earned, feedback = _earned(branch), _feedback(branch)
        tests = list(test) if test.tag == "or" else [test]
        if test.tag == "not" and test.find("isNull/variable") is not None:
            found.append(Accepted("anything", "*", earned, feedback))
        elif all(row.tag in _COMPARISONS and _names(row, identifiers) for row in tests):
            found += [_comparison(row, earned, feedback) for row in tests]
    return found


def _comparison(test: Any, earned: str, feedback: str) -> Accepted:
    return Accepted(
        test.tag,
        test.get("pattern", "") if test.tag == "patternMatch" else test.findtext("baseValue") or "",
        earned,
        feedback,
        test.get("tolerance", "0"),
        test.get("toleranceMode", "exact"),
        test.tag != "stringMatch" or test.get("caseSensitive", "true") == "true",
        "false" not in (test.get("includeLowerBound"), test.get("includeUpperBound")),
    )


def _names(test: Any, identifiers: set[str]) -> bool:
    variable = test.find("variable")
    value = test.tag == "patternMatch" or test.find("baseValue") is not None
    return variable is not None and variable.get("identifier") in identifiers and value


def _earned(branch: Any) -> str:
    for outcome in branch.iterfind("setOutcomeValue"):
        if outcome.get("identifier") in ("FEEDBACK", "FEEDBACKBASIC"):
            continue
        for value in outcome.iter("baseValue"):
            if value.get("baseType") in ("float", "integer") and number(value.text) is not None:
                return (value.text or "").strip()
        if outcome.find(".//correct") is not None or outcome.find("variable") is not None:
            return "1"
    return "0"


def _feedback(branch: Any) -> str:
    for value in branch.iterfind("setOutcomeValue/baseValue"):
        if value.get("baseType") == "identifier":
            return (value.text or "").strip()
    return ""
