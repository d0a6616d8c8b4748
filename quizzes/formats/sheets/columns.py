"""What the columns of a sheet hold: by our own headings exactly, by the usual headings of others, else by what stands in them.

A field is "kind", "answer", …; with a language "text:en"; with a number "weight:1", "option:1", "option:1:en". "" is not taken.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from core.languages import HAN
from quizzes.formats.sheets.tables import Table
from quizzes.rules.soundness import HINTS_MOST, OPTIONS_MOST

LANGUAGE_WORDS = {"en": (" (English)", "（英文）"), "zh": (" (Chinese)", "（中文）")}
# Field: our headings in English and Chinese.
PLAIN = {
    "kind": ("Kind", "题型"),
    "id": ("Identifier", "标识"),
    "title": ("Title", "标题名"),
    "answer": ("Right answer", "正确答案"),
    "tolerance": ("Tolerance", "允许误差"),
    "units": ("Units", "单位换算"),
    "unit": ("Unit asked", "是否要单位"),
    "exact": ("Capitals count", "区分大小写"),
    "fixed": ("Keep order", "固定顺序"),
    "groups": ("Word groups", "词语分组"),
    "ids": ("Row names", "行标识"),
    "penalty": ("Penalty per try", "每次扣减"),
    "format": ("Format of texts", "文本格式"),
    "category": ("Category", "章节"),
    "tags": ("Tags", "标签"),
    "difficulty": ("Difficulty", "难度"),
    "cause": ("Cause", "事故原因类别"),
    "case": ("Case", "事故案例"),
    "part": ("Part of the case", "案例部分"),
}
SPOKEN = {
    "text": ("Question", "题干"),
    "feedback": ("Explanation", "解析"),
    "right": ("If right", "答对时"),
    "partly": ("If partly right", "部分答对时"),
    "wrong": ("If wrong", "答错时"),
    "guide": ("Marking guide", "评分要点"),
}
NUMBERED = {"weight": ("Weight %s", "权重%s")}
NUMBERED_SPOKEN = {
    "option": ("Option %s", "选项%s"),
    "why": ("Feedback %s", "选项%s反馈"),
    "stem": ("Row %s", "匹配项%s"),
    "hint": ("Hint %s", "提示%s"),
}
MOST = {"hint": HINTS_MOST, "stem": 2 * OPTIONS_MOST, "option": 2 * OPTIONS_MOST, "why": 2 * OPTIONS_MOST, "weight": 2 * OPTIONS_MOST}
LETTERED = ("option", "why", "weight")
HEAD_ROWS = 30

# What others call them, after `plain`. Where a heading has several meanings, the row that comes first takes it.
USUAL = {
    "kind": "题型 题类 试题类型 题目类型 试题题型 题目题型 类型 题型名称 题型代码 questiontype type kind 题目种类 试题种类",
    "text": "题干 题目 试题 试题内容 题目内容 问题 试题题干 题目题干 题目描述 题干内容 试题描述 "
    "题目名称 试题名称 问题内容 内容 题面 question questiontext stem 试题标题 题目标题 标题",
    "options": "选项 备选项 可选项 选项内容 备选答案 候选答案 答案选项 试题选项 题目选项 选择项 供选答案 候选项 全部选项 options choices",
    "answer": "答案 正确答案 标准答案 参考答案 试题答案 题目答案 答案内容 正确选项 正确项 答案key rightanswer answer answers correctanswer key correct 正解",
    "feedback": "解析 答案解析 试题解析 题目解析 解析内容 答题解析 试题分析 分析 解答 解题思路 解释 explanation feedback analysis rationale",
    "category": "章节 分类 所属章节 科目 知识点 类别 目录 单元 章 节 题库 所属题库 所属分类 试题分类 "
    "题目分类 所属科目 章节名称 专业 模块 知识点名称 一级分类 二级分类 三级分类 category chapter topic unit subject",
    "tags": "标签 关键词 关键字 tags tag keywords",
    "difficulty": "难度 难易度 难易程度 难度等级 试题难度 题目难度 难度级别 difficulty level",
    "hint": "提示 hint hints",
    "guide": "评分标准 评分要点 得分点 采分点 rubric",
    "cause": "事故原因类别 cause",
    "case": "事故案例 case",
    "marks": "分值 分数 分 得分 题目分值 试题分值 每题分值 score points marks mark",
    "number": "序号 编号 题号 no number # 试题编号 题目编号 试题id 题目id id",
    "note": "备注 说明 来源 出处 出题依据 依据 remark remarks note source 出题人 录入人 审核人 更新时间 创建时间",
}
_BY_HEADING = {name: key for key, names in USUAL.items() for name in names.split()}
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_OPTION = re.compile(
    r"(?:选项|备选项|备选答案|候选答案|候选项|答案选项|答案|option|choice|answer|选择项)?(?:([a-l])|(\d{1,2})|([一二三四五六七八]))(?:选项|项|答案|option|choice)?"
)
_JUDGED = re.compile(r"对|错|正确|错误|√|×|T|F|TRUE|FALSE|Y|N", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Ha-h](?:[\s,、，;；]*[A-Ha-h]){0,7}")
KIND_WORDS = re.compile(r"(单|多|不定项|双)?项?选择?题?|判断题?|是非题?|填空题?|简答题?|问答题?|论述题?|单选题?|多选题?")


@dataclass
class Layout:
    """How a sheet is read: where its headings stand (-1: there are none) and what each column holds. `exact`: our own template."""

    sheet: str
    head: int
    fields: list[str]
    exact: bool = False
    deep: int = 1  # rows of headings
    headings: list[str] = field(default_factory=list)

    @property
    def is_used(self) -> bool:
        """Whether questions can be read out of it."""
        return any(name.startswith("text") for name in self.fields)


def letter(number: int) -> str:
    """1 is A, 27 is AA, as columns are named."""
    left, made = number, ""
    while left:
        left, rest = divmod(left - 1, 26)
        made = chr(65 + rest) + made
    return made


def heading(name: str, language: str) -> str:
    """Our heading of a field in this language."""
    key, *more = name.split(":")
    place = 1 if language == "zh" else 0
    number = next((part for part in more if part.isdigit()), "")
    words = {**PLAIN, **SPOKEN, **NUMBERED, **NUMBERED_SPOKEN}[key][place]
    if number:
        words %= letter(int(number)) if key in LETTERED else number
    return words + (LANGUAGE_WORDS[more[-1]][place] if more and more[-1] in LANGUAGE_WORDS else "")


def every_field() -> list[str]:
    """All fields of our template, in its order."""
    spoken = list(LANGUAGE_WORDS)
    head = ["kind", *(f"text:{language}" for language in spoken)]
    options = [f"option:{number}:{language}" for number in range(1, MOST["option"] + 1) for language in spoken]
    middle = ["answer", *(f"weight:{number}" for number in range(1, MOST["weight"] + 1))]
    rows = [f"{key}:{number}:{language}" for key in ("why", "stem", "hint") for number in range(1, MOST[key] + 1) for language in spoken]
    texts = [f"{key}:{language}" for key in SPOKEN if key != "text" for language in spoken]
    return [*head, *options, *middle, *texts, *rows, *(key for key in PLAIN if key not in ("kind", "answer"))]


@cache
def _ours() -> dict[str, str]:
    return {plain(heading(name, language)): name for name in every_field() for language in LANGUAGE_WORDS}


def plain(words: str) -> str:
    """A heading as it is compared: half-width, without spaces, stars and what stands in brackets as a remark."""
    flat = re.sub(r"[\s*_:：.。、/-]", "", unicodedata.normalize("NFKC", words)).casefold()
    return re.sub(r"\((必填|选填|可选|可不填|required|optional|[^()]{12,})\)", "", flat)


def recognised(words: str) -> str:
    """The field that a heading of others stands for, or ""."""
    flat = plain(words)
    if flat in _BY_HEADING:
        return _BY_HEADING[flat]
    bare = re.sub(r"\(.*?\)", "", flat)
    if bare in _BY_HEADING:
        return _BY_HEADING[bare]
    match = _OPTION.fullmatch(bare)
    if match:
        return f"option:{ord(match[1]) - 96 if match[1] else int(match[2]) if match[2] else _NUMERALS[match[3]]}"
    return ""


def layout_of(table: Table) -> Layout:
    """What the columns of a sheet seem to hold; a person may change it."""
    rows = table.rows[:HEAD_ROWS]
    width = max((len(row) for row in table.rows), default=0)
    for index, row in enumerate(rows):
        ours = [_ours().get(plain(cell), "") for cell in row]
        if {"text:en", "text:zh"} & set(ours) and all(name for name, cell in zip(ours, row, strict=True) if cell):
            return Layout(table.name, index, ours + [""] * (width - len(ours)), exact=True, headings=row)
    scores = {index: len(set(filter(None, (recognised(cell) for cell in row if len(cell) <= 30)))) for index, row in enumerate(rows)}
    head = max(scores, key=lambda index: scores[index], default=-1)
    if head >= 0 and (scores[head] < 2 or not {"text", "answer", "options", "kind"} & {recognised(cell) for cell in rows[head]}):
        head = -1
    fields = [recognised(cell) for cell in rows[head]] if head >= 0 else []
    headings = list(rows[head]) if head >= 0 else []
    fields, headings = fields + [""] * (width - len(fields)), headings + [""] * (width - len(headings))
    deep = 1
    if head >= 0 and head + 1 < len(rows):
        below = [recognised(cell) for cell in rows[head + 1]]
        if sum(name.startswith("option:") for name in below) >= 2 and all(below[at] or not cell for at, cell in enumerate(rows[head + 1])):
            fields = [below[at] if at < len(below) and below[at] else name for at, name in enumerate(fields)]
            fields = ["" if name == "options" else name for name in fields]
            deep = 2
    made = Layout(table.name, head, _once(fields, headings), deep=deep, headings=headings)
    _by_content(made, [row for row in table.rows[head + deep if head >= 0 else 0 :][:300] if any(row)])
    return made


def _once(fields: list[str], headings: list[str]) -> list[str]:
    """A field belongs to one column, the one with the likeliest heading; of categories there may be several, from the root down."""
    made = list(fields)
    for name in set(fields) - {"", "category", "note", "marks", "number"}:
        usual = USUAL.get(name, "").split()
        places = [at for at, found in enumerate(fields) if found == name]
        best = min(places, key=lambda at: usual.index(plain(headings[at])) if plain(headings[at]) in usual else len(usual))
        for at in places:
            made[at] = name if at == best else ""
    return made


def _by_content(layout: Layout, rows: list[list[str]]) -> None:
    """Fill in what no heading told."""
    fields = layout.fields
    columns = [[row[at] for row in rows if at < len(row) and row[at]] for at in range(len(fields))]
    free = [at for at, name in enumerate(fields) if not name and len(columns[at]) > 0 and not (layout.head >= 0 and layout.headings[at])]
    if layout.head >= 0 and "text" not in fields:
        free = [at for at, name in enumerate(fields) if not name and columns[at]]

    def share(at: int, pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.fullmatch(unicodedata.normalize("NFKC", cell).strip())) for cell in columns[at]) / len(columns[at])

    def take(name: str, chosen: list[int]) -> None:
        if chosen and name not in fields:
            fields[chosen[0]] = name
            free.remove(chosen[0])

    take("kind", [at for at in free if share(at, KIND_WORDS) > 0.7])
    take("answer", [at for at in free if share(at, re.compile(f"{_JUDGED.pattern}|{_LETTERS.pattern}", re.IGNORECASE)) > 0.7])
    longest = sorted(free, key=lambda at: -sum(map(len, columns[at])) / len(columns[at]))
    texts = [at for at in longest if sum(len(cell) > 5 for cell in columns[at]) > 0.5 * len(columns[at])]
    glued = [at for at in texts if sum(bool(re.search(r"\*\*|##|\||\n|A[.、．:：].*B[.、．:：]", cell, re.S)) for cell in columns[at]) > 0.6 * len(columns[at])]
    if len(texts) > len(glued):
        take("text", [at for at in texts if at not in glued])
        take("options", glued)
    else:
        take("text", texts)
    if "options" not in fields and not any(name.startswith("option:") for name in fields) and "text" in fields:
        start = fields.index("text") + 1
        number = 1
        for at in range(start, len(fields)):
            if at not in free:
                break
            fields[at] = f"option:{number}"
            number += 1
        if number <= 2:
            fields[start : start + number - 1] = [""] * (number - 1)


def language_of(texts: list[str]) -> str:
    """The language that most of these texts are in."""
    return "zh" if sum(bool(HAN.search(text)) for text in texts) * 2 >= max(1, len(texts)) else "en"
