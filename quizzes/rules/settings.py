"""How a quiz is run: what its author may set, and what holds for one person. Pure functions on plain values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Behaviour(StrEnum):
    """An exam tells nothing before the end. Practice checks each answer at once, with hints and further tries."""

    EXAM = "exam"
    PRACTICE = "practice"


class Counts(StrEnum):
    """Which of several attempts is the result."""

    HIGHEST = "highest"
    LAST = "last"
    FIRST = "first"
    AVERAGE = "average"


class Moment(StrEnum):
    """When somebody looks at an attempt: while it runs (practice), in the minutes after it, later while the quiz is open, or after it closed."""

    DURING = "during"
    STRAIGHT = "straight"
    LATER = "later"
    CLOSED = "closed"


class Reveal(StrEnum):
    """Whether something is shown: never, once there is nothing left to try (passed, or no attempt left), or always."""

    NEVER = "never"
    SETTLED = "settled"
    ALWAYS = "always"


SHOWN = ("marks", "right", "feedback")
STRAIGHT_FOR = dt.timedelta(minutes=2)  # how long "straight after" lasts, as in Moodle's quiz


def default_review() -> dict[str, dict[str, str]]:
    """Marks and feedback always, right answers once there is nothing left to try; see docs/decisions/0004."""
    return {moment: {"marks": Reveal.ALWAYS, "right": Reveal.SETTLED, "feedback": Reveal.ALWAYS} for moment in Moment}


@dataclass(frozen=True)
class Settings:
    """What an author may set beside pass mark, time limit and number of attempts. Times are UTC; minutes and per cent are whole numbers.

    `tries` and `penalty` (per cent off for each wrong try) are for practice. `grace` are minutes after the time in which a phone may
    still send what was answered and submit. `wait` are minutes between two attempts. `again`: whether it may be taken after passing.
    `paged`: one question at a time; `back`: whether one may go back then. `recorded`: whether attempts write completions.
    """

    behaviour: str = Behaviour.EXAM
    tries: int = 3
    penalty: int = 33
    certainty: bool = False
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    grace: int = 0
    wait: int = 0
    counts: str = Counts.HIGHEST
    again: bool = False
    paged: bool = False
    back: bool = True
    shuffle_questions: bool = False
    shuffle_options: bool = True
    recorded: bool = True
    review: dict[str, dict[str, str]] = field(default_factory=default_review)

    def shows(self, what: str, moment: str, settled: bool) -> bool:
        """Whether marks, right answers or feedback are shown at a moment; `settled`: the quiz is passed, or no attempt is left."""
        reveal = self.review.get(moment, default_review()[moment]).get(what, Reveal.NEVER)
        return reveal == Reveal.ALWAYS or (reveal == Reveal.SETTLED and settled)

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in asdict(self).items()}


def settings_from(plain: Mapping[str, Any]) -> Settings:
    """Settings as they were stored; what is not there stands at its default."""
    known = {one.name for one in fields(Settings)}
    values = {key: value for key, value in plain.items() if key in known}
    for key in ("opens_at", "closes_at"):
        if values.get(key):
            values[key] = dt.datetime.fromisoformat(values[key])
    return replace(Settings(), **values)


def moment_of(submitted_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime) -> Moment:
    """When somebody looks at an attempt: one that runs has no `submitted_at`. After the quiz has closed nothing else counts."""
    if submitted_at is None:
        return Moment.DURING
    if closes_at is not None and now >= closes_at:
        return Moment.CLOSED
    return Moment.STRAIGHT if now < submitted_at + STRAIGHT_FOR else Moment.LATER
