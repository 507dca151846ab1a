"""定责: the facts of the event and the items claimed, as rows a handler fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, amount, choice, moment, text, yes_no
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.recover import words
from seawall.entrypoints.web.pages.recover.forms import Row, Rows, grouped, numbers_of
from seawall.entrypoints.web.pages.recover.parts import papers
from seawall.entrypoints.words import claim_choice_words
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.claim import newest_determination, one
from seawall.records.parties.viewer import Viewer

OFFICE = frozenset({"office"})
INTERRUPTION = "business_interruption"
# Facts by the question they answer; whatever else the wording declares stands in the last group.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("event", ("occurred_at", "cause", "security_event", "extortion_demand", "personal_data_affected",
               "legal_duty_to_notify", "public_report", "third_party_claim", "claim_made_at")),
    ("conduct", ("disclosure_breach", "disclosure_material", "known_before_inception", "security_undertaking_kept",
                 "undertaking_breach_contributed", "risk_increase_unnotified", "risk_increase_caused",
                 "late_notice_fault", "late_notice_undeterminable", "insurer_knew", "exclusions_explained")),
)  # fmt: skip
REST = "rest"
# Stated by the incident itself; when it began is often found out later.
OF_THE_INCIDENT = ("discovered_at", "notified_at")
ITEM_FACTS = ("documented", "caused_by_event", "reasonable", "consent", "emergency", "interruption", "overstated")
CAUSES = {"MI-07": "ransomware", "DSI-03": "data_leak"}


class FactsForm(Shown):
    """A fact and the paper it rests on, each; nothing is presumed, so "not known" comes first."""

    def __init__(self, held: Claim, evidence: list[tuple[str, str]], language: str, data: Any = None) -> None:
        super().__init__(data)
        self.language = language
        declared = held.policy.wording.body["facts"]
        self.names = [n for n, f in declared.items() if _asked(n, f)]
        self.fields["paper"] = choice(
            _("The facts rest on"), evidence, help=_("Counts for every fact that names no paper of its own.")
        )
        for name in self.names:
            self.fields[f"facts.{name}"] = _fact_field(declared[name], language)
            self.fields[f"evidence.{name}"] = choice(_("Paper"), evidence)

    def group(self, code: str) -> list[dict[str, Any]]:
        """The rows of a group: each the fact's field and that of its paper."""
        grouped = {name for _code, names in GROUPS for name in names}
        chosen = dict(GROUPS).get(code, [name for name in self.names if name not in grouped])
        return [
            {"fact": self[f"facts.{name}"], "paper": self[f"evidence.{name}"]} for name in chosen if name in self.names
        ]

    def stated(self) -> dict[str, Any]:
        """Facts that were said, each with its paper."""
        found = {}
        for name in self.names:
            value = _truth(self.cleaned_data[f"facts.{name}"])
            if value is not None:
                paper = self.cleaned_data[f"evidence.{name}"] or self.cleaned_data["paper"]
                found[name] = {"value": value, "evidence": [paper] if paper else []}
        return found


def _asked(name: str, fact: Mapping[str, Any]) -> bool:
    return fact["kind"] != "derived" and not name.startswith("item.") and name not in OF_THE_INCIDENT


def _fact_field(fact: Mapping[str, Any], language: str) -> Any:
    label = fact["title"][language]
    if fact["kind"] == "yes_no":
        return yes_no(label)
    if fact["kind"] == "moment":
        return moment(label)
    known = claim_choice_words()
    return choice(label, [("", _("Not known yet")), *((code, known.get(code, code)) for code in fact["choices"])])


def _truth(value: Any) -> Any:
    """What the action takes: yes and no as truth, moments as text, None for nothing."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {"yes": True, "no": False, "": None}.get(value, value)


class ItemRow(Row):
    """One thing claimed under one cover, and what is known of it."""

    def __init__(self, held: Claim, evidence: list[tuple[str, str]], language: str, prefix: str, data: Any = None,
                 initial: Any = None) -> None:  # fmt: skip
        super().__init__(data, prefix=prefix, initial=initial)
        body, known = held.policy.wording.body, words.covers(held)
        bought = [cover["cover"] for cover in held.policy.terms["covers"]]
        covers = [("", _("Choose")), *((code, known[code][language]) for code in bought)]
        kinds = [("", _("Choose")), *((code, kind["title"][language]) for code, kind in body["cost_kinds"].items())]
        paid = claim_choice_words()
        self.fields["id"] = text(_("What is claimed"))
        self.fields["cover"] = choice(_("Cover"), covers)
        self.fields["cost_kind"] = choice(_("Kind of cost"), kinds)
        self.fields["amount"] = amount(_("Claimed"), currency=held.currency)
        self.fields["paid_in"] = choice(_("Paid in"), [(c, paid[c]) for c in ("money", "virtual_currency")])
        self.fields["evidence"] = choice(_("Paper"), evidence)
        for name in ITEM_FACTS:
            self.fields[name] = yes_no(body["facts"][f"item.{name}"]["title"][language])

    @property
    def facts(self) -> list[Any]:
        return [self[name] for name in ITEM_FACTS]

    @property
    def begun(self) -> bool:
        return super().begun or bool(self.cleaned_data.get("cover"))

    def clean(self) -> None:
        """A row that was begun needs its cover: everything else the gates ask for themselves."""
        super().clean()
        if self.begun and not self.cleaned_data.get("cover"):
            self.add_error("cover", _("Choose the cover it is claimed under."))

    def item(self) -> dict[str, Any]:
        """As the action takes it; an interruption is one item for its whole cover."""
        data = self.cleaned_data
        paper = [data["evidence"]] if data["evidence"] else []
        facts = {n: {"value": _truth(data[n]), "evidence": paper} for n in ITEM_FACTS if data[n]}
        if data["cost_kind"]:
            facts["cost_kind"] = {"value": data["cost_kind"], "evidence": paper}
        kinds, covers = (dict(self.fields[name].choices) for name in ("cost_kind", "cover"))  # type: ignore[attr-defined]
        called = data["id"].strip() or str(kinds.get(data["cost_kind"]) or covers.get(data["cover"]))
        name = INTERRUPTION if data["cover"] == INTERRUPTION else called
        found = {"id": name, "cover": data["cover"], "amount": data["amount"], "paid_in": data["paid_in"] or "money"}
        return {**found, "facts": facts}


@require_http_methods(["GET", "HEAD", "POST"])
@page("recover", OFFICE)
def determine(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """Judge the claim through the three gates."""
    viewer.require("claim.determine")
    held, language = one(viewer, claim, at=timezone.now()), language_of(request)
    evidence = [("", _("No paper")), *references(viewer, held)]
    before = newest_determination(held)
    known: Mapping[str, Any] = before.document if before else {"facts": _presumed(held), "items": []}
    data = request.POST or None
    facts = FactsForm(held, evidence, language, data)
    facts.initial = _facts_initial(known["facts"])
    rows = _item_rows(held, evidence, language, data, known["items"])
    form = Rows({"facts": facts, **{row.prefix or "": row for row in rows}})
    if request.method == "POST":

        def work() -> Any:
            used = [row for row in rows if row.begun]
            form.used = [row.prefix or "" for row in used]  # type: ignore[attr-defined]
            items = [row.item() for row in used]
            return settlement.determine(claim=held.pk, facts=facts.stated(), items=items, by=viewer, at=timezone.now())

        made = form.attempt(work, lambda path: _place(path, getattr(form, "used", [])))
        if made is not None:
            outcome = words.badge(made.outcome)["text"]
            messages.success(
                request, _("The claim has been through the three gates: %(outcome)s.") % {"outcome": outcome}
            )
            return redirect(reverse("office:claim", args=[held.pk]))
    titles = {"event": _("The event"), "conduct": _("Disclosure and conduct"), REST: _("Exclusions and other facts")}
    context = {
        "heading": _("Determine cover: %(number)s") % {"number": held.number},
        "claim": held,
        "form": form,
        "groups": [
            (title, facts.group(code), code == REST and not _any_bound(facts, code)) for code, title in titles.items()
        ],
        "rows": rows,
        "next_row": max((int((row.prefix or "0").rpartition(".")[2]) for row in rows), default=-1) + 1,
        "pattern": ItemRow(held, evidence, language, "items.__i__"),
        "again": before is not None,
        "wording": f"{held.policy.wording.header['name'][language]} {held.policy.wording.version}",
    }
    return render(request, "recover/determine.html", context, status=422 if form.failed else 200)


def _any_bound(facts: FactsForm, code: str) -> bool:
    """Whether something of the group was said or went wrong, so that it is shown unfolded."""
    return any(row["fact"].value() or row["fact"].errors for row in facts.group(code))


def _item_rows(held: Claim, evidence: list[tuple[str, str]], language: str, data: Any, items: Any) -> list[ItemRow]:
    """Rows as they were posted, or those of the last determination with an empty one behind them."""
    if data is not None:
        return [ItemRow(held, evidence, language, f"items.{n}", data) for n in numbers_of(data, "items")]
    initials = [_item_initial(held, item, language) for item in items] or [{}]
    return [ItemRow(held, evidence, language, f"items.{n}", initial=initial) for n, initial in enumerate(initials)]


def _place(path: str, used: list[str]) -> tuple[str, str] | None:
    """Where a problem of the claim document stands on the page."""
    item = re.search(r"items\.(\d+)\.(?:facts\.)?([a-z_]+)", path)
    if item and int(item[1]) < len(used):
        field = "evidence" if path.endswith(".evidence") else item[2]
        return used[int(item[1])], field
    fact = re.search(r"facts\.([a-z_]+)(\.evidence)?", path)
    if fact:
        return "facts", f"{'evidence' if fact[2] else 'facts'}.{fact[1]}"
    return None


def references(viewer: Viewer, held: Claim) -> list[tuple[str, str]]:
    """What facts and items can rest on: the papers of the claim, then the incident itself."""
    found = [(f"vault:{file.pk}", file.name) for file in papers(viewer, held)]
    return [*found, (f"incident:{held.incident.number}", held.incident.number)]


def _presumed(held: Claim) -> dict[str, Any]:
    """What the incident says already, resting on it; a handler looks at it before it counts."""
    incident = held.incident
    said = {
        "occurred_at": incident.occurred_at and incident.occurred_at.isoformat(),
        "cause": CAUSES.get(incident.category),
        "extortion_demand": incident.facts.get("ransom_note"),
        "personal_data_affected": incident.facts.get("personal_data"),
    }
    paper = [f"incident:{incident.number}"]
    return {name: {"value": value, "evidence": paper} for name, value in said.items() if value is not None}


def _facts_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, fact in facts.items():
        shown[f"facts.{name}"] = _initial(fact["value"], name)
        shown[f"evidence.{name}"] = next(iter(fact.get("evidence") or ()), "")
    return shown


def _initial(value: Any, name: str) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_at") and value:
        return timezone.localtime(datetime.fromisoformat(str(value))).strftime("%Y-%m-%dT%H:%M")
    return value


def _item_initial(held: Claim, item: Mapping[str, Any], language: str) -> dict[str, Any]:
    facts = {name: _initial(fact["value"], name) for name, fact in item["facts"].items()}
    paper = next((ref for fact in item["facts"].values() for ref in fact.get("evidence") or ()), "")
    return {
        **grouped(item, held.currency, "amount"),
        **facts,
        "id": words.item_name(held, item["id"], language),
        "evidence": paper,
    }
