"""How a quiz is run: what its author may set, and what holds for one person. Pure functions on plain values."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from core.errors import N_
from quizzes.rules.attempts import Counts, tries_left


class Behaviour(StrEnum):
    """An exam tells nothing before the end. Practice checks each answer at once, with hints and further tries."""

    EXAM = "exam"
    PRACTICE = "practice"


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
BOUNDS = {"tries": (1, 10), "penalty": (0, 100), "grace": (0, 600), "wait": (0, 43200)}
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

    def differing(self) -> dict[str, Any]:
        """What is not at its default, as it is stored."""
        usual = Settings().plain()
        return {key: value for key, value in self.plain().items() if value != usual[key]}


_KNOWN = frozenset(one.name for one in fields(Settings))


def settings_from(plain: Mapping[str, Any]) -> Settings:
    """Settings as they were stored; what is not there stands at its default."""
    values = {key: value for key, value in plain.items() if key in _KNOWN}
    for key in ("opens_at", "closes_at"):
        if values.get(key):
            values[key] = dt.datetime.fromisoformat(values[key])
    return Settings(**values)


def with_settings(document: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The quiz of a case with its settings; without the key where all are at their defaults, so that its digest is that of a file without it."""
    differing = settings.differing()
    return {**document, **({"settings": differing} if differing else {})}


def unfitting(settings: Settings, time_limit: int | None) -> Iterator[str]:
    """What does not go together."""
    if settings.opens_at and settings.closes_at and settings.opens_at >= settings.closes_at:
        yield N_("It closes before it opens.")
    if settings.grace and time_limit is None:
        yield N_("There are minutes after the time, but no time limit.")
    if settings.behaviour == Behaviour.PRACTICE and settings.certainty:
        yield N_("Certainty is asked in exams only: in practice the answer is checked at once.")


def moment_of(submitted_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime) -> Moment:
    """When somebody looks at an attempt: one that runs has no `submitted_at`. After the quiz has closed nothing else counts."""
    if submitted_at is None:
        return Moment.DURING
    if closes_at is not None and now >= closes_at:
        return Moment.CLOSED
    return Moment.STRAIGHT if now < submitted_at + STRAIGHT_FOR else Moment.LATER


@dataclass(frozen=True)
class Granted:
    """What was granted to somebody beside what a quiz says: more minutes and attempts, other dates; empty dates say nothing."""

    extra_minutes: int = 0
    extra_attempts: int = 0
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None


NOTHING_GRANTED = Granted()


def winning(granted: Iterable[tuple[int | None, Granted]], path: str) -> Granted:
    """The one grant that holds for somebody whose department lies at `path` ("/1/4/"): their own, else that of the nearest department.

    Each grant comes with the id of its department, None where it names the person. Only one holds: an author who reads a quiz's grants
    must be able to say what somebody gets without adding up.
    """
    ids = [int(part) for part in path.strip("/").split("/")]
    near: dict[int | None, int] = {None: len(ids), **{department: place for place, department in enumerate(ids)}}
    fitting = [(near[department], one) for department, one in granted if department in near]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else NOTHING_GRANTED


@dataclass(frozen=True)
class Terms:
    """What holds for one person at one quiz: minutes and attempts with what was granted (None: no limit), and the dates."""

    minutes: int | None
    attempts: int | None
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None


def terms_of(settings: Settings, minutes: int | None, attempts: int | None, granted: Granted) -> Terms:
    """What holds for somebody: minutes and attempts are added to what there is, dates take the place of the quiz's."""
    return Terms(
        None if minutes is None else minutes + granted.extra_minutes,
        None if attempts is None else attempts + granted.extra_attempts,
        granted.opens_at or settings.opens_at,
        granted.closes_at or settings.closes_at,
    )


class Access(StrEnum):
    """Whether somebody may start an attempt now, and if not, why."""

    OPEN = "open"
    NOT_YET = "not-yet"
    WAITING = "waiting"
    CLOSED = "closed"
    PASSED = "passed"
    USED_UP = "used-up"


@dataclass(frozen=True)
class Availability:
    """Whether an attempt may start, from when where that is known, and how many are left (None: any number)."""

    access: Access
    at: dt.datetime | None = None
    left: int | None = None

    @property
    def is_open(self) -> bool:
        return self.access == Access.OPEN


def availability(settings: Settings, terms: Terms, used: int, passed: bool, ended_at: dt.datetime | None, now: dt.datetime) -> Availability:
    """Whether somebody may start now who has used so many attempts, the last of which ended at `ended_at`."""
    left = tries_left(used, terms.attempts, passed and not settings.again)
    if left == 0:
        return Availability(Access.PASSED if passed and not settings.again else Access.USED_UP, None, 0)
    if terms.closes_at is not None and now >= terms.closes_at:
        return Availability(Access.CLOSED, terms.closes_at, left)
    if terms.opens_at is not None and now < terms.opens_at:
        return Availability(Access.NOT_YET, terms.opens_at, left)
    again_at = ended_at + dt.timedelta(minutes=settings.wait) if ended_at and settings.wait else None
    if again_at is not None and now < again_at:
        if terms.closes_at is not None and again_at >= terms.closes_at:
            return Availability(Access.CLOSED, terms.closes_at, left)
        return Availability(Access.WAITING, again_at, left)
    return Availability(Access.OPEN, None, left)
