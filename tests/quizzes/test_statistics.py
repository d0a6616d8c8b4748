"""Statistics from the database to the page: which attempts count, drawn and regraded questions, certainty, jobs, and nobody's name."""

import csv
import datetime as dt
import io
from fractions import Fraction

import openpyxl
import pytest
from sqlalchemy import select, update

from core import jobs
from core.db import db, transaction
from core.errors import NotFound
from ops.jobs import RUNNERS
from people.rules import Role
from quizzes.actions.statistics import ask_for_statistics
from quizzes.models.attempts import Answer, Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionRevision
from quizzes.models.quizzes import Quiz
from quizzes.queries import statistics, statistics_pages
from quizzes.queries.statistics_pages import JOB, question_statistics, statistics_page
from quizzes.rules.statistics import Which
from tests.builders import NOW, question
from tests.conftest import soup
from tests.quizzes import naive

ADDRESS = "/manage/quizzes/second-man/statistics"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def company(build):
    """A case with a quiz of three questions of one mark each, the right option always a."""
    build.case()
    build.quiz(questions=[question(name) for name in ("one", "two", "three")], attempts=9)
    return build


def sit(build, person, chosen, now=NOW, certainties=None):
    """One attempt that chose these options, a letter a question and a dash for no answer."""
    build.studied(person, "second-man", now)
    attempt = build.attempt(person, now=now)
    for number, option in enumerate(chosen, 1):
        if option != "-":
            answer(build, person, attempt, number, option, now)
    if certainties:
        with transaction():
            db.session.execute(update(Attempt).where(Attempt.id == attempt.id).values(settings={"certainty": True}))
            attempt = db.session.get(Attempt, attempt.id, populate_existing=True)
            for number, sure in enumerate(certainties, 1):
                db.session.execute(update(Answer).where(Answer.attempt_id == attempt.id, Answer.number == number).values(certainty=int(sure)))
    build.submit(attempt, now + dt.timedelta(minutes=4))
    return attempt


def answer(build, person, attempt, number, option, now):
    """Answer with an option by its id: the browser sends its place."""
    order = db.session.scalar(select(AttemptQuestion.option_order).where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.number == number))
    build.answer(person, attempt, number, [str(order.index(option) + 1)], now=now)


def report(which=Which.FIRST):
    db.session.expire_all()
    return statistics_page("second-man", which).report


def by_name(found):
    """Figures by the name of the question."""
    names = dict(db.session.execute(select(Question.id, Question.uid)).all())
    return {names[one.question_id].rpartition("/")[2]: one for one in found.questions}


def test_the_figures_of_stored_attempts_are_those_of_the_definitions(company):
    rows = ("aaa", "aab", "aba", "bba", "bbb", "a-c", "abb")
    for chosen in rows:
        sit(company, company.person(), chosen)
    found, scores = report(), [[Fraction(option == "a") for option in row] for row in rows]
    for name, value in naive.quiz(scores, [1, 1, 1]).items():
        assert getattr(found.quiz, name) == pytest.approx(value, abs=1e-9), name
    for place, name in enumerate(("one", "two", "three")):
        for figure, value in naive.question(scores, [1, 1, 1], place).items():
            assert getattr(by_name(found)[name], figure) == pytest.approx(value, abs=1e-9), (name, figure)
    assert found.quiz.minutes == [4, 4, 4]
    assert {name: sum(counts) for name, counts in by_name(found)["two"].pieces.items()} == {"a": 2, "b": 4, "": 1}
    assert by_name(found)["two"].answered == 6
    assert by_name(found)["one"].guess == pytest.approx(100 / 3)


def test_first_last_best_and_all_attempts_are_counted_as_chosen(company):
    person = company.person()
    for number, chosen in enumerate(("abb", "aab", "bbb")):
        sit(company, person, chosen, NOW + number * HOUR)
    means = {which: (report(which).quiz.attempts, round(report(which).quiz.mean)) for which in Which}
    assert means == {Which.FIRST: (1, 33), Which.LAST: (1, 0), Which.HIGHEST: (1, 67), Which.ALL: (3, 33)}


def test_open_attempts_and_those_a_person_must_still_mark_do_not_count(company):
    sit(company, company.person(), "aaa")
    person = company.person()
    company.studied(person, "second-man")
    company.attempt(person)
    waiting = sit(company, company.person(), "bbb")
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == waiting.id).values(state="marking", score=None, passed=None))
    assert report().quiz.attempts == 1


def test_marks_as_they_stand_after_a_regrade_count(company):
    attempt = sit(company, company.person(), "bbb")
    sit(company, company.person(), "aaa")
    with transaction():
        db.session.execute(update(AttemptQuestion).where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.number == 1).values(earned="1/2"))
    assert by_name(report())["one"].facility == 75


def test_revisions_of_a_question_are_counted_together_and_the_newest_is_shown(company):
    sit(company, company.person(), "aaa")
    changed = question("one")
    changed["content"]["text"] = {"en": "Asked anew?", "zh": "新问法？"}
    company.quiz(questions=[changed, question("two"), question("three")], attempts=9)
    sit(company, company.person(), "baa")
    found = by_name(report())["one"]
    assert (found.attempts, found.revisions) == (2, 2)
    assert statistics_page("second-man", Which.FIRST).contents[found.question_id]["text"]["en"] == "Asked anew?"


def test_a_drawn_question_is_held_against_the_attempts_that_have_it(company):
    for chosen in ("aaa", "aba", "bbb", "bab"):
        sit(company, company.person(), chosen)
    last = sit(company, company.person(), "aaa")
    company.quiz(questions=[question("one"), question("two"), question("four")], attempts=9)
    four = db.session.scalar(select(QuestionRevision.id).join(Question).where(Question.uid.endswith("/four")))
    third = AttemptQuestion.attempt_id == last.id, AttemptQuestion.number == 3
    with transaction():
        db.session.execute(update(AttemptQuestion).where(*third).values(question_revision_id=four))
    found = report()
    assert found.quiz.drawn
    assert {name: one.attempts for name, one in by_name(found).items()} == {"one": 5, "two": 5, "three": 4, "four": 1}
    assert by_name(found)["four"].discrimination is None


def test_attempts_of_other_quizzes_that_lie_between_do_not_count(company):
    company.case("other")
    company.quiz("other", questions=[question("one")])
    for number in range(3):
        sit(company, company.person(), "aab")
        person = company.person()
        company.studied(person, "other")
        company.submit(company.attempt(person, "other"), NOW + number * HOUR)
    found = report()
    assert found.quiz.attempts == 3
    assert {one.attempts for one in found.questions} == {3}


def test_attempts_are_read_in_parts_without_losing_one(company, monkeypatch):
    for chosen in ("aaa", "aab", "abb", "bbb", "aba"):
        sit(company, company.person(), chosen)
    whole = report()
    monkeypatch.setattr(statistics, "CHUNK", 2)
    heard = []
    quiz = db.session.scalars(select(Quiz)).one()
    assert statistics.compute(quiz.id, Which.FIRST, lambda done, total: heard.append((done, total))) == whole
    assert heard == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_sure_and_wrong_is_counted_by_question_cause_and_department(company):
    large, small = company.department("Large"), company.department("Small")
    for number in range(6):
        sit(company, company.person(large), "baa" if number < 2 else "aaa", certainties="331")
    for _number in range(2):
        sit(company, company.person(small), "baa", certainties="332")
    found = report()
    assert [row[0] for row in by_name(found)["one"].sure] == [0, 0, 8]
    assert by_name(found)["one"].sure[-1][2] == 4
    assert [row[0] for row in by_name(found)["three"].sure] == [6, 2, 0]
    assert [(row.surest, row.wrong) for row in found.causes] == [(16, 4)]
    assert [(row.name, row.people, row.surest, row.wrong) for row in found.departments] == [("", 8, 16, 4)]


def test_certainty_counts_only_where_the_attempt_asked_for_it(company):
    attempt = sit(company, company.person(), "aaa")
    with transaction():
        db.session.execute(update(Answer).where(Answer.attempt_id == attempt.id).values(certainty=3))
    assert not report().asks_certainty


def test_the_quiz_of_somebodys_own_mistakes_has_no_statistics(company):
    sit(company, company.person(), "aaa")
    with transaction():
        db.session.execute(update(Quiz).values(purpose="mistakes"))
    for ask in (lambda: statistics_page("second-man", Which.FIRST), lambda: question_statistics(1, "second-man", Which.FIRST)):
        with pytest.raises(NotFound):
            ask()


def test_a_question_opens_in_the_quiz_with_most_attempts_and_not_in_one_that_never_asked_it(company):
    sit(company, company.person(), "aaa")
    company.case("other")
    company.quiz("other", questions=[question("one")])
    found = question_statistics(1, "", Which.FIRST)
    assert (found.page.quiz.slug, found.figures.attempts) == ("second-man", 1)
    with pytest.raises(NotFound):
        question_statistics(1, "other", Which.FIRST)


# Many attempts.


def test_many_attempts_wait_for_a_job_whose_result_every_author_sees(company, visit, monkeypatch):
    for chosen in ("aaa", "bbb", "aab"):
        sit(company, company.person(), chosen)
    here = report()
    monkeypatch.setattr(statistics_pages, "AT_ONCE", 2)
    author, other = company.person(role=Role.AUTHOR), company.person(role=Role.AUTHOR)
    assert "Not computed yet" in visit(author).get(ADDRESS).text
    assert "Not computed yet" in visit(author).get("/manage/questions/1/statistics").text
    quiz = db.session.scalars(select(Quiz)).one()
    with transaction():
        job, new = ask_for_statistics(company.signed_in(author), quiz, Which.FIRST, {"language": "en", "title": "T", "then": "/", "back": "/"}, NOW)
        again, doubled = ask_for_statistics(company.signed_in(author), quiz, Which.FIRST, {"language": "en", "title": "T", "then": "/", "back": "/"}, NOW)
        assert (new, doubled, again.id) == (True, False, job.id)
    result = RUNNERS[JOB](job.arguments, lambda done, total: jobs.report(job.id, done, total, NOW))
    with transaction():
        jobs.finish(job.id, "done", result, "", NOW)
    assert report() == here
    sit(company, company.person(), "aaa", NOW + HOUR)
    page = visit(other).get(ADDRESS).text
    assert "1 attempt was marked since." in page
    assert "Compute again" in page
    assert "What was answered" in visit(other).get("/manage/questions/1/statistics").text
    assert "Not computed yet" in visit(other).get(ADDRESS + "?attempts=all").text


def test_asking_leads_to_the_page_of_the_job(company, visit, monkeypatch):
    sit(company, company.person(), "aaa")
    started = []
    monkeypatch.setattr(jobs, "run_apart", started.append)
    author = visit(company.person(role=Role.AUTHOR))
    author.get(ADDRESS)
    where = author.post(ADDRESS + "?attempts=all").location
    assert where == f"/jobs/{started[0].id}"
    assert started[0].arguments["which"] == "all"
    assert started[0].arguments["then"] == ADDRESS + "?attempts=all"
    assert author.post(ADDRESS + "?attempts=all").location == where
    assert len(started) == 1


# Pages.


@pytest.mark.parametrize(("language", "words"), [("en", "Nobody has finished this quiz yet"), ("zh", "")])
def test_without_attempts_the_page_says_so(company, visit, language, words):
    assert words in visit(company.person(role=Role.AUTHOR), language).get(ADDRESS).text
    assert visit(company.person(role=Role.AUTHOR), language).get("/manage/questions/1/statistics").text


def test_the_page_shows_figures_words_and_the_worst_question_first(company, visit):
    for chosen in ["aaa"] * 12 + ["aba"] * 10 + ["bab"] * 11:
        sit(company, company.person(), chosen)
    page = soup(visit(company.person(role=Role.AUTHOR)).get(ADDRESS))
    table = page.find(id="questions").find_parent("section")
    assert "Question two?" in table.find("tbody").find("tr").text
    assert "Check the key: the strong get it wrong more often." in table.find("tbody").find("tr").text
    assert "by 33 people" in page.text
    assert "Fewer than 30" not in page.text
    chart = page.find("svg", {"role": "img"})
    assert len(chart.find_all("rect")) == 20
    twin = [[cell.text for cell in row.find_all(["th", "td"])] for row in page.find("details").find_all("tr")]
    assert twin[1:] == [["30–35", "11"], ["65–70", "10"], ["95–100", "12"]]


def test_the_question_shows_each_option_by_thirds(company, visit):
    for chosen in ["aaa"] * 12 + ["aab"] * 10 + ["cbb"] * 11:
        sit(company, company.person(), chosen)
    page = soup(visit(company.person(role=Role.AUTHOR)).get("/manage/questions/1/statistics?quiz=second-man"))
    rows = {row.find("th").get_text(" ", strip=True): [cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in page.find_all("tr")[1:]}
    right = next(cells for name, cells in rows.items() if name.startswith("Option a"))
    assert right == ["22 67 %", "100 %", "100 %", "0 %"]
    assert any("Chosen by nobody: replace it." in name for name in rows)


def test_nobody_is_named_on_any_page_or_in_any_file(company, visit):
    for number in range(3):
        sit(company, company.person(name_en=f"Secretname {number}", employee_no=f"SECRET{number}"), "ab-", certainties="33")
    author = visit(company.person(role=Role.AUTHOR))
    for address in (ADDRESS, "/manage/questions/1/statistics", ADDRESS + ".csv"):
        assert "ecret" not in author.get(address).text.lower().replace("secret feedback", "")
    book = openpyxl.load_workbook(io.BytesIO(author.get(ADDRESS + ".xlsx").data))
    assert not [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if "secretname" in str(cell).lower()]


def test_files_hold_the_figures_and_no_formula(company, visit):
    changed = question("one")
    changed["content"]["text"] = {"en": "=1+1?", "zh": "一加一？"}
    company.quiz(questions=[changed, question("two"), question("three")], attempts=9)
    for chosen in ("aaa", "bba", "aab"):
        sit(company, company.person(), chosen)
    author = visit(company.person(role=Role.AUTHOR))
    rows = list(csv.reader(io.StringIO(author.get(ADDRESS + ".csv").data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Question", "Attempts", "Facility"]
    assert {row[0] for row in rows[1:]} == {"'=1+1?", "Question two?", "Question three?"}
    book = openpyxl.load_workbook(io.BytesIO(author.get(ADDRESS + ".xlsx").data))
    assert book.sheetnames == ["Quiz", "Questions", "Answers"]
    assert book["Questions"].max_row == 4
    assert {cell.data_type for row in book["Questions"].iter_rows(min_row=2) for cell in row[:1]} == {"s"}


def test_an_unknown_quiz_or_question_is_not_found(company, visit):
    author = visit(company.person(role=Role.AUTHOR))
    for address in ("/manage/quizzes/nowhere/statistics", "/manage/questions/99999/statistics", "/manage/questions/1/statistics?quiz=nowhere"):
        author.get(address, 404)
