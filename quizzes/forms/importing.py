"""Forms of taking questions out of files and into them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from core.forms import BaseForm, at_most
from core.languages import LANGUAGES
from quizzes.formats.formats import FORMATS
from quizzes.formats.sheets.columns import Layout, letter

FORMAT_CHOICES = [SelectChoice(key, form.name) for key, form in FORMATS.items()]
LANGUAGE_CHOICES = [SelectChoice(language, name) for language, name in LANGUAGES.items()]
OPTION_COLUMNS = 12
COLUMN_LABELS = {
    "": _l("Not taken"),
    "kind": _l("Kind of question"),
    "text": _l("Question"),
    "options": _l("All options in one cell"),
    "answer": _l("Right answer"),
    "feedback": _l("Explanation"),
    "category": _l("Category"),
    "tags": _l("Tags"),
    "difficulty": _l("Difficulty"),
    "hint": _l("Hint"),
    "guide": _l("Marking guide"),
    "cause": _l("Cause"),
    "case": _l("Case"),
    "number": _l("Running number"),
}


class SendForm(BaseForm):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    format = SelectField(_l("Format"), choices=[SelectChoice("", _l("By its content")), *FORMAT_CHOICES])
    language = SelectField(_l("Language of the questions"), choices=[SelectChoice("", _l("By the texts")), *LANGUAGE_CHOICES])
    category = StringField(_l("Put them below this category"), [at_most(200)])


class ColumnsForm(BaseForm):
    """Selects named column-SHEET-COLUMN; there are as many as the file has columns."""

    def layouts(self, layouts: list[Layout], sent: Any) -> list[Layout]:
        """The layouts as an author changed them; what a browser cannot have sent is left as it was."""
        for place, layout in enumerate(layouts):
            if layout.exact:
                continue
            allowed = dict(column_choices(layout))
            for at, name in enumerate(layout.fields):
                said = sent.get(f"column-{place}-{at}", name)
                layout.fields[at] = said if said in allowed else name
        return layouts


class ExportForm(BaseForm):
    format = SelectField(_l("Format"), choices=FORMAT_CHOICES)
    category = SelectField(_l("Category"))


def column_choices(layout: Layout) -> list[tuple[str, Any]]:
    """What a column of a sheet may hold."""
    options = [(f"option:{place}", _l("Option %(letter)s", letter=letter(place))) for place in range(1, OPTION_COLUMNS + 1)]
    known = [*COLUMN_LABELS.items()]
    return [*known[:4], *options, *known[4:]]
