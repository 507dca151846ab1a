"""Visiting pages as somebody, at a fixed hour: helpers of the page tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from seawall.records import tenancy
from seawall.records.parties.models import User
from seawall.records.parties.viewer import Viewer
from tests.factories import House

DESK = {"insurer": "office", "supervisor": "office", "broker": "broker", "insured": "insured", "provider": "provider"}


class Visitor:
    """One signed-in person at the desk where he sits; pages are named by their path below the desk."""

    def __init__(self, home: House, viewer: Viewer, language: str = "en") -> None:
        self.home, self.viewer = home, viewer
        self.desk = DESK[viewer.kind]
        self.client = Client()
        with tenancy.inside(tenancy.EVERY):
            self.client.force_login(User.objects.get(pk=viewer.user))
        self.client.cookies["django_language"] = {"en": "en", "zh": "zh-hans"}[language]

    def get(self, path: str, status: int = 200, **more: Any) -> str:
        """The page's text; fails unless the answer has this status."""
        answer = self.client.get(f"/{self.desk}/{path}", **more)
        return self._read(answer, status)

    def post(self, path: str, data: Mapping[str, Any] | None = None, status: int = 302) -> str:
        """Send a form; the page's text, or where it leads."""
        answer = self.client.post(f"/{self.desk}/{path}", data or {})
        text = self._read(answer, status)
        return str(answer.headers["Location"]) if status == 302 else text

    def raw(self, path: str) -> Any:
        """The answer itself, whatever its status."""
        answer = self.client.get(f"/{self.desk}/{path}")
        tenancy.enter(self.home.system.tenant)
        return answer

    def _read(self, answer: Any, status: int) -> str:
        # A request leaves the connection in no tenant; the test goes on in its own.
        tenancy.enter(self.home.system.tenant)
        text = answer.content.decode("utf-8", "replace") if not answer.streaming else ""
        assert answer.status_code == status, f"{answer.status_code}: {text[:2000]}"
        return text


def visit(home: House, role: str, language: str = "en") -> Visitor:
    """Somebody of the house by role."""
    return Visitor(home, home[role], language)


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """For everything that asks Django for the time."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
