"""The base of all forms: CSRF, messages in the person's language, and texts in every language side by side."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField, TextAreaField
from wtforms.meta import DefaultMeta
from wtforms.validators import Length

from core.languages import LANGUAGES


class _Stripping(DefaultMeta):
    """Strips the ends of what was typed, except in passwords."""

    def bind_field(self, form, unbound_field, options):  # type: ignore[no-untyped-def]
        if "password" not in options["name"] and not issubclass(unbound_field.field_class, (FormField, FieldList)):
            options["filters"] = [*unbound_field.kwargs.get("filters", ()), _strip]
            unbound_field.kwargs.pop("filters", None)
        return super().bind_field(form, unbound_field, options)


class BaseForm(FlaskForm):
    """A form of its own, with its token."""

    class Meta(_Stripping, FlaskForm.Meta):
        pass


class InnerForm(Form):
    """A form inside another one, which has the token."""

    Meta = _Stripping


def at_most(characters: int) -> Length:
    """A field's limit, with its message."""
    return Length(max=characters, message=_l("At most %(max)d characters."))


class PairField(FormField):  # type: ignore[type-arg]  # not generic at run time
    """A text in every language, side by side."""

    def __init__(self, label: Any, longest: int = 2000, lines: int = 1, **more: Any) -> None:
        fields = {
            language: (TextAreaField if lines > 1 else StringField)(name, [at_most(longest)], render_kw={"rows": lines} if lines > 1 else None)
            for language, name in LANGUAGES.items()
        }
        super().__init__(type("Pair", (InnerForm,), fields), label, **more)


def _strip(value: object) -> object:
    return value.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(value, str) else value
