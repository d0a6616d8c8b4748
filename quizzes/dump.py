"""Writing a whole casebook back into files: cases, quizzes, terms and the course, as `casebook load` reads them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cases.queries.library
from cases.dump import STORED, case_files, terms_file
from cases.rules import parts
from core.yaml_text import yaml_text
from learning.queries.courses import required_course
from quizzes import drafts
from quizzes.casebook import CONTENT_KEYS
from quizzes.formats.case_settings import settings_lines
from quizzes.queries import bank, quizzes


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
        for name, content in {**case_files(document), **_quiz_file(slug, parts(document))}.items():
            if content.startswith(STORED):
                shutil.copyfile(media / content.removeprefix(STORED), part / slug / name)
            else:
                (part / slug / name).write_text(content, "utf-8")
        count += 1
    part.replace(folder)
    return count


def _quiz_file(slug: str, parts: set[str]) -> dict[str, str]:
    quiz = quizzes.quiz_of_case(slug)
    if quiz is None:
        return {}
    files: dict[str, str] = {}
    questions = [_question(drafts.flat(uid.rpartition("/")[2], content, marks), parts, files) for uid, content, marks, _id in bank.bank_with_names(quiz.id)]
    head = {"pass_mark": quiz.pass_mark, "time_limit": quiz.time_limit, "attempts": quiz.attempts, "settings": settings_lines(quiz.settings)}
    return {"quiz.yaml": yaml_text({**head, "questions": questions}), **files}


def _question(question: Mapping[str, Any], parts: set[str], files: dict[str, str]) -> dict[str, Any]:
    """A question as a file has it; a part that the case has lost since is named as its facts, which every case has."""
    if question.get("content"):
        return _in_full(question, parts, files)
    if drafts.lacks({"questions": [question]}, {question["part"]}):
        return _in_full({**question, **drafts.whole(question)}, parts, files)
    keys = ("id", "kind", "marks", "part", "text", "options", "answer", "wrong", "feedback")
    named = {key: question[key] for key in keys}
    answer = {"answer": question["answer"] == "true"} if question["answer"] else {}
    return {**named, **answer, "part": question["part"] if question["part"] in parts else "facts"}


def _in_full(question: Mapping[str, Any], parts: set[str], files: dict[str, str]) -> dict[str, Any]:
    """A question by the keys of its content; its picture becomes a file beside."""
    content = question["content"]
    head = {"id": question["id"], "kind": content["kind"], "full": True if content["kind"] in drafts.PLAIN else None, "marks": question["marks"]}
    made = {**head, **{key: content[key] for key in CONTENT_KEYS if key in content}}
    if content.get("picture"):
        name = f"{question['id']}.{content['picture']['file'].rpartition('.')[2]}"
        files[name] = STORED + content["picture"]["file"]
        made["picture"] = {**content["picture"], "file": name}
    if content["part"] not in parts:
        made["part"] = "facts" if content["part"] else ""
    return made
