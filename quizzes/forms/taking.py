"""The form of taking a quiz."""

from core.forms import BaseForm
from quizzes.rules.sent import Sent


class AnswersForm(BaseForm):
    """The answers of a page at once; its questions are fields named by their number, read by `sent`."""

    def sent(self, data) -> dict[int, Sent]:  # type: ignore[no-untyped-def]
        """What was sent for each question of the page."""
        seen = {name.removeprefix("seen-"): value for name, value in data.items() if name.startswith("seen-")}
        return {
            int(number): Sent(
                data.getlist(f"answer-{number}"),
                data.get(f"unit-{number}", ""),
                data.getlist(f"x-{number}"),
                data.getlist(f"y-{number}"),
                data.get(f"certainty-{number}", ""),
                int(value),
            )
            for number, value in seen.items()
            if number.isdecimal() and len(number) < 5 and value.isdecimal() and len(value) < 10
        }
