"""The question bank for authors: the list, changes of many questions at once, the tree of categories."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from cases.queries.library import causes
from core import clock
from core.db import transaction
from core.door import requires
from core.errors import DomainError
from core.languages import LANGUAGES, spoken
from people.rules import Permission
from quizzes.actions import bulk, categories
from quizzes.forms.bank import KINDS, CategoryForm, entered
from quizzes.queries import questions as queries
from quizzes.queries.bulk import bank_edit
from quizzes.rules.shelf import BankFilters, Branch, filters_from

blueprint = Blueprint("bank", __name__, url_prefix="/manage/questions")


@blueprint.get("/")
@requires(Permission.CONTENT_WRITE)
def questions() -> str:
    filters = filters_from(request.args)
    edit = request.args.get("edit", "")
    return render_template(
        "bank/questions.html",
        page=queries.bank_page(filters, spoken()),
        filters=filters,
        kinds=KINDS,
        causes=cause_names(),
        edit=bank_edit(current_user.id, int(edit)) if edit.isdecimal() and len(edit) < 10 else None,
    )


@blueprint.post("/change")
@requires(Permission.CONTENT_WRITE)
def change() -> ResponseReturnValue:
    """Change the chosen questions, or with `all` every one that matches the filters."""
    filters, what = filters_from(request.form), request.form.get("change", "")
    chosen = [int(one) for one in request.form.getlist("chosen") if one.isdecimal() and len(one) < 10]
    value = request.form.get(f"to-{'tag' if what == 'untag' else what}", "")
    try:
        with transaction():
            made = bulk.change_many(filters if request.form.get("all") else chosen, what, value, current_user, clock.now())
    except DomainError as error:
        flash(_(error.message, **error.values), "stop")
        return redirect(_back(filters), 303)
    if made is None:
        flash(_("Nothing had to change. Choose questions first.") if not chosen else _("Nothing had to change."), "info")
    return redirect(_back(filters, **({"edit": made.id} if made else {})), 303)


@blueprint.post("/undo/<id:edit_id>")
@requires(Permission.CONTENT_WRITE)
def undo(edit_id: int) -> ResponseReturnValue:
    filters = filters_from(request.form)
    with transaction():
        count = bulk.undo(edit_id, current_user, clock.now())
    flash(_("Taken back for %(count)s questions.", count=count), "safe")
    return redirect(_back(filters), 303)


def _back(filters: BankFilters, **more: Any) -> str:
    return url_for("bank.questions", **filters.asked, **more)


@blueprint.get("/categories")
@requires(Permission.CONTENT_WRITE)
def tree() -> str:
    found, loose = queries.branches(spoken())
    return _show_tree(found, loose, _category_form(found))


@blueprint.post("/categories")
@requires(Permission.CONTENT_WRITE)
def add() -> ResponseReturnValue:
    found, loose = queries.branches(spoken())
    form = _category_form(found)
    try:
        if not form.validate_on_submit():
            return _show_tree(found, loose, form), 400
        with transaction():
            categories.add_category(entered(form.name.data), int(form.parent.data) if form.parent.data else None)
    except DomainError as error:
        form.name.form["en"].errors = [_(error.message, **error.values)]
        return _show_tree(found, loose, form), error.status
    return redirect(url_for("bank.tree"), 303)


@blueprint.get("/categories/<id:category_id>")
@requires(Permission.CONTENT_WRITE)
def category(category_id: int) -> str:
    row, (found, _loose) = queries.category_row(category_id), queries.branches(spoken())
    form = _category_form(found, {"name": {"en": row.name_en, "zh": row.name_zh}, "parent": str(row.parent_id or "")}, row.path)
    return render_template("bank/category.html", branch=next(one for one in found if one.id == category_id), form=form, inner=_inner(found, category_id))


@blueprint.post("/categories/<id:category_id>")
@requires(Permission.CONTENT_WRITE)
def change_category(category_id: int) -> ResponseReturnValue:
    """Rename and move it; with `do` "remove" take it away, with "up" after moving what it holds to where it lay."""
    row, (found, _loose) = queries.category_row(category_id), queries.branches(spoken())
    form, command = _category_form(found, None, row.path), request.form.get("do", "")
    try:
        if not command and not form.validate_on_submit():
            branch = next(one for one in found if one.id == category_id)
            return render_template("bank/category.html", branch=branch, form=form, inner=_inner(found, category_id)), 400
        with transaction():
            if command:
                categories.remove_category(category_id, contents_up=command == "up")
            else:
                categories.rename_category(category_id, entered(form.name.data))
                categories.move_category(category_id, int(form.parent.data) if form.parent.data else None)
    except DomainError as error:
        form.name.form["en"].errors = [_(error.message, **error.values)]
        branch = next(one for one in found if one.id == category_id)
        return render_template("bank/category.html", branch=branch, form=form, inner=_inner(found, category_id)), error.status
    return redirect(url_for("bank.tree"), 303)


def _inner(found: list[Branch], category_id: int) -> int:
    return sum(one.parent_id == category_id for one in found)


def _category_form(found: list[Branch], data: Any = None, but: str = "") -> CategoryForm:
    """Where it may lie: anywhere but in itself."""
    form = CategoryForm(None, data=data) if data else CategoryForm()
    form.parent.choices = [("", _("Nothing: it lies at the top")), *category_choices([one for one in found if not but or not one.path.startswith(but)])]
    return form


def _show_tree(found: list[Branch], loose: int, form: CategoryForm) -> str:
    return render_template("bank/categories.html", branches=found, loose=loose, form=form, languages=LANGUAGES)


def category_choices(found: list[Branch]) -> list[tuple[str, str]]:
    """Categories for a select, each below the one it lies in."""
    return [(str(one.id), "　" * one.depth + one.name(spoken())) for one in found]


def cause_names() -> dict[str, str]:
    """The causes by slug."""
    return {cause.slug: cause.name(spoken()) for cause in causes()}
