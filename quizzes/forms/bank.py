"""Forms of the question bank."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, Optional, Regexp

from core.forms import BaseForm, InnerForm, PairField, at_most
from core.languages import LANGUAGES
from quizzes.models.bank import TAG_MAX
from quizzes.rules.questions import QuestionKind
from quizzes.rules.soundness import DIGITS_MOST, TEXT_MAX, WORD_MAX
from quizzes.rules.writing import MOST, Draft, plain_number, tags_of

KINDS = {
    QuestionKind.SINGLE: _l("One right answer"),
    QuestionKind.MULTIPLE: _l("Several right answers"),
    QuestionKind.TRUE_FALSE: _l("True or false"),
    QuestionKind.NUMERIC: _l("A number"),
    QuestionKind.SHORT: _l("A short answer"),
    QuestionKind.MATCHING: _l("Matching"),
    QuestionKind.ORDERING: _l("Putting in order"),
    QuestionKind.WORDS: _l("Missing words"),
    QuestionKind.HOTSPOT: _l("A place in a picture"),
    QuestionKind.ESSAY: _l("A text that a person marks"),
    QuestionKind.INFORMATION: _l("A text to read"),
}
KIND_HINTS = {
    QuestionKind.SINGLE: _l("Options, one of them right."),
    QuestionKind.MULTIPLE: _l("Options, some of them right; wrong choices cost marks."),
    QuestionKind.TRUE_FALSE: _l("A statement to agree with or not."),
    QuestionKind.NUMERIC: _l("A figure with a tolerance, and units where they matter."),
    QuestionKind.SHORT: _l("A word or two, compared without case and width."),
    QuestionKind.MATCHING: _l("Pairs, and partners that are left over."),
    QuestionKind.ORDERING: _l("Steps to be brought into their order."),
    QuestionKind.WORDS: _l("A text with gaps, and words to fill them from."),
    QuestionKind.HOTSPOT: _l("Where is the hazard? A picture to be marked."),
    QuestionKind.ESSAY: _l("Free text, with a guide for whoever marks it."),
    QuestionKind.INFORMATION: _l("Not answered: an introduction, a rule, a situation."),
}
FORMATS = {"": _l("Plain text"), "markdown": _l("Markdown: bold, lists, links"), "html": _l("HTML, as it came with a file")}
UNITS = {"none": _l("No unit: only the number"), "optional": _l("May be given"), "required": _l("Must be given")}
SHAPES = {"rect": _l("Rectangle"), "circle": _l("Circle"), "polygon": _l("Polygon")}
SIDES = {"right": _l("Said when the answer is right"), "partly": _l("Said when it is partly right"), "wrong": _l("Said when it is wrong")}
# Where a text of a question stands, for whoever compares two revisions.
PLACES = {
    **{"text": _l("Question"), "feedback": _l("Feedback"), "options": _l("Option"), "answers": _l("Accepted answer"), "stems": _l("What is matched")},
    **{"gaps": _l("Gap"), "areas": _l("Area"), "hints": _l("Hint"), "outcomes": _l("Outcome"), "picture": _l("Picture"), "alt": _l("Description")},
    **{"right": _l("right"), "partly": _l("partly right"), "wrong": _l("wrong"), "weight": _l("Weight"), "order": _l("Order"), "group": _l("Group")},
    **{"value": _l("Number"), "tolerance": _l("Tolerance"), "units": _l("Unit"), "unit": _l("Unit"), "factor": _l("Factor"), "shape": _l("Shape")},
    **{"at": _l("Places"), "guide": _l("Guide"), "penalty": _l("Penalty"), "part": _l("Part of the case"), "format": _l("Format"), "file": _l("File")},
    **{"kind": _l("Kind"), "fixed": _l("Fixed order"), "exact_case": _l("Capitals count"), "width": _l("Width"), "height": _l("Height"), "name": _l("Name")},
}
NUMBER = Regexp(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$", message=_l("Give a number, such as 19.5."))
VALUE = Regexp(r"\*$|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$", message=_l("Give a number, such as 19.5."))
PENALTY = Regexp(r"(100|\d{1,2})(\.\d{1,7})?$", message=_l("A number from 0 to 100."))
ID = [Optional(), at_most(40), Regexp(r"[\w.-]+$")]


class NumberField(StringField):
    """A number as text, exact, whatever the width of its digits."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = plain_number(self.data or "")


def _number(label: Any, check: Any = NUMBER) -> NumberField:
    return NumberField(label, [Optional(), at_most(DIGITS_MOST), check])


def _choices(labels: Mapping[str, Any]) -> list[Any]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class OptionForm(InnerForm):
    id = HiddenField(validators=ID)
    text = PairField(_l("Option"), WORD_MAX, lines=2)
    right = BooleanField(_l("Right"))
    weight = _number(_l("Weight in per cent"))
    feedback = PairField(_l("What is said to whoever chooses it"), WORD_MAX, lines=2)


class AnswerForm(InnerForm):
    """An accepted answer of a number or a short text; each uses its own fields."""

    id = HiddenField(validators=ID)
    text = PairField(_l("Accepted answer"), 200)
    value = _number(_l("Number"), VALUE)
    tolerance = _number(_l("Tolerance, more or less"))
    weight = _number(_l("Weight in per cent"))
    feedback = PairField(_l("What is said to whoever gives it"), WORD_MAX, lines=2)


class UnitForm(InnerForm):
    name = StringField(_l("Unit"), [at_most(40)])
    factor = _number(_l("Times this number is the unit of the answers"))


class MatchForm(InnerForm):
    id = HiddenField(validators=ID)
    text = PairField(_l("What is matched"), WORD_MAX, lines=2)
    partner = PairField(_l("Its partner"), WORD_MAX, lines=2)
    partner_id = HiddenField(validators=ID)


class OtherForm(InnerForm):
    id = HiddenField(validators=ID)
    text = PairField(_l("A partner of nothing"), WORD_MAX)


class WordForm(InnerForm):
    id = HiddenField(validators=ID)
    text = PairField(_l("Word"), WORD_MAX)
    group = StringField(_l("Group"), [at_most(10)])


class GapForm(InnerForm):
    id = HiddenField(validators=ID)
    right = SelectField(_l("The right word"), validate_choice=False)


class AreaForm(InnerForm):
    id = HiddenField(validators=ID)
    shape = SelectField(_l("Shape"), choices=_choices(SHAPES))
    at = StringField(_l("Places, in thousandths of width and height"), [at_most(400)])
    right = BooleanField(_l("To be found"))
    feedback = PairField(_l("What is said to whoever marks it"), WORD_MAX)


class PictureForm(InnerForm):
    file = HiddenField(validators=[Optional(), Regexp(r"[0-9a-f]{32}\.(webp|png|jpg|jpeg)$")])
    width = HiddenField(validators=[Optional(), Regexp(r"\d{1,5}$")])
    height = HiddenField(validators=[Optional(), Regexp(r"\d{1,5}$")])
    alt = PairField(_l("What the picture shows, for whoever cannot see it"), lines=2)


class SidesForm(InnerForm):
    right = PairField(SIDES["right"], WORD_MAX, lines=2)
    partly = PairField(SIDES["partly"], WORD_MAX, lines=2)
    wrong = PairField(SIDES["wrong"], WORD_MAX, lines=2)


class QuestionForm(BaseForm):
    """A whole question of any kind, and where it is kept. `seen` and `seen_at` say what the author began with."""

    seen = HiddenField()
    seen_at = HiddenField()
    kind = HiddenField()
    text = PairField(_l("Question"), TEXT_MAX, lines=4)
    format = SelectField(_l("How the text is written"), choices=_choices(FORMATS))
    options = FieldList(FormField(OptionForm), max_entries=MOST["options"])
    fixed = BooleanField(_l("Keep the options in this order"))
    answer = SelectField(_l("The statement is"), choices=_choices({"": _l("Not chosen yet"), "true": _l("True"), "false": _l("False")}), validate_choice=False)
    answers = FieldList(FormField(AnswerForm), max_entries=MOST["answers"])
    unit = SelectField(_l("The unit"), [AnyOf([None, *UNITS])], choices=_choices(UNITS), validate_choice=False)
    units = FieldList(FormField(UnitForm), max_entries=MOST["units"])
    exact_case = BooleanField(_l("Capital and small letters count"))
    pairs = FieldList(FormField(MatchForm), max_entries=MOST["pairs"])
    others = FieldList(FormField(OtherForm), max_entries=MOST["others"])
    words = FieldList(FormField(WordForm), max_entries=MOST["words"])
    gaps = FieldList(FormField(GapForm), max_entries=MOST["words"])
    areas = FieldList(FormField(AreaForm), max_entries=MOST["areas"])
    guide = PairField(_l("Guide for whoever marks it"), WORD_MAX, lines=4)
    feedback = PairField(_l("Why the right answer is right"), WORD_MAX, lines=3)
    outcomes = FormField(SidesForm)
    hints = FieldList(PairField(_l("Hint"), WORD_MAX, lines=2), max_entries=MOST["hints"])
    penalty = _number(_l("Per cent off for each wrong try"), PENALTY)
    picture = FormField(PictureForm)
    no_picture = BooleanField(_l("Take the picture away"))
    case = SelectField(_l("Case"), validate_choice=False)
    part = SelectField(_l("Where in the case it is to be read"), validate_choice=False)
    title = StringField(_l("Title in the bank"), [at_most(200)])
    category = SelectField(_l("Category"))
    cause = SelectField(_l("Cause"))
    difficulty = SelectField(_l("Difficulty"), choices=_choices({"": _l("Not said"), **{str(number): str(number) for number in range(1, 6)}}))
    tags = StringField(_l("Tags, separated by commas"), [at_most(1000)])

    def draft(self) -> Draft:
        """What the fields hold of the question itself; see rules/writing.py."""
        kept = {name: value for name, value in self.data.items() if name not in _KEEPING}
        picture, made = self.picture.data, {**entered(kept), "hints": entered(self.hints.data)}
        shown = picture["file"] and not self.no_picture.data
        sizes = {name: int(picture[name] or 0) for name in ("width", "height")} if shown else {}
        return {**made, "picture": {"file": picture["file"], "alt": entered(picture["alt"]), **sizes} if shown else None}

    @property
    def tag_list(self) -> tuple[str, ...]:
        return tuple(tags_of(self.tags.data or "", TAG_MAX))


_KEEPING = {"csrf_token", "seen", "seen_at", "no_picture", "case", "title", "category", "cause", "difficulty", "tags"}


def entered(value: Any) -> Any:
    """Without the languages in which nothing is said."""
    if isinstance(value, Mapping):
        return {key: entered(inner) for key, inner in value.items() if key not in LANGUAGES or inner}
    return [entered(inner) for inner in value] if isinstance(value, list) else value


class CategoryForm(BaseForm):
    """A category's name, and where it lies."""

    name = PairField(_l("Name"), 200)
    parent = SelectField(_l("Lies in"))
