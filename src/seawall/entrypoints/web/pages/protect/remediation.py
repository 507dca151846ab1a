"""The fixes of one company: what each is worth, what it rests on, who promised it, whether it was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall import reference
from seawall.core.money import Money, total
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text, upload
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import words
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.entrypoints.words import state_words
from seawall.lifecycle.identify.queries.scope import company as visible_company
from seawall.lifecycle.protect.actions import remediation as actions
from seawall.lifecycle.protect.models import Remediation
from seawall.lifecycle.protect.queries.remediation import one, remediations
from seawall.records.parties.viewer import Viewer

# More marks than this cover each other.
MOST_DRAWN = 9


class PromiseForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["due"] = day(_("Done by"), required=True)


class FinishForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["note"] = text(_("How it can be seen"), rows=2)
        self.fields["file"] = upload(
            _("Evidence"), help=_("A screenshot, a report, a configuration; kept unchanged in the vault.")
        )


class NoteForm(Shown):
    def __init__(self, label: str, data: Any = None, *, required: bool = False) -> None:
        super().__init__(data)
        self.fields["note"] = text(label, rows=2, required=required)


@require_safe
@desk_page("protect")
def fixes(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """Most points first, with what all of them together would come to."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = visible_company(viewer, company, at=now)
    rows = list(remediations(viewer, at=now, company=company).select_related("assessment__submission"))
    wanted = request.GET.get("state", "")
    states = words.statuses("fix")
    shown = [row for row in rows if wanted not in states or row.status == wanted]
    context = {
        "heading": _("What to fix, and what it is worth"),
        "company": name_of(found, language),
        "company_url": address(here, "company", company),
        "tabs": [
            {"label": _("All"), "url": "?", "active": wanted not in states, "count": len(rows)},
            *(
                {
                    "label": label,
                    "url": f"?state={code}",
                    "active": wanted == code,
                    "count": sum(row.status == code for row in rows),
                }
                for code, label in states.items()
            ),
        ],
        "fixes": [_line(row, rank, language, here) for rank, row in enumerate(shown, 1)],
        "stats": _stats(rows),
        "chart": _chart(rows, language),
        "assessment": rows[0].assessment if rows else None,
        "assessment_url": address(here, "assessment", rows[0].assessment_id) if rows else "",
    }
    return render(request, "protect/fixes.html", context)


def _line(row: Remediation, rank: int, language: str, here: str) -> dict[str, Any]:
    url = address(here, "fix", row.pk)
    late = row.status == "promised" and row.due is not None and row.due < timezone.localdate()
    state = words.badge("fix", row.status)
    if late:
        state = {"text": _("late since %(day)s") % {"day": row.due}, "tone": "bad"}
    label = {"open": _("Promise"), "promised": _("Done?"), "done": _("Verify"), "verified": _("Look")}[row.status]
    evidence = _evidence(row, language)
    return {
        "rank": rank,
        "title": row.title[language],
        "asset": _seen_on(evidence),
        "evidence": evidence[0]["source"] if evidence else _("no evidence yet"),
        "url": url,
        "points": row.points,
        "loss_avoided": Money(row.value, row.currency),
        "premium_saved": None if row.premium is None else -Money(row.premium, row.currency),
        "state": state,
        "action": {"label": label, "url": url},
    }


def _stats(rows: list[Remediation]) -> dict[str, Any] | None:
    """What is left to gain, and how far it is."""
    left = [row for row in rows if row.status != "verified"]
    if not rows:
        return None
    currency = rows[0].currency
    return {
        "points": max((row.points for row in left), default=Decimal(0)),
        "loss": max((Money(row.value, currency) for row in left), default=Money.zero(currency)),
        "moving": sum(row.status in ("promised", "done") for row in rows),
        "late": sum(
            row.status == "promised" and row.due is not None and row.due < timezone.localdate() for row in rows
        ),
        "verified": sum(row.status == "verified" for row in rows),
        "all": len(rows),
        "gained": sum((row.points for row in rows if row.status == "verified"), Decimal(0)),
        "avoided": total([Money(row.value, currency) for row in rows if row.status == "verified"], currency),
    }


def _chart(rows: list[Remediation], language: str) -> charts.Spec | None:
    """Points against what each fix costs a year, where the assessment knows the cost."""
    points = []
    for row in rows:
        cost = _told(row).get("cost")
        if row.status != "verified" and cost is not None:
            saved = Money(max(-(row.premium or 0), 0), row.currency)
            points.append(charts.Fix(row.title[language], row.points, Money(cost["minor"], cost["currency"]), saved))
    points.sort(key=lambda fix: -fix.points)
    return charts.fixes(points[:MOST_DRAWN]) if len(points) > 1 else None


def _told(row: Remediation) -> Mapping[str, Any]:
    """What the assessment says of this fix."""
    return next((f for f in row.assessment.result["fixes"] if f["control"] == row.control), {})


def _belief(row: Remediation) -> Mapping[str, Any]:
    return next((b for b in row.assessment.result["beliefs"] if b["control"] == row.control), {})


def _evidence(row: Remediation, language: str) -> list[dict[str, Any]]:
    """What the belief in the control rests on, the weightiest first."""
    titles, states = reference.load("checks").body["checks"], state_words()
    found = []
    for piece in sorted(_belief(row).get("evidence", ()), key=lambda p: -p["weight"]):
        check, _at, asset = piece["ref"].partition("@")
        known = titles.get(check)
        source = {
            "answer": _("Answer %(question)s") % {"question": piece["ref"].removeprefix("answer:")},
            "observation": known["title"][language] if known else check,
            "certificate": _("Certificate"),
            "log": _("Log"),
        }.get(piece["source"], piece["source"])
        found.append(
            {
                "source": source,
                "asset": asset,
                "says": states.get(piece["says"], piece["says"]),
                "tone": {"absent": "bad", "partial": "warn", "present": "ok"}.get(piece["says"], "idle"),
                "on": piece["observed_on"],
                "reliability": Decimal(str(piece["reliability"])),
                "observed": piece["source"] == "observation",
            }
        )
    return found


def _seen_on(evidence: list[dict[str, Any]]) -> str:
    """The assets on which a fault was seen."""
    assets = list(dict.fromkeys(e["asset"] for e in evidence if e["asset"] and e["tone"] != "ok"))
    return _(", ").join(assets[:2]) + (f" +{len(assets) - 2}" if len(assets) > 2 else "")


@require_safe
@desk_page("protect")
def page(request: HttpRequest, viewer: Viewer, remediation: UUID) -> HttpResponse:
    """One fix: asset, evidence, what to do, and whether it was seen to be done."""
    return show(request, viewer, remediation)


def show(
    request: HttpRequest, viewer: Viewer, remediation: UUID, refused: dict[str, Any] | None = None
) -> HttpResponse:
    """The fix, with a refused form in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    row = one(viewer, remediation, at=now)
    texts, told, belief = row.assessment.result["texts"], _told(row), _belief(row)
    cost = told.get("cost")
    shows_file = row.evidence is not None and (viewer.office or row.evidence.organisation_id == viewer.organisation)
    context = {
        "heading": row.title[language],
        "fix": row,
        "badge": words.badge("fix", row.status),
        "company": name_of(row.company, language),
        "company_url": address(here, "company", row.company_id),
        "fixes_url": address(here, "fixes", row.company_id),
        "assessment_url": address(here, "assessment", row.assessment_id),
        "control": texts["controls"].get(row.control, {}).get(language, row.control),
        "value": Money(row.value, row.currency),
        "premium": None if row.premium is None else Money(row.premium, row.currency),
        "cost": Money(cost["minor"], cost["currency"]) if cost else None,
        "belief": {k: Decimal(str(belief[k])) for k in ("absent", "partial", "present")} if belief else None,
        "evidence": _evidence(row, language),
        "scenarios": [texts["scenarios"][s][language] for s in told.get("scenarios", ()) if s in texts["scenarios"]],
        "events": _course(row),
        "file_url": address(here, "fix-file", row.pk) if shows_file else "",
        "late": row.status == "promised" and row.due is not None and row.due < timezone.localdate(),
        "promise_form": PromiseForm(),
        "finish_form": FinishForm(),
        "verify_form": NoteForm(_("How it was seen")),
        "reopen_form": NoteForm(_("Why it is open again"), required=True),
        **(refused or {}),
    }
    return render(request, "protect/fix.html", context, status=422 if refused else 200)


def _course(row: Remediation) -> list[dict[str, Any]]:
    """How far the fix is, oldest first."""

    def event(at: datetime, title: str, tone: str, **more: Any) -> dict[str, Any]:
        return {"at": at, "title": title, "tone": tone, "who": "", "text": "", "icon": "", "pins": [], **more}

    found = [event(row.recorded_at, _("Advised by an assessment"), "note")]
    if row.done_at:
        found.append(event(row.done_at, _("Said to be done"), "warn", text=row.note if not row.verified_at else ""))
    if row.verified_at:
        who = row.verified_by.name if row.verified_by else "Seawall"
        found.append(event(row.verified_at, _("Verified"), "ok", who=who, text=row.note))
    return found


@require_safe
@desk_page("protect")
def file(request: HttpRequest, viewer: Viewer, remediation: UUID) -> HttpResponse:
    """The evidence handed in for a fix; that it was fetched goes into the vault's log."""
    found, content = actions.read_proof(remediation=remediation, by=viewer, at=timezone.now())
    answer = HttpResponse(content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    return answer


@require_POST
@desk_page("protect")
def act(request: HttpRequest, viewer: Viewer, remediation: UUID, verb: str) -> HttpResponse:
    """Promise, finish, verify or reopen a fix."""
    row = one(viewer, remediation, at=timezone.now())
    made: dict[str, Callable[[], Shown]] = {
        "promise": lambda: PromiseForm(request.POST),
        "finish": lambda: FinishForm(request.POST, request.FILES),
        "verify": lambda: NoteForm(_("How it was seen"), request.POST),
        "reopen": lambda: NoteForm(_("Why it is open again"), request.POST, required=True),
    }
    if verb not in made:
        raise Http404
    form = made[verb]()

    def work() -> Remediation:
        now, data = timezone.now(), form.cleaned_data
        if verb == "promise":
            return actions.promise(remediation=row.pk, due=data["due"], by=viewer, at=now)
        if verb == "finish":
            file = data["file"]
            proof = actions.Proof(file.name, file.read()) if file else None
            return actions.finish(remediation=row.pk, proof=proof, note=data["note"], by=viewer, at=now)
        if verb == "verify":
            return actions.verify(remediation=row.pk, note=data["note"], by=viewer, at=now)
        return actions.reopen(remediation=row.pk, note=data["note"], by=viewer, at=now)

    if form.attempt(work) is None:
        return show(request, viewer, remediation, {f"{verb}_form": form, "refused": form, "open_form": verb})
    said = {
        "promise": _("Promised."),
        "finish": _("Noted; the insurer verifies it, or the next look from outside does."),
        "verify": _("Verified."),
        "reopen": _("Open again."),
    }
    messages.success(request, said[verb])
    return redirect(reverse(f"{request.desk}:fix", args=[remediation]))  # type: ignore[attr-defined]
