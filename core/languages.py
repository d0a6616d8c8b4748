"""Languages of the product: which there are, which one a request speaks, and how a bilingual text is read."""

import re
from collections.abc import Mapping
from typing import Any

from flask import current_app, request
from flask_login import current_user

HAN = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = {"en": "English", "zh": "中文"}
COOKIE = "language"


def spoken() -> str:
    """The language of this request: the person's own, else the cookie's, else the browser's, else the setting."""
    chosen = getattr(current_user, "language", None) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or str(current_app.config["DEFAULT_LANGUAGE"])


def other(language: str) -> str:
    """The language that a text falls back to."""
    return "zh" if language == "en" else "en"


def said(pair: Mapping[str, Any], language: str) -> Any:
    """A bilingual text in this language, or in the other where this one is missing."""
    return pair.get(language) or pair.get(other(language)) or ""


def tag(text: str) -> str:
    """The tag of the language a foreign text is most likely in, by its script: a title is read out or broken as that language does."""
    return "zh-CN" if HAN.search(text) else "en"
