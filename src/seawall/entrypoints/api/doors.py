"""The addresses of the API: what no operation answers is a problem document too, and nothing is kept in caches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.cache import add_never_cache_headers

from seawall.entrypoints.api.access import expect
from seawall.entrypoints.api.errors import not_allowed, not_found
from seawall.entrypoints.api.v1.site import api

View = Callable[..., HttpResponse]


def _strict(view: View, asked: Mapping[str, frozenset[str]]) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        expect(request, asked.get(request.method or "", frozenset()))
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


def _parameters() -> dict[str, dict[str, frozenset[str]]]:
    """Path → method → the names that may stand after the question mark."""
    return {
        path: {
            method.upper(): frozenset(p["name"] for p in operation["parameters"] if p["in"] == "query")
            for method, operation in operations.items()
        }
        for path, operations in api.get_openapi_schema(path_prefix="")["paths"].items()
    }


def urls() -> tuple[list[URLPattern], str, str]:
    """For `path("api/v1/", …)`."""
    found, app_name, namespace = api.urls
    asked = _parameters()
    patterns = [pattern for pattern in found if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        # The root only gives the others their prefix.
        route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        pattern.callback = (
            unknown if pattern.name == "api-root" else _strict(pattern.callback, asked.get(f"/{route}", {}))
        )
    return [*patterns, re_path(r"^[\s\S]*$", unknown, name="unknown")], app_name, namespace
