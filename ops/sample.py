"""A sample company with a believable history, for looking around and for tests. Never loaded into a company's own database."""

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

import cases.actions.reading
import cases.queries.reading
import learning.actions
import people.actions
import people.queries
import quizzes.actions.quizzes
import quizzes.actions.starting
import quizzes.actions.taking
import quizzes.queries.attempts
import quizzes.queries.picker
from core.db import db
from learning.models import Assignment
from learning.queries.courses import RequiredCourse, required_course
from ops.sample_questions import load_questions
from ops.sample_work import hold_meeting, leave_work
from people.access import SignedIn
from people.models import Department
from people.rules import Role
from quizzes.models.attempts import Answer
from quizzes.rules import plan
from quizzes.rules.draws import blank_draw
from quizzes.rules.questions import QuestionKind
from quizzes.rules.settings import Settings

PASSWORD = "ordinary-shift"  # noqa: S105  known on purpose: the sample company holds nobody's data
COMPANY = ("Sample Industrial Co., Ltd.", "示例工业有限公司")
STARTED = dt.timedelta(days=40)  # the course was assigned that long ago

# Department, then its teams with the number of people in each.
TREE = [
    (("Production A", "生产一部"), [(("A shift", "甲班"), 12), (("B shift", "乙班"), 12), (("C shift", "丙班"), 11)]),
    (("Production B", "生产二部"), [(("Packing", "包装班"), 10), (("Mixing", "配料班"), 9)]),
    (("Maintenance", "检修部"), [(("Team 1", "检修一班"), 9), (("Team 2", "检修二班"), 9), (("Electrical", "电气班"), 8)]),
    (("Utilities", "动力部"), [(("Boiler house", "锅炉班"), 8), (("Air and gas", "空分班"), 8)]),
    (("Logistics", "物流部"), [(("Warehouse", "仓储班"), 9), (("Vehicles", "车队"), 7)]),
    (("Contractors", "承包商"), [(("Scaffolding", "脚手架班"), 7), (("Cleaning", "清洗班"), 6)]),
]
OFFICE = ("Safety office", "安全环保部")
OFFICE_ROLES = {
    126: ("Sample Author B", "示例安全员乙", Role.AUTHOR),
    127: ("Sample Author", "示例安全员", Role.AUTHOR),
    128: ("Sample Administrator", "示例管理员", Role.ADMINISTRATOR),
}  # by people before them


@dataclass(frozen=True)
class SampleSignIn:
    """One sign-in to try, with the role it shows."""

    role: str
    employee_no: str


# The two employees have everything before them; the first two supervisors are those of their teams.
SIGN_INS = [
    SampleSignIn("employee", "1003"),
    SampleSignIn("employee", "1061"),
    SampleSignIn("supervisor", "1002"),
    SampleSignIn("supervisor", "1056"),
    SampleSignIn("supervisor", "1036"),
    SampleSignIn("author", "1128"),
    SampleSignIn("author", "1127"),
    SampleSignIn("administrator", "1129"),
]


def load_sample(now: dt.datetime, zone: dt.tzinfo, media: Path, seed: int = 6) -> None:
    """Fill an empty database with 130 people in seven departments and fourteen teams, with what they learned so far and what waits for a person.

    Expects the casebook to be loaded. The caller's transaction holds all of it or nothing.
    """
    rng, today = random.Random(seed), now.astimezone(zone).date()
    root = people.actions.add_department(*COMPANY)
    numbers = iter(range(1001, 2000))
    learners: list[tuple[int, dt.date]] = []
    led: dict[tuple[int, int], list[int]] = {}  # the people of a team by its leader and itself
    password_hash = people.actions.hash_password(PASSWORD)  # one for all, since all know it: hashing is slow on purpose

    def join(department: Department, name: tuple[str, str] | None = None, newcomer: bool = False) -> int:
        number = next(numbers)
        days = rng.randint(2, 24) if newcomer else rng.randint(120, 5000)
        english, chinese = name or (f"Sample Worker {number - 1000}", f"示例员工{number - 1000}")
        joined = today - dt.timedelta(days=days)
        person = people.actions.add_person(str(number), english, chinese, department.id, joined, password_hash)
        if str(number) not in {sign_in.employee_no for sign_in in SIGN_INS if sign_in.role == "employee"}:
            learners.append((person.id, joined))
        return person.id

    for names, teams in TREE:
        department = people.actions.add_department(*names, parent=root)
        head = join(department, (f"Sample Head {names[0]}", f"示例主管（{names[1]}）"))
        people.actions.grant(head, Role.SUPERVISOR, department.id, now, None)
        for number, (team_names, size) in enumerate(teams):
            team = people.actions.add_department(*team_names, parent=department)
            for place in range(size - (number == 0)):
                leader = place == 0
                name = (f"Sample Leader {team_names[0]}", f"示例班组长（{team_names[1]}）") if leader else None
                person_id = join(team, name, newcomer=place in (3, 7) and not leader)
                if leader:
                    people.actions.grant(person_id, Role.SUPERVISOR, team.id, now, None)
                    led[person_id, team.id] = mates = []
                mates.append(person_id)
    office = people.actions.add_department(*OFFICE, parent=root)
    while (number := people.queries.head_count()) < 130:
        english, chinese, role = OFFICE_ROLES.get(number, (None, None, None))
        person_id = join(office, (english, chinese) if english and chinese else None)
        if role:
            people.actions.grant(person_id, role, None, now, None)
        if role == Role.AUTHOR:
            author = person_id
    course = required_course()
    if course is None:
        load_questions(now, media)
        return
    starts_on = today - STARTED
    db.session.query(Assignment).update({"starts_on": starts_on})
    through = [person_id for person_id, joined in learners if _learn(rng, person_id, course, max(joined, starts_on), now, zone)]
    offer_quiz(now)
    load_questions(now, media)
    leave_work(through[len(through) // 4 :: 8], author, now, zone)
    (leader_id, team_id), mates = next(iter(led.items()))
    if present := [person_id for person_id in mates if person_id in through]:
        hold_meeting(leader_id, team_id, course.subjects[1 % len(course.subjects)][0], present, now, zone)
    learning.actions.seal_days(now, zone)


def offer_quiz(now: dt.datetime) -> None:
    """A quiz that belongs to no case: three questions that everybody gets, and five drawn from those of all cases."""
    found, _total = quizzes.queries.picker.pick_from_bank(quizzes.queries.picker.PickerFilters(kind=QuestionKind.MULTIPLE), [])
    fixed = [{"question": line.uid, "marks": 2, "section": 0} for line in found[:3]]
    drawn = {"draw": {**blank_draw(), "kind": QuestionKind.SINGLE, "count": 5}, "marks": 1, "section": 1}
    sections = [
        {"title": {"en": "What should have stopped it", "zh": "本应拦住它的"}, "intro": {}, "shuffle": False},
        {
            "title": {"en": "From all the cases", "zh": "出自各个案例"},
            "intro": {"en": "Other questions at each try.", "zh": "每次的题目不同。"},
            "shuffle": True,
        },
    ]
    settings = Settings(wait=10, again=True).plain()
    document = {**plan.blank(), "time_limit": 12, "attempts": None, "settings": settings, "sections": sections, "slots": [*fixed, drawn]}
    quiz = quizzes.actions.quizzes.create_quiz({"en": "Ten minutes before the shift", "zh": "班前十分钟"}, "", document)
    quizzes.actions.quizzes.publish_plan(quiz.slug, 0, now)


def _learn(rng: random.Random, person_id: int, course: RequiredCourse, since: dt.date, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Let one person work through the course at a pace of their own, as far as the days since allow; whether they were through a day ago."""
    person = people.queries.signed_in(person_id)
    assert person is not None
    days = (now.astimezone(zone).date() - since).days
    diligence = rng.choices([1.0, 0.75, 0.45, 0.15, 0.0], [62, 12, 12, 9, 5])[0]
    moment = dt.datetime.combine(since, dt.time(rng.choice([7, 8, 15, 22]), rng.randint(0, 59)), zone)
    wanted = round(len(course.subjects) * diligence * (1 if days > 28 else days / 28))
    for slug, _en, _zh in course.subjects[:wanted]:
        moment += dt.timedelta(days=rng.uniform(0.4, max(0.5, min(days, 30) / (wanted + 1) * 1.3)))
        if moment > now - dt.timedelta(hours=3):
            return False
        moment = _study(rng, person, slug, moment, zone)
        for _try in range(3):
            if _take_quiz(rng, person, slug, moment + dt.timedelta(minutes=3), zone) or rng.random() < 0.15:
                break
            moment += dt.timedelta(hours=rng.uniform(1, 20))
        if moment > now - dt.timedelta(hours=3):
            return False
    return wanted == len(course.subjects) and moment < now - dt.timedelta(days=1)


def _study(rng: random.Random, person: SignedIn, slug: str, opened_at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    page = cases.queries.reading.case_page(slug, person.id)
    cases.actions.reading.open_case(person.id, page.id, opened_at)
    for point in page.document["decisions"]:
        choice = rng.choices(point["choices"], [4 if choice["sound"] else 1 for choice in point["choices"]])[0]
        page = cases.queries.reading.case_page(slug, person.id)
        cases.actions.reading.choose(person.id, page, point["id"], choice["id"], opened_at + dt.timedelta(minutes=2))
    page = cases.queries.reading.case_page(slug, person.id)
    studied_at = opened_at + dt.timedelta(minutes=rng.uniform(5, 14))
    learning.actions.study_case(person.id, page, studied_at, zone)
    return studied_at


def _take_quiz(rng: random.Random, person: SignedIn, slug: str, started_at: dt.datetime, zone: dt.tzinfo) -> bool:
    attempt = quizzes.actions.starting.start_attempt(person, slug, started_at, seed=rng.randrange(2**32))
    knows = rng.choice([0.75, 0.9, 0.96, 0.99])
    for question in quizzes.queries.attempts.questions_of(attempt.id):
        right = [option["id"] for option in question.content["options"] if option["right"]]
        response = right if rng.random() < knows else [rng.choice(question.order)]
        saved_at = started_at + dt.timedelta(seconds=40 * question.number)
        db.session.add(Answer(attempt_id=attempt.id, number=question.number, response=response, seq=1, saved_at=saved_at))
    db.session.flush()
    quizzes.actions.taking.submit_attempt(attempt, started_at + dt.timedelta(minutes=rng.uniform(5, 11)), zone)
    return bool(quizzes.queries.attempts.attempt_for(person, attempt.id).passed)
