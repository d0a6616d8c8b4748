"""What costs much and may be a little old: kept by each process for a short while."""

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 500


class Kept(Generic[T]):
    """Values by key, each for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._values: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable) -> T | None:
        """The value, unless it is too old or never was."""
        at, value = self._values.get(key, (0.0, None))
        return value if time.time() - at < self.seconds else None

    def put(self, key: Hashable, value: T) -> T:
        """Keep a value from now on."""
        if len(self._values) >= MOST:
            self._values.clear()
        self._values[key] = (time.time(), value)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
