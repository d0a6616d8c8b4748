"""What is typed as an answer: words and numbers as files write them. Pure."""

from core.languages import HAN
from quizzes.formats import weights
from quizzes.rules.questions import number


def word(text: str, unmarked: str) -> dict[str, str]:
    """A word that is typed, under the language it is in: nobody marks the language of what is to be typed."""
    return {"zh" if HAN.search(text) else unmarked: text} if text else {}


def value(text: str) -> str:
    """A number as a file writes it, as a decimal string where it is one in any usual spelling."""
    if text == "*" or weights.decimal(text) is not None:
        return text.strip()
    found = number(text)
    exact = found is not None and not found[1] and weights.decimal(text.replace(",", "."))
    return weights.plain(exact) if exact else text
