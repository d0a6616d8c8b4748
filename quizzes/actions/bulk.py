"""Changing many questions at once, and taking that back."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, update

from cases.queries.library import causes
from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, Invalid
from people.access import SignedIn
from quizzes.models.bank import TAG_MAX, BankEdit, Question, QuestionTag
from quizzes.queries import bulk as queries
from quizzes.queries.questions import category_row, matching_ids
from quizzes.rules.shelf import BankFilters, Change
from quizzes.rules.writing import tags_of

KEPT = dt.timedelta(days=7)
COLUMNS = {Change.CATEGORY: "category_id", Change.CAUSE: "cause", Change.DIFFICULTY: "difficulty", Change.RETIRE: "retired", Change.BRING_BACK: "retired"}
AT_ONCE = 5000


def change_many(chosen: Iterable[int] | BankFilters, change: str, value: str, person: SignedIn, now: dt.datetime) -> BankEdit | None:
    """Do one thing to all chosen questions, or to all that match; None where nothing had to change. Raises Invalid, NotFound.

    What was before is kept for a week, so that `undo` can bring it back.
    """
    if change not in list(Change):
        raise Invalid(N_("Choose what to change."))
    field, after = Change(change), _meant(change, value)
    ids = matching_ids(chosen) if isinstance(chosen, BankFilters) else sorted(set(chosen))
    if field in (Change.TAG, Change.UNTAG):
        before: list[Any] = _tag(ids, field, str(after))
        touched: list[int] = before
    else:
        before = _set(ids, COLUMNS[field], after)
        touched = [one for _old, some in before for one in some]
    if not touched:
        return None
    _touch(touched, now)
    db.session.execute(delete(BankEdit).where(BankEdit.made_at < now - KEPT))
    edit = BankEdit(person_id=person.id, field=field, after=None if after is None else str(after), before=before, questions=len(touched), made_at=now)
    db.session.add(edit)
    db.session.flush()
    return edit


def _meant(change: str, value: str) -> Any:
    """The value that a form sent, as the column has it."""
    if change in (Change.RETIRE, Change.BRING_BACK):
        return change == Change.RETIRE
    if change in (Change.TAG, Change.UNTAG):
        tags = tags_of(value, TAG_MAX)
        if len(tags) != 1:
            raise Invalid(N_("Name one tag."))
        return tags[0]
    if not value:
        return None
    if change == Change.CAUSE and value in {cause.slug for cause in causes()}:
        return value
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise Invalid(N_("Choose what to change."))
    if change == Change.CATEGORY:
        return category_row(int(value)).id
    if not 1 <= int(value) <= 5:
        raise Invalid(N_("A difficulty is a number from 1 to 5."))
    return int(value)


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _set(ids: list[int], column: str, after: Any) -> list[Any]:
    """Give a column this value; pairs of an old value and the ids that had it."""
    at = getattr(Question, column)
    old: dict[Any, list[int]] = {}
    for some in _pieces(ids):
        for question_id, value in queries.values_before(some, at, after):
            old.setdefault(value, []).append(question_id)
        db.session.execute(update(Question).where(Question.id.in_(some)).values({column: after}))
    return [[value, changed] for value, changed in old.items()]


def _tag(ids: list[int], field: str, tag: str) -> list[int]:
    """Give a tag, or take it away; the ids where that changed something."""
    changed: list[int] = []
    for some in _pieces(ids):
        having = queries.tagged(some, tag)
        if field == Change.UNTAG:
            db.session.execute(delete(QuestionTag).where(QuestionTag.question_id.in_(having), QuestionTag.tag == tag))
            changed += sorted(having)
            continue
        there = queries.existing(some) - having
        _give(sorted(there), tag)
        changed += sorted(there)
    return changed


def _give(ids: Iterable[int], tag: str) -> None:
    rows = [{"question_id": question_id, "tag": tag} for question_id in ids]
    if rows:
        db.session.execute(insert(QuestionTag).on_conflict_do_nothing(), rows)


def _touch(ids: Sequence[int], now: dt.datetime) -> None:
    """They were changed: somebody who writes one of them is told."""
    for some in _pieces(ids):
        db.session.execute(update(Question).where(Question.id.in_(some)).values(changed_at=now))


def undo(edit_id: int, person: SignedIn, now: dt.datetime) -> int:
    """Bring back what stood before, where nobody has changed it since; how many questions. Raises Conflict where it was done already."""
    edit = queries.bank_edit(person.id, edit_id)
    if edit is None or not rows_changed(update(BankEdit).where(BankEdit.id == edit_id, ~BankEdit.undone).values(undone=True)):
        raise Conflict(N_("This was taken back already, or is too long ago."))
    if edit.field in (Change.TAG, Change.UNTAG):
        tag = edit.after or ""
        for some in _pieces(edit.before):
            if edit.field == Change.TAG:
                db.session.execute(delete(QuestionTag).where(QuestionTag.question_id.in_(some), QuestionTag.tag == tag))
            else:
                _give(some, tag)
        _touch(edit.before, now)
        return len(edit.before)
    column = COLUMNS[Change(edit.field)]
    at, after, count = getattr(Question, column), _meant_again(edit), 0
    for value, ids in edit.before:
        if column == "category_id" and value is not None and not queries.is_category(value):
            value = None  # it was removed meanwhile
        for some in _pieces(ids):
            count += rows_changed(update(Question).where(Question.id.in_(some), at.is_not_distinct_from(after)).values({column: value, "changed_at": now}))
    return count


def _meant_again(edit: BankEdit) -> Any:
    if edit.field in (Change.RETIRE, Change.BRING_BACK):
        return edit.field == Change.RETIRE
    return int(edit.after) if edit.after is not None and edit.field in (Change.CATEGORY, Change.DIFFICULTY) else edit.after
