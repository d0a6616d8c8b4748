"""Captions: WebVTT checked and written anew, SubRip turned into it, and their text as a transcript. Pure.

WebVTT: https://www.w3.org/TR/webvtt1/. What comes out holds a header and cues, nothing else: notes, regions and style sheets are
left out, a cue keeps its position and the tags that browsers know.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.config import MEGABYTE
from core.errors import N_, Invalid
from core.languages import HAN

MOST_BYTES = MEGABYTE
CLOCK = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)%s(\d{3})"
TIMING, SUBRIP_TIMING = (re.compile(rf"\s*{CLOCK % point}\s*-->\s*{CLOCK % point}(?:\s+(.*))?") for point in (r"\.", "[.,]"))
SETTING = re.compile(r"vertical:(rl|lr)|line:[\d.,a-z%-]{1,20}|(position|size):[\d.,a-z%-]{1,30}|align:(start|center|end|left|right)")
BLOCKS = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
TAG = re.compile(r"<(/?)([a-zA-Z]{0,9})([^<>]{0,200})>")
TAGS = ("b", "i", "u", "c", "v", "lang", "ruby", "rt")
KNOWN_TAG = re.compile(rf"</?(b|i|u|c|ruby|rt)(\.[\w-]+)*>|<(v|lang)(\.[\w-]+)*(\s[^<>&]*)?>|</(v|lang)>|<{CLOCK % '[.]'}>")
# What SubRip files carry besides: colours, and places in braces.
FOREIGN = re.compile(r"</?font[^<>]*>|\{\\[^{}]*\}", re.I)
STRAY = re.compile(r"&(?!([A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


@dataclass(frozen=True)
class Cue:
    """One caption: its moments in milliseconds, its place on the picture, its lines."""

    start: int
    end: int
    settings: str
    lines: tuple[str, ...]


def read_captions(body: bytes) -> str:
    """The captions of an uploaded file, WebVTT or SubRip, as WebVTT that every browser takes.

    Raises Invalid, which names the line and what was expected there.
    """
    if len(body) > MOST_BYTES:
        raise Invalid(N_("The captions are larger than %(most)s MB."), most=MOST_BYTES // MEGABYTE)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Invalid(N_("Line %(line)s: the captions are not UTF-8 text. Save them once more with the encoding UTF-8."), line=line) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    cues = list(_cues(lines))
    if not cues:
        raise Invalid(N_("There is no caption in this file."))
    return "WEBVTT\n\n" + "\n".join(f"{_clock(cue.start)} --> {_clock(cue.end)}{cue.settings}\n" + "\n".join(cue.lines) + "\n" for cue in cues)


def transcript(vtt: str) -> str:
    """The text of sound captions to be read: a line a caption, without tags, and without a line that only stays on screen."""
    spoken: list[str] = []
    for cue in _cues(vtt.split("\n")):
        plain = [html.unescape(TAG.sub(_speaker, line)).strip() for line in cue.lines]
        line = plain[0]
        for more in plain[1:]:
            line += ("" if HAN.match(more) and not line[-1:].isascii() else " ") + more
        if not spoken or spoken[-1] != line:
            spoken.append(line)
    return "\n".join(spoken)


def _speaker(tag: re.Match[str]) -> str:
    name = tag[3].strip()
    return f"{name}: " if tag[2] == "v" and not tag[1] and name else ""


def _cues(lines: list[str]) -> Iterator[Cue]:
    """The captions one by one, each checked. Raises Invalid."""
    blocks = list(_blocks(lines))
    subrip = not lines[0].startswith("WEBVTT")
    if not subrip:
        if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]) or any("-->" in line for line in blocks[0][1]):
            raise Invalid(N_("Line %(line)s: expected “WEBVTT” and an empty line below it."), line=1)
        blocks = blocks[1:]
    latest = 0
    for number, block in blocks:
        if "-->" not in block[0]:
            if not subrip and BLOCKS.match(block[0]):
                continue
            number, block = number + 1, block[1:]  # the caption's name or number
        cue = _cue(number, block, subrip)
        if cue.start < latest:
            raise Invalid(N_("Line %(line)s: this caption begins before the one above it."), line=number)
        latest = cue.start
        yield cue


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines without an empty one, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, block: list[str], subrip: bool) -> Cue:
    timing = (SUBRIP_TIMING if subrip else TIMING).fullmatch(block[0]) if block else None
    if timing is None:
        raise Invalid(N_("Line %(line)s: expected two moments like “00:01.000 --> 00:04.500”."), line=number)
    start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:8])
    if end <= start:
        raise Invalid(N_("Line %(line)s: this caption ends before it begins."), line=number)
    texts = [_text(number + offset, line, subrip) for offset, line in enumerate(block[1:], 1)]
    if not any(texts):
        raise Invalid(N_("Line %(line)s: this caption has no text."), line=number)
    settings = "" if subrip else "".join(f" {word}" for word in (timing[9] or "").split() if SETTING.fullmatch(word))
    return Cue(start, end, settings, tuple(line for line in texts if line))


def _text(number: int, line: str, subrip: bool) -> str:
    """A line of a caption with no tag but those that browsers know."""
    if "-->" in line:
        raise Invalid(N_("Line %(line)s: an empty line is missing above this caption."), line=number)
    if subrip:
        line = TAG.sub(lambda tag: tag[0].lower(), FOREIGN.sub("", line))
    kept, place = "", 0
    for tag in TAG.finditer(line):
        if not KNOWN_TAG.fullmatch(tag[0]):
            raise Invalid(N_("Line %(line)s: “%(tag)s” is not allowed in captions; allowed are: %(tags)s."), line=number, tag=tag[0][:40], tags=", ".join(TAGS))
        kept += _escape(line[place : tag.start()]) + tag[0]
        place = tag.end()
    return (kept + _escape(line[place:])).strip()


def _escape(text: str) -> str:
    return STRAY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
