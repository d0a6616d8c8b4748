"""Makes the rows a test needs; whatever the test does not mention is unremarkable."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

import cases.actions.library
import cases.actions.reading
import cases.queries.reading
import learning.actions
import learning.queries.meetings
import people.actions
import people.queries
import quizzes.actions.loading
import quizzes.actions.quizzes
import quizzes.actions.starting
import quizzes.actions.taking
import quizzes.queries.attempts
import quizzes.queries.quizzes
import quizzes.rules.settings
from cases.casebook import CaseFile, Terms
from core import files
from core.db import db, transaction
from learning.models import Completion
from people.access import SignedIn
from people.models import Department, Person
from people.rules import Role
from quizzes.casebook import Casebook, QuizFile, read_casebook
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.rules.draws import blank_draw
from quizzes.rules.plan import blank as blank_plan
from quizzes.rules.plan import blank_section
from quizzes.rules.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 6, 12, 6, 0, tzinfo=dt.UTC)
SHIPPED = Path(__file__).parent.parent / "casebook"
PASSWORD = "four plain words here"
_PASSWORD_HASH = people.actions.hash_password(PASSWORD)


def pair(text: str, chinese: str = "") -> dict[str, str]:
    """A text in both languages."""
    return {"en": text, "zh": chinese or f"中文{text}"}


def case_document(**changes: Any) -> dict[str, Any]:
    """The content of a case with one decision point, as casebook.py reads it."""
    document: dict[str, Any] = {
        "cause": "blind-rescue",
        "also": [],
        "date": "2005-11-05",
        "country": "US",
        "industry": "refining",
        "minutes": 9,
        "deaths": 2,
        "injuries": 0,
        "toll_note": {},
        "substances": ["nitrogen"],
        "photos": [],
        "tags": ["nitrogen", "氮气"],
        "title": pair("The second man in", "第二个下去的人"),
        "place": pair("Refinery", "炼油厂"),
        "when": pair("At night", "夜里"),
        "lead": pair("A roll of tape lay below.", "一卷胶带落在下面。"),
        "facts": [{"label": pair(f"Label {number}"), "value": pair(f"Value {number}"), "from": ["study"]} for number in range(4)],
        "diagram": None,
        "timeline": [
            {"id": "before", "when": pair("Before"), "text": pair("The purge runs."), "from": ["study"]},
            {"decision": "first-step"},
            {"id": "after", "when": pair("After"), "text": pair("HIDDEN what really happened"), "from": ["study"]},
        ],
        "decisions": [
            {
                "id": "first-step",
                "situation": pair("He lies there."),
                "question": pair("What do you do?"),
                "choices": [
                    {"id": "climb", "text": pair("Climb in"), "sound": False, "outcome": pair("HIDDEN second to fall")},
                    {"id": "call", "text": pair("Call the team"), "sound": True, "outcome": pair("HIDDEN he may live")},
                ],
            }
        ],
        "direct_cause": {**pair("HIDDEN no oxygen"), "from": ["study"]},
        "underlying_causes": [{"id": "permit", "text": pair("HIDDEN permit said not applicable"), "from": ["study"]}],
        "controls": [{"id": "sign", "text": pair("HIDDEN a sign"), "failure": pair("HIDDEN missing"), "rule": pair("HIDDEN site rule"), "from": ["study"]}],
        "last_barrier": {"text": pair("HIDDEN you"), "note": pair("HIDDEN it needs nothing")},
        "at_your_post": [pair("HIDDEN stay back")],
        "lesson": pair("HIDDEN a lesson"),
        "aftermath": [],
        "unknown": [],
        "sources": [{"id": "study", "title": "Case study", "publisher": "A board", "year": 2006, "url": "https://example.org/"}],
        "films": [],
    }
    return {**document, **changes}


def question(name: str, kind: str = "single", marks: int = 1, options: str = "+--") -> dict[str, Any]:
    """A question as casebook.py reads it; in `options` a plus is a right one."""
    return {
        "id": name,
        "marks": marks,
        "content": {
            "kind": kind,
            "text": pair(f"Question {name}?"),
            "part": "permit",
            "feedback": pair(f"SECRET feedback on {name}"),
            "options": [
                {
                    "id": "abcdefgh"[place],
                    "text": pair(f"Option {'abcdefgh'[place]} of {name}"),
                    "right": sign == "+",
                    "feedback": {} if sign == "+" else pair("SECRET why it is wrong"),
                }
                for place, sign in enumerate(options)
            ],
        },
    }


class Builder:
    """Makes rows through the actions, so that tests see what the product makes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = itertools.count(1)
        self.root: Department | None = None

    def department(self, name: str = "Department", parent: Department | None = None) -> Department:
        """A department; without a parent, below the company."""
        with transaction():
            if self.root is None:
                self.root = people.actions.add_department("Company", "公司")
            return people.actions.add_department(name, name, parent or self.root)

    def person(self, department: Department | None = None, supervises: Department | None = None, role: Role | None = None, **changes: Any) -> Person:
        """An employee, with a role where one is named."""
        number = next(self._numbers)
        home = department or self.department()
        values = {"employee_no": f"E{number:05}", "name_en": f"Sample {number}", "name_zh": f"示例{number}", "joined_on": dt.date(2020, 1, 1), **changes}
        with transaction():
            person = people.actions.add_person(department_id=home.id, password_hash=_PASSWORD_HASH, **values)
            if supervises is not None:
                people.actions.grant(person.id, Role.SUPERVISOR, supervises.id, NOW, None)
            if role is not None:
                people.actions.grant(person.id, role, None, NOW, None)
        return person

    def signed_in(self, person: Person) -> SignedIn:
        """The person as the rules see them."""
        found = people.queries.signed_in(person.id)
        assert found is not None
        return found

    def terms(self) -> None:
        """Three causes and a few names."""
        causes = {slug: {"parent": None, "name": pair(slug), "meaning": pair(slug)} for slug in ("illegal-operation", "complacency", "blind-rescue")}
        terms = Terms(causes, {"refining": pair("Oil refining", "炼油")}, {"US": pair("United States", "美国")}, {"nitrogen": pair("Nitrogen", "氮气")})
        with transaction():
            cases.actions.library.load_terms(terms)

    def case(self, slug: str = "second-man", now: dt.datetime = NOW, **changes: Any) -> str:
        """A published case."""
        self.terms()
        with transaction():
            cases.actions.library.load_case(CaseFile(slug, case_document(**changes), []), now)
        return slug

    def quiz(self, slug: str = "second-man", questions: list[dict[str, Any]] | None = None, now: dt.datetime = NOW, **changes: Any) -> str:
        """A quiz of a case; four questions of every kind."""
        document = {
            "title_en": "The second man in",
            "title_zh": "第二个下去的人",
            "cause": "blind-rescue",
            "pass_mark": 80,
            "time_limit": 15,
            "attempts": 3,
            "questions": questions
            or [question("one"), question("two"), question("many", "multiple", options="++--"), question("fact", "true-false", options="-+")],
            **changes,
        }
        with transaction():
            quizzes.actions.loading.load_quiz(QuizFile(slug, document), now)
        return slug

    def in_bank(self, uid: str, kind: str = "single", options: str = "+--", tags: tuple[str, ...] = (), **columns: Any) -> Question:
        """A question that stands in the bank and in no quiz yet."""
        content = question(uid, kind, options)["content"]
        with transaction():
            row = Question(uid=uid, revision=1, kind=kind, words=uid, **columns)
            db.session.add(row)
            db.session.flush()
            db.session.add(QuestionRevision(question_id=row.id, number=1, digest=uid, content=content, created_at=NOW))
            db.session.add_all(QuestionTag(question_id=row.id, tag=tag) for tag in tags)
        return row

    def category(self, name: str = "Category", parent: Category | None = None) -> Category:
        """A place in the tree of the bank."""
        with transaction():
            row = Category(parent_id=parent.id if parent else None, name_en=name, name_zh=name, path="")
            db.session.add(row)
            db.session.flush()
            row.path = f"{parent.path if parent else '/'}{row.id}/"
        return row

    def own_quiz(self, *slots: dict[str, Any] | str, settings: Settings | None = None, sections: Any = (), now: dt.datetime = NOW, **head: Any) -> str:
        """A published quiz that belongs to no case; a slot is a question's uid, a draw, or a whole slot of a plan."""
        whole = [{"question": slot} if isinstance(slot, str) else slot if "marks" in slot else {"draw": {**blank_draw(), **slot}} for slot in slots]
        document = {**blank_plan(), "slots": [{"marks": 1, "section": 0, **slot} for slot in whole], **head}
        document |= {"settings": settings.plain()} if settings else {}
        document |= {"sections": [{**blank_section(), **section} for section in sections]} if sections else {}
        with transaction():
            quiz = quizzes.actions.quizzes.create_quiz(pair("Own quiz", "测验"), "", document)
        with transaction():
            return quizzes.actions.quizzes.publish_plan(quiz.slug, 0, now).slug

    def course(self, *slugs: str, starts_on: dt.date = dt.date(2026, 6, 1), due_days: int = 30) -> None:
        """The course that everybody must take, with these cases and their quizzes."""
        items = [{"kind": kind, "slug": slug, "subject": slug, "title_en": slug, "title_zh": f"课{slug}"} for slug in slugs for kind in ("case", "quiz")]
        with transaction():
            learning.actions.load_course("three-causes", pair("The three causes", "三类原因"), due_days, items, ZONE)
            learning.actions.assign("three-causes", starts_on)

    def studied(self, person: Person, slug: str, now: dt.datetime = NOW) -> Completion:
        """A case opened, decided and marked as studied."""
        with transaction():
            page = cases.queries.reading.case_page(slug, person.id)
            cases.actions.reading.open_case(person.id, page.id, now - dt.timedelta(minutes=5))
            for point in page.document["decisions"]:
                cases.actions.reading.choose(person.id, cases.queries.reading.case_page(slug, person.id), point["id"], point["choices"][0]["id"], now)
            return learning.actions.study_case(person.id, cases.queries.reading.case_page(slug, person.id), now, ZONE)

    def meeting(self, leader: Person, *people: Person, slug: str = "second-man", now: dt.datetime = NOW) -> int:
        """A team meeting of the leader's department; with people, ended after 14 minutes with them on its roll."""
        with transaction():
            signed_in = self.signed_in(leader)
            meeting = learning.actions.start_meeting(signed_in, cases.queries.reading.case_page(slug, leader.id), leader.department_id, now)
            if people:
                meeting.step = learning.queries.meetings.stage(signed_in, meeting.id).last
                stage = learning.queries.meetings.stage(signed_in, meeting.id)
                learning.actions.end_meeting(signed_in, stage, {person.id for person in people}, now + dt.timedelta(minutes=14), ZONE)
        return meeting.id

    def attempt(self, person: Person, slug: str = "second-man", now: dt.datetime = NOW) -> Attempt:
        """An open attempt."""
        with transaction():
            return quizzes.actions.starting.start_attempt(self.signed_in(person), slug, now, seed=1)

    def with_settings(self, person: Person, slug: str = "second-man", now: dt.datetime = NOW, **settings: Any) -> tuple[Person, Attempt]:
        """An open attempt whose quiz is run with these settings."""
        with transaction():
            quiz = quizzes.queries.quizzes.lock_quiz(slug)
            quiz.settings = quizzes.rules.settings.Settings(**settings).plain()
        return person, self.attempt(person, slug, now)

    def answer(self, person: Person, attempt: Attempt, number: int, response: list[str], seq: int = 1, now: dt.datetime = NOW) -> None:
        """One saved answer."""
        with transaction():
            quizzes.actions.taking.save_answer(self.signed_in(person), attempt.id, number, response, seq, now)

    def submit(self, attempt: Attempt, now: dt.datetime = NOW) -> None:
        """A submitted attempt."""
        with transaction():
            quizzes.actions.taking.submit_attempt(attempt, now, ZONE)

    def finished(self, person: Person, slug: str, now: dt.datetime = NOW, right: bool = True) -> None:
        """A case studied and its quiz submitted, all right or all empty."""
        self.studied(person, slug, now)
        attempt = self.attempt(person, slug, now)
        for asked in quizzes.queries.attempts.questions_of(attempt.id) if right else ():
            self.answer(person, attempt, asked.number, [option["id"] for option in asked.content["options"] if option["right"]], now=now)
        self.submit(attempt, now)

    def shipped_casebook(self) -> Casebook:
        """The casebook of the project, loaded with its films."""
        book = read_casebook(SHIPPED)
        assert not book.problems
        for case in book.cases:
            for file in case.media:
                files.store(file, self.app.config["MEDIA_FOLDER"])
        with transaction():
            quizzes.actions.loading.load_casebook(book, dt.date(2026, 6, 1), NOW, ZONE)
        db.session.expunge_all()
        return book
