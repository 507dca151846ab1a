"""The risk universe on screen: found by words and codes, told to each desk what it may know, changed by draft only."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from scipy.stats import lognorm

from seawall import reference
from seawall.core.universe.load import load_universe
from seawall.entrypoints.jobs import strategy as jobs
from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.queries import risks
from seawall.lifecycle.strategy.queries.in_force import risk_universe
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from tests.entrypoints.web.visits import visit
from tests.factories import AT, House, assessed, house

OFFICE = (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR)
LIST, DRAFT = "strategy/universe/", "strategy/universe/draft/"
RISK = "strategy/universe/risks/ransomware_encryption/"


def drafted(home: House) -> UniverseDraft:
    base = risk_universe(home[PORTFOLIO], on=AT.date())
    assert base is not None
    return actions.begin(base=base, by=home[PORTFOLIO], at=AT)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [*OFFICE, BROKER, INSURED])
def test_every_page_opens_for_those_it_is_for(home: House, role: str, language: str) -> None:
    assessed(home)
    drafted(home)
    somebody = visit(home, role, language)
    for path in (LIST, RISK, "strategy/universe/controls/mfa_remote/", "strategy/universe/risks/strategic_risk/"):
        page = somebody.get(path)
        assert ("Ransomware" if language == "en" else "勒索软件") in page or "strategic" in path
    somebody.get(DRAFT, 200 if role in OFFICE else 404)
    visit(home, PROVIDER).get(LIST, 404)


def test_words_and_codes_find_risks_in_both_languages(home: House) -> None:
    office = visit(home, UNDERWRITER)
    for words in ("勒索软件加密", "encrypts systems", "MI-07", "t1486", "Ｔ１４８６", "ransomware remote"):
        assert "No risk fits" not in office.get(f"{LIST}?q={words}"), words
    assert "No risk fits" in office.get(f"{LIST}?q=dragons")
    universe = load_universe(reference.load("universe"))
    page = office.get(f"{LIST}?cover=extortion&grain=enterprise")
    for family in universe.families:
        assert (f"/risks/{family.id}/" in page) == ("extortion" in family.shares), family.id
    pack = next(iter(universe.packs))
    page = office.get(f"{LIST}?industry={pack}")
    for scenario in universe.scenarios:
        assert (f"/risks/{scenario.id}/" in page) == (scenario.pack == pack), scenario.id
    assert "Impact" in office.get(f"{LIST}?tactic=impact&control=backup_offline&actor=external")
    slow, fast = (office.get(f"{LIST}?grain=enterprise&sort={s}") for s in ("rate", "-rate"))
    ranked = sorted(universe.families, key=lambda f: f.frequency.level)
    assert slow.index(f"/risks/{ranked[0].id}/") < slow.index(f"/risks/{ranked[-1].id}/")
    assert fast.index(f"/risks/{ranked[0].id}/") > fast.index(f"/risks/{ranked[-1].id}/")


@pytest.mark.parametrize("role", [BROKER, INSURED])
def test_outside_the_office_nobody_reads_how_often_or_how_badly(home: House, role: str) -> None:
    assessed(home)
    somebody = visit(home, role)
    listed, risk, control = (somebody.get(p) for p in (LIST, RISK, "strategy/universe/controls/mfa_remote/"))
    for page in (listed, risk, control):
        for secret in (
            "Events a year",
            "Median loss",
            "×2.00",
            "Share of the loss",
            "Judgement",
            "Derived",
            "coalition",
        ):
            assert secret not in page, secret
    assert "Multi-factor authentication for remote access" in risk
    assert "IA-02" in risk
    assert "Level" in risk
    names = [c["name"]["en"] for c in reference.load("products", "bespoke").body["covers"]]
    assert sum(name in risk for name in names) >= 9
    for path in ("strategy/universe/download/yaml/", "strategy/universe/download/stix/", DRAFT):
        somebody.get(path, 404)
    # Another release than the one in force is not theirs to ask for: the parameter says nothing to them.
    assert "Ransomware" in somebody.get(f"{LIST}?release={home.organisations['insurer'].pk}")


def test_the_office_downloads_what_can_be_loaded_again(home: House) -> None:
    office = visit(home, SUPERVISOR)
    text = office.get("strategy/universe/download/yaml/")
    again = reference.read_document("universe", reference.parse(text))
    assert again.sha256 == reference.load("universe").sha256
    stix = json.loads(office.get("strategy/universe/download/stix/"))
    assert stix["type"] == "bundle"
    assert {"attack-pattern", "threat-actor", "course-of-action"} <= {o["type"] for o in stix["objects"]}
    office.get("strategy/universe/download/excel/", 404)
    office.get(f"{LIST}?release=nothing", 404)
    office.get(f"{LIST}?release={home.organisations['insurer'].pk}", 404)
    office.get("strategy/universe/risks/nothing/", 404)
    office.get("strategy/universe/controls/nothing/", 404)


def test_a_draft_is_written_tried_and_adopted_on_screen(home: House) -> None:
    assessed(home)
    hand, manager = visit(home, UNDERWRITER), visit(home, PORTFOLIO)
    hand.post(f"{DRAFT}begin/")
    edit = f"{DRAFT}risks/ransomware_encryption/"
    form = hand.get(edit)
    values = {"revision": "1", "frequency.base": "０．００４８", "severity.median": "abc"}
    wrong = hand.post(edit, {**typed(form), **values}, 422)
    assert 'id="id_frequency.source_error"' in wrong
    assert 'value="０．００４８"' in wrong
    wrong = hand.post(edit, {**typed(form), **values, "frequency.source": "own claims", "severity.source": "own"}, 422)
    assert 'id="id_severity.median_error"' in wrong
    assert UniverseDraft.objects.get().revision == 1
    good = {"revision": "1", "frequency.base": "０．００４８", "frequency.source": "own claims"}
    good |= {"severity.median": "30万", "severity.source": "own claims"}
    hand.post(edit, {**typed(form), **good})
    held = UniverseDraft.objects.get()
    family = next(f for f in held.document["families"] if f["id"] == "ransomware_encryption")
    assert (family["frequency"]["base"], family["severity"]["median"]) == (0.0048, 300000)
    assert family["severity"]["sigma"] == 1.8
    page = hand.get(DRAFT)
    assert "own claims" in page
    assert "Put into force" not in page
    hand.post(f"{DRAFT}adopt/", {"revision": "2", "start": AT.date().isoformat()}, 403)
    hand.post(f"{DRAFT}try/", {"revision": "2"})
    assert "every 2s" in hand.get(DRAFT)
    jobs.try_universe(home.system, draft=str(held.pk), revision=2)
    assert "Under the draft" in hand.get(DRAFT)
    assert "#trial" in hand.get(f"{DRAFT}progress/")
    stale = manager.post(f"{DRAFT}adopt/", {"revision": "1", "start": AT.date().isoformat()}, 422)
    assert "Somebody has changed the draft" in stale
    assert 'id="id_start_error"' in manager.post(f"{DRAFT}adopt/", {"revision": "2", "start": ""}, 422)
    manager.post(f"{DRAFT}adopt/", {"revision": "2", "start": AT.date().isoformat()})
    assert str(RiskUniverse.objects.get().release) == "universe/house@1.0"
    assert "Risk universe of haian Insurance" in manager.get(DRAFT)
    assert "own claims" in visit(home, SUPERVISOR).get(RISK)
    assert "own claims" not in visit(home, BROKER).get(RISK)


def typed(page: str) -> dict[str, str]:
    """What a form holds, as a browser would send it."""
    values = {m[1]: unescape(m[2]) for m in re.finditer(r'<input type="text" name="([^"]+)" value="([^"]*)"', page)}
    values |= {
        m[1]: unescape(m[2]).strip()
        for m in re.finditer(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for m in re.finditer(r'<select name="([^"]+)".*?</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', m[0])
        values[m[1]] = chosen[1] if chosen else ""
    return values


def test_a_file_is_taken_whole_or_told_what_is_wrong(home: House) -> None:
    office = visit(home, UNDERWRITER)
    text = office.get("strategy/universe/download/yaml/")

    def sent(content: str, status: int = 302) -> str:
        return office.post(
            f"{DRAFT}load/", {"revision": "0", "upload": ContentFile(content.encode(), "own.yaml")}, status
        )

    assert "own.yaml" in sent("families: [", 422)
    wrong = sent(text.replace("sigma: 1.8", "sigma: 99", 1), 422)
    assert "families[0].severity.sigma" in wrong
    assert not UniverseDraft.objects.exists()
    office.post(f"{DRAFT}load/", {"revision": "0"}, 422)
    sent(text.replace("id: core", "id: own", 1).replace("sigma: 1.8", "sigma: 1.9", 1))
    assert UniverseDraft.objects.get().document["id"] == "own"
    assert "1.9" in office.get(DRAFT)
    assert "meanwhile" in sent(text, 422)


def test_a_scenario_is_switched_off_and_put_back_and_a_draft_dropped(home: House) -> None:
    drafted(home)
    office = visit(home, PORTFOLIO)
    switch = f"{DRAFT}risks/web_defacement/switch/"
    office.post(switch, {"revision": "1"})
    assert "Switched off" in office.get(DRAFT)
    office.get(f"{DRAFT}risks/web_defacement/", 404)
    office.post(switch, {"revision": "1", "on": "yes"})
    assert "Somebody has changed the draft" in office.get(DRAFT)
    office.post(switch, {"revision": "2", "on": "yes"})
    assert "Switched off" not in office.get(DRAFT)
    office.post(f"{DRAFT}risks/nothing/switch/", {"revision": "3"}, 404)
    for role in (CLAIMS, SUPERVISOR):
        visit(home, role).post(f"{DRAFT}drop/", {"revision": "3"}, 403)
        visit(home, role).get(f"{DRAFT}risks/system_failure/", 403)
    office.post(f"{DRAFT}drop/", {"revision": "3"})
    assert "Begin a draft" in office.get(DRAFT)
    office.get(f"{DRAFT}progress/", 404)


def test_the_assessment_leads_to_each_risk_and_back(home: House) -> None:
    made = assessed(home)
    for role in (UNDERWRITER, BROKER, INSURED):
        somebody = visit(home, role)
        page = somebody.get(f"assessments/{made.pk}/")
        for s in made.result["scenarios"]:
            assert f"/{somebody.desk}/strategy/universe/risks/{s['scenario']}/" in page
        assert str(made.pk) in somebody.get(RISK)
    assert "strategy/universe/" in visit(home, INSURED).get("strategy/")


def test_another_house_knows_nothing_of_a_draft(home: House) -> None:
    held = drafted(home)
    stranger = house("other")
    office = visit(stranger, PORTFOLIO)
    assert "Begin a draft" in office.get(DRAFT)
    office.get(f"{DRAFT}risks/system_failure/", 404)
    office.get(f"{LIST}?release={held.base_id}", 404)


def test_the_quantities_of_the_list_are_those_of_the_universe(home: House) -> None:
    register = risks.register(home[UNDERWRITER], on=AT.date())
    universe = load_universe(reference.load("universe"))
    for family in universe.families:
        figures = register.risk(family.id).figures
        assert figures is not None
        # One in twenty of a lognormal passes it.
        assert lognorm.sf(figures.tail, family.sigma, scale=family.severity.level) == pytest.approx(0.05)
