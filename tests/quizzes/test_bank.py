"""The question bank against the database: keeping, finding, changing many, categories, and the pages of authors."""

import datetime as dt

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from ops.sample_questions import load_questions, questions
from people.rules import Role
from quizzes.actions import bank, bulk, categories
from quizzes.actions.bank import Keeping, keep_question
from quizzes.models.bank import Category, Question, QuestionRevision, QuestionTag
from quizzes.models.quizzes import Quiz, QuizSlot
from quizzes.queries import questions as queries
from quizzes.rules.shelf import BankFilters, filters_from
from tests.builders import NOW, pair
from tests.conftest import soup

SAMPLES = {row["content"]["kind"]: row["content"] for row in questions("0" * 32 + ".webp")}
LATER = NOW + dt.timedelta(minutes=5)


def text(words: str = "Which gas?") -> dict:
    return {"kind": "short", "text": pair(words), "feedback": {}, "part": "", "exact_case": False,
            "answers": [{"id": "1", "text": pair("argon"), "weight": "100", "feedback": {}}]}  # fmt: skip


def keep(content=None, question_id=None, person=None, now=NOW, **keeping) -> Question:
    with transaction():
        return keep_question(question_id, content or text(), Keeping(**keeping), person, now)


def found(**filters) -> list[str]:
    with transaction():
        return [line.question.title for line in queries.bank_page(BankFilters(**filters), "en").lines]


# ---- keeping


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_question_of_every_kind_is_kept_and_found_again(app, kind):
    question = keep(SAMPLES[kind], title="Sample")
    assert (question.kind, question.revision) == (kind, 1)
    assert queries.question_desk(question.id).content == SAMPLES[kind]


def test_another_text_is_a_new_revision_and_the_same_is_none(build):
    author = build.signed_in(build.person(role=Role.AUTHOR))
    question = keep(person=author)
    assert keep(question_id=question.id, now=LATER).revision == 1
    assert queries.question_row(question.id).changed_at == NOW
    assert keep(text("Which liquid?"), question.id, author, LATER, seen=1).revision == 2
    rows = queries.revisions_of(question.id)
    assert [(revision.number, revision.content["text"]["en"], person.id) for revision, person in rows] == [
        (2, "Which liquid?", author.id),
        (1, "Which gas?", author.id),
    ]


def test_where_a_question_is_kept_changes_without_a_revision(app):
    question = keep(tags=("gas",))
    keep(question_id=question.id, now=LATER, title="Argon", difficulty=3, tags=("gas", "weld"))
    question = queries.question_row(question.id)
    assert (question.revision, question.title, question.difficulty, question.changed_at) == (1, "Argon", 3, LATER)
    assert queries.tags_of(question.id) == ["gas", "weld"]


def test_what_is_unsound_is_not_kept(app):
    with pytest.raises(Invalid, match="at least one answer"):
        keep({**text(), "answers": []})
    assert db.session.scalar(select(Question.id)) is None


def test_who_began_with_an_older_question_overwrites_nothing(app):
    question = keep()
    keep(text("Which liquid?"), question.id, now=LATER, seen=1, seen_at=NOW)
    with pytest.raises(Conflict):
        keep(text("Which solid?"), question.id, seen=1, seen_at=NOW)
    keep(text("Which liquid?"), question.id, now=LATER + dt.timedelta(1), seen=2, title="Other")
    with pytest.raises(Conflict):  # the same revision, but its title has changed meanwhile
        keep(text("Which solid?"), question.id, seen=2, seen_at=LATER)
    assert queries.standing_content(queries.question_row(question.id))["text"]["en"] == "Which liquid?"


def test_a_former_revision_is_taken_up_as_a_new_one(build):
    author = build.signed_in(build.person(role=Role.AUTHOR))
    question = keep()
    keep(text("Which liquid?"), question.id, now=LATER)
    with transaction():
        assert bank.take_up(question.id, 1, 2, author, LATER).revision == 3
    assert queries.standing_content(queries.question_row(question.id)) == text()
    with pytest.raises(Conflict), transaction():
        bank.take_up(question.id, 2, 2, author, LATER)
    with pytest.raises(NotFound), transaction():
        bank.take_up(question.id, 9, 3, author, LATER)


def test_another_question_with_the_same_words_is_named(app):
    first, other = keep(text("Which gas?"), title="First"), keep(text("which  ＧＡＳ"))
    assert [twin.title for twin in queries.question_desk(other.id).twins] == ["First"]
    keep(text("Something else"), first.id)
    assert queries.question_desk(other.id).twins == []


def test_names_of_new_questions_can_be_read(app):
    question = keep(text("Which gas, then?"))
    assert question.uid.startswith("bank/which-gas-then-")
    assert keep({**text(), "text": {"zh": "哪种气体？"}}).uid.startswith("bank/short-")


# ---- finding


def test_words_are_found_in_both_languages_and_wildcards_are_only_signs(app):
    keep({**text(), "text": {"en": "Oxygen at 50% of all", "zh": "氧气占一半"}}, title="half")
    keep({**text(), "text": {"en": "Nitrogen", "zh": "氮气"}}, title="nitrogen")
    assert found(q="OXYGEN") == ["half"]
    assert found(q="氧") == ["half"]
    assert found(q="气") == ["nitrogen", "half"]
    assert found(q="0%") == ["half"]
    assert found(q="%") == ["half"]
    assert found(q="_") == []
    assert found(q="oxygen nitrogen") == []
    assert found(q="oxygen 半") == ["half"]


def test_filters_combine(build):
    with transaction():
        top = categories.add_category(pair("Top"), None)
        inner = categories.add_category(pair("Inner"), top.id)
    keep(title="a", category_id=inner.id, cause="complacency", difficulty=2, tags=("gas",))
    keep(title="b", category_id=top.id, cause="blind-rescue", tags=("gas", "weld"))
    retired = keep({**text(), "text": {"en": "Only English"}}, title="c")
    with transaction():
        bank.set_retired(retired.id, True, NOW)
    assert found() == ["b", "a"]
    assert found(category=str(top.id)) == ["b", "a"]
    assert found(category=str(inner.id)) == ["a"]
    assert found(category="none", state="all") == ["c"]
    assert found(tag="gas", cause="complacency") == ["a"]
    assert found(tag="weld", difficulty="2") == []
    assert found(difficulty="2") == ["a"]
    assert found(state="retired", missing="zh") == ["c"]
    assert found(missing="zh") == []
    assert found(kind="single") == []


def test_used_and_answered_questions_are_found(build):
    build.case()
    build.quiz()
    free = keep(title="free")
    assert [line.question.id for line in queries.bank_page(BankFilters(use="unused"), "en").lines] == [free.id]
    assert len(queries.bank_page(BankFilters(use="used"), "en").lines) == 4
    learner = build.person()
    attempt = build.attempt(learner)
    build.answer(learner, attempt, 1, ["a"])
    assert len(queries.bank_page(BankFilters(use="unanswered"), "en").lines) == 4
    assert len(queries.bank_page(BankFilters(case="second-man"), "en").lines) == 4


def test_where_a_question_is_used_is_told_with_how_it_went(build):
    build.case()
    build.quiz()
    learner = build.person()
    build.studied(learner, "second-man")
    build.finished(learner, "second-man")
    question = db.session.scalar(select(Question).where(Question.uid == "second-man/one"))
    uses = queries.uses_of(question)
    assert [quiz.slug for quiz in uses.fixed] == ["second-man"]
    assert (uses.asked, uses.facility) == (1, 1.0)
    assert queries.uses_of(keep()).asked == 0


def test_a_draw_that_reaches_a_question_and_a_draft_that_names_it_are_told(app):
    draw = {"category": None, "tags": ["gas"], "cause": "", "easiest": None, "hardest": None, "kind": "", "count": 1}
    question, other = keep(tags=("gas",)), keep(text("Other"))
    with transaction():
        quiz = Quiz(slug="drawn", purpose="own", title_en="Drawn", title_zh="", revision=1, digest="", pass_mark=80)
        quiz.draft = {"slots": [{"question": other.uid, "marks": 1, "section": 0}]}
        db.session.add(quiz)
        db.session.flush()
        db.session.add(QuizSlot(quiz_id=quiz.id, position=0, draw=draw, marks=1))
    assert [one.slug for one in queries.uses_of(question).drawn] == ["drawn"]
    assert queries.uses_of(question).drafts == []
    assert queries.uses_of(other).drawn == []
    assert [one.slug for one in queries.uses_of(other).drafts] == ["drawn"]
    with transaction():
        bank.set_retired(question.id, True, NOW)
    assert queries.uses_of(question).drawn == []


def test_what_an_address_cannot_mean_is_left_out():
    filters = filters_from({"difficulty": "9", "category": "1 or 1", "page": "-3", "missing": "fr", "state": "x", "use": "y", "kind": "short"})
    assert filters.asked == {"kind": "short"}


# ---- changing many


@pytest.fixture
def author(build):
    return build.signed_in(build.person(role=Role.AUTHOR))


def test_many_are_changed_at_once_and_that_is_undone(author):
    ids = [keep(title=name, difficulty=number).id for number, name in ((1, "a"), (2, "b"), (None, "c"))]
    with transaction():
        edit = bulk.change_many(ids, "difficulty", "2", author, LATER)
    assert edit.questions == 2  # one had it already
    assert {queries.question_row(one).difficulty for one in ids} == {2}
    keep(question_id=ids[2], title="c", difficulty=5, now=LATER)
    with transaction():
        assert bulk.undo(edit.id, author, LATER) == 1
    assert [queries.question_row(one).difficulty for one in ids] == [1, 2, 5]  # what was changed since stays
    with pytest.raises(Conflict), transaction():
        bulk.undo(edit.id, author, LATER)


def test_all_that_match_are_changed_beyond_one_page(author, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 7)
    for number in range(20):
        keep(text(f"Number {number}"), tags=("old",) if number % 2 else ())
    keep(text("Something else"))
    for change, field in (("tag", "tag"), ("untag", "untag")):
        with transaction():
            edit = bulk.change_many(BankFilters(q="number"), change, "old", author, LATER)
        assert edit.field == field
        assert edit.questions == 10
        with transaction():
            bulk.undo(edit.id, author, LATER)
        assert len(db.session.scalars(select(QuestionTag)).all()) == 10
    with transaction():
        edit = bulk.change_many(BankFilters(q="number"), "retire", "", author, LATER)
    assert len(found(q="number", state="retired")) == 20
    with transaction():
        assert bulk.undo(edit.id, author, LATER) == 20
    assert found(state="retired") == []


def test_a_change_of_many_must_make_sense(author):
    ids = [keep().id]
    for change, value in (("colour", "red"), ("tag", ""), ("tag", "a,b"), ("difficulty", "6"), ("category", "x"), ("cause", "x" * 200)):
        with pytest.raises(Invalid), transaction():
            bulk.change_many(ids, change, value, author, LATER)
    with pytest.raises(NotFound), transaction():
        bulk.change_many(ids, "category", "999", author, LATER)
    with transaction():
        assert bulk.change_many(ids, "bring-back", "", author, LATER) is None


def test_nobody_undoes_what_another_did(author, build):
    ids = [keep().id]
    with transaction():
        edit = bulk.change_many(ids, "retire", "", author, LATER)
    other = build.signed_in(build.person(role=Role.AUTHOR))
    with pytest.raises(Conflict), transaction():
        bulk.undo(edit.id, other, LATER)


# ---- categories


@pytest.fixture
def tree(app):
    with transaction():
        top = categories.add_category(pair("Top"), None)
        middle = categories.add_category(pair("Middle"), top.id)
        low = categories.add_category(pair("Low"), middle.id)
        other = categories.add_category(pair("Other"), None)
    return {"top": top.id, "middle": middle.id, "low": low.id, "other": other.id}


def paths() -> dict[str, str]:
    return {row.name_en: row.path for row in db.session.scalars(select(Category).execution_options(populate_existing=True))}


def test_a_category_moves_with_all_below_it(tree):
    with transaction():
        categories.move_category(tree["middle"], tree["other"])
    assert paths()["Low"] == f"/{tree['other']}/{tree['middle']}/{tree['low']}/"
    with transaction():
        categories.move_category(tree["middle"], None)
    assert paths()["Low"] == f"/{tree['middle']}/{tree['low']}/"


def test_a_category_never_lies_in_itself(tree):
    for target in ("top", "middle", "low"):
        with pytest.raises(Invalid), transaction():
            categories.move_category(tree["top"], tree[target])


def test_a_category_lies_only_so_deep(app):
    with transaction():
        at = None
        for number in range(8):
            at = categories.add_category(pair(f"Level {number}"), at.id if at else None)
        with pytest.raises(Invalid):
            categories.add_category(pair("Too deep"), at.id)
        two = categories.add_category(pair("Two"), None)
        categories.add_category(pair("Below"), two.id)
        with pytest.raises(Invalid):
            categories.move_category(two.id, at.parent_id)


def test_two_of_a_name_do_not_lie_side_by_side(tree):
    for name, parent in (({"en": "top"}, None), ({"zh": "中文Top"}, None), ({"en": "Middle"}, tree["top"]), ({}, None)):
        with pytest.raises(Invalid), transaction():
            categories.add_category(name, parent)
    with pytest.raises(Invalid), transaction():
        categories.rename_category(tree["other"], pair("Top"))
    with transaction():
        categories.rename_category(tree["top"], pair("Top"))
        categories.add_category(pair("Top"), tree["other"])


def test_a_category_that_holds_something_goes_only_with_its_contents_moved_up(tree):
    question = keep(category_id=tree["middle"])
    with pytest.raises(Refused), transaction():
        categories.remove_category(tree["middle"], contents_up=False)
    with transaction():
        categories.remove_category(tree["middle"], contents_up=True)
    assert paths()["Low"] == f"/{tree['top']}/{tree['low']}/"
    assert queries.question_row(question.id).category_id == tree["top"]
    with transaction():
        categories.remove_category(tree["low"], contents_up=False)
    assert "Low" not in paths()


def test_names_lead_to_a_category_that_is_made_once(app):
    with transaction():
        first = categories.category_at([pair("A"), pair("B")])
        assert categories.category_at([{"en": "a"}, {"zh": "中文B"}]).id == first.id
        assert categories.category_at([]) is None


# ---- pages


@pytest.fixture
def desk(build, visit):
    return visit(build.person(role=Role.AUTHOR))


def fields(page) -> dict[str, str]:
    """What the form of a page would send."""
    form = soup(page).find(id="quiz")
    sent = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if not field.get("name") or field["name"] == "csrf_token" or field.get("type") == "file":
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            sent[field["name"]] = chosen["value"] if chosen and chosen.has_attr("value") else ""
        elif field.name == "textarea":
            sent[field["name"]] = field.text.removeprefix("\n").removeprefix("\r\n")
        elif field.get("type") not in ("checkbox", "radio") or field.has_attr("checked"):
            sent[field["name"]] = field.get("value", "y")
    return {name: value for name, value in sent.items() if not name.startswith(("answer-", "unit-", "x-", "y-"))}


@pytest.mark.parametrize("kind", SAMPLES)
def test_opening_and_saving_a_question_of_any_kind_changes_nothing(desk, kind):
    question = keep(SAMPLES[kind], title="Sample")
    address = f"/manage/questions/{question.id}"
    desk.post(address, 303, **fields(desk.get(address)))
    assert queries.question_row(question.id).revision == 1


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_page_of_a_new_question_says_what_is_lacking_and_refuses_it(desk, kind):
    page = desk.get(f"/manage/questions/new?kind={kind}")
    assert "The question has no text." in page.text or kind == "hotspot"
    desk.post("/manage/questions/new", 400, **fields(page))
    assert db.session.scalar(select(Question.id)) is None


def test_a_question_is_written_and_changed_through_its_page(desk):
    sent = fields(desk.get("/manage/questions/new?kind=single")) | {
        "text-en": "Who goes in?", "text-zh": "谁进去？", "options-0-text-en": "Nobody", "options-1-text-en": "I", "options-2-text-en": "All",
        "options-0-right": "y", "tags": "entry，入罐", "difficulty": "2", "penalty": "２５",
    }  # fmt: skip
    question_id = int(desk.post("/manage/questions/new", **sent).location.rpartition("/")[2])
    question = queries.question_desk(question_id)
    assert [option["right"] for option in question.content["options"]] == [True, False, False]
    assert (question.tags, question.question.difficulty, question.content["penalty"]) == (["entry", "入罐"], 2, "25")
    page = desk.get(f"/manage/questions/{question_id}")
    desk.post(f"/manage/questions/{question_id}", **fields(page) | {"options-0-text-en": "Nobody at all"})
    assert queries.question_row(question_id).revision == 2


def test_rows_come_and_go_without_saving(desk):
    sent = fields(desk.get("/manage/questions/new?kind=ordering")) | {"text-en": "Order", "options-0-text-en": "First", "options-1-text-en": "Second"}
    more = fields(desk.post("/manage/questions/new", 200, **sent, do="add:options"))
    assert "options-3-text-en" in more
    moved = fields(desk.post("/manage/questions/new", 200, **more, do="down:options:0"))
    assert (moved["options-0-text-en"], moved["options-1-text-en"]) == ("Second", "First")
    assert fields(desk.post("/manage/questions/new", 200, **moved, do="add:hints"))["hints-0-en"] == ""
    desk.post("/manage/questions/new", 400, **moved, do="add:nonsense")
    assert db.session.scalar(select(Question.id)) is None


def test_a_field_that_is_wrong_is_named_and_nothing_is_lost(desk):
    sent = fields(desk.get("/manage/questions/new?kind=numeric")) | {"text-en": "How much?", "answers-0-value": "about five"}
    page = desk.post("/manage/questions/new", 400, **sent)
    assert "Give a number, such as 19.5." in page.text
    assert fields(page)["answers-0-value"] == "about five"


ANSWERS = {
    "single": ({"answer-1": "1"}, {"answer-1": "9"}),
    "true-false": ({"answer-1": "2"}, {"answer-1": "1"}),
    "numeric": ({"answer-1": "１９.５", "unit-1": "%"}, {"answer-1": "3"}),
    "short": ({"answer-1": "Ｈ2s"}, {"answer-1": "air"}),
    "hotspot": ({"x-1": "14", "y-1": "60"}, {"x-1": "71", "y-1": "21"}),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_checked_in_the_preview_and_nothing_is_stored(desk, kind):
    question = keep(SAMPLES[kind])
    address = f"/manage/questions/{question.id}"
    sent = fields(desk.get(address))
    right, wrong = ANSWERS[kind]
    if kind == "single":  # mixed: the right one is where the page says
        labels = soup(desk.get(address)).find(id="q1").find_all("label")
        right = {"answer-1": next(label.input["value"] for label in labels if "Stay out" in label.text)}
        wrong = {"answer-1": next(label.input["value"] for label in labels if "Climb in at once" in label.text)}
    good = soup(desk.post(address, 200, **sent, **right, do="mark")).find(id="marked").text
    assert good.strip().startswith("Right")
    assert SAMPLES[kind]["feedback"]["en"][:20] in good
    bad = soup(desk.post(address, 200, **sent, **wrong, do="mark")).find(id="marked").text
    assert bad.strip().startswith("Wrong")
    if kind == "single":
        assert "Most who do this" in bad
        assert "What made him fall?" in bad
    assert db.session.scalar(select(QuestionRevision.number).where(QuestionRevision.question_id == question.id)) == 1


def test_a_conflict_shows_both_and_can_be_settled(desk):
    question = keep(text("Which gas?"), title="T")
    address = f"/manage/questions/{question.id}"
    sent = fields(desk.get(address))
    keep(text("Which liquid?"), question.id, title="T", now=LATER)
    page = desk.post(address, 409, **sent | {"text-en": "Which solid?"})
    section = soup(page).find(attrs={"role": "alert"})
    assert "liquid" in section.text
    assert "solid" in section.text
    assert fields(page)["text-en"] == "Which solid?"
    over = section.find("button", {"name": "over"})["value"]
    desk.post(address, 303, **fields(page), over=over)
    assert queries.standing_content(queries.question_row(question.id))["text"]["en"] == "Which solid?"


def test_many_are_changed_and_brought_back_from_the_list(desk):
    ids = [keep(text(f"Number {number}")).id for number in range(3)]
    back = desk.post("/manage/questions/change", chosen=ids[:2], change="tag", **{"to-tag": "weld"}).location
    assert "2 questions were changed." in desk.get(back).text
    assert soup(desk.get("/manage/questions/?tag=weld")).find(id="found").text == "2 found"
    undo = soup(desk.get(back)).find("form", action=lambda value: value and "/undo/" in value)["action"]
    desk.post(undo)
    assert soup(desk.get("/manage/questions/?tag=weld")).find(id="found").text == "0 found"
    desk.post("/manage/questions/change", change="retire", all="1", q="number 1")
    assert soup(desk.get("/manage/questions/")).find(id="found").text == "2 found"


def test_an_action_of_the_list_that_cannot_be_is_told(desk):
    keep()
    desk.post("/manage/questions/change", chosen=[1], change="tag")
    assert "Name one tag." in desk.get("/manage/questions/").text


def test_categories_are_made_and_removed_through_their_pages(desk):
    desk.post("/manage/questions/categories", **{"name-en": "Gases", "name-zh": "气体", "parent": ""})
    number = db.session.scalar(select(Category.id))
    address = f"/manage/questions/categories/{number}"
    assert "There is a category of this name" in desk.post("/manage/questions/categories", 400, **{"name-en": "gases", "parent": ""}).text
    desk.post(address, **{"name-en": "Gas", "name-zh": "气体", "parent": ""})
    assert "Gas" in desk.get("/manage/questions/categories").text
    assert desk.post(address, 400, **{"name-en": "Gas", "parent": str(number)})
    desk.post(address, do="remove")
    assert db.session.scalar(select(Category.id)) is None


def test_the_pages_of_a_question_show_its_revisions_and_where_it_is_used(desk):
    question = keep(text("Which gas?"))
    keep(text("Which liquid?"), question.id, now=LATER)
    page = desk.get(f"/manage/questions/{question.id}/revisions")
    assert soup(page).find("ins").text == "liquid"
    earlier = desk.get(f"/manage/questions/{question.id}/revisions?revision=1")
    desk.post(soup(earlier).find("form", action=lambda value: value and "/revisions/1" in value)["action"], seen="2")
    assert queries.question_row(question.id).revision == 3
    assert "No quiz asks it by name." in desk.get(f"/manage/questions/{question.id}/use").text
    desk.post(f"/manage/questions/{question.id}/retired")
    assert queries.question_row(question.id).retired
    desk.post(f"/manage/questions/{question.id}/retired", back="1")
    assert not queries.question_row(question.id).retired
    desk.get(f"/manage/questions/{question.id}/revisions?revision=77", 404)
    desk.get("/manage/questions/99999", 404)


def test_the_sample_questions_load_with_their_picture(app, desk):
    with transaction():
        made = load_questions(NOW, app.config["MEDIA_FOLDER"])
    assert {question.kind for question in made} == set(SAMPLES)
    spot = next(question for question in made if question.kind == "hotspot")
    page = soup(desk.get(f"/manage/questions/{spot.id}"))
    assert desk.get(page.find(id="draw").img["src"]).mimetype == "image/webp"
