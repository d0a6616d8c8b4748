"""The page inside a web archive (MHTML), as Chromium saves "Webpage, Single File"."""

import base64
import binascii
import quopri
import re

_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,200})"?', re.I)


def page_of_archive(data: bytes) -> tuple[bytes, str]:
    """The first HTML part and the address it was saved from; anything else is handed back as it is."""
    head = data[:4_000]
    boundary = _BOUNDARY.search(head)
    if boundary is None or b"multipart/related" not in head.lower():
        return data, ""
    for part in data.split(b"--" + boundary[1], 200)[1:]:
        headers, _gap, body = re.sub(rb"\r\n", b"\n", part).lstrip(b"\n").partition(b"\n\n")
        fields = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(b":") for line in headers.split(b"\n"))}
        if fields.get(b"content-type", b"").lower().startswith(b"text/html"):
            return _body(body, fields.get(b"content-transfer-encoding", b"").lower()), fields.get(b"content-location", b"").decode("ascii", "replace")
    return data, ""


def _body(body: bytes, coding: bytes) -> bytes:
    if coding == b"quoted-printable":
        return quopri.decodestring(body)
    if coding == b"base64":
        try:
            return base64.b64decode(body)
        except binascii.Error:
            return b""
    return body
