"""The base of all forms: CSRF, and messages in the person's language."""

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField
from wtforms.meta import DefaultMeta


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

    def first_bad_field(self) -> Field | None:
        """The field that focus goes to after a refusal."""
        return next((field for field in self if field.errors), None)


class InnerForm(Form):
    """A form inside another one, which has the token."""

    Meta = _Stripping


def _strip(value: object) -> object:
    return value.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(value, str) else value
