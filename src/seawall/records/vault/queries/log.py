"""Reading the log: the chain of custody of a subject, the heads, and whether the database still holds what it did."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from seawall.core.evidence_log.hashing import EMPTY, leaf_hash, root_of
from seawall.core.evidence_log.tree import Tree
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.models import File, Head, Leaf, Log
from seawall.records.vault.subject import Subject


def log_of(viewer: Viewer) -> Log | None:
    """The log of the viewer's tenant, None before its first leaf."""
    return Log.objects.filter(tenant_id=viewer.tenant).first()


def leaves_of(viewer: Viewer, subject: Subject) -> QuerySet[Leaf]:
    """What the log holds about `subject`, in order: the office sees all, others what their organisation did."""
    found = Leaf.objects.filter(tenant_id=viewer.tenant, noun=subject.noun, subject=subject.id).order_by("index")
    if viewer.office:
        return found
    return found.filter(data__contains=f'"by":[{viewer.user},"{viewer.organisation}"]')


def files_of(viewer: Viewer, subject: Subject) -> QuerySet[File]:
    """The originals of `subject` without their content, oldest first.

    The office sees all, brokers none, others those of their own organisation.
    """
    found = File.objects.filter(tenant_id=viewer.tenant, noun=subject.noun, subject=subject.id)
    found = found.select_related("key", "organisation").defer("content").order_by("recorded_at", "pk")
    if viewer.office:
        return found
    return found.none() if viewer.kind == "broker" else found.filter(organisation_id=viewer.organisation)


def heads(viewer: Viewer) -> QuerySet[Head]:
    """Signed heads of the tenant's log, newest first; anybody of the tenant may see them, that is what they are for."""
    return Head.objects.filter(tenant_id=viewer.tenant).order_by("-size", "-at")


@dataclass(frozen=True, slots=True)
class Check:
    """`damaged` are places whose leaf is missing or was altered; `heads` are sizes whose signed root does not fit."""

    size: int
    damaged: tuple[int, ...]
    heads: tuple[int, ...]

    @property
    def sound(self) -> bool:
        return not self.damaged and not self.heads


def check(viewer: Viewer) -> Check:
    """Work the whole log out again from its data and hold it against its hashes, its peaks and every signed root."""
    viewer.require("journal.read")
    log = log_of(viewer)
    if log is None:
        return Check(0, (), ())
    hashes, damaged = list[bytes](), list[int]()
    for leaf in log.leaves.filter(index__lt=log.size).order_by("index").iterator(chunk_size=5000):
        missing = range(len(hashes), leaf.index)
        damaged += missing
        hashes += [EMPTY] * len(missing)
        hashes.append(leaf_hash(leaf.data.encode()))
        if hashes[-1].hex() != leaf.leaf_hash:
            damaged.append(leaf.index)
    damaged += range(len(hashes), log.size)
    tree = Tree(hashes)
    signed = [*Head.objects.filter(log=log).order_by("size").values_list("size", "root")]
    signed.append((log.size, root_of([bytes.fromhex(peak) for peak in log.peaks]).hex()))
    wrong = {size for size, root in signed if size > tree.size or tree.root(size).hex() != root}
    return Check(log.size, tuple(damaged), tuple(sorted(wrong)))
