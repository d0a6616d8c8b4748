"""Near misses: an employee sends one in, an author makes of it what they can without learning who it was."""

import datetime as dt
from io import BytesIO

import pytest
from sqlalchemy import select

from cases.access import can_read_near_miss, near_miss_readable_by
from cases.actions import near_misses as actions
from cases.models import Case, CaseDraft, NearMiss
from cases.near_misses import MOST_A_DAY, Telling
from core.db import db, transaction
from core.errors import Conflict
from people.rules import Role
from tests.builders import NOW
from tests.conftest import soup
from tests.core.test_pictures import photo

TOLD = {"happened": "The sling tore. Wei Zhang jumped clear.", "place": "Hall 3, at night", "outcome": "It weighed two tonnes."}


@pytest.fixture
def sender(build):
    return build.person(name_en="Wei Zhang", name_zh="张伟")


@pytest.fixture
def author(build):
    return build.person(role=Role.AUTHOR)


def token_of(visitor):
    return soup(visitor.get("/near-misses/new")).find("input", {"name": "token"})["value"]


def send(visitor, status=303, **changes):
    visitor.post("/near-misses/new", status, **{"token": token_of(visitor), **TOLD, **changes})
    return db.session.scalars(select(NearMiss).order_by(NearMiss.id.desc())).first()


def test_somebody_sends_three_fields_and_sees_where_they_stand(sender, visit):
    visitor = visit(sender)
    assert "You have not sent anything yet" in visitor.get("/near-misses/").text
    send(visitor)
    page = visitor.get("/near-misses/").text
    assert "The sling tore. Wei Zhang jumped clear." in page
    assert "Not read yet" in page
    assert "/near-misses/new" in visitor.get("/learning/").text


def test_nobody_reads_what_another_sent(sender, build, visit):
    send(visit(sender))
    assert "sling" not in visit(build.person()).get("/near-misses/").text


def test_sending_twice_is_sending_once_and_the_last_words_count(sender, visit):
    visitor = visit(sender)
    token = token_of(visitor)
    send(visitor, token=token)
    send(visitor, token=token, happened="The sling tore at the eye.")
    assert [one.happened for one in db.session.scalars(select(NearMiss))] == ["The sling tore at the eye."]


def test_what_an_author_has_begun_with_is_not_changed_by_sending_again(sender, author, build, visit):
    build.terms()
    visitor = visit(sender)
    token = token_of(visitor)
    one = send(visitor, token=token)
    begin(visit(author), one.id)
    send(visitor, token=token, happened="Something else")
    assert db.session.scalars(select(NearMiss.happened)).all() == [TOLD["happened"]]


def test_the_token_of_one_person_is_not_that_of_another(sender, build, visit):
    first = visit(sender)
    token = token_of(first)
    send(first, token=token)
    send(visit(build.person()), token=token, happened="Mine")
    assert len(db.session.scalars(select(NearMiss)).all()) == 2


def test_so_many_a_day_and_what_was_written_comes_back(sender, visit):
    visitor = visit(sender)
    for _number in range(MOST_A_DAY):
        send(visitor)
    page = visitor.post("/near-misses/new", 403, token=token_of(visitor), **{**TOLD, "happened": "One more"})
    assert "Send this one tomorrow" in page.text
    assert soup(page).find("textarea", {"name": "happened"}).text.strip() == "One more"
    with transaction():
        for one in db.session.scalars(select(NearMiss)):
            one.sent_at -= dt.timedelta(days=1)
    send(visitor, happened="One more")
    assert len(db.session.scalars(select(NearMiss)).all()) == MOST_A_DAY + 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"happened": " "}, "Fill this in."),
        ({"place": ""}, "Fill this in."),
        ({"happened": "x" * 2001}, "At most 2000 characters."),
        ({"place": "x" * 201}, "At most 200 characters."),
        ({"token": "made up"}, "load it again"),
        ({"photo": (BytesIO(b"<svg onload=alert(1)>"), "photo.jpg")}, "not a whole picture"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_lost(sender, visit, changes, message):
    visitor = visit(sender)
    page = visitor.post("/near-misses/new", 400, **{"token": token_of(visitor), **TOLD, **changes})
    assert message in page.text
    assert db.session.scalars(select(NearMiss)).all() == []
    if "happened" not in changes:
        assert soup(page).find("textarea", {"name": "happened"}).text.strip() == TOLD["happened"]


def test_a_photograph_is_seen_by_its_sender_and_by_authors_and_by_nobody_else(app, sender, author, build, visit):
    one = send(visit(sender), photo=(BytesIO(photo()), "IMG_1.jpg"))
    address = f"/near-misses/{one.id}/photo"
    for person in (sender, author):
        shown = visit(person).get(address)
        assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "no-store")
        assert b"Zhang San" not in shown.data
    for person in (build.person(), build.person(role=Role.ADMINISTRATOR), build.person(supervises=build.root)):
        visit(person).get(address, 404)
    visit(author).get(f"/cases/media/{one.photo}", 404)
    visit(sender).get("/near-misses/999/photo", 404)


def test_the_two_halves_of_the_rule_who_reads_a_near_miss_agree(sender, author, build, visit):
    send(visit(sender))
    send(visit(author))
    for person in (sender, author, build.person(), build.person(role=Role.ADMINISTRATOR), build.person(supervises=build.root)):
        signed_in = build.signed_in(person)
        readable = set(db.session.scalars(select(NearMiss.id).where(near_miss_readable_by(signed_in))))
        assert readable == {one.id for one in db.session.scalars(select(NearMiss)) if can_read_near_miss(signed_in, one)}


def test_no_page_of_an_author_says_who_it_was(sender, author, build, visit):
    build.terms()
    one = send(visit(sender), photo=(BytesIO(photo()), "IMG_1.jpg"))
    visitor = visit(author)
    for address in ("", str(one.id), f"{one.id}/case"):
        page = visitor.get(f"/manage/near-misses/{address}").text
        assert "A colleague" in page, address
        for name in ("Wei Zhang", "张伟", sender.employee_no):
            assert name not in page, address


def test_what_was_taken_out_is_marked_for_the_author(sender, author, build, visit):
    build.terms()
    one = send(visit(sender))
    page = soup(visit(author).get(f"/manage/near-misses/{one.id}/case"))
    assert [mark.text for mark in page.find_all("mark")] == ["A colleague"]
    assert "A colleague jumped clear" in page.find("textarea", {"name": "happened"}).text


def begin(visitor, near_miss_id, status=303, **changes):
    page = visitor.get(f"/manage/near-misses/{near_miss_id}/case")
    texts = {name: soup(page).find(attrs={"name": name}) for name in ("title", "happened", "place", "outcome")}
    sent = {name: (field.get("value") or field.text).strip() for name, field in texts.items()}
    return visitor.post(f"/manage/near-misses/{near_miss_id}/case", status, **{**sent, "cause": "complacency", **changes})


def test_an_author_makes_a_draft_of_it_and_the_sender_sees_every_step(sender, author, build, visit):
    build.terms()
    one = send(visit(sender), photo=(BytesIO(photo()), "IMG_1.jpg"))
    visitor = visit(author)
    assert "Near misses, 1 new" in visitor.get("/manage/cases/").text
    assert begin(visitor, one.id).location == "/manage/cases/the-sling-tore-2026/head"
    assert "Near misses, 1 new" not in visitor.get("/manage/cases/").text
    document = db.session.scalars(select(CaseDraft)).one().document
    assert [row["text"]["en"] for row in document["timeline"] if "text" in row] == ["The sling tore.", "A colleague jumped clear."]
    assert (document["cause"], document["photos"]) == ("complacency", [])
    assert document["sources"][0]["publisher"] == "Company"
    visitor.get("/manage/cases/the-sling-tore-2026/timeline")
    assert "An author is writing a case of it." in visit(sender).get("/near-misses/").text
    with transaction():
        case = db.session.scalars(select(Case)).one()
        case.revision, case.published = 1, True
    page = soup(visit(sender).get("/near-misses/"))
    assert "Used: became the case" in page.text
    assert page.find("a", href="/cases/the-sling-tore-2026").text == "The sling tore"


def test_the_photograph_goes_into_the_case_only_when_the_author_says_so(sender, author, build, visit):
    build.terms()
    one = send(visit(sender), photo=(BytesIO(photo()), "IMG_1.jpg"))
    visitor = visit(author)
    assert not soup(visitor.get(f"/manage/near-misses/{one.id}/case")).find("input", {"name": "take_photo"}).has_attr("checked")
    begin(visitor, one.id, take_photo="y")
    assert db.session.scalars(select(CaseDraft)).one().document["photos"][0]["name"] == one.photo
    visitor.get(f"/cases/media/{one.photo}")


def test_of_two_authors_at_once_one_makes_the_case(sender, author, build, visit):
    build.terms()
    one = send(visit(sender))
    begin(visit(author), one.id)
    begin(visit(build.person(role=Role.AUTHOR)), one.id, 409)
    assert len(db.session.scalars(select(Case)).all()) == 1


def test_a_draft_that_is_thrown_away_leaves_the_near_miss_new(sender, author, build, visit):
    build.terms()
    one = send(visit(sender))
    visitor = visit(author)
    begin(visitor, one.id)
    visitor.post("/manage/cases/the-sling-tore-2026/discard")
    assert "Not read yet" in visit(sender).get("/near-misses/").text


def test_an_answer_reaches_the_sender_also_when_it_is_put_aside(sender, author, visit):
    one = send(visit(sender))
    visitor = visit(author)
    visitor.get(f"/manage/near-misses/{one.id}")
    visitor.post(f"/manage/near-misses/{one.id}", answer="The slings are counted weekly now.")
    page = visit(sender).get("/near-misses/").text
    assert "The slings are counted weekly now." in page
    assert "Not read yet" in page
    visitor.post(f"/manage/near-misses/{one.id}", answer="", do="put-aside")
    assert "No case will be made of it for now." in visit(sender).get("/near-misses/").text
    visitor.post(f"/manage/near-misses/{one.id}/take-up")
    assert "Not read yet" in visit(sender).get("/near-misses/").text


def test_what_becomes_a_case_is_not_put_aside(sender, author, build):
    with transaction():
        near_miss_id = actions.send(sender.id, "0" * 32, Telling("a", "b", ""), NOW)
        actions.make_case(author.id, near_miss_id, {}, NOW)
    with pytest.raises(Conflict), transaction():
        actions.answer(near_miss_id, "no", NOW, put_aside=True)
    assert db.session.scalars(select(NearMiss.answer)).one() == ""


def test_authors_see_the_new_ones_first(sender, author, build, visit):
    visitor = visit(sender)
    with transaction():
        for number, happened in enumerate(("first", "second", "third")):
            near_miss_id = actions.send(sender.id, f"{number:032}", Telling(happened, happened, ""), NOW)
            if happened == "second":
                actions.answer(near_miss_id, "", NOW, put_aside=True)
    visitor = visit(author)
    assert [one.text for one in soup(visitor.get("/manage/near-misses/")).select("article h2")] == ["third", "first", "second"]
