"""Questions out of files into the bank and back: the actions and the command line."""

import pytest
from sqlalchemy import func, select, update

from core.db import db, transaction
from core.errors import Invalid
from core.pictures import size_of
from quizzes.actions import importing
from quizzes.formats.formats import FORMATS, recognise
from quizzes.formats.parsed import Entry, Parsed
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.queries import importing as queries
from quizzes.rules.shelf import BankFilters
from tests.builders import NOW
from tests.core.test_pictures import photo
from tests.quizzes.formats.test_sheets import HEAD, SOUND, workbook


def content(text="Which gas?", right="a", **changes):
    """A sound question."""
    options = [{"id": name, "text": {"en": f"Option {name}"}, "right": name == right, "feedback": {}} for name in "abc"]
    return {"kind": "single", "text": {"en": text}, "feedback": {}, "part": "", "options": options, **changes}


def imported(app, *entries, under=(), language="en"):
    """What became of these entries."""
    prepared = importing.prepare(Parsed(list(entries), []), under, app.config["MEDIA_FOLDER"], keep_pictures=True)
    with transaction():
        outcome = importing.take_in(prepared, language, None, NOW)
    return outcome.counts, prepared.named


def count(table):
    """Rows of a table."""
    return db.session.scalar(select(func.count()).select_from(table))


def test_new_questions_come_with_what_is_kept_beside_them(app, build):
    build.case()
    entry = Entry(content(), "1", "Gas", "g1", ("Space", "Gases"), ("nitrogen", "air"), 3, "blind-rescue", "second-man")
    assert imported(app, entry) == ({"new": 1, "revised": 0, "standing": 0}, [])
    question = db.session.scalar(select(Question))
    assert (question.uid, question.revision, question.kind, question.title, question.difficulty) == ("g1", 1, "single", "Gas", 3)
    assert (question.cause, question.case_slug) == ("blind-rescue", "second-man")
    assert "Option b" in question.words
    assert set(db.session.scalars(select(QuestionTag.tag))) == {"nitrogen", "air"}
    category = db.session.get(Category, question.category_id)
    assert (category.name_en, category.path.count("/")) == ("Gases", 3)


def test_a_question_that_stands_is_not_made_twice(app):
    imported(app, Entry(content(), "1"), Entry(content("Other?"), "2", uid="o"))
    counts, _named = imported(app, Entry(content(), "1", uid="new name"), Entry(content("Other?"), "2", uid="o"))
    assert counts == {"new": 0, "revised": 0, "standing": 2}
    assert count(Question) == 2


def test_a_retired_question_does_not_keep_its_like_out(app):
    imported(app, Entry(content(), "1"))
    with transaction():
        db.session.execute(update(Question).values(retired=True))
    assert imported(app, Entry(content(), "1"))[0]["new"] == 1


def test_another_content_of_the_same_identifier_is_a_new_revision(app):
    imported(app, Entry(content(), "1", "Title", "g1", ("A",)))
    counts, _named = imported(app, Entry(content(right="b"), "1", uid="g1"))
    assert counts == {"new": 0, "revised": 1, "standing": 0}
    question = db.session.scalar(select(Question))
    assert (question.revision, question.title) == (2, "Title")
    assert list(db.session.scalars(select(QuestionRevision.number).order_by(QuestionRevision.number))) == [1, 2]


def test_what_stands_twice_in_a_file_or_is_unsound_is_named(app):
    broken = content("Broken?")
    broken["options"] = broken["options"][:1]
    entries = [Entry(content(), "1"), Entry(content(), "2"), Entry(content("A?"), "3", uid="x"), Entry(content("B?"), "4", uid="x"), Entry(broken, "5")]
    counts, named = imported(app, *entries)
    assert counts["new"] == 2
    assert [one.where for one in named] == ["2", "4", "5"]


def test_unknown_causes_cases_and_long_tags_are_left_out_and_named(app):
    counts, named = imported(app, Entry(content(), "1", tags=("ok", "x" * 61), cause="bad luck", case_slug="no-such"))
    assert counts["new"] == 1
    assert len(named) == 3
    assert not any(one.lost for one in named)


def test_a_cause_may_be_called_by_its_name(app, build):
    build.terms()
    imported(app, Entry(content(), "1", cause="Blind-Rescue"))
    assert db.session.scalar(select(Question.cause)) == "blind-rescue"


def test_categories_are_found_again_and_lie_below_the_chosen_one(app):
    imported(app, Entry(content("1?"), "1", category=("A", "B")), under=("Top",))
    imported(app, Entry(content("2?"), "2", category=("a", "b")), Entry(content("3?"), "3"), under=("Top",))
    assert count(Category) == 3
    assert sorted(queries.category_paths("en").values()) == [("Top",), ("Top", "A"), ("Top", "A", "B")]


def test_a_picture_is_stored_under_its_digest_and_a_missing_one_named(app):
    picture = {"file": "valve.png", "alt": {"en": "A valve"}, "width": 1, "height": 1}
    entries = [Entry(content(picture=picture), "1", pictures={"valve.png": photo()}), Entry(content("B?", picture=picture), "2")]
    counts, named = imported(app, *entries)
    assert (counts["new"], [one.where for one in named]) == (1, ["2"])
    kept = db.session.scalar(select(QuestionRevision)).content["picture"]
    body = (app.config["MEDIA_FOLDER"] / kept["file"]).read_bytes()
    assert (kept["width"], kept["height"]) == size_of(body)
    assert kept["alt"] == {"en": "A valve"}


def test_a_dry_run_on_the_command_line_changes_nothing(app, tmp_path):
    file = tmp_path / "questions.xlsx"
    file.write_bytes(workbook([HEAD, SOUND, ["单选题", "哪个？", "甲", "乙", "", "", "E", ""]]))
    run = app.test_cli_runner().invoke
    told = run(args=["questions", "import", str(file), "--dry-run"])
    assert "New would be: 1" in told.output
    assert "questions.xlsx:Sheet1!3: The answer “E” points past the last option." in told.output
    assert count(Question) == 0
    told = run(args=["questions", "import", str(file), "--category", "安全/气体"])
    assert "New: 1" in told.output
    assert queries.category_paths("zh").popitem()[1] == ("安全", "气体")
    out = tmp_path / "out.csv"
    assert run(args=["questions", "export", "--format", "csv", "--category", "安全", str(out)]).exit_code == 0
    assert "哪种气体会使人窒息" in out.read_text("utf-8-sig")
    assert "there already: 1" in run(args=["questions", "import", str(out)]).output
    assert run(args=["questions", "export", "--format", "csv", "--category", "none", str(out)]).exit_code == 1


def test_an_unreadable_file_ends_with_its_name_and_the_reason(app, tmp_path):
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    told = app.test_cli_runner().invoke(args=["questions", "import", str(file)])
    assert told.exit_code == 1
    assert "broken.xlsx: This file could not be opened" in told.output


def test_the_format_is_known_by_the_content():
    assert recognise(workbook([HEAD, SOUND])) == "xlsx"
    assert recognise("题目,答案\n氮气无味。,对".encode("gb18030")) == "csv"
    with pytest.raises(Invalid):
        recognise(b"  ")


def test_every_format_brings_back_what_it_says(app):
    entries = [Entry(content("Which?"), "1", uid="u1", category=("A",), tags=("t",), difficulty=2)]
    imported(app, *entries)
    for form in FORMATS.values():
        body, named = form.write(list(queries.entries("en", BankFilters())))
        assert not named
        assert [entry.content["text"] for entry in form.read(body, "en").entries] == [{"en": "Which?"}], form.name
