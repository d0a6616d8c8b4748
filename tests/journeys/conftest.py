"""The real server, started as `make run` does, and a real Chromium in front of it."""

import html
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import NullPool, create_engine, text

from tests.conftest import KIND

ROOT = Path(__file__).parents[2]
SETTINGS = ("SECRET_KEY", "IMPORT_HOSTS", "DATABASE_URL", "INSTANCE_FOLDER", "MEDIA_FOLDER", "TIMEZONE", "DEFAULT_LANGUAGE", "BASE_URL", "PORT")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
BROKEN = (OSError, http.client.HTTPException)  # what a client sees of a server that dies


@dataclass(frozen=True)
class SignIn:
    """One line that the server printed."""

    role: str
    employee_no: str
    password: str


@dataclass
class Server:
    """A server of its own data: started, killed and started again."""

    folder: Path
    database_url: str = ""
    sample: bool = True
    port: int = 0
    log: str = ""
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Ours without the settings of whoever runs the tests."""
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        return {**kept, "INSTANCE_FOLDER": str(self.folder), **({"DATABASE_URL": self.database_url} if self.database_url else {})}

    @property
    def sign_ins(self) -> list[SignIn]:
        return [SignIn(*words) for words in re.findall(r"^sign-in (\S+) (\S+) (\S+)$", self.log, re.M)]

    def start(self) -> Self:
        """Start, and come back when the server answers."""
        command = [sys.executable, "-m", "flask", "--app", "app", "start", *(["--sample"] if self.sample else []), "--port", str(self.port)]
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 120  # the sample company takes its time on a busy machine
        while not self._answers():
            assert self.process.poll() is None, f"the server ended:\n{self._read_log()}"
            assert time.monotonic() < deadline, f"the server does not answer:\n{self._read_log()}"
            time.sleep(0.05)  # nothing announces an open port: it is asked for again
        self.log = self._read_log()
        return self

    def kill(self) -> None:
        """SIGKILL to every process of the server at once, as losing power does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """An orderly end, whatever came before."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory(self, fresh: bool = False) -> int:
        """The most bytes that any of its processes held at once since it was asked with `fresh`, all together."""
        assert self.process
        processes, total = [self.process.pid], 0
        for number in processes:
            processes += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
            if fresh:
                Path(f"/proc/{number}/clear_refs").write_text("5")
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
            total += int(found[1]) * 1024 if found else 0
        return total

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A `flask` command on the same data."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=False)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database holds."""
        url = self.database_url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{self.folder / 'casebook.db'}"
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            return list(connection.execute(text(query), values))

    def untouched(self, count: int, slug: str = "%") -> list[str]:
        """Employee numbers of people who have never opened a case, or this one, nor tried its quiz; none that the server printed."""
        printed = {sign_in.employee_no for sign_in in self.sign_ins}
        found = self.rows(
            "SELECT employee_no FROM person WHERE id NOT IN (SELECT person_id FROM attempt WHERE slug LIKE :slug)"
            " AND id NOT IN (SELECT person_id FROM reading JOIN accident_case AS c ON c.id = reading.case_id WHERE slug LIKE :slug) ORDER BY employee_no",
            slug=slug,
        )
        numbers = [row.employee_no for row in found if row.employee_no not in printed][:count]
        assert len(numbers) == count, f"only {len(numbers)} people have not touched {slug}"
        return numbers

    def client(self, language: str = "en") -> "Client":
        return Client(self.port, {"language": language})

    def _answers(self) -> bool:
        with self.client() as client:
            try:
                return client.get("/healthz").status == 200
            except BROKEN:
                return False

    def _read_log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", errors="replace")


@dataclass(frozen=True)
class Reply:
    """An answer of the server, its body as it was sent and not compressed."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def location(self) -> str:
        return self.headers["location"]


@dataclass
class Client:
    """A browser without a screen: keeps its connection, its cookies, and the CSRF token of the last page."""

    port: int
    cookies: dict[str, str]
    token: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def twin(self) -> "Client":
        """A second connection of the same browser."""
        return Client(self.port, dict(self.cookies), self.token)

    def get(self, path: str) -> Reply:
        return self._send("GET", path)

    def post(self, path: str, **fields: Any) -> Reply:
        form = urllib.parse.urlencode({"csrf_token": self.token, **fields}, doseq=True)
        return self._send("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})

    def put(self, path: str, document: Any) -> Reply:
        return self._send("PUT", path, json.dumps(document), {"Content-Type": "application/json", "X-CSRFToken": self.token})

    def send(self, method: str, path: str, body: bytes = b"", **headers: Any) -> Reply:
        """What only a script sends, its headers named with underlines."""
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self._send(method, path, body, {"X-CSRFToken": self.token, "Accept": "application/json", **sent})

    def sign_in(self, employee_no: str, password: str) -> Self:
        """Through the form, as everybody does."""
        assert self.get("/sign-in").status == 200
        reply = self.post("/sign-in", employee_no=employee_no, password=password)
        assert reply.status == 303, f"{employee_no} was not let in: {reply.status}"
        assert self.get("/account").status == 200  # the token belongs to the session, which the sign-in made anew
        return self

    def _send(self, method: str, path: str, body: str | bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body.encode() if isinstance(body, str) else body, {"Cookie": cookies, **(headers or {})})
        response = self.connection.getresponse()
        reply = Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := TOKEN.search(reply.text):
            self.token = html.unescape(found[1])
        return reply


@pytest.fixture(scope="session")
def make_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """make_server(sample=True): a running server with a fresh database, of the kind that TEST_DATABASE names."""
    servers: list[Server] = []
    template = request.getfixturevalue("template") if KIND == "postgresql" else None

    def make(sample: bool = True) -> Server:
        folder = tmp_path_factory.mktemp("server")
        servers.append(Server(folder, template.copy(folder) if template else "", sample))
        return servers[-1].start()

    yield make
    for server in servers:
        server.stop()
        if template:
            template.drop(server.database_url)


@pytest.fixture(scope="session")
def server(make_server: Callable[..., Server]) -> Server:
    """The sample company, shared by the journeys that do not hurt it; each journey has people of its own."""
    return make_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    installed = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def device(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """device("zh", 390, 844): a page on a device of its own, with that language and that screen."""
    contexts: list[BrowserContext] = []

    def make(language: str = "en", width: int = 1280, height: int = 900, **more: Any) -> Page:
        settings = {"base_url": server.address, "locale": LOCALES[language], "viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**settings, **more})
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def until(page: Page, expression: str) -> None:
    """Wait until a page says so; wait_for_function() would need an eval() that the page's policy forbids."""
    for _try in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")
