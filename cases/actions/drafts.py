"""What authors do: write a draft part by part, publish it, take it back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update

from cases import drafts
from cases.actions.index import forget_case
from cases.actions.library import add_case, describe, digest_of, publish_revision
from cases.models import Case, CaseDraft, KeptText, NearMiss
from cases.queries import drafts as queries
from core.db import db, insert
from core.errors import N_, Conflict, Refused


@dataclass(frozen=True)
class Saved:
    """What came of saving a part: the digest that stands now, and where somebody had saved first the text that was kept."""

    digest: str
    kept_id: int | None = None

    @property
    def is_refused(self) -> bool:
        return self.kept_id is not None


def create_draft(person_id: int, document: Mapping[str, Any], now: dt.datetime, slug: str = "") -> Case:
    """A new case that nobody but authors sees. Its address is the slug, or one made from title and year that nobody has."""
    document = drafts.settled(document)
    stem = slug or drafts.slug_from(document["title"], document["date"])
    taken = queries.slugs_like(stem)
    case = add_case(stem if stem not in taken else drafts.fresh_id(stem, taken))
    db.session.add(CaseDraft(case_id=case.id, base=0, document=document, saved_at=now, saved_by=person_id))
    describe(case, document)
    return case


def save_part(person_id: int, slug: str, part: str, content: Mapping[str, Any], seen: str, now: dt.datetime, command: str = "") -> Saved:
    """Save one part of a case, and then rearrange its rows where a command says so. The same content twice is no error.

    `seen` is the digest of the part that the author began with. Where another stands now nothing is overwritten: the
    author's text is kept beside it. Raises NotFound, and Invalid for a command that fits nothing.
    """
    piece = queries.workpiece(slug, lock=True)
    document = drafts.settled({**piece.document, **content})
    standing = digest_of(drafts.part_of(piece.document, part))
    if standing != seen and digest_of(drafts.part_of(document, part)) != standing:
        return Saved(standing, _keep(person_id, piece.case.id, part, "refused", content, now))
    if command:
        before = drafts.part_of(document, part)
        document, removed = drafts.rearrange(document, part, command)
        if removed:
            _keep(person_id, piece.case.id, part, "removed", before, now)
    return _write(person_id, piece, part, document, now)


def put_back(person_id: int, slug: str, kept_id: int, seen: str, now: dt.datetime) -> Saved:
    """Put a kept text in its place; what stood there is kept instead. Where somebody saved since `seen`, nothing happens but that."""
    piece = queries.workpiece(slug, lock=True)
    kept = queries.kept_text(piece.case.id, kept_id)
    standing = drafts.part_of(piece.document, kept.part)
    if digest_of(standing) != seen:
        return Saved(digest_of(standing), kept.id)
    document = drafts.settled({**piece.document, **kept.content})
    part, person = kept.part, piece.saved_by.id if piece.saved_by else person_id
    db.session.delete(kept)
    _keep(person, piece.case.id, part, "removed", standing, now)
    return _write(person_id, piece, part, document, now)


def throw_away(slug: str, kept_id: int) -> str:
    """Forget a kept text; the part it was for."""
    kept = queries.kept_text(queries.workpiece(slug, lock=True).case.id, kept_id)
    db.session.delete(kept)
    return kept.part


def publish(person_id: int, slug: str, revision: int, now: dt.datetime) -> Case:
    """Publish the draft as a new revision; what readers completed keeps the one they read.

    `revision` is the one that the author saw as standing: Conflict where another stands. Raises Refused where there is
    nothing new, Invalid for what is lacking.
    """
    piece = queries.workpiece(slug, lock=True)
    if not piece.is_changed:
        raise Refused(N_("There is nothing new to publish."))
    if not piece.base == piece.case.revision == revision:
        raise Conflict(N_("The published case has changed since this draft was begun. Compare them, then publish again."))
    publish_revision(piece.case, piece.document, person_id, now)
    db.session.execute(delete(CaseDraft).where(CaseDraft.case_id == piece.case.id))
    db.session.execute(delete(KeptText).where(KeptText.case_id == piece.case.id))
    return piece.case


def rebase(slug: str) -> None:
    """Let a draft follow the revision that stands now: the author has compared them."""
    piece = queries.workpiece(slug, lock=True)
    if draft := db.session.get(CaseDraft, piece.case.id):
        draft.base = piece.case.revision


def discard(slug: str) -> bool:
    """Throw a draft away; a case that was never published goes with it, and the near miss it came from is new again. Whether the case is still there."""
    piece = queries.workpiece(slug, lock=True)
    for table in (CaseDraft, KeptText):
        db.session.execute(delete(table).where(table.case_id == piece.case.id))
    if piece.case.revision:
        return True
    db.session.execute(update(NearMiss).where(NearMiss.case_id == piece.case.id).values(case_id=None))
    forget_case(piece.case.id)
    db.session.delete(piece.case)
    return False


def retire(slug: str) -> None:
    """Take a case out of the library. Completions keep what was read."""
    case = queries.workpiece(slug, lock=True).case
    if not case.published:
        raise Refused(N_("Only a published case can be retired."))
    case.published = False


def bring_back(slug: str) -> None:
    """Put a retired case back into the library, as it was last published."""
    piece = queries.workpiece(slug, lock=True)
    if not piece.is_retired:
        raise Refused(N_("Only a retired case can be brought back."))
    piece.case.published = True


def _keep(person_id: int, case_id: int, part: str, reason: str, content: Mapping[str, Any], now: dt.datetime) -> int:
    kept = KeptText(person_id=person_id, case_id=case_id, part=part, reason=reason, content=dict(content), kept_at=now)
    db.session.add(kept)
    db.session.flush()
    return kept.id


def _write(person_id: int, piece: queries.Workpiece, part: str, document: Mapping[str, Any], now: dt.datetime) -> Saved:
    digest = digest_of(drafts.part_of(document, part))
    if document == piece.document:
        return Saved(digest)
    values = {"document": document, "saved_at": now, "saved_by": person_id}
    statement = insert(CaseDraft).values(case_id=piece.case.id, base=piece.base, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=values))
    if not piece.case.revision:
        describe(piece.case, document)
    return Saved(digest)
