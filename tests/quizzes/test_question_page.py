"""A question of every kind on the page of an attempt, and answered without script."""

import datetime as dt
import re

import pytest

from quizzes.queries import attempts
from quizzes.rules.questions import shown
from quizzes.rules.sent import gathered, with_unit, without_unit
from tests.conftest import soup
from tests.quizzes.kinds import RIGHT, quiz_of_every_kind

# Letters and digits that mean nothing and may spell anything: the form's token, the hash of the static files, the seconds that are left.
RANDOM = re.compile(r'(?<=name="csrf_token" type="hidden" value=")[^"]+|(?<=/static/)[0-9a-f]{12}(?=/)|(?<=data-seconds=")[\d.]+')


@pytest.fixture
def running(build, visit):
    build.case()
    numbers = quiz_of_every_kind(build)
    person = build.person()
    return numbers, build.attempt(person, now=dt.datetime.now(dt.UTC)), visit(person), person


def test_every_kind_stands_on_the_page_and_tells_nothing(running):
    numbers, attempt, visitor, _person = running
    page = visitor.get(f"/attempts/{attempt.id}")
    fields = soup(page).select(".q[data-number]")
    assert [field["data-kind"] for field in fields] == [kind for kind in numbers if kind != "information"]
    text = RANDOM.sub("", page.text)
    for told in ("SECRET", "秘密", "nitro*", "19.5", "0.25", "isolate", "alarm:", "g1", "111", "777", "alert(1)", "guide"):
        assert told not in text, told
    assert "<b>Read</b>" in page.text
    assert soup(page).select_one("[data-kind=words] p select") is not None


def test_every_field_has_a_name_that_is_read_out(running):
    _numbers, attempt, visitor, _person = running
    page = soup(visitor.get(f"/attempts/{attempt.id}"))
    for control in page.select("fieldset select, fieldset textarea, fieldset input:not([type=hidden]), fieldset button"):
        assert control.get("aria-label") or control.find_parent("label") or control.get_text(strip=True), control


@pytest.mark.parametrize("kind", list(RIGHT))
def test_every_kind_is_answered_without_script_and_found_again(running, kind):
    numbers, attempt, visitor, _person = running
    number = numbers[kind]
    before = attempts.questions_of(attempt.id)[number - 1]
    places = shown(kind, before.order, RIGHT[kind])
    fields = {f"answer-{number}": places}
    if kind == "numeric":
        fields = {f"answer-{number}": "19,5", f"unit-{number}": "m"}
    if kind == "ordering":
        fields = {f"answer-{number}": [f"{place}:{row}" for place, row in reversed(list(enumerate(places, 1)))]}
    if kind == "hotspot":
        fields = {f"x-{number}": ["15", "78,0"], f"y-{number}": ["30.0", "56"]}
    visitor.post(f"/attempts/{attempt.id}/answers", **fields, **{f"seen-{number}": "0"})
    after = attempts.questions_of(attempt.id)[number - 1]
    assert after.response == (["19,5 m"] if kind == "numeric" else RIGHT[kind])
    field = soup(visitor.get(f"/attempts/{attempt.id}")).select_one(f"#q{number}")
    found = [one["value"] for one in field.select("input[checked], option[selected][value]")]
    typed = [one.get("value") or one.get_text() for one in field.select("input.form-control, textarea")]
    if kind == "numeric":
        assert typed == ["19,5"]
        assert field.select_one("option[selected]").get_text() == "m"
    elif kind in ("short", "essay"):
        assert [text.strip() for text in typed] == RIGHT[kind]
    elif kind == "hotspot":
        assert typed == ["15", "30", "78", "56"]
    else:
        assert sorted(found) == sorted(fields[f"answer-{number}"])


@pytest.mark.parametrize(
    ("kind", "values", "more", "answer"),
    [
        ("numeric", ["12"], {"unit": "m"}, ["12 m"]),
        ("numeric", ["12 cm"], {"unit": "m"}, ["12 cm"]),
        ("numeric", [" "], {"unit": "m"}, []),
        ("ordering", ["2:3", "1:1", "3:2", ""], {}, ["1", "3", "2"]),
        ("ordering", ["1:3", "1:1", "2:2"], {}, ["3", "2"]),
        ("matching", ["1:2", ""], {}, ["1:2"]),
        ("hotspot", [], {"xs": ["12.5", ""], "ys": ["7", ""]}, ["125,70"]),
        ("hotspot", [], {"xs": ["12.5"], "ys": [""]}, ["125,?"]),
        ("short", [""], {}, []),
    ],
)
def test_the_fields_of_a_form_come_to_an_answer(kind, values, more, answer):
    assert gathered(kind, values, **more) == answer


def test_a_unit_is_taken_off_and_put_on_again():
    assert without_unit("12 cm", ["m", "cm"]) == ("12", "cm")
    assert without_unit("12 pm", ["m", "cm"]) == ("12 pm", "")
    assert with_unit("12", "cm") == "12 cm"


def test_a_question_s_picture_is_served_and_nothing_else_of_the_folder(running, app):
    _numbers, attempt, visitor, _person = running
    source = soup(visitor.get(f"/attempts/{attempt.id}")).select_one(".spot img")["src"]
    assert visitor.get(source).mimetype == "image/webp"
    visitor.get("/quizzes/pictures/" + "0" * 32 + ".webp", 404)
    (app.config["MEDIA_FOLDER"] / ("0" * 32 + ".vtt")).write_text("WEBVTT")
    visitor.get("/quizzes/pictures/" + "0" * 32 + ".vtt", 404)


def test_what_a_script_has_saved_line_by_line_is_no_other_answer_when_the_form_brings_it(running):
    numbers, attempt, visitor, _person = running
    number = numbers["essay"]
    visitor.put(f"/attempts/{attempt.id}/answers/{number}", {"answer": ["One.\nTwo."], "seq": 1})
    to = visitor.post(f"/attempts/{attempt.id}/answers", **{f"answer-{number}": "One.\r\nTwo.", f"seen-{number}": "0"})
    assert "newer answer" not in visitor.get(to.location).text
    assert attempts.questions_of(attempt.id)[number - 1].response == ["One.\nTwo."]
