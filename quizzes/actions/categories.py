"""The tree of categories: adding, naming, moving and removing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from core.db import db
from core.errors import N_, Invalid, Refused
from quizzes.models.bank import Category, Question
from quizzes.queries import questions as queries
from quizzes.rules.shelf import DEPTH_MOST, Branch, may_lie_in

TAKEN = N_("There is a category of this name here already.")


def add_category(name: Mapping[str, str], parent_id: int | None) -> Category:
    """A new category in another one, or at the top. Raises Invalid, NotFound."""
    tree = queries.lock_categories()
    parent = queries.category_row(parent_id) if parent_id else None
    if parent and parent.path.count("/") - 1 >= DEPTH_MOST:
        raise Invalid(N_("Categories lie at most %(most)s deep."), most=DEPTH_MOST)
    _name_or_raise(name, parent_id, tree)
    category = Category(parent_id=parent_id, name_en=name.get("en", ""), name_zh=name.get("zh", ""), path="")
    db.session.add(category)
    db.session.flush()
    category.path = f"{parent.path if parent else '/'}{category.id}/"
    db.session.flush()
    return category


def rename_category(category_id: int, name: Mapping[str, str]) -> None:
    """Give a category another name. Raises Invalid, NotFound."""
    tree, category = queries.lock_categories(), queries.category_row(category_id)
    _name_or_raise(name, category.parent_id, tree, category_id)
    category.name_en, category.name_zh = name.get("en", ""), name.get("zh", "")


def move_category(category_id: int, parent_id: int | None) -> None:
    """Let a category, with all below it, lie in another one. Raises Invalid, NotFound."""
    tree, category = queries.lock_categories(), queries.category_row(category_id)
    parent = queries.category_row(parent_id) if parent_id else None
    by_id = {branch.id: branch for branch in tree}
    if not may_lie_in(by_id[category_id], by_id[parent_id] if parent_id else None, tree):
        raise Invalid(N_("A category cannot lie in itself, nor more than %(most)s deep."), most=DEPTH_MOST)
    _name_or_raise({"en": category.name_en, "zh": category.name_zh}, parent_id, tree, category_id)
    category.parent_id = parent_id
    _lead(category.path, f"{parent.path if parent else '/'}{category.id}/")


def remove_category(category_id: int, contents_up: bool) -> None:
    """Remove a category that is empty; with `contents_up` what it holds first moves to where it lay. Raises Refused, Invalid, NotFound."""
    tree, category = queries.lock_categories(), queries.category_row(category_id)
    inner = [branch for branch in tree if branch.parent_id == category_id]
    if (inner or queries.holds_questions(category_id)) and not contents_up:
        raise Refused(N_("The category is not empty. Move what it holds first."))
    for branch in inner:
        _name_or_raise({"en": branch.name_en, "zh": branch.name_zh}, category.parent_id, tree, branch.id, category_id)
    db.session.execute(update(Question).where(Question.category_id == category_id).values(category_id=category.parent_id))
    above = category.path.removesuffix(f"{category_id}/")
    for branch in inner:
        queries.category_row(branch.id).parent_id = category.parent_id
        _lead(branch.path, f"{above}{branch.id}/")
    db.session.flush()
    db.session.delete(category)
    db.session.flush()


def category_at(names: Sequence[Mapping[str, str]]) -> Category | None:
    """The category of these names from the top down, made where it is missing; None for no name. Raises Invalid."""
    found: Category | None = None
    for name in names:
        parent_id = found.id if found else None
        like = next((one for one in queries.lock_categories() if one.parent_id == parent_id and _says_the_same(one, name)), None)
        found = queries.category_row(like.id) if like else add_category(name, parent_id)
    return found


def _says_the_same(branch: Branch, name: Mapping[str, str]) -> bool:
    return any(text and text.casefold() == had.casefold() for text, had in ((name.get("en"), branch.name_en), (name.get("zh"), branch.name_zh)))


def _name_or_raise(name: Mapping[str, str], parent_id: int | None, tree: list[Branch], *but: int) -> None:
    """The unique constraint does not see two at the top, whose parent is nothing; the lock on the tree does."""
    if not any(name.values()):
        raise Invalid(N_("Give it a name in one language."))
    if any(one.parent_id == parent_id and one.id not in but and _says_the_same(one, name) for one in tree):
        raise Invalid(TAKEN)


def _lead(old: str, new: str) -> None:
    """Every path that began with the old one begins with the new one."""
    for category in queries.categories_below(old):
        category.path = new + category.path.removeprefix(old)
    db.session.flush()
