"""The supervisor's matrix, its filters and counts, one person's page, and the exports."""

import csv
import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from core import clock
from learning.queries import progress
from learning.queries.progress import MatrixFilters
from learning.rules import State
from people.queries import MANY_DEPARTMENTS
from tests.builders import NOW, ZONE
from tests.conftest import soup

TODAY = NOW.astimezone(ZONE).date()


@pytest.fixture
def plant(build, monkeypatch):
    """A workshop with a team, one person in every state, and a department next door."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    build.case()
    build.quiz()
    build.course("second-man", starts_on=TODAY - dt.timedelta(days=20), due_days=30)
    workshop, next_door = build.department("Workshop"), build.department("Next door")
    team = build.department("Team", workshop)
    people = {
        "done": build.person(team),
        "failing": build.person(workshop, joined_on=TODAY),
        "due": build.person(team, joined_on=TODAY - dt.timedelta(days=24)),
        "open": build.person(team, joined_on=TODAY - dt.timedelta(days=5)),
        "overdue": build.person(workshop),
        "neighbour": build.person(next_door),
    }
    build.finished(people["done"], "second-man")
    build.finished(people["failing"], "second-man", right=False)
    people["supervisor"] = build.person(workshop, supervises=workshop, joined_on=TODAY)
    people["leader"] = build.person(team, supervises=team, joined_on=TODAY)
    people["director"] = build.person(next_door, supervises=build.root, joined_on=TODAY)
    return people, workshop, team, next_door


def shown(build, person, **filters):
    page = progress.matrix(build.signed_in(person), MatrixFilters(**filters), TODAY, "en")
    return page, {who.employee_no for who in page.people}


def test_everybody_below_the_department_is_listed_and_nobody_else(build, plant):
    people, _workshop, team, _next_door = plant
    everybody = {name: person.employee_no for name, person in people.items()}
    assert shown(build, people["supervisor"])[1] == {everybody[name] for name in ("done", "failing", "due", "open", "overdue", "supervisor", "leader")}
    assert shown(build, people["leader"])[1] == {everybody[name] for name in ("done", "due", "open", "leader")}
    assert shown(build, people["director"])[1] == set(everybody.values())
    assert shown(build, people["director"], department=team.id)[1] == {everybody[name] for name in ("done", "due", "open", "leader")}


def test_counts_agree_with_the_people_behind_them(build, plant):
    people, *_departments = plant
    page, _numbers = shown(build, people["director"])
    assert page.counts.people == 9
    for state in State:
        listed, _numbers = shown(build, people["director"], state=state)
        assert len(listed.people) == page.counts.states[state], state
        assert {who.state for who in listed.people} <= {state}
    assert page.counts.states[State.DONE] == 1
    assert page.counts.states[State.FAILING] == 1


@pytest.mark.parametrize("days", [0, 9, 10, 11, 16, 17, 18, 40])
def test_the_state_in_sql_is_the_state_in_python_on_any_day(build, plant, days):
    people, *_departments = plant
    today = TODAY + dt.timedelta(days=days)
    reader = build.signed_in(people["director"])
    everyone = progress.matrix(reader, MatrixFilters(), today, "en").people
    for state in State:
        in_sql = {who.employee_no for who in progress.matrix(reader, MatrixFilters(state=state), today, "en").people}
        assert in_sql == {who.employee_no for who in everyone if who.state is state}, state


def test_a_name_or_number_is_found_in_both_languages(build, plant):
    people, *_departments = plant
    reader, wanted = people["director"], people["due"]
    for text in (wanted.employee_no, wanted.employee_no.lower(), wanted.name_en, wanted.name_zh):
        assert wanted.employee_no in shown(build, reader, q=text)[1]
    assert shown(build, reader, q="100%")[1] == set()


def test_pages_follow_each_other_without_gap_or_repeat(build, plant):
    people, workshop, _team, next_door = plant
    for number in range(120):
        build.person(next_door if number % 2 else workshop, employee_no=f"N{number:03}")
    seen, after = [], ""
    while after is not None:
        page, _numbers = shown(build, people["director"], after=after)
        seen += [who.employee_no for who in page.people]
        after = page.after
    assert len(seen) == len(set(seen)) == page.counts.people == 129


def test_another_department_is_not_found_in_list_page_and_export(plant, visit):
    people, _workshop, _team, next_door = plant
    visitor = visit(people["supervisor"])
    for address in ("/supervision/", "/supervision/export.csv", "/supervision/export.xlsx"):
        visitor.get(f"{address}?department={next_door.id}", 404)
        visitor.get(f"{address}?department=99999", 404)
    visitor.get(f"/supervision/people/{people['neighbour'].employee_no}", 404)
    visitor.get("/supervision/people/nobody", 404)
    visitor.get(f"/supervision/people/{people['done'].employee_no}")


def test_the_page_shows_results_and_leads_to_the_person(plant, visit):
    people, *_departments = plant
    page = visit(people["supervisor"]).get("/supervision/")
    link = soup(page).find("a", href=f"/supervision/people/{people['done'].employee_no}")
    assert "100" in link.find_parent("tr").get_text()
    person = visit(people["supervisor"]).get(link["href"])
    assert "The second man in" in person.text


def queries_count(page, state):
    """The tiles without a link all show zero."""
    return sum(int(number.get_text(strip=True)) for number in page.select("div.tile .num"))


def test_every_count_leads_to_its_people(plant, visit):
    people, *_departments = plant
    page = soup(visit(people["supervisor"]).get("/supervision/"))
    for state in State:
        link = page.select_one(f'a.tile[href*="state={state}"]')
        if link is None:  # nobody is in this state, and nothing leads to nobody
            assert queries_count(page, state) == 0
            continue
        count = int(link.select_one(".num").get_text(strip=True))
        rows = soup(visit(people["supervisor"]).get(link["href"])).select("table.mx tbody tr:not(.team)")
        assert len(rows) == count, state


def test_nonsense_in_the_filters_shows_everybody(plant, visit):
    people, *_departments = plant
    visit(people["supervisor"]).get("/supervision/?department=x&state=y&after=z&q=" + "w" * 500)


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_both_exports_hold_the_same_people_as_the_filters(plant, visit):
    people, _workshop, team, _next_door = plant
    visitor = visit(people["supervisor"])
    rows = rows_of(visitor.get(f"/supervision/export.csv?department={team.id}&state=done"))
    assert rows[0][:3] == ["Employee number", "Name", "Department"]
    assert [row[0] for row in rows[1:]] == [people["done"].employee_no]
    assert rows[1][-1] == f"{TODAY.isoformat()} (100)"
    book = load_workbook(io.BytesIO(visitor.get(f"/supervision/export.xlsx?department={team.id}&state=done").data))
    assert [[str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)] == rows


def test_the_export_speaks_chinese(plant, visit):
    people, *_departments = plant
    rows = rows_of(visit(people["supervisor"], "zh").get("/supervision/export.csv"))
    assert rows[0][:3] == ["工号", "姓名", "部门"]


def test_a_name_that_looks_like_a_formula_is_text(plant, build, visit):
    people, workshop, *_departments = plant
    build.person(workshop, employee_no="F1", name_en="=HYPERLINK(1)")
    rows = rows_of(visit(people["supervisor"]).get("/supervision/export.csv?q=F1"))
    assert rows[1][1] == "'=HYPERLINK(1)"


def test_without_a_course_the_page_says_so(build, visit):
    department = build.department()
    assert visit(build.person(department, supervises=department)).get("/supervision/").status_code == 200


def test_my_learning_names_the_next_thing(plant, visit):
    people, *_departments = plant
    assert soup(visit(people["open"]).get("/learning/")).select_one('main a.btn-primary[href="/cases/second-man"]')
    assert not soup(visit(people["done"]).get("/learning/")).select_one('main a.btn-primary[href="/cases/second-man"]')


def test_my_record_lists_every_line(plant, visit):
    people, *_departments = plant
    page = visit(people["failing"]).get("/learning/record")
    assert len(soup(page).select("table tbody tr")) == 2


def test_of_very_many_departments_only_the_upper_ones_are_offered_and_they_are_read_once(plant, build, visit, statements):
    people, workshop, team, next_door = plant
    for number in range(MANY_DEPARTMENTS):
        build.department(f"Team {number}", workshop)
    director = visit(people["director"])
    options = [option["value"] for option in soup(director.get("/supervision/")).select("#department option")]
    assert options == ["", str(build.root.id), str(workshop.id), str(next_door.id)]
    with statements() as sent:
        director.get(f"/supervision/?department={team.id}")
    assert not [statement for statement in sent if statement.startswith("SELECT department.id")]


def test_on_a_phone_whoever_has_a_problem_is_a_link_to_tap(plant, visit):
    people, *_departments = plant
    page = soup(visit(people["supervisor"]).get("/supervision/"))
    assert [link["href"].rpartition("/")[2] for link in page.select("ul.lines > li > div a.tapline")] == [people["failing"].employee_no]
