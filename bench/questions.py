"""How long a large question file takes: `python -m bench.questions [ROWS]`, by default 50,000.

A workbook as offices have them, and the same questions as GIFT, each checked and imported by the processes that a job runs in, on SQLite
and on PostgreSQL. Seconds and peak memory are those of the process, as the kernel tells them; beside them the same rows inserted over
the bare sqlite3 driver in one durable transaction.
"""

import datetime as dt
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xlsxwriter
from flask import Flask
from flask_migrate import upgrade

import people.actions
from app import create_app
from bench.service import ROOT, Databases
from core import clock, jobs, waiting
from core.db import db, transaction
from people.rules import Role
from quizzes.actions.question_files import folder_of
from quizzes.formats.sheets.columns import layout_of
from quizzes.formats.sheets.tables import open_tables

HEAD = ["序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "答案解析", "章节", "难度"]
THINGS = ("氮气", "硫化氢", "临时用电", "受限空间", "吊装索具", "防护栏", "气瓶", "脚手架", "动火点", "检修盲板")
ACTS = ("应当先检测再进入", "应由持证人员操作", "作业前必须断电挂牌", "至少两人在场", "每班检查一次", "由监护人记录", "禁止单人作业", "须经批准后方可进行")


def rows(count: int) -> list[list[str]]:
    """Exam questions that all differ: singles, multiples and statements."""
    rng, made = random.Random(7), []
    for number in range(1, count + 1):
        thing, acts = rng.choice(THINGS), rng.sample(ACTS, 4)
        stem = f"{number}. 关于{thing}的管理，第{number * 7919 % 100_003}号规程对{rng.choice(THINGS)}附近的作业有何要求？"
        tail = [f"见规程第{number % 97}条。", f"第{number % 12 + 1}章", rng.choice("易中难")]
        kind = ("单选题", "多选题", "判断题")[number % 3]
        if kind == "判断题":
            made.append([str(number), kind, stem, "", "", "", "", rng.choice(("对", "错")), *tail])
        else:
            made.append([str(number), kind, stem, *acts, "".join(sorted(rng.sample("ABCD", 1 if kind == "单选题" else 3))), *tail])
    return made


def workbook(questions: list[list[str]], path: Path) -> None:
    """The questions as an office has them."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("题库")
        for index, row in enumerate([["2026年安全考试题库"], HEAD, *questions]):
            sheet.write_row(index, 0, row)


def gift(questions: list[list[str]], path: Path) -> None:
    """The same questions in GIFT."""
    with path.open("w", encoding="utf-8") as file:
        for _number, kind, stem, *more in questions:
            options, answer, feedback = more[:4], more[4], more[5]
            if kind == "判断题":
                inner = "TRUE" if answer == "对" else "FALSE"
            elif kind == "单选题":
                inner = " ".join(f"{'=' if sign in answer else '~'}{option}" for sign, option in zip("ABCD", options, strict=True))
            else:
                inner = " ".join(f"~%{'33.33333' if sign in answer else '-100'}%{option}" for sign, option in zip("ABCD", options, strict=True))
            file.write(f"{stem}{{{inner}####{feedback}}}\n\n")


def ask(app: Flask, kind: str, token: str, person_id: int) -> int:
    """A job that waits."""
    with transaction():
        job = jobs.ask_for(kind, person_id, {"token": token, "language": "zh", "title": "", "then": "", "back": ""}, clock.now())
    return job.id


def measure(app: Flask, job_id: int) -> tuple[float, float, float, int]:
    """Seconds, seconds of a processor, peak MB and how often progress was seen to change, of the process that runs a job."""
    environment = {**os.environ, "DATABASE_URL": db.engine.url.render_as_string(hide_password=False), "MEDIA_FOLDER": str(app.config["MEDIA_FOLDER"])}
    environment["INSTANCE_FOLDER"] = app.instance_path
    started, seen = time.perf_counter(), set()
    process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "job", "run", str(job_id)], cwd=ROOT, env=environment)
    while True:
        pid, _status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        db.session.remove()
        job = db.session.get_one(jobs.Job, job_id)
        seen.add((job.done, job.total))
        time.sleep(0.1)
    seconds = time.perf_counter() - started
    db.session.remove()
    job = db.session.get_one(jobs.Job, job_id)
    if job.state != "done":
        sys.exit(f"job {job_id}: {job.state} {job.message}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, len(seen)


def bare(source: Path, folder: Path) -> tuple[float, int]:
    """Seconds for the same rows in the same tables over the bare driver, and how many questions they are."""
    with sqlite3.connect(source) as old:
        schemas = [sql for (sql,) in old.execute("SELECT sql FROM sqlite_master WHERE tbl_name IN ('question', 'question_revision') AND sql IS NOT NULL")]
        tables: dict[str, list[Any]] = {name: old.execute(f"SELECT * FROM {name}").fetchall() for name in ("question", "question_revision")}
    new = sqlite3.connect(folder / "bare.db", isolation_level=None)
    new.execute("PRAGMA journal_mode=WAL")
    new.execute("PRAGMA synchronous=FULL")
    for sql in schemas:
        new.execute(sql)
    started = time.perf_counter()
    new.execute("BEGIN IMMEDIATE")
    for name, values in tables.items():
        new.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values[0]))})", values)
    new.execute("COMMIT")
    new.close()
    return time.perf_counter() - started, len(tables["question"])


def run(kind: str, files: dict[str, Path], folder: Path) -> None:
    """Every file on a new database of this kind."""
    databases = Databases(kind, folder)
    for form, path in files.items():
        place, url = databases.make(f"{kind}_{form}")
        settings = {"SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://"), "MEDIA_FOLDER": place / "media"}
        os.environ["INSTANCE_FOLDER"] = str(place)
        app = create_app(settings)
        with app.app_context():
            upgrade()
            with transaction():
                home = people.actions.add_department("Company", "公司")
                person = people.actions.add_person(
                    employee_no="1", name_en="Author", name_zh="作者", joined_on=dt.date(2020, 1, 1), department_id=home.id, password_hash="x"
                )
                people.actions.grant(person.id, Role.AUTHOR, None, clock.now(), None)
            body = path.read_bytes()
            layouts = [asdict(layout_of(table)) for table in open_tables(body, 300)] if form == "xlsx" else []
            note = {"person_id": person.id, "filename": path.name, "format": form, "layouts": layouts, "size": len(body), "language": "zh", "category": ""}
            token = waiting.begin(folder_of(app.config["MEDIA_FOLDER"]), body, note)
            for job in ("question-check", "question-import"):
                seconds, cpu, memory, steps = measure(app, ask(app, job, token, person.id))
                done = waiting.read_note(folder_of(app.config["MEDIA_FOLDER"]), token, "check" if job == "question-check" else "done") or {}
                figures = f"{kind:11} {form:5} {job:16} {seconds:7.1f} s {cpu:7.1f} s CPU {memory:6.0f} MB {done['new'] / seconds:8.0f} questions/s"
                print(f"{figures}  new {done['new']}, named {done['lost']}, progress {steps} times", flush=True)
            db.session.remove()
            db.engine.dispose()
        if kind == "sqlite":
            seconds, count = bare(place / "casebook.db", place)
            print(f"{kind:11} {form:5} bare sqlite3     {seconds:7.1f} s {'':21} {count / seconds:8.0f} questions/s")
    databases.stop()


def main() -> None:
    """Make the files and import each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"xlsx": folder / "exam.xlsx", "gift": folder / "exam.gift"}
        questions = rows(count)
        workbook(questions, files["xlsx"])
        gift(questions, files["gift"])
        print(f"{count} questions: " + ", ".join(f"{form} {path.stat().st_size / 1e6:.1f} MB" for form, path in files.items()))
        for kind in ("sqlite", "postgresql"):
            run(kind, files, folder)


if __name__ == "__main__":
    main()
