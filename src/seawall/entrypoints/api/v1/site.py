"""The API object: its errors and the routers of the stages."""

from __future__ import annotations

from seawall import __version__
from seawall.entrypoints.api import errors
from seawall.entrypoints.api.access import Bearer, Rate
from seawall.entrypoints.api.openapi import Seawall
from seawall.entrypoints.api.parser import StrictJson
from seawall.entrypoints.api.v1 import (
    assets,
    detect,
    feeds,
    handling,
    identify,
    libraries,
    looks,
    parties,
    policies,
    protect,
    questionnaire,
    records,
    recover,
    respond,
    settling,
    strategy,
    universe,
    vault,
)

DESCRIPTION = """\
Cyber insurance once around the loop: strategy, identify, protect, detect, respond, recover.

* **Who**: `Authorization: Bearer sw_…`, a token of one person in one organisation. What it may not know of looks
  exactly like what does not exist.
* **Writes** happen once. Every one needs an `Idempotency-Key`. The same key with the same body gets the same answer;
  with another body, at another address, or from another organisation of the same person it is refused with 422. Keys
  of different people do not meet. A refused write stores nothing and may be tried again with the same key. Keys are
  kept as long as the books.
* **Errors** are `application/problem+json` (RFC 9457), in Chinese or English by `Accept-Language`, with every problem
  at its field.
* **Money** is `{"amount": "1234.50", "currency": "CNY"}`: exact, in major units. Moments are ISO 8601 with their zone.
* **Lists** come in pages; `next` is the number of the next one.
"""

api = Seawall(
    title="Seawall",
    version=__version__,
    description=DESCRIPTION,
    auth=Bearer(),
    throttle=Rate(),
    parser=StrictJson(),
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for part in (
    strategy,
    universe,
    identify,
    questionnaire,
    libraries,
    looks,
    assets,
    protect,
    policies,
    detect,
    respond,
    handling,
    recover,
    settling,
    parties,
    records,
    feeds,
    vault,
):
    api.add_router("", part.router)
