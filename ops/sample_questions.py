"""Questions of the sample company's bank, one of every kind, about work in confined spaces."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

from core.files import store_bytes
from core.pictures import shrink
from quizzes.actions.bank import Keeping, keep_question
from quizzes.actions.categories import category_at
from quizzes.models.bank import Question

FILE = Path(__file__).with_suffix(".yaml")
WIDTH, HEIGHT = 1000, 640


def load_questions(now: dt.datetime, media: Path) -> list[Question]:
    """Put the questions into the bank, with their picture in the media folder."""
    picture = store_bytes(shrink(tank()), media)
    names, made = _categories(), []
    for row in questions(picture):
        place = category_at([{"en": name, "zh": names[name]} for name in row["category"]])
        where = {"category_id": place.id if place else None, "difficulty": row["difficulty"], "tags": tuple(row["tags"])}
        keeping = Keeping(**where, cause="blind-rescue", uid=f"bank/sample-{row['name']}")
        made.append(keep_question(None, row["content"], keeping, None, now))
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


def questions(picture: str) -> list[dict[str, Any]]:
    """Name, category, difficulty, tags and content of each; `picture` is the stored name of the drawing."""
    import yaml  # late: for whoever loads the sample only

    made = yaml.safe_load(FILE.read_text("utf-8"))["questions"]
    for row in made:
        if "picture" in row["content"]:
            row["content"]["picture"]["file"] = picture
    return list(made)


def _categories() -> dict[str, str]:
    import yaml  # late: for whoever loads the sample only

    return dict(yaml.safe_load(FILE.read_text("utf-8"))["categories"])
