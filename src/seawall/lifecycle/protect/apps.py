from __future__ import annotations

from django.apps import AppConfig


class ProtectConfig(AppConfig):
    name = "seawall.lifecycle.protect"
