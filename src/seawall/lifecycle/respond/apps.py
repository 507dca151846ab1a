from __future__ import annotations

from django.apps import AppConfig


class RespondConfig(AppConfig):
    name = "seawall.lifecycle.respond"
