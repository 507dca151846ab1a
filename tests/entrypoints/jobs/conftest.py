"""The stories' lab and worker serve the jobs alone as well."""

from __future__ import annotations

from tests.stories.conftest import lab, work

__all__ = ["lab", "work"]
