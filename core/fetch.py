"""Fetching one page from the web, from hosts that an administrator has named and from nowhere else."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Sequence
from urllib.parse import SplitResult, urljoin, urlsplit

from core.errors import N_, Invalid, Refused

SECONDS = 10
MOST_REDIRECTS = 5
PAGES = ("text/html", "application/xhtml+xml", "multipart/related", "message/rfc822")
NOT_ALLOWED = N_("This server does not fetch pages from %(host)s. Save the page in your browser and send the file.")
NOT_FETCHED = N_("%(host)s did not answer as a web page does. Save the page in your browser and send the file.")
TOO_LARGE = N_("The page is too large: at most %(most)s MB are read.")
TOO_SLOW = N_("%(host)s took too long to answer. Save the page in your browser and send the file.")
NO_ADDRESS = N_("This is no address of a web page. It begins with https:// or http://.")


def is_allowed(host: str, hosts: Sequence[str]) -> bool:
    """Whether an administrator has named this host: exactly, or with a leading dot any host below it."""
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)


def fetch(address: str, hosts: Sequence[str], most: int, seconds: float = SECONDS) -> tuple[bytes, str]:
    """The page at an address and where it was found after redirects, each of which is checked as the address itself.

    Raises Invalid for what is no web address, is too large, too slow or no web page, Refused for a host that is not named,
    or that is named but leads into a private network: for that, its IP address itself must be named.
    """
    late = threading.Event()
    opened: list[socket.socket] = []

    def hang_up() -> None:
        late.set()
        for one in opened:
            _hang_up(one)

    watch = threading.Timer(seconds, hang_up)  # a server may send one byte a second for ever
    watch.daemon = True
    watch.start()
    host = ""
    try:
        for _step in range(MOST_REDIRECTS + 1):
            parts = _checked(address, hosts)
            host = parts.hostname or ""
            body, location = _answer(_connection(parts, hosts, seconds, opened), parts, most)
            if late.is_set():
                raise Invalid(TOO_SLOW, host=host)
            if not location:
                return body, address
            address = urljoin(address, location)
        raise Invalid(NOT_FETCHED, host=host)
    except (OSError, http.client.HTTPException, UnicodeError, AttributeError) as error:
        raise Invalid(TOO_SLOW if late.is_set() or isinstance(error, TimeoutError) else NOT_FETCHED, host=host) from error
    finally:
        watch.cancel()
        for one in opened:
            one.close()


def _checked(address: str, hosts: Sequence[str]) -> SplitResult:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        whole = parts.scheme in ("http", "https") and bool(host) and parts.username is None and parts.port != 0
    except ValueError:
        whole = False
    if not whole or any(sign <= " " for sign in address):
        raise Invalid(NO_ADDRESS)
    if not is_allowed(host, hosts):
        raise Refused(NOT_ALLOWED, host=host)
    return parts


def _connection(parts: SplitResult, hosts: Sequence[str], seconds: float, opened: list[socket.socket]) -> http.client.HTTPConnection:
    """A connection to an address that was looked up once and checked: a second look-up could lead elsewhere."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not all(is_public(address) or (address == host and address in hosts) for address in found):
        raise Refused(NOT_ALLOWED, host=host)
    opened.append(socket.create_connection((sorted(found)[0], port), seconds))
    if parts.scheme == "https":
        opened[-1] = secure = ssl.create_default_context().wrap_socket(opened[-1], server_hostname=host, do_handshake_on_connect=False)
        secure.do_handshake()
    connection = http.client.HTTPConnection(host, port)
    connection.sock = opened[-1]
    return connection


def is_public(address: str) -> bool:
    """Whether it is an address of the open internet, also as IPv6 carries one of IPv4."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = (found.ipv4_mapped or found.sixtofour) if isinstance(found, ipaddress.IPv6Address) else None
    return found.is_global and not found.is_multicast and (inner is None or inner.is_global)


def _answer(connection: http.client.HTTPConnection, parts: SplitResult, most: int) -> tuple[bytes, str]:
    """The body of a page, or where a redirect leads."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "Accept": "text/html", "Accept-Encoding": "identity", "User-Agent": "SafetyCasebook", "Connection": "close"}
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    if response.status in (301, 302, 303, 307, 308) and response.getheader("Location"):
        return b"", str(response.getheader("Location"))
    if response.status != 200 or response.headers.get_content_type() not in PAGES or response.getheader("Content-Encoding", "identity") != "identity":
        raise Invalid(NOT_FETCHED, host=parts.hostname)
    body = response.read(most + 1)
    if len(body) > most:
        raise Invalid(TOO_LARGE, most=most // (1024 * 1024))
    return body, ""


def _hang_up(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        one.shutdown(socket.SHUT_RDWR)
