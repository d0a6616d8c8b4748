"""HTML of question files: what of it is kept, and the pictures in it. Pure."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

PLUGINFILE = "@@PLUGINFILE@@/"
MATH = "<math>"
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "iframe", "object", "embed", "audio", "video", "select", "textarea", "title"}
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:\s[^<>]*)?)/?>")
# Possessive, and only at the beginning of a word: a stranger's megabyte without a "=" takes no longer than any other.
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_IMAGE = re.compile(r"<p(?:\s[^<>]*)?>\s*<img\b([^<>]*)>\s*(?:<br\s*/?>\s*)?</p>|<img\b([^<>]*)>", re.IGNORECASE)
_OF_MATH = re.compile(r"<(/?)(?:\w{1,20}:)?(math|annotation(?:-xml)?)\b[^<>]*>|<[^<>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<[^<>]+>|\{mlang[^{}]*\}|(\[\[[\w-]+\]\])")
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)


def cleaned(text: str) -> tuple[str, list[str]]:
    """A piece of HTML with what may be stored of it, and the names of the tags and attributes that were left out.

    No script, no handler, no address but of the web, mail, and small pictures within the text. Pages clean once more when they show it.
    """
    if "<" not in text and "&" not in text:
        return text, []
    import nh3

    said = _without_formulas(text) if "math" in text.lower() else text
    kept = nh3.clean(said, clean_content_tags=_DROPPED_WHOLE, attribute_filter=_filtered, url_schemes={"http", "https", "mailto", "data"}, url_relative="deny")
    return kept, sorted((_names(said) - _names(kept)) | ({MATH} if said != text else set()))


def _without_formulas(text: str) -> str:
    """HTML with the words of its formulas only. One pass, whatever a stranger leaves open."""
    pieces: list[str] = []
    place, inside, hidden = 0, False, False
    for mark in _OF_MATH.finditer(text):
        if not hidden:
            pieces.append(text[place : mark.start()])
        name, closes = (mark[2] or "").lower(), bool(mark[1])
        if name == "math":
            inside, hidden = not closes, False
        elif not inside:
            pieces.append(mark[0])
        elif name:
            hidden = not closes
        place = mark.end()
    return "".join([*pieces, "" if hidden else text[place:]])


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    address = re.sub(r"[\x00-\x20]", "", value).lower()
    if attribute in ("href", "src", "cite") and address.startswith("data:"):
        return value if (tag, attribute) == ("img", "src") and _DATA_IMAGE.match(address) else None
    return value


def _names(text: str) -> set[str]:
    found = {(tag.lower(), inside) for tag, inside in _TAG.findall(text)}
    attributes = {name.lower() for _tag, inside in found for name, *_values in _ATTRIBUTE.findall(inside)}
    return {f"<{tag}>" for tag, _inside in found} | (attributes - {"rel"})


def attributes_of(inside: str) -> dict[str, str]:
    """The attributes of a tag, by name in small letters."""
    return {name.lower(): html.unescape(one or two or bare) for name, one, two, bare in _ATTRIBUTE.findall(inside)}


def without_images(text: str, take: Callable[[dict[str, str]], bool]) -> str:
    """HTML without those images that are taken; `take` is asked with each one's attributes."""

    def place(found: re.Match[str]) -> str:
        return "" if take(attributes_of(found[1] or found[2] or "")) else found[0]

    return _IMAGE.sub(place, text)


def embedded(source: str) -> bytes | None:
    """The bytes of a picture that stands in its own address, or None."""
    if not _DATA_IMAGE.match(source):
        return None
    return from_base64(source.partition(",")[2])


def from_base64(text: str) -> bytes | None:
    """Bytes out of base64 with any spaces in it, or None where it is none."""
    try:
        return base64.b64decode(re.sub(r"\s+", "", text), validate=True)
    except (binascii.Error, ValueError):
        return None


def file_name(source: str) -> str:
    """The name of the file that an address within a question file means."""
    return unquote(source.removeprefix(PLUGINFILE).split("?")[0]).rsplit("/", 1)[-1]


def excerpt(texts: Iterable[str]) -> str:
    """The first words of a question, to be known by."""
    from_all = " ".join(" ".join(_UNREAD.sub(lambda found: "___" if found[1] else " ", text) for text in texts).split())
    return html.unescape(from_all)[:80].strip()


def escape_attribute(text: Any) -> str:
    """A text within the quotes of an attribute."""
    return html.escape(str(text), quote=True)
