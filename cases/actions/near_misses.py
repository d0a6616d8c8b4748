"""Near misses: an employee sends one in; an author answers, puts it aside, or makes a case of it."""

import datetime as dt

from sqlalchemy import and_, update

from cases import near_misses as rules
from cases.actions import drafts
from cases.drafts import Document
from cases.models import Case, NearMiss
from cases.near_misses import Telling
from cases.queries import near_misses as queries
from core.db import db, insert, rows_changed
from core.errors import N_, Conflict, NotFound, Refused


def send(person_id: int, token: str, told: Telling, now: dt.datetime) -> int:
    """Keep what an employee tells; its id. The same form sent again changes the text, as long as no author has begun with it.

    Raises Refused above so many a day.
    """
    if queries.sent_since(person_id, now - rules.DAY, token) >= rules.MOST_A_DAY:
        raise Refused(N_("You have sent %(most)s near misses in a day. Send this one tomorrow; what you wrote is kept here."), most=rules.MOST_A_DAY)
    texts = {"happened": told.happened, "place": told.place, "outcome": told.outcome}
    statement = insert(NearMiss).values(person_id=person_id, token=token, sent_at=now, put_aside=False, answer="", **texts)
    untouched = and_(NearMiss.case_id.is_(None), ~NearMiss.put_aside, NearMiss.answered_at.is_(None))
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id", "token"], set_=texts, where=untouched))
    return queries.sent_with(person_id, token)


def add_photo(near_miss_id: int, name: str) -> None:
    """Put a stored photograph to a near miss that no author has begun with."""
    db.session.execute(update(NearMiss).where(NearMiss.id == near_miss_id, NearMiss.case_id.is_(None), ~NearMiss.put_aside).values(photo=name))


def answer(near_miss_id: int, text: str, now: dt.datetime, put_aside: bool = False) -> None:
    """Tell the sender something; with `put_aside` no case will come of it. Raises NotFound, Conflict where a case is being made of it."""
    values = {"answer": text, "answered_at": now}
    one = NearMiss.id == near_miss_id
    if not put_aside:
        if not rows_changed(update(NearMiss).where(one).values(**values)):
            raise NotFound()
    elif not rows_changed(update(NearMiss).where(one, NearMiss.case_id.is_(None)).values(**values, put_aside=True)):
        raise Conflict(N_("Somebody is writing a case of this near miss already."))


def take_up(near_miss_id: int) -> None:
    """Make one that was put aside new again; what the sender was told stays."""
    db.session.execute(update(NearMiss).where(NearMiss.id == near_miss_id).values(put_aside=False))


def make_case(author_id: int, near_miss_id: int, document: Document, now: dt.datetime) -> Case:
    """Begin a draft with what was told. Of two authors at once the second gets Conflict and no draft."""
    case = drafts.create_draft(author_id, document, now)
    free = update(NearMiss).where(NearMiss.id == near_miss_id, NearMiss.case_id.is_(None))
    if not rows_changed(free.values(case_id=case.id, put_aside=False)):
        raise Conflict(N_("Somebody is writing a case of this near miss already."))
    return case
