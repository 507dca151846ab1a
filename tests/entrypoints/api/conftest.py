from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from seawall.records import tenancy
from seawall.records.parties.actions.person import issue_token
from seawall.records.parties.models import Membership
from seawall.records.parties.viewer import Viewer
from tests.entrypoints.api.subjects import FOREIGN, objects
from tests.factories import House, house
from tests.seeded import TENANT

Token = Callable[[Viewer], str]


@pytest.fixture(autouse=True)
def _no_calls_before() -> None:
    """The rate is counted anew in each test."""
    cache.clear()


@pytest.fixture(scope="module")
def objects_of(told: dict[str, Any], django_db_blocker: Any) -> dict[str, dict[str, str]]:
    """Tenant → the objects of its first company."""
    with django_db_blocker.unblock():
        return {slug: objects(slug) for slug in (TENANT, FOREIGN)}


@pytest.fixture
def home(db: None) -> House:
    """A house furnished three days ago, for what goes through the clock of the API."""
    return house(at=timezone.now() - timedelta(days=3))


@pytest.fixture
def token() -> Token:
    """A token of a viewer of the house."""

    def issue(viewer: Viewer) -> str:
        with tenancy.inside(viewer.tenant):
            own = Membership.objects.get(user_id=viewer.user, organisation_id=viewer.organisation)
            now = timezone.now()
            return issue_token(membership=own, name="tests", expires_at=now + timedelta(days=1), by=viewer, at=now)[1]

    return issue
