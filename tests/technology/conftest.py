"""One lab for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seawall.technology.lab import Lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with Lab.with_street() as running:
        yield running
