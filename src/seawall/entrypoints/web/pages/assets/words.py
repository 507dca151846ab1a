"""Codes of assets, disputes and imports in people's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.core.problems import Problem
from seawall.entrypoints.sentences import sentence

Tone = tuple[str, str]


def kinds() -> dict[str, str]:
    return {
        "domain": pgettext("asset", "Domain"),
        "host": pgettext("asset", "Host"),
        "address": pgettext("asset", "Address"),
        "service": pgettext("asset", "Service"),
        "certificate": pgettext("asset", "Certificate"),
        "application": pgettext("asset", "Application"),
        "device": pgettext("asset", "Device"),
    }


def status(code: str) -> Tone:
    return {
        "claimed": (pgettext("asset", "Named by the company"), "ok"),
        "attributed": (pgettext("asset", "Attributed"), "note"),
        "disputed": (pgettext("asset", "Disputed"), "warn"),
        "removed": (pgettext("asset", "Not its own"), "idle"),
    }[code]


def dispute_status(code: str) -> Tone:
    return {
        "open": (pgettext("dispute", "Waits for the insurer"), "warn"),
        "upheld": (pgettext("dispute", "Upheld"), "ok"),
        "rejected": (pgettext("dispute", "Rejected"), "bad"),
        "withdrawn": (pgettext("dispute", "Taken back"), "idle"),
    }[code]


def grounds() -> dict[str, str]:
    return {
        "not_ours": pgettext("ground", "Not ours"),
        "fixed": pgettext("ground", "Fixed"),
        "false_positive": pgettext("ground", "False positive"),
        "compensated": pgettext("ground", "Accepted, with a compensating control"),
    }


def sources() -> dict[str, str]:
    """Where a sign of ownership comes from."""
    return {
        "declaration": pgettext("sign", "Declaration"),
        "control": pgettext("sign", "Proof of control"),
        "name": pgettext("sign", "Name"),
        "scan": pgettext("sign", "Scan"),
        "dns": pgettext("sign", "DNS record"),
        "address": pgettext("sign", "Address"),
        "certificate": pgettext("sign", "Certificate"),
        "redirect": pgettext("sign", "Redirect"),
        "import": pgettext("sign", "Own tools"),
    }


def file_kinds() -> dict[str, str]:
    return {
        "nmap": "nmap XML",
        "nessus": "Nessus (.nessus)",
        "openvas": "OpenVAS / Greenbone XML",
        "nuclei": "nuclei JSONL",
        "cyclonedx": pgettext("import", "CycloneDX bill of materials"),
        "register": pgettext("import", "Asset register (CSV)"),
    }


def details() -> dict[str, str]:
    """What is known of an asset."""
    return {
        "addresses": _("Addresses"),
        "names": _("Names"),
        "vendors": _("Suppliers"),
        "system": _("Operating system"),
        "host": pgettext("asset", "Host"),
        "address": pgettext("asset", "Address"),
        "port": _("Port"),
        "service": pgettext("asset", "Service"),
        "product": _("Product"),
        "version": pgettext("software", "Version"),
        "owner": _("Person in charge"),
        "importance": _("Importance"),
        "vendor": _("Supplier"),
    }


def told(detail: Mapping[str, Any]) -> list[dict[str, str]]:
    """The details for components/facts.html."""
    names = details()
    return [{"label": names[key], "value": str(value)} for key, value in detail.items() if key in names and value]


def problems(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What could not be taken from a file, as sentences with their lines."""
    return [{"line": row["line"], "text": sentence(Problem("", row["code"], row["params"]))} for row in rows]
