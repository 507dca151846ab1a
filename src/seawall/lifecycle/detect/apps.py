from __future__ import annotations

from django.apps import AppConfig


class DetectConfig(AppConfig):
    name = "seawall.lifecycle.detect"
