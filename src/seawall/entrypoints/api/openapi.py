"""The API object with an honest schema: problems as they are really sent, stages as tags, words for people."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from seawall.entrypoints.api.errors import MEDIA_TYPE

TAGS = {
    "strategy": "策略 · What is sold, under which appetite and rating plan, and with which service providers.",
    "identify": "识别 · Companies, submissions, consents, scans and assessments.",
    "protect": "防护·承保 · Quotes, referrals, policies, the ledger and remediation.",
    "detect": "检测 · Watches, what they saw, and alerts.",
    "respond": "响应 · Incidents: course, steps, providers and legal notices.",
    "recover": "恢复·理赔 · Claims: gates, worksheets, reserves, approval and payment.",
    "parties": "Organisations, mandates, people and tokens.",
    "records": "The journal, releases of reference data, and the evidence vault.",
}
DESCRIPTIONS = {
    400: "The body is not JSON, or the Idempotency-Key is missing or malformed.",
    401: "No valid token.",
    403: "The roles behind the token do not include this.",
    404: "It does not exist, or the token may not know of it: the two look the same.",
    409: "It cannot be done in the present state; nothing was changed.",
    410: "The content was erased.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    422: "Something is wrong, told at its field; also an Idempotency-Key that was used before for another request.",
    429: "Too many requests; wait for the seconds of Retry-After.",
}
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}},
}


class Seawall(NinjaAPI):
    """`NinjaAPI` whose schema says what is really answered."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """OpenAPI 3.1, listing every operation."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["openapi"] = "3.1.0"
        schema["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["summary"] = str(operation["operationId"]).replace("_", " ").capitalize()
                for status, answer in operation["responses"].items():
                    _tell(int(status), answer)
        known = schema["components"]["schemas"]
        schema["components"]["schemas"] = {name: known[name] for name in sorted(_named(schema["paths"], known))}
        return schema


def _named(found: Any, known: dict[str, Any]) -> set[str]:
    """Which of the `known` schemas are used, also by one another."""
    names, waiting = set[str](), [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name in known and name not in names:
                names.add(name)
                waiting.append(known[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return names


def _tell(status: int, answer: dict[str, Any]) -> None:
    if status not in DESCRIPTIONS:
        return
    answer["description"] = DESCRIPTIONS[status]
    answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    if status in _HEADERS:
        answer["headers"] = _HEADERS[status]
