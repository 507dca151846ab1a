"""What people do with the pages, step by step, in whichever language they read; one `Desk` for each person."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from procrastinate.contrib.django import app

from seawall.entrypoints.jobs import tasks
from seawall.lifecycle.protect.actions.policy import local_day
from seawall.lifecycle.recover.models import Payment
from seawall.records.parties.models import Organisation, User
from seawall.records.parties.roles import UNDERWRITER
from seawall.technology.lab import Lab
from tests.browser.conftest import Opens, sign_in
from tests.factories import House, house
from tests.stories.telling import document, person
from tests.stories.underwriting import Case

# The jobs by their names.
assert tasks
PASSWORD = "haidi-2026-story"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(slots=True)
class Desk:
    """One person at the browser."""

    page: Page
    site: str
    email: str

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)

    def follow(self, *path: str) -> None:
        """Click the first link in the page's content whose address ends like one of `path`."""
        wanted = ", ".join(f"main a[href$='{end}'], main a[href*='{end}?']" for end in path)
        self.page.locator(wanted).first.click()

    def fill(self, values: Mapping[str, str]) -> None:
        """Fields by name: text, day, choice."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
            if kind.startswith("SELECT"):
                field.select_option(value)
            elif kind.endswith((":radio", ":checkbox")):
                self.page.locator(f"main label:has([name='{name}'][value='{value}'])").click()
            else:
                field.fill(value)

    def send(self, end: str = "") -> None:
        """Press the button of the form whose address ends like `end`, and wait for the page that answers."""
        form = self.page.locator(f"main form[action$='{end}']" if end else "main form").first
        main = form.locator("button.btn-primary[type=submit], button.btn-danger[type=submit]")
        with self.page.expect_navigation():
            (main if main.count() else form.locator("button[type=submit]")).first.click()

    def act(self, verb: str, values: Mapping[str, str]) -> None:
        """Unfold what can be done, and fill its form in."""
        act = self.page.locator(f"main details.act:has(form[action$='/{verb}/'])").first
        if act.get_attribute("open") is None:
            act.locator("summary").click()
        for name, value in values.items():
            act.locator(f"[name='{name}']").fill(value)

    def confirm(self, dialog: str) -> None:
        """Open a dialog by its button, read on, and press the button that does it."""
        self.page.locator(f"main button[commandfor='{dialog}']").first.click()
        asked = self.page.locator(f"dialog#{dialog}")
        expect(asked).to_be_visible()
        with self.page.expect_navigation():
            asked.locator("button[type=submit]").click()

    def reads(self, *words: str | re.Pattern[str]) -> None:
        """The page says each of these."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def here(self) -> str:
        """The address without the site."""
        return self.page.url.removeprefix(self.site)


@dataclass(slots=True)
class Told:
    """A case in the browser: who sits where, and where it has got to."""

    case: Case
    site: str
    home: House
    lab: Lab
    work: Callable[[], None]
    opens: Opens
    language: str
    desks: dict[str, Desk]

    def at(self, who: str) -> Desk:
        """The person's browser; signs in the first time."""
        if who not in self.desks:
            email = {"chief": "chief@haian.example", "insured": f"security@{self.case.domain}"}.get(
                who, f"{who}@haian.example"
            )
            held = User.objects.get(email=email)
            held.set_password(PASSWORD)
            held.language = {"zh": "zh-hans", "en": "en"}[self.language]
            held.save()
            page = self.opens(LOCALES[self.language])
            sign_in(page, self.site, email, PASSWORD)
            self.desks[who] = Desk(page, self.site, email)
        return self.desks[who]

    def do_jobs(self) -> None:
        """What the worker does meanwhile, on a thread of its own: the browser's loop keeps this one."""
        trouble: list[BaseException] = []

        def run() -> None:
            try:
                self.work()
            except BaseException as error:
                trouble.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(120)
        assert not trouble, trouble


def begun(case: Case, site: str, lab: Lab, work: Callable[[], None], opens: Opens, language: str) -> Told:
    """A house whose people can sign in; nobody has heard of the company yet."""
    home = house(credit_code="", at=timezone.now())
    person(home, home.organisations["insurer"], UNDERWRITER, "chief@haian.example", 100_000_000_00)
    return Told(case, site, home, lab, work, opens, language, {})


def filed(told: Told) -> str:
    """The broker files for a new company and answers question after question; returns the path without the desk."""
    desk = told.at("broker")
    words = document(told.case.example, timezone.now(), told.case.says)
    desk.page.locator("nav.rail a[href$='/submissions/']").first.click()
    desk.follow("/submissions/new/")
    company, request = words["company"], words["request"]
    simple = ("name_zh", "name_en", "country", "credit_code", "industry", "revenue", "employees", "records_held")
    desk.fill({f"company.{name}": str(company[name]) for name in simple})
    desk.fill({"company.mlps_level": str(company["mlps_level"]), "company.domains.0": told.case.domain})
    asked = {**request, "limit": told.case.limit, "retention": told.case.retention, "product": told.case.product}
    names = ("product", "limit", "retention", "waiting_hours", "inception", "tolerance")
    desk.fill({f"request.{name}": str(asked[name]) for name in names})
    desk.send("/submissions/new/")
    answers = {answer["question"]: str(answer["value"]) for answer in words["answers"]}
    _answered(desk, answers)
    return desk.here.removeprefix("/broker")


def _answered(desk: Desk, answers: Mapping[str, str]) -> None:
    """Section after section; each answer is kept as it is given, and the indication beside it follows."""
    page, prices = desk.page, set[str]()
    for _section in range(20):
        given: set[str] = set()
        while True:
            shown = page.locator("fieldset.question").evaluate_all("all => all.map(e => e.id.slice(2))")
            rest = [question for question in shown if question not in given]
            if not rest:
                break
            question = rest[0]
            given.add(question)
            _answer(desk, question, answers.get(question, "unknown"))
            prices.add(page.locator("#panel .live-prices .asked dd").inner_text())
        with page.expect_navigation():
            page.locator("#questions .ask-foot button.btn-primary").click()
        if "/questions/" not in page.url:
            break
    # The price has moved with the answers.
    assert len(prices) > 3, prices


def _answer(desk: Desk, question: str, value: str) -> None:
    slot = desk.page.locator(f"#slot-{question}")
    choice = slot.locator(f"input[type=radio][value='{value}']")
    with desk.page.expect_response(lambda answer: f"/answers/{question}/" in answer.url) as answered:
        if choice.count():
            choice.check(force=True)
        elif value == "unknown" and slot.locator(f"[name='unknown.{question}']").count():
            slot.locator(f"[name='unknown.{question}']").check(force=True)
        else:
            field = slot.locator(f"[name='answers.{question}']").first
            field.fill(value)
            field.blur()
    assert answered.value.status == 200
    expect(slot.locator(f"#saved-{question} svg").first).to_be_visible()


def looked_at(told: Told, submission: str) -> None:
    """Consent with its DNS record, then the scan with its progress, up to what it found."""
    desk = told.at("broker")
    desk.go(f"/broker{submission}")
    desk.page.locator("#outside a[href*='/consents/new/']").click()
    desk.send()
    codes = desk.page.locator("#records code").all_inner_texts()
    for name, value in zip(codes[::2], codes[1::2], strict=True):
        told.lab.dns(name.strip(), "TXT", value.strip())
    told.do_jobs()
    # The page asks by itself until the name servers have shown the record.
    expect(desk.page.locator("#records .badge.tone-ok, #records [class*='tone-ok']").first).to_be_visible()
    desk.go(f"/broker{submission}")
    with desk.page.expect_navigation():
        desk.page.locator("#outside form[action$='/scan/'] button").click()
    expect(desk.page.locator(".work progress")).to_be_visible()
    told.do_jobs()
    desk.page.locator(".work a[href*='/scans/']").first.click()
    expect(desk.page.locator("article.finding").first).to_be_visible()


def assessed(told: Told, submission: str) -> str:
    """Handed in by the broker, assessed by the underwriter, computed again; returns the assessment's path."""
    broker, underwriter = told.at("broker"), told.at("underwriter")
    broker.go(f"/broker{submission}")
    broker.confirm("submit")
    underwriter.page.locator("nav.rail a[href$='/submissions/']").first.click()
    underwriter.page.locator("main table tbody a").first.click()
    with underwriter.page.expect_navigation():
        underwriter.page.locator("main form[action$='/assess/'] button[type=submit]").first.click()
    assert re.search(r"/assessments/[0-9a-f-]{36}/$", underwriter.here)
    again = underwriter.page.locator("main form[action$='/again/'] button, main button[hx-post$='/again/']").first
    again.click()
    expect(underwriter.page.locator("#again .tone-ok, #again [class*='tone-ok']").first).to_be_visible()
    return underwriter.here


def quoted(told: Told, assessment: str) -> str:
    """A quote with its options, referred, released by the chief; returns its path without the desk."""
    underwriter, chief = told.at("underwriter"), told.at("chief")
    underwriter.go(assessment)
    underwriter.page.locator("main a[href*='/quotes/new/']").first.click()
    underwriter.send()
    quote = underwriter.here.removeprefix("/office")
    chief.go(f"/office{quote}")
    chief.fill({"note": "已核实整改计划"})
    with chief.page.expect_navigation():
        chief.page.locator("button[formaction$='/approve/']").click()
    return quote


def bound(told: Told, quote: str) -> str:
    """The broker binds the option; the worker draws the papers; the underwriter issues. Returns the policy's path."""
    broker, underwriter = told.at("broker"), told.at("underwriter")
    broker.go(f"/broker{quote}")
    product = {"sme": 0, "system": 1, "bespoke": 2}[told.case.product]
    broker.page.locator("main a[href*='/bind/']:visible").nth(product).click()
    broker.fill({"start": local_day(timezone.now()).isoformat()})
    broker.send()
    policy = broker.here.removeprefix("/broker")
    told.do_jobs()
    underwriter.go(f"/office{policy}")
    underwriter.send("/issue/")
    expect(underwriter.page.locator("main a[href*='/papers/schedule/']")).to_have_count(2)
    return policy


def seated_insured(told: Told) -> Desk:
    """The company gets a person of its own, who signs in."""
    code = document(told.case.example, timezone.now())["company"]["credit_code"]
    company = Organisation.objects.get(kind="insured", credit_code=code)
    person(told.home, company, "insured", f"security@{told.case.domain}")
    return told.at("insured")


def alerted(told: Told, policy: str, change: Callable[[], None]) -> None:
    """The watch is started on the policy's page; after `change` the patrol's look raises what the insured reads."""
    underwriter, insured = told.at("underwriter"), told.at("insured")
    underwriter.go(f"/office{policy}")
    underwriter.send("/watch/")
    change()
    app.tasks["detect.patrol"].defer(timestamp=0)
    told.do_jobs()
    insured.page.locator("nav.rail a[href$='/detect/']").first.click()
    insured.page.locator("main table tbody a[href*='/alerts/'], main a[href*='/alerts/']").first.click()


def answered(told: Told, incident: str) -> None:
    """A provider of the panel is called in, takes the work on and hands in its report."""
    handler, provider = told.at("claims_handler"), told.at("provider")
    handler.go(f"/office{incident}")
    handler.page.locator("main details.act:has(form[action*='/engage/']) summary").first.click()
    handler.page.locator("main details.act[open] [name=brief]").first.fill("Contain, decrypt, trace")
    with handler.page.expect_navigation():
        handler.page.locator("main details.act[open] form[action*='/engage/'] button[type=submit]").first.click()
    provider.go(f"/provider{incident}")
    with provider.page.expect_navigation():
        provider.page.locator("main form[action*='/accept/'] button[type=submit]").first.click()
    provider.page.locator("main details.act:has(form[action*='/findings/']) summary").first.click()
    form = provider.page.locator("main form[action*='/findings/']").first
    form.locator("[name=findings]").fill("In through remote desktop; nine tenths of the data are back.")
    form.locator("[name=upload]").set_input_files(
        {"name": "report.txt", "mimeType": "text/plain", "buffer": b"Root cause: remote desktop."}
    )
    with provider.page.expect_navigation():
        form.locator("button[type=submit]").click()


def reported(told: Told, facts: Mapping[str, str], words: str) -> str:
    """The insured presses the red button and tells what is known; returns the incident's path without the desk."""
    desk = told.at("insured")
    desk.page.locator("header a.btn-danger").click()
    desk.page.locator("details.more summary").click()
    when = desk.page.locator("[name=discovered_at]").input_value()
    desk.fill({"what_happened": words, "contact": "13800000000", "occurred_at": when, **facts})
    desk.send()
    return desk.here.removeprefix("/insured")


def triaged(told: Told, incident: str, facts: Mapping[str, str]) -> None:
    """The claims handler confirms what was reported and adds what has become known."""
    desk = told.at("claims_handler")
    desk.go(f"/office{incident}")
    desk.follow("/triage/")
    desk.fill({**facts, "words": "已核实"})
    desk.send()


def opened(told: Told, incident: str, reserve: str) -> str:
    """A claim with its first reserve, and the paper that the insured hands in; returns the claim's path."""
    handler, insured = told.at("claims_handler"), told.at("insured")
    handler.go(f"/office{incident}")
    handler.follow("/claims/open/")
    handler.fill({"reserve": reserve})
    handler.send()
    claim = handler.here.removeprefix("/office")
    insured.go(f"/insured{claim}")
    # What is set aside is the insurer's own affair.
    expect(insured.main).not_to_contain_text(f"{float(reserve):,.2f}")
    insured.act("paper", {})
    insured.page.locator("details.act[open] [name=upload]").set_input_files(
        {"name": "单证.txt", "mimeType": "text/plain", "buffer": "和解协议、发票与逐小时经营数据".encode()}
    )
    insured.send("/paper/")
    handler.go(f"/office{claim}")
    handler.act("proof", {})
    handler.send("/proof/")
    return claim


def determined(told: Told, facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> None:
    """Facts and items row by row, through the gates."""
    desk = told.at("claims_handler")
    desk.follow("/determine/")
    paper = desk.page.locator("[name=paper] option[value^='vault:']").first.get_attribute("value") or ""
    stated = {f"facts.{name}": _said(fact["value"]) for name, fact in facts.items() if name != "claim_made_at"}
    if "claim_made_at" in facts:
        stated["facts.claim_made_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    for summary in desk.page.locator("main form details:not([open]) summary").all():
        summary.click()
    desk.fill({"paper": paper, **stated})
    for number, item in enumerate(items):
        if number:
            desk.page.locator("main form [data-add]").click()
        row = f"items.{number}"
        known = {name: _said(fact["value"]) for name, fact in item["facts"].items()}
        fields = {"id": item["id"], "cover": item["cover"], "amount": item["amount"], "paid_in": item["paid_in"]}
        values = {**fields, **known, "evidence": paper}
        desk.fill({f"{row}.{name}": value for name, value in values.items()})
    desk.send()


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def adjusted(
    told: Told, items: Sequence[Mapping[str, Any]], taken: Mapping[str, str], interruption: Mapping[str, str]
) -> None:
    """The worksheets: what is betterment comes off, the interruption goes in by its hours."""
    desk = told.at("claims_handler")
    desk.follow("/adjust/")
    for number, item in enumerate(items):
        sheet = f"sheets.{number}"
        if item["id"] in taken:
            desk.page.locator(f"[data-rows]:has(template:has([name^='{sheet}.take.'])) [data-add], "
                              f"section:has([name='{sheet}.evidence']) [data-add]").first.click()  # fmt: skip
            desk.fill({f"{sheet}.take.0.amount": taken[item["id"]], f"{sheet}.take.0.reason": "betterment"})
        if item["cover"] == "business_interruption":
            hours = ("repeat", "expected_profit", "fixed_cost", "actual")
            desk.fill({f"{sheet}.{'run.0.' if name in hours else ''}{name}": v for name, v in interruption.items()})
    desk.send()


def paid(told: Told, claim: str, amount: str) -> None:
    """Approved by a second person; paid once by a thumb that is impatient; closed."""
    handler, reviewer = told.at("claims_handler"), told.at("claims_handler2")
    reviewer.go(f"/office{claim}")
    reviewer.act("approve", {"note": "复核无误"})
    reviewer.send("/approve/")
    handler.go(f"/office{claim}")
    handler.follow("/pay/")
    handler.send()
    handler.reads(amount)
    with handler.page.expect_navigation():
        handler.page.locator("button[name=confirmed]").dblclick()
    handler.page.wait_for_url(re.compile(re.escape(claim) + "$"))
    assert [payment.amount for payment in Payment.objects.all()] == [round(float(amount.replace(",", "")) * 100)]
    handler.act("close", {"reason": "全部赔付"})
    handler.send("/close/")
    insured = told.at("insured")
    insured.go(f"/insured{claim}")
    insured.reads(amount)
