"""The core imports where Django is not installed, and computes there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import importlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in 'django ninja pydantic psycopg procrastinate allauth httpx dns yaml'.split():
            raise ModuleNotFoundError(name + ' is not installed here')

sys.meta_path.insert(0, Refuse())
import seawall.core
for module in pkgutil.walk_packages(seawall.core.__path__, 'seawall.core.'):
    importlib.import_module(module.name)
    print(module.name)
"""


def test_the_core_imports_without_django() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": "src"}
    )
    assert done.returncode == 0, done.stderr
    assert "seawall.core.money" in done.stdout.split()
