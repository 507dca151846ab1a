"""Reading releases: the documents behind a number, and the library they make together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from seawall import reference
from seawall.core.library import Library
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release

# What a library is made of; wordings and appetite are read by the stages that use them.
LIBRARY = ("universe", "controls", "questionnaires", "checks", "products", "standards", "rating")


def document(release: Release) -> reference.Document:
    """The release as a reference document again, hash and all."""
    header = {key: value for key, value in release.header.items() if key != "kind"}
    return reference.Document(reference.Header(kind=release.kind, **header), release.body, release.sha256)


def newest(viewer: Viewer, kind: str) -> dict[str, Release]:
    """The newest release of each document of a kind that the viewer's tenant has, by id."""
    found: dict[str, Release] = {}
    for release in Release.objects.filter(tenant_id=viewer.tenant, kind=kind):
        held = found.get(release.identifier)
        if held is None or document(held).header.order < document(release).header.order:
            found[release.identifier] = release
    return found


def library(viewer: Viewer, pinned: Iterable[Release] = ()) -> Library:
    """The library of the newest releases, with `pinned` in place of their namesakes (and as the only rating plan)."""
    chosen = list(pinned)
    kinds = {r.kind for r in chosen if r.kind == "rating"}
    named = {(r.kind, r.identifier) for r in chosen}
    for kind in LIBRARY:
        if kind not in kinds:
            chosen += [r for r in newest(viewer, kind).values() if (kind, r.identifier) not in named]
    return _library(
        tuple(sorted({(r.kind, r.identifier, r.version, r.sha256) for r in chosen if r.kind in LIBRARY})), _Rows(chosen)
    )


def library_of(viewer: Viewer, refs: Mapping[str, Mapping[str, str]]) -> Library:
    """The library that an earlier computation named by kind, id, version and hash; raises `NotFound`."""
    chosen = []
    for ref in refs.values():
        release = Release.objects.filter(
            tenant_id=viewer.tenant,
            kind=ref["kind"],
            identifier=ref["id"],
            version=ref["version"],
            sha256=ref["sha256"],
        ).first()
        if release is None:
            raise NotFound("releases", **ref)
        chosen.append(release)
    key = tuple(sorted((r.kind, r.identifier, r.version, r.sha256) for r in chosen))
    return _library(key, _Rows(chosen))


class _Rows:
    """Releases for the cache below: equal to any other, because the key beside it names them."""

    def __init__(self, rows: list[Release]) -> None:
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=16)
def _library(key: tuple[tuple[str, str, str, str], ...], rows: _Rows) -> Library:
    documents: dict[str, list[reference.Document]] = {}
    for release in rows.rows:
        if release.kind in LIBRARY:
            documents.setdefault(release.kind, []).append(document(release))
    return Library.from_documents(documents)


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What differs between two documents: (dotted path, old, new), None where one has nothing."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from changes(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            pair = (before[index : index + 1] or [None])[0], (after[index : index + 1] or [None])[0]
            yield from changes(*pair, f"{path}[{index}]")
    elif before != after:
        yield path, before, after
