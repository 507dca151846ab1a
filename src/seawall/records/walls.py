"""What PostgreSQL itself enforces, installed after every migration so that no table can be without it.

* Tenant wall: row-level security on each `Row` table. A connection sees the tenant named in the setting
  `seawall.tenant`, everything when it is `*` (migrations, the worker between jobs), and nothing when it is unset.
* Append-only: a `Fact` refuses UPDATE and DELETE, whoever asks.
* Journal: a transaction that changes a journalled row and writes no journal entry cannot commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from seawall.records.rows import Row

_FUNCTIONS = """
create sequence if not exists journal_number;
create or replace function seawall_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'seawall: % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create or replace function seawall_stamp_entry() returns trigger language plpgsql as $$
begin
  new.number := nextval('journal_number');
  new.transaction := pg_current_xact_id()::text::bigint;
  return new;
end $$;
create or replace function seawall_need_entry() returns trigger language plpgsql as $$
declare
  seen text := coalesce(current_setting('seawall.tenant', true), '');
  journalled boolean;
begin
  perform set_config('seawall.tenant', '*', true);
  journalled := exists (select 1 from journal_entry where transaction = pg_current_xact_id()::text::bigint);
  perform set_config('seawall.tenant', seen, true);
  if not journalled then
    raise exception 'seawall: % changed without a journal entry', tg_table_name using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
"""
_TENANT = """
alter table {table} enable row level security;
alter table {table} force row level security;
drop policy if exists seawall_tenant on {table};
create policy seawall_tenant on {table} using (
  current_setting('seawall.tenant', true) = '*' or {column}::text = current_setting('seawall.tenant', true)
);
"""
_APPEND_ONLY = """
create or replace trigger seawall_append_only before update or delete on {table}
  for each row execute function seawall_refuse_change();
"""
_STAMP = """
create or replace trigger seawall_stamp before insert on {table} for each row execute function seawall_stamp_entry();
"""
_JOURNAL = """
drop trigger if exists seawall_journal on {table};
create constraint trigger seawall_journal after insert or update or delete on {table}
  deferrable initially deferred for each row execute function seawall_need_entry();
"""


def rows() -> Iterator[type[Row]]:
    """Every concrete model that is a `Row`."""
    for model in apps.get_models():
        if issubclass(model, Row):
            yield model


def statements(model: type[Model]) -> str:
    """The SQL that puts the walls around one table; safe to run again."""
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
    parts = []
    if issubclass(model, Row):
        parts.append(_TENANT.format(table=table, column="tenant_id"))
        if model.append_only:
            parts.append(_APPEND_ONLY.format(table=table))
        if model.journalled:
            parts.append(_JOURNAL.format(table=table))
    if model._meta.db_table == "journal_entry":
        parts.append(_STAMP.format(table=table))
    return "".join(parts)


def install(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Build every wall; called after migrations have run."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if "journal_entry" not in existing:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS)
        for model in rows():
            if model._meta.db_table in existing:
                cursor.execute(statements(model))


def bypassed(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the connected role passes by row-level security (a superuser, or BYPASSRLS): unsafe to serve with."""
    with connections[using].cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        return bool(cursor.fetchone()[0])
