"""Sound questions of every kind, and answers to them, for property tests."""

import html
import random
from decimal import Decimal

from hypothesis import strategies as st

from quizzes.drafts import TRUE_FALSE
from quizzes.rules.questions import BREAK, CHOICES, PAIRED, QuestionKind, halves, option_order, right_areas

KINDS = tuple(QuestionKind)
LANGUAGES = st.sampled_from([("en",), ("zh",), ("en", "zh")])
# Letters of both scripts, full-width ones, and every character that means something in a question format.
ALPHABET = "abcXYZ 012阀门压力，。（）５ＡéÅµ{}~=#:%\\<>&*\"'[]()/;,.!?|$@_-+^`\u3000"
WORD = st.text(ALPHABET, min_size=1, max_size=10).map(lambda text: " ".join(text.split())).filter(bool)
NUMBER = st.decimals(-10_000, 10_000, places=3).map(lambda value: format(value.normalize() + 0, "f"))
FORMATS = st.sampled_from(["plain", "plain", "markdown", "html"])
UNITS = ("bar", "kPa", "m³", "°C", "毫米", "%", "km/h", "E")


def _dressed(text, form):
    """A word as a piece of a question in this format."""
    return f"<b>{html.escape(text, quote=False)}</b> x" if form == "html" else text


@st.composite
def pairs(draw, languages, form="plain", word=WORD):
    """A text in these languages."""
    return {language: _dressed(draw(word), form) for language in languages}


def maybe(strategy, nothing):
    """This, or nothing of its kind."""
    return st.one_of(st.builds(lambda: nothing), strategy)


@st.composite
def rows(draw, least, most, languages, form="plain", names="abcdefghij", feedback=True, word=WORD):
    """Rows with ids and texts that all differ."""
    count = draw(st.integers(least, most))
    texts = [draw(st.lists(word, min_size=count, max_size=count, unique_by=lambda text: text.casefold())) for _language in languages]
    made = []
    for place in range(count):
        row = {"id": names[place], "text": {language: _dressed(texts[at][place], form) for at, language in enumerate(languages)}}
        if feedback:
            row["feedback"] = draw(maybe(pairs(languages, form), {}))
        made.append(row)
    return made


@st.composite
def contents(draw, kinds=KINDS, formats=FORMATS, languages=LANGUAGES, extras=True):
    """A question that soundness passes. `extras` are hints, outcomes, a penalty, a picture and a fixed order."""
    kind, form, spoken = draw(st.sampled_from(kinds)), draw(formats), draw(languages)
    text = pairs(spoken, form)
    content = {"kind": str(kind), "text": draw(text), "feedback": draw(maybe(text, {})), "part": ""}
    if form != "plain":
        content["format"] = form
    content.update(draw(_PARTS[kind](spoken, form)))
    if kind == QuestionKind.WORDS:
        gaps = " ".join(f"[[{gap['id']}]]" for gap in content["gaps"])
        content["text"] = {language: f"{said.replace('[[', '')} {gaps}" for language, said in content["text"].items()}
    if extras:
        content.update(draw(_extras(spoken, form)))
    return content


@st.composite
def _extras(draw, languages, form):
    text = pairs(languages, form)
    made = {}
    if draw(st.booleans()):
        made["hints"] = draw(st.lists(text, min_size=1, max_size=3))
        made["penalty"] = draw(st.sampled_from([0, 10, 33]))
    if draw(st.booleans()):
        made["outcomes"] = draw(st.fixed_dictionaries(dict.fromkeys(("right", "partly", "wrong"), text)))
    if draw(st.booleans()):
        made["fixed"] = True
    if draw(st.booleans()):
        made["picture"] = draw(_pictures(languages))
    return made


@st.composite
def _pictures(draw, languages):
    return {
        "file": draw(st.sampled_from(["pump.png", "阀门.jpg"])),
        "alt": draw(pairs(languages)),
        "width": draw(st.integers(1, 4000)),
        "height": draw(st.integers(1, 4000)),
    }


@st.composite
def _choice(draw, languages, form, several=False):
    options = draw(rows(2, 6, languages, form))
    right = draw(st.integers(1, len(options) if several else 1))
    weighted = draw(st.booleans())
    good = draw(st.sampled_from([_even(right), _uneven(right)])) if several else ["100"]
    for place, option in enumerate(options):
        option["right"] = place < right
        if weighted:
            bad = ["0", "-50", "-33.33333", "-100"] if several else ["0", "50", "33.33333", "-25", "12.5"]
            option["weight"] = good[place] if place < right else draw(st.sampled_from(bad))
    return {"options": draw(st.permutations(options))}


def _even(count):
    return [format((Decimal(100) / count).quantize(Decimal("1.00000")).normalize(), "f")] * count


def _uneven(count):
    return [str(100 - 10 * (count - 1)), *["10"] * (count - 1)]


@st.composite
def _true_false(draw, languages, form):
    right = draw(st.booleans())
    names = [("true", right), ("false", not right)]
    options = [{"id": name, "text": dict(TRUE_FALSE[name]), "right": good, "feedback": draw(maybe(pairs(languages, form), {}))} for name, good in names]
    return {"options": options}


@st.composite
def _numeric(draw, languages, form):
    count = draw(st.integers(1, 3))
    weights = ["100", *draw(st.lists(st.sampled_from(["100", "50", "0"]), min_size=count - 1, max_size=count - 1))]
    tolerance = st.one_of(st.just("0"), NUMBER.map(lambda value: value.lstrip("-")))
    answers = [
        {"id": f"n{place}", "value": draw(NUMBER), "tolerance": draw(tolerance), "weight": weight, "feedback": draw(maybe(pairs(languages, form), {}))}
        for place, weight in enumerate(weights)
    ]
    if draw(st.booleans()):
        answers.append({"id": "rest", "value": "*", "tolerance": "0", "weight": "0", "feedback": draw(pairs(languages, form))})
    unit = draw(st.sampled_from(["none", "none", "optional", "required"]))
    names = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True)) if unit != "none" else []
    factors = ["1", *draw(st.lists(st.sampled_from(["1000", "0.001", "60"]), min_size=2, max_size=2))]
    return {"answers": answers, "units": [{"name": name, "factor": factors[place]} for place, name in enumerate(names)], "unit": unit}


@st.composite
def _short(draw, languages, form):
    answers = draw(rows(1, 4, languages, names=[f"s{place}" for place in range(4)]))
    for place, answer in enumerate(answers):
        answer["weight"] = "100" if place == 0 else draw(st.sampled_from(["100", "75", "0"]))
        answer["feedback"] = draw(maybe(pairs(languages, form), {}))
    return {"answers": answers, "exact_case": draw(st.booleans())}


@st.composite
def _matching(draw, languages, form):
    options = draw(rows(2, 5, languages, form, names=[f"o{place}" for place in range(5)], feedback=False))
    stems = draw(rows(2, 5, languages, form, names=[f"r{place}" for place in range(5)], feedback=False))
    for stem in stems:
        stem["right"] = draw(st.sampled_from([option["id"] for option in options]))
    return {"stems": stems, "options": options}


@st.composite
def _ordering(draw, languages, form):
    return {"options": draw(rows(2, 5, languages, form, feedback=False))}


@st.composite
def _words(draw, languages, form):
    options = draw(rows(2, 6, languages, feedback=False, names=[f"w{place}" for place in range(6)]))
    for option in options:
        option["group"] = draw(st.integers(1, 3))
    chosen = draw(st.lists(st.sampled_from(options), min_size=1, max_size=4))
    return {"options": options, "gaps": [{"id": f"g{place}", "right": option["id"], "group": option["group"]} for place, option in enumerate(chosen)]}


_PLACE = st.integers(0, 1000)
_AREAS = st.one_of(
    st.builds(lambda x, y, width, height: ("rect", [x, y, width, height]), _PLACE, _PLACE, _PLACE, _PLACE),
    st.builds(lambda x, y, radius: ("circle", [x, y, radius]), _PLACE, _PLACE, _PLACE),
    st.integers(3, 6).flatmap(lambda corners: st.lists(_PLACE, min_size=2 * corners, max_size=2 * corners)).map(lambda at: ("polygon", at)),
)


@st.composite
def _hotspot(draw, languages, form):
    shapes = draw(st.lists(_AREAS, min_size=1, max_size=4))
    rights = [True, *draw(st.lists(st.booleans(), min_size=len(shapes) - 1, max_size=len(shapes) - 1))]
    areas = [
        {"id": f"h{place}", "shape": shape, "at": at, "right": rights[place], "feedback": draw(maybe(pairs(languages, form), {}))}
        for place, (shape, at) in enumerate(shapes)
    ]
    return {"areas": areas, "picture": draw(_pictures(languages))}


@st.composite
def _essay(draw, languages, form):
    return {"guide": draw(maybe(pairs(languages, form), {}))}


_PARTS = {
    QuestionKind.SINGLE: _choice,
    QuestionKind.MULTIPLE: lambda languages, form: _choice(languages, form, several=True),
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.WORDS: _words,
    QuestionKind.HOTSPOT: _hotspot,
    QuestionKind.ESSAY: _essay,
    QuestionKind.INFORMATION: lambda languages, form: st.just({}),
}


def orders(content):
    """Orders that an attempt may have dealt."""
    return st.integers(0, 10_000).map(lambda seed: option_order(content, random.Random(seed)))


@st.composite
def responses(draw, content, order):
    """A response of sound shape to a question dealt in this order, or none at all."""
    kind = content["kind"]
    if kind == QuestionKind.INFORMATION or draw(st.integers(0, 9)) == 0:
        return []
    if kind == QuestionKind.NUMERIC:
        return [draw(st.one_of(WORD, st.builds(lambda value, unit: f"{value} {unit}", NUMBER, st.sampled_from(["", *UNITS]))))]
    if kind in (QuestionKind.SHORT, QuestionKind.ESSAY):
        known = [text for answer in content.get("answers", ()) for text in answer["text"].values()]
        return [draw(st.one_of(WORD, st.sampled_from(known)) if known else WORD)]
    if kind == QuestionKind.HOTSPOT:
        most = len(right_areas(content))
        return draw(st.lists(st.builds(lambda x, y: f"{x},{y}", _PLACE, _PLACE), max_size=most, unique=True))
    if kind in PAIRED:
        left, right = halves(order)
        return [f"{row}:{draw(st.sampled_from(right))}" for row in draw(st.lists(st.sampled_from(left), unique=True))]
    names = [name for name in order if name != BREAK]
    if kind == QuestionKind.ORDERING:
        return draw(st.permutations(names))
    most = 1 if kind in CHOICES and kind != QuestionKind.MULTIPLE else len(names)
    return draw(st.lists(st.sampled_from(names), max_size=most, unique=True))
