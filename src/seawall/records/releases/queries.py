"""Reading releases: which there are, what they hold, the library they make together, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from seawall import reference
from seawall.core.library import Library
from seawall.core.problems import Refused
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release

# What a library is made of; wordings and appetite are read by the stages that use them.
LIBRARY = ("universe", "controls", "questionnaires", "checks", "assets", "products", "standards", "rating")
# How the insurer weighs and prices is its own affair; what is asked, checked, sold and cited is everybody's.
OPEN = ("questionnaires", "checks", "assets", "products", "wordings", "standards")
# What tells the entries of a list apart, so that a new entry does not make all that follow look changed.
_NAMES = ("id", "code", "name", "role", "question", "control")


class NotComparable(Refused):
    """Two releases can be compared when they are of one kind."""

    code = "release.not_comparable"
    status = 422


@dataclass(frozen=True, slots=True)
class Ref:
    """Which release, without its content; `row` is its key."""

    row: UUID
    kind: str
    id: str
    version: str
    sha256: str

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    @classmethod
    def of(cls, release: Release) -> Ref:
        return cls(release.pk, release.kind, release.identifier, release.version, release.sha256)

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "version": self.version, "sha256": self.sha256}


def releases(viewer: Viewer, kind: str = "") -> QuerySet[Release]:
    """The releases the viewer may read: all for the office, `OPEN` kinds for the others; by kind, id, then age."""
    found = Release.objects.filter(tenant_id=viewer.tenant)
    if not viewer.office:
        found = found.filter(kind__in=OPEN)
    return (found.filter(kind=kind) if kind else found).order_by("kind", "identifier", "recorded_at", "version")


def release(viewer: Viewer, release_id: UUID) -> Release:
    """One of them; raises `NotFound`."""
    found = releases(viewer).filter(pk=release_id).first()
    if found is None:
        raise NotFound("release")
    return found


def document(release: Release) -> reference.Document:
    """The release as a reference document again, hash and all."""
    header = {key: value for key, value in release.header.items() if key != "kind"}
    return reference.Document(reference.Header(kind=release.kind, **header), release.body, release.sha256)


def refs(viewer: Viewer, kinds: Sequence[str] = LIBRARY, *, without: Iterable[UUID] = ()) -> tuple[Ref, ...]:
    """The newest release of every document of these kinds that the viewer's tenant has, by kind and id.

    Releases whose key is in `without` count as not there.
    """
    found: dict[tuple[str, str], Ref] = {}
    rows = Release.objects.filter(tenant_id=viewer.tenant, kind__in=kinds).exclude(pk__in=list(without))
    for row in rows.values_list("pk", "kind", "identifier", "version", "sha256"):
        ref = Ref(*row)
        held = found.get((ref.kind, ref.id))
        if held is None or held.order < ref.order:
            found[ref.kind, ref.id] = ref
    return tuple(found[key] for key in sorted(found))


def newest(viewer: Viewer, kind: str) -> dict[str, Release]:
    """The newest release of each document of a kind that the viewer's tenant has, by id."""
    rows = Release.objects.in_bulk([ref.row for ref in refs(viewer, [kind])])
    return {row.identifier: row for row in rows.values()}


def library(
    viewer: Viewer,
    pinned: Iterable[Release | Ref] = (),
    *,
    only: Iterable[str] = (),
    universe: reference.Document | None = None,
) -> Library:
    """The library of the newest releases, with `pinned` in place of their namesakes.

    Of the kinds in `only` nothing but what is pinned is taken. A pinned rating plan, and a pinned risk universe, is
    always the only one. A document given as `universe` stands in place of any release of that kind.
    """
    chosen = [Ref.of(p) if isinstance(p, Release) else p for p in pinned]
    named = {(ref.kind, ref.id) for ref in chosen}
    closed = {
        *only,
        *(["universe"] if universe else ()),
        *(ref.kind for ref in chosen if ref.kind in ("rating", "universe")),
    }
    chosen += [ref for ref in refs(viewer) if ref.kind not in closed and (ref.kind, ref.id) not in named]
    key = _key(ref for ref in chosen if ref.kind in LIBRARY)
    return Library.from_documents({**_documents(key), "universe": universe}) if universe else _library(key)


def library_of(viewer: Viewer, refs: Mapping[str, Mapping[str, str]]) -> Library:
    """The library that an earlier computation named by kind, id, version and hash; raises `NotFound`."""
    rows = Release.objects.filter(tenant_id=viewer.tenant, sha256__in=[ref["sha256"] for ref in refs.values()])
    held = [Ref(*row) for row in rows.values_list("pk", "kind", "identifier", "version", "sha256")]
    chosen = []
    for wanted in refs.values():
        ref = next((ref for ref in held if ref.as_dict() == dict(wanted)), None)
        if ref is None:
            raise NotFound("releases", **wanted)
        if ref.kind in LIBRARY:
            chosen.append(ref)
    return _library(_key(chosen))


_Key = tuple[tuple[str, str, str, UUID], ...]


def _key(refs: Iterable[Ref]) -> _Key:
    return tuple(sorted((ref.kind, ref.id, ref.sha256, ref.row) for ref in refs))


# A release never changes, so a library once read is good for the life of the process.
@lru_cache(maxsize=32)
def _library(key: _Key) -> Library:
    return Library.from_documents(_documents(key))


def _documents(key: _Key) -> dict[str, list[reference.Document]]:
    rows = Release.objects.in_bulk([row for *_, row in key])
    documents: dict[str, list[reference.Document]] = {}
    for kind, *_, row in key:
        documents.setdefault(kind, []).append(document(rows[row]))
    return documents


@dataclass(frozen=True, slots=True)
class Difference:
    """What a newer release of a document adds, takes away and changes: path → value, or (old, new)."""

    before: Release
    after: Release
    added: Mapping[str, Any]
    removed: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]]


def difference(viewer: Viewer, before: UUID, after: UUID) -> Difference:
    """What differs between two releases of a kind; raises `NotFound`, `NotComparable`."""
    old, new = release(viewer, before), release(viewer, after)
    if old.kind != new.kind:
        raise NotComparable("after", before=str(old), after=str(new))
    found = list(changes(_told(old), _told(new)))
    return Difference(
        before=old,
        after=new,
        added={path: right for path, left, right in found if left is None},
        removed={path: left for path, left, right in found if right is None},
        changed={path: (left, right) for path, left, right in found if left is not None and right is not None},
    )


def _told(release: Release) -> dict[str, Any]:
    """Name and content; version and provenance differ by nature."""
    return {"name": release.header["name"], **release.body}


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What differs between two documents: (dotted path, old, new), None where one has nothing.

    Entries of lists are matched by their id (or other name) where they have one, else by place.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from changes(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        name = _name(before, after)
        if name is not None:
            left, right = ({str(entry[name]): entry for entry in entries} for entries in (before, after))
            for key in dict.fromkeys([*left, *right]):
                yield from changes(left.get(key), right.get(key), f"{path}[{key}]")
            if [k for k in left if k in right] != [k for k in right if k in left]:
                yield f"{path}.order", list(left), list(right)
            return
        for index in range(max(len(before), len(after))):
            pair = (before[index : index + 1] or [None])[0], (after[index : index + 1] or [None])[0]
            yield from changes(*pair, f"{path}[{index}]")
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield path, before, after


def _name(*lists: list[Any]) -> str | None:
    """The key under which every entry of every list has a value of its own."""
    for name in _NAMES:
        named = all(
            isinstance(entry, Mapping) and isinstance(entry.get(name), str | int)
            for entries in lists
            for entry in entries
        )
        if named and all(len({str(entry[name]) for entry in entries}) == len(entries) for entries in lists):
            return name
    return None
