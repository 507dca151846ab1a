from __future__ import annotations

from django.apps import AppConfig


class IdentifyConfig(AppConfig):
    name = "seawall.lifecycle.identify"
