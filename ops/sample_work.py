"""What waits for a person in the sample company: written answers for an author to mark. And a team meeting that was held."""

import datetime as dt
from collections.abc import Collection, Sequence
from fractions import Fraction

import cases.queries.reading
import learning.actions
import learning.queries.meetings
import people.queries
import quizzes.actions.grading
import quizzes.actions.quizzes
import quizzes.actions.starting
import quizzes.actions.taking
import quizzes.queries.attempts
from people.access import SignedIn
from quizzes.rules import plan
from quizzes.rules.questions import QuestionKind
from quizzes.rules.settings import Settings

TITLE = {"en": "Before you climb in", "zh": "下去之前"}
QUESTIONS = {"bank/sample-first": 1, "bank/sample-dust-mask": 1, "bank/sample-own-stop": 3}  # with their marks
SURE, FAIRLY, UNSURE = 3, 2, 1

# The first question, the second, each with how sure; what was written. The first of them is marked, the others wait.
ANSWERS = [
    (("a", SURE), ("false", FAIRLY), "清洗班要下 3 号池，我看见检测仪没开机，就叫停了。池底测出硫化氢，不停的话第一个下去的人就上不来。"),
    (("a", FAIRLY), ("true", SURE), "吊篮的钢丝绳断了两股，我让他们别上。班长先换了绳。要是上去，人可能从 20 米摔下来。"),
    (("b", UNSURE), ("false", UNSURE), "A grinder was started beside the open manhole. I did not say anything. I should have: nobody had tested the air."),
    (("a", SURE), ("false", SURE), "有一次动火票上的地点写错了，我没敢说，他们就干了。没出事，但旁边就是没隔断的管线。"),
]
MARKS, COMMENT = Fraction(3), "看到了征兆，也说清了后果。就该这样。"


def leave_work(takers: Sequence[int], author_id: int, now: dt.datetime, zone: dt.tzinfo) -> None:
    """A quiz that asks how sure one is and for a written answer, which so many people have taken: one is marked, the others wait."""
    slots = [{"question": uid, "marks": marks, "section": 0} for uid, marks in QUESTIONS.items()]
    settings = Settings(certainty=True).plain()
    quiz = quizzes.actions.quizzes.create_quiz(TITLE, "blind-rescue", {**plan.blank(), "settings": settings, "slots": slots})
    quizzes.actions.quizzes.publish_plan(quiz.slug, 0, now)
    done = [_take(_person(taker), quiz.slug, number, now, zone) for number, taker in enumerate(takers[: len(ANSWERS)])]
    for attempt_id in done[:1]:
        essay = next(one.number for one in quizzes.queries.attempts.questions_of(attempt_id) if one.content["kind"] == QuestionKind.ESSAY)
        quizzes.actions.grading.give_marks(_person(author_id), attempt_id, essay, MARKS, COMMENT, now - dt.timedelta(minutes=20), zone)


def _take(person: SignedIn, slug: str, number: int, now: dt.datetime, zone: dt.tzinfo) -> int:
    started_at = now - dt.timedelta(hours=50 - 9 * number)
    attempt = quizzes.actions.starting.start_attempt(person, slug, started_at, seed=number)
    first, second, text = ANSWERS[number]
    sent = {QuestionKind.SINGLE: first, QuestionKind.TRUE_FALSE: second, QuestionKind.ESSAY: (text, None)}
    for question in quizzes.queries.attempts.questions_of(attempt.id):
        response, certainty = sent[question.content["kind"]]
        saved_at = started_at + dt.timedelta(minutes=question.number)
        quizzes.actions.taking.save_answer(person, attempt.id, question.number, [response], 1, saved_at, certainty)
    quizzes.actions.taking.submit_attempt(attempt, started_at + dt.timedelta(minutes=6 + number), zone)
    return attempt.id


def hold_meeting(leader_id: int, department_id: int, slug: str, present: Collection[int], now: dt.datetime, zone: dt.tzinfo) -> None:
    """A team goes through a case with its leader; hands are counted at every decision, most for the way that holds."""
    leader = _person(leader_id)
    page = cases.queries.reading.case_page(slug, leader_id)
    meeting = learning.actions.start_meeting(leader, page, department_id, now - dt.timedelta(minutes=50))
    while (stage := learning.queries.meetings.stage(leader, meeting.id)).meeting.step < stage.last:
        choices = stage.scene.point["choices"] if stage.scene.point else []
        hands = {choice["id"]: max(len(present) - 2, 0) if choice["sound"] else int(place < 2) for place, choice in enumerate(choices)}
        learning.actions.move_meeting(stage, stage.meeting.step, "next", hands)
    learning.actions.end_meeting(leader, stage, present, now - dt.timedelta(minutes=36), zone)


def _person(person_id: int) -> SignedIn:
    found = people.queries.signed_in(person_id)
    assert found is not None
    return found
