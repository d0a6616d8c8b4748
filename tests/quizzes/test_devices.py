"""What a device is told of the answers that another one gave."""

import datetime as dt


def test_a_device_sees_what_the_other_answered_as_places_and_the_server_s_clock(build, visit):
    build.case()
    build.quiz()
    person, now = build.person(), dt.datetime.now(dt.UTC)
    attempt = build.attempt(person, now=now)
    visitor = visit(person)
    assert visitor.get(f"/attempts/{attempt.id}/answers").json["answers"] == {}
    saved = visitor.put(f"/attempts/{attempt.id}/answers/2", {"answer": ["1"], "seq": 3})
    told = visitor.get(f"/attempts/{attempt.id}/answers").json
    assert told["state"] == "open"
    assert dt.datetime.fromisoformat(told["ends_at"]) == attempt.ends_at
    assert abs(dt.datetime.fromisoformat(told["now"]) - now) < dt.timedelta(minutes=1)
    answer = told["answers"]["2"]
    assert (answer["answer"], answer["seq"], answer["saved_at"]) == (["1"], 3, saved.json["saved_at"])


def test_nobody_is_told_of_the_answers_of_somebody_else(build, visit):
    build.case()
    build.quiz()
    attempt = build.attempt(build.person(), now=dt.datetime.now(dt.UTC))
    visit(build.person()).get(f"/attempts/{attempt.id}/answers", 404)
    visit().get(f"/attempts/{attempt.id}/answers", 303)
