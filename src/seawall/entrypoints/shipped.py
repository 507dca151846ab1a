"""The library of releases that ship with this version, for work without a database."""

from __future__ import annotations

from functools import cache

from seawall import reference
from seawall.core.library import Library

KINDS = ("universe", "controls", "questionnaires", "checks", "assets", "products", "standards", "rating")


@cache
def library() -> Library:
    """The newest of each; checked against each other when first used."""
    return Library.from_documents({kind: _newest(kind) for kind in KINDS})


def _newest(kind: str) -> list[reference.Document]:
    ids = sorted({document.header.id for document in reference.available(kind)})
    return [reference.load(kind, id) for id in ids]
