"""Which questions a draw takes."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, false, func, literal, select, union_all
from sqlalchemy.orm import aliased

from core.db import db
from quizzes.models.attempts import Attempt, AttemptQuestion
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.rules.draws import DRAWN, Draw
from quizzes.rules.questions import Content

# So many candidates are looked at for each draw, or as many as are needed where that is more.
LOOKED_AT = 200
PRIME = 2**31 - 1


def fits(draw: Draw) -> list[ColumnElement[bool]]:
    """What a draw asks of a question; never a retired one."""
    asks = [Question.retired.is_(False), Question.kind == draw["kind"] if draw["kind"] else Question.kind.in_(DRAWN)]
    if draw["category"] is not None:
        top = aliased(Category)
        asks.append(Question.category_id.in_(select(Category.id).join(top, Category.path.startswith(top.path)).where(top.id == draw["category"])))
    asks += [exists().where(QuestionTag.question_id == Question.id, QuestionTag.tag == tag) for tag in draw["tags"]]
    if draw["cause"]:
        asks.append(Question.cause == draw["cause"])
    if draw["easiest"]:
        asks.append(Question.difficulty >= draw["easiest"])
    if draw["hardest"]:
        asks.append(Question.difficulty <= draw["hardest"])
    return asks


def count_fitting(draws: Sequence[Draw]) -> list[int]:
    """How many questions fit each draw, in one statement."""
    if not draws:
        return []
    return list(db.session.execute(select(*(select(func.count(Question.id)).where(*fits(draw)).scalar_subquery() for draw in draws))).one())


def candidates(draws: Sequence[Draw], most: int, chance: tuple[int, int] = (1, 0), taker: tuple[int, int] | None = None) -> list[list[tuple[int, bool]]]:
    """For each draw up to so many questions that fit it, in one statement: id, and whether the taker (quiz, person) was asked it before.

    Those not asked before come first, then in an order that `chance` makes: ids times a number plus a number, modulo a prime (J. L. Carter
    and M. N. Wegman, 1979), which both databases compute alike, so that an attempt can be repeated from its seed.
    """
    if not draws:
        return []
    mixed = (cast(Question.id, BigInteger) * chance[0] + chance[1]) % PRIME
    seen: ColumnElement[bool] = false()
    order: list[Any] = [mixed, Question.id]
    if taker:
        seen = Question.id.in_(
            select(QuestionRevision.question_id)
            .join(AttemptQuestion, AttemptQuestion.question_revision_id == QuestionRevision.id)
            .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
            .where(Attempt.quiz_id == taker[0], Attempt.person_id == taker[1])
        )
        order = [seen, *order]
    alike = {json.dumps({**draw, "count": 0}, sort_keys=True): draw for draw in draws}  # draws that ask the same look at the same
    parts = []
    for place, draw in enumerate(alike.values()):
        found = select(literal(place).label("place"), Question.id.label("id"), seen.label("seen"), mixed.label("mixed")).where(*fits(draw))
        parts.append(select(found.order_by(*order).limit(most).subquery()))
    pools: dict[str, list[tuple[int, bool]]] = {name: [] for name in alike}
    names = list(alike)
    for place, question, was_seen, _mixed in sorted(db.session.execute(union_all(*parts)), key=lambda row: (row[0], row[2], row[3], row[1])):
        pools[names[place]].append((question, bool(was_seen)))
    return [pools[json.dumps({**draw, "count": 0}, sort_keys=True)] for draw in draws]


def standing(question_ids: Sequence[int]) -> dict[int, tuple[int, Content]]:
    """By question the revision that stands: its id and content."""
    joined = and_(QuestionRevision.question_id == Question.id, QuestionRevision.number == Question.revision)
    rows = db.session.execute(
        select(Question.id, QuestionRevision.id, QuestionRevision.content).join(QuestionRevision, joined).where(Question.id.in_(question_ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}
