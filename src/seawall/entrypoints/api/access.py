"""Who calls: a token of one membership, in the Authorization header."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from seawall.records import tenancy
from seawall.records.parties.queries.viewers import of_token
from seawall.records.parties.viewer import Viewer


class Bearer(HttpBearer):
    """`Authorization: Bearer sw_…`; sets the viewer and the tenant wall for this request."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        if not token.isascii() or not 10 <= len(token) <= 200:
            return None
        viewer = of_token(token, at=timezone.now())
        if viewer:
            tenancy.enter(viewer.tenant)
        return viewer


def viewer(request: HttpRequest) -> Viewer:
    """The viewer that `Bearer` found."""
    return cast(Viewer, request.auth)  # type: ignore[attr-defined]
