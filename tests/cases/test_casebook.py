"""Broken casebook files: each complaint names file and line, and nothing is loaded."""

import shutil

import pytest
from sqlalchemy import func, select

from cases.models import Case, CaseRevision
from core.db import db
from learning.models import CourseItem
from quizzes.casebook import read_casebook
from quizzes.models.bank import QuestionRevision
from quizzes.models.quizzes import Quiz
from tests.builders import SHIPPED

SLUG = "anyang-kaixinda-2022"


@pytest.fixture
def folder(tmp_path):
    """A casebook of one shipped case."""
    book = tmp_path / "book"
    shutil.copytree(SHIPPED / SLUG, book / SLUG)
    shutil.copy(SHIPPED / "terms.yaml", book)
    (book / "course.yaml").write_text(f"id: one\ntitle: {{en: One, zh: 一}}\ndue_days: 30\ncases: [{SLUG}]\n", "utf-8")
    return book


def edit(file, old, new):
    """Change the first place where the text stands, and say on which line that was."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def complaints(folder):
    return [(problem.file.name, problem.line, problem.message % problem.values) for problem in read_casebook(folder).problems]


def test_a_sound_folder_has_no_problems(folder):
    assert complaints(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("case.yaml", "cause: illegal-operation", "cause: bad-luck", "“bad-luck” is not known for “cause”"),
        ("case.yaml", "deaths: 42", "deaths: many", "must be a whole number"),
        ("case.yaml", "date: 2022-11-21", "date: 21 November", "must be YYYY-MM-DD"),
        ("case.yaml", "minutes: ", "minuets: ", "“minuets” is not known here"),
        ("case.yaml", "  - decision: last-weld", "  - decision: another", "no decision point “another”"),
        ("case.yaml", "        sound: true", "        sound: false", "exactly one choice"),
        ("quiz.yaml", "pass_mark: 80", "pass_mark: 101", "from 1 to 100"),
        ("quiz.yaml", "kind: multiple", "kind: several", "“several” is not known for “kind”"),
        ("quiz.yaml", "part: direct-cause", "part: the-moon", "“the-moon” is not known for “part”"),
        ("quiz.yaml", "        right: true", "        right: false", "exactly one option"),
    ],
)
def test_a_mistake_is_named_with_its_line(folder, file, old, new, says):
    line = edit(folder / SLUG / file, old, new)
    found = complaints(folder)
    assert any(name == file and says in text for name, _line, text in found), found
    if "exactly one" not in says:
        assert any(at == line for _name, at, text in found if says in text), (line, found)


def test_one_language_may_be_missing_but_not_both(folder):
    title = 'title: {en: "After the last weld", zh: "焊完之后"}'
    edit(folder / SLUG / "case.yaml", title, 'title: {zh: "焊完之后"}')
    assert complaints(folder) == []
    line = edit(folder / SLUG / "case.yaml", 'title: {zh: "焊完之后"}', 'title: {en: "", zh: ""}')
    assert ("case.yaml", line, "the text is missing in every language") in complaints(folder)


def test_a_fact_names_sources_of_its_own_case(folder):
    line = edit(folder / SLUG / "case.yaml", "    from: [", "    from: [the-moon, ")
    assert ("case.yaml", line, "there is no source “the-moon” in this case") in complaints(folder)


def test_yaml_that_is_none_is_named_with_its_line(folder):
    line = edit(folder / SLUG / "case.yaml", "country: CN", "country: [CN")
    (problem,) = [found for found in complaints(folder) if found[0] == "case.yaml"]
    assert problem[1] >= line
    assert "not sound YAML" in problem[2]


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"\xff\xfe\x00", b"just words", b"a: &a [*a]\n"])
def test_a_file_that_is_no_case_is_named(folder, content):
    (folder / SLUG / "case.yaml").write_bytes(content)
    assert complaints(folder)


def test_a_course_may_name_only_cases_that_have_a_quiz(folder):
    (folder / SLUG / "quiz.yaml").unlink()
    assert complaints(folder) == [("course.yaml", 4, f"there is no case “{SLUG}” with a quiz in this casebook")]


def test_a_drawing_that_could_act_is_refused_with_its_line(folder):
    (folder / SLUG / "d.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<script>alert(1)</script></svg>', "utf-8")
    edit(folder / SLUG / "case.yaml", "timeline:", "diagram: {file: d.svg, alt: {en: A, zh: 图}}\ntimeline:")
    assert ("d.svg", 2, "Line 2: <script> is not allowed in a drawing.") in complaints(folder)


def test_captions_that_no_browser_takes_are_refused_with_their_line(folder):
    (folder / SLUG / "c.vtt").write_text("WEBVTT\n\n00:02.000 --> 00:01.000\nStop\n", "utf-8")
    with (folder / SLUG / "case.yaml").open("a", encoding="utf-8") as file:
        file.write("films:\n  - {id: f, title: {en: F, zh: 片}, publisher: X, url: 'https://example.org/', captions: {en: c.vtt}}\n")
    assert ("c.vtt", 3, "Line 3: this caption ends before it begins.") in complaints(folder)


def test_a_film_that_is_something_else_is_refused(folder):
    (folder / SLUG / "film.webm").write_bytes(b"MZ this is a program")
    with (folder / SLUG / "case.yaml").open("a", encoding="utf-8") as file:
        file.write("films:\n  - {id: f, title: {en: F, zh: 片}, publisher: X, files: [film.webm]}\n")
    assert any("is not what its name says" in text for _name, _line, text in complaints(folder))


def test_a_file_outside_the_folder_is_not_read(folder):
    edit(folder / SLUG / "case.yaml", "timeline:", "diagram: {file: ../../../etc/passwd, alt: {en: A, zh: 图}}\ntimeline:")
    assert any("there is no file" in text for _name, _line, text in complaints(folder))


def counts():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (Case, CaseRevision, Quiz, QuestionRevision, CourseItem)]


def test_the_command_names_file_and_line_and_loads_nothing(app, folder):
    line = edit(folder / SLUG / "case.yaml", "deaths: 42", "deaths: many")
    result = app.test_cli_runner().invoke(args=["casebook", "load", str(folder)])
    assert result.exit_code == 1
    assert f"{folder / SLUG / 'case.yaml'}:{line}: " in result.output
    assert counts() == [0, 0, 0, 0, 0]


def test_the_command_speaks_the_language_of_the_shell(app, folder, monkeypatch):
    edit(folder / SLUG / "case.yaml", "deaths: 42", "deaths: many")
    monkeypatch.setenv("LANGUAGE", "zh_CN:zh")
    result = app.test_cli_runner().invoke(args=["casebook", "load", str(folder)])
    assert "必须是" in result.output


def test_check_loads_nothing(app, folder):
    result = app.test_cli_runner().invoke(args=["casebook", "load", "--check", str(folder)])
    assert result.exit_code == 0
    assert counts() == [0, 0, 0, 0, 0]


def test_loading_twice_changes_nothing_and_a_change_makes_a_new_revision(app, folder):
    def load():
        result = app.test_cli_runner().invoke(args=["casebook", "load", str(folder)])
        assert result.exit_code == 0, result.output
        return counts()

    first = load()
    asked = len(read_casebook(folder).quizzes[0].document["questions"])
    assert first == [1, 1, 1, asked, 2]
    assert load() == first
    edit(folder / SLUG / "case.yaml", "minutes: ", "minutes: 1")
    assert load() == [1, 2, 1, asked, 2]
    edit(folder / SLUG / "quiz.yaml", "The set was not the source.", "The welding set was not the source.")
    assert load() == [1, 2, 1, asked + 1, 2]
