"""What was loaded or edited goes back into files that load to the same, byte for byte."""

import datetime as dt
import filecmp

import pytest
from sqlalchemy import select

from cases.actions import drafts as authoring
from cases.actions.library import digest_of
from cases.drafts import part_of
from cases.models import CaseRevision
from core.db import db, transaction
from core.errors import Invalid
from core.files import store_bytes
from core.pictures import shrink
from people.rules import Role
from quizzes.actions.loading import load_quiz, write_quiz
from quizzes.actions.quizzes import close_quiz, set_settings
from quizzes.casebook import QuizFile
from quizzes.drafts import blank_quiz, first_quiz
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries.desk import document_of, quiz_desk
from quizzes.rules.questions import QuestionKind
from quizzes.rules.settings import Settings, default_review, settings_from
from quizzes.rules.soundness import problems
from tests.builders import NOW, SHIPPED, case_document, pair, question
from tests.core.test_pictures import photo
from tests.quizzes.kinds import every_kind


def same(left, right):
    """Whether two folders hold the same files with the same bytes."""
    found = filecmp.dircmp(left, right, ignore=[], hide=[])
    files = filecmp.cmpfiles(left, right, found.common_files, shallow=False)
    return not (found.left_only or found.right_only or files[1] or files[2]) and all(same(left / name, right / name) for name in found.subdirs)


@pytest.fixture
def flask(app):
    return lambda *words: app.test_cli_runner().invoke(args=words)


def test_dump_load_dump_is_identical_for_the_whole_shipped_casebook(app, flask, tmp_path):
    assert flask("casebook", "load", str(SHIPPED)).exit_code == 0
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert again.exit_code == 0, again.output
    assert "new or changed: 0. Quizzes new or changed: 0" in again.output
    assert flask("casebook", "dump", str(tmp_path / "two")).exit_code == 0
    assert same(tmp_path / "one", tmp_path / "two")


def test_what_was_edited_in_the_browser_is_in_the_files(app, build, flask, tmp_path):
    build.case()
    build.quiz(questions=[question("one"), question("many", "multiple", options="++--")])
    author = build.person(role=Role.AUTHOR)
    with transaction():
        piece = authoring.queries.workpiece("second-man")
        text = {"en": "Stay back: “air”, 50 % - then\n\n- call\n- wait", "zh": "退后：先呼救\n再等待"}
        seen = authoring.digest_of(part_of(piece.document, "lessons"))
        authoring.save_part(author.id, "second-man", "lessons", {**part_of(piece.document, "lessons"), "lesson": text}, seen, NOW)
        authoring.publish(author.id, "second-man", 1, NOW)
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    assert "Stay back" in (tmp_path / "one/second-man/case.yaml").read_text("utf-8")
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert "new or changed: 0. Quizzes new or changed: 0" in again.output, again.output
    assert len(db.session.scalars(select(CaseRevision)).all()) == 2


def test_a_quiz_that_was_written_in_the_browser_is_in_the_files(app, build, flask, tmp_path):
    build.case()
    with transaction():
        draft = {**blank_quiz(), "questions": first_quiz(case_document())}
        draft["questions"][0]["text"] = {"zh": "先做什么？\n再做什么？"}
        assert write_quiz("second-man", draft, "", NOW)
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert "new or changed: 0. Quizzes new or changed: 0" in again.output, again.output


def test_a_question_whose_part_has_gone_from_the_case_still_loads(app, build, flask, tmp_path):
    build.case()
    build.quiz()
    build.case(underlying_causes=[])
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert again.exit_code == 0, again.output


def test_a_folder_that_is_there_is_not_touched(app, flask, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one/mine.txt").write_text("mine")
    refused = flask("casebook", "dump", str(tmp_path / "one"))
    assert refused.exit_code == 1
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["mine.txt"]


def rich(kind, app):
    """A question of a kind with what a question of any kind may have."""
    content = every_kind(store_bytes(shrink(photo()), app.config["MEDIA_FOLDER"]))[kind]
    more = {"format": "markdown", "penalty": 20, "outcomes": {"right": pair("Right."), "wrong": pair("Wrong.")}, "part": "direct-cause"}
    weights = {"options": [{**one, "weight": "100" if one["right"] else "-33.33333"} for one in content["options"]]} if kind == "single" else {}
    return {**content, **more, **weights, **({"fixed": True} if kind in ("multiple", "matching") else {})}


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("kind", list(QuestionKind))
def test_a_question_of_any_kind_with_all_it_has_goes_into_the_files_and_back(app, build, flask, tmp_path, kind, more):
    build.case()
    content = rich(kind, app) if more else every_kind(store_bytes(shrink(photo()), app.config["MEDIA_FOLDER"]))[kind]
    build.quiz(questions=[question("one"), {"id": "any", "marks": 2, "content": content}])
    assert problems(content) == []
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert "Quizzes new or changed: 0" in again.output, again.output
    assert flask("casebook", "dump", str(tmp_path / "two")).exit_code == 0
    assert same(tmp_path / "one", tmp_path / "two")


def test_a_question_that_was_changed_in_the_bank_is_in_the_files_as_it_stands(app, build, flask, tmp_path):
    build.case()
    build.quiz(questions=[question("one")])
    content = {**question("one")["content"], "hints": [pair("Look up")], "feedback": {}}
    with transaction():
        row = db.session.query(Question).one()
        row.revision = 2
        db.session.add(QuestionRevision(question_id=row.id, number=2, digest="x", content=content, created_at=NOW))
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    text = (tmp_path / "one/second-man/quiz.yaml").read_text("utf-8")
    assert "full: true" in text
    assert flask("casebook", "load", str(tmp_path / "one"), "--check").exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("factor: '1'", "factor: '0'", "unit"),
        ("weight: '100'", "weight: heavy", "A weight is not a number."),
        ("unit: required", "unit: some", "“some” is not known for “unit”"),
        ("tolerance:", "slack:", "“slack” is not known here"),
        ("penalty: 20", "penalty: 200", "must be a whole number from 0 to 100"),
    ],
)
def test_a_question_of_another_kind_that_is_unsound_is_named_with_its_line(app, build, flask, tmp_path, old, new, says):
    build.case()
    build.quiz(questions=[{"id": "any", "marks": 2, "content": rich("numeric", app)}])
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    file = tmp_path / "one/second-man/quiz.yaml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    refused = flask("casebook", "load", str(tmp_path / "one"))
    assert refused.exit_code == 1
    assert "quiz.yaml:" in refused.output
    assert says in refused.output


REVIEW = {**default_review(), "later": {"marks": "always", "right": "never", "feedback": "settled"}}
SETTINGS = {
    "practice": Settings(behaviour="practice", tries=10, penalty=0, paged=True, back=False),
    "exam": Settings(certainty=True, grace=600, wait=43200, counts="average", again=True, shuffle_questions=True, shuffle_options=False, recorded=False),
    "dates": Settings(opens_at=NOW, closes_at=NOW + dt.timedelta(days=40, microseconds=7), review=REVIEW),
    "usual": Settings(),
}


def set_here(settings, slug="second-man"):
    with transaction():
        set_settings(slug, settings, db.session.scalar(select(Quiz.saves).where(Quiz.slug == slug)), NOW)


def quiz_row():
    db.session.expire_all()
    return db.session.scalars(select(Quiz)).one()


@pytest.mark.parametrize("name", SETTINGS)
def test_the_settings_of_a_quiz_are_in_its_file_and_come_back(app, build, flask, tmp_path, name):
    build.case()
    build.quiz()
    set_here(SETTINGS[name])
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    again = flask("casebook", "load", str(tmp_path / "one"))
    assert "Quizzes new or changed: 0" in again.output, again.output
    with transaction():
        quiz_row().settings, quiz_row().digest = {}, "another"
    assert "Quizzes new or changed: 1" in flask("casebook", "load", str(tmp_path / "one")).output
    assert settings_from(quiz_row().settings) == SETTINGS[name]
    assert flask("casebook", "dump", str(tmp_path / "two")).exit_code == 0
    assert same(tmp_path / "one", tmp_path / "two")


def test_only_what_differs_from_the_defaults_is_written(app, build, flask, tmp_path):
    build.case()
    build.quiz()
    assert flask("casebook", "dump", str(tmp_path / "none")).exit_code == 0
    assert "settings" not in (tmp_path / "none/second-man/quiz.yaml").read_text("utf-8")
    set_here(SETTINGS["dates"])
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    text = (tmp_path / "one/second-man/quiz.yaml").read_text("utf-8")
    assert text[text.index("settings") : text.index("questions")].split() == [
        *("settings:", "opens_at:", "'2026-06-12T06:00:00+00:00'", "closes_at:", "'2026-07-22T06:00:00.000007+00:00'"),
        *("review:", "later:", "right:", "never", "feedback:", "settled"),
    ]


def test_settings_are_part_of_what_was_edited_here(app, build):
    build.case()
    build.quiz()
    loaded, file = quiz_row().digest, QuizFile("second-man", document_of(quiz_row(), Settings()))
    assert not load_quiz(file, NOW), "a file without settings has the digest it had"
    set_here(SETTINGS["exam"])
    assert quiz_row().digest != loaded == quiz_row().loaded_digest
    with transaction():
        assert not load_quiz(file, NOW, edits_stand=True), "a restart leaves what was set here"
    assert settings_from(quiz_row().settings).certainty
    set_here(Settings())
    assert (quiz_row().digest, quiz_row().revision) == (loaded, 1)
    with transaction():
        close_quiz("second-man", NOW)
    assert quiz_row().digest != loaded
    with transaction():
        assert load_quiz(file, NOW), "whoever loads a file gets what it says"
    assert settings_from(quiz_row().settings) == Settings()


def test_an_author_who_writes_the_questions_keeps_the_settings(app, build):
    build.case()
    build.quiz()
    set_here(SETTINGS["exam"])
    with transaction():
        desk = quiz_desk("second-man")
        assert write_quiz("second-man", {**desk.draft, "pass_mark": 60}, desk.digest, NOW)
    quiz = quiz_row()
    assert settings_from(quiz.settings) == SETTINGS["exam"]
    with transaction():
        assert not load_quiz(QuizFile("second-man", document_of(quiz, SETTINGS["exam"])), NOW)


def test_a_quiz_with_an_answer_for_a_person_to_mark_is_no_practice(app, build):
    build.case()
    build.quiz(questions=[question("one"), {"id": "told", "marks": 2, "content": every_kind("")["essay"]}])
    with pytest.raises(Invalid, match="Only a person"):
        set_here(SETTINGS["practice"])


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (["tries: 11"], 5, "“tries” must be a whole number from 1 to 10"),
        (["penalty: 101"], 5, "“penalty” must be a whole number from 0 to 100"),
        (["again: true", "wait: 43201"], 6, "“wait” must be a whole number from 0 to 43200"),
        (["grace: soon"], 5, "“grace” must be a whole number from 0 to 600"),
        (["behaviour: fun"], 5, "“fun” is not known for “behaviour”"),
        (["counts: worst"], 5, "“worst” is not known for “counts”"),
        (["paged: maybe"], 5, "“maybe” is not known for “paged”"),
        (["certain: true"], 5, "“certain” is not known here"),
        (["certainty: true", "behaviour: practice"], 5, "Certainty is asked in exams only"),
        (["opens_at: 2026-03-01T08:00:00"], 5, "“opens_at” must be a date and time with its zone"),
        (["opens_at: 9999-12-31T23:00:00Z"], 5, "“opens_at” must be a date and time with its zone"),
        (["closes_at: tomorrow"], 5, "“closes_at” must be a date and time with its zone"),
        (["closes_at:"], 5, "“closes_at” is missing"),
        (["opens_at: 2026-03-02T08:00:00+08:00", "closes_at: 2026-03-02T00:00:00Z"], 5, "It closes before it opens."),
        (["review: {later: {right: often}}"], 5, "“often” is not known for “right”"),
        (["review: {later: {hints: never}}"], 5, "“hints” is not known here"),
        (["review: {sometime: {right: never}}"], 5, "“sometime” is not known here"),
        (["review: never"], 5, "“review” must have keys of its own"),
    ],
)
def test_a_setting_that_is_unsound_is_named_with_its_line(app, build, flask, tmp_path, lines, line, says):
    build.case()
    build.quiz()
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    file = tmp_path / "one/second-man/quiz.yaml"
    text = "settings:\n" + "".join(f"  {one}\n" for one in lines)
    file.write_text(file.read_text("utf-8").replace("questions:", f"{text}questions:", 1), "utf-8")
    refused = flask("casebook", "load", str(tmp_path / "one"))
    assert refused.exit_code == 1
    assert f"quiz.yaml:{line}: {says}" in refused.output


def test_practice_in_a_file_with_an_answer_for_a_person_to_mark_is_named(app, build, flask, tmp_path):
    build.case()
    build.quiz(questions=[question("one"), {"id": "told", "marks": 2, "content": every_kind("")["essay"]}])
    assert flask("casebook", "dump", str(tmp_path / "one")).exit_code == 0
    file = tmp_path / "one/second-man/quiz.yaml"
    file.write_text(file.read_text("utf-8").replace("questions:", "settings: {behaviour: practice}\nquestions:", 1), "utf-8")
    assert "quiz.yaml:4: Only a person can mark this question." in flask("casebook", "load", str(tmp_path / "one")).output


def test_what_stands_of_a_shipped_quiz_has_the_digest_of_its_file(app, build):
    build.shipped_casebook()
    found = db.session.scalars(select(Quiz)).all()
    assert len(found) >= 39
    assert [quiz.slug for quiz in found if digest_of(document_of(quiz, Settings())) != quiz.loaded_digest] == []
