"""What readers do in a case: open it, choose, finish it."""

import datetime as dt

from sqlalchemy import update

from cases import rules
from cases.models import Choice, Reading
from cases.queries.reading import CasePage
from core.db import db, insert
from core.errors import N_, Invalid, Refused


def choose(person_id: int, page: CasePage, decision: str, choice: str, now: dt.datetime) -> None:
    """Keep what the reader would have done; the first choice stands. Raises Invalid for what was not offered."""
    if decision != rules.next_decision(page.document, page.chosen) and decision not in page.chosen:
        raise Invalid(N_("This decision is not open yet."))
    if not rules.is_choice(page.document, decision, choice):
        raise Invalid(N_("Choose one of the answers first."))
    values = {"choice": choice, "revision": page.revision, "chosen_at": now}
    db.session.execute(insert(Choice).values(person_id=person_id, case_id=page.id, decision=decision, **values).on_conflict_do_nothing())


def open_case(person_id: int, case_id: int, now: dt.datetime) -> None:
    """Note the first time that a person opened a case."""
    db.session.execute(insert(Reading).values(person_id=person_id, case_id=case_id, opened_at=now).on_conflict_do_nothing())


def finish_reading(person_id: int, page: CasePage, now: dt.datetime) -> int:
    """Mark a case as studied; the minutes it took, at least 1, at most what the case states.

    Raises Refused before every decision is made.
    """
    if rules.next_decision(page.document, page.chosen) is not None:
        raise Refused(N_("Make the decision first. Then mark the case as studied."))
    open_case(person_id, page.id, now)
    values = {"studied_at": now, "studied_revision": page.revision}
    db.session.execute(update(Reading).where(Reading.person_id == person_id, Reading.case_id == page.id).values(**values))
    return rules.minutes_read(page.opened_at or now, now, page.minutes)
