"""Reads of the append-only record: lines, chains, seals, and whether they are as they were written."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from core.db import db, stream
from core.errors import N_
from learning import rules
from learning.models import Completion, DaySeal
from learning.rules import Mark, Result
from people.models import Person


def lock_chain(person_id: int) -> tuple[int, str]:
    """The number and hash of a person's last line, held until the transaction ends."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    head = db.session.execute(
        select(Completion.number, Completion.hash).where(Completion.person_id == person_id).order_by(Completion.number.desc()).limit(1)
    ).first()
    return (head.number, head.hash) if head else (0, rules.FIRST_HASH)


def completions_in_order() -> Iterator[Completion]:
    """Every line, person by person in the order of their chain, fetched as it is read."""
    in_order = select(Completion).order_by(Completion.person_id, Completion.number).execution_options(populate_existing=True)
    return iter(stream(in_order, 1000).scalars())


def seals() -> list[DaySeal]:
    """All seals, oldest first."""
    return list(db.session.scalars(select(DaySeal).order_by(DaySeal.day)))


def first_completion() -> dt.datetime | None:
    """The moment of the oldest line."""
    return db.session.scalar(select(func.min(Completion.completed_at)))


def heads_between(start: dt.datetime, stop: dt.datetime) -> list[tuple[int, int, str]]:
    """The last line (person, number, hash) of everybody who completed something in this span."""
    last = (
        select(Completion.person_id, func.max(Completion.number).label("number"))
        .where(Completion.completed_at >= start, Completion.completed_at < stop)
        .group_by(Completion.person_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Completion.person_id, Completion.number, Completion.hash).join(
            last, and_(last.c.person_id == Completion.person_id, last.c.number == Completion.number)
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def facts_of(line: Completion) -> dict[str, Any]:
    """What the hash of a line covers: every column but the id and the hashes, moments as ISO 8601 in UTC."""
    facts = {column.name: getattr(line, column.name) for column in Completion.__table__.columns if column.name not in ("id", "previous", "hash")}
    if facts["corrects"] is None:
        del facts["corrects"]  # lines from before there were corrections keep their hashes
    return {key: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for key, value in facts.items()}


def mark_of(line: Completion, zone: dt.tzinfo) -> Mark:
    """What a line means for progress."""
    result = Result(line.result)
    left = max(0, line.attempts_allowed - (line.attempt or 0)) if result is Result.FAILED and line.attempts_allowed is not None else None
    return Mark(line.completed_at.astimezone(zone).date().isoformat(), result, line.score, left)


def lines_of_item(person_id: int, kind: str, slug: str, zone: dt.tzinfo) -> list[tuple[int, int | None, Mark]]:
    """Number, the number it corrects, and what it means, of each line that a person has of one item, in order."""
    own = select(Completion).where(Completion.person_id == person_id, Completion.kind == kind, Completion.slug == slug)
    return [(line.number, line.corrects, mark_of(line, zone)) for line in db.session.scalars(own.order_by(Completion.number))]


def line_to_correct(person_id: int, kind: str, slug: str, started_at: dt.datetime) -> Completion | None:
    """The newest line of what a person began at this moment."""
    own = select(Completion).where(Completion.person_id == person_id, Completion.kind == kind, Completion.slug == slug)
    return db.session.scalar(own.where(Completion.started_at == started_at).order_by(Completion.number.desc()).limit(1))


@dataclass(frozen=True)
class Finding:
    """Something in the record that is not as it was written."""

    message: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.message % self.values


@dataclass(frozen=True)
class Verification:
    """What a reading of the whole record found."""

    lines: int
    people: int
    seals: int
    findings: list[Finding]


def verify_records(zone: dt.tzinfo) -> Verification:
    """Read every line, chain and seal, and hold progress against the lines. Finds edits, gaps, removals and back-dating."""
    findings: list[Finding] = []
    people = _employee_numbers()
    lines = 0
    heads: dict[int, tuple[int, str, dt.datetime | None]] = {}
    by_day: dict[dt.date, dict[int, tuple[int, str]]] = {}
    for line in completions_in_order():
        lines += 1
        number, previous, moment = heads.get(line.person_id, (0, rules.FIRST_HASH, None))
        who = {"who": people.get(line.person_id, f"#{line.person_id}"), "number": line.number}
        if line.number != number + 1:
            findings.append(Finding(N_("%(who)s, line %(number)s: line %(missing)s is missing"), {**who, "missing": number + 1}))
        elif line.previous != previous:
            findings.append(Finding(N_("%(who)s, line %(number)s: does not follow from the line before it"), who))
        if line.hash != rules.line_hash(facts_of(line), line.previous):
            findings.append(Finding(N_("%(who)s, line %(number)s: was changed after it was written"), who))
        if moment is not None and line.completed_at < moment:
            findings.append(Finding(N_("%(who)s, line %(number)s: is dated before the line in front of it"), who))
        heads[line.person_id] = (line.number, line.hash, line.completed_at)
        by_day.setdefault(line.completed_at.astimezone(zone).date(), {})[line.person_id] = (line.number, line.hash)
    found_seals = seals()
    previous = rules.FIRST_HASH
    for seal in found_seals:
        day_heads = [(person_id, *head) for person_id, head in by_day.pop(seal.day, {}).items()]
        if seal.previous != previous or seal.hash != rules.seal_hash(seal.day, day_heads, seal.previous):
            findings.append(Finding(N_("%(day)s: the record of that day is not what was sealed"), {"day": seal.day.isoformat()}))
        previous = seal.hash
    if found_seals:
        for day in sorted(day for day in by_day if day < found_seals[-1].day):
            findings.append(Finding(N_("%(day)s: has lines, but was sealed without any"), {"day": day.isoformat()}))
    return Verification(lines, len(heads), len(found_seals), findings)


def _employee_numbers() -> dict[int, str]:
    return {row.id: row.employee_no for row in db.session.execute(select(Person.id, Person.employee_no))}
