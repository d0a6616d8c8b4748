"""A quiz being written: its parts, its rows, and what keeps it from learners. Pure functions on plain values.

A plan is a plain document:

    title, cause            a text per language; the slug of a cause, or ""
    pass_mark               per cent
    time_limit, attempts    minutes and attempts, None where there is no limit
    settings                as rules/settings.py stores them
    sections                [{title, intro: texts per language, shuffle}], at least one
    slots                   [{question: uid, marks, section} | {draw: see rules/draws.py, marks, section}], section after section
"""

import copy
import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from core.errors import N_, Invalid
from core.languages import LANGUAGES
from quizzes.drafts import LIMITS
from quizzes.rules.draws import blank_draw, fill
from quizzes.rules.mistakes import MISTAKES_SLUG
from quizzes.rules.questions import QuestionKind, needs_marker, takes_answer
from quizzes.rules.settings import Behaviour, Settings, settings_from, unfitting

Document = dict[str, Any]

MOST_SLOTS, MOST_SECTIONS, MOST_ASKED = 200, 20, 200
# Minutes that a question takes, roughly: to read it, to think, to answer.
MINUTES = {QuestionKind.ESSAY: 8.0, QuestionKind.MATCHING: 2.0, QuestionKind.ORDERING: 2.0, QuestionKind.NUMERIC: 2.0, QuestionKind.TRUE_FALSE: 0.75}
MINUTES_ELSE = 1.25
SLUG_STEM = 60
ONLY_A_PERSON = N_("Only a person can mark this question. In practice the answer is checked at once.")


def slug_of(title: str, taken: Container[str]) -> str:
    """An address for a new quiz from its English title: lower-case words and digits, with a number where something has it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_STEM].strip("-") or "quiz"
    return next(name for number in count(1) if (name := stem if number == 1 else f"{stem}-{number}") not in taken and name != MISTAKES_SLUG)


def blank_section() -> Document:
    """A section of which nothing is known yet."""
    return {"title": {}, "intro": {}, "shuffle": False}


def blank(title: Mapping[str, str] | None = None, cause: str = "") -> Document:
    """A quiz with one section and nothing in it."""
    head = {"title": dict(title or {}), "cause": cause, "pass_mark": 80, "time_limit": 15, "attempts": 3}
    return {**head, "settings": Settings().plain(), "sections": [blank_section()], "slots": []}


def sorted_slots(document: Mapping[str, Any]) -> list[Document]:
    """The slots, section after section; one that names no section is in the first."""
    last = len(document["sections"]) - 1
    slots = [{**slot, "section": slot["section"] if 0 <= slot["section"] <= last else 0} for slot in document["slots"]]
    return sorted(slots, key=lambda slot: slot["section"])


def rearrange(document: Mapping[str, Any], command: str) -> Document:
    """The plan after a command: `add:section`, `add:draw:<section>`, or up, down, remove with `section` or `slot` and its place. Raises Invalid.

    A slot that leaves its section by an arrow goes to the next one; the slots of a section that is taken away go to the one before.
    """
    made = copy.deepcopy(dict(document))
    made["slots"] = sorted_slots(made)
    verb, _colon, rest = command.partition(":")
    what, _colon, number = rest.partition(":")
    place = int(number) if number.isdecimal() and len(number) < 5 else 0
    rows = {"section": made["sections"], "slot": made["slots"], "draw": made["sections"]}.get(what, [])
    if verb == "add" and what == "section":
        _room(made["sections"], MOST_SECTIONS)
        made["sections"].append(blank_section())
    elif verb == "add" and what == "draw" and place < len(rows):
        _room(made["slots"], MOST_SLOTS)
        made["slots"].append({"draw": blank_draw(), "marks": 1, "section": place})
    elif verb in ("up", "down", "remove") and what in ("section", "slot") and place < len(rows):
        (_move_section if what == "section" else _move_slot)(made, verb, place)
    else:
        raise Invalid(N_("The server could not read what was sent. Go back and try again."))
    made["slots"] = sorted_slots(made)
    return made


def _room(rows: Sequence[Any], most: int) -> None:
    if len(rows) >= most:
        raise Invalid(N_("There is no room for more here: at most %(most)s."), most=most)


def _move_section(made: Document, verb: str, place: int) -> None:
    sections, slots = made["sections"], made["slots"]
    if verb == "remove":
        if len(sections) == 1:
            raise Invalid(N_("A quiz has at least one section."))
        sections.pop(place)
        for slot in slots:
            if slot["section"] >= place and slot["section"] > 0:
                slot["section"] -= 1
        return
    other = place + (-1 if verb == "up" else 1)
    if 0 <= other < len(sections):
        sections[place], sections[other] = sections[other], sections[place]
        for slot in slots:
            slot["section"] = {place: other, other: place}.get(slot["section"], slot["section"])


def _move_slot(made: Document, verb: str, place: int) -> None:
    slots = made["slots"]
    if verb == "remove":
        slots.pop(place)
        return
    step = -1 if verb == "up" else 1
    other = place + step
    if 0 <= other < len(slots) and slots[other]["section"] == slots[place]["section"]:
        slots[place], slots[other] = slots[other], slots[place]
    elif 0 <= slots[place]["section"] + step < len(made["sections"]):
        moved = slots.pop(place)
        moved["section"] += step
        mates = [at for at, slot in enumerate(slots) if slot["section"] == moved["section"]]
        slots.insert((mates[-1] + 1 if verb == "up" else mates[0]) if mates else place, moved)


def with_questions(document: Mapping[str, Any], uids: Sequence[str], section: int) -> Document:
    """The plan with these questions at the end of a section, without those it has already. Raises Invalid where there is no room."""
    made = copy.deepcopy(dict(document))
    taken = {slot["question"] for slot in made["slots"] if "question" in slot}
    new = [uid for uid in dict.fromkeys(uids) if uid not in taken]
    if len(made["slots"]) + len(new) > MOST_SLOTS:
        raise Invalid(N_("There is no room for more here: at most %(most)s."), most=MOST_SLOTS)
    made["slots"] += [{"question": uid, "marks": 1, "section": section if section < len(made["sections"]) else 0} for uid in new]
    made["slots"] = sorted_slots(made)
    return made


@dataclass(frozen=True)
class Known:
    """What the bank knows of a question that a plan names: its kind, whether it is retired, and what is wrong with it."""

    kind: str
    retired: bool
    problems: list[str]


@dataclass(frozen=True)
class Facts:
    """What the bank knows of a plan: its questions by uid, and for every slot that is a draw, by its place, questions that fit it.

    The pools leave out the plan's own questions, and hold all that fit or as many as all draws need together.
    """

    questions: Mapping[str, Known]
    pools: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lack:
    """Something that keeps a quiz from learners: at which slot, counted from 1, or in which other part, and what."""

    part: str
    number: int
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


def lacks(document: Mapping[str, Any], facts: Facts, now: dt.datetime) -> list[Lack]:
    """Everything that keeps a plan from being published."""
    return [*lacks_of_settings(document, now), *_of_slots(document, facts)]


def lacks_of_settings(document: Mapping[str, Any], now: dt.datetime) -> Iterator[Lack]:
    """What is wrong with the title, the bounds, the dates and what does not go together."""
    settings = settings_from(document["settings"])

    def lack(message: str) -> Lack:
        return Lack("settings", 0, message)

    if not any(document["title"].get(language) for language in LANGUAGES):
        yield lack(N_("The title is missing."))
    for name in ("pass_mark", "time_limit", "attempts"):
        value, (low, high) = document[name], LIMITS[name]
        if (value is None and name == "pass_mark") or (value is not None and not low <= value <= high):
            yield lack(N_("A number is outside its bounds."))
    if settings.closes_at and settings.closes_at <= now:
        yield lack(N_("It would be closed already: the closing date is past."))
    yield from map(lack, unfitting(settings, document["time_limit"]))


def _of_slots(document: Mapping[str, Any], facts: Facts) -> Iterator[Lack]:
    slots, practice = document["slots"], settings_from(document["settings"]).behaviour == Behaviour.PRACTICE
    if not any(slot.get("draw") or takes_answer(facts.questions[slot["question"]].kind) for slot in slots if _is_there(slot, facts)):
        yield Lack("questions", 0, N_("There is no question to answer yet."))
    for number, slot in enumerate(slots, 1):
        if slot.get("draw"):
            yield from (Lack("questions", number, message) for message in _of_draw(slot["draw"], practice))
            continue
        known = facts.questions.get(slot["question"])
        if known is None:
            yield Lack("questions", number, N_("This question is not in the bank any more."))
            continue
        if known.retired:
            yield Lack("questions", number, N_("This question is retired."))
        if practice and needs_marker(known.kind):
            yield Lack("questions", number, ONLY_A_PERSON)
        yield from (Lack("questions", number, message) for message in known.problems)
    if asked_count(document) > MOST_ASKED:
        yield Lack("questions", 0, N_("There are more than %(most)s questions."), {"most": MOST_ASKED})
    yield from _unfilled(slots, facts)


def _is_there(slot: Mapping[str, Any], facts: Facts) -> bool:
    return bool(slot.get("draw")) or slot["question"] in facts.questions


def _of_draw(draw: Mapping[str, Any], practice: bool) -> Iterator[str]:
    if draw["easiest"] and draw["hardest"] and draw["easiest"] > draw["hardest"]:
        yield N_("The difficulties are the wrong way round.")
    if draw["kind"] and not takes_answer(draw["kind"]):
        yield N_("Only questions that are answered can be drawn.")
    if practice and draw["kind"] and needs_marker(draw["kind"]):
        yield ONLY_A_PERSON


def _unfilled(slots: Sequence[Mapping[str, Any]], facts: Facts) -> Iterator[Lack]:
    places = [place for place, slot in enumerate(slots) if slot.get("draw")]
    counts = [slots[place]["draw"]["count"] for place in places]
    found = fill(counts, [[(question, False) for question in facts.pools.get(place, ())] for place in places])
    for place, needed, taken in zip(places, counts, found, strict=True):
        if len(taken) < needed:
            fitting = len(facts.pools.get(place, ()))
            values = {"found": len(taken), "count": needed, "fitting": fitting}
            if fitting < needed:
                yield Lack("questions", place + 1, N_("%(count)s are to be drawn, but only %(fitting)s other questions fit."), values)
            else:
                message = N_("%(count)s are to be drawn, but %(found)s are left once the other draws have taken theirs.")
                yield Lack("questions", place + 1, message, values)


def asked_count(document: Mapping[str, Any]) -> int:
    """How many questions somebody is asked."""
    return sum(slot["draw"]["count"] if slot.get("draw") else 1 for slot in document["slots"])


def full_marks(document: Mapping[str, Any], kinds: Mapping[str, str]) -> int:
    """The marks of the whole quiz; those of a draw are for each of its questions, and what is only read has none. `kinds` by uid."""
    counts = [slot["draw"]["count"] if slot.get("draw") else int(takes_answer(kinds.get(slot["question"], ""))) for slot in document["slots"]]
    return sum(slot["marks"] * count for slot, count in zip(document["slots"], counts, strict=True))


def minutes_needed(document: Mapping[str, Any], kinds: Mapping[str, str]) -> int:
    """About how many minutes it takes, from the kinds of its questions; `kinds` by uid."""
    total = 0.0
    for slot in document["slots"]:
        kind = slot["draw"]["kind"] if slot.get("draw") else kinds.get(slot["question"], "")
        each = MINUTES.get(QuestionKind(kind), MINUTES_ELSE) if kind else MINUTES_ELSE
        total += each * (slot["draw"]["count"] if slot.get("draw") else 1)
    return max(1, round(total)) if document["slots"] else 0
