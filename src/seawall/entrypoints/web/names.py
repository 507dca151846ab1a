"""Organisations in the reader's language."""

from __future__ import annotations

from seawall.records.parties.models import Organisation


def name_of(organisation: Organisation, language: str) -> str:
    """The English name for an English reader where there is one, else the Chinese."""
    return organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh
