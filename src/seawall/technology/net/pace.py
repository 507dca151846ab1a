"""How much and how fast: a budget for one visit, and a pace for every host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .outcomes import NotReached, Outcome

Clock = Callable[[], float]


class Budget:
    """What one visit may cost: seconds from its start, bytes received, connections made. Safe between threads."""

    def __init__(
        self, seconds: float = 30.0, max_bytes: int = 20_000_000, max_requests: int = 80, clock: Clock = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._bytes_left = max_bytes
        self._requests_left = max_requests
        self._lock = threading.Lock()

    def remaining(self) -> float:
        """Seconds left, above zero; raises `NotReached` (budget_spent) when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise NotReached(Outcome.BUDGET_SPENT, "time")
        return left

    def take_bytes(self, count: int) -> None:
        with self._lock:
            self._bytes_left -= count
            if self._bytes_left < 0:
                raise NotReached(Outcome.BUDGET_SPENT, "bytes")

    def take_request(self) -> None:
        with self._lock:
            self._requests_left -= 1
            if self._requests_left < 0:
                raise NotReached(Outcome.BUDGET_SPENT, "requests")


class Pace:
    """At most `rate` starts a second for one key, evenly spaced; waits, within the budget's time."""

    def __init__(self, rate: float, clock: Clock = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        if rate <= 0:
            raise ValueError("rate must be above zero")
        self._gap = 1.0 / rate
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, budget: Budget) -> None:
        with self._lock:
            now = self._clock()
            start = max(now, self._next.get(key, now))
            if start - now > budget.remaining():
                raise NotReached(Outcome.BUDGET_SPENT, "pace")
            self._next[key] = start + self._gap
            if len(self._next) > 10_000:
                self._next = {k: t for k, t in self._next.items() if t > now}
        if start > now:
            self._sleep(start - now)


class Cooling:
    """Hosts that answered 429 or 503 with Retry-After are left alone until the time they named."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, host: str, seconds: float) -> None:
        with self._lock:
            self._until[host] = max(self._until.get(host, 0.0), self._clock() + seconds)

    def check(self, host: str) -> None:
        with self._lock:
            until = self._until.get(host, 0.0)
        if until > self._clock():
            raise NotReached(Outcome.ASKED_TO_WAIT, host)
