from __future__ import annotations

import pytest

from tests.entrypoints.web.visits import stop_the_clock
from tests.factories import AT, House, house


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    """A furnished house, and the clock standing at the hour it was furnished."""
    stop_the_clock(monkeypatch, AT)
    return house()
