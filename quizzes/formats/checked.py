"""What every importer does with what it has read: sound questions are kept, the others named. Pure."""

from collections.abc import Iterable

from core.languages import LANGUAGES
from quizzes.formats.parsed import Entry, Named, Parsed
from quizzes.rules.questions import Content
from quizzes.rules.soundness import problems

EXCERPT = 80


def excerpt(entry: Entry) -> str:
    """What a question is known by in a list: its title, or the beginning of its text."""
    return entry.title[:EXCERPT] or beginning(entry.content)


def beginning(content: Content) -> str:
    """The beginning of a question's text."""
    said = (str(content["text"].get(language) or "") for language in LANGUAGES)
    return " ".join(next(filter(None, said), "").split())[:EXCERPT]


def checked(entries: Iterable[Entry], named: Iterable[Named]) -> Parsed:
    """The sound questions, and everything that is named, with a reason for each question that is not sound."""
    kept: list[Entry] = []
    lost = list(named)
    for entry in entries:
        found = problems(entry.content)
        if found:
            lost.append(Named(entry.where, excerpt(entry), found[0]))
        else:
            kept.append(entry)
    return Parsed(kept, lost)
