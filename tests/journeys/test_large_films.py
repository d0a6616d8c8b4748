"""Films of 200 MB: one arrives whole though the server dies under it, one is watched, and the server's memory stays as it is."""

import hashlib
import itertools
import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import MEGABYTE
from tests.films import mp4_head, pieces
from tests.journeys.conftest import Client, Server

pytestmark = pytest.mark.slow

SIZE = 200 * MEGABYTE
PIECE = 2 * MEGABYTE  # the largest that the script sends
MOST_GROWTH = 20 * MEGABYTE
NAME = "0123456789abcdef0123456789abcdef.mp4"


@pytest.fixture(scope="module")
def server(make_server) -> Iterator[Server]:
    """A server of its own; its films are gone afterwards."""
    made: Server = make_server()
    yield made
    made.stop()
    shutil.rmtree(made.folder / "media")


def author(server: Server) -> Client:
    """Signed in, on a connection that both processes have answered before."""
    sign_in = next(one for one in server.sign_ins if one.role == "author")
    client = server.client().sign_in(sign_in.employee_no, sign_in.password)
    for _time in range(10):  # a new connection each: either process answers some
        with client.twin() as twin:
            twin.get("/cases/")
    return client


def begin(client: Client, fingerprint: str = "MQ==") -> tuple[str, int]:
    reply = client.send("POST", "/manage/uploads/", Upload_Length=SIZE, Upload_Metadata=f"filename ZmlsbS5tcDQ=,fingerprint {fingerprint}")
    assert reply.status in (200, 201), reply.text
    return reply.location, int(reply.headers["upload-offset"])


def send(client: Client, address: str, offset: int, piece: bytes) -> int:
    """How much has arrived with this piece, or without it where another came between."""
    reply = client.send("PATCH", address, piece, Content_Type="application/offset+octet-stream", Upload_Offset=offset)
    assert reply.status in (204, 409, 423), reply.text
    return int(reply.headers.get("upload-offset", offset))


def send_half(client: Client, address: str, offset: int, piece: bytes) -> socket.socket:
    """Half of a piece, on a connection that stays open and silent."""
    head = {
        "Host": "127.0.0.1",
        "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        "X-CSRFToken": client.token,
        "Upload-Offset": offset,
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": len(piece),
    }
    connection = socket.create_connection(("127.0.0.1", client.port))
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    connection.sendall(f"PATCH {address} HTTP/1.1\r\n{lines}\r\n".encode() + piece[: len(piece) // 2])
    return connection


def test_a_film_whose_server_is_killed_at_a_third_goes_on_there_and_arrives_byte_for_byte(server):
    digest = hashlib.sha256()
    with author(server) as client:
        before = server.memory(fresh=True)
        address, arrived = begin(client)
        film = pieces(SIZE, PIECE)
        while arrived < SIZE // 3:
            piece = next(film)
            digest.update(piece)
            arrived = send(client, address, arrived, piece)
        piece = next(film)
        grown = server.memory() - before
        with send_half(client, address, arrived, piece):
            server.kill()
    assert arrived < SIZE / 2

    server.start()
    with author(server) as client:
        before = server.memory(fresh=True)
        again, offset = begin(client)
        assert (again, offset) == (address, arrived)
        for rest in itertools.chain([piece], film):
            digest.update(rest)
            arrived = send(client, address, arrived, rest)
        told = json.loads(client.send("GET", address).text)
        grown = max(grown, server.memory() - before)
    stored = server.folder / "media" / told["stored"]
    with stored.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == digest.hexdigest()
    assert (stored.stat().st_size, told["seconds"]) == (SIZE, 75)
    assert list((server.folder / "media/parts").iterdir()) == []
    assert grown < MOST_GROWTH, f"{grown / MEGABYTE:.1f} MB more"
    print(f"growth: {grown / MEGABYTE:.1f} MB")


def test_a_piece_that_breaks_off_holds_nothing_up_and_is_sent_again(server):
    with author(server) as client:
        address, arrived = begin(client, "Mg==")
        first = next(pieces(SIZE, PIECE))
        send_half(client, address, 0, first).close()
        deadline = time.monotonic() + 10
        while arrived < len(first) and time.monotonic() < deadline:  # the half may be kept before the next try, during it or after it
            arrived = send(client, address, arrived, first[arrived:])
        assert arrived == len(first)
        assert client.send("DELETE", address).status == 204


def film(server: Server) -> Path:
    """A film of 200 MB that takes no room on the disk."""
    path = server.folder / "media" / NAME
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write(mp4_head(SIZE))
        file.truncate(SIZE)
    return path


def test_a_film_of_200_mb_is_watched_without_filling_the_memory(server):
    head = film(server).read_bytes()[:100]
    address = f"/cases/media/{NAME}"
    with author(server) as client:
        before = server.memory(fresh=True)
        at = 0
        while at < SIZE:
            reply = client.send("GET", address, Range=f"bytes={at}-")
            assert (reply.status, reply.headers["content-range"].partition("/")[2]) == (206, str(SIZE))
            assert at or reply.body.startswith(head)
            at += len(reply.body)
        by_range = server.memory() - before

        before = server.memory(fresh=True)
        client.connection.request("GET", address, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())})
        response = client.connection.getresponse()
        assert (response.status, response.headers["Content-Length"]) == (200, str(SIZE))
        read = len(response.read(MEGABYTE))
        time.sleep(2)  # nobody reads, and the server must not read ahead
        while body := response.read(MEGABYTE):
            read += len(body)
        whole = server.memory() - before
    assert (at, read) == (SIZE, SIZE)
    assert by_range < MOST_GROWTH, f"{by_range / MEGABYTE:.1f} MB more by range"
    assert whole < MOST_GROWTH, f"{whole / MEGABYTE:.1f} MB more for a whole film"
    print(f"growth: {by_range / MEGABYTE:.1f} MB by range, {whole / MEGABYTE:.1f} MB whole")
