"""How exactly GIFT is read: `python -m bench.gift FOLDER`.

FOLDER has GIFT files and beside each a JSON file of the same name with what it means, as the grammar GIFT-grammar-PEG.js writes it. Two
things are compared with it, field by field: what the grammar read, letter by letter; and what came into the bank, where texts are compared
by their words, because a question has one format there.
"""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from quizzes.formats.gift import read
from quizzes.formats.gift_grammar import Choice, Question, Said, questions
from quizzes.formats.parsed import Entry, Named
from quizzes.formats.texts import as_html, as_plain, decoded, format_of

KINDS = {
    "single": "MC",
    "multiple": "MC",
    "true-false": "TF",
    "short": "Short",
    "numeric": "Numerical",
    "matching": "Matching",
    "essay": "Essay",
    "information": "Description",
}


def differences(wanted: Any, got: Any, at: str) -> Iterator[str]:
    """Where two values differ, field by field; what only `got` has is no difference."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            yield from differences(value, got.get(key), f"{at}.{key}")
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for place, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from differences(one, other, f"{at}[{place}]")
    elif wanted != got:
        yield f"{at}: {wanted!r} is read as {got!r}"


def grammar_says(question: Question) -> dict[str, Any]:
    """A question of our grammar in the words of the JSON."""
    made: dict[str, Any] = {
        "type": question.type,
        "title": question.title,
        "id": question.uid or None,
        "tags": list(question.tags) or None,
        "stem": said(question.stem),
        "hasEmbeddedAnswers": question.embedded,
        "globalFeedback": said(question.overall),
        "isTrue": question.is_true,
        "trueFeedback": said(question.of_true),
        "falseFeedback": said(question.of_false),
        "matchPairs": [{"subquestion": said(choice.said), "subanswer": choice.partner} for choice in question.choices],
        "choices": [
            {
                "isCorrect": choice.sign != "~",
                "weight": None if choice.weight is None else float(choice.weight),
                "text": span_said(choice) if question.type == "Numerical" else said(choice.said),
                "feedback": said(choice.feedback),
            }
            for choice in question.choices
        ],
    }
    if question.type == "Numerical" and [choice.sign for choice in question.choices] == [""]:
        made["choices"] = span_said(question.choices[0])
    return made


def said(text: Said | None) -> dict[str, str] | None:
    return {"format": text.form, "text": text.text} if text else None


def span_said(choice: Choice) -> dict[str, Any]:
    """A numeric answer in the words of the JSON."""
    text = choice.said.text
    if text in ("", "*"):
        return {"format": choice.said.form, "text": "*"}
    low, dots, high = text.partition("..")
    if dots:
        return {"type": "high-low", "numberHigh": float(high), "numberLow": float(low)}
    value, colon, tolerance = text.partition(":")
    return {"type": "range", "number": float(value), "range": float(tolerance)} if colon else {"type": "simple", "number": float(value)}


def bank_says(entry: Entry) -> dict[str, Any]:
    """What came into the bank, in plain words."""
    content = entry.content
    form = content.get("format", "plain")

    def words(pair: Any) -> str:
        return _words(next(iter((pair or {}).values()), ""), form)

    rows = content.get("options", content.get("answers", ()))
    made: dict[str, Any] = {
        "type": KINDS[content["kind"]],
        "title": entry.title or None,
        "id": entry.uid or None,
        "tags": list(entry.tags) or None,
        "stem": words(content["text"]),
        "globalFeedback": words(content.get("feedback")),
    }
    if content["kind"] == "true-false":
        right, wrong = rows
        return {**made, "isTrue": right["right"], "trueFeedback": words(right["feedback"]), "falseFeedback": words(wrong["feedback"])}
    if content["kind"] == "matching":
        partner = {row["id"]: words(row["text"]) for row in rows}
        return {**made, "pairs": [[words(stem["text"]), partner[stem["right"]]] for stem in content["stems"]], "partners": sorted(partner.values())}
    if content["kind"] == "numeric":
        made["answers"] = [[row["value"] if row["value"] == "*" else float(row["value"]), float(row["tolerance"]), float(row["weight"])] for row in rows]
    elif content["kind"] == "short":
        made["answers"] = [[_words(next(iter(row["text"].values())), "plain"), float(row["weight"])] for row in rows]
    else:
        made["answers"] = [[words(row["text"]), float(row["weight"]) if "weight" in row else row["right"]] for row in rows]
    return {**made, "feedback": [words(row.get("feedback")) for row in rows]}


def _words(text: str, form: str) -> str:
    return " ".join(as_plain(as_html(text, form)).split())


def json_says(question: dict[str, Any]) -> dict[str, Any]:
    """The JSON in the same plain words."""

    def words(text: dict[str, str] | None) -> str:
        return _words(text["text"], format_of(text["format"], text["text"])) if text else ""

    kind = question["type"]
    made = {
        "type": kind,
        "title": question["title"],
        "id": question["id"],
        "tags": question["tags"],
        "stem": words(question["stem"]),
        "globalFeedback": words(question.get("globalFeedback")),
    }
    if kind == "TF":
        return {**made, "isTrue": question["isTrue"], "trueFeedback": words(question["trueFeedback"]), "falseFeedback": words(question["falseFeedback"])}
    if kind == "Matching":
        pairs = [[words(pair["subquestion"]), pair["subanswer"]] for pair in question["matchPairs"]]
        return {**made, "pairs": [pair for pair in pairs if pair[0]], "partners": sorted({partner for _stem, partner in pairs})}
    choices = question.get("choices") or []
    if isinstance(choices, dict):
        choices = [{"isCorrect": True, "weight": None, "text": choices, "feedback": None}]
    weighted = kind != "MC" or any(choice["weight"] is not None for choice in choices)
    given = [
        choice["isCorrect"] if not weighted else float(choice["weight"] if choice["weight"] is not None else 100 * choice["isCorrect"]) for choice in choices
    ]
    if kind == "Numerical":
        texts = [_span(choice["text"]) for choice in choices]
    else:  # what is to be typed is plain, whatever its format
        texts = [[words({**choice["text"], "format": "plain"} if kind == "Short" else choice["text"])] for choice in choices]
    answers = [[*text, weight] for text, weight in zip(texts, given, strict=True)]
    return {**made, "answers": answers, "feedback": [words(choice["feedback"]) for choice in choices]}


def _span(text: dict[str, Any]) -> list[Any]:
    if text.get("type") == "high-low":
        low, high = Decimal(str(text["numberLow"])), Decimal(str(text["numberHigh"]))
        return [float((low + high) / 2), float((high - low) / 2)]
    return [float(text["number"]), float(text.get("range", 0))] if "number" in text else ["*", 0.0]


def main(folder: str) -> int:
    """Print every file's figures and every difference; the number of differences."""
    total = counted = 0
    print("file                                      questions  read  named  differences")
    for path in sorted(Path(folder).glob("*.gift")):
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        text = decoded(path.read_bytes())
        parsed = read(text, "en")
        found: list[str] = []
        raw = [{"type": "Category", "title": item} if isinstance(item, str) else item for item in questions(text)]
        said_here = [grammar_says(item) if isinstance(item, Question) else item for item in raw]
        found += differences(wanted, [item for item in said_here if not isinstance(item, Named)], "grammar")
        asked = [question for question in wanted if question["type"] != "Category"]
        found += differences([json_says(question) for question in asked], [bank_says(entry) for entry in parsed.entries], "bank")
        print(f"{path.stem:42}{len(asked):9}{len(parsed.entries):6}{len(parsed.named):7}{len(found):13}")
        for row in [*found, *(f"named, line {row.where}: {row.message} {row.excerpt}" for row in parsed.named)]:
            print(f"    {row}")
        total, counted = total + len(found), counted + len(asked)
    print(f"{counted} questions, {total} differences")
    return total


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1])))
