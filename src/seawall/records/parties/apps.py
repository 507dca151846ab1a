from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PartiesConfig(AppConfig):
    name = "seawall.records.parties"

    def ready(self) -> None:
        from seawall.records import walls

        # Walls are built when a migration run ends, so a table without them cannot exist.
        post_migrate.connect(walls.install, dispatch_uid="seawall.walls")
