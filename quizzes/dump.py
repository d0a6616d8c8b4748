"""Writing a whole casebook back into files: cases, quizzes, terms and the course, as `casebook load` reads them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cases.queries.library
from cases.dump import STORED, case_files, terms_file
from core.yaml_text import yaml_text
from learning.queries.courses import required_course
from quizzes import queries
from quizzes.rules import QuestionKind


def dump_casebook(folder: Path, media: Path) -> int:
    """Write every published case with its quiz into a folder that must not exist yet, whole or not at all; how many cases.

    Raises FileExistsError.
    """
    if folder.exists():
        raise FileExistsError(folder)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "terms.yaml").write_text(terms_file(), "utf-8")
    if course := required_course():
        titles = {"en": course.title_en, "zh": course.title_zh}
        head = {"id": course.slug, "title": titles, "due_days": course.due_days, "cases": [slug for slug, _en, _zh in course.subjects]}
        (part / "course.yaml").write_text(yaml_text(head), "utf-8")
    count = 0
    for slug, document in cases.queries.library.published_documents():
        (part / slug).mkdir()
        for name, content in {**case_files(document), **_quiz_file(slug)}.items():
            if content.startswith(STORED):
                shutil.copyfile(media / content.removeprefix(STORED), part / slug / name)
            else:
                (part / slug / name).write_text(content, "utf-8")
        count += 1
    part.replace(folder)
    return count


def _quiz_file(slug: str) -> dict[str, str]:
    quiz = queries.quiz_by_slug(slug)
    if quiz is None:
        return {}
    questions = [_question(uid.rpartition("/")[2], content, marks) for uid, content, marks in queries.bank_with_names(quiz.id)]
    head = {"pass_mark": quiz.pass_mark, "time_limit": quiz.time_limit, "attempts": quiz.attempts}
    return {"quiz.yaml": yaml_text({**head, "questions": questions})}


def _question(name: str, content: Mapping[str, Any], marks: int) -> dict[str, Any]:
    head = {"id": name, "kind": content["kind"], "marks": marks, "part": content["part"], "text": content["text"]}
    if content["kind"] == QuestionKind.TRUE_FALSE:
        wrong = next(option["feedback"] for option in content["options"] if not option["right"])
        answer = next(option["id"] for option in content["options"] if option["right"])
        return {**head, "answer": answer == "true", "wrong": wrong, "feedback": content["feedback"]}
    options = [{key: option[key] for key in ("id", "text", "right", "feedback")} for option in content["options"]]
    return {**head, "options": options, "feedback": content["feedback"]}
