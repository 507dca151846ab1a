"""`seawall seed-tenants`: what it prints, that it makes nothing twice, that every text carries its mark."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.models import CharField, TextField

from seawall.entrypoints.cli import seawall
from seawall.entrypoints.demo.marks import MARKS
from seawall.records import tenancy, walls
from seawall.records.journal.models import Entry
from tests.seeded import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]
# Kinds that only a request to the API makes.
NOT_SEEDED = {"idempotency_key"}


def test_the_second_time_it_says_what_is_there(told: dict[str, Any]) -> None:
    with tenancy.inside(tenancy.EVERY):
        before = Entry.objects.exclude(verb="token.issue").count()
    again = CliRunner().invoke(seawall, ["seed-tenants"], standalone_mode=False)
    assert (again.exception, again.return_value) == (None, 0)
    found = json.loads(again.stdout)
    assert (found["made"], found["there"]) == ([], list(MARKS))
    assert again.stderr.strip() == f"there already: {', '.join(MARKS)}"
    with tenancy.inside(tenancy.EVERY):
        assert Entry.objects.exclude(verb="token.issue").count() == before
    for now, then in zip(found["tenants"], told["tenants"], strict=True):
        assert {k: v for k, v in now["ids"].items() if k not in ("token", "journal_entry")} == {
            k: v for k, v in then["ids"].items() if k not in ("token", "journal_entry")
        }
        assert all(new["token"] != old["token"] for new, old in zip(now["people"], then["people"], strict=True))


def test_every_role_and_every_kind_of_object_is_there(told: dict[str, Any]) -> None:
    tables = {model._meta.db_table for model in walls.rows()}
    for tenant in told["tenants"]:
        assert sorted(p["email"].split("@")[0] for p in tenant["people"]) == sorted(ROLES)
        assert set(tenant["ids"]) == tables
        assert {table for table, ids in tenant["ids"].items() if not ids} == NOT_SEEDED
        kinds = [party["kind"] for party in tenant["parties"].values()]
        assert (kinds.count("broker"), kinds.count("insured")) == (2, 2)


def test_a_mandate_is_over_and_the_others_run(told: dict[str, Any]) -> None:
    with tenancy.inside(told["tenants"][0]["id"]), connection.cursor() as cursor:
        cursor.execute("select count(*) filter (where upper(period) <= current_date), count(*) from mandate")
        assert cursor.fetchone() == (1, 3)


def test_each_free_text_of_a_row_carries_the_mark(told: dict[str, Any]) -> None:
    """Every text column with words of people in it has the tenant's mark in at least one row, and no other's in any."""
    tenant = told["tenants"][0]
    mark, others = tenant["canaries"]["tenant"], [t["canaries"]["tenant"] for t in told["tenants"][1:]]
    unmarked = []
    with tenancy.inside(tenant["id"]):
        for model in walls.rows():
            for field in model._meta.get_fields():
                if not isinstance(field, CharField | TextField) or field.choices:
                    continue
                values = [str(v) for v in model._default_manager.values_list(field.name, flat=True) if v]
                assert not [v for v in values for other in others if other in v], (model, field.name)
                if isinstance(field, TextField) and values and not any(mark in value for value in values):
                    unmarked.append(f"{model._meta.db_table}.{field.name}")
    # The log holds hashes and codes, never words.
    assert unmarked == ["vault_leaf.data"]
