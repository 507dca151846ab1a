"""Filters and tags of Seawall's templates: how values read, icons, and components that wrap a body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from seawall.core.money import Money
from seawall.entrypoints.web import formats, traces
from seawall.entrypoints.web.stages import STAGES

register = template.Library()
DASH = "–"


def _locale() -> Locale:
    return formats.locale_of(get_language() or "zh-hans")


# Values ---------------------------------------------------------------------------------------------------------


@register.filter
def money(value: Money | None, places: int | None = None) -> str:
    """In full with its currency."""
    return DASH if value is None else formats.money(value, _locale(), places)


@register.filter
def money_short(value: Money | None) -> str:
    """Rounded for headlines; show the full amount beside or on hover."""
    return DASH if value is None else formats.money_short(value, _locale())


@register.filter
def amount(value: Money | None, places: int | None = None) -> str:
    """Without the currency, for a column whose head names it."""
    return DASH if value is None else formats.amount(value, _locale(), places)


@register.filter
def amount_short(value: Money | None) -> str:
    return DASH if value is None else formats.amount_short(value, _locale())


@register.filter
def unit(value: Money | str) -> str:
    """The currency as a unit: 元, 美元, CNY."""
    return formats.unit_of(value if isinstance(value, str) else value.currency, _locale())


@register.filter
def number(value: formats.Number | None, places: int | None = None) -> str:
    return DASH if value is None else formats.number(value, _locale(), places)


@register.filter
def percent(value: formats.Number | None, places: int = 1) -> str:
    """A share of one as per cent."""
    return DASH if value is None else formats.percent(value, _locale(), places)


@register.filter
def factor(value: Decimal | int | None) -> str:
    return DASH if value is None else formats.factor(value, _locale())


@register.filter
def filesize(value: int | None) -> str:
    return DASH if value is None else formats.size(value, _locale())


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in the viewer's zone."""
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value, _locale()))


@register.filter
def short_day(value: date | datetime | None) -> str:
    """A date for columns: in figures in Chinese."""
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.short_day(value, _locale()))


@register.filter
def moment(value: datetime | None) -> str:
    """A time in the viewer's zone; the offset on hover."""
    if value is None:
        return DASH
    zone = timezone.get_current_timezone()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.zone_of(value, zone),
        formats.moment(value, _locale(), zone),
    )


@register.filter
def ago(value: datetime | None) -> str:
    """How fresh something is; the absolute time on hover."""
    if value is None:
        return DASH
    shown = formats.moment(value, _locale(), timezone.get_current_timezone())
    words = formats.ago(value, _locale(), timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), shown, words)


@register.filter
def local(value: Mapping[str, str] | str | None) -> str:
    """The reader's side of a {zh, en} text of the reference data."""
    if value is None or isinstance(value, str):
        return value or ""
    wanted = _locale().language
    return value.get(wanted) or value.get("en") or next(iter(value.values()), "")


@register.filter
def initials(name: str) -> str:
    """One Chinese character or two Latin letters for a person's mark."""
    words = str(name).split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def signed(value: Money) -> str:
    """A change in an amount, with plus or minus."""
    return ("+" if value.minor > 0 else "") + formats.amount(value, _locale())


@register.filter
def plainly(value: formats.Number) -> str:
    """A number for an attribute, whatever the language."""
    return f"{value}"


# Tables ---------------------------------------------------------------------------------------------------------


@register.filter
def pairs(columns: Sequence[Any], cells: Sequence[Any]) -> list[tuple[Any, Any]]:
    return list(zip(columns, cells, strict=True))


@register.filter
def cell_value(cell: Any) -> Any:
    return cell["value"] if isinstance(cell, Mapping) else cell


@register.filter
def as_kind(value: Any, kind: str | None) -> str:
    """A cell's value as its column says: num, money, short, percent, day, moment, ago; else as it is."""
    if value is None:
        return DASH
    if isinstance(value, Money):
        return amount_short(value) if kind == "short" else amount(value)
    readers: dict[str, Callable[[Any], str]] = {
        "num": number,
        "percent": percent,
        "day": short_day,
        "moment": moment,
        "ago": ago,
    }
    reader = readers.get(kind or "")
    return reader(value) if reader and not isinstance(value, str) else str(value)


# Icons ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon from the sprite (assets/icons.txt); silent for screen readers unless it has a label."""
    href = static("seawall/icons.svg") + "#" + name
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def stage_icon(stage: str, name: str = "") -> SafeString:
    """The icon of a stage, or the one named."""
    return icon(name or next((s.icon for s in STAGES if s.code == stage), "circle"))


TONES = {"ok": "circle-check", "warn": "triangle-alert", "bad": "octagon-alert", "note": "info", "idle": "circle"}


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    """The shape that always goes with a status colour."""
    return icon(TONES.get(tone, "circle"))


@register.filter
def docked(nav: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """The three ways that narrow screens keep in reach."""
    items = list(nav or [])
    chosen = [item for item in items if item.get("dock")]
    chosen = chosen or [item for item in items if item.get("stage") in ("protect", "respond", "recover")]
    return (chosen or items)[:3]


# Forms ----------------------------------------------------------------------------------------------------------

_CONTROLS = {
    "select": "select", "selectmultiple": "select", "textarea": "textarea", "checkbox": "checkbox checkbox-sm",
    "radioselect": "", "checkboxselectmultiple": "", "clearablefile": "file-input", "file": "file-input",
    "hidden": "",
}  # fmt: skip


@register.filter
def widget(field: BoundField) -> SafeString:
    """The field's control in our dress; Django adds aria-invalid and aria-describedby itself."""
    css = _CONTROLS.get(field.widget_type, "input")
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {own}".strip()} if css else None)


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether the control is a group that needs fieldset and legend."""
    return field.widget_type in ("radioselect", "checkboxselectmultiple")


# Components with a body -----------------------------------------------------------------------------------------


@register.simple_block_tag
def panel(content: str, title: str = "", note: str = "", flush: bool = False, end: str = "", id: str = "") -> str:
    """A titled surface: {% panel title=_("Covers") note="" flush=True %}…{% endpanel %}; flush for tables."""
    context = {"title": title, "note": note, "flush": flush, "end": end, "id": id, "content": content}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag
def callout(content: str, tone: str = "note", title: str = "", url: str = "", label: str = "") -> str:
    """A message in the page with at most one thing to do."""
    context = {"tone": tone, "title": title, "url": url, "label": label, "content": content}
    return render_to_string("components/callout.html", context)


@register.simple_block_tag
def why(content: str, label: str = "", open: bool = False) -> str:
    """How a number came about, opened in place."""
    context = {"label": label or gettext("Why this number"), "open": open, "content": content}
    return render_to_string("components/why.html", context)


@register.simple_block_tag(takes_context=True)
def confirm(context: template.Context, content: str, **options: Any) -> str:
    """A button and the dialog that says what will happen: id, title, action (URL), label (of both buttons), tone."""
    values = {"tone": "primary", "csrf_token": context.get("csrf_token"), **options, "content": content}
    return render_to_string("components/confirm.html", values)


# Computed components --------------------------------------------------------------------------------------------


@register.inclusion_tag("components/loop.html")
def loop(current: str, notes: Mapping[str, str] | None = None, urls: Mapping[str, str] | None = None,
         alert: str = "") -> dict[str, Any]:  # fmt: skip
    """Where a company stands in the six stages: those before `current` are done, `alert` marks one that burns."""
    codes = [stage.code for stage in STAGES]
    here = codes.index(current)
    steps = []
    for place, stage in enumerate(STAGES):
        state = "done" if place < here else "current" if place == here else "ahead"
        steps.append(
            {
                "place": place + 1,
                "label": stage.label,
                "state": "alert" if stage.code == alert else state,
                "is_current": place == here,
                "note": (notes or {}).get(stage.code, ""),
                "url": (urls or {}).get(stage.code, ""),
            }
        )
    return {"steps": steps}


@register.inclusion_tag("components/trace.html")
def trace(
    steps: Sequence[Any], total: Money, covers: Mapping[str, Any] | None = None, caption: str = ""
) -> dict[str, Any]:
    """A price as a waterfall table: steps of a Rating, as objects or as stored; `covers` names cover codes."""
    return {"rows": traces.rows(steps, total.currency), "total": total, "covers": covers or {}, "caption": caption}


@register.filter
def named(names: Mapping[str, Any], code: str | None) -> str:
    """A code in the reader's words, or the code itself."""
    return local(names.get(code or "")) or str(code or "")


@register.inclusion_tag("components/gauge.html")
def gauge(score: float, low: float, high: float, peer: float | None = None, label: str = "") -> dict[str, Any]:
    """A score of 0 to 100 with its interval and, if known, the middle of its peers."""
    values: dict[str, Any] = {"score": round(score), "low": round(low), "high": round(high), "peer": peer}
    if peer is None:
        said = gettext("Score %(score)s of 100; with what is known it lies between %(low)s and %(high)s.")
    else:
        values["peer"] = round(peer)
        said = gettext(
            "Score %(score)s of 100; with what is known it lies between %(low)s and %(high)s."
            " The middle of comparable companies is %(peer)s."
        )
    return {**values, "label": label, "said": said % values, "width": values["high"] - values["low"]}


@register.inclusion_tag("components/chart.html")
def chart(spec: Mapping[str, Any], id: str, size: str = "", open: bool = False) -> dict[str, Any]:
    """A picture made by `charts.py`, with its words, its table and its download."""
    return {"spec": spec, "id": id, "size": size, "open": open}


@register.filter
def counted(value: int, noun: str) -> str:
    """`3|counted:"row"` in the reader's language; nouns: row, company, policy, claim."""
    forms = {
        "row": ngettext("%(n)s row", "%(n)s rows", value),
        "company": ngettext("%(n)s company", "%(n)s companies", value),
        "policy": ngettext("%(n)s policy", "%(n)s policies", value),
        "claim": ngettext("%(n)s claim", "%(n)s claims", value),
    }
    return forms[noun] % {"n": formats.number(value, _locale())}
