"""One case as it stands for one reader."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, bindparam, func, or_, select

from cases.models import Case, CaseRevision, Cause, Choice, Reading
from cases.queries.library import CauseLine
from cases.rules import Document
from core.db import db, fetch
from core.errors import NotFound
from core.languages import said


@dataclass(frozen=True)
class CasePage:
    """One case as it stands for one reader. `stamp` rises with everything published, for what is kept rendered."""

    id: int
    slug: str
    revision: int
    minutes: int
    questions: int
    digest: str
    stamp: int
    opened_at: dt.datetime | None
    studied_at: dt.datetime | None
    cause: CauseLine
    chosen: dict[str, str]

    @property
    def document(self) -> Document:
        return document(self.digest)

    def title(self, language: str) -> str:
        return str(said(self.document["title"], language))


_CASE_PAGE = (
    select(
        Case.id,
        Case.slug,
        Case.revision,
        Case.minutes,
        Case.questions,
        CaseRevision.digest,
        select(func.max(CaseRevision.id)).scalar_subquery(),
        Reading.opened_at,
        Reading.studied_at,
        Cause.id,
        Cause.slug,
        Cause.name_en,
        Cause.name_zh,
        Cause.meaning_en,
        Cause.meaning_zh,
        Choice.decision,
        Choice.choice,
    )
    .join(CaseRevision, and_(CaseRevision.case_id == Case.id, CaseRevision.number == Case.revision))
    .join(Cause, Cause.id == Case.cause_id)
    .outerjoin(Reading, and_(Reading.case_id == Case.id, Reading.person_id == bindparam("person_id")))
    .outerjoin(Choice, and_(Choice.case_id == Case.id, Choice.person_id == bindparam("person_id")))
    .where(Case.slug == bindparam("slug"), Case.published)
)


def case_page(slug: str, person_id: int) -> CasePage:
    """A published case for a reader, in one statement. Raises NotFound."""
    rows = fetch(_CASE_PAGE, slug=slug, person_id=person_id)
    if not rows:
        raise NotFound()
    chosen = {row.decision: row.choice for row in rows if row.decision}
    values = list(rows[0])
    return CasePage(*values[:9], CauseLine(*values[9:15]), chosen)  # type: ignore[call-arg]  # mypy cannot count a slice


def revision_page(slug: str, person_id: int, number: int) -> CasePage:
    """A case as one of its revisions told it: for everybody while the case is published, later for whoever studied it. Raises NotFound."""
    rows = db.session.execute(
        select(Case, CaseRevision.digest, Reading.opened_at, Reading.studied_at, Cause, Choice.decision, Choice.choice)
        .join(CaseRevision, and_(CaseRevision.case_id == Case.id, CaseRevision.number == number))
        .join(Cause, Cause.id == Case.cause_id)
        .outerjoin(Reading, and_(Reading.case_id == Case.id, Reading.person_id == person_id))
        .outerjoin(Choice, and_(Choice.case_id == Case.id, Choice.person_id == person_id))
        .where(Case.slug == slug, or_(Case.published, Reading.studied_at.is_not(None)))
    ).all()
    if not rows:
        raise NotFound()
    case, digest, opened_at, studied_at, cause = rows[0][:5]
    line = CauseLine(cause.id, cause.slug, cause.name_en, cause.name_zh, cause.meaning_en, cause.meaning_zh)
    chosen = {row.decision: row.choice for row in rows if row.decision}
    return CasePage(case.id, slug, number, case.minutes, case.questions, digest, 0, opened_at, studied_at, line, chosen)


@lru_cache(maxsize=256)
def document(digest: str) -> Document:
    """The content with this digest; kept, because what a digest names never changes."""
    found: Document = db.session.scalars(select(CaseRevision.document).where(CaseRevision.digest == digest).limit(1)).one()
    return found
