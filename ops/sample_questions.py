"""Questions of the sample company's bank, one of every kind, about work in confined spaces."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

from core.files import store_bytes
from core.pictures import shrink
from quizzes.actions.bank import Keeping, keep_question
from quizzes.actions.categories import category_at
from quizzes.drafts import TRUE_FALSE
from quizzes.models.bank import Question

SPACES = {"en": "Confined spaces", "zh": "受限空间"}
RESCUE = {"en": "Rescue", "zh": "救援"}
WIDTH, HEIGHT = 1000, 640


def load_questions(now: dt.datetime, media: Path) -> list[Question]:
    """Put the questions into the bank, with their picture in the media folder."""
    picture = store_bytes(shrink(tank()), media)
    made = []
    for name, category, difficulty, tags, content in questions(picture):
        place = category_at(category)
        keeping = Keeping(category_id=place.id if place else None, cause="blind-rescue", difficulty=difficulty, tags=tags, uid=f"bank/sample-{name}")
        made.append(keep_question(None, content, keeping, None, now))
    return made


def tank() -> bytes:
    """A section through a tank as a PNG: a hose leads from a nitrogen bottle to the open manhole; an attendant stands on top."""
    from PIL import Image, ImageDraw  # late: for whoever loads the sample only

    picture = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    draw = ImageDraw.Draw(picture)
    ink, grey, soft, blue = "#14191c", "#6f7a81", "#e3e8e9", "#005387"
    draw.rectangle((0, 590, WIDTH, HEIGHT), fill=soft)
    draw.line((0, 590, WIDTH, 590), fill=ink, width=6)
    draw.rounded_rectangle((330, 210, 850, 590), 60, fill="#f4f6f6", outline=ink, width=8)
    draw.rectangle((520, 196, 640, 222), fill="#ffffff")
    draw.line((520, 180, 520, 216), fill=ink, width=8)
    draw.line((640, 180, 640, 216), fill=ink, width=8)
    for x in (560, 600):
        draw.line((x, 200, x, 560), fill=grey, width=6)
    for y in range(240, 560, 40):
        draw.line((560, y, 600, y), fill=grey, width=6)
    draw.rounded_rectangle((110, 330, 190, 590), 30, fill=soft, outline=ink, width=6)
    draw.rectangle((138, 300, 162, 332), fill=ink)
    draw.text((150, 450), "N2", fill=ink, anchor="mm", font_size=40)
    draw.line([(150, 300), (150, 150), (420, 150), (500, 178), (535, 250), (535, 330)], fill=blue, width=14, joint="curve")
    draw.ellipse((690, 64, 730, 104), outline=ink, width=7)
    draw.line((710, 104, 710, 160), fill=ink, width=8)
    draw.line([(690, 205), (710, 160), (730, 205)], fill=ink, width=8)
    draw.line([(680, 140), (710, 120), (740, 140)], fill=ink, width=8)
    draw.ellipse((650, 520, 690, 560), outline=ink, width=7)
    draw.line([(690, 548), (780, 568), (820, 568)], fill=ink, width=8)
    draw.line((720, 556, 744, 578), fill=ink, width=8)
    draw.line((880, 240, 880, 590), fill=ink, width=6)
    draw.rectangle((840, 150, 930, 240), fill="#f9a800", outline=ink, width=6)
    draw.text((885, 195), "!", fill=ink, anchor="mm", font_size=64)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def questions(picture: str) -> list[tuple[str, list[dict[str, str]], int | None, tuple[str, ...], dict[str, Any]]]:
    """Name, category, difficulty, tags and content of each."""
    return [
        ("first", [SPACES, RESCUE], 1, ("rescue", "救援"), _first()),
        ("before-entry", [SPACES], 2, ("entry", "permit"), _before_entry()),
        ("dust-mask", [SPACES], 1, ("breathing", "呼吸防护"), _dust_mask()),
        ("least-oxygen", [SPACES], 2, ("oxygen", "氧含量"), _least_oxygen()),
        ("rotten-eggs", [SPACES], 2, ("gas", "硫化氢"), _rotten_eggs()),
        ("what-gases-do", [SPACES], 3, ("gas",), _what_gases_do()),
        ("order", [SPACES, RESCUE], 2, ("rescue", "救援"), _order()),
        ("limits", [SPACES], 3, ("oxygen", "氧含量"), _limits()),
        ("where", [SPACES], 3, ("nitrogen", "氮气"), _where(picture)),
        ("own-stop", [SPACES], 4, ("stop-work",), _own_stop()),
        ("introduction", [SPACES], None, (), _introduction()),
    ]


def _pair(english: str, chinese: str) -> dict[str, str]:
    return {"en": english, "zh": chinese}


def _content(kind: str, text: dict[str, str], feedback: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "feedback": feedback, "part": "", **more}


def _option(name: str, text: dict[str, str], right: bool, feedback: dict[str, str] | None = None) -> dict[str, Any]:
    return {"id": name, "text": text, "right": right, "feedback": feedback or {}}


def _first() -> dict[str, Any]:
    return _content(
        "single",
        _pair("A workmate lies still at the bottom of a tank. What do you do first?", "工友倒在罐底不动。你首先做什么？"),
        _pair(
            "Whatever took his strength is still in there. Whoever follows without air of their own falls too.",
            "让他倒下的东西还在罐里。没有自带气源就跟下去，下去的人也会倒下。",
        ),
        options=[
            _option("a", _pair("Stay out and call the rescue team", "不进罐，呼叫救援队"), True),
            _option(
                "b",
                _pair("Climb in at once, seconds count", "立刻下去，分秒必争"),
                False,
                _pair("Most who do this become the next one to be rescued.", "这样做的人，大多成了下一个要救的人。"),
            ),
            _option(
                "c",
                _pair("Climb in with a wet cloth over the face", "用湿毛巾捂住口鼻再下去"),
                False,
                _pair("A cloth gives no oxygen and holds back no gas.", "湿毛巾不供氧，也挡不住毒气。"),
            ),
        ],
        hints=[_pair("What made him fall?", "他是因为什么倒下的？")],
        penalty="33",
    )


def _before_entry() -> dict[str, Any]:
    return _content(
        "multiple",
        _pair("What must be done before anybody enters a confined space?", "进入受限空间之前必须做哪些事？"),
        _pair("Isolate, ventilate, test, then a permit: each stops what the others miss.", "隔离、通风、检测，再办票：每一道拦住别的漏掉的。"),
        options=[
            _option("a", _pair("Cut it off from every line by blinds", "用盲板与所有管线隔断"), True),
            _option("b", _pair("Test the air at top, middle and bottom", "在上、中、下各处检测气体"), True),
            _option("c", _pair("Post an attendant outside", "外面设专人监护"), True),
            _option("d", _pair("Send in the most experienced worker to look", "先让最有经验的人进去看看"), False, _pair("Experience does not replace air.", "经验代替不了空气。")),
        ],
        outcomes={"partly": _pair("Something is still missing.", "还缺一样。")},
    )  # fmt: skip


def _dust_mask() -> dict[str, Any]:
    return _content(
        "true-false",
        _pair("A dust mask protects you where there is too little oxygen.", "防尘口罩在缺氧的地方能保护你。"),
        _pair("A filter only cleans air. Where oxygen is missing, only air brought along helps.", "过滤只能净化空气。缺氧时只有自带的空气管用。"),
        options=[
            _option("true", TRUE_FALSE["true"], False, _pair("It holds back dust and adds no oxygen.", "它只挡灰尘，不增加氧气。")),
            _option("false", TRUE_FALSE["false"], True),
        ],
    )


def _least_oxygen() -> dict[str, Any]:
    return _content(
        "numeric",
        _pair(
            "Below how many per cent of oxygen is the air in a confined space called oxygen-deficient (29 CFR 1910.146)?",
            "受限空间内氧含量低于百分之几即为缺氧（29 CFR 1910.146）？",
        ),
        _pair("19.5 per cent by volume. Ordinary air has about 20.9.", "体积分数 19.5%。一般空气约为 20.9%。"),
        answers=[
            {"id": "1", "value": "19.5", "tolerance": "0", "weight": "100", "feedback": {}},
            {"id": "2", "value": "20", "tolerance": "0.5", "weight": "50", "feedback": _pair("Close. The limit has one decimal.", "很接近。限值有一位小数。")},
        ],
        units=[{"name": "%", "factor": "1"}],
        unit="optional",
    )


def _rotten_eggs() -> dict[str, Any]:
    accepted = [_pair("hydrogen sulfide", "硫化氢"), _pair("hydrogen sulphide", ""), _pair("H2S", "H2S")]
    return _content(
        "short",
        _pair("Which gas smells of rotten eggs, until there is so much of it that nobody smells it any more?", "什么气体有臭鸡蛋味，浓度高时却闻不到了？"),
        _pair("Hydrogen sulfide. When the smell stops, it may have become deadly.", "硫化氢。闻不到了，可能正是致命的时候。"),
        answers=[{"id": str(place), "text": text, "weight": "100", "feedback": {}} for place, text in enumerate(accepted, 1)],
        exact_case=False,
    )


def _what_gases_do() -> dict[str, Any]:
    return _content(
        "matching",
        _pair("What does each gas do to somebody in a tank?", "罐里的人遇到各种气体会怎样？"),
        _pair("None of the four is seen.", "这四种都看不见。"),
        stems=[
            {"id": "1", "text": _pair("Nitrogen", "氮气"), "right": "a"},
            {"id": "2", "text": _pair("Carbon monoxide", "一氧化碳"), "right": "b"},
            {"id": "3", "text": _pair("Methane", "甲烷"), "right": "c"},
        ],
        options=[
            {"id": "a", "text": _pair("pushes the oxygen out", "把氧气挤走")},
            {"id": "b", "text": _pair("keeps the blood from carrying oxygen", "使血液不能输送氧气")},
            {"id": "c", "text": _pair("explodes at a spark", "遇火花爆炸")},
            {"id": "d", "text": _pair("burns the skin", "灼伤皮肤")},
        ],
    )


def _order() -> dict[str, Any]:
    steps = [
        _pair("Stop: nobody goes in", "停：谁也不进去"),
        _pair("Call the rescue team", "呼叫救援队"),
        _pair("Ventilate, and test the air", "通风，检测气体"),
        _pair("Put on breathing apparatus and a lifeline", "佩戴空气呼吸器，系好救生绳"),
        _pair("Rescue", "救人"),
    ]
    return _content(
        "ordering",
        _pair("Somebody has collapsed in a tank. Put the steps in order.", "有人倒在罐里。请排出先后顺序。"),
        _pair("Rescue comes last because it needs all the rest.", "救人放在最后，因为它离不开前面每一步。"),
        options=[{"id": "abcde"[place], "text": text} for place, text in enumerate(steps)],
    )


def _limits() -> dict[str, Any]:
    figures = [_pair("19.5", "19.5"), _pair("23.5", "23.5"), _pair("16", "16"), _pair("30", "30")]
    effects = [_pair("consciousness", "知觉"), _pair("weight", "体重")]
    return _content(
        "words",
        _pair(
            "Oxygen must lie between [[1]] % and [[2]] %. With far less a person loses [[3]] within seconds.",
            "氧含量应在 [[1]]% 至 [[2]]% 之间。低得多时，人会在数秒内失去[[3]]。",
        ),
        _pair("Above 23.5 % everything burns more fiercely.", "高于 23.5% 时，一切都烧得更猛。"),
        gaps=[{"id": "1", "right": "a", "group": "1"}, {"id": "2", "right": "b", "group": "1"}, {"id": "3", "right": "e", "group": "2"}],
        options=[{"id": "abcdef"[place], "text": text, "group": "1" if place < 4 else "2"} for place, text in enumerate([*figures, *effects])],
    )


def _where(picture: str) -> dict[str, Any]:
    drawn = _pair(
        "Section through a tank. A hose leads from a bottle marked N2 into the open manhole. Somebody lies on the floor inside; somebody stands on top; a warning sign stands beside it.",
        "罐体剖面图。一根软管从标有 N2 的气瓶通入打开的人孔。有人倒在罐底，有人站在罐顶，旁边立着警示牌。",
    )
    return _content(
        "hotspot",
        _pair("Where is what took the air away? Mark it.", "是什么夺走了空气？请标出来。"),
        _pair("The nitrogen hose was still open. It should have been taken off and the line blinded before anybody opened the manhole.", "氮气软管还开着。打开人孔之前就应当拆下软管并加盲板。"),
        picture={"file": picture, "alt": drawn, "width": WIDTH, "height": HEIGHT},
        areas=[
            {"id": "1", "shape": "polygon", "at": [90, 200, 150, 180, 520, 200, 580, 540, 480, 540, 470, 320, 240, 300, 220, 930, 90, 930], "right": True, "feedback": {}},
            {"id": "2", "shape": "circle", "at": [710, 210, 70], "right": False, "feedback": _pair("The attendant is where an attendant should be.", "监护人站在该站的地方。")},
            {"id": "3", "shape": "rect", "at": [830, 220, 110, 170], "right": False, "feedback": _pair("A sign warns. It changes no air.", "牌子只是提醒，改变不了空气。")},
        ],
    )  # fmt: skip


def _own_stop() -> dict[str, Any]:
    return _content(
        "essay",
        _pair(
            "Tell of a job that you stopped, or should have stopped. What did you see, and what would have happened?",
            "讲一次你叫停的作业，或者本该叫停的作业。你看到了什么？不停会怎样？",
        ),
        _pair("Whoever stops a job needs no permission.", "叫停作业不需要谁批准。"),
        guide=_pair("Full marks: a sign that was seen, what it could have led to, what was done.", "满分要点：看到的征兆、可能的后果、采取的做法。"),
    )


def _introduction() -> dict[str, Any]:
    return _content(
        "information",
        _pair(
            "The questions that follow are about work in tanks, pits and sewers. You may leave one open and come back.",
            "下面的题与罐、池、井下作业有关。可以先空着，回头再答。",
        ),
        {},
    )
