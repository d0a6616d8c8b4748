"""Every page for everybody: axe-core finds nothing, nothing leaves the screen, nothing fails, and a Chinese page is Chinese."""

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app import create_app
from cases.drafts import PARTS
from core.languages import HAN
from learning.rules import Show, scenes
from tests.conftest import settings
from tests.journeys.conftest import LOCALES, Server
from tests.journeys.shipped import decide_all, document, questions, right_options
from tests.journeys.test_first_loop import sign_in, words

pytestmark = pytest.mark.slow

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
CASE, OTHER = "valero-delaware-nitrogen-2005", "yima-gasification-2019"
OWN = "ten-minutes-before-the-shift"
NO_PAGES = {
    *("static_file", "cases.media", "quizzes.picture", "near_misses.photo", "ops.healthz", "ops.readyz", "people.home"),
    *("supervision.export_csv", "supervision.export_xlsx", "quiz_statistics.export_csv", "quiz_statistics.export_xlsx", "uploads.standing"),
    "quiz_desk.fitting",
    *("devices.answers", "ops.job"),  # answers for a script; and a page that leads on by itself
    *("question_import.template", "question_import.named", "question_import.exported", "question_import.file"),
    *("grading.export_csv", "grading.export_xlsx", "quiz_supervision.export_csv", "quiz_supervision.export_xlsx"),
    *("grading.desk", "grading.change"),  # test_after_an_attempt.py looks at them
}
# What stays in Latin letters on a Chinese page: our name, units, formats, the names of bodies and rules, addresses, and the beginnings of hashes.
LATIN = re.compile(
    r"https?://\S+|[\w-]+(\.[\w-]+)+|Safety Casebook|English|Excel|GIFT|Aiken|Moodle XML|QTI|CSV|MB|"
    r"WEBM|MP4|WebM|WebVTT|SubRip|SVG|JPEG|PNG|WebP|flask records verify|\b[0-9a-f]{8}\b"
)


@dataclass
class World:
    """Addresses with something to see on each, by who sees them; one attempt runs, one was failed, one was passed."""

    learner: str
    password: str
    pages: dict[str, list[str]]


@pytest.fixture(scope="module")
def world(server, browser) -> World:
    """A learner in the middle of things, brought there through the pages themselves."""
    say, password = words("en"), server.sign_ins[0].password
    learner = server.untouched(1)[0]
    context = browser.new_context(base_url=server.address, locale="en-GB")
    page = context.new_page()
    sign_in(page, say, learner, password)
    page.goto(f"/cases/{CASE}")
    decide_all(page)
    passed = attempt(page, CASE, right=True)
    failed = attempt(page, "ninghai-ruiqi-2019", right=False)
    open_ = attempt(page, "pca-deridder-2017", right=None)
    page.goto("/near-misses/new")
    page.get_by_label(say("What happened?")).fill("The sling tore. Sample Worker 7 jumped clear.")
    page.get_by_label(say("Where and when?")).fill("Hall 3, at night")
    page.get_by_role("button", name=say("Send")).click()
    page.wait_for_url("**/near-misses/")
    near_miss = f"/manage/near-misses/{server.rows('SELECT max(id) AS id FROM near_miss')[0].id}"
    context.close()
    author = next(one for one in server.sign_ins if one.role == "author").employee_no
    context = browser.new_context(base_url=server.address, locale="en-GB")
    page = context.new_page()
    sign_in(page, say, author, password)
    kept = refused_save(page)
    questions_in_files = files_of_questions(page)
    context.close()
    supervisor = next(one for one in server.sign_ins if one.role == "supervisor").employee_no
    administrator = next(one for one in server.sign_ins if one.role == "administrator").employee_no
    context = browser.new_context(base_url=server.address, locale="en-GB")
    page = context.new_page()
    sign_in(page, say, supervisor, password)
    meetings = [meeting(page, show) for show in (Show.TITLE, Show.DECISION, Show.OUTCOME, Show.DRAWING, Show.CONTROLS, Show.ROLL)]
    protocol = meeting(page, None)
    context.close()
    kinds = server.rows("SELECT id FROM question WHERE uid LIKE 'bank/sample-%' ORDER BY id")
    category = server.rows("SELECT min(id) AS id FROM question_category")[0].id
    bank = [f"/manage/questions/{kind.id}" for kind in kinds] + [f"/manage/questions/{kinds[0].id}/{page}" for page in ("revisions", "use")]
    bank.append(f"/manage/questions/categories/{category}")
    team = "SELECT department_id FROM person WHERE employee_no = :number"
    mate = server.rows(
        f"SELECT employee_no FROM person JOIN completion ON completion.person_id = person.id WHERE department_id = ({team}) ORDER BY person.id DESC",
        number=supervisor,
    )[0].employee_no
    tried = server.rows("SELECT attempt.id, slug FROM attempt JOIN person ON person.id = person_id WHERE employee_no = :number LIMIT 1", number=mate)
    return World(learner, password, {
        "": ["/sign-in", "/no-such-page"],
        learner: [
            "/learning/", "/learning/record", "/cases/", "/cases/?q=zzzz", "/cases/?q=氮气&cause=blind-rescue",
            f"/cases/{CASE}", f"/cases/{CASE}/revisions/1", f"/cases/{OTHER}", f"/quizzes/{OTHER}", f"/quizzes/{CASE}",
            f"{passed}/result", f"{failed}/result", open_, f"{open_}/review", "/account", "/attempts/999999", "/supervision/",
            "/near-misses/", "/near-misses/new", "/quizzes/", f"/quizzes/{OWN}",
            "/quizzes/mistakes",
        ],
        author: [
            "/manage/reports/",
            "/manage/cases/", "/manage/cases/?q=zzzz", "/manage/cases/new", f"/manage/cases/{CASE}", f"/manage/cases/{OTHER}", f"/manage/cases/{OTHER}/changes",
            *(f"/manage/cases/{CASE}/{part}" for part in PARTS), f"/manage/cases/{CASE}/preview", f"/manage/cases/{CASE}/preview?open=1", kept,
            "/manage/questions/", "/manage/questions/?q=zzzz&kind=single", "/manage/questions/new", "/manage/questions/categories", *bank,
            "/manage/marking", "/manage/marking/1/marked", "/manage/questions/1/regrade",
            "/manage/near-misses/", near_miss, f"{near_miss}/case", f"/manage/cases/{CASE}/quiz",
            f"/manage/quizzes/{CASE}/statistics", f"/manage/quizzes/{CASE}/statistics?attempts=all", "/manage/questions/1/statistics",
            "/manage/quizzes/", "/manage/quizzes/?q=zzzz", "/manage/quizzes/new", f"/manage/quizzes/{OWN}", f"/manage/quizzes/{CASE}/settings",
            *(f"/manage/quizzes/{OWN}/{part}" for part in ("settings", "people", "picker", "preview")),
            *questions_in_files,
        ],
        supervisor: [
            "/supervision/", "/supervision/?state=overdue", "/supervision/?q=zzzz", f"/supervision/people/{mate}",
            "/supervision/attempts/", f"/supervision/attempts/quizzes/{tried[0].slug}", f"/supervision/attempts/{tried[0].id}",
            f"/cases/{OTHER}/sheet", "/meetings/", f"/meetings/new?case={OTHER}", *meetings, protocol,
            "/supervision/quizzes/", f"/supervision/quizzes/{OWN}",
        ],
        administrator: ["/supervision/", "/account", f"/supervision/quizzes/{OWN}"],
    })  # fmt: skip


def refused_save(page: Page) -> str:
    """Two saves of one part from the same beginning; the address of the text that was kept."""
    address = f"/manage/cases/{OTHER}/lessons"
    page.goto(address)
    page.fill("[name='lesson-en']", "Another lesson")
    with page.expect_navigation():
        page.locator("#save").click()
    page.goto(address)
    return str(page.evaluate(
        """async () => {
             const form = document.getElementById("part"), data = new FormData(form);
             data.set("seen", "0".repeat(64)); data.set("lesson-en", "A third lesson");
             const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
             return (await answer.json()).address;
           }"""
    ))  # fmt: skip


def files_of_questions(page: Page) -> list[str]:
    """A file of questions sent, confirmed and imported, and one written; the addresses on the way."""
    body = "题型,题干,选项A,选项B,答案\n单选题,哪种气体使人窒息？,氮气,氧气,A\n单选题,哪一个？,甲,乙,C\n"
    addresses = ["/manage/questions/import", "/manage/questions/export"]
    page.goto(addresses[0])
    page.set_input_files("[name=file]", {"name": "试题.csv", "mimeType": "text/csv", "buffer": body.encode()})
    for _step in ("send", "confirm", "take"):
        with page.expect_navigation():
            page.locator("main button.btn-primary").click()
        addresses.append(page.url.partition("/manage")[1] + page.url.partition("/manage")[2])
    page.goto(addresses[1])
    with page.expect_navigation():
        page.locator("main button.btn-primary").click()
    return [*addresses, page.url.partition("/manage")[1] + page.url.partition("/manage")[2]]


def meeting(page: Page, show: Show | None) -> str:
    """A meeting that has come to this screen, or with none to its end. Its address."""
    page.goto(f"/meetings/new?case={CASE}")
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    shows = [scene.show for scene in scenes(document(CASE))]
    for step in range(shows.index(show or Show.ROLL)):
        page.locator("#next").click()
        page.locator(f"[name=step][value='{step + 1}']").wait_for(state="attached")
    if show is None:
        page.locator("#all").click()
        page.locator("button[form=roll]").click()
        page.wait_for_url("**/protocol")
    return page.url.removeprefix(page.url.partition("/meetings/")[0])


def attempt(page: Page, slug: str, right: bool | None) -> str:
    """Take a quiz: all right, all wrong, or only begun. Its address."""
    page.goto(f"/quizzes/{slug}")
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/*")
    address = "/attempts/" + page.url.rpartition("/")[2]
    for field in page.locator("fieldset.q").all()[: len(questions(slug)) if right is not None else 2]:
        keys = right_options(slug, field.locator("legend").inner_text(), "en")
        labels = [label.inner_text() for label in field.locator(".opt").all()]
        for label in [one for one in labels if one in keys] if right else [one for one in labels if one not in keys][:1]:
            with page.expect_response("**/answers/*"):
                field.get_by_label(label, exact=True).check()
    if right is not None:
        page.goto(f"{address}/review")
        page.locator("main form button").click()
        page.wait_for_url("**/result")
    return address


# Each pair of size, language and scheme is there; all eight of three took twice as long and found nothing that four do not.
@pytest.mark.parametrize(("size", "language", "scheme"), [("phone", "zh", "light"), ("phone", "en", "dark"), ("desk", "en", "light"), ("desk", "zh", "dark")])
def test_every_page_can_be_read_by_everybody(server, device, world, size, language, scheme):
    found: list[str] = []
    for person, addresses in world.pages.items():
        page = device(language, *SIZES[size], color_scheme=scheme)
        if person:
            sign_in(page, words(language), person, world.password)
        for address in addresses:
            page.goto(address)
            found += [f"{address}: {error}" for error in page.page_errors()]
            found += [f"{address}: {problem}" for problem in problems(page, language)]
    assert found == []


@pytest.mark.parametrize("language", list(LOCALES))
def test_the_first_administrator_page(make_server, device, language):
    empty: Server = make_server(sample=False)
    page = device(language, *SIZES["phone"], base_url=empty.address)
    page.goto("/")
    assert page.url.endswith("/first-administrator")
    assert problems(page, language) == []
    page.locator("main form button[class*=primary]").click()
    assert problems(page, language) == []


def test_no_page_was_forgotten(world, tmp_path):
    routes = create_app(settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)).url_map
    match = routes.bind("").match
    seen = {match(address.partition("?")[0])[0] for addresses in world.pages.values() for address in addresses if address != "/no-such-page"}
    pages = {rule.endpoint for rule in routes.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGES - {"people.set_up"} == seen


def problems(page: Page, language: str) -> list[str]:
    """What is wrong with the page that is open."""
    found = [f"axe {one['id']}: {[node['html'][:160] for node in one['nodes']][:3]}" for one in Axe().run(page).response["violations"]]
    if beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
        found += [f"{beyond} px wider than the screen"] if beyond > 0 else []
    if language == "zh":
        text = page.evaluate(
            """() => [...document.querySelectorAll("body *:not(script, style, [lang=en], [lang=en] *)")].flatMap((one) => !one.checkVisibility() ? [] : [
                 ...[...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()),
                 ...["aria-label", "alt", "title", "placeholder"].map((name) => one.getAttribute(name)),
               ]).filter(Boolean)"""
        )
        found += [f"English: {line}" for line in text if not HAN.search(line) and re.search(r"[A-Za-z]{3,}", LATIN.sub("", line))]
    return found
