"""A near miss, from the phone of whoever saw it to a case that colleagues study."""

import pytest
from playwright.sync_api import Page, expect

from tests.core.test_pictures import photo
from tests.journeys.conftest import LOCALES
from tests.journeys.test_accessibility import problems
from tests.journeys.test_first_loop import PHONE, Say, sign_in, words

pytestmark = pytest.mark.slow

# Employees of the sample company; the colleague is named in the text.
SENDER = {"en": "1021", "zh": "1022"}
HAPPENED = {
    "en": "The sling tore at the eye. Sample Worker 7 jumped clear. The load hung on one leg.",
    "zh": "吊带在吊环处断了。示例员工7跳开了。吊物只剩一条腿挂着。",
}
PLACE = {"en": "Hall 3, Tuesday night", "zh": "三车间，星期二夜里"}
OUTCOME = {"en": "It weighed two tonnes. Stay out of the swing.", "zh": "吊物重两吨。不要站在摆动范围内。"}
TITLE = {"en": "The sling tore at the eye", "zh": "吊带在吊环处断了"}
NAMED = {"en": "Sample Worker 7", "zh": "示例员工7"}
COLLEAGUE = {"en": "A colleague", "zh": "一名同事"}
# What a draft still lacks after it was begun: part of the case, field, text.
REST = [
    ("head", "when", "x"), ("timeline", "timeline-0-when", "x"), ("timeline", "timeline-1-when", "x"), ("timeline", "timeline-3-when", "x"),
    ("decisions", "decisions-0-question", "x"), ("decisions", "decisions-0-choices-0-text", "x"), ("decisions", "decisions-0-choices-0-outcome", "x"),
    ("decisions", "decisions-0-choices-1-text", "x"), ("decisions", "decisions-0-choices-1-outcome", "x"), ("causes", "direct_cause", "x"),
    ("controls", "last_barrier-text", "x"), ("controls", "last_barrier-note", "x"),
]  # fmt: skip


@pytest.mark.parametrize("language", list(LOCALES))
def test_what_was_sent_without_a_network_becomes_a_case_and_the_sender_sees_it(language, server, device, tmp_path):
    say, passwords = words(language), {one.role: one.password for one in server.sign_ins}
    phone = device(language, *PHONE, is_mobile=True, has_touch=True)
    sign_in(phone, say, SENDER[language], passwords["employee"])
    with phone.expect_navigation():  # loaded, with its script
        phone.get_by_role("link", name=say("Report a near miss")).click()
    (tmp_path / "photo.jpg").write_bytes(photo(size=(3000, 2000)))
    tell(phone, say, language, str(tmp_path / "photo.jpg"))

    phone.context.set_offline(True)
    phone.get_by_role("button", name=say("Send")).click()
    expect(phone.get_by_text(say("No network. It is kept on this device and sent when the network is back."))).to_be_visible()
    assert sent_by(server, SENDER[language]) == []
    phone.context.set_offline(False)
    phone.wait_for_url("**/near-misses/")
    expect(phone.get_by_text(say("Not read yet"))).to_be_visible()
    [row] = sent_by(server, SENDER[language])
    assert (row.happened, row.place, row.outcome) == (HAPPENED[language], PLACE[language], OUTCOME[language])
    assert row.photo.endswith(".webp")
    assert phone.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('near-miss'))") == []

    desk = device(language)
    author = next(one.employee_no for one in server.sign_ins if one.role == "author")
    sign_in(desk, say, author, passwords["author"])
    desk.goto("/manage/near-misses/")
    desk.get_by_role("link", name=PLACE[language]).click()
    expect(desk.locator("mark").first).to_have_text(COLLEAGUE[language])
    expect(desk.get_by_alt_text(say("The photograph that was sent with it"))).to_be_visible()
    expect(desk.locator("main img")).to_have_js_property("naturalWidth", 1600)
    desk.get_by_role("link", name=say("Make a case of it")).click()
    assert problems(desk, language) == []
    desk.get_by_label(say("Cause")).select_option("complacency")
    desk.get_by_role("button", name=say("Begin the draft")).click()
    desk.wait_for_url("**/head")
    expect(desk.locator(".ph h1")).to_have_text(TITLE[language])
    slug = desk.url.split("/")[-2]
    phone.reload()
    expect(phone.get_by_text(say("An author is writing a case of it."))).to_be_visible()

    finish(desk, slug, language)
    phone.reload()
    expect(phone.get_by_text(say("Used: became the case"))).to_be_visible()
    phone.get_by_role("link", name=TITLE[language]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(TITLE[language])
    assert NAMED[language] not in phone.get_by_role("main").inner_text()


def test_what_was_typed_outlives_the_page_until_it_is_sent(server, device, tmp_path):
    say = words("en")
    phone = device("en", *PHONE)
    sign_in(phone, say, "1023", server.sign_ins[0].password)
    phone.goto("/near-misses/new")
    (tmp_path / "photo.jpg").write_bytes(photo())
    tell(phone, say, "en", str(tmp_path / "photo.jpg"))
    token = phone.locator("[name=token]").input_value()
    phone.reload()
    expect(phone.get_by_text(say("This device has kept what you wrote."))).to_be_visible()
    expect(phone.get_by_alt_text(say("The photograph you chose"))).to_be_visible()
    assert phone.locator("[name=token]").input_value() == token
    phone.get_by_role("button", name=say("Send")).click()
    phone.wait_for_url("**/near-misses/")
    assert [(row.happened, row.photo is None) for row in sent_by(server, "1023")] == [(HAPPENED["en"], False)]


def test_without_a_script_it_is_a_plain_form(server, device, tmp_path):
    phone = device("en", *PHONE, java_script_enabled=False)
    sign_in(phone, words("en"), "1024", server.sign_ins[0].password)
    phone.goto("/near-misses/new")
    (tmp_path / "photo.jpg").write_bytes(photo())
    tell(phone, words("en"), "en", str(tmp_path / "photo.jpg"))
    phone.get_by_role("button", name="Send").click()
    phone.wait_for_url("**/near-misses/")
    assert [row.photo is None for row in sent_by(server, "1024")] == [False]


def tell(page: Page, say: Say, language: str, picture: str) -> None:
    page.get_by_label(say("What happened?")).fill(HAPPENED[language])
    page.get_by_label(say("Where and when?")).fill(PLACE[language])
    page.get_by_label(say("What could have come of it, or what stopped it?")).fill(OUTCOME[language])
    page.get_by_label(say("A photograph, if there is one")).set_input_files(picture)
    if page.evaluate("document.documentElement.dataset.bsTheme") != "auto":  # a script has run
        expect(page.get_by_alt_text(say("The photograph you chose"))).to_be_visible()


def sent_by(server, employee_no: str):
    query = "SELECT near_miss.* FROM near_miss JOIN person ON person.id = near_miss.person_id WHERE employee_no = :number"
    return server.rows(query, number=employee_no)


def finish(desk: Page, slug: str, language: str) -> None:
    """What the draft lacks, part by part, and then the case is published."""
    for part in dict.fromkeys(part for part, _name, _text in REST):
        desk.goto(f"/manage/cases/{slug}/{part}")
        if part == "head":
            desk.locator("[name=country]").select_option(index=1)
            desk.locator("[name=industry]").select_option(index=1)
        if part == "decisions":
            desk.locator("[name=decisions-0-choices-1-sound]").check()
        if part == "controls":
            desk.locator("button[value='add:controls']").click()
            for name in ("text", "failure", "rule"):
                desk.locator(f"[name=controls-0-{name}-{language}]").fill("x")
        if part in ("causes", "controls"):
            desk.locator("label.src-n").first.click()
        for _part, name, text in [one for one in REST if one[0] == part]:
            desk.locator(f"[name={name}-{language}]").fill(text)
        desk.locator("#save").click()
        desk.wait_for_load_state()
    desk.goto(f"/manage/cases/{slug}/lessons")
    desk.locator("button[value='add:at_your_post']").click()
    desk.locator(f"[name=at_your_post-0-{language}]").fill("x")
    desk.locator("#save").click()
    desk.wait_for_load_state()
    desk.goto(f"/manage/cases/{slug}/changes")
    desk.locator("form[action$='/publish'] button").click()
    desk.wait_for_url(f"**/manage/cases/{slug}")
