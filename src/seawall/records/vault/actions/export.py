"""Handing out the log, or a part of it, so that it can be checked without the platform.

The bundle is a text file with one canonical JSON object a line (docs/methods/vault.md). Body: what is exported, leaves
and heads in their order, originals. Tail: the leaf by which the log itself remembers the SHA-256 of the body, and the
signed head above it. Nothing can be taken from a body, or added, without another such leaf in the log.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Q

from seawall.core.evidence_log.entries import canonical, moment
from seawall.core.evidence_log.hashing import root_of
from seawall.core.evidence_log.tree import Tree
from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Forbidden, Viewer
from seawall.records.vault.actions.file import plain
from seawall.records.vault.actions.log import append, locked_log, signed
from seawall.records.vault.models import File, Head, Log
from seawall.records.vault.subject import Scope

VERSION = 1


class LogDamaged(Refused):
    """The leaves in the database are not those that were appended; nothing is signed over them."""

    code = "vault.log_damaged"
    status = 500


class _Body:
    """Writes lines and keeps their hash and number."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._hash, self.lines = out, hashlib.sha256(), 0

    def write(self, words: dict[str, Any]) -> None:
        line = (canonical(words) + "\n").encode()
        self._hash.update(line)
        self.lines += 1
        self._out.write(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


@transaction.atomic
def export(*, scope: Scope, out: BinaryIO, by: Viewer, at: datetime) -> Head:
    """Write the bundle for `scope` to `out` and return the head it ends with.

    Whether the viewer may see the subjects is for the caller to judge; the whole tenant is for the office alone, and
    others get of the originals only those of their own organisation and the papers of the policy.
    Raises `LogDamaged`, `Damaged`, `KeyMismatch`.
    """
    by.require("vault.export")
    if scope.complete and not by.office:
        raise Forbidden("", verb="vault.export")
    log = locked_log(by=by, at=at)
    tree = _tree(log, log.size)
    _check(log, tree)
    body = _Body(out)
    body.write(
        {
            "type": "export",
            "version": VERSION,
            "log": str(log.pk),
            "key": log.public_key,
            "scope": [scope.title.noun, scope.title.id],
            "complete": scope.complete,
            "size": tree.size,
        }
    )
    for words in _lines(log, scope, tree):
        body.write(words)
    for words in _files(log, scope, by):
        body.write(words)
    payload = {"digest": body.digest, "lines": body.lines, "size": tree.size, "complete": scope.complete}
    last = append(kind="vault.exported", subject=scope.title, payload=payload, by=by, at=at)
    log.refresh_from_db()
    head = signed(log, by=by, at=at)
    body.write({"type": "last", "data": last.data})
    body.write(_head(head))
    record("vault.export", head, by=by, at=at, new={"scope": [scope.title.noun, scope.title.id], **payload})
    return head


def _tree(log: Log, size: int) -> Tree:
    hashes = log.leaves.filter(index__lt=size).order_by("index").values_list("leaf_hash", flat=True)
    return Tree(bytes.fromhex(value) for value in hashes.iterator(chunk_size=10_000))


def _check(log: Log, tree: Tree) -> None:
    if tree.size != log.size or tree.root() != root_of([bytes.fromhex(peak) for peak in log.peaks]):
        raise LogDamaged("log")


def _chosen(scope: Scope) -> Q:
    """Rows (leaves, files) that belong to the scope."""
    if scope.complete:
        return Q()
    chosen = Q(pk__in=[])
    for subject in {scope.title, *scope.subjects}:
        chosen |= Q(noun=subject.noun, subject=subject.id)
    return chosen


def _lines(log: Log, scope: Scope, tree: Tree) -> Iterator[dict[str, Any]]:
    """Leaves and heads where they stand; leaves of others only as roots of the largest subtrees they fill.

    So whoever reads the lines can work out the root at each head, which is inclusion and consistency in one.
    """
    heads = list(log.heads.filter(size__lte=tree.size).order_by("size", "at", "pk"))
    leaves = log.leaves.filter(_chosen(scope), index__lt=tree.size).order_by("index").iterator(chunk_size=2000)
    leaf = next(leaves, None)
    place = 0
    while True:
        while heads and heads[0].size == place:
            yield _head(heads.pop(0))
        if leaf is not None and leaf.index == place:
            yield {"type": "leaf", "data": leaf.data}
            leaf, place = next(leaves, None), place + 1
            continue
        end = min(heads[0].size if heads else tree.size, tree.size if leaf is None else leaf.index)
        if place == end:
            return
        height, root = tree.part(place, end)
        yield {"type": "span", "height": height, "root": root.hex()}
        place += 1 << height


def _files(log: Log, scope: Scope, by: Viewer) -> Iterator[dict[str, Any]]:
    """The originals one by one, for they may be large."""
    found = File.objects.filter(_chosen(scope), tenant_id=log.tenant_id).order_by("sha256", "noun", "subject")
    for file_id in list(found.values_list("pk", flat=True)):
        yield _file(File.objects.select_related("key").get(pk=file_id), by)


def _file(file: File, by: Viewer) -> dict[str, Any]:
    shown = by.office or file.organisation_id == by.organisation or file.noun == "policy"
    content = plain(file) if shown else None
    state = "withheld" if not shown else ("erased" if content is None else "present")
    return {
        "type": "file",
        "sha256": file.sha256,
        "name": file.name if shown else "",
        "media_type": file.media_type,
        "size": file.size,
        "subject": [file.noun, file.subject],
        "state": state,
        "content": base64.b64encode(content or b"").decode(),
    }


def _head(head: Head) -> dict[str, Any]:
    return {
        "type": "head",
        "size": head.size,
        "root": head.root,
        "at": moment(head.at),
        "signature": head.signature,
    }
