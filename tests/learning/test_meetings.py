"""Team meetings: whose they are, what each screen sends, how hands are counted, and what the roll writes into the records."""

import datetime as dt

import pytest
from sqlalchemy import select

import learning.actions
from cases.queries.reading import case_page
from core import clock
from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from learning import access, rules
from learning.models import Completion, Meeting, MeetingHand, MeetingPerson
from learning.queries import meetings, progress
from learning.queries.records import verify_records
from learning.rules import Show
from tests.builders import NOW, ZONE, case_document, pair
from tests.conftest import soup

LATER = NOW + dt.timedelta(minutes=14)
LAST = len(rules.scenes(case_document())) - 1


@pytest.fixture
def team(build, monkeypatch):
    """Two teams under one workshop, each with a leader, and a department next door."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    build.case()
    build.quiz()
    build.course("second-man")
    workshop, next_door = build.department("Workshop"), build.department("Next door")
    ours, theirs = build.department("Our team", workshop), build.department("Their team", workshop)
    return {
        "ours": ours,
        "theirs": theirs,
        "leader": build.person(ours, supervises=ours, name_en="Sample Leader"),
        "head": build.person(workshop, supervises=workshop),
        "neighbour": build.person(next_door, supervises=next_door),
        "worker": build.person(ours, name_en="Sample Worker"),
        "mate": build.person(ours),
        "other": build.person(theirs),
        "stranger": build.person(next_door),
    }


def begin(build, team, leader="leader", department="ours", step=LAST):
    """A running meeting, moved on to a screen."""
    with transaction():
        page = case_page("second-man", team[leader].id)
        meeting = learning.actions.start_meeting(build.signed_in(team[leader]), page, team[department].id, NOW)
        meeting.step = step
    return meeting.id


def end(build, team, meeting_id, *names, leader="leader", now=LATER):
    person = build.signed_in(team[leader])
    with transaction():
        learning.actions.end_meeting(person, meetings.stage(person, meeting_id), {team[name].id for name in names}, now, ZONE)


def lines(person):
    return db.session.scalars(select(Completion).where(Completion.person_id == person.id).order_by(Completion.number)).all()


def test_a_meeting_writes_one_line_for_everybody_on_its_roll_and_keeps_their_progress(build, team):
    end(build, team, begin(build, team), "worker", "mate")
    for name in ("worker", "mate"):
        (line,) = lines(team[name])
        assert (line.kind, line.slug, line.revision, line.result, line.proof) == ("case", "second-man", 1, "done", "team-meeting")
        assert (line.minutes, line.started_at, line.completed_at) == (14, NOW, LATER)
    assert lines(team["leader"]) == lines(team["other"]) == []
    page = progress.matrix(build.signed_in(team["leader"]), progress.MatrixFilters(), NOW.date(), "en")
    assert {who.employee_no for who in page.people if who.study("second-man")} == {team["worker"].employee_no, team["mate"].employee_no}
    assert verify_records(ZONE).findings == []


def test_ending_twice_records_once(build, team):
    meeting_id = begin(build, team)
    leader = build.signed_in(team["leader"])
    stale = meetings.stage(leader, meeting_id)  # what a second device has read before the first one ends the meeting
    db.session.expunge_all()
    end(build, team, meeting_id, "worker")
    with transaction():
        learning.actions.end_meeting(leader, stale, {team["worker"].id, team["mate"].id}, LATER + dt.timedelta(minutes=9), ZONE)
    assert len(lines(team["worker"])) == 1
    assert lines(team["mate"]) == []
    assert db.session.get(Meeting, meeting_id, populate_existing=True).minutes == 14


def test_who_has_studied_the_case_before_gets_another_line(build, team):
    build.studied(team["worker"], "second-man", NOW - dt.timedelta(days=1))
    end(build, team, begin(build, team), "worker")
    assert [line.proof for line in lines(team["worker"])] == ["decision-and-time", "team-meeting"]


@pytest.mark.parametrize("name", ["other", "stranger", "leader"])
def test_nobody_outside_the_leaders_departments_gets_on_the_roll_nor_the_leader(build, team, name):
    meeting_id = begin(build, team)
    with pytest.raises(Refused):
        end(build, team, meeting_id, "worker", name)
    assert db.session.scalars(select(Completion)).all() == []
    assert db.session.get(Meeting, meeting_id, populate_existing=True).ended_at is None


def test_a_head_puts_people_of_any_of_their_teams_on_the_roll(build, team):
    end(build, team, begin(build, team, "head"), "worker", "other", leader="head")
    assert [len(lines(team[name])) for name in ("worker", "other")] == [1, 1]


def test_who_has_left_gets_no_line(build, team):
    meeting_id = begin(build, team)
    with transaction():
        db.session.get(type(team["worker"]), team["worker"].id).active = False
    with pytest.raises(Refused):
        end(build, team, meeting_id, "worker")


def test_a_meeting_of_nobody_and_one_before_its_last_screen_are_not_recorded(build, team):
    with pytest.raises(Invalid):
        end(build, team, begin(build, team))
    with pytest.raises(Invalid):
        end(build, team, begin(build, team, step=0), "worker")
    assert db.session.scalars(select(Completion)).all() == []


@pytest.mark.parametrize(("took", "stated", "minutes"), [(0, 9, 1), (61, 9, 2), (14 * 60, 9, 14), (24 * 3600, 9, 27), (24 * 3600, 60, 90)])
def test_minutes_are_those_that_passed_at_least_one_and_at_most_three_times_the_reading_time_and_ninety(took, stated, minutes):
    assert rules.minutes_met(NOW, NOW + dt.timedelta(seconds=took), stated) == minutes


def test_only_the_leader_opens_a_meeting_and_who_supervises_its_department_reads_the_protocol(build, team):
    running, ended = begin(build, team), begin(build, team)
    end(build, team, ended, "worker")
    for name in ("head", "neighbour"):
        with pytest.raises(NotFound):
            meetings.stage(build.signed_in(team[name]), running)
    for name, path, meeting_id in [(name, team["ours"].path, meeting_id) for name in ("leader", "head", "neighbour") for meeting_id in (running, ended)]:
        person, meeting = build.signed_in(team[name]), db.session.get(Meeting, meeting_id, populate_existing=True)
        listed = {line.id for line in meetings.meetings(person, None)[0]}
        assert (meeting_id in listed) == access.can_read_protocol(person, meeting, path), (name, meeting_id)
    assert meetings.protocol(build.signed_in(team["head"]), ended).people[0].id == team["worker"].id
    for name, meeting_id in (("neighbour", ended), ("leader", running)):
        with pytest.raises(NotFound):
            meetings.protocol(build.signed_in(team[name]), meeting_id)


def test_a_protocol_names_to_others_only_whom_they_supervise(build, team):
    meeting_id = begin(build, team, "head")
    end(build, team, meeting_id, "worker", "other", leader="head")
    page = meetings.protocol(build.signed_in(team["leader"]), meeting_id)
    assert ([line.id for line in page.people], page.elsewhere) == ([team["worker"].id], 1)
    assert len(meetings.protocol(build.signed_in(team["head"]), meeting_id).people) == 2


def test_a_meeting_keeps_the_revision_that_it_began_with(build, team):
    meeting_id = begin(build, team)
    build.case(lesson=pair("Another lesson"))
    assert meetings.stage(build.signed_in(team["leader"]), meeting_id).document["lesson"] == pair("HIDDEN a lesson")
    end(build, team, meeting_id, "worker")
    assert [line.revision for line in lines(team["worker"])] == [1]


def test_a_discarded_meeting_leaves_nothing_and_an_ended_one_cannot_be_discarded(build, team):
    meeting_id, ended = begin(build, team), begin(build, team)
    end(build, team, ended, "worker")
    leader = build.signed_in(team["leader"])
    with transaction():
        learning.actions.keep_roll(leader, meetings.stage(leader, meeting_id), {team["worker"].id})
        learning.actions.discard_meeting(meetings.stage(leader, meeting_id))
    assert db.session.scalars(select(MeetingPerson.meeting_id)).all() == [ended]
    with pytest.raises(Conflict):
        learning.actions.discard_meeting(meetings.stage(leader, ended))


def shows(document):
    return [scene.show for scene in rules.scenes(document)]


def test_the_screens_follow_the_story_and_every_outcome_comes_after_its_decision():
    assert shows(case_document()) == [
        *(Show.TITLE, Show.FACTS, Show.ROWS, Show.DECISION, Show.OUTCOME, Show.ROWS),
        *(Show.DIRECT, Show.UNDERLYING, Show.CONTROLS, Show.POST, Show.LESSON, Show.ROLL),
    ]


def test_a_screen_holds_three_short_rows_or_one_long_one():
    rows = [{"id": f"row-{number}", "when": pair("Then"), "text": pair("x" * (550 if number == 4 else 20))} for number in range(6)]
    screens = [scene.rows for scene in rules.scenes(case_document(timeline=[*rows, {"decision": "first-step"}])) if scene.show is Show.ROWS]
    assert [[row["id"] for row in screen] for screen in screens] == [["row-0", "row-1", "row-2"], ["row-3"], ["row-4"], ["row-5"]]


@pytest.fixture
def visitor(team, visit):
    return visit(team["leader"])


def press(visitor, address, step, move="next", **fields):
    visitor.post(f"{address}/step", 303, step=step, move=move, **fields)
    return visitor.get(address)


def test_nothing_of_a_later_screen_is_sent_before_its_time(team, visitor):
    address = visitor.post("/meetings/", 303, case="second-man", department=team["ours"].id).location
    seen = [visitor.get(address)]
    seen += [press(visitor, address, step, hands_0=3, hands_1=1) for step in range(LAST)]
    shows = [scene.show for scene in rules.scenes(case_document())]
    decision = shows.index(Show.DECISION)
    assert "HIDDEN" not in "".join(page.text for page in seen[: decision + 1])
    assert "Climb in" not in "".join(page.text for page in seen[:decision])
    outcome = soup(seen[decision + 1])
    assert [item.select_one(".st-c").get_text() for item in outcome.select(".st-outs li")] == ["3 hands", "1 hand"]
    assert "The way that holds" in outcome.select(".st-outs li")[1].get_text()
    assert "HIDDEN second to fall" in outcome.text
    for hidden, show in (("what really happened", Show.ROWS), ("no oxygen", Show.DIRECT), ("a sign", Show.CONTROLS), ("a lesson", Show.LESSON)):
        first = len(shows) - 1 - shows[::-1].index(show)
        assert [f"HIDDEN {hidden}" in page.text for page in seen].index(True) == first
    assert soup(seen[-1]).select("[name=present]")


def test_the_step_is_the_servers_and_a_second_device_moves_nothing_twice(team, visitor, visit, build):
    meeting_id = begin(build, team, step=0)
    address, second = f"/meetings/{meeting_id}", visit(team["leader"])
    press(visitor, address, 0)
    press(second, address, 0)  # shows the first screen still
    assert db.session.get(Meeting, meeting_id, populate_existing=True).step == 1
    press(visitor, address, 1, "back")
    press(visitor, address, 0, "back")
    assert db.session.get(Meeting, meeting_id, populate_existing=True).step == 0
    press(visitor, address, LAST, "next")
    assert db.session.get(Meeting, meeting_id, populate_existing=True).step == 0


def test_hands_are_counted_by_buttons_without_a_script_and_only_as_numbers(team, visitor, build):
    decision = shows(case_document()).index(Show.DECISION)
    meeting_id = begin(build, team, step=decision)
    address = f"/meetings/{meeting_id}"
    press(visitor, address, decision, "plus:call", hands_0="2", hands_1="")
    press(visitor, address, decision, "minus:climb", hands_0="2", hands_1="1")
    assert {row.choice: row.hands for row in db.session.scalars(select(MeetingHand))} == {"climb": 1, "call": 1}
    for wrong in ("-1", "1000", "many", "1.5"):
        page = visitor.post(f"{address}/step", 400, step=decision, move="next", hands_0=wrong, hands_1="7")
        fields = soup(page).select("input[type=number]")
        assert [field["value"] for field in fields] == [wrong, "7"], "nothing typed is lost"
        assert "0 to 999" in soup(page).find(id=fields[0]["aria-describedby"]).get_text()
    assert db.session.get(Meeting, meeting_id, populate_existing=True).step == decision


def test_nobody_is_ticked_before_the_leader_ticks_them_and_ticks_survive_a_search_and_a_reload(team, visit, build):
    meeting_id = begin(build, team, "head")
    address, visitor = f"/meetings/{meeting_id}", visit(team["head"])
    assert soup(visitor.get(address)).select("[name=present]")
    assert soup(visitor.get(address)).select("[name=present][checked]") == []
    page = visitor.post(f"{address}/roll", 200, present=[team["worker"].id], q=team["other"].employee_no)
    names = [box["value"] for box in soup(page).select("[name=present]")]
    assert str(team["other"].id) in names
    assert str(team["stranger"].id) not in names
    assert str(team["head"].id) not in names
    assert [box["value"] for box in soup(visitor.get(address)).select("[checked]")] == [str(team["worker"].id)]
    visitor.post(f"{address}/end", 303, present=[team["worker"].id, team["other"].id])
    protocol = soup(visitor.get(visitor.get(address, 303).location))
    assert {row.select("td")[2].get_text() for row in protocol.select("tr.signs")} == {team["worker"].employee_no, team["other"].employee_no}


def test_a_strangers_id_or_no_id_on_the_roll_is_refused_in_words(team, visitor, build):
    address = f"/meetings/{begin(build, team)}"
    assert "not one of your people" in visitor.post(f"{address}/end", 403, present=[team["worker"].id, team["stranger"].id]).text
    for wrong in ({}, {"present": "x"}, {"present": str(2**40)}):
        assert "Tick who was there" in visitor.post(f"{address}/end", 400, **wrong).text
    assert db.session.scalars(select(Completion)).all() == []


def test_a_meeting_begins_only_in_a_department_of_the_leader(team, visitor):
    visitor.post("/meetings/", 400, case="second-man", department=team["theirs"].id)
    visitor.post("/meetings/", 404, case="no-such-case", department=team["ours"].id)
    assert db.session.scalars(select(Meeting)).all() == []


@pytest.mark.parametrize("path", ["step", "roll", "end", "discard"])
def test_nobody_else_writes_into_a_meeting(team, visit, build, path):
    meeting_id = begin(build, team)
    for name in ("head", "neighbour", "worker"):
        visit(team[name]).post(f"/meetings/{meeting_id}/{path}", 404, step=LAST, move="back", present=[team["worker"].id])
    assert db.session.get(Meeting, meeting_id, populate_existing=True).step == LAST


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_training_file_says_who_led_the_meeting(team, visit, build, language):
    end(build, team, begin(build, team), "worker")
    page = visit(team["worker"], language).get("/learning/record")
    assert team["leader"].name(language) in soup(page).find("table").get_text()


def test_the_list_of_meetings_goes_on_page_by_page(team, build):
    for _number in range(rules.PAGE + 2):
        begin(build, team)
    leader = build.signed_in(team["leader"])
    first, after = meetings.meetings(leader, None)
    rest, end = meetings.meetings(leader, after)
    assert (len(first), len(rest), end) == (rules.PAGE, 2, None)
