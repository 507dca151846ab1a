"""Covers and services against products, as the white paper draws them in figure 3-2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seawall.core.coverage.products import COVERS, SERVICES, Product

ORDER = ("sme", "system", "bespoke")


def matrix(products: Mapping[str, Product], language: str) -> dict[str, Any]:
    """Columns are products, rows covers and then services; a cell is "included", "optional" or "" (not offered)."""
    codes = [p for p in ORDER if p in products] + sorted(p for p in products if p not in ORDER)
    sold = [products[code] for code in codes]
    return {
        "columns": [
            {"code": p.id, "name": p.name[language], "summary": p.summary[language], "selectable": p.selectable,
             "version": p.version}
            for p in sold
        ],
        "covers": _rows([p.covers for p in sold], COVERS, language),
        "services": _rows([p.services for p in sold], SERVICES, language),
    }  # fmt: skip


def _rows(columns: Sequence[Sequence[Any]], codes: Sequence[str], language: str) -> list[dict[str, Any]]:
    """Rows in the order of `codes`; those that no product holds are left out."""
    rows = []
    for code in codes:
        held = [next((item for item in column if item.code == code), None) for column in columns]
        first = next((item for item in held if item is not None), None)
        if first is None:
            continue
        about = getattr(first, "description", None)
        rows.append(
            {
                "code": code,
                "name": first.name[language],
                "about": about[language] if about else "",
                "cells": [item.availability if item is not None else "" for item in held],
            }
        )
    return rows
