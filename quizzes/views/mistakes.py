"""The book of what one got wrong, and practising it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

import cases.queries.library
from core import clock
from core.db import transaction
from core.door import requires
from core.languages import spoken
from core.pages import zone
from people.rules import Permission
from quizzes.actions import mistakes as actions
from quizzes.forms.taking import AnswersForm
from quizzes.queries import mistakes
from quizzes.rules.mistakes import MISTAKES_SLUG
from quizzes.rules.wording import plain, question_words, response_words, right_words

blueprint = Blueprint("mistakes", __name__, url_prefix=f"/quizzes/{MISTAKES_SLUG}")


@blueprint.get("")
@requires(Permission.QUIZ_TAKE)
def book() -> str:
    """What one got wrong, by cause and case, with where to read."""
    found = mistakes.book(current_user, clock.now(), zone())
    slugs = sorted({mistake.case_slug for mistake in found.mistakes if mistake.case_slug})
    return render_template(
        "mistakes/book.html",
        book=found,
        lines=cases.queries.library.lines_by_slug(slugs, current_user.id, spoken()) if slugs else {},
        causes={cause.slug: cause.name(spoken()) for cause in cases.queries.library.causes()},
        form=AnswersForm(),
        asked=question_words,
        answered=response_words,
        right=right_words,
        plain=plain,
    )


@blueprint.post("/attempts")
@requires(Permission.QUIZ_TAKE)
def practise() -> ResponseReturnValue:
    with transaction():
        attempt = actions.practise(current_user, clock.now(), zone())
    return redirect(url_for("quizzes.take", attempt_id=attempt.id), 303)
