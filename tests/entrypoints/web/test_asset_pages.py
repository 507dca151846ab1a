"""The pages of assets: what there is and why, files read, disputes raised, decided and re-scored, at each desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seawall.lifecycle.identify.models import Asset, Dispute, Import
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock
from tests.factories import AT, House, assessed, house
from tests.lifecycle.identify.test_assets import DOMAIN, FILES, fault, looked

WWW = f"www.{DOMAIN}"


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    made = house()
    looked(made, [fault("SW-EXP-01", WWW)])
    assessed(made)
    stop_the_clock(monkeypatch, AT)
    return made


def company(home: House) -> str:
    return f"companies/{home.organisations['insured'].pk}"


def asset(home: House, name: str = WWW) -> Asset:
    return Asset.objects.get(name=name)


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (FILES / name).read_bytes())


def dispute(home: House, who: str = INSURED, **more: Any) -> Dispute:
    visitor = Visitor(home, home[who])
    form = {"check": "SW-EXP-01", "ground": "false_positive", "words": "honeypot", **more}
    visitor.post(f"assets/{asset(home).pk}/dispute/", form)
    return Dispute.objects.latest("recorded_at")


@pytest.mark.parametrize("role", [UNDERWRITER, CLAIMS, SUPERVISOR, BROKER, INSURED])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_assets_and_their_reasons_at_every_desk(home: House, role: str, language: str) -> None:
    visitor = Visitor(home, home[role], language)
    listed = visitor.get(f"{company(home)}/assets/")
    assert WWW in listed
    assert "mx.qq.com" not in listed
    shown = visitor.get(f"assets/{asset(home).pk}/")
    reason = {"zh": f"位于企业域名 {DOMAIN} 之下", "en": f"Lies under the company&#x27;s domain {DOMAIN}"}[language]
    assert reason in shown
    assert "SW-EXP-01" in shown
    assert ("/dispute/" in shown) == (role in (BROKER, INSURED)), "only the company's side disputes"
    assert visitor.get("disputes/")
    assert visitor.get(f"{company(home)}/imports/")


def test_the_list_filters_searches_and_exports(home: House) -> None:
    visitor = Visitor(home, home[UNDERWRITER])
    claimed = visitor.get(f"{company(home)}/assets/?state=claimed")
    assert DOMAIN in claimed
    assert WWW not in claimed
    assert WWW not in visitor.get(f"{company(home)}/assets/?q={DOMAIN}x")
    assert WWW in visitor.get(f"{company(home)}/assets/?export=csv&state=")


def test_a_file_is_read_and_told_back(home: House) -> None:
    visitor = Visitor(home, home[INSURED])
    at = visitor.post(f"{company(home)}/imports/", {"upload": upload("scan.nessus"), "kind": ""})
    shown = visitor.get(at.removeprefix("/insured/"))
    for words in ("files.haituo.example", "CVE-2017-0143", "Line 25", "not a severity", "SW-IMP-01", "used in attacks"):
        assert words in shown, words
    assert "scan.nessus" in visitor.get(f"{company(home)}/imports/")
    made = Import.objects.get()
    assert visitor.raw(f"imports/{made.pk}/file/").content == (FILES / "scan.nessus").read_bytes()
    broker = Visitor(home, home[BROKER])
    assert "SW-IMP-01" in broker.get(f"imports/{made.pk}/")
    broker.get(f"imports/{made.pk}/file/", 403)


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"%PDF-1.7", "", "no file that can be read here"),
        (b"<!DOCTYPE nmaprun [<!ENTITY a 'b'>]><nmaprun/>", "", "nests or declares more"),
        (b"name\nweb\n", "nessus", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_at_the_field(home: House, content: bytes, kind: str, said: str) -> None:
    visitor = Visitor(home, home[BROKER])
    form = {"upload": SimpleUploadedFile("x", content), "kind": kind}
    assert said in visitor.post(f"{company(home)}/imports/", form, 422)
    assert "must be filled in" in visitor.post(f"{company(home)}/imports/", {"kind": ""}, 422)
    assert not Import.objects.exists()


def test_a_dispute_from_form_to_new_score(home: House) -> None:
    made = dispute(home, upload=SimpleUploadedFile("proof.txt", b"it is a honeypot"))
    insured, office = Visitor(home, home[INSURED]), Visitor(home, home[UNDERWRITER])
    waiting = office.get(f"disputes/{made.pk}/")
    assert "honeypot" in waiting
    assert "2 d 0 h left" in waiting
    assert "proof.txt" in waiting
    assert WWW in office.get("")
    assert insured.raw(f"disputes/{made.pk}/file/").content == b"it is a honeypot"
    assert 'name="verdict"' not in insured.get(f"disputes/{made.pk}/")
    bad = office.post(f"disputes/{made.pk}/decide/", {"verdict": "uphold", "reason": ""}, 422)
    assert "must not be empty" in bad
    assert "must be filled in" in office.post(f"disputes/{made.pk}/decide/", {"reason": "x"}, 422)
    office.post(f"disputes/{made.pk}/decide/", {"verdict": "uphold", "reason": "Seen on site"})
    for visitor in (insured, office, Visitor(home, home[BROKER], "zh")):
        shown = visitor.get(f"disputes/{made.pk}/")
        effect = Dispute.objects.get().effect
        assert f"{effect['before']['value']:.1f}" in shown
        assert f"{effect['after']['value']:.1f}" in shown
        assert "Seen on site" in shown
    assert "Taken out of the evidence" in insured.get(f"assets/{asset(home).pk}/")
    late = office.post(f"disputes/{made.pk}/decide/", {"verdict": "reject", "reason": "x"}, 422)
    assert "Not possible now" in late


def test_the_broker_disputes_ownership_and_takes_it_back(home: House) -> None:
    made = dispute(home, BROKER, check="", ground="")
    assert (made.ground, asset(home).status) == ("not_ours", "disputed")
    visitor = Visitor(home, home[BROKER])
    assert "Disputed" in visitor.get(f"assets/{asset(home).pk}/")
    visitor.post(f"disputes/{made.pk}/withdraw/")
    assert asset(home).status == "attributed"
    assert "Not possible now" in visitor.post(f"disputes/{made.pk}/withdraw/", status=409)


def test_a_refused_dispute_keeps_what_was_typed(home: House) -> None:
    visitor = Visitor(home, home[INSURED])
    path = f"assets/{asset(home).pk}/dispute/"
    shown = visitor.post(path, {"check": "SW-EXP-01", "ground": "fixed", "words": ""}, 422)
    assert "must not be empty" in shown
    assert '<details class="act" open>' in shown
    twice = {"check": "SW-EXP-01", "ground": "fixed", "words": "closed on Monday"}
    visitor.post(path, twice)
    assert "open dispute about this already" in visitor.post(path, twice, 422)


def test_strangers_and_the_wrong_desks_see_nothing(home: House) -> None:
    made = dispute(home)
    pages = [
        f"{company(home)}/assets/",
        f"assets/{asset(home).pk}/",
        f"disputes/{made.pk}/",
        f"{company(home)}/imports/",
    ]
    pk = asset(home).pk
    Visitor(home, home[PROVIDER]).get(f"assets/{pk}/", 404)
    Visitor(home, home[CLAIMS]).post(f"disputes/{made.pk}/decide/", {"verdict": "uphold", "reason": "x"}, 403)
    Visitor(home, home[INSURED]).post(f"disputes/{made.pk}/nonsense/", status=404)
    stranger = house("other", credit_code="")
    for role in (UNDERWRITER, INSURED, BROKER):
        for page in pages:
            Visitor(stranger, stranger[role]).get(page, 404)
