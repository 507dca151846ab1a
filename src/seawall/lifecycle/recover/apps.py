from __future__ import annotations

from django.apps import AppConfig


class RecoverConfig(AppConfig):
    name = "seawall.lifecycle.recover"
