"""An author sends a film from a browser whose network breaks and whose page is loaded again."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Blueprint, render_template_string, request
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server as make_threaded_server

from app import create_app
from core.door import requires, takes
from people.rules import Permission, Role
from tests.builders import PASSWORD, Builder
from tests.conftest import settings
from tests.films import mp4
from tests.journeys.conftest import LOCALES
from tests.journeys.test_accessibility import problems
from uploads import actions, rules

pytestmark = pytest.mark.slow

SIZE = 24 * 1024 * 1024
PAGE = """{% extends 'base.html' %}{% from '_macros/uploads.html' import film_upload %}{% block title %}{{ label }}{% endblock %}{% block main %}
<main id="main" class="wrap pb-5"><div class="ph"><h1>{{ label }}</h1></div><form class="pan" method="post" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{{ film_upload('film', label, button='go', seconds='seconds', needed=true) }}
<label class="form-label" for="seconds">{{ seconds }}</label><input class="form-control mb-3" id="seconds" name="seconds">
<button class="btn btn-primary" id="go">{{ label }}</button></form></main>{% endblock %}"""
blueprint = Blueprint("trial", __name__)


@blueprint.route("/manage/trial", methods=["GET", "POST"])
@requires(Permission.CONTENT_WRITE)
@takes(rules.WHOLE_MOST)
def trial():
    """The page of an editor, with nothing but a film; answers with what the form brought."""
    if request.method == "GET":
        return render_template_string(PAGE, label="影片", seconds="时长")
    sent = request.files.get("film-file")
    stored = actions.keep_whole(sent.filename, sent.stream, trial.folder) if sent else request.form["film"]
    return {"stored": stored, "seconds": request.form["seconds"]}


@dataclass
class Desk:
    """An author before the page, and the network between, which the test lets pass or breaks."""

    page: Page
    folder: Path
    film: Path
    broken: threading.Event = field(default_factory=threading.Event)
    pieces: list[int] = field(default_factory=list)
    most: int = 10**6

    def pass_on(self, route: Route) -> None:
        if route.request.method == "PATCH" and (self.broken.is_set() or len(self.pieces) >= self.most):
            route.abort()
            return
        if route.request.method == "PATCH":
            self.pieces.append(int(route.request.headers["upload-offset"]))
        route.continue_()

    def choose(self, film: Path | None = None) -> None:
        self.page.locator("input[type=file]").set_input_files(film or self.film)

    def stored(self) -> Path:
        """What the form sends when its button is pressed."""
        expect(self.page.locator("#go")).to_be_enabled(timeout=30_000)
        return self.folder / self.page.locator("input[name=film]").input_value()


@pytest.fixture
def address(database_url, tmp_path) -> Iterator[str]:
    app = create_app({**settings(database_url, tmp_path), "PROPAGATE_EXCEPTIONS": None})
    trial.folder = tmp_path / "media"
    app.register_blueprint(blueprint)
    with app.app_context():
        Builder(app).person(role=Role.AUTHOR, employee_no="A1")
    server = make_threaded_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(address, browser, tmp_path) -> Iterator[Desk]:
    film = tmp_path / "warning film 警示片.mp4"
    film.write_bytes(mp4(SIZE))
    context = browser.new_context(base_url=address, locale=LOCALES["en"], reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("[name=employee_no]").fill("A1")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[class*=primary]").click()
    page.goto("/manage/trial")
    made = Desk(page, tmp_path / "media", film)
    page.route("**/manage/uploads/*", made.pass_on)
    yield made
    context.close()
    film.unlink()
    for left in (tmp_path / "media").rglob("*.*"):
        left.unlink()


def test_a_broken_connection_mends_itself_and_the_form_gets_the_film(desk):
    desk.most = 3
    expect(desk.page.locator("#go")).to_be_disabled()
    desk.choose()
    expect(desk.page.locator("[data-state]")).to_contain_text("The server does not answer. What has arrived is kept.")
    expect(desk.page.locator("[data-count]")).to_contain_text("of 25 MB")
    assert 0 < desk.page.locator("progress").evaluate("one => one.value") < 1
    expect(desk.page.locator("#go")).to_be_disabled()
    desk.most = 10**6
    assert desk.stored().read_bytes() == desk.film.read_bytes()
    assert desk.pieces == sorted(set(desk.pieces))  # nothing was sent twice
    expect(desk.page.locator("[data-state]")).to_have_text("The film is here.")
    expect(desk.page.locator("#seconds")).to_have_value("75")
    desk.page.locator("#go").click()
    expect(desk.page.locator("body")).to_contain_text(next(file.name for file in desk.folder.iterdir() if file.is_file()))


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(desk):
    desk.most = 4
    desk.choose()
    expect(desk.page.locator("[data-state]")).to_contain_text("does not answer")
    sent, desk.most = len(desk.pieces), 10**6
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.reload()
    desk.choose()
    assert desk.stored().read_bytes() == desk.film.read_bytes()
    assert desk.pieces[sent] > desk.pieces[sent - 1]
    assert desk.pieces == sorted(set(desk.pieces))


def test_pause_go_on_and_give_up(desk):
    desk.most = 2
    desk.choose()
    desk.page.get_by_role("button", name="Pause").click()
    expect(desk.page.locator("[data-state]")).to_contain_text("Paused.")
    expect(desk.page.get_by_role("button", name="Go on")).to_be_focused()
    desk.most = 4
    desk.page.get_by_role("button", name="Go on").click()
    expect(desk.page.locator("[data-state]")).to_contain_text("does not answer")
    desk.page.get_by_role("button", name="Give up").click()
    expect(desk.page.locator("[data-panel]")).to_be_hidden()
    expect(desk.page.locator("input[type=file]")).to_be_focused()
    expect(desk.page.locator("input[name=film]")).to_have_value("")
    desk.most = 10**6
    desk.choose()
    assert desk.stored().read_bytes() == desk.film.read_bytes()


def test_a_file_that_lies_is_refused_in_words_and_another_can_be_chosen(desk, tmp_path):
    lie = tmp_path / "film.mp4"
    lie.write_bytes(b"MZ\x90\x00" + bytes(3 * 1024 * 1024))
    desk.choose(lie)
    expect(desk.page.locator("[data-state]")).to_contain_text("“film.mp4” is not a whole film in MP4 or WebM")
    expect(desk.page.locator("#go")).to_be_disabled()
    assert desk.pieces == [0]
    assert [file for file in desk.folder.rglob("*") if file.is_file()] == []
    desk.choose()
    assert desk.stored().read_bytes() == desk.film.read_bytes()


def test_without_script_the_film_comes_with_the_form(desk, browser, address):
    state = desk.page.context.storage_state()
    context = browser.new_context(base_url=address, locale="en-GB", java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/manage/trial")
    page.locator("input[type=file]").set_input_files(desk.film)
    page.locator("#go").click()
    name = page.locator("body").inner_text().partition('"stored":"')[2][:36]
    context.close()
    assert (desk.folder / name).read_bytes() == desk.film.read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_way_of_a_film_can_be_read_by_everybody(desk, width, scheme):
    desk.page.set_viewport_size({"width": width, "height": 844})
    desk.page.emulate_media(color_scheme=scheme)
    assert problems(desk.page, "en") == []
    desk.most = 3
    desk.choose()
    expect(desk.page.locator("[data-state]")).to_contain_text("does not answer")
    assert problems(desk.page, "en") == []
    heights = desk.page.locator("[data-panel] button:visible").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert min(heights) >= 44
