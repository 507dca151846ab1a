"""The six stages of the loop in their order, as pages name them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    label: str | Promise
    icon: str


STAGES: tuple[Stage, ...] = (
    Stage("strategy", pgettext_lazy("stage", "Strategy"), "compass"),
    Stage("identify", pgettext_lazy("stage", "Identify"), "scan-search"),
    Stage("protect", pgettext_lazy("stage", "Protect"), "shield-check"),
    Stage("detect", pgettext_lazy("stage", "Detect"), "radar"),
    Stage("respond", pgettext_lazy("stage", "Respond"), "siren"),
    Stage("recover", pgettext_lazy("stage", "Recover"), "life-buoy"),
)
