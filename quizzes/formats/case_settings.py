"""The settings of a quiz in quiz.yaml: only what differs from the defaults. Format: casebook/README.md."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core.errors import N_
from core.yaml_lines import Piece
from quizzes.rules.attempts import Counts
from quizzes.rules.settings import BOUNDS, SHOWN, Behaviour, Moment, Reveal, Settings, default_review, settings_from, unfitting

DATES = ("opens_at", "closes_at")


def read_settings(top: Piece, time_limit: int | None) -> Settings:
    """The settings of a quiz, with everything that makes them unsound complained of; the defaults where the file says nothing."""
    inner = top.piece("settings", required=False)
    if inner is None:
        return Settings()
    before = len(inner.problems)
    settings = Settings(**{key: read(inner, key) for key, read in READERS.items() if key in inner.entries})
    inner.done()
    if len(inner.problems) == before:
        for message in unfitting(settings, time_limit):
            inner.complain(message)
    return settings


def settings_lines(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings as a file has them; of what is shown when, only what differs too."""
    lines = settings_from(stored).differing()
    if "review" in lines:
        usual = default_review()
        shown = {moment: {what: one for what, one in lines["review"].get(moment, {}).items() if one != usual[moment][what]} for moment in usual}
        lines["review"] = {str(moment): one for moment, one in shown.items() if one}
    return lines


def _moment(piece: Piece, key: str) -> dt.datetime | None:
    text = piece.text(key)
    try:
        entered = dt.datetime.fromisoformat(text)
    except ValueError:
        entered = None
    if entered and entered.tzinfo and dt.MINYEAR < entered.year < dt.MAXYEAR:  # the edges have no place in another zone
        return entered.astimezone(dt.UTC)
    if text:
        piece.complain(N_("“%(key)s” must be a date and time with its zone, as in 2026-03-01T08:00:00+08:00"), key, key=key)
    return None


def _review(piece: Piece, key: str) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {moment: {what: str(one) for what, one in shown.items()} for moment, shown in default_review().items()}
    inner = piece.piece(key)
    for moment in [moment for moment in Moment if inner and moment in inner.entries]:
        shown = inner.piece(moment) if inner else None
        if shown:
            made[moment] |= {what: shown.word(what, Reveal) for what in SHOWN if what in shown.entries}
            shown.done()
    if inner:
        inner.done()
    return {str(moment): one for moment, one in made.items()}


def _number(low: int, high: int, piece: Piece, key: str) -> int | None:
    return piece.number(key, low, high)


def _flag(piece: Piece, key: str) -> bool:
    return piece.flag(key)


READERS: dict[str, Callable[[Piece, str], Any]] = {
    "behaviour": lambda piece, key: piece.word(key, Behaviour),
    "counts": lambda piece, key: piece.word(key, Counts),
    **{key: partial(_number, low, high) for key, (low, high) in BOUNDS.items()},
    **dict.fromkeys(DATES, _moment),
    **dict.fromkeys(("certainty", "again", "paged", "back", "shuffle_questions", "shuffle_options", "recorded"), _flag),
    "review": _review,
}
