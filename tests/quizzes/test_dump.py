"""What was loaded or edited goes back into files that load to the same, byte for byte."""

import filecmp

import pytest
from sqlalchemy import select

from cases.actions import drafts as authoring
from cases.drafts import part_of
from cases.models import CaseRevision
from core.db import db, transaction
from core.files import store_bytes
from core.pictures import shrink
from people.rules import Role
from quizzes.actions.loading import write_quiz
from quizzes.drafts import blank_quiz, first_quiz
from quizzes.models.bank import Question, QuestionRevision
from quizzes.rules.questions import QuestionKind
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
