"""Starting the parts: the database first, then Django."""

from __future__ import annotations

import os
from pathlib import Path

from seawall.technology import postgres


def data_dir() -> Path:
    """Where keys and the embedded database live."""
    return Path(os.environ.get("SEAWALL_DATA_DIR", "~/.local/share/seawall")).expanduser()


def database() -> postgres.Running | None:
    """Make `DATABASE_URL` point at a running server; None when it already names one of the operator's."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return None
    running = postgres.start(data_dir() / "postgres")
    os.environ["DATABASE_URL"] = running.url
    return running


def django() -> None:
    """Load the settings and the applications; starts the embedded database when none is named."""
    database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seawall.project.settings")
    import django as framework

    framework.setup()
