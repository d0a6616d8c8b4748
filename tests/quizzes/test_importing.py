"""Questions out of files into the bank and back: the actions and the command line."""

import time
from io import BytesIO
from threading import Thread
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

import ops.jobs
from core import jobs
from core.db import db, transaction
from core.errors import Invalid
from core.pictures import size_of
from people.rules import Role
from quizzes.actions import importing
from quizzes.formats.formats import FORMATS, recognise
from quizzes.formats.parsed import Entry, Parsed
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.queries import importing as queries
from quizzes.rules.shelf import BankFilters
from tests.builders import NOW
from tests.conftest import soup
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


def test_two_imports_of_one_file_at_the_same_time_make_its_questions_once(app):
    prepared = importing.prepare(Parsed([Entry(content(), "1", category=("New",))], []), (), app.config["MEDIA_FOLDER"])

    def again():
        with app.app_context(), transaction():
            importing.take_in(prepared, "en", None, NOW)

    other = Thread(target=again)
    with transaction():
        importing.take_in(prepared, "en", None, NOW)
        other.start()
        time.sleep(0.5)
    other.join()
    assert (count(Question), count(Category)) == (1, 1)


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


def test_no_text_of_a_question_is_longer_than_the_casebook_takes(app):
    far = {"en": "x" * 20_001}
    options = [{**row, "feedback": far} for row in content()["options"]]
    entries = [content("1?", feedback=far), content("2?", hints=[far]), content("3?", outcomes={"right": far}), content("4?", options=options)]
    counts, named = imported(app, *(Entry(one, str(place)) for place, one in enumerate(entries)))
    assert (counts["new"], len(named)) == (0, 4)


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


def test_an_export_on_the_command_line_has_its_pictures(app, tmp_path):
    picture = {"file": "valve.png", "alt": {"en": "A valve"}, "width": 1, "height": 1}
    imported(app, Entry(content(picture=picture), "1", pictures={"valve.png": photo()}))
    told = app.test_cli_runner().invoke(args=["questions", "export", str(tmp_path / "q.zip"), "--format", "qti"])
    assert told.exit_code == 0, told.output
    [entry] = FORMATS["qti"].read((tmp_path / "q.zip").read_bytes(), None).entries
    assert entry.pictures


def test_an_unreadable_file_ends_with_its_name_and_the_reason(app, tmp_path):
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    told = app.test_cli_runner().invoke(args=["questions", "import", str(file)])
    assert told.exit_code == 1
    assert "broken.xlsx: This file could not be opened" in told.output


def test_the_format_is_known_by_the_content():
    assert recognise(workbook([HEAD, SOUND])) == "xlsx"
    assert recognise(b"// a comment\n::Gas:: Which? {=Nitrogen ~Air}") == "gift"
    assert recognise(b"Which?\nA) Nitrogen\nB) Air\nANSWER: A\n") == "aiken"
    assert recognise("哪种气体？\nＡ．氮气\nＢ．空气\n答案：Ｂ\n".encode()) == "aiken"
    assert recognise(b"Which?\na) Nitrogen\nb) Air\nAnswer: b\n") == "aiken"
    assert recognise(b"<?xml version='1.0'?><quiz></quiz>") == "moodle-xml"
    assert recognise("题目,答案\n氮气无味。,对".encode("gb18030")) == "csv"
    with pytest.raises(Invalid):
        recognise(b"  ")
    with ZipFile(misnamed := BytesIO(), "w") as archive:
        archive.writestr("名", "")
    assert recognise(misnamed.getvalue().replace("名".encode(), b"\xff\xff\xff")) == "xlsx"


def test_every_format_brings_back_what_it_says(app):
    entries = [Entry(content("Which?"), "1", uid="u1", category=("A",), tags=("t",), difficulty=2)]
    imported(app, *entries)
    for name, form in FORMATS.items():
        body, named = form.write(queries.entries("en", BankFilters()))
        assert not any(one.lost for one in named)
        assert recognise(body, f"x{form.extension}") == name.removesuffix("-3")
        assert [entry.content["text"] for entry in form.read(body, "en").entries] == [{"en": "Which?"}], name


@pytest.fixture
def author(build, visit):
    """An author at work."""
    build.terms()
    return visit(build.person(role=Role.AUTHOR))


def sent(author, body, status=303, name="exam.xlsx", **fields):
    """The answer to a file that was sent."""
    values = {"format": "", "language": "", "category": "", **fields}
    return author.post("/manage/questions/import", status, file=(BytesIO(body), name), **values)


def test_a_workbook_goes_from_its_columns_over_a_dry_run_into_the_bank(author):
    rows = [HEAD, SOUND, ["单选题", "哪个？", "甲", "乙", "", "", "E", ""]]
    columns = sent(author, workbook(rows), category="安全/气体").location
    page = soup(author.get(columns))
    chosen = [select.find("option", selected=True)["value"] for select in page.find_all("select")]
    assert chosen == ["kind", "text", "option:1", "option:2", "option:3", "option:4", "answer", "feedback"]
    checked = author.post(columns, 303).location
    said = soup(author.get(checked)).get_text(" ", strip=True)
    assert "Import 1 question" in said
    assert "Sheet1!3" in said
    assert "The answer “E” points past the last option." in said
    assert count(Question) == 0
    table = author.get(f"{checked}/named.csv").data.decode("utf-8-sig")
    assert "Sheet1!3" in table
    done = author.post(checked, 303).location
    assert "1 question imported" in soup(author.get(done)).get_text(" ", strip=True)
    assert db.session.scalar(select(Question.words)).startswith("哪种气体")
    assert queries.category_paths("zh").popitem()[1] == ("安全", "气体")
    author.post(checked, 303)
    assert count(Question) == 1


def test_a_column_that_was_taken_wrongly_can_be_changed(author):
    rows = [["甲", "乙", "丙", "丁", "戊"], *[[f"x{at}", f"第{at}种气体问的是什么内容呢？", "甲", "乙", "A"] for at in range(3)]]
    columns = sent(author, workbook(rows)).location
    author.post(columns, 400, **{f"column-0-{at}": "" for at in range(5)})
    fields = ["number", "text", "option:1", "option:2", "answer"]
    author.post(columns, 303, **{f"column-0-{at}": name for at, name in enumerate(fields)})
    assert "Import 3 questions" in author.get(columns.removesuffix("/columns")).text
    author.post(columns, 303, **{"column-0-1": "<script>"})


def test_what_cannot_be_read_is_said_beside_the_field(author):
    page = soup(sent(author, b"PK\x03\x04 nothing", 400, category="kept/"))
    assert "could not be opened" in page.find(id="file-error").get_text()
    assert page.find(id="category")["value"] == "kept/"
    assert "Choose a file." in soup(author.post("/manage/questions/import", 400, format="", language="", category="")).find(id="file-error").get_text()


def test_nobody_sees_what_another_author_sent(author, build, visit):
    columns = sent(author, workbook([HEAD, SOUND])).location
    other = visit(build.person(role=Role.AUTHOR))
    for address in (columns, columns.removesuffix("/columns"), columns.replace("/columns", "/named.csv"), columns.replace("/columns", "/done")):
        other.get(address, 404)
    other.post(columns, 404)
    other.post(columns.removesuffix("/columns"), 404)
    author.get("/manage/questions/import/../../etc/columns", 404)
    author.get(f"/manage/questions/import/{'0' * 32}/columns", 404)


def test_a_long_file_is_read_and_imported_by_jobs(author, app, monkeypatch):
    asked = []
    monkeypatch.setattr("core.jobs.run_apart", lambda job: asked.append(job.id))
    rows = [[SOUND[0], f"第{at}种气体怎样？{at * 7919 % 1009}", *SOUND[2:]] for at in range(3000)]
    columns = sent(author, workbook([HEAD, *rows])).location
    assert author.post(columns, 303).location == f"/jobs/{asked[0]}"
    app.test_cli_runner().invoke(args=["job", "run", str(asked[0])])
    checked = author.get(f"/jobs/{asked[0]}", 303).location
    assert "Import 3000 questions" in author.get(checked).text
    author.post(checked, 303)
    app.test_cli_runner().invoke(args=["job", "run", str(asked[1])])
    done = author.get(f"/jobs/{asked[1]}", 303).location
    assert "3000 questions imported" in author.get(done).text
    assert count(Question) == 3000
    author.post("/manage/questions/export", 303, format="xlsx", category="")
    app.test_cli_runner().invoke(args=["job", "run", str(asked[2])])
    written = author.get(author.get(f"/jobs/{asked[2]}", 303).location, 303).location
    body = author.get(f"{written}/file").data
    assert len(FORMATS["xlsx"].read(body, None).entries) == 3000


def test_an_export_takes_what_was_searched_for_and_names_what_it_cannot_say(author, app, build):
    area = {"id": "1", "shape": "rect", "at": [0, 0, 500, 500], "right": True, "feedback": {}}
    picture = {"file": "p.png", "alt": {}, "width": 1, "height": 1}
    hotspot = {"kind": "hotspot", "text": {"en": "Where?"}, "feedback": {}, "part": "", "areas": [area], "picture": picture}
    imported(app, Entry(content("Find me"), "1", category=("A",)), Entry(content("Other"), "2"), Entry(hotspot, "3", pictures={"p.png": photo()}))
    page = soup(author.get("/manage/questions/export?q=Find"))
    assert "1 question" in page.get_text(" ", strip=True)
    written = author.post("/manage/questions/export", 303, format="csv", category="", q="Find").location
    assert "Everything is in the file." in author.get(written).text
    body = author.get(f"{written}/file")
    assert "Find me" in body.text
    assert "Other" not in body.text
    written = author.post("/manage/questions/export", 303, format="csv", category="").location
    assert "A place in a picture cannot be said in a sheet." in author.get(written).text
    category = db.session.scalar(select(Category.id))
    written = author.post("/manage/questions/export", 303, format="csv", category=str(category)).location
    assert "Other" not in author.get(f"{written}/file").text
    author.post("/manage/questions/export", 400, format="exe", category="")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_can_be_downloaded(author, language):
    answer = author.get(f"/manage/questions/import/template-{language}.xlsx")
    assert answer.data.startswith(b"PK")
    author.get("/manage/questions/import/template-xx.xlsx", 404)


def test_a_job_that_has_nothing_to_report_still_gives_a_sign_of_life(app, build, monkeypatch):
    person = build.person(role=Role.AUTHOR)
    with transaction():
        job = jobs.ask_for("slow", person.id, {"language": "en", "title": ""}, NOW)
    seen = []

    def slow(_arguments, _report):
        deadline = time.monotonic() + 10
        while len(seen) < 2 and time.monotonic() < deadline:
            db.session.remove()
            found = db.session.get_one(jobs.Job, job.id).seen_at
            seen.extend([found] if found not in seen else [])
            time.sleep(0.02)
        return {}

    monkeypatch.setitem(ops.jobs.RUNNERS, "slow", slow)
    monkeypatch.setattr(ops.jobs, "BEAT_SECONDS", 0.05)
    app.test_cli_runner().invoke(args=["job", "run", str(job.id)])
    db.session.remove()
    assert db.session.get_one(jobs.Job, job.id).state == "done"
    assert len(seen) == 2


def test_an_import_that_cannot_say_what_it_did_has_done_nothing(author, app, monkeypatch):
    monkeypatch.setattr("core.jobs.run_apart", lambda _job: None)
    monkeypatch.setattr("quizzes.views.importing.AT_ONCE_BYTES", 0)
    columns = sent(author, workbook([HEAD, SOUND])).location
    for page in (columns, columns.removesuffix("/columns")):
        job = author.post(page, 303).location.rpartition("/")[2]
        if page != columns:
            monkeypatch.setattr("core.waiting.write_note", lambda *_arguments: 1 / 0)
        app.test_cli_runner().invoke(args=["job", "run", job])
    db.session.remove()
    assert (db.session.get_one(jobs.Job, int(job)).message, count(Question)) == (ops.jobs.FAILED, 0)


def test_what_is_kept_beside_a_question_is_cut_where_it_is_too_long_and_named(app):
    entry = Entry(content(), "7", "T" * 201, "g1", ("C" * 201, *"23456789"), ("t" * 61, "kept"))
    counts, named = imported(app, entry)
    assert counts["new"] == 1
    assert [(row.where, row.lost, row.message % row.values) for row in named] == [
        ("7", False, f"The title was cut after 200 characters: “{'T' * 80}…”."),
        ("7", False, f"The name of the category was cut after 200 characters: “{'C' * 80}…”."),
        ("7", False, f"A tag was cut after 60 characters: “{'t' * 61}…”."),
        ("7", False, "Categories are at most 8 deep here: the question went to “8”."),
    ]
    question = db.session.scalar(select(Question))
    assert question.title == "T" * 200
    assert set(db.session.scalars(select(QuestionTag.tag))) == {"t" * 60, "kept"}
    assert db.session.get(Category, question.category_id).name_en == "8"
    assert "C" * 200 in set(db.session.scalars(select(Category.name_en)))


@pytest.mark.parametrize("name", ["gift", "moodle-xml", "qti", "qti-3"])
def test_readers_leave_it_to_the_import_to_cut_and_name(name):
    entry = Entry(content(), "1", "T" * 201, "g1", ("C" * 201,), ("t" * 61,))
    body, _named = FORMATS[name].write([entry])
    (read,) = FORMATS[name].read(body, None).entries
    assert (read.title, read.category, read.tags) == (entry.title, entry.category, entry.tags)
