"""Starting an attempt: who may, what it asks, in which order, until when."""

import datetime as dt

import pytest

from core.db import db, transaction
from core.errors import NotFound, Refused
from ops.sample import offer_quiz
from people.rules import Role
from quizzes.actions import starting
from quizzes.models.attempts import Attempt
from quizzes.models.bank import Question
from quizzes.models.quizzes import Quiz, QuizOverride
from quizzes.queries import attempts, quizzes
from quizzes.rules.questions import QuestionKind
from quizzes.rules.settings import Access, Settings, settings_from
from tests.builders import NOW, question
from tests.conftest import soup

HOUR = dt.timedelta(hours=1)


def start(build, person, slug, now=NOW, seed=1):
    with transaction():
        return starting.start_attempt(build.signed_in(person), slug, now, seed)


def asked(attempt):
    """Names of the questions an attempt asks."""
    return [one.content["text"]["en"].removeprefix("Question ").removesuffix("?") for one in attempts.questions_of(attempt.id)]


@pytest.fixture
def person(build):
    return build.person()


def test_a_quiz_of_its_own_needs_no_case_and_freezes_what_holds(build, person):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(wait=5, shuffle_options=False), time_limit=20, attempts=2, sections=[{"title": {"en": "One"}}])
    attempt = start(build, person, slug)
    with transaction():
        quiz = db.session.get(Quiz, attempt.quiz_id)
        quiz.settings, quiz.time_limit, quiz.pass_mark = {}, 1, 1
    db.session.refresh(attempt)
    assert (attempt.time_limit, attempt.attempts_allowed, attempt.pass_mark, attempt.ends_at) == (20, 2, 80, NOW + dt.timedelta(minutes=20))
    assert settings_from(attempt.settings).wait == 5
    assert attempt.sections[0]["title"] == {"en": "One"}
    assert attempts.questions_of(attempt.id)[0].order == ["a", "b", "c"]


def test_nobody_starts_a_quiz_that_is_a_draft_or_retired(build, person):
    build.in_bank("a")
    slug = build.own_quiz("a")
    with transaction():
        db.session.query(Quiz).update({"published": False})
    with pytest.raises(NotFound):
        start(build, person, slug)


@pytest.mark.parametrize(
    ("settings", "access"),
    [
        (Settings(opens_at=NOW + HOUR), Access.NOT_YET),
        (Settings(closes_at=NOW + dt.timedelta(seconds=1)), Access.CLOSED),
        (Settings(wait=60), Access.WAITING),
    ],
)
def test_it_is_refused_in_words_before_after_and_between(build, person, settings, access):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=settings)
    now = NOW if access == Access.NOT_YET else NOW + dt.timedelta(seconds=30)
    if access == Access.WAITING:
        build.submit(start(build, person, slug), NOW)
    with pytest.raises(starting.NotNow) as refused:
        start(build, person, slug, now)
    assert refused.value.availability.access == access


def test_after_the_wait_the_next_attempt_may_start(build, person):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(wait=60))
    build.submit(start(build, person, slug), NOW)
    assert start(build, person, slug, NOW + HOUR).number == 2


@pytest.mark.parametrize("again", [False, True])
def test_after_passing_only_where_it_may_be_taken_again(build, person, again):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(again=again))
    attempt = start(build, person, slug)
    build.answer(person, attempt, 1, ["a"])
    build.submit(attempt)
    if again:
        assert start(build, person, slug).number == 2
    else:
        with pytest.raises(starting.NotNow):
            start(build, person, slug)


def test_an_attempt_ends_at_the_latest_when_the_quiz_closes(build, person):
    build.in_bank("a")
    soon = NOW + dt.timedelta(minutes=5)
    assert start(build, person, build.own_quiz("a", settings=Settings(closes_at=soon))).ends_at == soon
    assert start(build, person, build.own_quiz("a", time_limit=None)).ends_at is None


def test_a_draw_takes_what_fits_by_every_word_of_it(build, person):
    top = build.category("Top")
    below, other = build.category("Below", top), build.category("Other")
    build.in_bank("fits", category_id=below.id, tags=("gas", "entry"), cause="blind-rescue", difficulty=3)
    build.in_bank("elsewhere", category_id=other.id, tags=("gas", "entry"), cause="blind-rescue", difficulty=3)
    build.in_bank("one-tag", category_id=top.id, tags=("gas",), cause="blind-rescue", difficulty=3)
    build.in_bank("other-cause", category_id=top.id, tags=("gas", "entry"), cause="complacency", difficulty=3)
    build.in_bank("too-hard", category_id=top.id, tags=("gas", "entry"), cause="blind-rescue", difficulty=4)
    build.in_bank("no-difficulty", category_id=top.id, tags=("gas", "entry"), cause="blind-rescue")
    build.in_bank("several", "multiple", "++-", category_id=top.id, tags=("gas", "entry"), cause="blind-rescue", difficulty=3)
    build.in_bank("retired", category_id=top.id, tags=("gas", "entry"), cause="blind-rescue", difficulty=3, retired=True)
    asks = {"category": top.id, "tags": ["gas", "entry"], "cause": "blind-rescue", "easiest": 2, "hardest": 3, "kind": "single", "count": 1}
    assert asked(start(build, person, build.own_quiz(asks))) == ["fits"]


def test_a_category_s_neighbour_with_the_same_first_digits_is_not_below_it(build, person):
    categories = [build.category(f"C{number}") for number in range(12)]
    build.in_bank("first", category_id=categories[0].id)
    for number, category in enumerate(categories[1:]):
        build.in_bank(f"other-{number}", category_id=category.id)
    assert asked(start(build, person, build.own_quiz({"category": categories[0].id}))) == ["first"]


def test_a_draw_never_repeats_a_fixed_question_nor_another_draw(build, person):
    for number in range(6):
        build.in_bank(f"q{number}")
    found = asked(start(build, person, build.own_quiz("q3", {"count": 3}, {"count": 2})))
    assert sorted(found) == [f"q{number}" for number in range(6)]


def test_what_somebody_was_not_asked_yet_comes_first(build, person):
    for number in range(6):
        build.in_bank(f"q{number}")
    slug = build.own_quiz({"count": 2})
    seen = []
    for number in range(3):
        attempt = start(build, person, slug, NOW + HOUR * number, seed=number)
        seen += asked(attempt)
        build.submit(attempt, NOW + HOUR * number)
    assert sorted(seen) == [f"q{number}" for number in range(6)]
    stranger = start(build, build.person(), slug, seed=0)
    assert len(asked(stranger)) == 2


def test_the_same_seed_asks_the_same_in_the_same_order(build):
    for number in range(20):
        build.in_bank(f"q{number}")
    slug = build.own_quiz({"count": 5}, settings=Settings(shuffle_questions=True))
    first, same, other = (asked(start(build, build.person(), slug, seed=seed)) for seed in (1, 1, 2))
    assert first == same != other


def test_all_of_a_large_pool_are_drawn_about_equally_often(build):
    for number in range(8):
        build.in_bank(f"q{number}")
    slug = build.own_quiz({"count": 2})
    counts = dict.fromkeys((f"q{number}" for number in range(8)), 0)
    quiz = quizzes.quiz_page(slug, build.signed_in(build.person()))
    stranger = build.signed_in(build.person())
    for seed in range(400):
        for one in starting.pick(quiz, stranger, starting.random.Random(seed)):
            counts[one.content["text"]["en"].removeprefix("Question ").removesuffix("?")] += 1
    assert all(60 <= count <= 140 for count in counts.values()), counts  # 100 each on average


def test_sections_stay_together_and_are_shuffled_only_where_that_is_set(build):
    for name in ("a", "b"):
        for number in range(6):
            build.in_bank(f"{name}{number}")
    slots = [{"question": f"{name}{number}", "marks": 1, "section": section} for section, name in enumerate(("a", "b")) for number in range(6)]
    slug = build.own_quiz(*slots, sections=[{"shuffle": False}, {"shuffle": True}])
    orders = [asked(start(build, build.person(), slug, seed=seed)) for seed in range(3)]
    assert all(order[:6] == [f"a{number}" for number in range(6)] for order in orders)
    assert all(sorted(order[6:]) == [f"b{number}" for number in range(6)] for order in orders)
    assert len({tuple(order) for order in orders}) > 1


def test_what_was_retired_since_is_not_asked_and_nothing_at_all_is_refused(build, person):
    build.in_bank("a")
    build.in_bank("b")
    slug = build.own_quiz("a", "b")
    with transaction():
        db.session.query(Question).filter_by(uid="a").update({"retired": True})
    assert asked(start(build, person, slug)) == ["b"]
    with transaction():
        db.session.query(Question).update({"retired": True})
    with pytest.raises(Refused):
        start(build, build.person(), slug)


def test_what_is_only_read_earns_no_marks_and_is_no_question(build, person):
    row = build.in_bank("a")
    info = build.in_bank("info", "information")
    assert row.id != info.id
    slug = build.own_quiz("info", "a")
    assert quizzes.quiz_page(slug, build.signed_in(person)).questions == 1
    attempt = start(build, person, slug)
    assert [(one.content["kind"], one.marks) for one in attempts.questions_of(attempt.id)] == [(QuestionKind.INFORMATION, 0), (QuestionKind.SINGLE, 1)]
    build.answer(person, attempt, 2, ["a"])
    build.submit(attempt)
    db.session.refresh(attempt)
    assert (attempt.score, attempt.passed) == (100, True)


def test_a_grant_adds_minutes_and_tries_and_replaces_dates(build):
    department = build.department()
    person, supervisor = build.person(department), build.person(department, supervises=department)
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(closes_at=NOW + dt.timedelta(seconds=1)), attempts=1)
    with transaction():
        quiz = quizzes.quiz_by_slug(slug)
        grant = {"extra_minutes": 10, "extra_attempts": 1, "closes_at": NOW + 5 * HOUR}
        db.session.add(QuizOverride(quiz_id=quiz.id, department_id=department.id, **grant, granted_by=supervisor.id, granted_at=NOW))
    attempt = start(build, person, slug, NOW + HOUR)
    assert (attempt.time_limit, attempt.attempts_allowed, attempt.ends_at) == (25, 2, NOW + HOUR + dt.timedelta(minutes=25))
    assert settings_from(attempt.settings).closes_at == NOW + 5 * HOUR
    with pytest.raises(starting.NotNow):
        start(build, build.person(), slug, NOW + HOUR)


def test_of_two_starts_at_once_the_second_gets_the_first_s(build, person, monkeypatch):
    build.in_bank("a")
    slug = build.own_quiz("a")
    first = start(build, person, slug)
    real, calls = quizzes.quiz_page, []

    def before_the_first(*args):
        page = real(*args)
        calls.append(page)
        return quizzes.QuizPage(page.quiz, page.questions, [], page.granted) if len(calls) == 1 else page

    monkeypatch.setattr(quizzes, "quiz_page", before_the_first)
    assert start(build, person, slug).id == first.id
    assert db.session.query(Attempt).count() == 1


@pytest.mark.parametrize("questions", [10, 60])
def test_starting_takes_the_same_number_of_statements_for_any_number_of_draws(build, person, statements, questions):
    for number in range(questions):
        build.in_bank(f"q{number}")
    slug = build.own_quiz(*["q0"], *[{"count": 1} for _number in range(questions - 1)])
    signed_in = build.signed_in(person)
    with statements() as sent, transaction():
        starting.start_attempt(signed_in, slug, NOW, 1)
    assert len([one for one in sent if one.startswith("SELECT")]) <= 6, "\n".join(sent)
    assert len(sent) <= 8, "\n".join(sent)


def test_the_page_before_says_what_will_hold(build, person, visit):
    build.in_bank("a")
    now = dt.datetime.now(dt.UTC)
    settings = Settings(certainty=True, wait=30, counts="last", paged=True, back=False, closes_at=now + HOUR * 30, recorded=False)
    slug = build.own_quiz("a", settings=settings, attempts=2, time_limit=None, now=now)
    text = soup(visit(person).get(f"/quizzes/{slug}")).find("main").text
    for words in ("No limit", "0 of 2", "how sure you are", "you cannot go back", "you wait 30 minutes", "the last one counts", "does not go into your record"):
        assert words in text


def test_a_refused_start_shows_why_and_from_when(build, person, visit):
    build.in_bank("a")
    now = dt.datetime.now(dt.UTC)
    slug = build.own_quiz("a", settings=Settings(opens_at=now + HOUR), now=now)
    page = visit(person).post(f"/quizzes/{slug}/attempts", 403)
    assert "Not open yet. You can start at" in page.text
    assert not soup(page).find("form", action=f"/quizzes/{slug}/attempts")


def test_the_quizzes_of_their_own_are_listed_and_found_from_my_learning(build, person, visit):
    build.case()
    build.quiz()
    visitor = visit(person)
    assert "/quizzes/" not in [link["href"] for link in soup(visitor.get("/learning/")).find_all("a")]
    build.in_bank("a")
    slug = build.own_quiz("a", title={"en": "Entry", "zh": "进入"})
    assert "/quizzes/" in [link["href"] for link in soup(visitor.get("/learning/")).find_all("a")]
    links = [link["href"] for link in soup(visitor.get("/quizzes/")).find("main").find_all("a")]
    assert f"/quizzes/{slug}" in links
    assert "/quizzes/second-man" not in links


def test_an_author_who_is_a_learner_too_takes_it_like_anybody(build, visit):
    build.in_bank("a")
    slug = build.own_quiz("a")
    visitor = visit(build.person(role=Role.AUTHOR))
    assert visitor.post(f"/quizzes/{slug}/attempts").location.startswith("/attempts/")


def test_the_result_by_the_rule_of_the_quiz_stands_before_the_next_try(build, person, visit):
    build.in_bank("a")
    slug = build.own_quiz("a", settings=Settings(counts="first", again=True), attempts=None)
    for right in (False, True):
        attempt = start(build, person, slug, NOW)
        build.answer(person, attempt, 1, ["a" if right else "b"])
        build.submit(attempt)
    assert "What counts:" in visit(person).get(f"/quizzes/{slug}").text
    found = quizzes.quiz_page(slug, build.signed_in(person)).outcome
    assert (found.score, found.passed) == (0, False)


def test_the_sample_company_offers_a_quiz_of_its_own_that_can_be_taken(build, person):
    build.case()
    build.quiz(questions=[question(f"s{number}") for number in range(6)] + [question(f"m{number}", "multiple", options="++-") for number in range(4)])
    with transaction():
        offer_quiz(NOW)
    page = quizzes.offered_quizzes(build.signed_in(person))[0]
    assert page.questions == 8
    found = attempts.questions_of(start(build, person, page.quiz.slug).id)
    assert [one.content["kind"] for one in found] == ["multiple"] * 3 + ["single"] * 5


def test_where_any_number_of_tries_is_allowed_who_failed_tries_again_and_asks_nobody(build, visit):
    build.case()
    build.quiz(attempts=None)
    build.course("second-man")
    home = build.department()
    person, supervisor = build.person(home), build.person(home, supervises=home)
    build.finished(person, "second-man", right=False)
    page = visit(person).get("/learning/").text
    assert "Take the quiz again" in page
    assert "Ask your supervisor" not in page
    listed = visit(supervisor).get("/supervision/").text
    assert "Not passed, 0" in listed
    assert "None" not in page + listed
