"""The pages of an attempt: taking it, checking it before the submit, and its result."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from people.access import SignedIn
from quizzes.models.attempts import Attempt
from quizzes.queries.attempts import AskedQuestion, asked_in
from quizzes.queries.changes import Made, of_whole_attempt
from quizzes.queries.quizzes import QuizPage, quiz_page
from quizzes.rules.attempts import AttemptState, is_overdue, minutes_late, minutes_taken, shows_key
from quizzes.rules.grading import minutes_away
from quizzes.rules.marking import CERTAINTIES
from quizzes.rules.practice import found, goes_on_only, hint_after, is_checked, is_settled, readable, stakes, tries_allowed
from quizzes.rules.questions import needs_marker
from quizzes.rules.settings import Moment, Settings, moment_of, settings_from


@dataclass(frozen=True)
class AttemptPage:
    """An attempt with its questions, at a moment."""

    attempt: Attempt
    settings: Settings
    questions: list[AskedQuestion]
    now: dt.datetime

    @property
    def counted(self) -> list[AskedQuestion]:
        """The questions that are answered; what is only read is left out."""
        return [question for question in self.questions if question.counts]

    @property
    def answered(self) -> int:
        return sum(bool(question.response) for question in self.questions)

    @property
    def forward_only(self) -> bool:
        return goes_on_only(self.settings)

    def asks_certainty(self, question: AskedQuestion) -> bool:
        """Whether one says how sure one is; what a person marks has no certainty."""
        return self.settings.certainty and not needs_marker(question.kind)

    @property
    def unsure(self) -> list[AskedQuestion]:
        """Answers whose certainty was not said."""
        return [question for question in self.counted if question.response and self.asks_certainty(question) and question.certainty is None]

    def got(self, question: AskedQuestion) -> Fraction | None:
        """The share of a question that was right; None while a person has to say."""
        return found(question.content, question.earned, question.marks, question.response, question.certainty, question.credits, self.settings)

    def tries_left(self, question: AskedQuestion) -> int:
        return max(0, tries_allowed(self.settings) - len(question.tries))

    def is_settled(self, question: AskedQuestion) -> bool:
        """Whether a question of practice takes no more answers. One tried in an attempt that was opened again keeps its mark, and takes none."""
        marked = self.attempt.state == AttemptState.OPEN and question.earned is not None
        return is_checked(question.kind, self.settings) and (marked or is_settled(question.credits, self.settings))

    def shows(self, what: str, question: AskedQuestion) -> bool:
        """Whether marks, right answers or feedback of a question may be seen."""
        return self.settings.shows(what, Moment.DURING, self.is_settled(question))


@dataclass(frozen=True)
class TakePage(AttemptPage):
    """The page on which questions are answered. `at` is the question shown, where there is one at a time."""

    at: int | None

    @property
    def shown(self) -> list[AskedQuestion]:
        return [question for question in self.questions if self.at in (None, question.number)]

    @property
    def last(self) -> int:
        return self.questions[-1].number if self.questions else 1

    @property
    def overdue(self) -> bool:
        """The time is over; what was answered is still taken until the grace ends."""
        return is_overdue(self.attempt.ends_at, self.now)

    def opens(self, question: AskedQuestion) -> Mapping[str, Any] | None:
        """The section that begins with a question of the page, where sections have something to say."""
        sections = self.attempt.sections
        before = [one.section for one in self.shown if one.number < question.number]
        if question.section in before or question.section >= len(sections):
            return None
        section = sections[question.section]
        return section if any((section.get("title") or {}).values()) or any((section.get("intro") or {}).values()) else None

    def checks(self, question: AskedQuestion) -> bool:
        return is_checked(question.kind, self.settings) and not self.is_settled(question)

    def stakes(self, question: AskedQuestion) -> list[tuple[int, int, int]]:
        """How sure one may be, with what it earns when right and costs when wrong."""
        return [(certainty, *stakes(certainty, question.marks)) for certainty in CERTAINTIES]

    def hint(self, question: AskedQuestion) -> Mapping[str, str]:
        return hint_after(question.content, len(question.tries))


def take_page(attempt: Attempt, now: dt.datetime, wanted: int | None = None) -> TakePage:
    """The page of a running attempt: all questions, or the one wanted, or where there is no way back the one that was reached."""
    settings, questions = settings_from(attempt.settings), asked_in(attempt)
    at = None
    if settings.paged and questions:
        first_open = next((one.number for one in questions if one.counts and not one.response), questions[0].number)
        at = attempt.reached if goes_on_only(settings) else wanted if wanted in {one.number for one in questions} else first_open
    return TakePage(attempt, settings, questions, now, at)


@dataclass(frozen=True)
class ResultPage(AttemptPage):
    """What an attempt came to, as much of it as may be seen now, and what people did to it."""

    quiz: QuizPage
    made: Made

    @property
    def moment(self) -> Moment:
        return moment_of(self.attempt.submitted_at, self.settings.closes_at, self.now)

    def may_see(self, what: str) -> bool:
        """Whether marks, right answers or feedback are shown now. While the last attempt runs there is still something to try."""
        return self.settings.shows(what, self.moment, shows_key(self.quiz.passed, self.quiz.left, self.quiz.open is not None))

    def shows(self, what: str, question: AskedQuestion) -> bool:
        return self.may_see(what)

    @property
    def is_waiting(self) -> bool:
        return self.attempt.state == AttemptState.MARKING

    @property
    def waiting(self) -> list[AskedQuestion]:
        return [question for question in self.counted if self.got(question) is None]

    @property
    def wrong(self) -> list[AskedQuestion]:
        return [question for question in self.counted if self.got(question) not in (None, 1)]

    @property
    def right(self) -> list[AskedQuestion]:
        return [question for question in self.counted if self.got(question) == 1]

    @property
    def minutes(self) -> int:
        """Minutes spent on it; not those in which it lay closed."""
        begun = self.attempt.started_at + minutes_away(self.made.reopened)
        return minutes_taken(begun, self.attempt.submitted_at or begun, self.attempt.time_limit)

    @property
    def stored(self) -> list[tuple[int, int, int]]:
        """Number, place and change of each question, by which a device knows which of its answers never arrived."""
        return [(question.number, question.place, question.seq) for question in self.counted]

    @property
    def late(self) -> int:
        return minutes_late(self.attempt.ends_at, self.attempt.submitted_at)

    def marks(self, question: AskedQuestion) -> tuple[Fraction, Fraction]:
        """What a question earned of what, as people read it."""
        return readable(question.earned or Fraction(0), self.settings), readable(Fraction(question.marks), self.settings)

    @property
    def placed(self) -> list[tuple[int, int, int]]:
        """How sure, from the surest, with how many right and how many wrong."""
        rows = [(one.certainty, self.got(one)) for one in self.counted if one.response]
        return [(sure, sum(got == 1 for level, got in rows if level == sure), sum(got == 0 for level, got in rows if level == sure)) for sure in (3, 2, 1)]

    @property
    def sure_and_wrong(self) -> list[AskedQuestion]:
        """The most dangerous answers at work: nobody asks who is sure."""
        return [question for question in self.counted if question.response and question.certainty == max(CERTAINTIES) and self.got(question) == 0]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What to read again: case and part of what was not right, each once."""
        return list(dict.fromkeys((question.case_slug, question.content["part"]) for question in self.wrong if question.case_slug))


def result_page(attempt: Attempt, person: SignedIn, now: dt.datetime) -> ResultPage:
    """What an attempt came to. Raises NotFound where its quiz is gone."""
    return ResultPage(attempt, settings_from(attempt.settings), asked_in(attempt), now, quiz_page(attempt.slug, person), of_whole_attempt(attempt.id))
