"""The screen on which an author begins a case from a report."""

import io
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from cases.queries import drafts as queries
from cases.reports.source import LARGEST
from people.rules import Role
from tests.conftest import soup

PAGES = Path(__file__).parent / "pages"
ADDRESS = "https://board.example/reports/7"


@pytest.fixture
def author(build, visit):
    build.terms()
    return visit(build.person(role=Role.AUTHOR))


def sent(name: str = "report-en.html", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO((PAGES / name).read_bytes() if data is None else data), name


def test_a_saved_page_is_shown_as_recognised_and_opens_as_a_draft(author):
    page = soup(author.post("/manage/reports/", 200, file=sent(), url=ADDRESS))
    said = page.get_text(" ", strip=True)
    for recognised in ("2005-11-05", "The rescue team arrived.", "Mark and close every opening", "Board of Inquiry", "Nitrogen"):
        assert recognised in said
    assert page.find("a", href=ADDRESS)
    assert page.find("a", href="https://board.example/img/reactor.jpg")
    assert not page.find("img", src=lambda value: value and "board.example" in value)
    form = page.find("form", action="/manage/reports/draft")
    there = author.post("/manage/reports/draft", draft=form.find("input", {"name": "draft"})["value"]).location
    author.get(there)
    piece = queries.workpiece(there.rsplit("/", 1)[1])
    assert piece.document["sources"][0]["url"] == ADDRESS
    assert piece.document["deaths"] == 2
    assert len(piece.document["timeline"]) == 5
    assert not piece.case.published


def test_nothing_is_kept_before_the_author_opens_the_draft(author):
    author.post("/manage/reports/", 200, file=sent())
    assert soup(author.get("/manage/cases/")).get_text().count("Two workers killed") == 0


def test_a_chinese_page_in_its_old_encoding_is_read_on_a_chinese_screen(build, visit):
    build.terms()
    author = visit(build.person(role=Role.AUTHOR), "zh")
    assert "釜内残留硫化氢和氮气" in author.post("/manage/reports/", 200, file=sent("report-zh.html")).text


def test_pasted_html_is_read_as_a_file_is(author):
    html = (PAGES / "report-en.html").read_text() + "<!-- -->" * 100_000  # more than a form usually may hold
    assert "The rescue team arrived." in author.post("/manage/reports/", 200, html=html, url=ADDRESS).text


def test_a_page_of_sixteen_megabytes_is_taken_and_a_larger_one_refused_in_words(author):
    page = (PAGES / "report-en.html").read_bytes() + b"<!--"
    author.get("/manage/reports/")
    for size, status, words in ((LARGEST, 200, "The rescue team arrived."), (LARGEST + 1, 400, "too large")):
        boundary, body = encode_multipart({"csrf_token": author.token, "file": FileStorage(*sent(data=page.ljust(size)))})
        response = author._open("POST", "/manage/reports/", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert response.status_code == status
        assert words in response.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Choose the saved page"),
        ({"file": (io.BytesIO(b"%PDF-1.7"), "report.html")}, "no saved web page"),
        ({"html": "Only words"}, "no saved web page"),
        ({"html": "<p></p>"}, "No text was found"),
        ({"url": ADDRESS}, "does not fetch pages from board.example"),
        ({"url": "javascript:alert(1)"}, "no address of a web page"),
        ({"url": "https://a.example/" + "b" * 2000}, "At most 2000 characters"),
    ],
    ids=["nothing", "pdf", "words", "no text", "host", "script", "long"],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_the_address_is_kept(author, fields, message):
    page = soup(author.post("/manage/reports/", 400, **fields))
    name = next(iter(fields), "file")
    field = page.find(attrs={"name": name})
    assert message in page.find(id=field["aria-describedby"].split()[0]).get_text()
    assert "javascript:" not in "".join(link.get("href", "") for link in page.find_all("a"))
    if "url" in fields:
        assert field["value"] == fields["url"]


def test_an_address_of_a_host_that_is_named_is_fetched_and_kept_as_the_source(app, author):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=PAGES)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/report-en.html"
        assert "does not fetch" in author.post("/manage/reports/", 400, url=address).text
        app.config["IMPORT_HOSTS"] = ("127.0.0.1",)
        page = soup(author.post("/manage/reports/", 200, url=address))
        server.shutdown()
    assert "The rescue team arrived." in page.get_text()
    assert page.find("a", href=address)


def test_a_draft_that_was_changed_on_its_way_is_refused(author):
    page = soup(author.post("/manage/reports/", 200, file=sent()))
    draft = page.find("input", {"name": "draft"})["value"]
    author.post("/manage/reports/draft", 400, draft=draft[:-3] + "abc")
    author.post("/manage/reports/draft", 400, draft="")


def test_a_hostile_page_leaves_nothing_but_text_on_the_screen_and_in_the_draft(author):
    hostile = (
        b"<title>T</title><article><h1>Tank &lt;script&gt;evil()&lt;/script&gt; fire</h1>"
        b"<p>On 3 May 2011 two men died &lt;img src=x onerror=evil()&gt; in a tank, said the board, and three were hurt.</p>"
        b"<script>evil()</script><a href='javascript:evil()'>link</a><iframe src='javascript:evil()'></iframe></article>"
    )
    page = soup(author.post("/manage/reports/", 200, file=sent(data=hostile), url="javascript:evil()"))
    assert not page.find(["iframe", "object"])
    assert not page.find(attrs={"onerror": True})
    assert all(script.get("src", "").startswith("/static/") for script in page.find_all("script"))
    there = author.post("/manage/reports/draft", draft=page.find("input", {"name": "draft"})["value"]).location
    document = repr(queries.workpiece(there.rsplit("/", 1)[1]).document)
    assert "<" not in document
    assert "javascript:" not in document
