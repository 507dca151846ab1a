"""Addresses of pages at a desk; a page that does not exist there has none."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(desk: str, name: str, *args: Any, **query: str) -> str:
    """The path of page `name` at `desk`, with `query` behind it; "" where the desk has no such page."""
    try:
        path = reverse(f"{desk}:{name}", args=args)
    except NoReverseMatch:
        return ""
    return f"{path}?{urlencode(query)}" if query else path
