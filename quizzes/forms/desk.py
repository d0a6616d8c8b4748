"""Forms of writing the quiz of a case."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from cases.rules import SLUG, SLUG_MAX
from core.forms import BaseForm, InnerForm, PairField, at_most
from core.languages import LANGUAGES
from quizzes.drafts import LIMITS, MOST_OPTIONS, MOST_QUESTIONS, Document
from quizzes.rules.questions import QuestionKind

KIND_LABELS = {
    QuestionKind.SINGLE: _l("One right answer"),
    QuestionKind.MULTIPLE: _l("Several right answers"),
    QuestionKind.TRUE_FALSE: _l("True or false"),
}


ANSWER_LABELS = {"": _l("Not chosen yet"), "true": _l("True"), "false": _l("False")}


def _number(label: Any, name: str) -> IntegerField:
    within = NumberRange(*LIMITS[name], message=_l("A number from %(min)s to %(max)s."))
    return IntegerField(label, [InputRequired(_l("Fill this in.")), within])


class OptionForm(InnerForm):
    id = HiddenField(validators=[at_most(20)])
    text = PairField(_l("Option"), lines=2)
    right = BooleanField(_l("Right"))
    feedback = PairField(_l("What is said to whoever chooses it wrongly"), lines=2)


class QuestionForm(InnerForm):
    """A question; one that this form cannot express is `kept`: only its id, its marks and its place are sent."""

    id = HiddenField(validators=[Optional(), at_most(SLUG_MAX), Regexp(SLUG)])
    kept = HiddenField()
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, label) for kind, label in KIND_LABELS.items()])
    text = PairField(_l("Question"), lines=3)
    options = FieldList(FormField(OptionForm), max_entries=MOST_OPTIONS)
    answer = SelectField(_l("The statement is"), choices=[SelectChoice(value, label) for value, label in ANSWER_LABELS.items()], validate_choice=False)
    wrong = PairField(_l("What is said to whoever takes the wrong answer"), lines=2)
    feedback = PairField(_l("Why the right answer is right"), lines=2)
    part = SelectField(_l("Where in the case it is to be read"), validate_choice=False)
    marks = _number(_l("Marks"), "marks")


class QuizForm(BaseForm):
    """A whole quiz. `seen` is the digest of what the author began with."""

    seen = HiddenField()
    pass_mark = _number(_l("Pass mark, in points of 100"), "pass_mark")
    time_limit = _number(_l("Time in minutes"), "time_limit")
    attempts = _number(_l("Tries"), "attempts")
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS)

    def draft(self) -> Document:
        """What the fields hold, as a draft; see drafts.py."""
        return {name: _entered(self.data[name]) for name in ("pass_mark", "time_limit", "attempts", "questions")}


def _entered(value: Any) -> Any:
    """Without the languages in which nothing is said."""
    if isinstance(value, Mapping):
        return {key: _entered(inner) for key, inner in value.items() if key not in LANGUAGES or inner}
    return [_entered(inner) for inner in value] if isinstance(value, list) else value
