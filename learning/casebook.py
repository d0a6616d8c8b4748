"""Reading course.yaml of a casebook. Checks everything, writes nothing. Format: casebook/README.md."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import N_
from core.yaml_lines import Problem, open_yaml


@dataclass
class CourseFile:
    """A course as read: its cases in order, each followed by its quiz."""

    slug: str
    title: dict[str, str]
    due_days: int
    cases: list[str]


def read_course(folder: Path, known: set[str], problems: list[Problem]) -> CourseFile | None:
    """The course of the casebook, or None with problems noted; None without any where there is no such file."""
    before, file = len(problems), folder / "course.yaml"
    top = open_yaml(file, problems) if file.exists() else None
    if top is None:
        return None
    course = CourseFile(top.text("id", longest=80), top.pair("title", longest=200), top.number("due_days", 1, 3660) or 0, top.words("cases", 1, 500))
    for slug in course.cases:
        if slug not in known:
            top.complain(N_("there is no case “%(slug)s” with a quiz in this casebook"), "cases", slug=slug)
    if len(set(course.cases)) < len(course.cases):
        top.complain(N_("a case stands twice in the course"), "cases")
    top.done()
    return course if len(problems) == before else None
