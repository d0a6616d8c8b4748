"""Writing a case: part by part, by several authors, until it is published."""

import pytest
from sqlalchemy import select

from cases.models import Case, CaseDraft, CaseRevision, KeptText
from core.db import db
from people.rules import Role
from tests.builders import case_document
from tests.conftest import soup


@pytest.fixture
def author(build):
    return build.person(role=Role.AUTHOR, name_en="Sample Author", name_zh="示例安全员")


@pytest.fixture
def second(build):
    return build.person(role=Role.AUTHOR, name_en="Sample Second", name_zh="示例二")


def fields(page):
    """What a browser would send of the part's form."""
    form = soup(page).find("form", id="part")
    sent = {}
    for one in form.find_all(["input", "textarea", "select"]):
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            sent[one["name"]] = chosen["value"] if chosen else ""
        elif one.get("type") == "checkbox":
            if one.has_attr("checked"):
                sent.setdefault(one["name"], []).append(one["value"])
        elif one.get("type") != "file" and one["name"] != "csrf_token":
            sent[one["name"]] = one.get("value", "") if one.name == "input" else one.text.removeprefix("\r\n").removeprefix("\n")
    return sent


@pytest.fixture
def published(build):
    build.terms()
    return build.case()


def address(part="", slug="second-man"):
    return f"/manage/cases/{slug}" + (f"/{part}" if part else "")


def test_every_part_of_a_published_case_comes_back_as_it_was(published, author, visit):
    visitor = visit(author)
    for part in ("head", "sources", "facts", "timeline", "decisions", "causes", "controls", "lessons", "pictures", "films"):
        page = visitor.get(address(part))
        visitor.post(address(part), **fields(page))
    assert db.session.scalars(select(CaseDraft)).all() == []


def test_a_changed_part_becomes_a_draft_and_the_published_case_stays(published, author, build, visit):
    visitor = visit(author)
    sent = fields(visitor.get(address("head")))
    visitor.post(address("head"), **{**sent, "title-en": "The third man"})
    assert "The third man" in visitor.get(address()).text
    assert "The third man" not in visit(build.person()).get("/cases/second-man").text
    changes = visitor.get(address("changes"))
    assert [one.text for one in soup(changes).find_all("ins")] == ["third"]
    visitor.post(address("publish"), revision="1")
    assert "The third man" in visit(build.person()).get("/cases/second-man").text
    assert db.session.scalars(select(CaseRevision.created_by).order_by(CaseRevision.number)).all() == [None, author.id]
    assert db.session.scalars(select(CaseDraft)).all() == []


def test_the_second_of_two_authors_overwrites_nothing_and_loses_nothing(published, author, second, visit):
    first, other = visit(author), visit(second)
    mine, theirs = fields(first.get(address("head"))), fields(other.get(address("head")))
    first.post(address("head"), **{**mine, "title-en": "First author’s title"})
    refused = other.post(address("head"), 409, **{**theirs, "title-en": "Second author’s title"})
    assert "Sample Author saved this part first" in refused.text
    assert "First" in refused.text
    assert "Second" in refused.text
    draft = db.session.scalars(select(CaseDraft)).one()
    assert draft.document["title"]["en"] == "First author’s title"
    kept = db.session.scalars(select(KeptText)).one()
    assert (kept.reason, kept.person_id, kept.content["title"]["en"]) == ("refused", second.id, "Second author’s title")


def test_a_kept_text_takes_its_place_and_the_other_is_kept_instead(published, author, second, visit):
    first, other = visit(author), visit(second)
    mine, theirs = fields(first.get(address("head"))), fields(other.get(address("head")))
    first.post(address("head"), **{**mine, "title-en": "First"})
    page = soup(other.post(address("head"), 409, **{**theirs, "title-en": "Second"}))
    form = next(form for form in page.find_all("form") if form.find("input", {"name": "seen"}))
    other.post(form["action"], seen=form.find("input", {"name": "seen"})["value"])
    assert db.session.scalars(select(CaseDraft)).one().document["title"]["en"] == "Second"
    kept = db.session.scalars(select(KeptText)).one()
    assert (kept.reason, kept.person_id, kept.content["title"]["en"]) == ("removed", author.id, "First")


def test_two_authors_in_different_parts_do_not_disturb_each_other(published, author, second, visit):
    first, other = visit(author), visit(second)
    mine, theirs = fields(first.get(address("head"))), fields(other.get(address("lessons")))
    first.post(address("head"), **{**mine, "title-en": "First"})
    other.post(address("lessons"), **{**theirs, "lesson-en": "Stay back."})
    document = db.session.scalars(select(CaseDraft)).one().document
    assert (document["title"]["en"], document["lesson"]["en"]) == ("First", "Stay back.")


def test_a_script_that_saves_is_told_what_stands_now(published, author, second, visit):
    visitor, asks = visit(author), {"headers": {"Accept": "application/json"}}
    sent = fields(visitor.get(address("head")))
    token = {"csrf_token": visitor.token}
    answer = visitor.client.post(address("head"), data={**sent, **token, "title-en": "One"}, **asks)
    again = visitor.client.post(address("head"), data={**sent, **token, "title-en": "Two", "seen": answer.json["seen"]}, **asks)
    stale = visitor.client.post(address("head"), data={**sent, **token, "title-en": "Three"}, **asks)
    assert (answer.status_code, again.status_code, stale.status_code) == (200, 200, 409)
    assert stale.json["address"].startswith("/manage/cases/second-man/kept/")


def test_rows_are_added_moved_and_taken_away_and_the_last_can_be_undone(published, author, visit):
    visitor = visit(author)

    def act(command):
        visitor.post(address("controls"), **fields(visitor.get(address("controls"))), do=command)
        db.session.expire_all()
        return [control["text"].get("en") for control in db.session.scalars(select(CaseDraft)).one().document["controls"]]

    assert act("add:controls") == ["HIDDEN a sign", None]
    assert act("up:controls:1") == [None, "HIDDEN a sign"]
    assert act("remove:controls:1") == [None]
    kept = db.session.scalars(select(KeptText)).one()
    page = soup(visitor.get(address(f"kept/{kept.id}")))
    seen = next(form for form in page.find_all("form") if form.find("input", {"name": "seen"})).find("input", {"name": "seen"})["value"]
    visitor.post(address(f"kept/{kept.id}"), seen=seen)
    assert [control["text"].get("en") for control in db.session.scalars(select(CaseDraft)).one().document["controls"]] == [None, "HIDDEN a sign"]


@pytest.mark.parametrize(
    "command", ["up:controls:9", "remove:controls:x", "add:title", "drop:controls:0", "remove:decisions:0", "add:nonsense", "up:controls:-1"]
)
def test_a_command_that_fits_nothing_changes_nothing(published, author, visit, command):
    visitor = visit(author)
    visitor.post(address("controls"), 400, **fields(visitor.get(address("controls"))), do=command)
    assert db.session.scalars(select(CaseDraft)).all() == []


def test_a_new_case_is_seen_by_authors_only_until_it_is_whole_and_published(build, author, visit):
    build.terms()
    visitor = visit(author)
    visitor.get("/manage/cases/new")
    visitor.post("/manage/cases/new", **{"title-zh": "阀门", "cause": "complacency", "date": "2026-03"})
    slug = db.session.scalars(select(Case.slug)).one()
    visit(build.person()).get(f"/cases/{slug}", 404)
    assert "阀门" not in visit(build.person()).get("/cases/").text
    overview = visitor.get(address(slug=slug))
    assert "A case needs at least one source." in overview.text
    visitor.post(address("publish", slug), 400, revision="0")
    assert "阀门" in visitor.get("/manage/cases/?q=阀门").text


def test_a_learner_reads_the_language_that_is_there(build, author, visit):
    build.case(title={"zh": "只有中文"})
    page = visit(build.person(), "en").get("/cases/second-man").text
    assert "只有中文" in page
    assert "not wholly translated" in page
    assert "not wholly translated" not in visit(build.person(), "zh").get("/cases/second-man").text


def test_what_somebody_types_is_text_on_the_page_and_not_markup(published, author, build, visit):
    visitor = visit(author)
    sent = fields(visitor.get(address("lessons")))
    evil = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) [y](https://example.org/a)"
    visitor.post(address("lessons"), **{**sent, "at_your_post-0-en": evil})
    page = visitor.get(address("preview") + "?open=1")
    post = soup(page).find("h2", id="at-your-post").find_parent("section")
    assert post.find("script") is None
    assert post.find("strong").text == "bold"
    assert [link["href"] for link in post.find_all("a")] == ["https://example.org/a"]


def test_a_preview_hides_what_a_learner_would_not_see_and_records_nothing(published, author, visit):
    visitor = visit(author)
    assert "HIDDEN" not in visitor.get(address("preview")).text
    assert "HIDDEN second to fall" in visitor.get(address("preview") + "?choice=climb").text
    assert visitor.get(address()).text.count("Nobody has come") == 0


def test_an_author_sees_how_many_chose_what_and_nobodys_name(published, author, build, visit):
    for choice in ("climb", "climb", "call"):
        reader = visit(build.person(name_en="Sample Reader"))
        reader.get("/cases/second-man")
        reader.post("/cases/second-man/decision", decision="first-step", choice=choice)
    page = visit(author).get(address())
    assert "67 % of 3" in page.text
    assert "33 % of 3" in page.text
    assert "Sample Reader" not in page.text


def test_a_retired_case_leaves_the_library_and_can_come_back(published, author, build, visit):
    visitor = visit(author)
    visitor.get(address())
    visitor.post("/learning/retired/second-man")
    visit(build.person()).get("/cases/second-man", 404)
    visitor.post(address("bring-back"))
    visit(build.person()).get("/cases/second-man")


def test_a_case_that_a_course_asks_for_is_not_retired(published, author, build, visit):
    build.quiz()
    build.course("second-man")
    visitor = visit(author)
    visitor.get(address())
    assert "A course asks for this case" in visitor.post("/learning/retired/second-man", 403).text


def test_a_draft_that_was_overtaken_is_not_published_unseen(published, author, build, visit):
    visitor = visit(author)
    sent = fields(visitor.get(address("head")))
    visitor.post(address("head"), **{**sent, "title-en": "Mine"})
    build.case(title={"en": "From files", "zh": "文件"})
    visitor.post(address("publish"), 409, revision="2")
    visitor.post(address("compared"))
    visitor.post(address("publish"), revision="2")
    assert "Mine" in visit(build.person()).get("/cases/second-man").text


def test_loading_again_keeps_what_was_edited_here(published, author, build, visit):
    from cases.actions.library import load_case
    from cases.casebook import CaseFile
    from core.db import transaction
    from tests.builders import NOW

    visitor = visit(author)
    sent = fields(visitor.get(address("head")))
    visitor.post(address("head"), **{**sent, "title-en": "Mine"})
    visitor.post(address("publish"), revision="1")
    changed = case_document(minutes=12)
    with transaction():
        assert not load_case(CaseFile("second-man", changed, []), NOW, edits_stand=True)
    assert "Mine" in visit(build.person()).get("/cases/second-man").text
    with transaction():
        assert load_case(CaseFile("second-man", changed, []), NOW)
    assert "Mine" not in visit(build.person()).get("/cases/second-man").text


def test_throwing_away_the_draft_of_a_new_case_leaves_nothing(build, author, visit):
    build.terms()
    visitor = visit(author)
    visitor.get("/manage/cases/new")
    visitor.post("/manage/cases/new", **{"title-en": "A valve", "cause": "", "date": ""})
    visitor.post(address("discard", "a-valve"))
    assert db.session.scalars(select(Case)).all() == []


def test_nobody_but_an_author_comes_near(published, build, visit):
    for role in (None, Role.ADMINISTRATOR):
        person = visit(build.person(role=role))
        person.get("/manage/cases/", 404)
        person.get(address("head"), 404)
        person.post(address("head"), 404)
        person.post(address("publish"), 404)


def test_who_completed_a_revision_still_reads_that_one(published, author, build, visit):
    reader = build.person()
    build.studied(reader, "second-man")
    visitor = visit(author)
    sent = fields(visitor.get(address("head")))
    visitor.post(address("head"), **{**sent, "title-en": "A new title"})
    visitor.post(address("publish"), revision="1")
    record = soup(visit(reader).get("/learning/record"))
    link = record.find("a", string="The second man in")["href"]
    old = visit(reader).get(link)
    assert "The second man in" in old.text
    assert "HIDDEN what really happened" in old.text
    assert "A new title" in visit(reader).get("/cases/second-man").text
    assert "HIDDEN" not in visit(build.person()).get(link).text
    visitor.post("/learning/retired/second-man")
    visit(reader).get(link)
    visit(build.person()).get(link, 404)
