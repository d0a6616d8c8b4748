"""Texts of question files: several languages in one string as Moodle's filters write them, and what markup a text is in. Pure.

Moodle core reads `<span lang="en" class="multilang">…</span>`, the plugin multilang2 reads `{mlang en}…{mlang}`; what stands outside
belongs to every language.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from core.languages import HAN, LANGUAGES
from core.pages import markdown

PLAIN, MARKDOWN, HTML = "plain", "markdown", "html"
_TAGS = {"en": "en", "zh": "zh_cn"}
_MLANG = re.compile(r"\{\s*mlang(?:\s+([\w,\s-]+?))?\s*\}", re.IGNORECASE)
_SPAN = re.compile(r"<span\b([^>]*)>|</span\s*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(lang|class)\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>|<!--|&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>|<[uo]l).)*)</p>", re.DOTALL)

SAMPLE = 400_000  # bytes by which an encoding is guessed, from lines that are not ASCII
SURE, MOSTLY = 0.9, 0.8
_BEYOND, _PAIR = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\x81-\xfe][\x80-\xfe]")
_FOREIGN = re.compile(rb"[^\n]{0,200}[\x80-\xff][^\n]{0,200}")

Piece = tuple[frozenset[str] | None, str]  # for these languages, or for all


def language_of(texts: Iterable[str]) -> str:
    """The language of a question whose texts name none: Chinese where a Chinese character stands in any of them."""
    return "zh" if any(HAN.search(text) for text in texts) else "en"


def marked(text: str) -> bool:
    """Whether a text says itself what language its parts are in."""
    return any(languages is not None for languages, _piece in _pieces(text))


def split(text: str, unmarked: str) -> dict[str, str]:
    """A text by language. One that names no language, or only languages that are not spoken here, is in `unmarked`."""
    pieces = _pieces(text)
    named = {language for languages, _piece in pieces for language in languages or ()}
    if not named:
        return {unmarked: text} if text.strip() else {}
    if not named & {*LANGUAGES, "other"}:
        first = next(languages for languages, _piece in pieces if languages)
        return {unmarked: _joined(pieces, first)}
    wanted = {language: frozenset({language} if language in named else {"other"}) for language in LANGUAGES if {language, "other"} & named}
    found = {language: _joined(pieces, names) for language, names in wanted.items()}
    return {language: said for language, said in found.items() if said.strip()}


def _joined(pieces: list[Piece], wanted: frozenset[str]) -> str:
    return "".join(piece for languages, piece in pieces if languages is None or languages & wanted)


def _pieces(text: str) -> list[Piece]:
    if "lang" not in text.lower():  # nearly every text
        return [(None, text)] if text else []
    return [part for piece in _spans(text) for part in (_mlangs(piece[1]) if piece[0] is None else [piece])]


def _mlangs(text: str) -> list[Piece]:
    found: list[Piece] = []
    languages: frozenset[str] | None = None
    place = 0
    for mark in _MLANG.finditer(text):
        found.append((languages, text[place : mark.start()]))
        languages, place = _languages(mark[1].split(",")) if mark[1] else None, mark.end()
    return [piece for piece in [*found, (languages, text[place:])] if piece[1]]


def _spans(text: str) -> list[Piece]:
    found: list[Piece] = []
    languages: frozenset[str] | None = None
    place = depth = 0
    for mark in _SPAN.finditer(text):
        if languages is None:
            attributes = {name.lower(): value for name, value in _ATTRIBUTE.findall(mark[1] or "")}
            if attributes.get("class") != "multilang" or "lang" not in attributes:
                continue
            found.append((None, text[place : mark.start()]))
            languages, place, depth = _languages([attributes["lang"]]), mark.end(), 1
            continue
        depth += -1 if mark[0].startswith("</") else 1
        if depth == 0:
            found.append((languages, text[place : mark.start()]))
            languages, place = None, mark.end()
    return [piece for piece in [*found, (languages, text[place:])] if piece[1]]


def _languages(names: Iterable[str]) -> frozenset[str]:
    return frozenset(re.split(r"[_-]", name.strip().lower())[0] for name in names if name.strip())


def unmarked_in(pairs: Iterable[Mapping[str, str]]) -> str:
    """The language that may stand without a mark in a question of these texts, so that `language_of` finds it again."""
    single = [pair for pair in map(_filled, pairs) if len(pair) == 1]
    return "zh" if any(HAN.search(pair.get("zh", "")) for pair in single) else "en"


def join(pair: Mapping[str, str], form: str, unmarked: str) -> str:
    """A text per language as one string; a single language without a mark where it is the `unmarked` one."""
    filled = _filled(pair)
    if not filled:
        return ""
    if list(filled) == [unmarked]:
        text = filled[unmarked]
        if not marked(text) and (unmarked == "zh" or not HAN.search(text)):
            return text
    if form == HTML and all(_is_balanced(text) for text in filled.values()):
        return "".join(f'<span lang="{_TAGS[language]}" class="multilang">{text}</span>' for language, text in filled.items())
    return "".join(f"{{mlang {_TAGS[language]}}}{text}{{mlang}}" for language, text in filled.items())


def _filled(pair: Mapping[str, str]) -> dict[str, str]:
    return {language: pair[language] for language in LANGUAGES if str(pair.get(language) or "").strip()}


def _is_balanced(text: str) -> bool:
    depth = 0
    for mark in _SPAN.finditer(text):
        depth += -1 if mark[0].startswith("</") else 1
        if depth < 0:
            return False
    return depth == 0


def format_of(mark: str | None, text: str) -> str:
    """What a text is in by its mark; Moodle's auto-format, and no mark at all, are plain where nothing looks like markup."""
    if mark in (PLAIN, MARKDOWN, HTML):
        return mark
    return HTML if _MARKUP.search(text) else PLAIN


def as_html(text: str, form: str) -> str:
    """A text as HTML, without loss: plain text escaped with its line breaks, Markdown rendered."""
    if form == MARKDOWN:
        rendered = str(markdown(text))
        single = _PARAGRAPH.fullmatch(rendered)
        return single[1] if single else rendered
    return html.escape(text, quote=False).replace("\n", "<br>") if form == PLAIN else text


def as_plain(text: str) -> str:
    """The words of a piece of HTML: line breaks kept, everything else that is markup left out."""
    lines = re.sub(r"<br\s*/?>\s*|</(p|div|li|tr|h[1-6])>\s*", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<!--.*?-->|<[^<>]+>", "", lines, flags=re.DOTALL)).strip()


def in_one_format(pieces: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Pieces of one question, each (format, text), in the one format that a question has, and their texts in it.

    Pieces that differ become HTML, but plain pieces stay beside Markdown where they say the same in it.
    """
    formats = {form for form, text in pieces if text.strip()}
    if len(formats) == 1:
        return formats.pop(), [text for _form, text in pieces]
    if formats == {PLAIN, MARKDOWN} and all(as_html(text, MARKDOWN) == as_html(text, PLAIN) for form, text in pieces if form == PLAIN):
        return MARKDOWN, [text for _form, text in pieces]
    return (HTML, [as_html(text, form) for form, text in pieces]) if formats else (PLAIN, [text for _form, text in pieces])


def decoded(data: bytes) -> str:
    """The text of a file in whatever encoding it is: by its mark, else UTF-8, else GB 18030 or what its bytes look like."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_encoding(b"\n".join(_FOREIGN.findall(data[:SAMPLE]))), "replace")


def _encoding(foreign: bytes) -> str:
    """In Chinese text nearly all bytes beyond ASCII stand in pairs, in Western text they stand alone; too short a text tells nothing more."""
    from chardet import detect

    guess = detect(foreign)
    name, is_sure = str(guess["encoding"] or "").lower(), guess["confidence"] > SURE
    pairs, beyond = len(_PAIR.findall(foreign)), len(_BEYOND.findall(foreign))
    if name.startswith("gb") or (not is_sure and 2 * pairs > MOSTLY * beyond):
        return "gb18030"
    return "windows-1252" if name in ("", "ascii", "iso-8859-1") else name
