"""The form of taking a quiz."""

from core.forms import BaseForm


class AnswersForm(BaseForm):
    """All answers of an attempt at once; its questions are fields `answer-<number>`, read by `responses`."""

    def responses(self, data) -> dict[int, tuple[list[str], int]]:  # type: ignore[no-untyped-def]
        """Per question of the page: the options chosen, and the count of changes the page had seen."""
        seen = {name.removeprefix("seen-"): value for name, value in data.items() if name.startswith("seen-")}
        return {
            int(number): (data.getlist(f"answer-{number}"), int(value))
            for number, value in seen.items()
            if number.isdecimal() and len(number) < 5 and value.isdecimal() and len(value) < 10
        }
