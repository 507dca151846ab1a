"""The books are proved, and whatever is planted behind the database's back is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from seawall.lifecycle.recover.queries.reconciliation import reconcile
from seawall.records.parties.roles import BROKER, CLAIMS
from seawall.records.parties.viewer import Forbidden
from tests.factories import bound, claimed, house
from tests.lifecycle.recover.test_claim import approved, paid, yuan

pytestmark = pytest.mark.django_db

FAULTS = {
    "claim.paid": ("claim", "update claim set paid = paid - 1, approved = approved"),
    "claim.approved": ("approval", "update approval set amount = 1"),
    "ledger.unbalanced": ("ledger_entry", "update ledger_entry set amount = amount + 1 where account = 'tax_payable'"),
    "ledger.premium": ("policy", "update policy set premium = premium + 1"),
    "ledger.payment": ("ledger_entry", "update ledger_entry set amount = amount - 7 where account = 'bank'"),
    "ledger.no_payment": (
        "ledger_entry",
        "update ledger_entry set transaction = gen_random_uuid() where noun = 'payment'",
    ),
    "payment.split": ("paid_cover", "update paid_cover set indemnity = indemnity - 1"),
    "policy.aggregate": ("policy", "update policy set aggregate_limit = 1"),
}


@contextmanager
def behind_the_databases_back(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")
        yield
        cursor.execute(f"alter table {table} enable trigger user")


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_planted_fault_is_named(code: str) -> None:
    home = house()
    claim = claimed(home, bound(home))
    approved(home, claim, yuan(1000))
    paid(home, claim, yuan(600))
    assert reconcile(home[CLAIMS]) == []
    table, fault = FAULTS[code]
    with behind_the_databases_back(table), connection.cursor() as cursor:
        cursor.execute(fault)
    assert code in {difference.code for difference in reconcile(home[CLAIMS])}


def test_the_books_are_the_offices_alone() -> None:
    home = house()
    with pytest.raises(Forbidden):
        reconcile(home[BROKER])
