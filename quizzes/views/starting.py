"""The quizzes that are open to somebody, what each of them asks, and the way in."""

import datetime as dt

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core import clock
from core.db import transaction
from core.door import requires
from core.pages import zone
from people.rules import Permission
from quizzes.actions import starting, taking
from quizzes.forms.taking import AnswersForm
from quizzes.queries import quizzes
from quizzes.queries.quizzes import QuizPage
from quizzes.rules.attempts import is_late
from quizzes.views.taking import blueprint


@blueprint.get("/quizzes/")
@requires(Permission.QUIZ_TAKE)
def offered() -> str:
    """The quizzes that belong to no case, each with where this person stands."""
    return render_template("quizzes/offered.html", pages=quizzes.offered_quizzes(current_user), now=clock.now())


@blueprint.get("/quizzes/<slug>")
@requires(Permission.QUIZ_TAKE)
def before(slug: str) -> str:
    """How the quiz works, the attempts so far, and the way in."""
    page, now = quizzes.quiz_page(slug, current_user), clock.now()
    if page.open and is_late(page.open.ends_at, now):
        with transaction():
            taking.close_overdue(now, zone())
        page = quizzes.quiz_page(slug, current_user)
    return _show(page, now)


@blueprint.post("/quizzes/<slug>/attempts")
@requires(Permission.QUIZ_TAKE)
def start(slug: str) -> ResponseReturnValue:
    try:
        with transaction():
            attempt = starting.start_attempt(current_user, slug, clock.now())
    except starting.NotNow as refused:
        return _show(quizzes.quiz_page(slug, current_user), clock.now()), refused.status  # the page says why, and from when
    return redirect(url_for("quizzes.take", attempt_id=attempt.id), 303)


def _show(page: QuizPage, now: dt.datetime) -> str:
    case = quizzes.case_of(page, current_user)
    return render_template("quizzes/before.html", page=page, case=case, found=page.availability(now), form=AnswersForm(), now=now)


@blueprint.app_template_global()
def offers_quizzes() -> bool:
    """Whether "my learning" has quizzes to point to; learning itself does not know what a quiz is."""
    return quizzes.offers_any()
