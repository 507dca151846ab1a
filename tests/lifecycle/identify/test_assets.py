"""What a company has and why it is its own: declared, proved, seen, listed; then disputed, decided and re-scored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from seawall.core.evidence.items import Finding
from seawall.core.imports.records import Unreadable, WrongKind
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.identify.actions import assessment, consent, imported, scan, submission
from seawall.lifecycle.identify.actions import dispute as disputes
from seawall.lifecycle.identify.models import Assessment, Asset, Attribution, Dispute, Import, Submission
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.identify.queries.evidence import counting
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from tests.factories import AT, House, assessed, house, submission_document
from tests.races import at_once

DAY = timedelta(days=1)
DOMAIN = "yunpiaotong.example"
FILES = Path(__file__).parents[2] / "core" / "imports" / "files"
ASSETS: tuple[dict[str, Any], ...] = (
    {
        "name": DOMAIN, "roles": ["domain", "host"], "addresses": ["93.184.216.34"], "vendors": [],
        "names": [{"name": f"mx.{DOMAIN}", "how": "mx"}, {"name": "mx.qq.com", "how": "mx"}],
    },
    {
        "name": f"www.{DOMAIN}", "roles": ["host"], "addresses": ["93.184.216.35"],
        "vendors": [{"id": "x", "name_zh": "阿里云", "name_en": "Alibaba Cloud", "category": "hosting", "record": "r"}],
        "names": [{"name": "piao.example", "how": "san"}, {"name": "shop.example", "how": "redirect"}],
    },
)  # fmt: skip


@pytest.fixture
def home(db: None) -> House:
    return house()


def upload(name: str, kind: str = "") -> imported.Upload:
    return imported.Upload(name, (FILES / name).read_bytes(), kind)


def looked(home: House, findings: Sequence[Finding], *, at: Any = AT) -> None:
    """A consent given and proved, and a scan with these findings."""
    company = home.organisations["insured"].pk
    given = consent.give(
        company=company, domains=[DOMAIN], statement="同意检测", until=AT.date() + 90 * DAY, by=home[INSURED], at=at
    )
    consent.report_verification(consent=given.pk, seen={DOMAIN: "ok"}, by=home.system, at=at)
    order = scan.order(company=company, domains=[DOMAIN], purpose="assess", by=home[BROKER], at=at)
    scan.start(order=order.pk, by=home.system, at=at)
    scan.report(order=order.pk, findings=findings, assets=ASSETS, by=home.system, at=at)


def fault(check: str, asset: str, *, at: Any = AT) -> Finding:
    return Finding(check, asset, "found", "critical", at, {"port": 3389})


def named(home: House, name: str) -> Asset:
    return Asset.objects.get(company=home.organisations["insured"], name=name)


def told(home: House, name: str) -> set[str]:
    return set(Attribution.objects.filter(asset=named(home, name)).values_list("code", flat=True))


def raised(home: House, name: str, check: str = "", ground: str = "", *, at: Any = AT) -> Dispute:
    ground = ground or ("false_positive" if check else "not_ours")
    claim = disputes.Claim(named(home, name).pk, check, ground, "不是我们的，见附件")
    return disputes.open_dispute(claim=claim, by=home[INSURED], at=at)


def test_a_submission_declares_its_domains_and_a_record_proves_them(home: House) -> None:
    assessed(home)
    found = named(home, DOMAIN)
    assert (found.kind, found.status, told(home, DOMAIN)) == ("domain", "claimed", {"declared"})
    looked(home, [])
    assert told(home, DOMAIN) == {"declared", "consent", "scanned"}
    page = queries.page(home[INSURED], found.pk, at=AT)
    assert page.confidence == pytest.approx(min(0.99, 1 - 0.1 * 0.02 * 0.5))
    assert any(DOMAIN in sign.said("en") for sign in page.told)
    assert any("投保申请" in sign.said("zh") for sign in page.told)


def test_a_scan_lists_hosts_addresses_and_names_but_no_suppliers(home: House) -> None:
    looked(home, [])
    names = set(Asset.objects.values_list("name", flat=True))
    assert names == {
        DOMAIN, f"www.{DOMAIN}", f"mx.{DOMAIN}", "piao.example", "shop.example", "93.184.216.34", "93.184.216.35",
    }, "another's mail server is no asset of the company"  # fmt: skip
    assert told(home, f"www.{DOMAIN}") == {"scanned", "under_domain"}
    assert told(home, f"mx.{DOMAIN}") == {"mail", "under_domain"}
    assert told(home, "piao.example") == {"certificate"}
    assert told(home, "93.184.216.35") == {"resolves_shared"}, "a hosted address may be shared"
    signs = queries.signs(home[UNDERWRITER], at=AT)
    sure = {
        a.name: queries.sure(a, signs) for a in queries.assets(home[UNDERWRITER], named(home, DOMAIN).company_id, at=AT)
    }
    assert sure["93.184.216.35"] < sure["93.184.216.34"] < sure[f"www.{DOMAIN}"] < sure[DOMAIN]


def test_seen_again_is_the_same_asset_with_a_later_day(home: House) -> None:
    looked(home, [])
    looked(home, [], at=AT + DAY)
    found = named(home, DOMAIN)
    assert (found.first_seen, found.last_seen) == (AT, AT + DAY)
    assert Attribution.objects.filter(asset=found).count() == len(told(home, DOMAIN))


def test_an_import_lists_assets_and_moves_the_score(home: House) -> None:
    before = assessed(home)
    company = home.organisations["insured"].pk
    made = imported.take(company=company, upload=upload("scan.nessus"), by=home[INSURED], at=AT)
    assert made.counts["assets"]["host"] == 2
    assert made.problems[0]["line"] == 25
    assert told(home, "files.haituo.example") == {"imported"}
    after = assessment.make(submission=before.submission_id, by=home[BROKER], at=AT)
    assert after.score < before.score
    sources = {e["source"] for b in after.result["beliefs"] for e in b["evidence"]}
    assert "import" in sources
    assert assessment.replay(assessment=after.pk, by=home[UNDERWRITER], at=AT) == (True, [])
    assert assessment.replay(assessment=before.pk, by=home[UNDERWRITER], at=AT) == (True, [])


def test_the_same_file_twice_is_one_import(home: House) -> None:
    company = home.organisations["insured"].pk
    first = imported.take(company=company, upload=upload("nmap-public.xml"), by=home[INSURED], at=AT)
    again = imported.take(company=company, upload=upload("nmap-public.xml"), by=home[BROKER], at=AT + DAY)
    assert first == again
    assert Import.objects.count() == 1
    assert Entry.objects.filter(verb="asset.import").count() == 1


def test_a_newer_file_of_the_kind_speaks_for_what_it_covers(home: House) -> None:
    company, library = home.organisations["insured"].pk, library_on(home[UNDERWRITER], on=AT.date())
    imported.take(company=company, upload=upload("scan.nessus"), by=home[INSURED], at=AT)
    assert len([f for f in counting(company, library, at=AT) if f.state == "found"]) == 5
    text = (FILES / "scan.nessus").read_text().replace("23 02:1", "24 00:1")
    start, end = text.index("<ReportItem"), text.index("</ReportHost>")
    clean = imported.Upload("later.nessus", (text[:start] + text[end:]).encode())
    imported.take(company=company, upload=clean, by=home[INSURED], at=AT)
    assert {f.asset for f in counting(company, library, at=AT) if f.state == "found"} == {"web1.haituo.example"}
    assert counting(company, library, at=AT + 200 * DAY) == (), "files run out"


def test_a_register_is_the_companys_own_word(home: House) -> None:
    company = home.organisations["insured"].pk
    imported.take(company=company, upload=upload("register-gb18030.csv"), by=home[BROKER], at=AT)
    assert named(home, "核心票务库").status == "claimed"
    assert named(home, "核心票务库").detail["owner"] == "数据部"


def test_what_cannot_be_read_is_refused_and_nothing_is_kept(home: House) -> None:
    company = home.organisations["insured"].pk
    later = (FILES / "nmap-public.xml").read_bytes().replace(b'time="1795400100"', b'time="1895400100"')
    for content, error in ((b"%PDF-1.7", WrongKind), (b"<nmaprun>", Unreadable), (later, imported.FromFuture)):
        with pytest.raises(error):
            imported.take(company=company, upload=imported.Upload("x", content), by=home[INSURED], at=AT)
    assert not Import.objects.exists()
    assert not Asset.objects.exists()


def test_who_may_what(home: House) -> None:
    company = home.organisations["insured"].pk
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    for role in (CLAIMS, SUPERVISOR, PROVIDER, ADMIN):
        with pytest.raises(Forbidden):
            imported.take(company=company, upload=upload("bom.json"), by=home[role], at=AT)
        with pytest.raises(Forbidden):
            disputes.open_dispute(
                claim=disputes.Claim(named(home, DOMAIN).pk, "", "not_ours", "x"), by=home[role], at=AT
            )
    made = raised(home, DOMAIN)
    for role in (BROKER, INSURED, CLAIMS, SUPERVISOR):
        with pytest.raises(Forbidden):
            disputes.decide(dispute=made.pk, uphold=True, reason="x", by=home[role], at=AT)
    stranger = house("other", credit_code="")
    with pytest.raises(NotFound):
        queries.dispute(stranger[UNDERWRITER], made.pk, at=AT)
    with pytest.raises(NotFound):
        imported.take(company=company, upload=upload("bom.json"), by=stranger[INSURED], at=AT)


def test_an_upheld_false_positive_leaves_the_evidence_and_the_score_rises(home: House) -> None:
    looked(home, [fault("SW-EXP-01", f"www.{DOMAIN}"), fault("SW-EXP-02", f"www.{DOMAIN}")])
    before = assessed(home)
    claim = disputes.Claim(named(home, f"www.{DOMAIN}").pk, "SW-EXP-01", "false_positive", "端口为蜜罐")
    made = disputes.open_dispute(claim=claim, proof=disputes.Proof("proof.txt", b"honeypot"), by=home[INSURED], at=AT)
    assert made.due_at == AT + timedelta(hours=48)
    assert made.file is not None
    assert made.finding["check"] == "SW-EXP-01"
    decided = disputes.decide(dispute=made.pk, uphold=True, reason="核实为蜜罐", by=home[UNDERWRITER], at=AT)
    effect = decided.effect
    assert effect["after"]["value"] > effect["before"]["value"]
    assert effect["before"]["value"] == pytest.approx(before.score, abs=0.01)
    assert decided.assessment is not None
    assert decided.assessment.score == pytest.approx(effect["after"]["value"], abs=0.01)
    assert {c["control"] for c in effect["controls"]} >= {"exposed_services"}
    used = {f["check"] for f in decided.assessment.inputs["findings"]}
    assert used == {"SW-EXP-02"}
    assert Assessment.objects.filter(pk=before.pk).exists(), "what was said before stays"
    page = queries.page(home[BROKER], named(home, f"www.{DOMAIN}").pk, at=AT)
    assert [(f.finding.check, f.settled is not None) for f in page.faults] == [
        ("SW-EXP-01", True),
        ("SW-EXP-02", False),
    ]


def test_fixed_counts_again_when_it_is_seen_again(home: House) -> None:
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    assessed(home)
    made = raised(home, DOMAIN, "SW-EXP-01", "fixed")
    disputes.decide(dispute=made.pk, uphold=True, reason="已关闭", by=home[UNDERWRITER], at=AT + DAY)
    company, library = home.organisations["insured"].pk, library_on(home[UNDERWRITER], on=AT.date())
    assert counting(company, library, at=AT + DAY) == ()
    looked(home, [fault("SW-EXP-01", DOMAIN, at=AT + 2 * DAY)], at=AT + 2 * DAY)
    assert [f.check for f in counting(company, library, at=AT + 2 * DAY)] == ["SW-EXP-01"]


def test_not_ours_removes_the_asset_with_everything_on_it_until_it_is_named_again(home: House) -> None:
    looked(home, [fault("SW-EXP-01", f"www.{DOMAIN}")])
    assessed(home)
    made = raised(home, f"www.{DOMAIN}")
    assert named(home, f"www.{DOMAIN}").status == "disputed"
    disputes.decide(dispute=made.pk, uphold=True, reason="属于另一家公司", by=home[UNDERWRITER], at=AT)
    asset = named(home, f"www.{DOMAIN}")
    assert asset.status == "removed"
    assert queries.sure(asset, queries.signs(home[UNDERWRITER], at=AT)) == 0
    library = library_on(home[UNDERWRITER], on=AT.date())
    assert counting(asset.company_id, library, at=AT) == ()
    with pytest.raises(WrongState):
        raised(home, f"www.{DOMAIN}")
    imported.take(
        company=asset.company_id,
        upload=imported.Upload("r.csv", f"name\nwww.{DOMAIN}\n".encode()),
        by=home[INSURED],
        at=AT + DAY,
    )
    assert named(home, f"www.{DOMAIN}").status == "claimed"


def test_rejected_or_withdrawn_nothing_changes(home: House) -> None:
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    before = assessed(home)
    rejected = disputes.decide(
        dispute=raised(home, DOMAIN).pk, uphold=False, reason="解析记录仍指向贵司", by=home[UNDERWRITER], at=AT
    )
    assert (rejected.status, rejected.effect, rejected.assessment) == ("rejected", {}, None)
    assert named(home, DOMAIN).status == "claimed", "the company had named it itself"
    taken_back = disputes.withdraw(dispute=raised(home, DOMAIN, at=AT + DAY).pk, by=home[BROKER], at=AT + DAY)
    assert taken_back.status == "withdrawn"
    assert named(home, DOMAIN).status == "claimed"
    assert assessment.make(submission=before.submission_id, by=home[BROKER], at=AT).score == before.score


def test_words_grounds_and_reasons_are_judged(home: House) -> None:
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    pk = named(home, DOMAIN).pk
    wrong = [
        disputes.Claim(pk, "", "fixed", "x"),
        disputes.Claim(pk, "SW-EXP-01", "not_ours", "x"),
        disputes.Claim(pk, "SW-EXP-01", "fixed", "  "),
        disputes.Claim(pk, "SW-EXP-01", "fixed", "x" * 5000),
        disputes.Claim(pk, "SW-EXP-01", "fixed", "\x07"),
    ]
    for claim in wrong:
        with pytest.raises(Invalid):
            disputes.open_dispute(claim=claim, by=home[INSURED], at=AT)
    with pytest.raises(disputes.NothingFound):
        raised(home, DOMAIN, "SW-EXP-03", "fixed")
    made = raised(home, DOMAIN, "SW-EXP-01", "fixed")
    with pytest.raises(disputes.AlreadyOpen):
        raised(home, DOMAIN, "SW-EXP-01", "compensated")
    with pytest.raises(Invalid):
        disputes.decide(dispute=made.pk, uphold=True, reason=" ", by=home[UNDERWRITER], at=AT)
    assert Dispute.objects.get(pk=made.pk).status == "open"


def test_without_a_submission_that_can_be_assessed_the_score_is_shown_all_the_same(home: House) -> None:
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    submission.file(document=submission_document(), by=home[BROKER], at=AT)
    made = raised(home, DOMAIN, "SW-EXP-01", "compensated")
    decided = disputes.decide(dispute=made.pk, uphold=True, reason="有补偿措施", by=home[UNDERWRITER], at=AT)
    assert decided.assessment is None, "a draft is not assessed"
    assert decided.effect["after"]["value"] > decided.effect["before"]["value"]


def test_the_database_keeps_one_open_dispute_and_a_decided_one_decided(home: House) -> None:
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    made = raised(home, DOMAIN, "SW-EXP-01", "fixed")
    for change in ("status = 'upheld'", "ground = 'not_ours'", "status = 'lost'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update dispute set {change} where id = %s", [made.pk])


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_have_one_outcome_and_two_files_make_one_import() -> None:
    home = house()
    looked(home, [fault("SW-EXP-01", DOMAIN)])
    filed = assessed(home)
    made = raised(home, DOMAIN, "SW-EXP-01", "fixed")
    tenant = home[UNDERWRITER].tenant

    def decide(uphold: bool) -> Any:
        by = home[UNDERWRITER] if uphold else home.second[UNDERWRITER]
        return disputes.decide(dispute=made.pk, uphold=uphold, reason="核实", by=by, at=AT)

    outcomes = at_once(tenant, lambda: decide(True), lambda: decide(False), lambda: decide(True))
    assert sorted(type(o).__name__ for o in outcomes) == ["Dispute", "WrongState", "WrongState"], outcomes
    verdicts = Entry.objects.filter(verb__in=["dispute.uphold", "dispute.reject"])
    assert verdicts.count() == 1
    assert Assessment.objects.filter(submission=filed.submission).count() == 1 + (
        verdicts.get().verb == "dispute.uphold"
    )

    def open_one() -> Any:
        return raised(home, DOMAIN)

    outcomes = at_once(tenant, open_one, open_one, open_one)
    assert sorted(type(o).__name__ for o in outcomes) == ["AlreadyOpen", "AlreadyOpen", "Dispute"], outcomes

    def take() -> Any:
        company = home.organisations["insured"].pk
        return imported.take(company=company, upload=upload("scan.nessus"), by=home[INSURED], at=AT)

    outcomes = at_once(tenant, take, take, take)
    assert len({getattr(o, "pk", o) for o in outcomes}) == 1, outcomes
    assert Import.objects.count() == 1
    assert Submission.objects.count() == 1
