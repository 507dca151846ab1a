"""Each request sees one tenant: that of the person who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from seawall.records import tenancy
from seawall.records.parties.queries.viewers import of_user

ORGANISATION = "seawall.organisation"


class ViewerMiddleware:
    """Sets `request.viewer` (None when nobody is signed in) and the tenant wall for the request's connection."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = None
        if request.user.is_authenticated:
            viewer = of_user(request.user, request.session.get(ORGANISATION))
        request.viewer = viewer  # type: ignore[attr-defined]
        tenancy.enter(viewer.tenant if viewer else tenancy.NONE)
        try:
            return self.get_response(request)
        finally:
            tenancy.enter(tenancy.NONE)
