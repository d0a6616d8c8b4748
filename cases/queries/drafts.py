"""What authors see: every case with its draft, one draft, and the texts that were kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from cases import drafts
from cases.models import Case, CaseDraft, CaseRevision, CaseText, Cause, Choice, KeptText
from cases.queries.index import having
from cases.words import query
from core.db import db
from core.errors import NotFound
from people.models import Person

PAGE = 50


@dataclass(frozen=True)
class AuthoredFilters:
    """What an author asked the list for; empty means all."""

    q: str = ""
    cause: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True)
class AuthoredLine:
    """A case as an author's list shows it."""

    slug: str
    title: str
    cause: str | None
    occurred: str
    published: bool
    revision: int
    questions: int
    saved_at: dt.datetime | None
    saved_by_en: str | None
    saved_by_zh: str | None


@dataclass(frozen=True)
class Authored:
    """One page of the authors' list, last saved first, and how many there are in all."""

    lines: list[AuthoredLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def authored(filters: AuthoredFilters, language: str) -> Authored:
    """The cases that match, drafts and retired ones too. Two statements."""
    changed = func.coalesce(CaseDraft.saved_at, select(CaseRevision.created_at).where(_standing()).correlate(Case).scalar_subquery())
    matches = (
        select(
            Case.slug,
            CaseText.title,
            Cause.slug.label("cause"),
            Case.occurred,
            Case.published,
            Case.revision,
            Case.questions,
            CaseDraft.saved_at,
            Person.name_en,
            Person.name_zh,
        )
        .join(CaseText, and_(CaseText.case_id == Case.id, CaseText.language == language))
        .outerjoin(Cause, Cause.id == Case.cause_id)
        .outerjoin(CaseDraft, CaseDraft.case_id == Case.id)
        .outerjoin(Person, Person.id == CaseDraft.saved_by)
    )
    if filters.q:
        matches = matches.where(Case.id.in_(having(query(filters.q))))
    if filters.cause:
        matches = matches.where(Cause.slug == filters.cause)
    matches = {
        "": matches,
        "published": matches.where(Case.published),
        "draft": matches.where(CaseDraft.case_id.is_not(None)),
        "retired": matches.where(~Case.published, Case.revision > 0),
    }.get(filters.state, matches)
    total = db.session.scalar(select(func.count()).select_from(matches.subquery())) or 0
    rows = db.session.execute(matches.order_by(changed.desc(), Case.id.desc()).limit(PAGE).offset((filters.page - 1) * PAGE))
    lines = [AuthoredLine(*row) for row in rows]  # type: ignore[call-arg]  # mypy does not count an outer join's columns
    return Authored(lines, total, filters.page)


def _standing() -> Any:
    return and_(CaseRevision.case_id == Case.id, CaseRevision.number == Case.revision)


@dataclass(frozen=True)
class Workpiece:
    """A case as its authors have it: the draft, or where there is none the revision that stands."""

    case: Case
    document: Mapping[str, Any]
    base: int
    is_changed: bool
    saved_at: dt.datetime | None
    saved_by: Person | None

    @property
    def is_retired(self) -> bool:
        return not self.case.published and self.case.revision > 0


def workpiece(slug: str, lock: bool = False) -> Workpiece:
    """What an author works on; with `lock` held until the transaction ends. Raises NotFound."""
    wanted = select(Case).where(Case.slug == slug).execution_options(populate_existing=True)
    case = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if case is None:
        raise NotFound()
    draft = db.session.get(CaseDraft, case.id, populate_existing=True)
    if draft is not None:
        by = db.session.get(Person, draft.saved_by) if draft.saved_by else None
        return Workpiece(case, drafts.settled(draft.document), draft.base, True, draft.saved_at, by)
    standing = db.session.execute(select(CaseRevision, Person).outerjoin(Person, Person.id == CaseRevision.created_by).where(*_revision_of(case))).first()
    if standing is None:
        raise NotFound()
    revision, by = standing
    return Workpiece(case, drafts.settled(revision.document), case.revision, False, revision.created_at, by)


def _revision_of(case: Case) -> tuple[Any, ...]:
    return CaseRevision.case_id == case.id, CaseRevision.number == case.revision


def slugs_like(stem: str) -> set[str]:
    """The addresses that begin with this one."""
    return set(db.session.scalars(select(Case.slug).where(Case.slug.startswith(stem, autoescape=True))))


@dataclass(frozen=True)
class RevisionLine:
    """One published revision in the history of a case."""

    number: int
    created_at: dt.datetime
    by: Person | None


def revisions(case_id: int) -> list[RevisionLine]:
    """The published revisions of a case, newest first."""
    rows = db.session.execute(
        select(CaseRevision.number, CaseRevision.created_at, Person)
        .outerjoin(Person, Person.id == CaseRevision.created_by)
        .where(CaseRevision.case_id == case_id)
        .order_by(CaseRevision.number.desc())
    )
    return [RevisionLine(*row) for row in rows]


def revision_document(case_id: int, number: int) -> Mapping[str, Any]:
    """What a case said in one revision; before the first it said nothing. Raises NotFound."""
    if number == 0:
        return drafts.blank_document()
    found = db.session.scalar(select(CaseRevision.document).where(CaseRevision.case_id == case_id, CaseRevision.number == number))
    if found is None:
        raise NotFound()
    return drafts.settled(found)


@dataclass(frozen=True)
class KeptLine:
    """A text that was kept: which part of the case, why, and whose it is."""

    id: int
    part: str
    reason: str
    kept_at: dt.datetime
    by: Person
    content: Mapping[str, Any]


def kept_texts(case_id: int) -> list[KeptLine]:
    """The texts of a case that were kept, newest first."""
    rows = db.session.execute(
        select(KeptText.id, KeptText.part, KeptText.reason, KeptText.kept_at, Person, KeptText.content)
        .join(Person, Person.id == KeptText.person_id)
        .where(KeptText.case_id == case_id)
        .order_by(KeptText.id.desc())
    )
    return [KeptLine(*row) for row in rows]


def kept_text(case_id: int, kept_id: int) -> KeptText:
    """One text that was kept for this case. Raises NotFound."""
    found = db.session.scalar(select(KeptText).where(KeptText.id == kept_id, KeptText.case_id == case_id))
    if found is None:
        raise NotFound()
    return found


def choice_counts(case_id: int) -> dict[tuple[str, str], int]:
    """How many readers chose what, by decision and choice."""
    rows = db.session.execute(select(Choice.decision, Choice.choice, func.count()).where(Choice.case_id == case_id).group_by(Choice.decision, Choice.choice))
    return {(decision, choice): count for decision, choice, count in rows}
