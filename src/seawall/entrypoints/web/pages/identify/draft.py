"""The form of a submission's facts: fields, repeatable rows, and the document that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from seawall import reference
from seawall.core.money import Money, parse_amount
from seawall.core.problems import Refused
from seawall.core.submission.codes import COUNTRIES
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.forms import Shown
from seawall.entrypoints.web.pages.identify import words

MOST_ROWS = 60
CURRENCY = "CNY"
# Blank rows that are offered where nothing was filled in.
SPARE = 1
AMOUNTS = ("company.revenue", "request.limit", "request.retention", "request.tolerance")
ROWS: Mapping[str, tuple[str, ...]] = {
    "company.domains": ("",),
    "company.vendors": ("name", "category"),
    "company.certificates": ("standard", "valid_until"),
}
_SPLIT = str.maketrans(dict.fromkeys(",;，；、\n\r\t", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeatable part; `cells` are its fields, `errors` what is wrong with the row as a whole."""

    key: str
    index: int
    cells: tuple[BoundField, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A repeatable part of the form: its rows, the pattern of a new one, and what is wrong with all of it."""

    key: str
    title: str
    help: str
    add: str
    rows: tuple[Row, ...]
    pattern: Row
    errors: Sequence[str]


class Draft(Shown):
    """Facts of a company and what it asks for. Names of fields are the paths of the submission document."""

    use_required_attribute = False

    def __init__(
        self,
        *,
        language: str,
        products: Sequence[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        rows: Mapping[str, int] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix=None)
        self.language, self.products = language, products
        self.counts = {key: (rows or {}).get(key, 0) for key in ROWS}
        self.fields.update(self._company())
        self.fields.update(self._request())
        for key, count in self.counts.items():
            for index in [*range(count + SPARE), "__i__"]:
                self.fields.update(self._row(key, index))

    def _clean_fields(self) -> None:
        """Nothing is judged here; what was typed goes to the action as it is."""

    def _company(self) -> dict[str, forms.Field]:
        text, number = _text, _number
        return {
            "company.name_zh": text(_("Name in Chinese"), _("As on the business licence"), wide=True),
            "company.name_en": text(_("Name in English"), required=False, wide=True),
            "company.country": _select(_("Registered in"), countries(locale_now())),
            "company.credit_code": text(
                _("Unified social credit code"), _("18 signs; required of companies registered in mainland China")
            ),
            "company.industry": _select(
                _("Industry (GB/T 4754)"), industries(self.language, self._now("company.industry"))
            ),
            "company.revenue": _amount(_("Revenue of the last year"), _("120万 or 1.2亿 is understood")),
            "company.employees": number(_("Employees")),
            "company.records_held": number(
                _("Personal records held"), _("People whose personal information is kept, customers and staff")
            ),
            "company.mlps_level": _select(_("MLPS level on file"), mlps_levels(), required=False),
            "company.critical_infrastructure": forms.BooleanField(
                label=_("Operates critical information infrastructure"), required=False,
                widget=forms.CheckboxInput(attrs={"value": "yes"}),
            ),
        }  # fmt: skip

    def _request(self) -> dict[str, forms.Field]:
        undecided = [("", _("Not decided yet"))]
        return {
            "request.product": _select(_("Product"), [*undecided, *self.products], required=False),
            "request.limit": _amount(_("Limit in the year"), _("For all covers together")),
            "request.retention": _amount(_("Retention each event")),
            "request.waiting_hours": _number(
                _("Waiting period, hours"), _("Before an interruption counts; 12 is usual")
            ),
            "request.inception": _day(_("Cover begins on"), _("Today or up to 180 days ahead")),
            "request.tolerance": _amount(
                _("Loss the company can bear in a year"), _("Its risk tolerance; drawn on the curve of losses"), False
            ),
        }

    def _row(self, key: str, index: int | str) -> dict[str, forms.Field]:
        at = f"{key}.{index}"
        if key == "company.domains":
            return {at: _text(_("Domain"), required=False, attrs={"placeholder": "example.com", "spellcheck": "false"})}
        if key == "company.vendors":
            categories = [("", _("Choose")), *words.vendor_categories().items()]
            return {
                f"{at}.name": _text(_("Supplier"), required=False),
                f"{at}.category": _select(_("What it supplies"), categories, required=False),
            }
        standards = [("", _("Choose")), *words.certificate_standards().items()]
        return {
            f"{at}.standard": _select(_("Certificate"), standards, required=False),
            f"{at}.valid_until": _day(_("Valid through"), required=False),
        }

    def _now(self, name: str) -> str:
        source: Mapping[str, Any] = self.data if self.is_bound else self.initial
        return str(source.get(name) or "")

    # For the template -------------------------------------------------------------------------------------------

    @property
    def company_fields(self) -> Iterator[tuple[BoundField, str]]:
        return self._shown("company.name_zh", "company.critical_infrastructure")

    @property
    def request_fields(self) -> Iterator[tuple[BoundField, str]]:
        return self._shown("request.product", "request.tolerance")

    def _shown(self, first: str, last: str) -> Iterator[tuple[BoundField, str]]:
        names = list(self.fields)
        for name in names[names.index(first) : names.index(last) + 1]:
            yield self[name], self.read_as(name) if name in AMOUNTS else ""

    def read_as(self, name: str) -> str:
        """How an amount is understood, once something stands there."""
        try:
            money = parse_amount(self._now(name), CURRENCY)
        except Refused:
            return ""
        return formats.money(money, locale_now())

    @property
    def parts(self) -> list[Part]:
        told = {
            "company.domains": (
                _("Domains"), _("Names the company has registered; a list can be pasted."), _("Add a domain")
            ),
            "company.vendors": (
                _("Suppliers relied on"), _("Those whose outage or breach would hurt."), _("Add a supplier")
            ),
            "company.certificates": (_("Certificates"), _("In force today."), _("Add a certificate")),
        }  # fmt: skip
        return [self._part(key, *told[key]) for key in ROWS]

    def _part(self, key: str, title: str, help: str, add: str) -> Part:
        rows = tuple(self._bound(key, index) for index in range(self.counts[key] + SPARE))
        return Part(key, title, help, add, rows, self._bound(key, "__i__"), self._whole.get(key, []))

    def _bound(self, key: str, index: int | str) -> Row:
        names = [f"{key}.{index}.{cell}" if cell else f"{key}.{index}" for cell in ROWS[key]]
        return Row(key, index if isinstance(index, int) else -1, tuple(self[name] for name in names))

    @property
    def _whole(self) -> Mapping[str, list[str]]:
        return getattr(self, "_of_parts", {})

    def refuse(self, sentences: Mapping[str, list[str]]) -> None:
        """Each sentence at its field; what concerns a whole part or row, at the part's first cell or head."""
        self._of_parts: dict[str, list[str]] = {}
        placed: dict[str, list[str]] = {}
        for field, lines in sentences.items():
            home = field if field in self.fields else self._home(field)
            if home in ROWS:
                self._of_parts.setdefault(home, []).extend(lines)
            else:
                placed.setdefault(home, []).extend(lines)
        super().refuse(placed)

    def _home(self, field: str) -> str:
        for key, cells in ROWS.items():
            if field == key:
                return key
            if field.startswith(f"{key}.") and f"{field}.{cells[0]}" in self.fields:
                return f"{field}.{cells[0]}"
        return field


def _text(
    label: str, help: str = "", *, required: bool = True, wide: bool = False, attrs: Mapping[str, str] | None = None
) -> forms.Field:
    widget = forms.TextInput(attrs={"maxlength": "200", "autocomplete": "off", **(attrs or {})})
    field = forms.CharField(label=label, help_text=help, required=required, widget=widget)
    field.wide = wide  # type: ignore[attr-defined]
    return field


def _number(label: str, help: str = "") -> forms.Field:
    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "maxlength": "40", "autocomplete": "off", "class": "figure-input"}
    )
    return forms.CharField(label=label, help_text=help, widget=widget)


def _amount(label: str, help: str = "", required: bool = True) -> forms.Field:
    attrs = {"maxlength": "60", "autocomplete": "off", "class": "figure-input", "data-amount": CURRENCY}
    field = forms.CharField(label=label, help_text=help, required=required, widget=forms.TextInput(attrs=attrs))
    field.unit = formats.unit_of(CURRENCY, locale_now())  # type: ignore[attr-defined]
    return field


def _day(label: str, help: str = "", *, required: bool = True) -> forms.Field:
    return forms.CharField(
        label=label,
        help_text=help,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _select(label: str, choices: Sequence[tuple[Any, Any]], *, required: bool = True) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, required=required)


def countries(locale: Locale) -> list[tuple[str, str]]:
    """Every country in the reader's language, those next door first."""
    near = ("CN", "HK", "MO", "TW", "SG")
    named = {code: str(locale.territories.get(code, code)) for code in COUNTRIES}
    rest = sorted((code for code in named if code not in near), key=lambda code: named[code])
    return [(code, named[code]) for code in (*near, *rest)]


def industries(language: str, held: str = "") -> list[tuple[str, Any]]:
    """Sections with their divisions as groups; a finer code that is on file stays to be chosen."""
    found: list[tuple[str, Any]] = [("", _("Choose"))]
    known = {""}
    for code, section in reference.load("industries").body["sections"].items():
        whole = (code, f"{code} {section['name'][language]}")
        inner = [(division, f"{division} {name[language]}") for division, name in section["divisions"].items()]
        found.append((f"{code} {section['name'][language]}", [whole, *inner]))
        known |= {code, *section["divisions"]}
    return found if held in known else [*found, (held, held)]


def industry_name(code: str, language: str) -> str:
    """The narrowest name that the reference knows for a code."""
    section = reference.load("industries").body["sections"].get(code[:1])
    if section is None:
        return code
    name = section["divisions"].get(code[:3], section["name"])
    return str(name[language])


def mlps_levels() -> list[tuple[str, str]]:
    return [("", _("None")), *((str(n), _("Level %(n)s") % {"n": n}) for n in range(1, 5))]


# Between the form and the document -------------------------------------------------------------------------------


def rows_sent(post: QueryDict) -> tuple[dict[str, str], dict[str, int]]:
    """What was sent with blank rows taken out, and how many rows are left of each part.

    Several domains pasted into one row become as many rows.
    """
    data = {key: str(post.get(key, "")) for key in post if not key.startswith(tuple(ROWS))}
    counts = {}
    for key, cells in ROWS.items():
        kept: list[tuple[str, ...]] = []
        for index in range(MOST_ROWS * 4):
            names = [f"{key}.{index}.{cell}" if cell else f"{key}.{index}" for cell in cells]
            values = tuple(str(post.get(name, "")).strip() for name in names)
            if key == "company.domains":
                kept += [(word,) for word in values[0].translate(_SPLIT).split()]
            elif any(values):
                kept.append(values)
        for index, values in enumerate(kept):
            for cell, value in zip(cells, values, strict=True):
                data[f"{key}.{index}.{cell}" if cell else f"{key}.{index}"] = value
        counts[key] = len(kept)
    return data, counts


def document(data: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, Any]:
    """The submission document of what was typed; what was left blank is left out."""

    def part(name: str, *, skip: Sequence[str] = ()) -> dict[str, Any]:
        found = {}
        for field, value in data.items():
            head, _dot, key = field.partition(".")
            if head == name and "." not in key and key not in skip and value.strip():
                found[key] = value.strip()
        return found

    company = part("company", skip=("critical_infrastructure",))
    company["critical_infrastructure"] = bool(data.get("company.critical_infrastructure"))
    for key, cells in ROWS.items():
        name = key.partition(".")[2]
        rows: list[Any] = []
        for index in range(counts[key]):
            if cells == ("",):
                rows.append(data[f"{key}.{index}"])
            else:
                values = {cell: data[f"{key}.{index}.{cell}"] for cell in cells}
                rows.append({cell: value for cell, value in values.items() if value})
        company[name] = rows
    return {"currency": CURRENCY, "company": company, "request": part("request")}


def typed_from(stored: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    """A stored document as it would be typed, and how many rows each part has."""
    data: dict[str, str] = {}
    counts = dict.fromkeys(ROWS, 0)
    for head in ("company", "request"):
        for key, value in (stored.get(head) or {}).items():
            name = f"{head}.{key}"
            if name in ROWS:
                counts[name] = len(value)
                for index, row in enumerate(value):
                    cells = {"": row} if isinstance(row, str) else row
                    data |= {
                        f"{name}.{index}.{cell}" if cell else f"{name}.{index}": str(v) for cell, v in cells.items()
                    }
            elif isinstance(value, Mapping):
                data[name] = _amount_typed(value)
            elif isinstance(value, bool):
                data[name] = "yes" if value else ""
            elif value is not None:
                data[name] = str(value)
    return data, counts


def _amount_typed(stored: Mapping[str, Any]) -> str:
    money = Money.of(str(stored["amount"]), str(stored["currency"]))
    whole = money.amount == money.amount.to_integral_value()
    return formats.number(money.amount, Locale("en"), 0 if whole else None)


def first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def defaults(day: date) -> dict[str, str]:
    """What most ask for, so that an indication is two minutes away."""
    return {
        "company.country": "CN",
        "request.product": "system",
        "request.limit": "5,000,000",
        "request.retention": "50,000",
        "request.waiting_hours": "12",
        "request.inception": first_of_next_month(day).isoformat(),
    }
