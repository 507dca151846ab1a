"""What a check saw, in the reader's words: the names and values in the detail of a finding."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def evidence_detail(found: Mapping[str, str | int]) -> list[str]:
    """Each as "name: value"; what has no words of its own (a host, a number) is shown as it is."""
    names, values = {**_of_names(), **_of_services()}, {**_of_states(), **_of_signs()}
    return [f"{names.get(key, key)}: {values.get(str(value), value)}" for key, value in found.items()]


def _of_names() -> dict[str, str]:
    return {
        "not_after": _("Last day"),
        "days_left": _("Days left"),
        "versions": _("Versions"),
        "newest": _("Newest version"),
        "signed_with": _("Signed with"),
        "sent": _("Certificates sent"),
        "days": _("Days of life"),
        "longest": _("Days allowed"),
        "revocation": _("Revocation source"),
        "policy": _("Policy"),
        "pct": _("Share of mail, %"),
        "all": _("Rule for all others"),
        "lookups": _("Look-ups"),
        "keys": _("Keys"),
        "selectors": _("Selectors"),
        "hosts": _("Hosts"),
        "names": _("Names in the certificate"),
        "lookalikes": _("Look-alike names"),
        "aliases": _("Aliases"),
        "servers": _("Name servers"),
        "network": _("Network"),
        "networks": _("Networks"),
        "bits": _("Bits"),
        "count": _("Number"),
        "state": _("State"),
        "why": _("Reason"),
        "kind": _("Kind"),
        "worst": _("The gravest"),
        "title": _("Named"),
        "open_days": _("Open for days"),
        "tool": pgettext("tool", "Tool"),
        "records": _("Records"),
    }


def _of_services() -> dict[str, str]:
    return {
        "port": _("Port"),
        "ports": _("Ports"),
        "services": _("Services"),
        "banner": _("It calls itself"),
        "software": _("Software"),
        "ended": _("Support ended"),
        "cpe": "CPE",
        "cookies": "Cookie",
        "paths": _("Paths"),
        "header": _("Header"),
        "value": _("Value"),
        "max_age": _("Seconds kept"),
        "subdomains": _("With subdomains (1 yes, 0 no)"),
        "preload": _("Preload asked for (1 yes, 0 no)"),
        "missing": pgettext("header", "Missing"),
        "first": _("First of them"),
        "steps": _("Steps"),
        "to": _("Leads to"),
        "host": _("Host"),
        "scripts": _("Scripts"),
        "words": _("Words found"),
        "status": _("Answer"),
    }


def _of_states() -> dict[str, str]:
    return {
        "not_yet_valid": _("not valid yet"),
        "expired": pgettext("certificate", "expired"),
        "none": pgettext("policy", "none"),
        "missing": pgettext("evidence", "missing"),
        "absent": pgettext("evidence", "missing"),
        "incomplete": _("incomplete"),
        "malformed": _("malformed"),
        "no_key": _("no key in the zone"),
        "ds_mismatch": _("key and DS record differ"),
        "signature": _("signature wrong or missing"),
        "browser default": _("left to the browser"),
        "active": _("active (scripts, frames, forms)"),
        "passive": _("passive (images and such)"),
        "anonymous": _("anonymous (no authentication)"),
        "NULL": _("NULL (no encryption)"),
        "self_signed": _("self-signed"),
        "unknown_root": _("a root nobody trusts"),
        "unknown_issuer": _("an issuer nobody knows"),
    }


def _of_signs() -> dict[str, str]:
    return {
        "back to http": _("it leads back to http"),
        "long chain": _("too many redirects"),
        "not to https at once": _("it does not lead to https at once"),
        "to another host before https": _("it leads to another host before its own https"),
        "no script-src": _("it does not limit scripts"),
        "DMARC not enforced": _("DMARC is not enforced"),
        "too_many_lookups": _("more than ten look-ups"),
        "too_many_void_lookups": _("more than two look-ups without an answer"),
        "two_records": _("two records"),
        "syntax": _("bad syntax"),
        "loop": _("a loop"),
        "include_without_record": _("an include without a record"),
        "hidden links": _("links that no visitor sees"),
        "written by script": _("hidden links written by a script"),
        "other page for visitors from search engines": _("another page for visitors from search engines"),
        "title and keywords": _("title and keywords"),
        "invisible frame": _("invisible frame"),
        "coin miner": _("coin miner"),
        "script that hides what it does": _("script that hides what it does"),
    }
