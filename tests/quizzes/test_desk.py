"""Authors write quizzes of their own: drafts, the bank beside them, publishing, closing, copies."""

import datetime as dt
from dataclasses import replace

import pytest

from core.db import db, transaction
from core.errors import Conflict, Invalid, Refused
from people.rules import Role
from quizzes.actions import quizzes as actions
from quizzes.actions.loading import load_quiz
from quizzes.casebook import QuizFile
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Question
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.queries import attempts, plans, quizzes
from quizzes.queries.desk import document_of
from quizzes.rules.settings import Settings, settings_from
from tests.builders import NOW, pair
from tests.conftest import soup
from tests.quizzes.test_authoring import fields

DESK = "/manage/quizzes/"


@pytest.fixture
def author(build, visit):
    return visit(build.person(role=Role.AUTHOR))


def own(slug):
    return plans.desk(slug)


def new(visitor, title="Entry to vessels"):
    return visitor.post(f"{DESK}new", **{"title-en": title, "cause": ""}).location.rpartition("/")[2]


def test_a_new_quiz_is_a_draft_that_no_learner_finds(author, build, visit):
    build.terms()
    slug = new(author)
    assert slug == "entry-to-vessels"
    assert new(author) == "entry-to-vessels-2"
    assert slug not in visit(build.person()).get("/quizzes/").text
    visit(build.person()).get(f"/quizzes/{slug}", 404)


def test_a_quiz_needs_a_title(author):
    page = author.post(f"{DESK}new", 400, **{"title-en": " ", "cause": ""})
    assert "Give it a title in one language at least." in page.text


def test_an_author_puts_a_quiz_together_publishes_it_and_learners_get_that(author, build, visit):
    for number in range(4):
        build.in_bank(f"q{number}")
    slug = new(author)
    author.post(f"{DESK}{slug}", **fields(author.get(f"{DESK}{slug}"), "plan"), do="add:section")
    author.post(f"{DESK}{slug}/questions", question=["q1", "gone"], section="0")
    author.post(f"{DESK}{slug}", **fields(author.get(f"{DESK}{slug}"), "plan"), do="add:draw:1")
    sent = fields(author.get(f"{DESK}{slug}"), "plan")
    sent |= {"sections-0-title-en": "First", "slots-0-marks": "3", "slots-1-count": "2", "slots-1-kind": "single"}
    author.post(f"{DESK}{slug}", **sent)
    run = fields(author.get(f"{DESK}{slug}/settings"), "run")
    author.post(f"{DESK}{slug}/settings", **{**run, "time_limit": "", "attempts": "1", "paged": "y"})
    seen = soup(author.get(f"{DESK}{slug}")).find("form", id="publish").find("input", {"name": "seen"})["value"]
    author.post(f"{DESK}{slug}/publish", seen=seen)
    learner = visit(build.person())
    page = learner.get(f"/quizzes/{slug}")
    assert "No limit" in page.text
    attempt_id = int(learner.post(f"/quizzes/{slug}/attempts").location.rpartition("/")[2])
    attempt = db.session.get(Attempt, attempt_id)
    found = attempts.questions_of(attempt_id)
    assert (len(found), found[0].marks, attempt.time_limit, attempt.attempts_allowed) == (3, 3, None, 1)
    assert (settings_from(attempt.settings).paged, attempt.sections[0]["title"]) == (True, {"en": "First"})


def test_a_draft_changes_nothing_for_learners_until_it_is_published(author, build):
    build.in_bank("a")
    build.in_bank("b")
    slug = build.own_quiz("a")
    author.post(f"{DESK}{slug}/questions", question=["b"], section="0")
    person = build.person()
    running = build.attempt(person, slug)
    assert len(attempts.questions_of(running.id)) == 1
    assert own(slug).is_changed
    with transaction():
        actions.publish_plan(slug, own(slug).quiz.saves, NOW)
    assert not own(slug).is_changed
    assert (own(slug).quiz.revision, running.quiz_revision) == (2, 1)
    assert len(attempts.questions_of(running.id)) == 1
    assert len(attempts.questions_of(build.attempt(build.person(), slug).id)) == 2


def test_a_draft_that_says_what_stands_is_none(author, build):
    build.in_bank("a")
    slug = build.own_quiz("a")
    author.post(f"{DESK}{slug}", **fields(author.get(f"{DESK}{slug}"), "plan"))
    author.post(f"{DESK}{slug}/settings", **fields(author.get(f"{DESK}{slug}/settings"), "run"))
    assert not own(slug).is_changed


def test_two_authors_never_overwrite_each_other_in_silence(author, build, visit):
    build.in_bank("a")
    slug = build.own_quiz("a")
    sent = fields(author.get(f"{DESK}{slug}"), "plan")
    visit(build.person(role=Role.AUTHOR)).post(f"{DESK}{slug}", **{**sent, "slots-0-marks": "7"})
    page = author.post(f"{DESK}{slug}", 409, **{**sent, "slots-0-marks": "5", "sections-0-title-en": "Mine"})
    assert own(slug).document["slots"][0]["marks"] == 7
    assert fields(page, "plan")["slots-0-marks"] == "5"
    again = {**fields(page, "plan"), "over": soup(page).find("button", {"name": "over"})["value"]}
    author.post(f"{DESK}{slug}", **again)
    assert (own(slug).document["slots"][0]["marks"], own(slug).document["sections"][0]["title"]) == (5, {"en": "Mine"})


def test_a_script_saves_by_itself_and_is_told_of_a_conflict(author, build):
    build.in_bank("a")
    slug = build.own_quiz("a")
    sent = fields(author.get(f"{DESK}{slug}"), "plan")

    def save(status, **more):
        data = {"csrf_token": author.token, **sent, **more}
        return author._read(author._open("POST", f"{DESK}{slug}", data=data, headers={"Accept": "application/json"}), status).json

    saved = save(200, **{"slots-0-marks": "2"})
    assert (saved["seen"], saved["left"]) == (2, "")
    assert "message" in save(409, **{"slots-0-marks": "3"})
    assert save(200, **{"slots-0-marks": "3", "seen": "2"})["seen"] == 3
    assert "message" in save(400, **{"slots-0-marks": "0", "seen": "3"})


def test_what_was_not_seen_is_not_published(build):
    build.in_bank("a")
    slug = build.own_quiz("a")
    with transaction():
        actions.save_plan(slug, {"pass_mark": 90}, own(slug).quiz.saves)
    with pytest.raises(Conflict), transaction():
        actions.publish_plan(slug, own(slug).quiz.saves - 1, NOW)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slots": []}, "There is no question to answer yet."),
        ({"slots": [{"question": "gone", "marks": 1, "section": 0}]}, "There is no question to answer yet."),
        ({"title": {}}, "The title is missing."),
    ],
)
def test_what_lacks_something_is_not_published(build, change, message):
    build.in_bank("a")
    slug = build.own_quiz("a")
    with transaction():
        actions.save_plan(slug, change, own(slug).quiz.saves)
    with pytest.raises(Invalid, match=message), transaction():
        actions.publish_plan(slug, own(slug).quiz.saves, NOW)
    assert own(slug).quiz.revision == 1


def test_overlapping_draws_that_cannot_all_be_filled_are_not_published(build):
    for number in range(3):
        build.in_bank(f"q{number}", tags=("gas",) if number else ())
    with pytest.raises(Invalid, match="left once the other draws"):
        build.own_quiz("q0", {"count": 2}, {"count": 1, "tags": ["gas"]})
    build.in_bank("q3")
    assert len(attempts.questions_of(build.attempt(build.person(), build.own_quiz("q0", {"count": 2}, {"count": 1, "tags": ["gas"]})).id)) == 4


def test_closing_stops_new_attempts_and_lets_running_ones_end(build):
    build.in_bank("a")
    slug, endless = build.own_quiz("a"), build.own_quiz("a", time_limit=None)
    person = build.person()
    timed, open_ended = build.attempt(person, slug), build.attempt(person, endless)
    before = timed.ends_at
    with transaction():
        actions.close_quiz(slug, NOW)
        actions.close_quiz(endless, NOW)
    db.session.expire_all()
    assert (timed.ends_at, open_ended.ends_at) == (before, NOW + dt.timedelta(minutes=10))
    with pytest.raises(Refused):
        build.attempt(build.person(), slug)


def test_a_copy_is_a_draft_of_its_own_without_dates(author, build):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(closes_at=NOW + dt.timedelta(days=1000), wait=7))
    made = author.post(f"{DESK}{slug}/copy").location.rpartition("/")[2]
    desk = own(made)
    settings = settings_from(desk.document["settings"])
    assert (desk.quiz.published, settings.closes_at, settings.wait, len(desk.document["slots"])) == (False, None, 7, 1)
    assert desk.quiz.title("en") == "Own quiz (copy)"


def test_the_quiz_of_a_case_is_listed_copied_and_set_up_with_the_same_form(author, build):
    build.case()
    build.quiz()
    assert "/manage/cases/second-man/quiz" in [link.get("href") for link in soup(author.get(DESK)).find_all("a")]
    author.get(f"{DESK}second-man", 404)
    run = fields(author.get(f"{DESK}second-man/settings"), "run")
    author.post(f"{DESK}second-man/settings", **{**run, "certainty": "y", "wait": "30"})
    page = quizzes.quiz_page("second-man", build.signed_in(build.person()))
    assert (page.settings.certainty, page.settings.wait, page.quiz.pass_mark) == (True, 30, 80)
    author.post(f"{DESK}second-man/settings", 409, **{**run, "wait": "5"})
    made = author.post(f"{DESK}second-man/copy").location.rpartition("/")[2]
    assert len(own(made).document["slots"]) == 4


def test_a_restart_with_another_file_keeps_the_settings_that_were_made_here(author, build):
    build.case()
    build.quiz()
    run = fields(author.get(f"{DESK}second-man/settings"), "run")
    author.post(f"{DESK}second-man/settings", **{**run, "wait": "30"})
    file = QuizFile("second-man", document_of(plans.quiz_to_set("second-man"), Settings()))
    with transaction():
        assert not load_quiz(replace(file, document={**file.document, "pass_mark": 90}), NOW, edits_stand=True)
    page = quizzes.quiz_page("second-man", build.signed_in(build.person()))
    assert (page.settings.wait, page.quiz.pass_mark) == (30, 80)


def test_dates_are_entered_in_the_company_s_zone(author, build):
    build.case()
    build.quiz()
    run = fields(author.get(f"{DESK}second-man/settings"), "run")
    author.post(f"{DESK}second-man/settings", **{**run, "opens_at": "2026-06-12T08:00", "closes_at": "2999-06-12T08:00"})
    settings = quizzes.quiz_page("second-man", build.signed_in(build.person())).settings
    assert settings.opens_at == dt.datetime(2026, 6, 12, 0, 0, tzinfo=dt.UTC)
    assert fields(author.get(f"{DESK}second-man/settings"), "run")["opens_at"] == "2026-06-12T08:00"
    page = author.post(f"{DESK}second-man/settings", 400, **{**run, "seen": "1", "opens_at": "2999-06-12T08:00", "closes_at": "2998-06-12T08:00"})
    assert "It closes before it opens." in page.text
    assert fields(page, "run")["opens_at"] == "2999-06-12T08:00"


def test_what_was_never_published_is_thrown_away_and_what_was_is_kept(author, build):
    build.in_bank("a")
    slug, draft = build.own_quiz("a"), new(author)
    build.attempt(build.person(), slug)
    author.post(f"{DESK}{slug}/retire")
    author.post(f"{DESK}{draft}/retire")
    assert [(quiz.slug, quiz.published) for quiz in db.session.query(Quiz)] == [(slug, False)]
    with transaction():
        actions.publish_plan(slug, own(slug).quiz.saves, NOW)
    assert own(slug).quiz.published


def test_the_picker_finds_by_words_kind_category_tag_and_cause_and_hides_what_the_quiz_has(author, build):
    build.terms()
    category = build.category("Tanks")
    build.in_bank("has")
    build.in_bank("nitrogen-one", tags=("gas",), category_id=category.id, cause="blind-rescue")
    build.in_bank("nitrogen-many", "multiple", "++-")
    build.in_bank("gone", retired=True)
    slug = build.own_quiz("has")

    def found(query):
        boxes = soup(author.get(f"{DESK}{slug}/picker?{query}")).find("form", id="pick").find_all("input", {"type": "checkbox"})
        return [box["value"] for box in boxes]

    assert found("") == ["nitrogen-one", "nitrogen-many"]
    assert found("q=nitrogen+many") == ["nitrogen-many"]
    assert found("kind=multiple") == ["nitrogen-many"]
    assert found(f"category={category.id}") == found("tag=gas") == found("cause=blind-rescue") == ["nitrogen-one"]


def test_a_draw_is_told_how_many_questions_fit_it_as_it_is_entered(author, build):
    for number in range(3):
        build.in_bank(f"q{number}", difficulty=number + 1)
    slug = build.own_quiz("q0")
    assert author.get(f"{DESK}{slug}/fitting?easiest=2&count=1").json == {"message": "2 questions fit."}
    assert author.get(f"{DESK}{slug}/fitting?easiest=x&category=y&kind=z").json == {"message": "3 questions fit."}


def test_the_preview_shows_the_questions_as_they_are_asked_without_the_key(author, build):
    build.in_bank("a")
    build.in_bank("b")
    slug = build.own_quiz("a", {"count": 1}, sections=[{"title": pair("Part one")}])
    page = author.get(f"{DESK}{slug}/preview")
    assert "Part one" in page.text
    assert len(soup(page).find_all("fieldset", class_="q")) == 2
    assert "SECRET" not in page.text


def test_a_retired_question_is_pointed_out_where_it_stands(author, build):
    build.in_bank("a")
    slug = build.own_quiz("a")
    with transaction():
        db.session.query(Question).update({"retired": True})
    assert "This question is retired." in author.get(f"{DESK}{slug}").text


def test_the_list_says_how_far_each_quiz_is_and_what_came_of_it(author, build):
    build.in_bank("a")
    slug = build.own_quiz("a", title=pair("Entry"))
    person = build.person()
    attempt = build.attempt(person, slug)
    build.answer(person, attempt, 1, ["a"])
    build.submit(attempt)
    new(author, "Unfinished")
    text = " ".join(soup(author.get(DESK)).find("main").get_text(" ").split())
    assert "Own quiz" in text
    assert "1 attempt 100 on average" in text
    assert "Draft" in text
    assert "Unfinished" not in author.get(f"{DESK}?q=own").text
    assert db.session.query(QuizSlot).count() == 1


@pytest.mark.parametrize("rows", [2, 40])
def test_the_page_of_a_quiz_asks_the_same_of_the_database_for_any_number_of_rows(author, build, statements, rows):
    build.terms()
    for number in range(rows * 3):
        build.in_bank(f"q{number}", difficulty=number % 5 + 1)
    slug = build.own_quiz(*[f"q{number}" for number in range(rows)], *[{"count": 1, "tags": [], "easiest": 1 + number % 3} for number in range(rows)])
    for page, most in ((f"{DESK}{slug}", 9), (f"{DESK}{slug}/settings", 4), (f"{DESK}{slug}/preview", 8), (f"{DESK}{slug}/picker", 11)):
        author.get(page)
        with statements() as sent:
            author.get(page)
        assert len(sent) <= most, f"{page}\n" + "\n".join(line[:200] for line in sent)
