"""The base of all forms: CSRF, and messages in the person's language."""

from flask_wtf import FlaskForm
from wtforms import Field


class BaseForm(FlaskForm):
    """Strips the ends of what was typed, except in passwords."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form, unbound_field, options):  # type: ignore[no-untyped-def]
            if "password" not in options["name"]:
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), _strip]
                unbound_field.kwargs.pop("filters", None)
            return super().bind_field(form, unbound_field, options)

    def first_bad_field(self) -> Field | None:
        """The field that focus goes to after a refusal."""
        return next((field for field in self if field.errors), None)


def _strip(value: object) -> object:
    return value.replace("\0", "").strip() if isinstance(value, str) else value
