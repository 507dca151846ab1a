"""Reading the ledger: what each account holds, and whether it still balances. The office's alone."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet, Sum

from seawall.lifecycle.protect.models import LedgerEntry
from seawall.records.parties.viewer import Forbidden, Viewer


def entries(viewer: Viewer, *, policy: UUID | None = None) -> QuerySet[LedgerEntry]:
    """Every entry, or those of one policy, oldest first; raises `Forbidden` outside the office."""
    if not viewer.office:
        raise Forbidden("", verb="ledger.read")
    found = LedgerEntry.objects.filter(tenant_id=viewer.tenant).select_related("policy")
    return found if policy is None else found.filter(policy_id=policy)


def balances(viewer: Viewer, *, policy: UUID | None = None) -> dict[tuple[str, str], int]:
    """(account, currency) → balance in minor units, debits positive."""
    sums = entries(viewer, policy=policy).order_by().values_list("account", "currency").annotate(balance=Sum("amount"))
    return {(account, currency): balance for account, currency, balance in sums}


def unbalanced(viewer: Viewer) -> dict[UUID, int]:
    """Transactions that do not add up to zero, with what they are off by: empty, unless someone went round us."""
    sums = entries(viewer).order_by().values_list("transaction", "currency").annotate(off=Sum("amount"))
    return {number: off for number, _, off in sums if off}
