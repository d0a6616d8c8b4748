"""Text and addresses as they may leave a stranger's page."""

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2_000
_IGNORED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_SCHEME = re.compile(r"((?:java|vb|live)script|data(?=\s*:\s*(?:text|image|application)/))\s*:", re.I)
# Players of these hosts, and the page of the film behind each.
_FILM_HOSTS = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|bilibili\.com|v\.qq\.com|youku\.com|tv\.cctv\.com|ixigua\.com|dailymotion\.com)$"
)
_FILM_FILE = re.compile(r"\.(?:mp4|webm|m4v|mov|ogv)$", re.I)


def words(text: str) -> frozenset[str]:
    """A set of words written as a sentence."""
    return frozenset(text.split())


def plain(text: str) -> str:
    """The text on one line, without anything that a browser could take for a tag or a script address, wherever it is put."""
    return _SCHEME.sub(r"\1 ", _TAG.sub("‹", _CONTROL.sub("", " ".join(text.split()))))


def checked(address: str, base: str = "") -> str:
    """An http(s) address as a browser would read it, made absolute; empty where it is none."""
    try:
        address = _IGNORED.sub("", address).strip()
        joined = urljoin(base, address) if address else ""
        parts = urlsplit(joined)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or port == 0:
        return ""
    safe = quote(urlunsplit(parts), safe="%/:=&?~#+!$,;@()*[]-._", encoding="utf-8", errors="replace")
    return safe if len(safe) <= LONGEST and re.fullmatch(r"[\w.\-\[\]:]+", parts.netloc) else ""


def film(address: str, player: bool) -> str:
    """The address of a film: its page where a known host plays it, or its file; empty for any other. A link counts only as one film."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if _FILM_FILE.search(parts.path):
        return address
    if not _FILM_HOSTS.search(host):
        return ""
    if found := re.search(r"youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{6,20})", address):
        return f"https://www.youtube.com/watch?v={found[1]}"
    if found := re.search(r"player\.vimeo\.com/video/(\d+)", address):
        return f"https://vimeo.com/{found[1]}"
    if player:
        return address
    return address if re.search(r"/watch\?|youtu\.be/[\w-]{6}|vimeo\.com/\d+|/video/|/v_show/|/x/page/|/x/cover/|/20\d\d/", address) else ""
