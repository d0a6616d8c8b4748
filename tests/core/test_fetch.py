"""Fetching a page: from hosts that an administrator has named, with every redirect checked, in bounded size and time."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.errors import Invalid, Refused
from core.fetch import fetch, is_allowed, is_public

HERE = ("127.0.0.1",)
MOST = 100_000


class Pages(BaseHTTPRequestHandler):
    """Good and bad pages, by address."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        answers = {
            "/page?x=1": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>Report</p>"),
            "/moved": (302, {"Location": "/page?x=1"}, b""),
            "/away": (302, {"Location": f"http://localhost:{port}/page?x=1"}, b""),
            "/inside": (302, {"Location": f"http://[::1]:{port}/page?x=1"}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/secret": (302, {"Location": f"http://user:secret@127.0.0.1:{port}/page?x=1"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/large": (200, {"Content-Type": "text/html"}, b"x" * (MOST + 1)),
            "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
            "/packed": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
            "/lost": (404, {"Content-Type": "text/html"}, b"<p>Nothing here</p>"),
        }
        if self.path == "/slow":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            for _second in range(50):  # always a little, never the end
                try:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)
            return
        status, headers, body = answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as serving:
        serving.daemon_threads = True
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("www.csb.gov", True),
        ("csb.gov", False),
        ("evil-www.csb.gov", False),
        ("www.csb.gov.evil.example", False),
        ("mem.gov.cn", True),
        ("www.mem.gov.cn", True),
        ("gov.cn", False),
        ("notgov.cn", False),
    ],
)
def test_hosts_are_allowed_by_name_and_below_a_leading_dot(host, allowed):
    assert is_allowed(host, ("www.csb.gov", ".gov.cn")) == allowed


def test_an_allowed_page_is_fetched_and_its_last_address_told(server):
    assert fetch(f"{server}/page?x=1", HERE, MOST) == (b"<p>Report</p>", f"{server}/page?x=1")
    assert fetch(f"{server}/moved", HERE, MOST) == (b"<p>Report</p>", f"{server}/page?x=1")


@pytest.mark.parametrize("path", ["/away", "/inside"])
def test_a_redirect_is_checked_as_the_address_itself(server, path):
    with pytest.raises(Refused, match="does not fetch"):
        fetch(server + path, HERE, MOST)


@pytest.mark.parametrize("hosts", [(), ("www.csb.gov",), (".0.0.1",), ("localhost",)])
def test_nothing_is_fetched_from_a_host_that_is_not_named(server, hosts):
    with pytest.raises(Refused, match="does not fetch"):
        fetch(f"{server}/page?x=1", hosts, MOST)


def test_a_named_host_that_leads_into_the_own_network_is_refused(server):
    with pytest.raises(Refused, match="does not fetch"):
        fetch(server.replace("127.0.0.1", "localhost") + "/page?x=1", ("localhost", "127.0.0.1"), MOST)


@pytest.mark.parametrize("path", ["/file", "/secret"])
def test_a_redirect_to_what_is_no_web_address_is_refused(server, path):
    with pytest.raises(Invalid, match="no address"):
        fetch(server + path, HERE, MOST)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1",
        "http://127.0.0.1/a b",
        "/page",
    ],
)
def test_only_web_addresses_are_fetched(address):
    with pytest.raises(Invalid, match="no address"):
        fetch(address, HERE, MOST)


@pytest.mark.parametrize(
    ("path", "message"),
    [("/large", "too large"), ("/picture", "did not answer"), ("/packed", "did not answer"), ("/lost", "did not answer"), ("/round", "did not answer")],
)
def test_what_is_no_page_or_too_much_of_one_is_refused(server, path, message):
    with pytest.raises(Invalid, match=message):
        fetch(server + path, HERE, MOST)


def test_a_server_that_drips_is_left_in_time(server):
    start = time.monotonic()
    with pytest.raises(Invalid, match="too long"):
        fetch(f"{server}/slow", HERE, MOST, seconds=0.5)
    assert time.monotonic() - start < 2


def test_a_server_that_is_not_there_is_told_of():
    with pytest.raises(Invalid, match="did not answer"):
        fetch("http://127.0.0.1:1/", HERE, MOST, seconds=2)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "2002:7f00:1::", "224.0.0.1"],
)
def test_an_address_of_a_private_network_is_not_public(address):
    assert not is_public(address)
    assert is_public("1.1.1.1")
