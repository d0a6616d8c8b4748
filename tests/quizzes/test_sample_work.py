"""What waits for a person in the sample company."""

import pytest
from sqlalchemy import select

from core.db import db, transaction
from learning.models import Completion, MeetingHand
from learning.queries import meetings
from ops.sample_questions import load_questions
from ops.sample_work import hold_meeting, leave_work
from people.rules import Role
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.queries import grading
from tests.builders import NOW, ZONE

SLUG = "before-you-climb-in"


@pytest.fixture
def author(app, build):
    build.terms()
    return build.person(role=Role.AUTHOR)


def leave(app, author, takers):
    with transaction():
        load_questions(NOW, app.config["MEDIA_FOLDER"])
        leave_work([taker.id for taker in takers], author.id, NOW, ZONE)


def test_three_written_answers_wait_and_one_is_marked(app, build, author):
    takers = [build.person() for _number in range(5)]
    leave(app, author, takers)
    assert [line.answers for line in grading.queue(build.signed_in(author))] == [3]
    attempts = db.session.scalars(select(Attempt).order_by(Attempt.id)).all()
    assert [(one.slug, one.state, one.person_id) for one in attempts] == [
        (SLUG, state, taker.id) for state, taker in zip(("submitted", "marking", "marking", "marking"), takers[:4], strict=True)
    ]
    assert [(line.slug, line.person_id, line.result) for line in db.session.scalars(select(Completion))] == [(SLUG, takers[0].id, "passed")]


def test_somebody_was_sure_and_wrong(app, build, author):
    leave(app, author, [build.person() for _number in range(4)])
    same = (Answer.attempt_id == AttemptQuestion.attempt_id) & (Answer.number == AttemptQuestion.number)
    sure = db.session.execute(select(AttemptQuestion.earned).join(Answer, same).where(Answer.certainty == 3)).scalars().all()
    assert "-2" in sure
    assert "1" in sure


def test_a_small_company_leaves_less(app, build, author):
    leave(app, author, [])
    assert grading.queue(build.signed_in(author)) == []


def test_a_team_has_met_about_a_case_with_its_hands_counted(app, build):
    build.case()
    team = build.department()
    leader, mates = build.person(team, supervises=team), [build.person(team) for _number in range(3)]
    with transaction():
        hold_meeting(leader.id, team.id, "second-man", [mate.id for mate in mates], NOW, ZONE)
    (line,) = meetings.meetings(build.signed_in(leader), None)[0]
    assert line.ended_at
    assert {hand.choice: hand.hands for hand in db.session.scalars(select(MeetingHand))} == {"climb": 1, "call": 1}
    assert sorted((done.person_id, done.proof) for done in db.session.scalars(select(Completion))) == [(mate.id, "team-meeting") for mate in mates]
