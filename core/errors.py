"""What can go wrong, in words for a person and with its HTTP meaning. Raised anywhere, shown by one handler."""

from typing import Any


def N_(message: str) -> str:
    """Mark a message for translation where it is written; it is translated where it is shown."""
    return message


class DomainError(Exception):
    """Base: a message in English that names what failed, what is kept and what to do, and its values."""

    status = 500

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotFound(DomainError):
    """It does not exist, or not for this person."""

    status = 404

    def __init__(self, message: str = N_("This page does not exist, or it is not open to you."), **values: Any) -> None:
        super().__init__(message, **values)


class Invalid(DomainError):
    """What was sent has not the shape that is needed."""

    status = 400


class Conflict(DomainError):
    """Somebody, or an earlier click, was first; nothing was overwritten."""

    status = 409


class Refused(DomainError):
    """A rule forbids it now."""

    status = 403


# What a person reads of an error that no action raised, by HTTP status.
MESSAGES = {
    400: N_("The server could not read what was sent. Go back and try again."),
    404: N_("This page does not exist, or it is not open to you."),
    405: N_("This address cannot be used in this way."),
    413: N_("What was sent is too large. At most %(most)s MB is taken."),
    415: N_("Send the answer as JSON."),
    500: N_("Something failed on the server. What was saved before is kept. Try again in a minute."),
}
FORM_EXPIRED = N_("The page was open for too long, or cookies are off. Go back, load it again and send it once more.")
