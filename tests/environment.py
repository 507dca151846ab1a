"""Loaded before anything else (`-p tests.environment`): the settings of a test run and a real PostgreSQL.

The server is the one in DATABASE_URL, or the embedded one under `var/test`; parallel workers inherit the address.
"""

from __future__ import annotations

import os
from pathlib import Path

from seawall.technology import postgres

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("SEAWALL_MODE", "test")
os.environ.setdefault("SEAWALL_DATA_DIR", str(ROOT / "var" / "test"))
# Where collected files would lie; the server warns of a folder that is not there.
(Path(os.environ["SEAWALL_DATA_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = postgres.start(ROOT / "var" / "test" / "postgres").url
