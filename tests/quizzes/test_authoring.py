"""Writing a quiz in the browser: saved whole, for attempts that start from then on."""

import datetime as dt

import pytest
from sqlalchemy import select

from cases.actions import drafts as case_drafts
from cases.drafts import blank_document, settled
from cases.models import Case
from core.db import db, transaction
from core.errors import NotFound
from people.rules import Role
from quizzes.actions import loading
from quizzes.casebook import QuizFile
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries import attempts, desk
from tests.builders import NOW, case_document, pair, question
from tests.conftest import soup
from tests.quizzes.kinds import every_kind

ADDRESS = "/manage/cases/second-man/quiz"


@pytest.fixture
def author(build):
    return build.person(role=Role.AUTHOR)


@pytest.fixture
def with_quiz(build):
    build.case()
    build.quiz(questions=[question("one"), question("many", "multiple", options="++--")])


def fields(page, form="quiz"):
    """What a browser would send of a form."""
    sent = {}
    for one in soup(page).find("form", id=form).find_all(["input", "textarea", "select"]):
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            sent[one["name"]] = chosen["value"]
        elif one.get("type") == "checkbox":
            sent |= {one["name"]: "y"} if one.has_attr("checked") else {}
        elif one["name"] != "csrf_token":
            sent[one["name"]] = one.get("value", "") if one.name == "input" else one.text.removeprefix("\r\n").removeprefix("\n")
    return sent


def texts(attempt_id):
    return [one.content["text"]["en"] for one in attempts.questions_of(attempt_id)]


def test_a_quiz_that_is_saved_unchanged_stays_as_it_is(with_quiz, author, visit):
    visitor = visit(author)
    assert "Nothing had changed." in visitor.client.get(visitor.post(ADDRESS, **fields(visitor.get(ADDRESS))).location).text
    assert db.session.scalars(select(Quiz.revision)).one() == 1


def test_saving_is_for_attempts_from_now_on_and_those_that_run_keep_theirs(with_quiz, author, build, visit):
    reader, later = build.person(), build.person()
    running = build.attempt(reader, now=dt.datetime.now(dt.UTC))
    visitor = visit(author)
    sent = fields(visitor.get(ADDRESS))
    visitor.post(ADDRESS, **{**sent, "questions-0-text-en": "Why?", "pass_mark": "100"})
    assert texts(running.id) == ["Question one?", "Question many?"]
    assert texts(build.attempt(later, now=dt.datetime.now(dt.UTC)).id) == ["Why?", "Question many?"]
    assert db.session.scalars(select(QuestionRevision.number).order_by(QuestionRevision.id)).all() == [1, 1, 2]
    assert running.pass_mark == 80


def test_rows_move_without_being_saved(with_quiz, author, visit):
    visitor = visit(author)
    sent = fields(visitor.get(ADDRESS))
    page = visitor.post(ADDRESS, 200, **{**sent, "questions-0-text-en": "Mine"}, do="down:questions:0")
    sent = fields(page)
    assert (sent["questions-0-text-en"], sent["questions-1-text-en"]) == ("Question many?", "Mine")
    sent = fields(visitor.post(ADDRESS, 200, **sent, do="add:questions=true-false"))
    sent = fields(visitor.post(ADDRESS, 200, **sent, do="add:questions:1:options"))
    assert "questions-1-options-3-text-en" in sent
    assert db.session.scalars(select(Quiz.revision)).one() == 1
    refused = visitor.post(ADDRESS, 400, **sent)
    assert "Say whether the statement is true or false." in refused.text
    assert fields(refused)["questions-1-text-en"] == "Mine"
    sent = {key: value for key, value in sent.items() if not key.startswith(("questions-2", "questions-1-options-3"))}
    visitor.post(ADDRESS, **sent)
    assert [content["text"]["en"] for _uid, content, *_more in desk.quiz_desk("second-man").questions] == ["Question many?", "Mine"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pass_mark": "0"}, "A number from 1 to 100."),
        ({"time_limit": ""}, "Fill this in."),
        ({"questions-0-text-en": "x" * 2001}, "At most 2000 characters."),
        ({"questions-0-part": "nonsense"}, "Choose the part of the case"),
        ({"questions-0-options-0-right": ""}, "Mark exactly one option as right."),
        ({"do": "drop:questions:0"}, "could not read"),
        ({"questions-0-kind": "essay"}, ""),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_saved(with_quiz, author, visit, changes, message):
    visitor = visit(author)
    sent = {key: value for key, value in {**fields(visitor.get(ADDRESS)), **changes}.items() if value}
    assert message in visitor.post(ADDRESS, 400, **sent).text
    assert db.session.scalars(select(Quiz.revision)).one() == 1


def test_the_second_of_two_authors_overwrites_only_knowingly(with_quiz, author, build, visit):
    first, second = visit(author), visit(build.person(role=Role.AUTHOR))
    mine, theirs = fields(first.get(ADDRESS)), fields(second.get(ADDRESS))
    first.post(ADDRESS, **{**mine, "questions-0-text-en": "First author’s question"})
    page = second.post(ADDRESS, 409, **{**theirs, "questions-0-text-en": "Second author’s question"})
    assert "First author’s question" in page.text
    sent = fields(page)
    assert sent["questions-0-text-en"] == "Second author’s question"
    second.post(ADDRESS, 409, **sent)
    over = soup(page).find("button", {"name": "over"})["value"]
    second.post(ADDRESS, **sent, over=over)
    assert desk.quiz_desk("second-man").questions[0][1]["text"]["en"] == "Second author’s question"


def test_the_same_save_sent_twice_is_no_conflict(with_quiz, author, visit):
    visitor = visit(author)
    sent = {**fields(visitor.get(ADDRESS)), "questions-0-text-en": "Why?"}
    visitor.post(ADDRESS, **sent)
    visitor.post(ADDRESS, **sent)
    assert db.session.scalars(select(Quiz.revision)).one() == 2


def test_a_first_quiz_is_made_from_the_case_and_corrected(build, author, visit):
    build.case()
    visitor = visit(author)
    visitor.post(ADDRESS, 400, **fields(visitor.get(ADDRESS)))
    sent = fields(visitor.post(ADDRESS, 200, **fields(visitor.get(ADDRESS)), do="first"))
    assert (sent["questions-0-kind"], sent["questions-1-kind"], sent["questions-1-answer"]) == ("single", "true-false", "true")
    visitor.post(ADDRESS, **{**sent, "questions-0-text-en": "Why call first?"})
    assert db.session.scalars(select(Case.questions)).one() == 2
    assert texts(build.attempt(build.person()).id) == ["Why call first?", "HIDDEN no oxygen"]


def test_a_question_in_one_language_is_asked_in_it(build, author, visit):
    build.case()
    visitor = visit(author)
    sent = fields(visitor.post(ADDRESS, 200, **fields(visitor.get(ADDRESS)), do="first"))
    visitor.post(ADDRESS, **{key: "" if key.endswith("-en") else value for key, value in sent.items()})
    reader = build.person()
    attempt = build.attempt(reader, now=dt.datetime.now(dt.UTC))
    assert "中文Climb in" in visit(reader, "en").get(f"/attempts/{attempt.id}").text
    build.submit(attempt, dt.datetime.now(dt.UTC))
    visit(reader, "en").get(f"/attempts/{attempt.id}/result")


def test_learners_reach_the_quiz_of_a_case_once_the_case_is_published(build, author, visit):
    build.terms()
    with transaction():
        case_drafts.create_draft(author.id, settled({**blank_document(), **case_document()}), NOW, "second-man")
    visitor, reader = visit(author), build.person()
    sent = fields(visitor.post(ADDRESS, 200, **fields(visitor.get(ADDRESS)), do="first"))
    visitor.post(ADDRESS, **sent)
    visit(reader).get("/quizzes/second-man", 404)
    visit(reader).post("/quizzes/second-man/attempts", 404)
    with transaction():
        case_drafts.publish(author.id, "second-man", 0, NOW)
    visit(reader).get("/quizzes/second-man")
    visit(reader).post("/quizzes/second-man/attempts")


def test_a_quiz_of_a_case_that_was_thrown_away_is_not_that_of_the_next_one(build, author, visit):
    build.terms()
    for _time in range(2):
        with transaction():
            case_drafts.create_draft(author.id, settled({**blank_document(), **case_document()}), NOW, "second-man")
        visitor = visit(author)
        page = visitor.get(ADDRESS)
        assert "questions-0-kind" not in fields(page)
        visitor.post(ADDRESS, **fields(visitor.post(ADDRESS, 200, **fields(page), do="first")))
        with transaction():
            case_drafts.discard("second-man")
    build.case()
    with pytest.raises(NotFound):
        build.attempt(build.person())


def test_an_attempt_bears_the_title_that_the_case_has_now(with_quiz, build):
    build.case(title=pair("A new title"))
    assert build.attempt(build.person()).title_en == "A new title"


def test_starting_the_server_keeps_a_quiz_that_was_edited_here(with_quiz, author, visit):
    visitor = visit(author)
    visitor.post(ADDRESS, **{**fields(visitor.get(ADDRESS)), "questions-0-text-en": "Mine"})
    document = {"title_en": "t", "title_zh": "t", "cause": "complacency", "pass_mark": 50, "time_limit": 5, "attempts": 1, "questions": [question("new")]}
    with transaction():
        assert not loading.load_quiz(QuizFile("second-man", document), NOW, edits_stand=True)
    assert desk.quiz_desk("second-man").questions[0][1]["text"]["en"] == "Mine"
    with transaction():
        assert loading.load_quiz(QuizFile("second-man", document), NOW)
    assert desk.quiz_desk("second-man").questions[0][1]["text"]["en"] == "Question new?"


def test_starting_the_server_brings_a_quiz_that_nobody_edited_up_to_its_file(with_quiz):
    document = {"title_en": "t", "title_zh": "t", "cause": "complacency", "pass_mark": 50, "time_limit": 5, "attempts": 1, "questions": [question("new")]}
    with transaction():
        assert loading.load_quiz(QuizFile("second-man", document), NOW, edits_stand=True)
        assert not loading.load_quiz(QuizFile("second-man", document), NOW, edits_stand=True)


def test_a_preview_tells_no_key(with_quiz, author, visit):
    page = soup(visit(author).get(ADDRESS))
    preview = page.find("details", class_="pan")
    assert "Option a of one" in preview.text
    assert "SECRET" not in preview.text
    assert not preview.select(".t-safe")


def test_nobody_but_an_author_comes_near(with_quiz, build, visit):
    for person in (build.person(), build.person(role=Role.ADMINISTRATOR), build.person(supervises=build.root)):
        visit(person).get(ADDRESS, 404)
        visit(person).post(ADDRESS, 404)
    visit(build.person(role=Role.AUTHOR)).get("/manage/cases/nowhere/quiz", 404)


def test_no_question_of_an_old_quiz_is_left_over(with_quiz, author, visit):
    visitor = visit(author)
    sent = fields(visitor.post(ADDRESS, 200, **fields(visitor.get(ADDRESS)), do="remove:questions:0"))
    visitor.post(ADDRESS, **sent)
    assert [uid for uid, *_more in desk.quiz_desk("second-man").questions] == ["second-man/many"]


def test_a_question_that_the_form_cannot_show_stays_as_it_is_and_keeps_its_place_and_marks(build, author, visit):
    build.case()
    content = every_kind("")["numeric"]
    build.quiz(questions=[question("one"), {"id": "any", "marks": 2, "content": content}])
    visitor = visit(author)
    page = visitor.get(ADDRESS)
    bank_id = db.session.scalars(select(Question.id).where(Question.uid == "second-man/any")).one()
    assert soup(page).find("a", href=f"/manage/questions/{bank_id}")
    sent = fields(visitor.post(ADDRESS, 200, **fields(page), do="up:questions:1"))
    visitor.post(ADDRESS, **{**sent, "questions-0-marks": "5", "questions-1-text-en": "Why?"})
    found = desk.quiz_desk("second-man").questions
    assert [(uid, marks) for uid, _content, marks, _id in found] == [("second-man/any", 5), ("second-man/one", 1)]
    assert found[0][1] == content


def test_what_the_bank_changed_meanwhile_is_not_overwritten(with_quiz, author, visit):
    visitor = visit(author)
    sent = fields(visitor.get(ADDRESS))
    with transaction():
        row = db.session.scalars(select(Question).where(Question.uid == "second-man/one")).one()
        old = db.session.scalars(select(QuestionRevision.content).where(QuestionRevision.question_id == row.id)).one()
        row.revision = 2
        content = {**old, "text": pair("Changed in the bank")}
        db.session.add(QuestionRevision(question_id=row.id, number=2, digest="x", content=content, created_at=NOW))
    page = visitor.post(ADDRESS, 409, **{**sent, "questions-1-text-en": "Mine"})
    assert "Changed in the bank" in page.text
    assert desk.quiz_desk("second-man").questions[0][1]["text"] == pair("Changed in the bank")
