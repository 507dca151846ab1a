"""One submission as a story: facts, answers, consent, scan, assessment, and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import draft, words
from seawall.entrypoints.web.pages.identify.questions import steps
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import submission as actions
from seawall.lifecycle.identify.models import Assessment, Consent, ScanOrder, Submission
from seawall.lifecycle.identify.queries import answers as answer_queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import consent_in_force
from seawall.lifecycle.protect.queries.quote import quotes
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Story:
    """Where the submission stands in each of its chapters."""

    submission: Submission
    open: int
    consent: Consent | None
    newest_consent: Consent | None
    scan: ScanOrder | None
    assessments: tuple[Assessment, ...]
    quotes: tuple[Any, ...]

    @property
    def domains(self) -> list[str]:
        return list(self.submission.document.get("company", {}).get("domains") or [])

    @property
    def under_way(self) -> bool:
        return self.scan is not None and self.scan.status in ("ordered", "running")


def told(viewer: Viewer, found: Submission, open_questions: int, at: datetime) -> Story:
    """The story so far."""
    domains = list(found.document.get("company", {}).get("domains") or [])
    return Story(
        submission=found,
        open=open_questions,
        consent=consent_in_force(found.company_id, domains, on=timezone.localdate(at)) if domains else None,
        newest_consent=scope.consents(viewer, found.company_id, at=at).first(),
        scan=scope.scan_orders(viewer, found.company_id, at=at).filter(purpose="assess").first(),
        assessments=tuple(scope.assessments(viewer, at=at).filter(submission=found)),
        quotes=tuple(quotes(viewer, at=at).filter(submission=found)),
    )


def next_step(viewer: Viewer, story: Story, desk: str, at: datetime) -> dict[str, str]:
    """The one thing to do now: {tone, title, text, url, label}; `act` instead of `url` for what is sent at once."""
    found = story.submission
    number = {"n": story.open}
    if found.status == "declined":
        return {"tone": "bad", "title": _("Declined."), "text": found.reason}
    if found.status == "closed":
        return {"tone": "idle", "title": _("Closed."), "text": found.reason}
    late = str(found.document["request"].get("inception", "")) < timezone.localdate(at).isoformat()
    if late and not story.quotes and viewer.may("submission.edit"):
        return _step("warn", _("The day on which cover was to begin has passed."), _("Choose another day."),
                     address(desk, "submission-edit", found.pk), _("Change the request"))  # fmt: skip
    if found.status == "draft":
        return _draft_step(viewer, story, desk, number)
    if found.status == "submitted":
        return _submitted_step(viewer, story, desk)
    return _assessed_step(viewer, story, desk)


def _step(tone: str, title: str, text: str, url: str = "", label: str = "", act: str = "") -> dict[str, str]:
    return {"tone": tone, "title": title, "text": text, "url": url, "label": label, "act": act}


def _draft_step(viewer: Viewer, story: Story, desk: str, number: Mapping[str, int]) -> dict[str, str]:
    found = story.submission
    if not viewer.may("questionnaire.answer"):
        return _step("idle", _("A draft."), _("It has not been handed in yet."))
    if story.open:
        return _step(
            "note",
            _("Questions are open."),
            _("%(n)s of the questions that arise have no answer yet; “not known” is an answer too.") % number,
            address(desk, "questions", found.pk),
            _("Answer them"),
        )
    text = _("Every question that arises is answered. After handing in, the assessment can be made.")
    return _step("ok", _("Ready to hand in."), text, act="submit")


def _submitted_step(viewer: Viewer, story: Story, desk: str) -> dict[str, str]:
    if story.under_way and story.scan is not None:
        text = _("The assessment can wait for what the scan sees, or be made without it.")
        return _step("note", _("A scan is under way."), text, address(desk, "scan", story.scan.pk), _("See how far"))
    if not viewer.may("assessment.make"):
        return _step("note", _("Handed in."), _("It waits for its assessment."))
    if story.scan is None or story.scan.status != "done":
        text = _("No scan from outside is on file: what only a scan can see stays open, and the range stays wider.")
        return _step("note", _("Ready to be assessed."), text, act="assess")
    return _step(
        "ok", _("Ready to be assessed."), _("Answers, certificates and the newest scan go into it."), act="assess"
    )


def _assessed_step(viewer: Viewer, story: Story, desk: str) -> dict[str, str]:
    if story.quotes:
        newest = story.quotes[0]
        text = _("The newest is %(number)s.") % {"number": newest.number}
        return _step("ok", _("Quoted."), text, address(desk, "quote", newest.pk), _("Open the quote"))
    if story.assessments and viewer.may("quote.make"):
        text = _("Limits, retentions and products can be laid side by side.")
        return _step(
            "ok", _("Ready for a quote."), text, address(desk, "quote-make", story.assessments[0].pk), _("Make a quote")
        )
    if story.assessments:
        text = _("What it found, what to fix first, and what that is worth.")
        return _step(
            "ok", _("Assessed."), text, address(desk, "assessment", story.assessments[0].pk), _("Read the assessment")
        )
    return _step("idle", _("Assessed."), "")


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, submission: UUID) -> HttpResponse:
    """The story."""
    found = scope.submission(viewer, submission, at=timezone.now())
    return _shown(request, viewer, found)


def _shown(request: HttpRequest, viewer: Viewer, found: Submission, problems: list[str] | None = None,
           status: int = 200) -> HttpResponse:  # fmt: skip
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    form = answer_queries.questionnaire(viewer, found.pk, at=at)
    names = library_on(viewer, on=timezone.localdate(at)).questionnaire.sections
    story = told(viewer, found, form.progress.asked - form.progress.answered, at)
    text, tone = words.submission_status(found.status)
    context = {
        "heading": _("Submission %(number)s") % {"number": found.number},
        "submission": found,
        "company_name": name_of(found.company, language),
        "status": {"text": text, "tone": tone},
        "story": story,
        "next": next_step(viewer, story, desk, at),
        "progress": form.progress,
        "steps": steps(form, names, "", desk, found, language),
        "company_facts": company_facts(found, language),
        "request_facts": request_facts(viewer, found, language, at),
        "scan_state": words.scan_status(story.scan.status) if story.scan else None,
        "editable": found.status in ("draft", "submitted", "assessed"),
        "problems": problems or [],
    }
    return render(request, "identify/submission.html", context, status=status)


def money_of(stored: Any) -> Money | None:
    return Money.of(str(stored["amount"]), str(stored["currency"])) if stored else None


def company_facts(found: Submission, language: str) -> list[dict[str, Any]]:
    """What is said of the company, as lines."""
    company = found.document["company"]
    industry = str(company["industry"])
    vendors = words.vendor_categories()
    standards = words.certificate_standards()
    return [
        {"label": _("Credit code"), "text": company.get("credit_code", "–")},
        {"label": _("Industry"), "text": draft.industry_name(industry, language), "sub": f"GB/T 4754 · {industry}"},
        {"label": _("Revenue"), "money": money_of(company["revenue"])},
        {"label": _("Employees"), "number": company["employees"]},
        {"label": _("Personal records held"), "number": company["records_held"]},
        {"label": _("MLPS level"), "text": _("Level %(n)s") % {"n": company["mlps_level"]}
         if company.get("mlps_level") else _("None")},
        {"label": _("Critical information infrastructure"),
         "text": _("Yes") if company.get("critical_infrastructure") else _("No")},
        {"label": _("Domains"), "lines": company.get("domains") or []},
        {"label": _("Suppliers"),
         "lines": [f"{v['name']} · {vendors[v['category']]}" for v in company.get("vendors") or []]},
        {"label": _("Certificates"),
         "lines": [f"{standards[c['standard']]} · {c['valid_until']}" for c in company.get("certificates") or []]},
    ]  # fmt: skip


def request_facts(viewer: Viewer, found: Submission, language: str, at: datetime) -> list[dict[str, Any]]:
    asked = found.document["request"]
    product = library_on(viewer, on=timezone.localdate(at)).products.get(str(asked.get("product") or ""))
    return [
        {"label": _("Product"), "text": product.name[language] if product else _("Not decided yet")},
        {"label": _("Limit in the year"), "money": money_of(asked["limit"])},
        {"label": _("Retention each event"), "money": money_of(asked["retention"])},
        {"label": _("Waiting period"), "text": _("%(n)s hours") % {"n": asked["waiting_hours"]}},
        {"label": _("Cover begins on"), "day": date.fromisoformat(asked["inception"])},
        {"label": _("Loss it can bear in a year"), "money": money_of(asked.get("tolerance"))},
    ]


@require_POST
@desk_page("identify")
def act(request: HttpRequest, viewer: Viewer, submission: UUID, verb: str) -> HttpResponse:
    """Hand in, assess, decline or close; what was refused is said on the page itself."""
    at, desk = timezone.now(), request.desk  # type: ignore[attr-defined]
    found = scope.submission(viewer, submission, at=at)
    reason = request.POST.get("reason", "")
    try:
        if verb == "submit":
            actions.submit(submission=found.pk, by=viewer, at=at)
            messages.success(request, _("The submission is handed in."))
        elif verb == "assess":
            made = assessments.make(submission=found.pk, by=viewer, at=at)
            return redirect(address(desk, "assessment", made.pk))
        elif verb == "decline":
            actions.decline(submission=found.pk, reason=reason, by=viewer, at=at)
            messages.info(request, _("The submission is declined; the applicant can read the reason."))
        elif verb == "close":
            actions.close(submission=found.pk, reason=reason, by=viewer, at=at)
            messages.info(request, _("The submission is closed."))
        else:
            raise Http404
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        found.refresh_from_db()
        # Open questions are named once, on top; each stands in the questionnaire anyway.
        first = [sentence(p) for p in refused.problems if not p.field.startswith("answers.")]
        return _shown(request, viewer, found, first or [sentence(refused.problems[0])], status=422)
    return redirect(address(desk, "submission", found.pk))
