"""What a draft changes, and what it would do to the book, in words and figures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.core.money import Money
from seawall.core.universe import rework
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.universe import words
from seawall.entrypoints.web.pages.universe.browse import often
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.queries import risks
from seawall.records.parties.viewer import Viewer

MOST = 200
PLACE = re.compile(r"^(?:families|scenarios)\[([a-z0-9_-]+)\](?:\.(.*))?$")
EFFECT = re.compile(
    r"^controls\.([a-z0-9_-]+)\.effects\.([a-z0-9_-]+)(?:\.(frequency|severity)(?:-\d+)?)?(?:\.(\w+))?$"
)
LONGEST = 160


def code_of(path: str) -> str:
    """The risk that a dotted path lies in; "" for another place."""
    found = PLACE.match(path)
    return found[1] if found else ""


def fields() -> dict[str, str]:
    """What the parts of a risk are called."""
    return {
        "frequency.base": _("Events a year"),
        "frequency.rate": _("Events a year"),
        "frequency.share": _("Share of its family's events"),
        "frequency.revenue": _("Frequency, power of revenue"),
        "frequency.records": _("Frequency, power of records"),
        "frequency.source": _("Source of the frequency"),
        "frequency.confidence": _("Confidence in the frequency"),
        "severity.median": _("Median loss"),
        "severity.ratio": _("Mean loss against its family's"),
        "severity.sigma": _("Spread of the loss (sigma)"),
        "severity.revenue": _("Loss, power of revenue"),
        "severity.records": _("Loss, power of records"),
        "severity.source": _("Source of the loss"),
        "severity.confidence": _("Confidence in the loss"),
        "interruption": _("Share of hourly income lost"),
        "shares": _("Split over covers"),
        "shares_source.source": _("Source of the split"),
        "shares_source.confidence": _("Confidence in the split"),
    }


def changes(
    found: Sequence[tuple[str, Any, Any]], held: UniverseDraft, names: risks.Names, language: str
) -> list[dict[str, Any]]:
    """Each change: of which risk, of what, from and to; what lies elsewhere keeps its path."""
    rows = []
    for path, old, new in found:
        effect, match = EFFECT.match(path), PLACE.match(path)
        code = effect[2] if effect else code_of(path)
        entry = rework.entry_of(held.document, code) or rework.entry_of(held.base.body, code)
        inner = (match[2] or "") if match else ""
        rows.append(
            {
                "risk": entry[1]["name"][language] if entry else "",
                "what": _effect(effect, names, language)
                if effect
                else _field(inner, names, language) or (not entry and path),
                "how": _how(old, new),
                "old": _value(inner, old, language),
                "new": _value(inner, new, language),
                "english": inner.endswith(".source"),
            }
        )
    return sorted(rows, key=lambda row: row["risk"] == "")


def _field(inner: str, names: risks.Names, language: str) -> str:
    """What a part of a risk is called."""
    group, _dot, key = inner.partition(".")
    if group == "shares" and key:
        return _("Share of %(cover)s") % {"cover": words.cover_name(names, key, language)}
    return fields().get(inner, inner)


def _effect(found: re.Match[str], names: risks.Names, language: str) -> str:
    """Which control's effect, and on what."""
    name = _("Effect of %(control)s") % {"control": words.control_name(names, found[1], language)}
    return f"{name}: {words.effects()[found[3]]}" if found[3] else name


def _how(old: Any, new: Any) -> dict[str, str]:
    if old is None:
        return {"text": _("Added"), "tone": "ok", "icon": "plus"}
    if new is None:
        return {"text": _("Removed"), "tone": "bad", "icon": "minus"}
    return {"text": _("Changed"), "tone": "note", "icon": "pencil"}


def _value(inner: str, value: Any, language: str) -> str:
    if value is None:
        return "–"
    if inner.endswith("confidence"):
        return words.confidences().get(str(value), (str(value), ""))[0]
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return formats.number(value, locale_now(), None) if abs(value) >= 1 else often(value) if value else "0"
    if isinstance(value, Mapping) and value and set(value) <= {"frequency", "severity"}:
        return _(", ").join(f"{words.effects()[on]} {_value('', inner, language)}" for on, inner in value.items())
    if isinstance(value, Mapping):
        if "absent" in value:
            return " / ".join(f"×{formats.number(value[k], locale_now(), 2)}" for k in ("absent", "partial", "present"))
        name = value.get("name", value)
        if isinstance(name, Mapping) and set(name) == {"zh", "en"}:
            return str(name[language])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def figures(risk: risks.Risk, currency: str) -> dict[str, Any]:
    """Frequency and median of a risk for a line of the draft."""
    if risk.figures is None:
        return {}
    return {"often": often(risk.figures.rate), "median": Money.of(round(risk.figures.median), currency)}


def adoptions(found: Sequence[RiskUniverse], today: date, language: str) -> list[dict[str, Any]]:
    """What was, is and will be in force."""
    rows = []
    for row in found:
        start, end = row.effective.lower, row.effective.upper
        text, tone = (
            (pgettext("strategy", "Coming"), "note")
            if start and start > today
            else (pgettext("strategy", "Over"), "idle")
            if end and end <= today
            else (pgettext("strategy", "In force"), "ok")
        )
        rows.append({"row": row, "name": row.release.header["name"][language], "start": start, "end": end,
                     "text": text, "tone": tone})  # fmt: skip
    return rows


def trial(viewer: Viewer, held: UniverseDraft, language: str) -> dict[str, Any] | None:
    """What the last trial of this revision found: the book's loss before and after, and company by company."""
    found = held.trial
    if found.get("state") != "done" or found.get("revision") != held.revision:
        return None
    rows, currency = found["rows"], found["currency"]
    companies = {str(c.pk): c for c in scope.companies(viewer, at=timezone.now())}
    before, after = (sum(row[key] for row in rows) for key in ("loss_before", "loss_after"))
    return {
        "companies": found["companies"],
        "computed": len(rows),
        "left": found["companies"] - len(rows),
        "before": Money.of(round(before), currency),
        "after": Money.of(round(after), currency),
        "change": after / before - 1 if before else 0.0,
        "rows": [
            {
                "name": name_of(companies[row["company"]], language) if row["company"] in companies else "–",
                "url": address("office", "assessment", row["assessment"]),
                "score_before": row["score_before"],
                "score_after": row["score_after"],
                "before": Money.of(round(row["loss_before"]), currency),
                "after": Money.of(round(row["loss_after"]), currency),
                "change": row["loss_after"] / row["loss_before"] - 1 if row["loss_before"] else 0.0,
            }
            for row in rows[:20]
        ],
    }
