"""What the database itself can do: one durable upsert after the other over the bare driver, no server and no framework in between."""

import itertools
import sqlite3
import threading
import time
from pathlib import Path

import psycopg

TABLE = "CREATE TABLE bare (attempt integer, number integer, response text, seq integer, PRIMARY KEY (attempt, number))"
UPSERT = (
    "INSERT INTO bare VALUES ({0}, {0}, {0}, {0}) ON CONFLICT (attempt, number) DO UPDATE SET response = excluded.response, seq = excluded.seq"
    " WHERE bare.seq < excluded.seq"
)


class Bare:
    """A table of its own beside the product's, in the same database."""

    def __init__(self, kind: str, folder: Path, database_url: str) -> None:
        self.kind, self.place = kind, str(folder / "casebook.db") if kind == "sqlite" else database_url
        self.sql = UPSERT.format("?" if kind == "sqlite" else "%s")
        with self._open() as connection:
            connection.execute(TABLE)

    def _open(self) -> sqlite3.Connection | psycopg.Connection:
        if self.kind == "postgresql":
            return psycopg.connect(self.place, autocommit=True)
        connection = sqlite3.connect(self.place, isolation_level=None, timeout=15)
        connection.execute("PRAGMA synchronous=FULL")  # the file is in WAL mode already
        return connection

    def rate(self, connections: int, seconds: float) -> float:
        """Commits a second over so many connections at once. SQLite has one writer at a time: its connections take turns."""
        turn, counts, together = threading.Lock(), [0] * connections, threading.Barrier(connections + 1)

        def commit(place: int) -> None:
            connection = self._open()
            together.wait()
            end = time.perf_counter() + seconds
            for seq in itertools.count(1):
                values = (place, seq % 10, '["1"]', seq)
                if self.kind == "sqlite":
                    with turn:
                        connection.execute(self.sql, values)
                else:
                    connection.execute(self.sql, values)  # type: ignore[call-overload]
                counts[place] += 1
                if time.perf_counter() > end:
                    break
            connection.close()

        threads = [threading.Thread(target=commit, args=(place,)) for place in range(connections)]
        for thread in threads:
            thread.start()
        together.wait()
        for thread in threads:
            thread.join()
        return sum(counts) / seconds
