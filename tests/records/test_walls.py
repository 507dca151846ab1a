"""What the database refuses, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from seawall.records import tenancy, walls
from seawall.records.journal.actions import record
from seawall.records.journal.models import Entry
from seawall.records.parties.models import Organisation, Tenant
from seawall.records.parties.viewer import Viewer

AT = datetime(2026, 3, 1, tzinfo=UTC)


def a_tenant(slug: str) -> tuple[Tenant, Viewer]:
    tenant = Tenant.objects.create(slug=slug, name_zh=slug, name_en=slug)
    return tenant, Viewer(0, "test", tenant.pk, tenant.pk, "insurer", frozenset())


def an_entry(tenant: Tenant) -> Entry:
    return Entry.objects.create(tenant=tenant, recorded_at=AT, verb="x", noun="y", object_id="z")


def an_organisation(tenant: Tenant) -> Organisation:
    return Organisation.objects.create(tenant=tenant, recorded_at=AT, kind="insured", name_zh=f"{tenant.slug} 公司")


@pytest.mark.django_db(transaction=True)
def test_a_change_without_a_journal_entry_cannot_commit() -> None:
    with tenancy.inside(tenancy.EVERY):
        tenant, _ = a_tenant("a")
        with pytest.raises(IntegrityError, match="without a journal entry"):
            an_organisation(tenant)
        assert not Organisation.objects.exists()
        with transaction.atomic():
            an_organisation(tenant), an_entry(tenant)
        assert Organisation.objects.count() == 1
        with pytest.raises(IntegrityError, match="without a journal entry"):
            Organisation.objects.update(name_en="changed behind everybody's back")


@pytest.mark.django_db
def test_a_fact_can_be_neither_changed_nor_deleted() -> None:
    with tenancy.inside(tenancy.EVERY):
        tenant, _ = a_tenant("a")
        entry = an_entry(tenant)
        for change in (
            lambda: Entry.objects.update(verb="w"),
            lambda: Entry.objects.all()._raw_delete("default"),
            lambda: connection.cursor().execute("update journal_entry set verb = 'w'"),
        ):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                change()
        assert Entry.objects.get(pk=entry.pk).verb == "x"


@pytest.mark.django_db
def test_a_connection_sees_one_tenant_and_by_default_none() -> None:
    with tenancy.inside(tenancy.EVERY):
        (one, _), (two, _) = a_tenant("one"), a_tenant("two")
        an_organisation(one), an_organisation(two), an_entry(one)
        assert Organisation.objects.count() == 2
    assert tenancy.current() == tenancy.NONE
    assert Organisation.objects.count() == 0
    with tenancy.inside(one.pk):
        assert [o.name_zh for o in Organisation.objects.all()] == ["one 公司"]
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            an_organisation(two)
    assert Organisation.objects.count() == 0


@pytest.mark.django_db
def test_every_row_table_has_its_walls_and_the_role_cannot_pass_them() -> None:
    assert not walls.bypassed()
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relrowsecurity and relforcerowsecurity")
        walled = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "select tgname, relname from pg_trigger join pg_class c on c.oid = tgrelid where tgname like 'seawall_%'"
        )
        triggers = set(cursor.fetchall())
    for model in walls.rows():
        table = model._meta.db_table
        assert table in walled
        assert (("seawall_append_only", table) in triggers) == model.append_only
        assert (("seawall_journal", table) in triggers) == model.journalled


@pytest.mark.django_db
def test_an_entry_is_numbered_and_stamped_by_the_database() -> None:
    with tenancy.inside(tenancy.EVERY):
        tenant, _ = a_tenant("a")
        company = an_organisation(tenant)
        viewer = Viewer(0, "t", UUID(str(tenant.pk)), company.pk, "insurer", frozenset())
        first, second = (record("x", company, by=viewer, at=AT) for _ in range(2))
        first.refresh_from_db(), second.refresh_from_db()
        assert 0 < first.number < second.number
        assert first.transaction == second.transaction > 0
