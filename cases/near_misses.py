"""What is made of a near miss that somebody sent in: where it stands, its words without names, a case to begin with. Pure.

A room of its own, as drafts.py is: rules.py is about reading a case, this about where one may come from.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases import drafts
from core.languages import HAN

TEXT_MAX = 2000
PLACE_MAX = 200
ANSWER_MAX = 1000
MOST_A_DAY = 10
DAY = dt.timedelta(days=1)
TOKEN = re.compile(r"[0-9a-f]{32}")

LEAD_MAX, LESSON_MAX, TITLE_WORDS, TITLE_SIGNS = 600, 400, 9, 24
MINUTES = 3
SOURCE = {"en": "Near-miss report", "zh": "未遂事件报告"}


class State(StrEnum):
    """Where a near miss stands. Never stored: it follows from its case, its answer and whether it was put aside."""

    NEW = "new"
    WRITING = "writing"
    USED = "used"
    PUT_ASIDE = "put-aside"


def state_of(revision: int | None, put_aside: bool) -> State:
    """The state by the revision of the case that was made of it; None where there is none, 0 where it is a draft."""
    if revision is not None:
        return State.USED if revision else State.WRITING
    return State.PUT_ASIDE if put_aside else State.NEW


@dataclass(frozen=True)
class Telling:
    """The three texts of a near miss."""

    happened: str
    place: str
    outcome: str

    @property
    def language(self) -> str:
        """The language it is told in: a Chinese name does not make an English text Chinese, nor a tag number the other way about."""
        whole = f"{self.happened} {self.place} {self.outcome}"
        return "zh" if len(HAN.findall(whole)) > len(re.findall(r"[A-Za-z]+", whole)) else "en"


ROLES = {
    "person": {"en": "a colleague", "zh": "一名同事"},
    "contact": {"en": "a contact", "zh": "某联系方式"},
    "vehicle": {"en": "a vehicle", "zh": "一辆车"},
}
_LETTER = r"[^\W_\u4e00-\u9fff]"  # of a word; Chinese has no words that could go on
_CONTACT = "|".join(
    (
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
        r"(?<!\d)\d{17}[\dXx](?!\d)",  # the number of an identity card
        r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)",
        r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)",
        r"\+\d(?:[ ()-]{0,2}\d){7,13}(?!\d)",
        r"(?<!\d)\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)",
    )
)
# Without the word before it a Latin number plate looks like the tag of a pump.
_VEHICLE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•.\- ]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
    r"|(?i:\b(?:number|licen[cs]e|registration) ?(?:plate|number|no\.?)s?:? +)[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{2,5}){1,2}(?![A-Za-z0-9])"
)


def who_is_named(texts: Iterable[str], people: Iterable[tuple[str, ...]]) -> re.Pattern[str]:
    """What has to go from these texts: the names and numbers of people that occur in them, ways to reach somebody, number plates.

    `people` has a tuple a person of everything that names them. Chinese is found anywhere, also with spaces in it; anything else only
    as whole words, in any case, and a name of two words the other way round as well.
    """
    squeezed = "".join(" ".join(texts).split()).casefold()
    found = set()
    for named in people:
        for name in named:
            words = name.split()
            ways = [words, words[::-1]] if len(words) == 2 else [words]
            found |= {tuple(way) for way in ways if len("".join(way)) > 1 and "".join(way).casefold() in squeezed}
    patterns = [_name_pattern(way) for way in sorted(found, key=lambda way: (-len("".join(way)), way))]
    return re.compile("|".join([f"(?P<contact>{_CONTACT})", f"(?P<vehicle>{_VEHICLE})", f"(?P<person>{'|'.join(patterns) or '(?!)'})"]))


def _name_pattern(words: tuple[str, ...]) -> str:
    name = "".join(words)
    if HAN.search(name):
        return r"\s*".join(map(re.escape, name))
    return rf"(?<!{_LETTER})(?i:" + r"\s+".join(map(re.escape, words)) + rf")(?!{_LETTER})"


def anonymised(text: str, naming: re.Pattern[str], language: str) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, each with whether it stands for something that was taken out: a role word of the language."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in naming.finditer(text):
        role = ROLES[str(match.lastgroup)][language]
        begins = re.search(r"(?:^|[.!?]\s|\n)\s*$", text[: match.start()])
        pieces += [(text[end : match.start()], False), (role[0].upper() + role[1:] if begins else role, True)]
        end = match.end()
    return tuple(piece for piece in [*pieces, (text[end:], False)] if piece[0])


def plain(pieces: Iterable[tuple[str, bool]]) -> str:
    """The text of the pieces."""
    return "".join(text for text, _masked in pieces)


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text. A full stop before a small letter or a digit ends none: “No. 3 pump”."""
    parts = re.split(r"(?<=[.!?])\s+(?=[^\sa-z0-9])|(?<=[。！？；])|\n+", text)
    return [part.strip() for part in parts if part.strip()]


def title_from(text: str, language: str) -> str:
    """A title to begin with: the first words of a text, or in Chinese its first clause."""
    first = (sentences(text) or [""])[0].rstrip(".!?。！？；")
    if language == "zh":
        return re.split("[，,：:]", first)[0][:TITLE_SIGNS]
    words = first.split()
    return " ".join(words[:TITLE_WORDS])[:PLACE_MAX] + (" …" if len(words) > TITLE_WORDS else "")


def case_from(told: Telling, title: str, cause: str, photo: str, company: str, year: int) -> drafts.Document:
    """A draft of a case to go on with: what happened row by row, one moment of decision before the last row, and the report as its source.

    Nobody was hurt, or it would be no near miss.
    """
    language = told.language

    def pair(text: str) -> dict[str, str]:
        return {language: text} if text else {}

    stakes = sentences(told.outcome)
    document = {
        **drafts.blank_document(),
        "title": pair(title),
        "place": pair(told.place),
        "lead": pair(_as_much_as(stakes, LEAD_MAX)),
        "lesson": pair(_as_much_as(stakes[-1:], LESSON_MAX)),
        "cause": cause,
        "date": str(year),
        "minutes": MINUTES,
        "deaths": 0,
        "injuries": 0,
        "timeline": [{"text": pair(sentence)} for sentence in sentences(told.happened)[:50]],
        "photos": [{"name": photo}] if photo else [],
        "sources": [{"id": "report", "title": SOURCE[language], "publisher": company, "year": year, "url": ""}],
    }
    made, _removed = drafts.rearrange(drafts.settled(document), "decisions", "add:decisions")
    last = len(made["timeline"]) - 1
    return drafts.rearrange(made, "timeline", f"up:timeline:{last}")[0] if last > 0 else made


def _as_much_as(parts: Iterable[str], most: int) -> str:
    """As many whole sentences as fit, at least a part of the first."""
    text = ""
    for part in parts:
        longer = part if not text else text + ("" if HAN.search(text[-1:] + part[:1]) or text[-1] in "。！？；" else " ") + part
        if text and len(longer) > most:
            break
        text = longer[:most]
    return text
