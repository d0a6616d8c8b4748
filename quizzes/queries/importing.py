"""What an import has to know of the bank, and what an export takes out of it; each of them in few statements, whatever the number of questions."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from cases.models import Case, Cause
from core.db import db, stream
from core.languages import LANGUAGES, said
from quizzes.formats.parsed import Entry
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.queries.questions import matching
from quizzes.rules.questions import Content, folded
from quizzes.rules.shelf import BankFilters

IMPORTS = 7_301  # what PostgreSQL knows the lock of imports by
_STANDING = and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision)


class Standing(NamedTuple):
    """A question as it stands."""

    id: int
    uid: str
    revision: int
    retired: bool
    digest: str


def standing() -> list[Standing]:
    """Every question of the bank, without what it says."""
    columns = select(Question.id, Question.uid, Question.revision, Question.retired, QuestionRevision.digest)
    return [Standing(*row) for row in db.session.execute(columns.join(QuestionRevision, _STANDING))]


def lock_imports() -> None:
    """Wait until no other import is under way: without identifiers both would find the same questions new. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(IMPORTS)))


def ids_of(uids: list[str]) -> dict[str, int]:
    """The ids of the questions of these names."""
    return {row[0]: row[1] for row in db.session.execute(select(Question.uid, Question.id).where(Question.uid.in_(uids)))}


def lock_questions(ids: list[int]) -> dict[int, int]:
    """The revisions of these questions, which nobody else changes until the transaction ends."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), 500):
        chunk = select(Question.id, Question.revision).where(Question.id.in_(ids[start : start + 500])).order_by(Question.id).with_for_update()
        found |= {row[0]: row[1] for row in db.session.execute(chunk)}
    return found


def category_names() -> list[tuple[int, int | None, str, str, str]]:
    """All categories: id, the one it lies in, names, path; those above first."""
    columns = select(Category.id, Category.parent_id, Category.name_en, Category.name_zh, Category.path)
    rows = [(row[0], row[1], row[2], row[3], row[4]) for row in db.session.execute(columns)]
    return sorted(rows, key=lambda row: row[4].count("/"))


def category_paths(language: str) -> dict[str, tuple[str, ...]]:
    """The names from the root down of every category, by its path of ids."""
    names: dict[int | None, tuple[str, ...]] = {None: ()}
    paths = {}
    for number, parent, name_en, name_zh, path in category_names():
        paths[path] = names[number] = (*names.get(parent, ()), said({"en": name_en, "zh": name_zh}, language))
    return paths


def category_id_at(names: tuple[str, ...]) -> str | None:
    """The id of the category of these names, in any language; None where there is none."""
    wanted = [name.casefold() for name in names]
    for language in LANGUAGES:
        for path, found in category_paths(language).items():
            if [name.casefold() for name in found] == wanted:
                return path.split("/")[-2]
    return None


def cause_slugs() -> dict[str, str]:
    """Short names of causes by themselves and by what the causes are called."""
    rows = db.session.execute(select(Cause.slug, Cause.name_en, Cause.name_zh)).all()
    return {folded(name): slug for slug, name_en, name_zh in rows for name in (name_en, name_zh, slug) if name}


def case_slugs() -> set[str]:
    """Short names of all cases."""
    return set(db.session.scalars(select(Case.slug)))


def entries(language: str, filters: BankFilters) -> Iterator[Entry]:
    """The questions that match, with what is kept beside them, in the order in which they were made."""
    paths = category_paths(language)
    tags: dict[int, list[str]] = {}
    for number, tag in db.session.execute(select(QuestionTag.question_id, QuestionTag.tag).order_by(QuestionTag.tag)):
        tags.setdefault(number, []).append(tag)
    columns = (
        select(Question, QuestionRevision.content, Category.path)
        .join(QuestionRevision, _STANDING)
        .outerjoin(Category, Category.id == Question.category_id)
        .where(Question.id.in_(matching(filters)))
        .order_by(Question.id)
    )
    rows: Iterable[Any] = stream(columns)
    for question, content, where in rows:
        yield Entry(
            content,
            question.uid,
            title=question.title,
            uid=question.uid,
            category=paths.get(where, ()),
            tags=tuple(tags.get(question.id, ())),
            difficulty=question.difficulty,
            cause=question.cause,
            case_slug=question.case_slug,
        )


def count_of(filters: BankFilters) -> int:
    """How many questions match."""
    return db.session.scalar(select(func.count()).select_from(matching(filters).subquery())) or 0


def contents_of(ids: list[int]) -> dict[int, Content]:
    """What these questions say as they stand."""
    found: dict[int, Content] = {}
    for start in range(0, len(ids), 500):
        chunk = select(Question.id, QuestionRevision.content).join(QuestionRevision, _STANDING).where(Question.id.in_(ids[start : start + 500]))
        found |= {row[0]: row[1] for row in db.session.execute(chunk)}
    return found
