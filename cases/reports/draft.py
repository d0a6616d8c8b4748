"""A case document drafted from a report: each part that was recognised in its field, in the language of the page.

Nothing is invented, and what is uncertain is left to the author.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any

from cases import drafts
from cases.reports.figures import DEATHS, INJURIES, MOMENT, counted, day_of, place_of
from cases.reports.page import Block, Report

SOURCE = "report"
READ_MOST = 200_000
LEAD_MOST, TEXT_MOST, ROWS_MOST, FACTS_MOST, FACT_MOST = 600, 1_500, 40, 8, 120

# What a section is about, by its heading; the first that fits.
SECTIONS = (
    ("underlying", r"间接原因|根本原因|管理原因|深层次?原因|\b(?:root|underlying|contributing|contributory|indirect|systemic)\b|\bfindings?\b"),
    ("direct", r"直接原因|\b(?:direct|immediate|probable|proximate)\s+causes?\b"),
    ("aftermath", r"处理|处罚|问责|责任追究|追责|善后|\b(?:penalt|enforcement|prosecut|citation|fines?\b|aftermath|regulatory action)"),
    ("controls", r"防范|整改|预防|对策|建议|教训|\b(?:recommend|lessons?\b|corrective\b|prevent(?!ed))"),
    (
        "story",
        r"经过|过程|应急处置|救援情况|\b(?:what happened|sequence of|narrative|chronology|timeline|incident description|description of)"
        r"|\bthe (?:incident|accident|explosion|fire)\b",
    ),
    ("cause", r"事故原因|原因分析|原因及|原因和|^\W*原因|\b(?:causes?|causation|why it happened|analysis)\b"),
    ("background", r"基本情况|概况|单位情况|\b(?:background|company|facility|process description|references|about)\b"),
)
_WORDS = tuple((kind, re.compile(words, re.I)) for kind, words in SECTIONS)
_NUMBERED = re.compile(
    r"^\s*(?P<sign>第?[一二三四五六七八九十]{1,3}[、章节]|[（(][一二三四五六七八九十]{1,3}[)）]|[（(]\d{1,2}[)）]|[•·●\-–]\s"
    r"|\d{1,2}(?:\.\d{1,2}){0,2}(?:[.、．](?=\D)\s?|\s(?!\d|[ap]\.?m)))"
)
_LABELLED = re.compile(
    r"^(?P<label>[^。；:：]{2,40}?(?:原因|causes?|findings?|recommendations?|措施|建议|penalties|处理情况?))\s*(?:[:：]|。(?=.))\s*(?P<rest>.{8,})$",
    re.I | re.S,
)
_LEVELS = (
    (re.compile(r"第?[一二三四五六七八九十]+[、章节]"), 2),
    (re.compile(r"[（(][一二三四五六七八九十]"), 3),
    (re.compile(r"\d"), 4),
    (re.compile(r"[（(]\d"), 5),
)
_SENTENCE = re.compile(r"(?<=[。！？])(?![”’」』）)])|(?<=[.!?])\s+(?=[A-Z\"“(])|(?<=[；;])(?=\s*(?:\d|[上下中凌次当]))")


def report_document(report: Report, substances: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The draft; `substances` are the names of those that cases may name, by code and language."""
    report = _readable(report)
    sections = list(_sections(report.blocks))
    opening = "\n".join([report.title, report.summary, *[text for _kind, text in sections if text][:4]])
    story = [item for kind, item in _items(report.blocks) if kind == "story"]
    told = story or [item for kind, item in _items(report.blocks) if not kind]
    lead = _lead(report)
    date, when = day_of("\n".join([lead, *(text for kind, text in sections if kind == "story"), report.title, report.text]))
    if report.date and date > report.date:
        date, when = "", ""

    def said(text: str) -> dict[str, str]:
        return {report.language: text[:TEXT_MOST]} if text else {}

    def cited(text: str) -> dict[str, Any]:
        return {**said(text), "from": [SOURCE]}

    def rows(kind: str) -> list[str]:
        return list(dict.fromkeys(text for found, text in sections if found == kind))[:ROWS_MOST]

    direct, underlying, unsorted = rows("direct"), rows("underlying"), rows("cause")
    if unsorted and not direct:
        direct, unsorted = unsorted[:1], unsorted[1:]
    return drafts.settled(
        {
            **drafts.blank_document(),
            "title": said(report.title),
            "date": date,
            "when": said(when),
            "place": said(place_of("\n".join([report.summary, report.text]))),
            "lead": said(lead),
            "deaths": counted(DEATHS, opening, report.text),
            "injuries": counted(INJURIES, opening, report.text),
            "substances": _substances(report, opening, substances),
            "facts": [{"label": said(label), "value": said(value), "from": [SOURCE]} for label, value in _facts(report.blocks)],
            "timeline": [{"id": "", "when": said(moment), "text": said(text), "from": [SOURCE]} for moment, text in _timeline(told)],
            "direct_cause": cited("\n".join(direct)),
            "underlying_causes": [{"id": "", "text": said(text), "from": [SOURCE]} for text in [*underlying, *unsorted][:ROWS_MOST]],
            "controls": [{"id": "", "text": said(text), "failure": {}, "rule": {}, "from": [SOURCE]} for text in rows("controls")],
            "aftermath": [cited(text) for text in rows("aftermath")],
            "sources": [
                {
                    **{"id": SOURCE, "title": report.title, "publisher": report.site, "url": report.address},
                    "year": int(report.date[:4]) if report.date else None,
                }
            ],
            "films": [
                {"id": f"film-{place}", "title": {}, "publisher": "", "seconds": None, "url": film.address, "files": [], "captions": {}}
                for place, film in enumerate(report.media("video"), 1)
            ],
        }
    )


def _readable(report: Report) -> Report:
    """The report without what follows its first READ_MOST characters: no case needs more, and phrases are searched many times over."""
    sizes = accumulate(len(block.text) + sum(map(len, block.items)) + sum(len(cell) for row in block.rows for cell in row) for block in report.blocks)
    blocks = tuple(block for block, size in zip(report.blocks, sizes, strict=True) if size <= READ_MOST)
    return replace(report, blocks=blocks, text=report.text[:READ_MOST])


def section_of(heading: str) -> str:
    """What a section with this heading is about, or nothing."""
    return next((kind for kind, words in _WORDS if words.search(heading)), "")


def _sections(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Each text with what its section is about, without the number before it."""
    for kind, item in _items(blocks):
        text = item if isinstance(item, str) else " ".join(item)
        if not text.rstrip().endswith((":", "：")):
            yield kind, _NUMBERED.sub("", text).strip()


def _items(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Paragraphs, items of lists and rows of tables, with what their section is about.

    A heading below one that was recognised stays in its section, unless it says something of its own.
    """
    kind, level = "", 0
    for block in blocks:
        heading = _heading(block)
        if heading:
            own = section_of(heading[0])
            if own or heading[1] <= level:
                kind, level = own, heading[1]
            continue
        for text in (block.text,) if block.kind == "paragraph" else block.items:
            if (labelled := _LABELLED.match(_NUMBERED.sub("", text))) and (own := section_of(labelled["label"])):
                yield own, labelled["rest"]
            elif text:
                yield kind, text
        for row in block.rows:
            yield kind, row


def _heading(block: Block) -> tuple[str, int] | None:
    """The words and the level of a heading; a Chinese report numbers its headings and marks them up as paragraphs."""
    if block.kind == "heading":
        numbered = _level(block.text)
        return block.text, numbered or block.level
    if block.kind != "paragraph" or len(block.text) > 40 or re.search(r"[。；;.!?！？，]$|[:：].", block.text):
        return None
    if level := _level(block.text):
        return block.text, level
    return (block.text, 4) if len(block.text) <= 24 and section_of(block.text) and not re.search(r"[，。,]", block.text) else None


def _level(text: str) -> int:
    numbered = _NUMBERED.match(text)
    return next((level for sign, level in _LEVELS if numbered and sign.match(numbered["sign"].strip())), 0)


def _lead(report: Report) -> str:
    """The first paragraphs, as many as are no longer than a lead; the page's own summary where it has none."""
    lead = ""
    for block in report.blocks:
        if block.kind != "paragraph" or _heading(block):
            if lead:
                break
            continue
        joined = f"{lead}{'' if report.language == 'zh' or not lead else ' '}{block.text}"
        if len(joined) > LEAD_MOST or (lead and len(lead) > LEAD_MOST / 3):
            break
        lead = joined
    first = next((block.text for block in report.blocks if block.kind == "paragraph" and not _heading(block)), "")
    return lead or report.summary[:LEAD_MOST] or _cut(first)


def _cut(text: str) -> str:
    """As many whole sentences as fit in a lead."""
    kept = ""
    for sentence in _SENTENCE.split(text):
        if len(kept) + len(sentence) > LEAD_MOST:
            break
        kept += sentence
    return kept


def _timeline(told: list[str | tuple[str, ...]]) -> list[tuple[str, str]]:
    """Moment and text of what carries a date or a time of day, in the order of the report.

    A paragraph with several moments is as many rows, and a sentence without one goes with that before it.
    """
    rows: list[tuple[str, str]] = []
    for item in told:
        if not isinstance(item, str):
            moment = MOMENT.search(item[0])
            if moment and len(item) > 1:
                rows.append((item[0], " ".join(item[1:])))
            continue
        parts: list[tuple[str, str]] = []
        for sentence in filter(None, _SENTENCE.split(_NUMBERED.sub("", item))):
            moment = MOMENT.search(sentence)
            if parts and (moment is None or not parts[-1][0]):
                when, text = parts.pop()
                gap = "" if text[-1] in "。！？；" else " "
                parts.append((when or (moment[0] if moment else ""), f"{text}{gap}{sentence}"))
            else:
                parts.append((moment[0] if moment else "", sentence))
        rows += [(re.sub(r"^(?:at|on|by)\s+", "", when.strip(" ,"), flags=re.I), text.strip()) for when, text in parts if when]
    return rows[:ROWS_MOST]


def _facts(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """The rows of the first table of names and values that tells no times."""
    for block in blocks:
        pairs = [(row[0].rstrip(":："), row[1]) for row in block.rows if len(row) == 2 and all(0 < len(cell) <= FACT_MOST for cell in row)]
        if pairs and len(pairs) == len(block.rows) and not any(MOMENT.search(label) for label, _value in pairs):
            return pairs[:FACTS_MOST]
    return []


def _substances(report: Report, opening: str, names: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Those that the opening names, or the text more than once; the longest name first, so that one inside another does not count."""
    found = []
    texts = {"opening": opening.lower(), "text": report.text.lower()}
    for code in sorted(names, key=lambda code: -len(names[code].get(report.language, ""))):
        name = names[code].get(report.language, "").lower()
        if not name:
            continue
        word = re.compile(re.escape(name) if report.language == "zh" else rf"\b{re.escape(name)}\b")
        if word.search(texts["opening"]) or len(word.findall(texts["text"])) > 1:
            found.append(code)
        texts = {part: word.sub(" ", text) for part, text in texts.items()}
    return found
