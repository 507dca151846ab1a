"""The journal: who decided what, when and why, and what that changed."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.records import told
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.records.journal.models import Entry
from seawall.records.journal.queries import entries
from seawall.records.parties.models import Tenant, User
from seawall.records.parties.viewer import NotFound, Viewer

OFFICE = frozenset({"office"})
PER_PAGE = 50
# What the platform writes down along the way; a decision has its own entry beside it.
ALONG_THE_WAY = (
    "vault.append", "vault.key", "vault.store", "vault.sign", "scan.start", "scan.progress", "scan.report",
    "watch.look", "observation.record", "consent.check",
)  # fmt: skip
MOST_EXPORTED = 10_000


class Filter(Shown):
    """Who, what, which kind of object, from when until when; nothing is required."""

    def __init__(self, viewer: Viewer, data: Any) -> None:
        super().__init__(data)
        found = entries(viewer).order_by()
        people = User.objects.filter(pk__in=found.values("user")).order_by("name")
        anybody = ("", _("Anybody"))
        self.fields["show"] = choice(_("Show"), [("", _("Decisions")), ("all", _("Everything"))])
        self.fields["who"] = choice(_("Who"), [anybody, *((str(u.pk), u.name) for u in people), ("0", "Seawall")])
        verbs = sorted(found.values_list("verb", flat=True).distinct())
        self.fields["verb"] = choice(
            pgettext("journal", "What"), [("", _("Anything")), *((v, told.verb(v)) for v in verbs)]
        )
        nouns = sorted(found.values_list("noun", flat=True).distinct())
        self.fields["noun"] = choice(_("On what"), [("", _("Anything")), *((n, told.noun(n)) for n in nouns)])
        self.fields["start"] = day(_("From"))
        self.fields["end"] = day(_("Until"))
        self.fields["id"] = text(_("Object"))


@require_safe
@page("", OFFICE)
def journal(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The entries that fit the filter, newest first."""
    viewer.require("journal.read")
    language = language_of(request)
    form = Filter(viewer, request.GET)
    found = _filtered(entries(viewer), form)
    currency = Tenant.objects.get(pk=viewer.tenant).currency
    if request.GET.get("export") == "csv":
        return _csv(found[:MOST_EXPORTED], currency, language)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = told.subjects(shown.object_list, language)
    context = {
        "heading": _("Journal"),
        "tabs": tabs(viewer, "journal"),
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "object": names.get((request.GET.get("noun", ""), request.GET.get("id", ""))),
        "rows": [_row(entry, names, currency, language) for entry in shown],
        "page": shown,
        "export": request.GET.urlencode(),
    }
    return render(request, "records/journal.html", context, status=422 if form.errors else 200)


def _filtered(found: QuerySet[Entry], form: Filter) -> QuerySet[Entry]:
    if not form.is_valid():
        return found.none()
    data = form.cleaned_data
    if data["id"].strip():
        # Of an object that this house has never touched there is no page.
        found = found.filter(object_id=data["id"].strip())
        if not found.exists():
            raise NotFound("entry")
    if not (data["show"] or data["verb"] or data["id"].strip()):
        found = found.exclude(verb__in=ALONG_THE_WAY)
    if data["who"]:
        found = found.filter(user=None) if data["who"] == "0" else found.filter(user_id=data["who"])
    if data["verb"]:
        found = found.filter(verb=data["verb"])
    if data["noun"]:
        found = found.filter(noun=data["noun"])
    if data["start"]:
        found = found.filter(recorded_at__gte=timezone.make_aware(datetime.combine(data["start"], time.min)))
    if data["end"]:
        after = data["end"] + timedelta(days=1)
        found = found.filter(recorded_at__lt=timezone.make_aware(datetime.combine(after, time.min)))
    return found


def _row(entry: Entry, names: dict[tuple[str, str], told.Named], currency: str, language: str) -> dict[str, Any]:
    named = names.get((entry.noun, entry.object_id))
    return {
        "entry": entry,
        "who": entry.user.name if entry.user else "Seawall",
        "of": told.organisation(entry.organisation, language),
        "verb": told.verb(entry.verb),
        "noun": told.noun(entry.noun),
        "label": named.label if named else entry.object_id[:8],
        "url": named.url if named else "",
        "changes": told.changes(entry, currency, language),
    }


def _csv(found: Iterable[Entry], currency: str, language: str) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [_("No."), _("When"), _("Who"), pgettext("journal", "What"), _("On what"), "ID", _("Old → new"), _("Reason")]
    )
    for entry in found:
        line = "; ".join(f"{c.label}: {c.old} → {c.new}" if c.old else f"{c.label}: {c.new}"
                         for c in told.changes(entry, currency, language))  # fmt: skip
        when = timezone.localtime(entry.recorded_at).isoformat(timespec="seconds")
        who = entry.user.name if entry.user else "Seawall"
        cells = [
            entry.number,
            when,
            who,
            told.verb(entry.verb),
            told.noun(entry.noun),
            entry.object_id,
            line,
            entry.reason,
        ]
        writer.writerow([_harmless(cell) for cell in cells])
    # The mark at the start makes spreadsheets read the Chinese as UTF-8.
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="seawall-journal.csv"'
    return answer


def _harmless(cell: Any) -> Any:
    """No text that a spreadsheet would take for a formula."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝") else cell
