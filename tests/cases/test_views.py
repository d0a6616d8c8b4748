"""The library and a case, as a browser sees them."""

import pytest
from sqlalchemy import select

from cases.models import Choice, Reading
from core import files
from core.db import db
from tests.builders import case_document, pair
from tests.conftest import soup
from tests.films import webm

CHOICES = case_document()["decisions"][0]["choices"]


@pytest.fixture
def reader(build):
    build.case()
    return build.person()


def test_nothing_of_the_outcome_is_sent_before_the_choice(reader, visit):
    for language in ("en", "zh"):
        page = visit(reader, language).get("/cases/second-man")
        assert "HIDDEN" not in page.text
        assert ("What do you do?" if language == "en" else "中文What do you do?") in page.text


def test_the_choice_opens_everything_and_the_first_one_stands(reader, visit):
    visitor = visit(reader)
    visitor.get("/cases/second-man")
    visitor.post("/cases/second-man/decision", 303, decision="first-step", choice="climb")
    page = visitor.get("/cases/second-man")
    for hidden in ("second to fall", "he may live", "what really happened", "no oxygen", "permit said", "a sign", "a lesson", "stay back"):
        assert f"HIDDEN {hidden}" in page.text, hidden
    visitor.post("/cases/second-man/decision", 303, decision="first-step", choice="call")
    assert db.session.scalars(select(Choice.choice)).all() == ["climb"]


@pytest.mark.parametrize("fields", [{}, {"decision": "first-step"}, {"decision": "first-step", "choice": "fly"}, {"decision": "other", "choice": "call"}])
def test_a_choice_that_was_not_offered_opens_nothing(reader, visit, fields):
    visitor = visit(reader)
    visitor.get("/cases/second-man")
    page = visitor.post("/cases/second-man/decision", 400, **fields)
    assert "HIDDEN" not in page.text
    assert db.session.scalars(select(Choice)).all() == []


def test_one_readers_choice_opens_the_case_for_nobody_else(reader, build, visit):
    visitor = visit(reader)
    visitor.get("/cases/second-man")
    visitor.post("/cases/second-man/decision", 303, decision="first-step", choice="call")
    visitor.get("/cases/second-man")
    assert "HIDDEN" not in visit(build.person()).get("/cases/second-man").text


def test_marking_as_studied_needs_the_decision(reader, visit):
    visitor = visit(reader)
    visitor.get("/cases/second-man")
    assert "Make the decision first" in visitor.post("/learning/cases/second-man/studied", 403).text
    visitor.post("/cases/second-man/decision", 303, decision="first-step", choice="call")
    visitor.post("/learning/cases/second-man/studied", 303)
    assert db.session.scalars(select(Reading.studied_revision)).all() == [1]


def titles(page):
    return [heading.get_text().strip() for heading in soup(page).select("article.case h3")]


@pytest.fixture
def shelf(build):
    """Three cases that differ in what one searches for."""
    build.case("tank", title=pair("Nitrogen in the tank", "罐里的氮气"), date="2005-11-05", industry="refining")
    build.case("dust", title=pair("Sugar on the beams", "横梁上的糖粉"), cause="complacency", date="2008-02-07", tags=["dust", "粉尘"])
    build.case("weld", title=pair("After the last weld", "焊完之后"), cause="illegal-operation", date="2022-11-21", tags=["welding", "电焊"])
    return build.person()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["After the last weld", "Sugar on the beams", "Nitrogen in the tank"]),
        ("?q=sugar", ["Sugar on the beams"]),
        ("?q=SUGAR+beams", ["Sugar on the beams"]),
        ("?q=糖粉", ["Sugar on the beams"]),
        ("?q=粉尘", ["Sugar on the beams"]),
        ("?q=电焊", ["After the last weld"]),
        ("?q=ｓｕｇａｒ", ["Sugar on the beams"]),
        ("?q=100%25", []),
        ("?q=_", []),
        ("?cause=complacency", ["Sugar on the beams"]),
        ("?cause=complacency&q=weld", []),
        ("?year=2005", ["Nitrogen in the tank"]),
        ("?year=x", ["After the last weld", "Sugar on the beams", "Nitrogen in the tank"]),
        ("?industry=refining&country=US&year=2022", ["After the last weld"]),
        ("?industry=paper", []),
    ],
)
def test_the_library_finds_what_was_asked(shelf, visit, query, found):
    assert titles(visit(shelf).get(f"/cases/{query}")) == found


def test_the_library_speaks_the_readers_language(shelf, visit):
    assert titles(visit(shelf, "zh").get("/cases/?q=sugar")) == ["横梁上的糖粉"]


def test_nothing_found_is_said_with_a_way_back(shelf, visit):
    page = visit(shelf).get("/cases/?q=volcano")
    assert soup(page).select_one('main a[href="/cases/"]')


def test_an_unknown_case_is_not_found(reader, visit):
    visit(reader).get("/cases/nowhere", 404)


FILM = webm(pictures=5000)


@pytest.fixture
def film(reader, app, tmp_path):
    """A stored film and the person who may see it."""
    file = tmp_path / "film.webm"
    file.write_bytes(FILM)
    files.store(file, app.config["MEDIA_FOLDER"])
    return f"/cases/media/{files.stored_name(file)}"


def test_a_film_is_sent_whole_or_by_range(reader, visit, film):
    visitor = visit(reader)
    whole = visitor.get(film)
    assert (whole.data, whole.mimetype, whole.headers["Accept-Ranges"]) == (FILM, "video/webm", "bytes")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Security-Policy"].startswith("default-src 'none'")
    part = visitor.get(film, 206, headers={"Range": "bytes=4-9"})
    assert (part.data, part.headers["Content-Range"], part.headers["Content-Length"]) == (FILM[4:10], f"bytes 4-9/{len(FILM)}", "6")
    assert visitor.get(film, 206, headers={"Range": "bytes=-5"}).data == FILM[-5:]
    assert visitor.get(film, 206, headers={"Range": "bytes=5000-"}).data == FILM[5000:]
    assert visitor.get(film, 416, headers={"Range": "bytes=99999-"}).headers["Content-Range"] == f"bytes */{len(FILM)}"


def test_a_film_is_for_people_who_are_signed_in(visit, film):
    visit().get(film, 303)


@pytest.mark.parametrize("name", ["..%2fcasebook.db", "nothing.webm", "secret_key"])
def test_only_stored_films_are_served(reader, visit, name):
    visit(reader).get(f"/cases/media/{name}", 404)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"WEBVTT\n\n00:01.000 --> 00:02.000\nStop\n", "text/vtt; charset=utf-8"), (b"\xff\xd8\xff\xe0<script>alert(1)</script>", "image/jpeg")],
)
def test_captions_and_pictures_are_served_as_what_they_are_and_can_do_nothing(reader, visit, app, body, kind):
    name = files.store_bytes(body, app.config["MEDIA_FOLDER"])
    page = visit(reader).get(f"/cases/media/{name}")
    assert (page.data, page.headers["Content-Type"], page.headers["X-Content-Type-Options"]) == (body, kind, "nosniff")
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
