"""What every template may call: dates in the company's zone, bilingual texts, icons, tolls."""

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from gettext import NullTranslations
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request
from flask_babel import force_locale, format_date, format_datetime, get_translations
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from werkzeug.routing import IntegerConverter, Map

from core.languages import LANGUAGES, said, spoken, tag

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_EMPHASIS = re.compile(r"\*(.+?)\*")


def prose(text: str) -> Markup:
    """A text with **bold** and *emphasis*, and nothing else that is markup."""
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<b>\1</b>", str(escape(text)))))  # noqa: S704 - escaped first


# Paragraphs, lists, emphasis and links; no markup of the writer's own, and links only to the web.
_MARKDOWN = MarkdownIt("zero").enable(["paragraph", "list", "emphasis", "link", "newline", "escape", "entity", "balance_pairs", "fragments_join"])
_MARKDOWN.validateLink = lambda url: url.startswith(("https://", "http://"))  # type: ignore[method-assign]


def _open_link(_renderer: Any, tokens: Any, place: int, _options: Any, _env: Any) -> str:
    return f'<a href="{escape(str(tokens[place].attrGet("href")))}" target="_blank" rel="noopener noreferrer">'


_MARKDOWN.add_render_rule("link_open", _open_link)


# Markdown takes the second ** of “**…。**字” for no end: it asks for a space after punctuation, and Chinese has none.
_BOLD_PUNCTUATION = re.compile(r"\*\*([“（《「]*)([^*]+?)([。，；：？！、”）》」]*)\*\*")


def markdown(text: str, after: Markup | str = "") -> Markup:
    """Paragraphs, lists, **bold**, *emphasis* and links to the web as HTML, with something after the last word. Everything else stays text."""
    html = _MARKDOWN.render(_BOLD_PUNCTUATION.sub(r"\1**\2**\3", text)).strip()
    close = html.rfind("</p>") if html.endswith("</p>") else html.rfind("</li>")
    place = close if close >= 0 else len(html)
    return Markup(html[:place]) + escape(after) + Markup(html[place:])  # noqa: S704 - the parser escapes


# What a text that comes as HTML may hold: no picture, no address but of the web, nothing that a page does.
_HTML = {
    *("p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "pre", "blockquote", "hr"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "span", "div"),
}
_HTML_ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}


@lru_cache(maxsize=512)
def sanitised(text: str) -> Markup:
    """The HTML of a text with the tags of a short list, and nothing else of it but its words."""
    import nh3  # late: only a company that imports HTML needs it

    clean = nh3.clean(
        text,
        tags=_HTML,
        attributes=_HTML_ATTRIBUTES,
        attribute_filter=lambda _tag, _name, value: value.replace("[", "%5B").replace("]", "%5D"),  # a gap [[1]] is never within a tag
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Markup(clean)  # noqa: S704 - cleaned


_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>\s*", re.S)


def formatted(text: str, form: str, inline: bool = False) -> Markup:
    """A text by its format: html, markdown, or plain with **bold** and *emphasis*. `inline`: a text of one paragraph goes without its <p>."""
    if form not in ("html", "markdown"):
        return Markup(str(prose(text)).replace("\n", "<br>"))  # noqa: S704 - escaped by prose
    html = sanitised(text) if form == "html" else markdown(text)
    alone = _PARAGRAPH.fullmatch(html) if inline else None
    return Markup(alone[1]) if alone else html  # noqa: S704 - part of what is clean


def zone() -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def today(now: dt.datetime) -> dt.date:
    """The company's date at this moment."""
    return now.astimezone(zone()).date()


def day(value: dt.date | dt.datetime | None, form: str = "medium") -> str:
    """A date as people of this language write it; a moment is first moved to the company's zone."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = today(value)
    return _day(value, form, spoken())


def moment(value: dt.datetime | None) -> str:
    """Date and time of day in the company's zone."""
    return format_datetime(value.astimezone(zone()), "medium", rebase=False) if value else ""


def sentences(*parts: str) -> str:
    """Sentences one after the other, with the space between them that the language wants."""
    return ("" if spoken() == "zh" else " ").join(part for part in parts if part)


@lru_cache(maxsize=4096)
def _day(value: dt.date, form: str, _language: str) -> str:
    return str(format_date(value, form))


def spell_moment(value: str, part: str = "year") -> str:
    """Part of an accident's date, which may be known to the year, month or day: "year", or the rest."""
    year, _dash, rest = value.partition("-")
    if part == "year":
        return year
    if not rest:
        return ""
    month, _dash, date = rest.partition("-")
    if spoken() == "zh":
        return f"{int(month)}月" + (f"{int(date)}日" if date else "")
    return str(format_date(dt.date(int(year), int(month), int(date or 1)), "d MMM" if date else "MMM"))


def command_language(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command speak the language of the shell (LANGUAGE or LANG), where it is one of ours."""

    @wraps(command)
    def speaking(*args: Any, **kwargs: Any) -> None:
        shell = os.environ.get("LANGUAGE") or os.environ.get("LANG") or ""
        with force_locale("zh_Hans_CN" if shell.startswith("zh") else "en"):
            command(*args, **kwargs)

    return speaking


class IdConverter(IntegerConverter):
    """A row's id in an address: <id:name>. A number that no row can have is not found, on any database."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


class Texts(dict[str, Markup]):
    """One language's texts by the English ones, as templates print them."""

    def __init__(self, catalogue: NullTranslations) -> None:
        super().__init__()
        self.catalogue = catalogue

    def __missing__(self, text: str) -> Markup:
        return self.setdefault(text, Markup(self.catalogue.gettext(text)))  # noqa: S704 - our own texts


_kept_texts: dict[str, Texts] = {}


def _texts() -> Texts:
    """Those of this request's language; Flask-Babel looks the language up anew for every text, and a page has dozens."""
    if "texts" not in g:
        language = spoken()
        if language not in _kept_texts:
            _kept_texts[language] = Texts(get_translations())
        g.texts = _kept_texts[language]
    return cast("Texts", g.texts)


def _say(text: str, **values: Any) -> Markup:
    """A text in the language of the request, with the values it names."""
    found = _texts()[text]
    return found % values if values else found


def _say_many(one: str, many: str, num: int, **values: Any) -> Markup:
    """A text that has a number, as many as it says."""
    return Markup(_texts().catalogue.ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - our own texts


def install_pages(app: Flask) -> None:
    """Give the templates what they may call, and the addresses their ids."""
    app.url_map.converters["id"] = IdConverter

    @app.context_processor
    def _speak() -> dict[str, Any]:
        language = spoken()

        def text(pair: Mapping[str, Any]) -> Markup:
            return prose(said(pair, language))

        def passage(pair: Mapping[str, Any], after: Markup | str = "") -> Markup:
            return markdown(said(pair, language), after)

        def worded(pair: Mapping[str, Any], form: str = "", inline: bool = False) -> Markup:
            return formatted(said(pair, language), form, inline)

        return {"language": language, "text": text, "passage": passage, "worded": worded, "here": request.full_path.rstrip("?")}

    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_many)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, day=day, moment=moment, spell_moment=spell_moment, sentences=sentences, language_tag=tag)
    app.jinja_env.filters.update(prose=prose, urlize_host=lambda url: urlsplit(url).hostname or url)
