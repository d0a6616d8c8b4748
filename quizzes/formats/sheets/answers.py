"""Words of a sheet and what they mean: kinds, judgements, letters of options, difficulty. Pure; what is not certain is None."""

import re
import unicodedata

from quizzes.rules.questions import QuestionKind, folded

KINDS = {
    QuestionKind.TRUE_FALSE: "判断 判断题 是非题 是非 对错题 正误题 truefalse true/false tf judge judgement judgment 判断正误 true-false",
    QuestionKind.MULTIPLE: "多选 多选题 多项选择题 多项选择 不定项 不定项选择题 不定项选择 "
    "不定选择题 多项题 multiple multiplechoice multipleanswer multipleresponse checkbox ms",
    QuestionKind.SINGLE: "单选 单选题 单项选择题 单项选择 单项题 single singlechoice singleanswer radio sc",
    QuestionKind.SHORT: "填空 填空题 short shortanswer fillin fillintheblank blank fill",
    QuestionKind.ESSAY: "简答 简答题 问答 问答题 论述 论述题 名词解释 案例分析 案例分析题 主观题 论述分析题 essay openended",
    QuestionKind.ORDERING: "排序 排序题 ordering order",
    QuestionKind.NUMERIC: "数值 数值题 计算题 数字题 numeric numerical number",
    QuestionKind.MATCHING: "匹配 匹配题 连线 连线题 配对题 matching match",
    QuestionKind.WORDS: "选词填空 选词填空题 words gapselect missingwords",
    QuestionKind.HOTSPOT: "热点 热点题 hotspot",
    QuestionKind.INFORMATION: "说明 说明文字 材料 information description info",
}
CHOICE_WORDS = {"选择", "选择题", "客观题", "choice", "multiplechoice/single"}
_KIND_BY_WORD = {word: kind for kind, words in KINDS.items() for word in words.split()}
TRUE_WORDS = {"对", "正确", "√", "✓", "✔", "t", "true", "y", "yes", "是", "right", "correct", "v", "☑", "对的"}
FALSE_WORDS = {"错", "错误", "×", "✗", "✘", "x", "f", "false", "n", "no", "否", "wrong", "incorrect", "不正确", "╳", "不对", "错的", "非", "✕"}
_DIFFICULTY = {
    1: "很易 易 容易 简单 很容易 低 初级 easy veryeasy low 基础",
    2: "较易 较容易 较简单 偏易",
    3: "中 中等 一般 适中 普通 中级 medium normal moderate",
    4: "较难 偏难",
    5: "难 困难 很难 高 高级 hard difficult high",
}
_DIFFICULTY_BY_WORD = {word: level for level, words in _DIFFICULTY.items() for word in words.split()}


def flat(words: str) -> str:
    """Half-width, small letters, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words)).casefold()


def kind_of(words: str) -> str | None:
    """The kind that a word names; "choice" where it says only that there are options; None where it is not known."""
    said = re.sub(r"^[一二三四五六七八九十\d]+[、.]", "", flat(words)).strip("[]【】()（）:：。、").replace("-", "").replace("_", "")
    if said in CHOICE_WORDS:
        return "choice"
    return _KIND_BY_WORD.get(said) or _KIND_BY_WORD.get(said.removesuffix("题")) or _KIND_BY_WORD.get(flat(words))


def judged(words: str) -> bool | None:
    """Whether a word says true or false."""
    said = flat(words).strip("()（）.。")
    return True if said in TRUE_WORDS else False if said in FALSE_WORDS else None


def difficulty_of(words: str) -> int | None:
    """A level from 1 to 5."""
    said = flat(words).removesuffix("题")
    return int(said) if re.fullmatch("[1-5]", said) else _DIFFICULTY_BY_WORD.get(said)


def letters_of(words: str) -> list[int] | None:
    """The places that letters name: "ABC", "A,B", "A、B", "(A) (B)"; None where it is something else."""
    said = re.sub(r"[\s,，、;；|/.。()\[\]【】+&和与]", "", unicodedata.normalize("NFKC", words)).upper()
    return [ord(sign) - 64 for sign in said] if re.fullmatch(r"[A-Z]{1,26}", said) else None


def numbers_of(words: str, most: int) -> list[int] | None:
    """The places that numbers name: "2", "1,3", and "13" where there are fewer than ten options."""
    said = unicodedata.normalize("NFKC", words).strip()
    if re.fullmatch(r"\d{1,2}(?:[\s,、;|/]+\d{1,2})*", said):
        found = [int(part) for part in re.split(r"[\s,、;|/]+", said)]
        if len(found) == 1 and found[0] > most and most < 10:
            return [int(sign) for sign in said]
        return found
    return [int(sign) for sign in said] if re.fullmatch(r"\d{1,9}", said) and most < 10 else None


def texts_of(words: str, options: dict[int, str]) -> list[int] | None:
    """The options whose own text an answer is, one or several with a mark between them."""
    by_text: dict[str, int] = {}
    for place, text in options.items():
        by_text.setdefault(folded(text), place)
    if folded(words) in by_text:
        return [by_text[folded(words)]]
    for mark in (r"\*\*", "##", r"\|", "\n", "[;；]", "[,，]", "、"):
        parts = [folded(part) for part in re.split(mark, words) if part.strip()]
        if len(parts) > 1 and all(part in by_text for part in parts):
            return [by_text[part] for part in parts]
    return None


def lettered_text(words: str, options: dict[int, str]) -> list[int] | None:
    """An answer that gives the letter and the text of an option: "A. Nitrogen"."""
    match = re.fullmatch(r"\(?([A-Z])\)?\s*[.、:)\s]\s*(.+)", unicodedata.normalize("NFKC", words).strip(), re.DOTALL)
    if not match:
        return None
    place = ord(match[1]) - 64
    return [place] if folded(options.get(place, "")) == folded(match[2]) and place in options else None


def key_of(words: str, options: dict[int, str]) -> tuple[list[int], bool]:
    """The options that an answer names, by their places, and whether every way to read it names the same. ([], True) where there is no way."""
    ways = [letters_of(words), numbers_of(words, max(options)), texts_of(words, options), lettered_text(words, options)]
    found = [way for way in ways if way]
    judgement = judged(words)
    if judgement is not None:
        same = [place for place, text in options.items() if judged(text) is judgement]
        if len(same) == 1 and len(options) == 2:
            found.append(same)
    within = [way for way in found if set(way) <= set(options)]
    if not within:
        return (found[0], True) if found else ([], True)
    return within[0], all(sorted(way) == sorted(within[0]) for way in within)
