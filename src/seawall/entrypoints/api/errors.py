"""RFC 9457: every error is `application/problem+json` with the problems at their fields."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from seawall.core.problems import Refused
from seawall.entrypoints.api import validation
from seawall.entrypoints.sentences import sentence

MEDIA_TYPE = "application/problem+json"
KEY = "Idempotency-Key"
log = logging.getLogger(__name__)


class KeyMissing(Refused):
    code = "idempotency.key_missing"
    status = 400


class FieldProblem(BaseModel):
    field: str = Field(description="dotted path of the field; empty for the request as a whole")
    code: str = Field(description="stable, for programs")
    message: str = Field(description="for people, in the language of Accept-Language (zh or en)")


class ProblemDetails(BaseModel):
    """RFC 9457, with the problems at their fields."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:seawall:problem:not_found",
                    "title": "There is nothing here, or it is not for you.",
                    "status": 404,
                    "detail": "There is nothing here, or it is not for you.",
                    "instance": "/api/v1/quotes/6f0c2c1e-7d0f-4d3a-9f63-0a4b5c6d7e8f",
                    "errors": [{"field": "quote", "code": "not_found", "message": "There is nothing here."}],
                }
            ]
        }
    )

    type: str = Field(description="`urn:seawall:problem:` and the code")
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = []


def problem(
    request: HttpRequest, status: int, code: str, title: str, errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """One problem document; `type` is a stable URN of the code."""
    found = errors or []
    body = {
        "type": f"urn:seawall:problem:{code}",
        "title": title,
        "status": status,
        "detail": " ".join(e["message"] for e in found) or title,
        "instance": request.path,
        "errors": found,
    }
    answer = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="seawall"'
    return answer


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal of an action, with its problems."""
    errors = [{"field": p.field, "code": p.code, "message": sentence(p)} for p in error.problems]
    if error.status >= 500:
        log.error("refused with %s at %s", error.code, request.path)
    return problem(request, error.status, error.code, errors[0]["message"], errors)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in found["loc"] if part not in {"body", "query", "path", "header"}),
            "code": f"schema.{found['type']}",
            "message": validation.say(found["type"], found.get("ctx")),
        }
        for found in error.errors
    ]
    if all(found["loc"][0] == "header" for found in error.errors):
        return refused(request, KeyMissing(KEY))
    return problem(request, 422, "schema", validation.form(), errors)


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Also what the parser refused, which comes wrapped."""
    cause = error.__cause__
    if isinstance(cause, Refused):
        return refused(request, cause)
    return problem(request, error.status_code, "http", str(error))


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = problem(request, 429, "too_many", _("Too many requests; wait a moment."))
    answer["Retry-After"] = str(max(1, int(error.wait or 1)))
    return answer


def not_found(request: HttpRequest) -> HttpResponse:
    """An address that does not exist."""
    return problem(request, 404, "not_found", _("There is nothing at this address."))


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that exists, but not for this method."""
    answer = problem(request, 405, "method", _("This address knows other methods: %(allowed)s.") % {"allowed": allowed})
    answer["Allow"] = allowed
    return answer


def install(api: NinjaAPI) -> None:
    """Register the handlers on `api`."""

    def crash(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("unexpected error at %s", request.path)
        return problem(request, 500, "internal", _("Something went wrong on our side; it has been logged."))

    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: refused,
        ValidationError: _validation,
        AuthenticationError: lambda request, _e: problem(request, 401, "unauthorized", _("Send a valid token.")),
        Http404: lambda request, _e: not_found(request),
        HttpError: _http,
        Throttled: _throttled,
        Exception: crash,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
