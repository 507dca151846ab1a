from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.seeded import seeded


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What `seawall seed-tenants` says of the tenants it has made."""
    with seeded(django_db_blocker) as found:
        yield found
