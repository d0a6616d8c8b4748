"""What a file format cannot say of a question, each thing as one sentence for the author. Pure."""

from collections.abc import Collection, Iterator

from core.errors import N_
from quizzes.drafts import TRUE_FALSE
from quizzes.formats.checked import excerpt
from quizzes.formats.parsed import Entry, Named
from quizzes.rules.questions import QuestionKind

NO_SUCH_KIND = N_("This format has no questions of this kind.")
NOT_SAID = {
    "hints": N_("This format has no hints."),
    "outcomes": N_("This format has no feedback for right, partly right and wrong answers as a whole."),
    "penalty": N_("This format has no penalty for a wrong try."),
    "picture": N_("This format has no pictures."),
    "fixed": N_("This format cannot say that the options keep their order."),
    "exact_case": N_("This format cannot say that capital letters count."),
    "guide": N_("This format has no guide for whoever marks an essay."),
    "unit": N_("This format has no units: the number was written without."),
    "words": N_("This format has no words of its own for true and false."),
    "feedback": N_("This format has no feedback."),
    "weights": N_("This format has no weights: an option is right or wrong."),
    "title": N_("This format has no titles."),
    "category": N_("This format has no categories."),
    "tags": N_("This format has no tags."),
    "uid": N_("This format has no identifiers."),
    "difficulty": N_("This format has no difficulty."),
    "cause": N_("This format has no causes of accidents."),
    "case": N_("This format cannot say which case a question belongs to."),
}


def features(entry: Entry) -> set[str]:
    """Which of the things in NOT_SAID a question has."""
    content = entry.content
    found = {name for name in ("hints", "outcomes", "penalty", "picture", "fixed", "exact_case", "guide") if content.get(name)}
    found |= {name for name in ("title", "category", "tags", "uid", "cause") if getattr(entry, name)}
    rows = [*content.get("options", ()), *content.get("answers", ())]
    has = {
        "unit": content.get("unit", "none") != "none",
        "words": content["kind"] == QuestionKind.TRUE_FALSE and any(row["text"] != TRUE_FALSE[row["id"]] for row in rows),
        "feedback": bool(content.get("feedback")) or any(row.get("feedback") for row in rows),
        "weights": "options" in content and any("weight" in row for row in rows),
        "difficulty": entry.difficulty is not None,
        "case": bool(entry.case_slug or content.get("part")),
    }
    return found | {name for name, is_there in has.items() if is_there}


def unsaid(entry: Entry, said: Collection[str]) -> Iterator[Named]:
    """What of a question is left out in a format that says only these of the things in NOT_SAID."""
    for name in sorted(features(entry) - set(said)):
        yield Named(entry.where, excerpt(entry), NOT_SAID[name], lost=False)
