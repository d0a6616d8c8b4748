"""Taking a cell apart: options that stand in one cell, numbering and answers within the text of a question. Pure."""

import re
import unicodedata

from quizzes.formats.sheets.answers import judged, kind_of, letters_of

_NUMBERING = re.compile(r"\s*(?:第\s*\d{1,5}\s*题\s*[.．、:：]?|[（(]\s*\d{1,5}\s*[)）]\s*[.．、]?|\d{1,5}\s*[、:：)）]|\d{1,5}\s*[.．](?!\d))\s*")
_KIND_TAG = re.compile(r"\s*[\[【（(]\s*([^\]】）)]{2,8})\s*[\]】）)]\s*")
_BRACKET = re.compile(r"[（(]([\s　]*)([^（）()]{1,24}?)([\s　]*)[）)]")
_GAP = re.compile(r"_{2,}|＿{2,}|[（(][\s　]*[）)]")
_LABEL = re.compile(r"[（(]\s*([A-Za-zＡ-Ｚａ-ｚ])\s*[）)]\s*[.．、:：]?\s*|(?<![A-Za-zＡ-Ｚａ-ｚ0-9])([A-Za-zＡ-Ｚａ-ｚ])\s*[.．、:：)）]\s*")
_BARE_LABEL = re.compile(r"(?<![A-Za-zＡ-Ｚａ-ｚ0-9])([A-ZＡ-Ｚ])(?![A-Za-zＡ-Ｚａ-ｚ0-9])\s*")
_MARKS = (r"\*\*", r"##+", r"\|\|?", r"@@", r"\$\$", r"\n+", "[;；]", r"\t+")
EMPTY = "（　　）"


def without_number(text: str) -> tuple[str, str | None]:
    """A question's text without its number and without a word like 【单选题】 before it; and the kind that word names."""
    kind = None
    for _turn in range(3):
        number = _NUMBERING.match(text)
        if number and text[number.end() :].strip():
            text = text[number.end() :]
        tag = _KIND_TAG.match(text)
        if tag and kind_of(tag[1]) and text[tag.end() :].strip():
            kind, text = kind_of(tag[1]), text[tag.end() :]
    return text.strip(), kind


def gaps(text: str) -> int:
    """How many places are left open in a text."""
    return len(_GAP.findall(text))


def bracketed(text: str, anywhere: bool) -> tuple[str, str]:
    """A text whose answer stands in brackets within it, with the brackets empty, and that answer; "" where there is none or more than one.

    A bracket counts that ends the text or is spaced: in 电流（A） it is a unit. `anywhere`: a sheet that has no other answers.
    """
    found = []
    for match in _BRACKET.finditer(text):
        said = unicodedata.normalize("NFKC", match[2]).strip()
        ends = not text[match.end() :].strip(" 　。.？?！!：:")
        is_answer = (letters_of(said) is not None and said.upper() == said) or judged(said) is not None
        if is_answer and (ends or match[1] or match[3] or anywhere):
            found.append(match)
    if len(found) != 1:
        return text, ""
    match = found[0]
    return text[: match.start()] + EMPTY + text[match.end() :], match[2].strip()


def split_options(cell: str) -> list[str] | None:
    """The options of one cell; None where they cannot be told apart with certainty."""
    by_label = _labelled(cell, _LABEL)
    if by_label and not by_label[0]:
        return by_label[1:]
    for mark in _MARKS:
        parts = [part.strip() for part in re.split(mark, re.sub(f"^({mark})|({mark})$", "", cell.strip()))]
        if len(parts) >= 2:
            return unlabelled(parts) if all(parts) else None
    by_label = _labelled(cell, _BARE_LABEL)
    return by_label[1:] if by_label and not by_label[0] else None


def glued(text: str) -> tuple[str, list[str]] | None:
    """A question and the options that stand in the same cell behind it."""
    found = _labelled(text, _LABEL)
    if found and found[0]:
        return found[0], found[1:]
    head, newline, rest = text.partition("\n")
    found = _labelled(rest, _BARE_LABEL) if newline else None
    return (head.strip(), found[1:]) if found and not found[0] else None


def _labelled(cell: str, label: re.Pattern[str]) -> list[str] | None:
    """What stands before A, behind A, behind B …; None where the letters do not follow each other once each."""
    found = [(match, ord(unicodedata.normalize("NFKC", match[1] or match[match.lastindex or 1]).upper()) - 64) for match in label.finditer(cell)]
    if [place for _match, place in found] != list(range(1, len(found) + 1)) or len(found) < 2:
        return None
    ends = [*(match.start() for match, _place in found[1:]), len(cell)]
    parts = [cell[match.end() : end].strip(" \t\n　;；|*#,，") for (match, _place), end in zip(found, ends, strict=True)]
    return [cell[: found[0][0].start()].strip(" \t\n　;；|*#"), *parts] if all(part.strip(".．、:：)） ") for part in parts) else None


def unlabelled(parts: list[str]) -> list[str] | None:
    """Options without the letters before them, where every one has its letter; None where letters are there and not in order."""
    letters = []
    for part in parts:
        match = _LABEL.match(part)
        letters.append(ord(unicodedata.normalize("NFKC", match[1] or match[2]).upper()) - 64 if match else 0)
    if letters == list(range(1, len(parts) + 1)):
        bare = [_LABEL.sub("", part, count=1).strip() for part in parts]
        return bare if all(bare) else None
    return parts if not any(letters) else None
