"""Practice, certainty, no way back, and grace: the rules, and what they do in the database."""

import datetime as dt
import threading
from fractions import Fraction

import pytest

from core.db import db, transaction
from core.errors import Invalid, NotFound, Refused
from quizzes.actions import practice, taking
from quizzes.queries import attempts
from quizzes.rules.attempts import AttemptState, is_late, minutes_late
from quizzes.rules.practice import penalty_of, refusal, share_of, stakes
from quizzes.rules.settings import Settings, default_review
from tests.builders import NOW, ZONE, Builder, question
from tests.conftest import soup

LATER = NOW + dt.timedelta(minutes=1)
SINGLE, MANY = question("one")["content"], question("many", "multiple", options="++--")["content"]
PRACTICE = Settings(behaviour="practice", tries=3, penalty=25)


# ---- rules


@pytest.mark.parametrize(
    ("tries", "response", "share"),
    [
        ([], [], Fraction(0)),
        ([], ["a"], Fraction(1)),  # never checked: the stored answer is the first try
        ([["a"]], ["a"], Fraction(1)),
        ([["b"], ["a"]], ["a"], Fraction(3, 4)),
        ([["b"], ["c"], ["a"]], ["a"], Fraction(1, 2)),
        ([["b"]], ["a"], Fraction(3, 4)),  # changed after the check and not checked again
        ([["b"]], ["b"], Fraction(0)),
        ([["a"]], ["b"], Fraction(1)),  # settled: a later answer does not count
        ([["b"], ["c"], ["b"]], ["a"], Fraction(0)),
        ([["b"]], [], Fraction(0)),
    ],
)
def test_each_wrong_try_costs_its_penalty_and_the_best_try_counts(tries, response, share):
    assert share_of(SINGLE, response, None, tries, PRACTICE) == share


def test_a_partly_right_try_counts_what_it_earned():
    assert share_of(MANY, ["a", "b"], None, [["a"], ["a", "b"]], PRACTICE) == Fraction(3, 4)
    assert share_of(MANY, ["c"], None, [["a"], ["c"]], PRACTICE) == Fraction(1, 2)


def test_a_question_s_own_penalty_goes_before_the_quiz_s():
    assert penalty_of(SINGLE, PRACTICE) == Fraction(1, 4)
    assert penalty_of({**SINGLE, "penalty": 10}, PRACTICE) == Fraction(1, 10)
    assert penalty_of({**SINGLE, "penalty": "33.33333"}, PRACTICE) == Fraction(1, 3)
    assert penalty_of({**SINGLE, "penalty": 0}, PRACTICE) == 0


@pytest.mark.parametrize(
    ("response", "certainty", "share"),
    [
        (["a"], 3, Fraction(1)),
        (["a"], 2, Fraction(2, 3)),
        (["a"], None, Fraction(1, 3)),
        (["b"], 1, 0),
        (["b"], 2, Fraction(-2, 3)),
        (["b"], 3, -2),
        ([], 3, 0),
    ],
)
def test_certainty_is_marked_plus_1_2_3_and_0_minus_2_6(response, certainty, share):
    assert share_of(SINGLE, response, certainty, [], Settings(certainty=True)) == share


def test_what_a_certainty_is_worth_is_said_beforehand():
    assert [stakes(certainty, 2) for certainty in (1, 2, 3)] == [(2, 0), (4, -4), (6, -12)]


def test_with_certainty_there_is_one_try():
    settings = Settings(behaviour="practice", certainty=True, tries=3)
    assert share_of(SINGLE, ["a"], 3, [["b"]], settings) == -2


@pytest.mark.parametrize(
    ("paged", "back", "number", "refused"),
    [(True, False, 1, True), (True, False, 2, False), (True, False, 3, True), (True, True, 1, False), (False, False, 1, False)],
)
def test_without_a_way_back_only_the_question_reached_takes_an_answer(paged, back, number, refused):
    assert bool(refusal(Settings(paged=paged, back=back), number, 2, settled=False)) is refused


def test_grace_moves_the_end_and_never_makes_it_earlier():
    after = [dt.timedelta(seconds=seconds) for seconds in (9, 11, 300, 301)]
    assert [is_late(NOW, NOW + one) for one in after] == [False, True, True, True]
    assert [is_late(NOW, NOW + one, 5) for one in after] == [False, False, False, True]
    assert [minutes_late(NOW, NOW + one) for one in after] == [0, 1, 5, 6]


# ---- in the database


@pytest.fixture
def start(build: Builder):
    """start(tries=2, …) is a learner with a running attempt of a quiz with these settings."""

    def make(now: dt.datetime = NOW, questions=None, **settings):
        build.case()
        build.quiz(questions=questions)
        return build.with_settings(build.person(), now=now, **settings)

    return make


def check(build, person, attempt, number, now=NOW):
    with transaction():
        practice.check_answer(build.signed_in(person), attempt.id, number, now)


def tries(attempt, number=1):
    return [(one.place, one.response, one.credit) for one in attempts.tries_of(attempt.id, number)]


def test_checking_the_same_answer_again_is_no_further_try(build, start):
    person, attempt = start(behaviour="practice")
    build.answer(person, attempt, 1, ["b"])
    check(build, person, attempt, 1)
    check(build, person, attempt, 1, LATER)
    build.answer(person, attempt, 1, ["c"], seq=2)
    build.answer(person, attempt, 1, ["b"], seq=3)
    check(build, person, attempt, 1, LATER)
    assert tries(attempt) == [(1, ["b"], "0")]


def test_a_right_try_settles_the_question_and_so_does_the_last_one(build, start):
    person, attempt = start(behaviour="practice", tries=2, penalty=25)
    build.answer(person, attempt, 1, ["b"])
    check(build, person, attempt, 1)
    build.answer(person, attempt, 1, ["a"], seq=2)
    check(build, person, attempt, 1)
    with pytest.raises(Refused):
        build.answer(person, attempt, 1, ["c"], seq=3)
    with pytest.raises(Refused):
        check(build, person, attempt, 1)
    for seq, option in enumerate("bc", 1):
        build.answer(person, attempt, 2, [option], seq=seq)
        check(build, person, attempt, 2)
    with pytest.raises(Refused):
        build.answer(person, attempt, 2, ["a"], seq=3)
    build.submit(attempt, LATER)
    assert [str(one.earned) for one in attempts.questions_of(attempt.id)] == ["3/4", "0", "0", "0"]


def test_an_answer_that_was_not_checked_is_the_next_try(build, start):
    person, attempt = start(behaviour="practice", penalty=25)
    build.answer(person, attempt, 1, ["b"])
    check(build, person, attempt, 1)
    build.answer(person, attempt, 1, ["a"], seq=2)
    build.submit(attempt, LATER)
    assert attempts.questions_of(attempt.id)[0].earned == Fraction(3, 4)


def test_nothing_is_checked_in_an_exam_nor_without_an_answer_nor_for_a_stranger(build, start):
    person, attempt = start()
    build.answer(person, attempt, 1, ["b"])
    with pytest.raises(Refused):
        check(build, person, attempt, 1)
    person, attempt = start(behaviour="practice")
    with pytest.raises(Invalid):
        check(build, person, attempt, 1)
    with pytest.raises(NotFound):
        check(build, build.person(), attempt, 1)
    build.submit(attempt, LATER)
    with pytest.raises(taking.TimeUp):
        check(build, person, attempt, 1)


def test_of_two_checks_at_once_one_is_a_try(app, build, start):
    person, attempt = start(behaviour="practice")
    build.answer(person, attempt, 1, ["b"])
    signed_in, gate, failed = build.signed_in(person), threading.Barrier(6), []
    db.session.remove()

    def one_check():
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    practice.check_answer(signed_in, attempt.id, 1, NOW)
            except Exception as error:
                failed.append(error)
            db.session.remove()

    threads = [threading.Thread(target=one_check) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert tries(attempt) == [(1, ["b"], "0")]


def test_checks_and_saves_at_once_never_make_more_tries_than_allowed(app, build, start):
    person, attempt = start(behaviour="practice", tries=2)
    build.answer(person, attempt, 1, ["b"])
    signed_in, gate, failed = build.signed_in(person), threading.Barrier(6), []
    db.session.remove()

    def save_and_check(seq, option):
        with app.app_context():
            gate.wait()
            for work in (
                lambda: taking.save_answer(signed_in, attempt.id, 1, [option], seq, NOW),
                lambda: practice.check_answer(signed_in, attempt.id, 1, NOW),
            ):
                try:
                    with transaction():
                        work()
                except (Refused, taking.StaleAnswer):
                    pass
                except Exception as error:
                    failed.append(error)
            db.session.remove()

    threads = [threading.Thread(target=save_and_check, args=(seq, "bc"[seq % 2])) for seq in range(2, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    made = tries(attempt)
    assert [place for place, _response, _credit in made] == list(range(1, len(made) + 1))
    assert 1 <= len(made) <= 2


def test_certainty_is_saved_with_the_answer_in_one_step(build, start):
    person, attempt = start(certainty=True)
    with transaction():
        taking.save_answer(build.signed_in(person), attempt.id, 1, ["b"], 1, NOW, 3, "phone-1")
        taking.save_answer(build.signed_in(person), attempt.id, 2, ["a"], 1, NOW, None, "x" * 99)
    answer = attempts.answer(attempt.id, 1)
    assert (answer.certainty, answer.device, attempts.answer(attempt.id, 2).device) == (3, "phone-1", None)
    with pytest.raises(Invalid), transaction():
        taking.save_answer(build.signed_in(person), attempt.id, 1, ["b"], 2, NOW, 4)
    build.submit(attempt, LATER)
    assert [str(one.earned) for one in attempts.questions_of(attempt.id)] == ["-2", "1/3", "0", "0"]
    assert attempts.attempt_for(build.signed_in(person), attempt.id).score == 0


def test_where_certainty_is_not_asked_none_is_kept(build, start):
    person, attempt = start()
    with transaction():
        taking.save_answer(build.signed_in(person), attempt.id, 1, ["a"], 1, NOW, 3)
    assert attempts.answer(attempt.id, 1).certainty is None


def test_an_earlier_question_takes_no_answer_and_a_second_click_on_next_skips_nothing(build, start):
    person, attempt = start(paged=True, back=False)
    build.answer(person, attempt, 1, ["a"])
    with pytest.raises(Refused):
        build.answer(person, attempt, 2, ["a"])
    for _click in (1, 2):
        with transaction():
            practice.go_on(attempt, 1)
    with pytest.raises(Refused):
        build.answer(person, attempt, 1, ["b"], seq=2)
    build.answer(person, attempt, 2, ["a"])
    for number in (2, 3, 4, 5):
        with transaction():
            practice.go_on(attempt, number)
    assert attempts.attempt_for(build.signed_in(person), attempt.id).reached == 4


def test_within_the_grace_answers_arrive_and_one_may_submit(build, start):
    person, attempt = start(grace=5)
    during = attempt.ends_at + dt.timedelta(minutes=4)
    build.answer(person, attempt, 1, ["a"], now=during)
    with transaction():
        assert taking.close_overdue(during, ZONE) == 0
    build.submit(attempt, during)
    ended = attempts.attempt_for(build.signed_in(person), attempt.id)
    assert (ended.state, ended.submitted_at, ended.score) == (AttemptState.SUBMITTED, during, 25)


def test_after_the_grace_the_server_closes(build, start):
    person, attempt = start(grace=5)
    after = attempt.ends_at + dt.timedelta(minutes=5, seconds=1)
    with pytest.raises(taking.TimeUp):
        build.answer(person, attempt, 1, ["a"], now=after)
    with transaction():
        assert taking.close_overdue(after, ZONE) == 1
    assert attempts.attempt_for(build.signed_in(person), attempt.id).state == AttemptState.CLOSED


def test_without_a_time_limit_nothing_ends_an_attempt(build, start):
    person, attempt = start()
    with transaction():
        db.session.get(type(attempt), attempt.id).ends_at = None
    build.answer(person, attempt, 1, ["a"], now=NOW + dt.timedelta(days=300))
    with transaction():
        assert taking.close_overdue(NOW + dt.timedelta(days=300), ZONE) == 0


# ---- on the pages, without script


@pytest.fixture
def open_page(visit, start):
    def make(**settings):
        person, attempt = start(now=dt.datetime.now(dt.UTC), **settings)
        return visit(person), f"/attempts/{attempt.id}", attempt, person

    return make


def place_of(attempt, number, option):
    """The place of an option in the order of the attempt."""
    return str(attempts.questions_of(attempt.id)[number - 1].order.index(option) + 1)


def hinted(name="one"):
    made = question(name)
    made["content"]["hints"] = [{"en": "SECRET first hint"}, {"en": "SECRET second hint"}]
    return made


def test_a_check_tells_what_was_wrong_and_the_next_hint_and_at_last_the_answer(open_page):
    visitor, address, attempt, _person = open_page(behaviour="practice", tries=2, questions=[hinted(), question("two")])
    assert "SECRET" not in visitor.get(address).text
    wrong = place_of(attempt, 1, "b")
    visitor.post(f"{address}/answers/1/check", **{"seen-1": "0", "answer-1": wrong})
    page = visitor.get(address)
    assert "Not right." in page.text
    assert "SECRET first hint" in page.text
    assert "SECRET why it is wrong" in page.text
    assert "SECRET second hint" not in page.text
    assert "SECRET feedback on one" not in page.text
    assert "SECRET feedback on two" not in page.text
    visitor.post(f"{address}/answers/1/check", **{"seen-1": "1", "answer-1": place_of(attempt, 1, "c")})
    settled = soup(visitor.get(address)).select_one("#q1")
    assert settled.name == "div"
    assert settled.find("input") is None
    assert "SECRET feedback on one" in settled.get_text()
    assert "Option a of one" in settled.select_one(".ans-r").get_text()


def test_what_practice_may_not_tell_during_the_attempt_it_does_not_tell(open_page):
    review = {**default_review(), "during": {"marks": "never", "right": "never", "feedback": "never"}}
    visitor, address, attempt, _person = open_page(behaviour="practice", tries=1, review=review, questions=[question("one")])
    visitor.post(f"{address}/answers/1/check", **{"seen-1": "0", "answer-1": place_of(attempt, 1, "b")})
    text = visitor.get(address).text
    assert "SECRET" not in text
    assert "Right answer" not in text
    assert "Wrong" not in text


def test_an_empty_answer_is_not_checked_and_the_message_stands_at_the_question(open_page):
    visitor, address, _attempt, _person = open_page(behaviour="practice")
    page = soup(visitor.post(f"{address}/answers/2/check", 400, **{"seen-2": "0"}))
    assert "Answer the question first." in page.select_one("#q2-error").get_text()


def test_one_question_a_page_with_a_way_back_saves_on_the_way(open_page):
    visitor, address, attempt, _person = open_page(paged=True)
    page = soup(visitor.get(address))
    assert [field["id"] for field in page.select("fieldset.q")] == ["q1"]
    answer = place_of(attempt, 1, "a")
    to = visitor.post(f"{address}/answers", page="1", go="next", **{"seen-1": "0", "answer-1": answer})
    assert to.location.endswith("?page=2")
    page = soup(visitor.get(to.location))
    assert [field["id"] for field in page.select("fieldset.q")] == ["q2"]
    to = visitor.post(f"{address}/answers", page="2", go="1", **{"seen-2": "0"})
    assert soup(visitor.get(to.location)).select_one("#q1 input[checked]")["value"] == answer


def test_without_a_way_back_an_earlier_page_is_refused_and_a_save_too(open_page):
    visitor, address, _attempt, _person = open_page(paged=True, back=False)
    to = visitor.post(f"{address}/answers", page="1", go="next", **{"seen-1": "0"})
    page = soup(visitor.get(to.location))
    assert [field["id"] for field in page.select("fieldset.q")] == ["q2"]
    assert page.find("button", value="previous") is None
    assert visitor.get(f"{address}?page=1", 302).location == address
    visitor.put(f"{address}/answers/1", {"answer": ["1"], "seq": 1}, 403)
    review = visitor.get(f"{address}/review").text
    assert "page=2" in review
    assert "page=1" not in review
    visitor.post(f"{address}/answers", page="1", go="next", **{"seen-1": "0"})
    assert soup(visitor.get(address)).select_one("fieldset.q")["id"] == "q2"


def test_certainty_is_asked_with_words_and_stakes_and_told_in_the_result(open_page):
    visitor, address, attempt, _person = open_page(certainty=True, questions=[question("one"), question("two", marks=2)])
    page = soup(visitor.get(address))
    assert [label.get_text(" ", strip=True) for label in page.select("#q2 .sure label")] == [
        "Not sure right +2, wrong 0",
        "Fairly sure right +4, wrong −4",
        "Sure right +6, wrong −12",
    ]
    answers = {"answer-1": place_of(attempt, 1, "b"), "answer-2": place_of(attempt, 2, "a")}
    visitor.post(f"{address}/answers", **answers, **{"seen-1": "0", "seen-2": "0", "certainty-1": "3", "certainty-2": "2"})
    visitor.post(f"{address}/submit")
    text = soup(visitor.get(f"{address}/result")).get_text(" ", strip=True)
    assert "Sure and wrong: question 1." in text
    assert "−6 of 3 marks." in text
    assert "4 of 6 marks." in text
    assert "Fairly sure and right" in text


def test_a_form_with_a_wrong_row_saves_the_rest_and_names_the_row(open_page):
    ordering = {**question("two")["content"], "kind": "ordering"}
    visitor, address, attempt, _person = open_page(questions=[question("one"), {"id": "two", "marks": 1, "content": ordering}])
    fields = {"seen-1": "0", "answer-1": "1", "seen-2": "0", "answer-2": ["1:1", "1:2", "2:3"]}
    page = soup(visitor.post(f"{address}/answers", 400, **fields))
    assert "a place of its own" in page.select_one("#q2-error").get_text()
    assert [one.response for one in attempts.questions_of(attempt.id)] == [[attempts.questions_of(attempt.id)[0].order[0]], []]


def test_the_save_says_how_much_time_is_left(open_page):
    visitor, address, _attempt, _person = open_page()
    left = visitor.put(f"{address}/answers/1", {"answer": ["1"], "seq": 1}).json["left"]
    assert 890 < left <= 900


def test_overdue_the_page_is_locked_and_the_result_says_how_late_it_was(open_page, build):
    visitor, address, attempt, _person = open_page(grace=10)
    with transaction():
        db.session.get(type(attempt), attempt.id).ends_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3)
    page = soup(visitor.get(address))
    assert page.select_one("#questions").has_attr("inert")
    visitor.put(f"{address}/answers/1", {"answer": ["1"], "seq": 1})
    visitor.post(f"{address}/submit")
    assert "minutes after the time" in visitor.get(f"{address}/result").text


def test_sections_stand_with_their_title_and_intro(open_page):
    visitor, address, attempt, _person = open_page()
    with transaction():
        db.session.get(type(attempt), attempt.id).sections = [{"title": {"en": "Part one"}, "intro": {"en": "Read *well*."}}]
    page = soup(visitor.get(address))
    assert [head.get_text() for head in page.select(".q-sec h2")] == ["Part one"]
    assert page.select_one(".q-sec em").get_text() == "well"


def test_without_a_way_back_the_review_does_not_show_what_has_not_come_yet(open_page):
    visitor, address, _attempt, _person = open_page(paged=True, back=False)
    shown = [row.select_one(".tapline") for row in soup(visitor.get(f"{address}/review")).select(".quiz-l")]
    assert [row is not None for row in shown] == [True] + [False] * (len(shown) - 1)


def test_a_page_of_thousands_of_digits_is_no_page(open_page):
    visitor, address, _attempt, _person = open_page(paged=True)
    assert visitor.post(f"{address}/answers", page="1", go="9" * 5000).location.endswith("/review")
