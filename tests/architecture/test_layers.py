"""The direction of the house, as import-linter reads it from `pyproject.toml`, and as foreign keys draw it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    *("parties", "releases", "feeds", "vault", "journal"),
    *("strategy", "identify", "protect", "detect", "respond", "recover"),
]


def test_imports_follow_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_foreign_keys_point_from_a_later_stage_to_an_earlier_one() -> None:
    backwards = []
    for model in apps.get_models():
        if not model.__module__.startswith("seawall."):
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            source, target = model._meta.app_label, field.related_model._meta.app_label
            if target not in ORDER or ORDER.index(target) > ORDER.index(source):
                backwards.append(f"{source}.{model.__name__}.{field.name} → {target}")
    # Every row belongs to a tenant and the journal names people: those are parties, the first of all.
    assert not backwards, backwards
