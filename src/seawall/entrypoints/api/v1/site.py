"""The API object: its documents, its errors, and the routers of the stages."""

from __future__ import annotations

from ninja import NinjaAPI

from seawall import __version__
from seawall.entrypoints.api import errors
from seawall.entrypoints.api.access import Bearer

api = NinjaAPI(
    title="Seawall",
    version=__version__,
    description="Cyber insurance once around the loop. Every write needs an Idempotency-Key; errors follow RFC 9457.",
    auth=Bearer(),
    urls_namespace="api",
)
errors.install(api)
