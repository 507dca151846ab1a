"""Making a quote: what is asked for, product by product, at the limits and retentions wished for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.core.coverage.products import Product
from seawall.core.money import parse_amount
from seawall.core.problems import Collector, Problem, Refused
from seawall.core.submission import read
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, text, whole
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries.scope import assessment as visible_assessment
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.queries import quote as queries
from seawall.lifecycle.protect.queries.pricing import Wish
from seawall.lifecycle.strategy.queries.in_force import library_on, offerings
from seawall.records.parties.viewer import NotFound, Viewer

CURRENCY = "CNY"
# The form's rows carry their number, so that a refusal of the second wish stands at the second row.
MOST = quotes.MOST_OPTIONS


class WishesForm(Shown):
    """A row for each wish; `products` on sale by code, `rows` the product of each row."""

    def __init__(
        self,
        products: Mapping[str, Product],
        rows: Sequence[str],
        language: str,
        data: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.products, self.rows, self.language = products, rows, language
        for place, code in enumerate(rows):
            product, field = products[code], f"wishes.{place}"
            self.fields[f"{field}.product"] = forms.CharField(widget=forms.HiddenInput(), initial=code, required=False)
            self.fields[f"{field}.limit"] = text(_("Limit"), required=True)
            self.fields[f"{field}.retention"] = text(_("Retention"), required=True)
            self.fields[f"{field}.waiting_hours"] = text(_("Waiting period"))
            choosable = [c for c in product.covers if product.selectable or not c.included]
            self.fields[f"{field}.covers"] = forms.MultipleChoiceField(
                label=_("Covers") if product.selectable else _("Covers to add"),
                choices=[(c.code, c.name[language]) for c in choosable],
                widget=forms.CheckboxSelectMultiple(),
                required=False,
            )

    def cards(self) -> Iterator[dict[str, Any]]:
        """Each row with its fields and the covers that are in it anyway."""
        for place, code in enumerate(self.rows):
            product, field = self.products[code], f"wishes.{place}"
            yield {
                "place": place,
                "product": code,
                "hidden": self[f"{field}.product"],
                "limit": self[f"{field}.limit"],
                "retention": self[f"{field}.retention"],
                "waiting_hours": self[f"{field}.waiting_hours"],
                "covers": self[f"{field}.covers"] if self.fields[f"{field}.covers"].choices else None,  # type: ignore[attr-defined]
                "included": [c.name[self.language] for c in product.covers if c.included and not product.selectable],
                "waits": any(c.retention_form == "waiting_then_amount" for c in product.covers),
            }

    def wishes(self) -> tuple[Wish, ...]:
        """What was asked for; raises `Invalid` with everything in it that cannot be read."""
        problems, found = Collector(), list[Wish]()
        for place, code in enumerate(self.rows):
            field, product, amounts = f"wishes.{place}", self.products[code], {}
            for name in ("limit", "retention"):
                try:
                    amounts[name] = parse_amount(self.cleaned_data[f"{field}.{name}"], CURRENCY, f"{field}.{name}")
                except Refused as refused:
                    problems.extend(refused.problems)
            hours = whole(self.cleaned_data[f"{field}.waiting_hours"] or "0")
            if not isinstance(hours, int):
                problems.extend([Problem(f"{field}.waiting_hours", "document.out_of_range", {"low": 0, "high": 8760})])
            chosen = tuple(
                c.code
                for c in product.covers
                if c.code in self.cleaned_data[f"{field}.covers"] or (c.included and not product.selectable)
            )
            if product.selectable and not chosen:
                problems.extend([Problem(f"{field}.covers", "product.no_cover", {"product": code})])
            if len(amounts) == 2 and isinstance(hours, int):
                standard = chosen == product.default_covers()
                found.append(Wish(code, amounts["limit"], amounts["retention"], hours, () if standard else chosen))
        problems.raise_if_any()
        return tuple(found)


@desk_page("protect")
def make(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """Ask what is wished for, then price it; a post without wishes prices every product on sale as applied for."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    viewer.require("quote.make")
    found = visible_assessment(viewer, assessment, at=now)
    names = {o.product: o.release.header["name"][language] for o in offerings(viewer, on=timezone.localdate(now))}
    known = library_on(viewer, on=timezone.localdate(now)).products
    products = {code: known[code] for code in names if code in known}
    if request.method == "POST" and "rows" not in request.POST:
        return _standard(request, viewer, assessment)
    if request.method == "POST":
        form, done = _posted(request, viewer, found, products, language)
        if done is not None:
            return redirect(address(here, "quote", done.pk))
    else:
        rows, initial = _initial(request, viewer, found, products)
        form = WishesForm(products, rows, language, initial=initial)
    context = {
        "heading": _("Make a quote"),
        "company": name_of(found.submission.company, language),
        "company_url": address(here, "company", found.submission.company_id),
        "assessment": found,
        "assessment_url": address(here, "assessment", found.pk),
        "form": form,
        "cards": [{**card, "name": names[card["product"]]} for card in form.cards()],
        "names": names if len(form.rows) < MOST else {},
        "unit": CURRENCY,
    }
    return render(request, "protect/make.html", context, status=422 if form.is_bound and form.errors else 200)


def _standard(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    here = request.desk  # type: ignore[attr-defined]
    form = Shown(request.POST)
    made = form.attempt(lambda: quotes.make(assessment=assessment, by=viewer, at=timezone.now()))
    if made is None:
        messages.error(request, " ".join(str(e) for e in form.non_field_errors()))
        return redirect(address(here, "assessment", assessment) or address(here, "protect"))
    return redirect(address(here, "quote", made.pk))


def _posted(
    request: HttpRequest, viewer: Viewer, found: Assessment, products: Mapping[str, Product], language: str
) -> tuple[WishesForm, Any]:
    """The form as typed, a row more or less when that was asked for; the quote when it was made."""
    rows = [code for code in request.POST.getlist("rows") if code in products][:MOST]
    data = request.POST.copy()
    if request.POST.get("add") in products:
        added = str(request.POST["add"])
        source = f"wishes.{max(len(rows) - 1, 0)}"
        for name in ("limit", "retention", "waiting_hours"):
            data[f"wishes.{len(rows)}.{name}"] = data.get(f"{source}.{name}", "")
        standard = [c for c in products[added].default_covers() if products[added].selectable]
        data.setlist(f"wishes.{len(rows)}.covers", standard)
        return WishesForm(products, [*rows, added], language, initial=_kept(data, len(rows) + 1)), None
    drop = request.POST.get("drop", "")
    if drop.isdigit() and len(rows) > 1 and int(drop) < len(rows):
        kept = [place for place in range(len(rows)) if place != int(drop)]
        initial = _kept(data, len(rows))
        moved = {
            f"wishes.{new}.{name}": initial.get(f"wishes.{old}.{name}")
            for new, old in enumerate(kept)
            for name in ("limit", "retention", "waiting_hours", "covers")
        }
        return WishesForm(products, [rows[place] for place in kept], language, initial=moved), None
    form = WishesForm(products, rows, language, data)
    made = form.attempt(lambda: quotes.make(assessment=found.pk, wishes=form.wishes(), by=viewer, at=timezone.now()))
    return form, made


def _kept(data: Any, rows: int) -> dict[str, Any]:
    """What was typed, as the start of a form with other rows."""
    return {
        f"wishes.{place}.{name}": data.getlist(f"wishes.{place}.{name}")
        if name == "covers"
        else data.get(f"wishes.{place}.{name}", "")
        for place in range(rows)
        for name in ("limit", "retention", "waiting_hours", "covers")
    }


def _initial(
    request: HttpRequest, viewer: Viewer, found: Assessment, products: Mapping[str, Product]
) -> tuple[list[str], dict[str, Any]]:
    """The wishes of the quote named in the address, else each product on sale as applied for."""
    wishes: Sequence[Wish] = ()
    like = request.GET.get("like", "")
    if like:
        try:
            before = queries.one(viewer, UUID(like), at=timezone.now())
        except (ValueError, NotFound):
            before = None
        if before is not None and before.assessment_id == found.pk:
            wishes = [Wish.of(w) for w in before.wishes if w["product"] in products]
    if not wishes:
        asked = read(found.inputs["submission"], as_of=found.as_of).request
        order = sorted(
            products, key=lambda code: quotes.ORDER.index(code) if code in quotes.ORDER else len(quotes.ORDER)
        )
        wishes = [Wish(code, asked.limit, asked.retention, asked.waiting_hours) for code in order]
    initial: dict[str, Any] = {}
    for place, wish in enumerate(wishes):
        product = products[wish.product]
        covers = wish.covers or product.default_covers()
        initial |= {
            f"wishes.{place}.limit": f"{wish.limit.amount:,.0f}",
            f"wishes.{place}.retention": f"{wish.retention.amount:,.0f}",
            f"wishes.{place}.waiting_hours": str(wish.waiting_hours),
            f"wishes.{place}.covers": list(covers),
        }
    return [wish.product for wish in wishes], initial
