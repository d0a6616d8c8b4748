"""XML of strangers: read without entities, without a DTD, without the network, and within bounds. Pure."""

import html
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from core.config import MEGABYTE
from core.errors import N_, Invalid

MOST_XML = 20 * MEGABYTE
_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
# What XML 1.0 cannot hold, in any spelling.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decoded(body: bytes, most: int = MOST_XML) -> bytes:
    """An XML document as UTF-8. Raises Invalid where it is too large, not in its encoding, or has a DOCTYPE.

    The DOCTYPE is looked for in the text before any parser sees it: what is refused there can neither expand nor fetch anything.
    """
    if len(body) > most:
        raise Invalid(N_("The file is larger than %(most)s MB."), most=most // MEGABYTE)
    declared = _DECLARED.match(body[:400].lstrip())
    encoding = next((name for mark, name in _BOMS if body.startswith(mark)), declared[1].decode() if declared else "utf-8")
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise Invalid(N_("The file cannot be read as %(encoding)s, which it says it is written in."), encoding=encoding) from error
    head = _DECLARATION.match(text)
    if _has_doctype(text, head.end() if head else 0):
        raise Invalid(N_("The file has a DOCTYPE. For safety, only XML without one is read; delete that line and try again."))
    if encoding.lower() in ("utf-8", "utf8"):
        return body.lstrip()
    return text[head.end() if head else 0 :].encode()


def _has_doctype(text: str, place: int) -> bool:
    while True:
        place += len(text[place : place + 1000]) - len(text[place : place + 1000].lstrip())
        if text[place : place + 1].isspace():
            continue
        end = {"<!--": "-->", "<?": "?>"}.get("<!--" if text.startswith("<!--", place) else text[place : place + 2])
        if end is None:
            return text[place : place + 9].upper() == "<!DOCTYPE"
        found = text.find(end, place + 2)
        if found < 0:
            return False
        place = found + len(end)


def _options() -> dict[str, Any]:
    return {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False, "remove_comments": True, "remove_pis": True}


def tree(body: bytes, most: int = MOST_XML) -> Any:
    """The root of a document. Raises Invalid."""
    from lxml import etree

    try:
        return etree.fromstring(decoded(body, most), etree.XMLParser(**_options()))
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def children(body: bytes, root: str, most: int = MOST_XML) -> Iterator[Any]:
    """The elements below the root one by one, each forgotten when the next is asked for. Raises Invalid, also where the root is another."""
    from lxml import etree

    events = etree.iterparse(BytesIO(decoded(body, most)), events=("start", "end"), **_options())
    depth = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag != root:
                raise Invalid(N_("The file begins with <%(found)s>, and <%(wanted)s> was expected."), found=element.tag, wanted=root)
            if event == "end" and depth == 1:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def _broken(error: Any) -> Invalid:
    return Invalid(N_("Line %(line)s: the file is not well-formed XML (%(problem)s)."), line=error.lineno or 1, problem=str(error.msg)[:200])


def inner(element: Any) -> str:
    """What stands in an element, as HTML."""
    from lxml import etree

    return html.escape(element.text or "", quote=False) + "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)


def replace(element: Any, text: str = "") -> None:
    """Put a text where an element is; what follows the element stays."""
    parent, before = element.getparent(), element.getprevious()
    said = text + (element.tail or "")
    if before is not None:
        before.tail = (before.tail or "") + said
    else:
        parent.text = (parent.text or "") + said
    parent.remove(element)


def is_empty(element: Any) -> bool:
    """Whether nothing stands in an element."""
    return len(element) == 0 and not (element.text or "").strip()
