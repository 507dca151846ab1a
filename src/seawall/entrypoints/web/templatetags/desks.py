"""Links between pages of one desk, safe where a desk lacks the page."""

from __future__ import annotations

from typing import Any

from django import template

from seawall.entrypoints.web.addresses import address

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any, **query: Any) -> str:
    """{% to "policy" policy.pk as url %}: the page at this desk, or "" when there is none (then show no link)."""
    return address(str(context.get("desk", "")), name, *args, **{key: str(value) for key, value in query.items()})
