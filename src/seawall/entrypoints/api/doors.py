"""The addresses of the API: what no operation answers is a problem document too, and nothing is kept in caches."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.cache import add_never_cache_headers

from seawall.entrypoints.api.errors import not_allowed, not_found
from seawall.entrypoints.api.v1.site import api

View = Callable[..., HttpResponse]


def _strict(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = view(request, *args, **kwargs)
        if found.status_code == 405:
            found = not_allowed(request, found.headers.get("Allow", ""))
        add_never_cache_headers(found)
        return found

    return answer


def unknown(request: HttpRequest, **_found: str) -> HttpResponse:
    """Whatever lies under the API's address and is not there."""
    answer = not_found(request)
    add_never_cache_headers(answer)
    return answer


unknown.csrf_exempt = True  # type: ignore[attr-defined]


def urls() -> tuple[list[URLPattern], str, str]:
    """For `path("api/v1/", …)`."""
    found, app_name, namespace = api.urls
    patterns = [pattern for pattern in found if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        # The root only gives the others their prefix.
        pattern.callback = unknown if pattern.name == "api-root" else _strict(pattern.callback)
    return [*patterns, re_path(r"^[\s\S]*$", unknown, name="unknown")], app_name, namespace
