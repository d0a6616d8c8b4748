"""When two questions are the same but for ids, and for what a format leaves open."""

import re

from quizzes.rules.questions import GAP


def alike(content, without=()):
    """A question in the form in which it is compared: no ids, no empty texts, no features of `without`, spaces in plain text as one."""
    form = content.get("format", "plain")
    ids = {}
    for name in ("options", "stems", "gaps", "answers", "areas"):
        rows = content.get(name, ())
        if name == "options" and content["kind"] == "matching":
            wanted = [stem["right"] for stem in content["stems"]]
            rows = sorted(rows, key=lambda row: wanted.index(row["id"]) if row["id"] in wanted else len(wanted))
        ids[name] = {row["id"]: f"{name}{place}" for place, row in enumerate(rows)}
    made = {"format": form}
    for key, value in content.items():
        if key in ids:
            rows = [_row(row, key, ids, form) for row in value]
            made[key] = sorted(rows, key=lambda row: row["id"]) if content["kind"] == "matching" and key == "options" else rows
        elif key == "text" and "gaps" in content:
            made[key] = {language: GAP.sub(lambda gap: f"[[{ids['gaps'][gap[1]]}]]", text) for language, text in _pair(value, form).items()}
        elif key in ("text", "feedback", "guide"):
            made[key] = _pair(value, form)
        else:
            made[key] = value
    if content["kind"] == "short":
        made["answers"] = typed(content, form)
    return {key: value for key, value in made.items() if key not in without and value not in ({}, [], 0, False, "")}


def typed(content, form):
    """Answers that are typed, language by language: who types is not asked for the language."""
    rows = [(text, answer["weight"], _pair(answer["feedback"], form)) for answer in content["answers"] for text in answer["text"].values() if text]
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def _row(row, name, ids, form):
    made = {key: _pair(value, form) if key in ("text", "feedback") else value for key, value in row.items()}
    made["id"] = ids[name][row["id"]]
    if name in ("stems", "gaps"):
        made["right"] = ids["options"][row["right"]]
    return made


def _pair(pair, form):
    return {language: re.sub(r" +", " ", text).strip() if form == "plain" else text.strip() for language, text in (pair or {}).items() if text.strip()}
