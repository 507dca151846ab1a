"""Binding under real transactions: two at once, and a failure between the steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from seawall.lifecycle.protect.actions import policy
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Quote
from seawall.lifecycle.protect.queries import ledger as books
from seawall.records import tenancy
from seawall.records.journal.models import Counter, Entry
from seawall.records.parties.roles import BROKER, INSURED, UNDERWRITER
from tests.factories import AT, house, quoted

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tenant: Any, *works: Callable[[], Any]) -> list[Any]:
    """What each work gave or raised, all started together on connections of their own."""
    gate, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        try:
            tenancy.enter(tenant)
            gate.wait()
            outcomes[index] = work()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, work)) for i, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'protect.papers'")
        return int(cursor.fetchone()[0])


def test_two_at_once_make_one_policy() -> None:
    home = house()
    made = quoted(home)
    options = {o.product: o.pk for o in made.options.all()}

    def bind(role: str, product: str) -> Callable[[], Policy]:
        return lambda: policy.bind(quote=made.pk, option=options[product], by=home[role], at=AT)

    works = [bind(BROKER, "sme"), bind(INSURED, "bespoke"), bind(BROKER, "sme"), bind(INSURED, "system")]
    outcomes = at_once(home[BROKER].tenant, *works)
    assert sum(isinstance(o, Policy) for o in outcomes) == 1
    assert sum(isinstance(o, policy.AlreadyBound) for o in outcomes) == 3, outcomes
    assert Policy.objects.count() == 1
    assert LedgerEntry.objects.values("transaction").distinct().count() == 1
    assert books.unbalanced(home[UNDERWRITER]) == {}


def test_two_quotes_for_one_product_at_once_make_one_policy() -> None:
    home = house()
    quotes = [quoted(home), quoted(home)]

    def bind(made: Quote) -> Callable[[], Policy]:
        option = made.options.get(product="bespoke").pk
        return lambda: policy.bind(quote=made.pk, option=option, by=home[BROKER], at=AT)

    outcomes = at_once(home[BROKER].tenant, *(bind(made) for made in quotes))
    assert sorted(type(o).__name__ for o in outcomes) == ["Overlap", "Policy"]
    # The number that the loser took is given back: the series has no gap.
    assert Counter.objects.get(series="P-2026").last == 1


@pytest.mark.parametrize("step", ["next_number", "book", "record", "append", "defer"])
def test_a_failure_between_the_steps_leaves_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = house()
    made = quoted(home)
    option = made.options.get(product="bespoke").pk
    before, queued = Entry.objects.count(), jobs()

    class Struck(Exception):
        pass

    def strike(*_: Any, **__: Any) -> None:
        raise Struck

    with monkeypatch.context() as patched:
        patched.setattr(policy, step, strike)
        with pytest.raises(Struck):
            policy.bind(quote=made.pk, option=option, by=home[BROKER], at=AT)
    assert Entry.objects.count() == before
    assert not Policy.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert jobs() == queued
    assert policy.bind(quote=made.pk, option=option, by=home[BROKER], at=AT).number == "P-2026-000001"
