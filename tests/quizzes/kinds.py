"""One question of every kind, with secrets in every place where a kind may keep one."""

from typing import Any

from core import files
from core.pictures import shrink
from tests.builders import Builder, pair
from tests.core.test_pictures import photo


def secret(words: str) -> dict[str, str]:
    return pair(f"SECRET {words}", f"秘密{words}")


def every_kind(picture: str) -> dict[str, dict[str, Any]]:
    """The content of one question of every kind, by kind."""
    general = {"part": "", "feedback": secret("explanation"), "hints": [secret("hint one"), secret("hint two")]}
    return {
        "single": general
        | {
            "kind": "single",
            "text": pair("Which gas?", "哪种气体？"),
            "options": [
                {"id": "nitrogen", "text": pair("Nitrogen", "氮气"), "right": True, "feedback": {}},
                {"id": "oxygen", "text": pair("Oxygen", "氧气"), "right": False, "feedback": secret("why oxygen is wrong")},
                {"id": "argon", "text": pair("Argon", "氩气"), "right": False, "feedback": secret("why argon is wrong")},
            ],
        },
        "multiple": general
        | {
            "kind": "multiple",
            "text": pair("Which two help?", "哪两样有用？"),
            "outcomes": {"right": secret("all of it"), "partly": secret("half of it"), "wrong": secret("none of it")},
            "options": [
                {"id": "call", "text": pair("Call", "呼救"), "right": True, "feedback": {}},
                {"id": "vent", "text": pair("Ventilate", "通风"), "right": True, "feedback": {}},
                {"id": "climb", "text": pair("Climb in", "爬进去"), "right": False, "feedback": secret("why not climb")},
            ],
        },
        "true-false": general
        | {
            "kind": "true-false",
            "text": pair("Nitrogen smells.", "氮气有气味。"),
            "options": [
                {"id": "true", "text": pair("True", "对"), "right": False, "feedback": secret("it has no smell")},
                {"id": "false", "text": pair("False", "错"), "right": True, "feedback": {}},
            ],
        },
        "numeric": general
        | {
            "kind": "numeric",
            "text": pair("How high?", "多高？"),
            "answers": [{"id": "a", "value": "19.5", "tolerance": "0.25", "weight": "100", "feedback": secret("number")}],
            "units": [{"name": "m", "factor": "1"}, {"name": "cm", "factor": "0.01"}],
            "unit": "required",
        },
        "short": general
        | {
            "kind": "short",
            "text": pair("What displaced the air?", "什么把空气排走了？"),
            "answers": [{"id": "a", "text": {"en": "nitro*", "zh": "氮气"}, "weight": "100", "feedback": secret("word")}],
            "exact_case": False,
        },
        "matching": general
        | {
            "kind": "matching",
            "text": pair("What does each warn of?", "各自警示什么？"),
            "format": "markdown",
            "stems": [
                {"id": "alarm", "text": pair("Alarm", "报警"), "right": "gas"},
                {"id": "tag", "text": pair("Tag", "挂牌"), "right": "energy"},
            ],
            "options": [
                {"id": "gas", "text": pair("Gas present", "有气体")},
                {"id": "energy", "text": pair("Energy present", "有能量")},
                {"id": "noise", "text": pair("Loud noise", "噪声")},
            ],
        },
        "ordering": general
        | {
            "kind": "ordering",
            "text": pair("First to last?", "先后顺序？"),
            "options": [
                {"id": "isolate", "text": pair("Isolate", "隔离")},
                {"id": "measure", "text": pair("Measure", "检测")},
                {"id": "enter", "text": pair("Enter", "进入")},
            ],
        },
        "words": general
        | {
            "kind": "words",
            "format": "html",
            "text": {
                "en": "<p>Never [[g1]] before you <b>[[g2]]</b>.</p><script>alert(1)</script>",
                "zh": "<p>未[[g2]]不得[[g1]]。</p>",
            },
            "gaps": [{"id": "g1", "right": "enter", "group": "1"}, {"id": "g2", "right": "measure", "group": "1"}],
            "options": [
                {"id": "enter", "text": pair("enter", "进入"), "group": "1"},
                {"id": "measure", "text": pair("measure", "检测"), "group": "1"},
                {"id": "leave", "text": pair("leave", "离开"), "group": "1"},
            ],
        },
        "hotspot": general
        | {
            "kind": "hotspot",
            "text": pair("Where is the danger?", "危险在哪里？"),
            "picture": {"file": picture, "alt": pair("A pit", "一个坑"), "width": 160, "height": 90},
            "areas": [
                {"id": "edge", "shape": "rect", "at": [111, 222, 133, 244], "right": True, "feedback": secret("the edge")},
                {"id": "lid", "shape": "circle", "at": [777, 555, 88], "right": True, "feedback": secret("the lid")},
            ],
        },
        "essay": general | {"kind": "essay", "text": pair("What would you do?", "你会怎么做？"), "guide": secret("guide for the marker")},
        "information": general | {"kind": "information", "text": pair("**Read** this first.", "**先读**这个。")},
    }


RIGHT = {
    "single": ["nitrogen"],
    "multiple": ["call", "vent"],
    "true-false": ["false"],
    "numeric": ["19.5 m"],
    "short": ["Nitrogen"],
    "matching": ["alarm:gas", "tag:energy"],
    "ordering": ["isolate", "measure", "enter"],
    "words": ["g1:enter", "g2:measure"],
    "hotspot": ["150,300", "780,560"],
    "essay": ["I call for help."],
}


def quiz_of_every_kind(build: Builder, *kinds: str, **changes: Any) -> dict[str, int]:
    """A quiz with one question of each of these kinds, or of all; the number of each by kind."""
    contents = every_kind(files.store_bytes(shrink(photo()), build.app.config["MEDIA_FOLDER"]))
    kinds = kinds or tuple(contents)
    build.quiz(questions=[{"id": kind, "marks": 1, "content": contents[kind]} for kind in kinds], **changes)
    return {kind: number for number, kind in enumerate(kinds, 1)}
