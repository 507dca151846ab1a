"""RFC 9457: every error is `application/problem+json` with the problems at their fields."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence

log = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    field: str = Field(description="dotted path; empty for the request as a whole")
    code: str
    message: str


class ProblemDetails(BaseModel):
    """RFC 9457."""

    type: str
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
    answer = JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="seawall"'
    return answer


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    errors = [{"field": p.field, "code": p.code, "message": sentence(p)} for p in error.problems]
    return problem(request, error.status, error.code, errors[0]["message"], errors)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in found["loc"] if part not in {"body", "query", "path", "data"}),
            "code": f"schema.{found['type']}",
            "message": str(found["msg"]),
        }
        for found in error.errors
    ]
    return problem(request, 422, "schema", _("The request does not have the form that the API describes."), errors)


def install(api: NinjaAPI) -> None:
    """Register the handlers on `api`."""

    def crash(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("unexpected error at %s", request.path)
        return problem(request, 500, "internal", _("Something went wrong on our side; it has been logged."))

    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: _refused,
        ValidationError: _validation,
        AuthenticationError: lambda request, _e: problem(request, 401, "unauthorized", _("Send a valid token.")),
        Http404: lambda request, _e: problem(request, 404, "not_found", _("Not found.")),
        HttpError: lambda request, error: problem(request, error.status_code, "http", str(error)),
        Exception: crash,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
