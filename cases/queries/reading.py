"""One case as it stands for one reader."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, bindparam, func, select

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


@lru_cache(maxsize=256)
def document(digest: str) -> Document:
    """The content with this digest; kept, because what a digest names never changes."""
    found: Document = db.session.scalars(select(CaseRevision.document).where(CaseRevision.digest == digest).limit(1)).one()
    return found


def choice_counts(case_id: int) -> dict[tuple[str, str], int]:
    """How many readers chose what, by decision and choice."""
    rows = db.session.execute(select(Choice.decision, Choice.choice, func.count()).where(Choice.case_id == case_id).group_by(Choice.decision, Choice.choice))
    return {(decision, choice): count for decision, choice, count in rows}
