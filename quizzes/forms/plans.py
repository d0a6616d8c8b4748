"""Forms of writing a quiz: its questions, its settings, what is looked for in the bank."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, NumberRange, Optional

from core.forms import BaseForm, InnerForm, PairField, at_most
from core.languages import LANGUAGES
from quizzes.drafts import LIMITS
from quizzes.models.bank import TAG_MAX
from quizzes.rules.attempts import Counts
from quizzes.rules.draws import COUNT_MOST, DIFFICULTIES, TAGS_MOST
from quizzes.rules.plan import MOST_SECTIONS, MOST_SLOTS, Document
from quizzes.rules.questions import QuestionKind
from quizzes.rules.settings import BOUNDS, SHOWN, Behaviour, Moment, Reveal, Settings

Choices = Sequence[tuple[Any, Any]]

KIND_NAMES = {
    QuestionKind.SINGLE: _l("One right answer"),
    QuestionKind.MULTIPLE: _l("Several right answers"),
    QuestionKind.TRUE_FALSE: _l("True or false"),
    QuestionKind.NUMERIC: _l("A number"),
    QuestionKind.SHORT: _l("A word or a few"),
    QuestionKind.MATCHING: _l("Matching"),
    QuestionKind.ORDERING: _l("Putting in order"),
    QuestionKind.WORDS: _l("Missing words"),
    QuestionKind.HOTSPOT: _l("Place in a picture"),
    QuestionKind.ESSAY: _l("Written answer"),
    QuestionKind.INFORMATION: _l("To read"),
}
BEHAVIOURS = {
    Behaviour.EXAM: _l("Exam: nothing is told before the end"),
    Behaviour.PRACTICE: _l("Practice: each answer is checked at once"),
}
COUNTS = {
    Counts.HIGHEST: _l("The best attempt"),
    Counts.LAST: _l("The last attempt"),
    Counts.FIRST: _l("The first attempt"),
    Counts.AVERAGE: _l("The average of all attempts"),
}
MOMENTS = {
    Moment.DURING: _l("While it runs (practice)"),
    Moment.STRAIGHT: _l("In the two minutes after it"),
    Moment.LATER: _l("Later, while the quiz is open"),
    Moment.CLOSED: _l("After the quiz has closed"),
}
SHOWN_LABELS = {"marks": _l("Marks"), "right": _l("Right answers"), "feedback": _l("Feedback")}
REVEALS = {
    Reveal.ALWAYS: _l("Yes"),
    Reveal.SETTLED: _l("Once nothing is left to try"),
    Reveal.NEVER: _l("No"),
}


def _choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


def _number(label: Any, low: int, high: int, needed: bool = True) -> IntegerField:
    within = NumberRange(low, high, message=_l("A number from %(min)s to %(max)s."))
    return IntegerField(label, [InputRequired(_l("Fill this in.")) if needed else Optional(), within])


class NewQuizForm(BaseForm):
    title = PairField(_l("Title"), longest=200)
    cause = SelectField(_l("Cause"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A quiz is found by its title: one language must have it."""
        sound = bool(super().validate(extra_validators))
        if any(said(self.title.data).values()):
            return sound
        self.title.form["en"].errors = [_l("Give it a title in one language at least.")]
        return False


class SectionForm(InnerForm):
    title = PairField(_l("Title of the section"), longest=200)
    intro = PairField(_l("What is said above it"), lines=2)
    shuffle = BooleanField(_l("Ask its questions in another order each time"))


class SlotForm(InnerForm):
    """A question or a draw: of a question only its uid, marks and section are sent."""

    question = HiddenField(validators=[at_most(170)])
    section = HiddenField()
    marks = _number(_l("Marks each"), *LIMITS["marks"])
    count = _number(_l("How many"), 1, COUNT_MOST, needed=False)
    category = SelectField(_l("Category, with those below"), coerce=str, validate_choice=False)
    tags = StringField(_l("Tags, all of them, with commas"), [at_most(TAGS_MOST * TAG_MAX)])
    cause = SelectField(_l("Cause"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)
    easiest = SelectField(_l("Difficulty from"), validate_choice=False)
    hardest = SelectField(_l("to"), validate_choice=False)


class PlanForm(BaseForm):
    """The sections of a quiz and what is asked in them. `seen` counts the saves that the author began with."""

    seen = HiddenField()
    sections = FieldList(FormField(SectionForm), max_entries=MOST_SECTIONS)
    slots = FieldList(FormField(SlotForm), max_entries=MOST_SLOTS)

    def offer(self, categories: Choices, causes: Choices) -> None:
        """Say what every draw may choose from."""
        levels = [("", _l("any")), *((str(level), str(level)) for level in range(DIFFICULTIES[0], DIFFICULTIES[1] + 1))]
        kinds = [("", _l("Any that is marked by itself")), *((kind, label) for kind, label in KIND_NAMES.items() if kind != QuestionKind.INFORMATION)]
        for slot in self.slots:
            slot.form.category.choices, slot.form.cause.choices, slot.form.kind.choices = categories, causes, kinds
            slot.form.easiest.choices = slot.form.hardest.choices = levels

    def part(self) -> Document:
        """The part of a plan that the fields hold; what names nothing that exists counts as left open."""
        sections = [{"title": said(one["title"]), "intro": said(one["intro"]), "shuffle": one["shuffle"]} for one in self.data["sections"]]
        return {"sections": sections, "slots": [_slot(one.form) for one in self.slots]}


def _slot(form: Form) -> Document:
    value = form.data
    head = {"marks": value["marks"] or 1, "section": int(value["section"]) if str(value["section"] or "").isdecimal() else 0}
    return {"question": value["question"], **head} if value["question"] else {"draw": drawn(value), **head}


def drawn(value: Mapping[str, Any]) -> Document:
    """A draw from what was sent for it."""

    def number(name: str, most: int) -> int | None:
        text = str(value.get(name) or "")
        return int(text) if text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most else None

    tags = list(dict.fromkeys(tag.strip()[:TAG_MAX] for tag in str(value.get("tags") or "").replace("，", ",").split(",") if tag.strip()))
    kind = value.get("kind") or ""
    return {
        "category": number("category", 2**31 - 1),
        "tags": tags[:TAGS_MOST],
        "cause": str(value.get("cause") or "")[:80],
        "easiest": number("easiest", DIFFICULTIES[1]),
        "hardest": number("hardest", DIFFICULTIES[1]),
        "kind": str(QuestionKind(kind)) if kind in list(QuestionKind) else "",
        "count": number("count", COUNT_MOST) or 1,
    }


def plan_fields(document: Mapping[str, Any]) -> Document:
    """A plan as PlanForm has it."""
    slots = []
    for slot in document["slots"]:
        draw = slot.get("draw") or {}
        flat = {key: "" if draw.get(key) is None else draw[key] for key in ("category", "cause", "kind", "easiest", "hardest")}
        more = {"count": draw.get("count"), "tags": ", ".join(draw.get("tags", ())), "question": slot.get("question", "")}
        slots.append({**{key: str(value) for key, value in flat.items()}, **more, "marks": slot["marks"], "section": slot["section"]})
    return {"sections": document["sections"], "slots": slots}


class RevealForm(InnerForm):
    marks = SelectField(SHOWN_LABELS["marks"], choices=_choices(REVEALS))
    right = SelectField(SHOWN_LABELS["right"], choices=_choices(REVEALS))
    feedback = SelectField(SHOWN_LABELS["feedback"], choices=_choices(REVEALS))


class ReviewForm(InnerForm):
    during = FormField(RevealForm, MOMENTS[Moment.DURING])
    straight = FormField(RevealForm, MOMENTS[Moment.STRAIGHT])
    later = FormField(RevealForm, MOMENTS[Moment.LATER])
    closed = FormField(RevealForm, MOMENTS[Moment.CLOSED])


class RunForm(BaseForm):
    """How a quiz is run. `seen` counts the saves that the author began with."""

    seen = HiddenField()
    behaviour = SelectField(_l("Behaviour"), choices=_choices(BEHAVIOURS))
    tries = _number(_l("Tries for each question, in practice"), *BOUNDS["tries"])
    penalty = _number(_l("Per cent off for each wrong try"), *BOUNDS["penalty"])
    certainty = BooleanField(_l("Ask how sure the learner is, and mark by it: +1, +2, +3 for right, 0, −2, −6 for wrong"))
    opens_at = DateTimeLocalField(_l("Opens"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    grace = _number(_l("Minutes after the time in which a phone may still send"), *BOUNDS["grace"])
    wait = _number(_l("Minutes to wait between two attempts"), *BOUNDS["wait"])
    counts = SelectField(_l("Which attempt counts"), choices=_choices(COUNTS))
    again = BooleanField(_l("It may be taken again after passing"))
    paged = BooleanField(_l("One question at a time"))
    back = BooleanField(_l("One may go back to earlier questions"))
    shuffle_questions = BooleanField(_l("Ask the questions of every section in another order each time"))
    shuffle_options = BooleanField(_l("Show the options in another order each time"))
    recorded = BooleanField(_l("Results go into the training record"))
    review = FormField(ReviewForm)

    def settings(self, zone: dt.tzinfo) -> Settings:
        """The settings that the fields hold; dates are entered in the company's zone."""
        values = {name: self.data[name] for name in Settings.__dataclass_fields__ if name in self.data}
        for name in ("opens_at", "closes_at"):
            entered = self.data[name]
            values[name] = entered.replace(tzinfo=zone).astimezone(dt.UTC) if entered else None
        values["review"] = {moment: {what: self.data["review"][moment][what] for what in SHOWN} for moment in Moment}
        return Settings(**values)


class SettingsForm(RunForm):
    """How a quiz of its own is run, with its title and limits."""

    title = PairField(_l("Title"), longest=200)
    cause = SelectField(_l("Cause"))
    pass_mark = _number(_l("Pass mark, in points of 100"), *LIMITS["pass_mark"])
    time_limit = _number(_l("Time in minutes; empty for no limit"), *LIMITS["time_limit"], needed=False)
    attempts = _number(_l("Attempts; empty for any number"), *LIMITS["attempts"], needed=False)

    def part(self, zone: dt.tzinfo) -> Document:
        """The part of a plan that the fields hold."""
        head = {name: self.data[name] for name in ("cause", "pass_mark", "time_limit", "attempts")}
        return {**head, "title": said(self.data["title"]), "settings": self.settings(zone).plain()}


def run_fields(settings: Settings, zone: dt.tzinfo) -> Document:
    """Settings as RunForm has them."""
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    for name in ("opens_at", "closes_at"):
        values[name] = values[name].astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if values[name] else None
    return {**values, "review": {moment: dict(values["review"].get(moment, {})) for moment in Moment}}


class PickerForm(Form):
    """What an author looks for in the bank; sent by GET."""

    q = StringField(_l("Words"))
    kind = SelectField(_l("Kind"), validate_choice=False)
    category = SelectField(_l("Category"), validate_choice=False)
    cause = SelectField(_l("Cause"), validate_choice=False)
    tag = SelectField(_l("Tag"), validate_choice=False)


def said(pair: Mapping[str, str]) -> dict[str, str]:
    """A text without the languages in which nothing is said."""
    return {language: pair[language] for language in LANGUAGES if pair.get(language)}
