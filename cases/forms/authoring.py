"""Forms of the authors' editor: one a part of a case, named and shaped as the case document."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import URL, Length, NumberRange, Optional, Regexp

from cases.drafts import DATE
from cases.rules import SEARCH_MAX
from core.forms import BaseForm, InnerForm, PairField, at_most
from core.languages import LANGUAGES

PART_LABELS = {
    "head": _l("Title and facts in brief"),
    "sources": _l("Sources"),
    "facts": _l("Facts at a glance"),
    "timeline": _l("Timeline"),
    "decisions": _l("Moments of decision"),
    "causes": _l("Causes"),
    "controls": _l("Controls"),
    "lessons": _l("At your post, and what followed"),
    "pictures": _l("Drawing and photographs"),
    "films": _l("Films"),
}

# What the keys of a document are called where two texts are compared.
FIELD_LABELS = {
    "title": _l("Title"),
    "place": _l("Where"),
    "when": _l("When"),
    "lead": _l("The situation in one or two sentences"),
    "cause": _l("Cause"),
    "also": _l("Further causes"),
    "date": _l("Date"),
    "country": _l("Country"),
    "industry": _l("Industry"),
    "substances": _l("What harmed"),
    "tags": _l("Further words to be found by"),
    "minutes": _l("Minutes to read"),
    "deaths": _l("Deaths"),
    "injuries": _l("Injured"),
    "toll_note": _l("A word on the figures"),
    "sources": _l("Source"),
    "facts": _l("Fact"),
    "timeline": _l("Row"),
    "decisions": _l("Decision"),
    "decision": _l("Decision"),
    "choices": _l("Choice"),
    "sound": _l("This is the way that holds"),
    "outcome": _l("What follows from it"),
    "situation": _l("What was known at that moment"),
    "question": _l("Question"),
    "direct_cause": _l("Direct cause"),
    "underlying_causes": _l("Underlying cause"),
    "controls": _l("Control"),
    "failure": _l("How it failed here"),
    "rule": _l("The rule or standard it comes from"),
    "last_barrier": _l("The last barrier"),
    "note": _l("A word on it"),
    "at_your_post": _l("At your post"),
    "lesson": _l("Lesson, in one sentence"),
    "aftermath": _l("What followed"),
    "unknown": _l("What is not known"),
    "diagram": _l("Drawing"),
    "svg": _l("Drawing"),
    "alt": _l("What is to be seen, for whoever cannot see it"),
    "key": _l("Key"),
    "photos": _l("Photograph"),
    "caption": _l("Caption"),
    "credit": _l("Whose picture it is"),
    "films": _l("Film"),
    "files": _l("File"),
    "captions": _l("Captions"),
    "seconds": _l("Length in seconds"),
    "publisher": _l("Publisher"),
    "year": _l("Year"),
    "url": _l("Address"),
    "text": _l("Text"),
    "label": _l("Name"),
    "value": _l("Value"),
    "from": _l("Stands in"),
    "name": _l("File"),
    "size": _l("Size"),
}


def _rows(form: type[Form] | Any, label: Any) -> "FieldList[Any]":
    return FieldList(form if not isinstance(form, type) else FormField(form), label)


def _cited() -> SelectMultipleField:
    return SelectMultipleField(_l("Stands in"), validate_choice=False, coerce=str)


class Fact(InnerForm):
    label = PairField(_l("Name"), 80)
    value = PairField(_l("Value"), 200)
    cited = _cited()


class Row(InnerForm):
    id = HiddenField()
    decision = HiddenField()
    when = PairField(_l("When"), 80)
    text = PairField(_l("What happened"), lines=3)
    cited = _cited()


class Choice(InnerForm):
    id = HiddenField()
    text = PairField(_l("Choice"), lines=2)
    outcome = PairField(_l("What follows from it"), lines=3)
    sound = BooleanField(_l("This is the way that holds"))


class Decision(InnerForm):
    id = HiddenField()
    situation = PairField(_l("What was known at that moment"), lines=3)
    question = PairField(_l("Question"), 400)
    choices = _rows(Choice, _l("Choices"))


class DirectCause(InnerForm):
    en = TextAreaField(LANGUAGES["en"], [at_most(2000)], render_kw={"rows": 3})
    zh = TextAreaField(LANGUAGES["zh"], [at_most(2000)], render_kw={"rows": 3})
    cited = _cited()


class UnderlyingCause(InnerForm):
    id = HiddenField()
    text = PairField(_l("Underlying cause"), lines=2)
    cited = _cited()


class Control(InnerForm):
    id = HiddenField()
    text = PairField(_l("Control, in a few words"), 200)
    failure = PairField(_l("How it failed here"), 200)
    rule = PairField(_l("The rule or standard it comes from"), lines=2)
    cited = _cited()


class LastBarrier(InnerForm):
    text = PairField(_l("What the reader can always do"), 200)
    note = PairField(_l("A word on it"), 400)


class Source(InnerForm):
    id = HiddenField()
    title = StringField(_l("Title, in the language of the source"), [at_most(300)])
    publisher = StringField(_l("Publisher"), [at_most(200)])
    year = IntegerField(_l("Year"), [Optional(), NumberRange(1800, 2200, _l("A year from %(min)s to %(max)s."))])
    url = StringField(_l("Address"), [Optional(), URL(require_tld=False, message=_l("An address begins with http:// or https://.")), at_most(1000)])


class Photo(InnerForm):
    name = HiddenField()
    alt = PairField(_l("What is to be seen, for whoever cannot see it"), 400)
    caption = PairField(_l("Caption"), 400)
    credit = StringField(_l("Whose picture it is"), [at_most(200)])


class Drawing(InnerForm):
    alt = PairField(_l("What the drawing shows, for whoever cannot see it"), lines=3)
    key = _rows(PairField(_l("Number"), 400), _l("Key"))
    gone = BooleanField(_l("Take the drawing out"))


class Film(InnerForm):
    id = HiddenField()
    title = PairField(_l("Title"), 200)
    publisher = StringField(_l("Publisher"), [at_most(200)])
    seconds = IntegerField(_l("Length in seconds"), [Optional(), NumberRange(1, 36_000, _l("A number from %(min)s to %(max)s."))])
    url = StringField(_l("Address, if it plays elsewhere"), [Optional(), URL(require_tld=False, message=_l("An address begins with http:// or https://."))])
    uploaded = HiddenField()


class PartForm(BaseForm):
    """One part of a case. `seen` is the digest of what the author began with."""

    seen = HiddenField()


class Head(PartForm):
    title = PairField(_l("Title"), 200)
    lead = PairField(_l("The situation in one or two sentences"), 600, lines=3)
    cause = SelectField(_l("Cause"), validate_choice=False)
    also = SelectMultipleField(_l("Further causes"), validate_choice=False)
    date = StringField(_l("Date"), [Optional(), Regexp(DATE, message=_l("Write it as 2005-11-05, 2005-11 or 2005."))])
    when = PairField(_l("When, in words"), 200)
    place = PairField(_l("Where"), 200)
    country = SelectField(_l("Country"), validate_choice=False)
    industry = SelectField(_l("Industry"), validate_choice=False)
    substances = SelectMultipleField(_l("What harmed"), validate_choice=False)
    tags = StringField(_l("Further words to be found by"), [at_most(600)])
    deaths = IntegerField(_l("Deaths"), [Optional(), NumberRange(0, 1_000_000, _l("A number from %(min)s to %(max)s."))])
    injuries = IntegerField(_l("Injured"), [Optional(), NumberRange(0, 1_000_000, _l("A number from %(min)s to %(max)s."))])
    toll_note = PairField(_l("A word on the figures"), 400)
    minutes = IntegerField(_l("Minutes to read"), [Optional(), NumberRange(1, 240, _l("A number from %(min)s to %(max)s."))])


class Facts(PartForm):
    facts = _rows(Fact, _l("Facts at a glance"))


class Timeline(PartForm):
    timeline = _rows(Row, _l("Timeline"))


class Decisions(PartForm):
    decisions = _rows(Decision, _l("Moments of decision"))


class Causes(PartForm):
    direct_cause = FormField(DirectCause, _l("Direct cause"))
    underlying_causes = _rows(UnderlyingCause, _l("Underlying causes"))


class Controls(PartForm):
    controls = _rows(Control, _l("Controls"))
    last_barrier = FormField(LastBarrier, _l("The last barrier"))


class Cited(DirectCause):
    """A line with its sources."""


class Lessons(PartForm):
    at_your_post = _rows(PairField(_l("Line"), lines=2), _l("At your post"))
    lesson = PairField(_l("Lesson, in one sentence"), 400, lines=2)
    aftermath = _rows(Cited, _l("What followed"))
    unknown = _rows(Cited, _l("What is not known"))


class Sources(PartForm):
    sources = _rows(Source, _l("Sources"))


class Pictures(PartForm):
    diagram = FormField(Drawing, _l("Drawing"))
    photos = _rows(Photo, _l("Photographs"))


class Films(PartForm):
    films = _rows(Film, _l("Films"))


FORMS: dict[str, type[PartForm]] = {
    "head": Head,
    "sources": Sources,
    "facts": Facts,
    "timeline": Timeline,
    "decisions": Decisions,
    "causes": Causes,
    "controls": Controls,
    "lessons": Lessons,
    "pictures": Pictures,
    "films": Films,
}


class NewCaseForm(BaseForm):
    """The little that a new case begins with."""

    title = PairField(_l("Title"), 200)
    cause = SelectField(_l("Cause"), validate_choice=False)
    date = StringField(_l("Date"), [Optional(), Regexp(DATE, message=_l("Write it as 2005-11-05, 2005-11 or 2005."))])


class AuthoredForm(BaseForm):
    """What the authors' list shows; sent as an address, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Search"), [Length(max=SEARCH_MAX)])
    cause = SelectField(_l("Cause"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)


def shown(value: Any) -> Any:
    """Part of a case document as its form takes it."""
    if isinstance(value, Mapping):
        return {"cited" if key == "from" else key: ", ".join(inner) if key == "tags" else shown(inner) for key, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value


def entered(value: Any) -> Any:
    """What a form holds as part of a case document: languages without a text are left out; a row that is a decision is only that."""
    if isinstance(value, Mapping):
        if value.get("decision"):
            return {"decision": value["decision"]}
        kept = {key: inner for key, inner in value.items() if key != "decision" and (key not in LANGUAGES or inner)}
        return {"from" if key == "cited" else key: _words(inner) if key == "tags" else entered(inner) for key, inner in kept.items()}
    return [entered(inner) for inner in value] if isinstance(value, list) else value


def _words(text: str | None) -> list[str]:
    return [word for part in (text or "").replace("，", ",").replace("、", ",").split(",") if (word := part.strip())]
