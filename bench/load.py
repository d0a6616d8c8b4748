"""A load generator: keep-alive connections, each with one request on its way; and what the kernel says of the server."""

import os
import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
MAPPING = re.compile(r"([0-9a-f]+-[0-9a-f]+) (?:end|\S+ (\S+ \S+ (\d+)))")  # where; offset, device and inode
SIZE = re.compile(r"(Private|Shared)_(?:Clean|Dirty): +(\d+) kB")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


@dataclass(frozen=True)
class Slice:
    """One measured stretch. Times in ms, rates a second, sizes in bytes; `noise` is the share of the machine that others used."""

    requests: int
    errors: int
    rate: float
    p50: float
    p99: float
    cpu: float
    database_cpu: float
    generator_cpu: float
    noise: float
    size: float


class Line:
    """A connection, its requests, and what has come of the answer that is on its way."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests
        self.answer = b""
        self.missing = -1
        self.sent_at = 0.0

    def send(self) -> bool:
        """Send the next request; False where there is none."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.answer, self.missing = b"", -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> bool:
        """Take what has come; True once the answer is whole."""
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.answer += chunk
        if self.missing < 0:
            end = self.answer.find(b"\r\n\r\n")
            if end < 0:
                return False
            length = LENGTH.search(self.answer, 0, end)
            if length is None:
                raise ConnectionError("an answer without a length")
            self.missing = end + 4 + int(length[1])
        return len(self.answer) >= self.missing


def fetch(port: int, request: bytes) -> tuple[bytes, bytes]:
    """Send one request on a connection of its own: the head and the body as they were transferred."""
    line = Line(port, iter([request]))
    line.send()
    while not line.receive():
        pass
    line.socket.close()
    head, _gap, body = line.answer.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def drive(port: int, sources: Sequence[Iterator[bytes]], expected: int, seconds: float, most: int, pids: tuple[int, int | None]) -> Slice:
    """Ask from as many connections as there are sources, for so many seconds or requests.

    `pids` are the roots of the server and of its database; an answer with another status than `expected` is an error.
    """
    lines = {line.socket.fileno(): line for line in (Line(port, source) for source in sources)}
    poll, wanted = select.epoll(), b"%d" % expected
    times: list[float] = []
    errors, size, sent, waiting = 0, 0, 0, 0
    before = [cpu_seconds(pid) for pid in pids]
    busy, own = busy_seconds(), time.process_time()
    start = time.perf_counter()
    for number, line in lines.items():
        if sent < most and line.send():
            poll.register(number, select.EPOLLIN)
            sent, waiting = sent + 1, waiting + 1
    while waiting:
        for number, _event in poll.poll(30):
            line = lines[number]
            if not line.receive():
                continue
            now = time.perf_counter()
            times.append(now - line.sent_at)
            errors += line.answer[9:12] != wanted
            size += len(line.answer)
            if now < start + seconds and sent < most and line.send():
                sent += 1
            else:
                poll.unregister(number)
                waiting -= 1
    spent = time.perf_counter() - start
    own = time.process_time() - own
    used = [sum_of_growth(was, cpu_seconds(pid)) for pid, was in zip(pids, before, strict=True)]
    others = max(0.0, busy_seconds() - busy - own - sum(used))
    poll.close()
    for line in lines.values():
        line.socket.close()
    cuts = quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    count = max(1, len(times))
    cpu, database_cpu, own_cpu = (1000 * value / count for value in (*used, own))
    return Slice(len(times), errors, count / spent, 1000 * cuts[49], 1000 * cuts[98], cpu, database_cpu, own_cpu, others / spent / CORES, size / count)


def family(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = [root]
    for pid in found:  # grows while it is read: children of children
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(root: int | None) -> dict[int, float]:
    """User and system time so far of a process and of each below it, in seconds by process."""
    found = {}
    for pid in family(root) if root else ():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # a helper of the database that has ended
        found[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


def sum_of_growth(before: dict[int, float], after: dict[int, float]) -> float:
    """The time that processes spent between two looks, those that began in between included."""
    return sum(value - before.get(pid, 0.0) for pid, value in after.items())


def memory(root: int) -> float:
    """What a process and all below it would hold alone on the machine, in MB of a million bytes.

    This is their proportional set size, but with the pages of a file counted once, however many other programs map that file too.
    """
    own, shared = 0, dict[str, int]()
    for pid in family(root):
        mapping, among = "", 0
        for line in [*Path(f"/proc/{pid}/smaps").read_text().splitlines(), "0-0 end"]:
            if found := MAPPING.match(line):
                shared[mapping] = max(among, shared.get(mapping, 0))
                mapping, among = (found[2] if found[3] != "0" else found[1]), 0
            elif found := SIZE.match(line):
                own += int(found[2]) if found[1] == "Private" else 0
                among += int(found[2]) if found[1] == "Shared" else 0
    return (own + sum(shared.values())) * 1024 / 1e6


def busy_seconds() -> float:
    """Time that all cores together spent in processes, or lost to other guests of the host, in seconds."""
    user, nice, system, _idle, _wait, _irq, _softirq, steal = (int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + steal) / TICKS
