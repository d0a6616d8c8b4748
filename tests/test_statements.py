"""The number of SQL statements of each page is constant, whatever the number of people and cases."""

import datetime as dt

import pytest
from sqlalchemy import insert

from cases.actions.near_misses import send
from cases.near_misses import DAY, Telling
from core.db import db, transaction
from learning.models import Completion, CourseProgress, Meeting
from learning.queries.courses import required_course
from learning.queries.meetings import stage
from learning.rules import FIRST_HASH
from people.models import Person
from people.rules import Role
from tests.builders import NOW, question

# Page: the most statements it may send, sign-in included, once the case is kept rendered.
BUDGET = {
    "/sign-in": 1,
    "/account": 2,
    "/cases/": 5,
    "/cases/?q=tape&industry=refining": 5,
    "/cases/?q=tape+volcano": 6,
    "/cases/case-000": 2,
    "/learning/": 5,
    "/learning/record": 7,
    "/quizzes/case-000": 4,
    "/quizzes/": 2,
    "/attempts/{attempt}": 3,
    "/attempts/{attempt}/review": 3,
    "/attempts/{done}/result": 6,
    "/quizzes/mistakes": 6,
    "/supervision/attempts/": 2,
    "/supervision/attempts/quizzes/case-001": 3,
    "/supervision/attempts/{done}": 5,
    "/supervision/attempts/quizzes/case-001/answers.csv": 4,
    "/manage/marking": 3,
    "/manage/questions/1/regrade": 4,
    "/supervision/": 5,
    "/supervision/?state=overdue&q=sample": 5,
    "/supervision/people/{no}": 7,
    "/cases/case-000/sheet": 2,
    "/meetings/": 2,
    "/meetings/new?case=case-000": 3,
    "/meetings/{meeting}": 3,
    "/meetings/{roll}": 6,
    "/meetings/{ended}/protocol": 5,
    "/supervision/export.csv": 4,
    "/supervision/export.xlsx": 4,
    "/manage/cases/case-000/quiz": 7,
    "/manage/questions/": 9,
    "/manage/questions/?q=question&use=unanswered": 9,
    "/manage/questions/1": 9,
    "/manage/questions/1/use": 8,
    "/manage/questions/1/revisions": 6,
    "/manage/quizzes/case-000/statistics": 7,
    "/manage/quizzes/case-000/statistics.csv": 6,
    "/manage/quizzes/case-000/statistics.xlsx": 6,
    "/manage/questions/1/statistics": 8,
    "/near-misses/": 2,
    "/near-misses/new": 1,
    "/manage/quizzes/": 4,
    "/manage/quizzes/case-000/settings": 4,
    "/manage/near-misses/": 4,
    "/manage/near-misses/1": 3,
    "/manage/near-misses/1/case": 4,
    "/healthz": 0,
    "/readyz": 1,
}


def fill(build, people, cases):
    """A company of so many people with progress, and a course of so many cases."""
    slugs = [f"case-{number:03}" for number in range(cases)]
    for slug in slugs:
        build.case(slug)
        build.quiz(slug)
    build.course(*slugs)
    course, department = required_course(), build.department()
    with transaction():
        db.session.execute(
            insert(Person),
            [
                {"employee_no": f"M{number:05}", "name_en": "Sample", "name_zh": "示例", "department_id": department.id, "joined_on": dt.date(2026, 1, 1)}
                for number in range(people)
            ],
        )
        ids = [person.id for person in db.session.query(Person)]
        plain = {f"case/{slug}": {"on": "2026-06-01", "result": "done"} for slug in slugs}
        db.session.execute(
            insert(CourseProgress),
            [{"course_id": course.id, "person_id": number, "done": len(plain), "failing": 0, "marks": plain, "last_at": NOW} for number in ids],
        )
        db.session.execute(
            insert(Completion),
            [
                {
                    "person_id": ids[0],
                    "number": number + 1,
                    "kind": "case",
                    "slug": slug,
                    "revision": 1,
                    "title_en": "Case",
                    "title_zh": "案例",
                    "result": "done",
                    "minutes": 5,
                    "proof": "test",
                    "started_at": NOW,
                    "completed_at": NOW,
                    "previous": FIRST_HASH,
                    "hash": FIRST_HASH,
                }
                for number, slug in enumerate(slugs)
            ],
        )


@pytest.mark.parametrize(("people", "cases"), [(10, 9), (1000, 9), (10, 200)])
def test_no_page_asks_more_of_the_database_when_there_is_more(build, visit, statements, people, cases):
    fill(build, people, cases)
    reader = build.person(supervises=build.root)
    now = dt.datetime.now(dt.UTC)
    done = build.attempt(reader, "case-001", now)
    build.submit(done, now)
    with transaction():
        for number in range(people // 10):
            send(reader.id, f"{number:032}", Telling("The sling tore.", "Hall 3", ""), now - DAY * (people - number))
    author = visit(build.person(role=Role.AUTHOR))
    names = {"attempt": build.attempt(reader, "case-000", now).id, "done": done.id, "no": "M00000"}
    meetings = [build.meeting(reader, slug="case-000") for _number in range(2)]
    ended = build.meeting(reader, *(db.session.get(Person, number) for number in range(1, min(people, 150))), slug="case-000")
    with transaction():
        roll = db.session.get(Meeting, meetings[1])
        roll.step = stage(build.signed_in(reader), roll.id).last
    names |= {"meeting": meetings[0], "roll": meetings[1], "ended": ended}
    visitor, sent = visit(reader), {}
    for page in BUDGET:
        guest = visit() if page in ("/sign-in", "/healthz", "/readyz") else author if page.startswith("/manage/") else visitor
        guest.get(page.format(**names))  # the first visit notes that a case was opened and keeps it rendered
        with statements() as counted:
            guest.get(page.format(**names))
        sent[page] = list(counted)
    over = {page: statements for page, statements in sent.items() if len(statements) > BUDGET[page]}
    assert not over, "\n".join(f"{page}: {len(found)}\n  " + "\n  ".join(line[:150] for line in found) for page, found in over.items())


def test_saving_an_answer_takes_three_statements(build, visit, statements):
    build.case()
    build.quiz()
    person = build.person()
    attempt, visitor = build.attempt(person, now=dt.datetime.now(dt.UTC)), visit(person)
    visitor.get("/learning/")
    for seq in (1, 2):
        with statements() as counted:
            visitor.put(f"/attempts/{attempt.id}/answers/1", {"answer": ["a"], "seq": seq})
        assert len(counted) == 3, "\n".join(counted)  # who is asking, where the answer goes, the answer


@pytest.mark.parametrize("questions", [4, 40])
def test_submitting_takes_the_same_number_of_statements_for_any_number_of_questions(build, visit, statements, questions):
    build.case()
    build.quiz(questions=[question(f"q{number}") for number in range(questions)])
    build.course("second-man")
    person = build.person()
    attempt, visitor = build.attempt(person, now=dt.datetime.now(dt.UTC)), visit(person)
    visitor.get("/learning/")
    with statements() as counted:
        visitor.post(f"/attempts/{attempt.id}/submit")
    assert len(counted) <= 13, "\n".join(counted)
