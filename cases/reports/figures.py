"""How many died and were hurt, when and where, by the phrases in which reports say it. What is said in two ways is not known."""

import re

from cases.reports.dates import DATE, date_of

_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SMALL = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
ENGLISH = {word: value for value, word in enumerate(re.split(" ", _SMALL))} | {"a": 1, "an": 1}
_N = r"(?:\d{1,4}(?:,\d{3})?|" + "|".join(sorted(ENGLISH, key=len, reverse=True)) + r")"
_PEOPLE = r"(?:workers?|employees?|people|persons?|men|man|women|woman|contractors?|firefighters?|operators?|technicians?|others?|rescuers?|crew)"
_WHO = rf"(?:[a-z'-]{{1,20}}\s+){{0,3}}?{_PEOPLE}"
_Z = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,5})"
_BETWEEN = r"(?:(?!受伤|重伤|轻伤|没有|未|以上|以下)[^\s，。；、\d]){0,8}"


def _in(pattern: str) -> re.Pattern[str]:
    """A phrase with a number in it: N in English, Z in Chinese, WHO the people who are counted."""
    for place in range(pattern.count("{N}") + pattern.count("{Z}")):
        kind = min(("{N}", "{Z}"), key=lambda name: pattern.find(name) % (len(pattern) + 1))
        pattern = pattern.replace(kind, f"(?P<n{place}>{_N if kind == '{N}' else _Z})", 1)
    return re.compile(pattern.replace("{WHO}", _WHO).replace("{BETWEEN}", _BETWEEN), re.I)


DEATHS = (
    _in(r"{Z}\s*(?:人|名){BETWEEN}(?:死亡|遇难|身亡|丧生)|(?:死亡|遇难)(?:人数)?(?:为)?\s*{Z}\s*[人名]|{Z}死(?=\S{1,3}伤)"),
    _in(r"\b{N}\s+(?:fatalit(?:y|ies)|deaths?)\b|\b(?:kill(?:ed|ing|s)|deaths?\s+of|fatally\s+injur(?:ed|ing)|claim(?:ed|ing)\s+the\s+lives\s+of)\s+{N}\b"),
    _in(r"\b{N}\s+(?:{WHO}\s+)?(?:(?:were|was|are|had|have|all|both|later)\s+){0,2}(?:killed|die[ds]?\b|dead\b|lost\s+their\s+lives|fatally)"),
)
INJURIES = (
    _in(r"{Z}\s*(?:人|名)(?:[^\s，。；、\d死]){0,8}(?:受伤|负伤)|受伤(?:人数)?(?:为)?\s*{Z}\s*[人名]|(?<=死){Z}伤"),
    _in(r"{Z}\s*人(?:重伤|轻伤)"),
    _in(r"\b{N}\s+injur(?:y|ies)\b|(?<!fatally )\b(?:injur|hurt|wound)(?:ed|ing|e?s)?\s+{N}\b"),
    _in(r"\b{N}\s+(?:{WHO}\s+)?(?:(?:were|was|are|also|seriously|severely|slightly)\s+){0,3}(?:injured|hurt|hospitali[sz]ed)\b"),
)
_LIGHT_AND_BAD = INJURIES[1]
# A figure that the report itself calls uncertain is not known.
_ROUGHLY = re.compile(r"(?:\b(?:than|over|least|about|approximately|around|nearly|almost|some|to|estimated)|近|约|超过|至少|余|多)\s*$", re.I)
_NOBODY = re.compile(r"(?:未|没有|无)(?:造成)?人员伤亡|no\s+(?:one|body)\s+was\s+(?:hurt|injured|killed)", re.I)

_DAY_PART = r"(?:凌晨|清晨|早上|上午|中午|午后|下午|傍晚|晚上?|夜间|深夜)"
_CLOCK_ZH = rf"(?:{_DAY_PART}\s*\d{{1,2}}\s*[时点:：]|\d{{1,2}}\s*[时点](?!间)|\d{{1,2}}[:：](?=\d\d))\s*(?:\d{{1,2}}\s*分?)?(?:\d{{1,2}}秒)?(?:许|左右)?"
_CLOCK_EN = (
    r"\d{1,2}:\d{2}(?!\d|\s*分)(?:\s*(?:[ap]\.?m\b\.?|hours|hrs|h\b))?|\d{1,2}\.\d{2}\s*[ap]\.?m\b\.?|\d{1,2}\s*(?:[ap]\.m\.|[ap]m\b)|\b\d{4}\s+(?:hours|hrs)\b"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_SPOKEN = (
    rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}[日号]|(?:当日|当天|次日|同日)(?=\s*(?:{_DAY_PART}|\d))"
    rf"|\b{_MONTH}\s+\d{{1,2}}\b(?:st|nd|rd|th)?(?!\d)|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\b"
)
_DATE = re.sub(r"\(\?P<\w+>", "(?:", DATE.pattern).replace("(?P=sign)", "[-/.]")
# A day, a time of day, or both in a row, with the word before that belongs to it.
MOMENT = re.compile(
    rf"(?:\b(?:at|on|by|around|about|approximately|shortly\s+(?:before|after))\s+){{0,2}}(?:(?:{_DATE}|{_SPOKEN})(?:,?\s*(?:at|about|around|approximately)?\s*(?:{_CLOCK_EN}|{_CLOCK_ZH}))?|{_CLOCK_EN}|{_CLOCK_ZH})",
    re.I,
)
_PLACE_LABEL = re.compile(r"(?:事故地点|事发地点|发生地点|地点|地址)\s*[:：]\s*([^，。；\n]{2,60})|\b(?:location|place|site)\s*:\s*([^\n.;]{3,100})", re.I)
_PLACE = (
    re.compile(r"(?:位于|发生在|在)([^，。；：、“”\s]{3,40}?(?:公司|厂|矿|车间|工地|罐区|码头|库|项目部|站|医院|学校|养殖场))"),
    re.compile(
        r"\b(?:at|in)\s+((?:the|a|an)\s+[^.,;:]{3,80}?\s+(?:in|near|at|outside)\s+[A-Z][\w'-]+(?:\s[A-Z][\w'-]+){0,2}(?:,\s[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)?){0,2})"
    ),
)


def number_of(text: str) -> int:
    """A number in digits or in words of either language. Raises ValueError for what is none."""
    text = text.lower().replace(",", "")
    if text.isdecimal():
        return int(text)
    if text in ENGLISH:
        return ENGLISH[text]
    total, digit = 0, 0
    for sign in text:
        if sign in "十百":
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
        else:
            digit = _CHINESE.get(sign, -1)
            if digit < 0:
                raise ValueError(text)
    return total + digit


def counted(patterns: tuple[re.Pattern[str], ...], opening: str, text: str) -> int | None:
    """What the opening says first; else what the text says, if it says it always alike; else None."""
    for part in (opening, text):
        for pattern in patterns:
            found = [(match, number_of(next(filter(None, match.groups())))) for match in pattern.finditer(part)]
            if found and any(_is_rough(part, match) for match, _number in found):
                return None
            if found and pattern is _LIGHT_AND_BAD:  # counted apart, in one sentence
                end = min((place for sign in "。；" if (place := part.find(sign, found[0][0].end())) >= 0), default=len(part))
                return sum(number for match, number in found if match.start() < end)
            if found and (part is opening or len({number for _match, number in found}) == 1):
                return found[0][1]
    return 0 if _NOBODY.search(opening) else None


def _is_rough(text: str, match: re.Match[str]) -> bool:
    return _ROUGHLY.search(text[max(0, match.start() - 15) : match.start()]) is not None or text.startswith(("以上", "以下", "左右"), match.end())


def day_of(text: str) -> tuple[str, str]:
    """The first date of a text that names a month at least, and the moment as the text puts it."""
    for match in DATE.finditer(text):
        date = date_of(match)
        if len(date) > 4:
            moment = next((found[0] for found in MOMENT.finditer(text, max(0, match.start() - 20)) if found.start() <= match.start() < found.end()), match[0])
            return date, re.sub(r"^(?:at|on|by)\s+", "", moment.strip(" ,"), flags=re.I)
    return "", ""


def place_of(text: str) -> str:
    """Where it happened, where the text says so in a phrase that is known."""
    if label := _PLACE_LABEL.search(text):
        return (label[1] or label[2]).strip()
    return next((found[1] for pattern in _PLACE if (found := pattern.search(text))), "")
