"""From the bytes of a saved page to markup that is safe to parse: decoded, of bounded depth and size, without script.

Everything behind this file sees only the elements and attributes named here. One pass, linear in the input, because the
parsers behind it are not: they recurse, or search all open elements for every closing tag.
"""

import re
from collections import Counter
from html import escape, unescape

from cases.reports.addresses import words
from cases.reports.archive import page_of_archive
from core.config import MEGABYTE
from core.errors import N_, Invalid

LARGEST = 16 * MEGABYTE
DEEPEST = 64  # of 130 real pages the deepest has 38
MOST_ELEMENTS = 30_000  # of these the largest has 9,893
MOST_TEXT = 1_000_000
LONGEST_ATTRIBUTE = 4_000
NO_PAGE = N_("This is no saved web page. Save it in the browser as “Web page, HTML only” and send that file.")
TOO_LARGE = N_("The page is too large: at most %(most)s MB are read.")
TOO_MANY = N_("The page has more in it than any report. Save the page of the report itself.")

# Left out with everything in them.
DROPPED = words("script style template noscript noembed noframes svg object applet canvas select textarea dialog audio map datalist")
VOID = words("br hr img source embed meta link base")
KEPT = words(
    "html head title body header footer main article section aside nav div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr th td"
    " pre blockquote figure figcaption picture video iframe a span b strong i em u s small big sub sup mark q cite code kbd samp var abbr time address"
    " center font label form fieldset legend details summary button ins del hgroup"
)
OF_BODY = (KEPT | VOID) - words("html head title meta link base")
ATTRIBUTES = words("class id href src data-src data-original data-lazy-src data-url srcset alt datetime itemprop hidden style name property content")
# What an element closes when it opens inside it, as in every browser.
_CELLS, _ITEMS = frozenset(("td", "th", "p")), frozenset(("dt", "dd", "p"))
CLOSES = {"p": {"p"}, "li": {"li", "p"}, "td": _CELLS, "th": _CELLS, "tr": {"tr", *_CELLS}, "dt": _ITEMS, "dd": _ITEMS}

_TAG = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>\x00<]{0,40})|(!--)|[!?/])")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/<]{1,60})(?:\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_SPACES = re.compile(r"\s{2,}")
_QUOTE_OR_END = re.compile(r"""["'>]""")
_DATA_ADDRESS = re.compile(r"""(["'])\s{0,9}data:[^"']*\1""", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]|&#0*(?:x0*)?;")
_DATA = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>([^<]{2,100000})</script", re.I)
_ENCODING = re.compile(
    r"utf-?8|utf-?16(le|be)?|gb_?2312(-80)?|x?-?gbk|gb18030|big5(-?hkscs)?|iso-?8859-?\d{1,2}|latin-?1|windows-?\d{3,4}|cp\d{3,4}|shift_?jis|euc-?(jp|kr)|koi8-?[ru]|(us-)?ascii",
    re.I,
)


def markup_of(data: bytes) -> tuple[str, str, str]:
    """The bounded markup of a saved page, what it says of itself as linked data, and the address an archive (MHTML) keeps.

    Raises Invalid for what is no web page, or too much of one.
    """
    if len(data) > LARGEST:
        raise Invalid(TOO_LARGE, most=LARGEST // MEGABYTE)
    data, address = page_of_archive(data)
    if data.lstrip()[:5] == b"%PDF-" or data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG"):
        raise Invalid(NO_PAGE)
    text = decode(data)
    markup = bounded(text)
    return markup, " ".join(_DATA.findall(text[:2_000_000])), address


def decode(data: bytes) -> str:
    """The text of a page: by its byte order mark; else as UTF-8, as it declares, or as its bytes look, whichever fits best.

    UTF-8 comes first, because hardly any other text can be read as it, and a page saved by a browser often still declares
    what it was sent in.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    best = data.decode("utf-8", "replace")
    if "\ufffd" not in best:
        return best
    from bs4.dammit import EncodingDetector  # late, as all parsers
    from chardet import detect

    declared = EncodingDetector.find_declared_encoding(data[:8_000], is_html=True)
    # A guess is made of the lines that are not ASCII.
    guess = declared or detect(b"\n".join(re.findall(rb"[^\n<>]{0,200}[\x80-\xff][^\n<>]{0,200}", data[:400_000])[:500]))["encoding"]
    other = _decoded(data, guess or "")
    return other if other.count("\ufffd") < best.count("\ufffd") else best


def _decoded(data: bytes, encoding: str) -> str:
    """GB2312 is said of pages that use the whole of GB18030, ISO-8859-1 of those that use Windows' Western characters."""
    name = encoding.lower()
    if not _ENCODING.fullmatch(name) or name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        name = "windows-1252"
    try:
        return data.decode("gb18030" if "gb" in name else name, "replace")
    except LookupError:
        return data.decode("windows-1252", "replace")


def bounded(text: str) -> str:
    """The markup with known elements and attributes only, at most DEEPEST deep; the text of what is left out stays.

    Raises Invalid where there is no markup at all, or more than MOST_ELEMENTS or MOST_TEXT of it.
    """
    text = _CONTROL.sub("", text)
    out: list[str] = []
    open_tags: list[str] = []
    flattened: Counter[str] = Counter()
    endless: set[str] = set()
    in_body = False
    at = elements = length = 0
    while match := _TAG.search(text, at):
        length += _say(out, text[at : match.start()])
        at, raw = _end_of_tag(text, match)
        closing, name = match[1], (match[2] or "").lower()
        if not in_body and not closing and name in OF_BODY:
            in_body = True  # written or not: the parser would leave elements that it does not know in the head
            out.append("<body>")
        if name == "body":
            continue
        if name in DROPPED:
            if not closing and not raw.endswith("/") and name not in endless:
                at = _behind(text, at, name, endless)
        elif name in VOID and not closing:
            elements += 1
            # The parser knows no more than HTML 4: an <embed> left open would take in what follows.
            out.append(f"<{name}{_attributes(raw)}>" + (f"</{name}>" if name in ("embed", "source") else ""))
        elif name in KEPT and closing:
            if flattened[name]:
                flattened[name] -= 1
            elif name in open_tags:  # at most DEEPEST of them
                while open_tags and open_tags.pop() != name:
                    pass
                out.append(f"</{name}>")
        elif name in KEPT:
            while open_tags and open_tags[-1] in CLOSES.get(name, ()):
                out.append(f"</{open_tags.pop()}>")
            if len(open_tags) >= DEEPEST:
                flattened[name] += 1
                out.append(" ")
            else:
                elements += 1
                open_tags.append(name)
                out.append(f"<{name}{_attributes(raw)}>")
        if elements > MOST_ELEMENTS or length > MOST_TEXT:
            raise Invalid(TOO_MANY)
    length += _say(out, text[at:])
    if length > MOST_TEXT:
        raise Invalid(TOO_MANY)
    if not elements:
        raise Invalid(NO_PAGE)
    return "".join(out)


def _say(out: list[str], text: str) -> int:
    text = _SPACES.sub(" ", text)
    if text:
        out.append(text.replace("<", "&lt;"))
    return len(text)


def _end_of_tag(text: str, match: re.Match[str]) -> tuple[int, str]:
    """Where the text goes on behind this tag or comment, and what the tag holds; one that never ends swallows the rest."""
    at = start = match.end()
    if match[3]:
        end = text.find("-->", start)
        return (end + 3 if end >= 0 else len(text)), ""
    while found := _QUOTE_OR_END.search(text, at):
        if found[0] == ">":
            return found.end(), text[start : found.start()]
        closing = text.find(found[0], found.end()) if match[2] else -1
        at = closing + 1 if closing >= 0 else found.end()
    return len(text), ""


def _behind(text: str, at: int, name: str, endless: set[str]) -> int:
    """Behind the end of an element that is left out. A script that never ends swallows the rest; of others only the tag is left out."""
    end = re.compile(f"</{name}", re.I).search(text, at)
    if end is None:
        endless.add(name)
        return len(text) if name in ("script", "style") else at
    return text.find(">", end.end()) + 1 or len(text)


def _attributes(raw: str) -> str:
    kept: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(_DATA_ADDRESS.sub('""', raw)[:20_000]):
        name, value = match[1].lower(), (match[2] or "").strip("\"'")
        if name in ATTRIBUTES and name not in kept and len(value) <= LONGEST_ATTRIBUTE:
            kept[name] = unescape(value)
    return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
