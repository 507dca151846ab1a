"""The API object: its errors and the routers of the stages."""

from __future__ import annotations

from ninja import NinjaAPI

from seawall import __version__
from seawall.entrypoints.api import errors
from seawall.entrypoints.api.access import Bearer
from seawall.entrypoints.api.v1 import detect, identify, protect, records, recover, respond, strategy

api = NinjaAPI(
    title="Seawall",
    version=__version__,
    description="Cyber insurance once around the loop. Every write needs an Idempotency-Key; errors follow RFC 9457.",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for part in (strategy, identify, protect, detect, respond, recover, records):
    api.add_router("", part.router)
