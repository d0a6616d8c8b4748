"""What was loaded or edited goes back into files that load to the same, byte for byte."""

import filecmp

import pytest
from sqlalchemy import select

from cases.actions import drafts as authoring
from cases.drafts import part_of
from cases.models import CaseRevision
from core.db import db, transaction
from people.rules import Role
from quizzes.actions.loading import write_quiz
from quizzes.drafts import blank_quiz, first_quiz
from tests.builders import NOW, SHIPPED, case_document, question


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
