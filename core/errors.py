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
