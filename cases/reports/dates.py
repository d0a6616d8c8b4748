"""Dates as they are written in reports, in English and in Chinese."""

import datetime as dt
import re

MONTHS = {name: place for place, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)"
# The four ways to write a date; each may stop at the month.
DATE = re.compile(
    rf"(?<!\d){_YEAR.format('y1')}\s*年\s*(?:(?P<m1>\d{{1,2}})\s*月\s*(?:(?P<d1>\d{{1,2}})\s*[日号])?)?"
    rf"|(?<![\d.]){_YEAR.format('y2')}(?P<sign>[-/.])(?P<m2>\d{{1,2}})(?:(?P=sign)(?P<d2>\d{{1,2}}))?(?![\d.])"
    rf"|\b(?:(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+)?{_MONTH.format('m3')},?\s+{_YEAR.format('y3')}\b"
    rf"|\b{_MONTH.format('m4')}\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR.format('y4')}\b",
    re.I,
)


def date_in(text: str) -> str:
    """The first date of a text as YYYY-MM-DD, YYYY-MM or YYYY; empty where there is none that exists."""
    return next((found for match in DATE.finditer(text) if (found := date_of(match))), "")


def date_of(match: re.Match[str]) -> str:
    """The date that was matched, or nothing where the calendar has no such day."""
    year, month, day = next((match[f"y{way}"], match[f"m{way}"] or "", match[f"d{way}"] or "") for way in "1234" if match[f"y{way}"])
    if month and not month.isdigit():
        month = str(MONTHS[month[:3].lower()])
    try:
        dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
