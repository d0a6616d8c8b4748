"""`python -m bench.search PATH`: search among 5,000 cases, PATH being a folder of accident abstracts as CSV; the time it takes and how good its hits are."""

import argparse
import csv
import datetime as dt
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event, insert, select, text

from bench.load import CORES, busy_seconds, cpu_seconds, sum_of_growth
from bench.report import KINDS
from bench.service import Databases, product
from cases import words
from cases.actions.library import digest_of, load_terms
from cases.casebook import Terms
from cases.models import FTS5_INDEX, TSVECTOR_INDEX, Case, CaseCode, CaseRevision, CaseText, Cause
from cases.queries import index, search
from core.db import db, transaction
from core.languages import LANGUAGES, said

CASES = 5_000
ROUNDS, WARM = 150, 5
KEYWORDS, FIRST = 60, 10
INDUSTRIES, SUBSTANCES = ("refining", "food", "construction", "metalworking", "farming"), ("nitrogen", "hydrogen-sulfide", "chlorine")
QUERIES = {
    "English, common": ("employee", "fall", "struck"),
    "English, rare": ("nitrogen", "grain auger", "welding fumes"),
    "two words": ("ladder roof", "forklift pinned", "scaffold collapse"),
    "beginning of a word": ("electro", "amputa", "ele", "mach"),
    "no case has all": ("ladder volcano", "violin trench"),
    "Chinese, common": ("作业", "未检测", "受限空间", "氮气"),
    "Chinese, rare": ("溴素", "汽提塔", "盲板抽堵"),
    "Chinese, two words": ("氮气 反应釜", "硫化氢 监护人"),
    "Chinese, one character": ("罐",),
    "mixed": ("H2S硫化氢",),
}
# What generated Chinese cases are made of; what stands further behind is rarer.
PLACES = ("反应釜", "污水池", "储罐", "地下管廊", "脱硫塔", "发酵罐", "换热器", "检查井", "料仓", "汽提塔")
GASES = ("氮气", "硫化氢（H2S）", "一氧化碳", "甲烷", "氯气", "氨气", "苯蒸气", "二氧化碳", "氩气", "溴素")
TASKS = ("清理作业", "检维修作业", "动火作业", "受限空间作业", "高处作业", "临时用电", "吊装作业", "盲板抽堵")
FAULTS = (
    "作业前未检测气体浓度",
    "没有佩戴空气呼吸器",
    "监护人离开了现场",
    "没有办理作业票",
    "阀门没有上锁挂牌",
    "通风机没有开启",
    "工具留在了下面",
    "交接班没有讲清楚",
)
ENDS = ("同事随后下去救人，也倒在里面", "他从梯子上跌落", "现场人员拨打了报警电话", "火焰从人孔喷出", "吊物坠落砸中了他", "他被传送带卷入")


def abstracts(folder: Path) -> list[dict[str, str]]:
    """The rows of every CSV file of the folder."""
    rows = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows += list(csv.DictReader(lines))
    return rows


def keywords(row: dict[str, str]) -> set[str]:
    """What the accident was filed under: the oracle, which is never searched."""
    return {word.strip() for word in row["Event Keywords"].split(",") if word.strip()}


def english(row: dict[str, str], rng: random.Random) -> dict[str, Any]:
    """An abstract as a case."""
    month, day, year = row["Event Date"].split("/")
    first, _stop, rest = row["Abstract Text"].strip().partition(". ")
    facts = [("Injury", "Degree of Injury"), ("Nature of injury", "Nature of Injury"), ("Kind of event", "Event type")]
    return {
        **_empty(rng),
        "date": f"{year}-{int(month):02}-{int(day):02}",
        "country": "US",
        "title": {"en": row["Event Description"].capitalize()},
        "lead": {"en": f"{first}."},
        "facts": [{"label": {"en": label}, "value": {"en": row[column]}} for label, column in facts if row[column] not in ("", "Other")],
        "timeline": [{"id": "all", "text": {"en": rest}}],
    }


def chinese(number: int, rng: random.Random) -> dict[str, Any]:
    """A case put together from parts, some of them rare."""

    def one(parts: tuple[str, ...]) -> str:
        return rng.choices(parts, [1 / (place + 1) ** 1.5 for place in range(len(parts))])[0]

    place, gas, task = one(PLACES), one(GASES), one(TASKS)
    story = [f"{one(PLACES)}内残留{one(GASES)}，{one(FAULTS)}，{one(FAULTS)}。{one(ENDS)}。班组随后停止了{one(TASKS)}。" for _part in range(4)]
    return {
        **_empty(rng),
        "date": str(2000 + number % 25),
        "country": "CN",
        "title": {"zh": f"{place}{task}：{gas}"},
        "place": {"zh": f"第{number}车间"},
        "lead": {"zh": f"{number % 12 + 1}月，班组在{place}进行{task}，里面有{gas}。"},
        "timeline": [{"id": f"row-{place}", "text": {"zh": part}} for place, part in enumerate(story)],
    }


def _empty(rng: random.Random) -> dict[str, Any]:
    causes = ("illegal-operation", "complacency", "blind-rescue")
    lists: dict[str, Any] = {key: [] for key in ("also", "tags", "facts", "decisions", "sources", "films")}
    return {**lists, "cause": rng.choice(causes), "industry": rng.choice(INDUSTRIES), "substances": rng.sample(SUBSTANCES, rng.randint(0, 1)), "place": {}}


def load(documents: list[dict[str, Any]]) -> None:
    """Publish the cases, many rows at a time, with what index_case() writes of each."""
    now = dt.datetime.now(dt.UTC)
    causes = {
        slug: {"parent": None, "name": {"en": slug, "zh": slug}, "meaning": {"en": "", "zh": ""}}
        for slug in ("illegal-operation", "complacency", "blind-rescue")
    }
    names = {language: list[str]() for language in LANGUAGES}
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in (Case, CaseRevision, CaseText, CaseCode)}
    tokens = []
    sqlite = db.engine.dialect.name == "sqlite"
    with transaction():
        load_terms(Terms(causes, *({code: {"en": code, "zh": code} for code in codes} for codes in (INDUSTRIES, ("US", "CN"), SUBSTANCES))))
        ids = {row.slug: row.id for row in db.session.execute(select(Cause.slug, Cause.id))}
        for number, document in enumerate(documents, 1):
            line = {"industry": document["industry"], "country": document["country"], "occurred": document["date"], "year": int(document["date"][:4])}
            rows[Case].append(
                {
                    "id": number,
                    "slug": f"case-{number}",
                    "cause_id": ids[document["cause"]],
                    **line,
                    "minutes": 5,
                    "films": number % 7 == 0,
                    "published": True,
                    "revision": 1,
                }
            )
            rows[CaseRevision].append({"case_id": number, "number": 1, "digest": digest_of(document), "document": document, "created_at": now})
            for language in LANGUAGES:
                texts = {key: said(document[key], language) for key in ("title", "place", "lead")}
                opened, hidden = words.open_text(document, names, language), words.hidden_text(document, language)
                rows[CaseText].append({"case_id": number, "language": language, **texts, "open_text": opened, "hidden_text": hidden})
            rows[CaseCode] += [{"case_id": number, "kind": "substance", "code": code} for code in document["substances"]]
            columns = words.columns(document, names)
            tokens.append({"rowid": number, **columns} if sqlite else {"id": number, "tokens": words.tsvector(columns)})
        for model, values in rows.items():
            db.session.execute(insert(model), values)
        statement = insert(FTS5_INDEX) if sqlite else text(f"INSERT INTO {TSVECTOR_INDEX.name} VALUES (:id, CAST(:tokens AS tsvector))")
        db.session.connection().execute(statement, tokens)
    if not sqlite:
        with transaction():
            db.session.execute(text("ANALYZE"))  # as autovacuum does within a minute


def find(typed: str, page: int = 1) -> search.Library:
    """The whole search, as the library's page asks for it."""
    found = search.library(search.Filters(q=typed), 0, "en", page)
    db.session.rollback()
    return found


def quantiles(call: Callable[[], object]) -> tuple[str, str]:
    """Median and 99th percentile of a call in ms: by the clock, and of the CPU that this process spent on it."""
    clock, cpu = list[float](), list[float]()
    for number in range(WARM + ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        call()
        if number >= WARM:
            clock.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - spent))
    by_clock, by_cpu = (f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=100)[98]:.1f}" for times in (clock, cpu))
    return by_clock, by_cpu


def sent_by(typed: str) -> list[tuple[str, Any]]:
    """The statements that a search sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        find(typed)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sent


def times(kind: str) -> Iterator[str]:
    """The rows of the table of times."""
    for name, queries in QUERIES.items():
        for typed in queries:
            page = find(typed)
            whole = quantiles(lambda typed=typed: find(typed))
            connection = db.engine.raw_connection()
            cursor, statements = connection.cursor(), sent_by(typed)

            def ask(cursor: Any = cursor, statements: list[tuple[str, Any]] = statements) -> None:
                for statement in statements:
                    cursor.execute(*statement)
                    cursor.fetchall()

            bare = quantiles(ask)
            connection.rollback()
            connection.close()
            hits = f"{page.found:,}{' (any word)' if page.loose else ''}"
            yield f"| {kind} | {name} | {typed} | {hits} | {whole[0]} | {bare[0]} | {whole[1]} | {bare[1]} |"


def shares(rows: list[dict[str, str]]) -> dict[str, tuple[int, float, float, float]]:
    """Of the most frequent keywords: how many cases carry it; the share of all hits that do; of the first hits, and of those with an inflection of it."""
    carried = [keywords(row) for row in rows]
    stems = [{tuple(words.tokens(keyword)) for keyword in found} for found in carried]
    counts = Counter(keyword for found in carried for keyword in found)
    found = {}
    for keyword, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:KEYWORDS]:
        asked = words.query(keyword)
        shape, values = index.shape(asked, loose=False), index.values(asked, loose=False)
        anywhere = [case_id - 1 for case_id in db.session.scalars(index.matches(shape, ranked=False), values)]
        hits = [hit.line.id - 1 for hit in find(keyword).hits[:FIRST]]
        every = sum(place < len(rows) and keyword in carried[place] for place in anywhere)
        exact = sum(place < len(rows) and keyword in carried[place] for place in hits)
        alike = sum(place < len(rows) and tuple(words.tokens(keyword)) in stems[place] for place in hits)
        found[keyword] = (count, every / max(1, len(anywhere)), exact / max(1, len(hits)), alike / max(1, len(hits)))
    return found


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="Measure search among 5,000 cases.")
    parser.add_argument("folder", type=Path, help="a folder of CSV files with accident abstracts and their keywords")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--keywords", action="store_true", help="print the share of every keyword")
    options = parser.parse_args()
    rows, rng = abstracts(options.folder), random.Random(1)
    documents = [english(row, rng) for row in rows]
    documents += [chinese(number, rng) for number in range(CASES - len(documents))]
    print("| database | query | typed | hits | whole search p50 / p99 ms | its SQL alone p50 / p99 ms | CPU here of the whole | CPU here of its SQL |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in list(KINDS) if options.database == "both" else [options.database]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            databases = Databases(kind, Path(folder))
            try:
                with product(*databases.make("search")):
                    upgrade()
                    load(documents)
                    busy, began, own, of_database = busy_seconds(), time.perf_counter(), time.process_time(), cpu_seconds(databases.pid)
                    print("\n".join(times(kind)))
                    ours = time.process_time() - own + sum_of_growth(of_database, cpu_seconds(databases.pid))
                    others = (busy_seconds() - busy - ours) / (time.perf_counter() - began) / CORES
                    share = shares(rows)
            finally:
                databases.stop()
        every, exact, alike = (statistics.mean(column) for column in list(zip(*share.values(), strict=True))[1:])
        about = f"of the first {FIRST} hits for each of the {len(share)} most frequent keywords"
        print(f"\n{kind}: {about} {exact:.1%} carry it, {alike:.1%} it or an inflection; of all hits {every:.1%}.")
        print(f"Others used {others:.0%} of the machine meanwhile.\n")
        if options.keywords:
            print("\n".join(f"{keyword}: {count} {every:.0%} {exact:.0%} {alike:.0%}" for keyword, (count, every, exact, alike) in share.items()))


if __name__ == "__main__":
    main()
