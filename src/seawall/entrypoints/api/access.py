"""Who calls: a token of one membership, in the Authorization header; how often; and how much they may send."""

from __future__ import annotations

import time
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from seawall.core.problems import Refused
from seawall.records import tenancy
from seawall.records.parties.queries.viewers import of_token
from seawall.records.parties.viewer import Forbidden, Viewer

WINDOW = 10  # seconds
# Per person, window and process; far above what a program needs, far below what would starve the others.
MOST_CALLS = 2000


class BodyTooLarge(Refused):
    code = "api.body_too_large"
    status = 413


class UnknownParameter(Refused):
    """A name after the question mark that this operation does not know: a filter that would be passed over."""

    code = "api.unknown_parameter"
    status = 422


def expect(request: HttpRequest, names: frozenset[str]) -> None:
    """Say which parameters the operation knows; `Bearer` refuses others once it knows who asks."""
    request.seawall_parameters = names  # type: ignore[attr-defined]


def _check_parameters(request: HttpRequest) -> None:
    known: frozenset[str] = request.seawall_parameters  # type: ignore[attr-defined]
    for name in request.GET:
        if name not in known:
            shown = "".join(c if c.isprintable() else "?" for c in name)[:60]
            raise UnknownParameter(shown, name=shown, known=sorted(known) or "–")


class Bearer(HttpBearer):
    """`Authorization: Bearer sw_…`; sets the viewer and the tenant wall for this request."""

    openapi_description = "A token of one membership, issued at `/tokens` or on the page of the same name."

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        if not token.isascii() or not 10 <= len(token) <= 200:
            return None
        viewer = of_token(token, at=timezone.now())
        if viewer:
            tenancy.enter(viewer.tenant)
            _check_parameters(request)
            _take_in(request)
        return viewer


def _take_in(request: HttpRequest) -> None:
    """Read the body of somebody we know: a file inside JSON may be larger than Django lets a stranger send."""
    most = settings.UPLOAD_LIMIT * 4 // 3 + 64 * 1024
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > most:
        raise BodyTooLarge("", most=most // 1024)
    if not hasattr(request, "_body") and request.content_type == "application/json":
        request._body = request.read()


def viewer(request: HttpRequest) -> Viewer:
    """The viewer that `Bearer` found."""
    return cast(Viewer, request.auth)  # type: ignore[attr-defined]


def office(request: HttpRequest, verb: str) -> Viewer:
    """The viewer, when it is of the office; raises `Forbidden` at `verb` else."""
    by = viewer(request)
    if not by.office:
        raise Forbidden("", verb=verb)
    return by


class Rate(BaseThrottle):
    """At most `MOST_CALLS` in `WINDOW` seconds by one person."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call; False above the limit."""
        window = int(time.time()) // WINDOW
        key = f"api-rate/{viewer(request).tenant}/{viewer(request).user}/{window}"
        cache.add(key, 0, timeout=WINDOW * 2)
        return bool(cache.incr(key) <= MOST_CALLS)

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW
