"""Every library that ships: complete in both languages, sourced, counted, and mapped to controls that exist."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from seawall import reference
from seawall.core.conformity.frameworks import CONFIDENCES, load_framework
from seawall.core.conformity.judge import conformity
from seawall.core.conformity.mlps import load_rules
from seawall.core.conformity.questions import questions_of, requirements_of
from seawall.core.conformity.render import report
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.problems import Invalid

ROOT = Path(__file__).parents[3]
CONTROLS = Controls.load(reference.load("controls").body).priors
DOCUMENTS = reference.available("frameworks")
LIBRARIES = {d.header.id: load_framework(d, CONTROLS) for d in DOCUMENTS}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.header.id)
def test_a_library_says_what_it_is_and_who_vouches_for_what(document):
    found = LIBRARIES[document.header.id]
    assert document.header.source
    assert document.header.licence
    assert found.requirements
    codes = [r.code for r in found.requirements]
    assert len(codes) == len(set(codes))
    texts = [found.name, found.issuer, found.standing, found.about, *found.chapters.values()]
    texts += [text for text in (found.binds, found.doubt) if text] + [fine.rule for fine in found.fines]
    for text in [*texts, *(r.name for r in found.requirements)]:
        assert HAN.search(text["zh"]), text
        assert re.search("[A-Za-z]{2}", text["en"]), text
        assert not HAN.search(text["en"]), text
        assert text["zh"] != text["en"]
    assert all(r.confidence in CONFIDENCES for r in found.requirements)
    assert all(set(r.controls) <= set(CONTROLS) for r in found.requirements)
    assert all(bool(r.links) == (r.coverage > 0) for r in found.requirements)
    assert not [r.code for r in found.requirements if r.coverage > 0.95], (
        "nobody's controls decide a text to the last word"
    )
    assert found.doubt or found.kind != "law" or all(r.confidence == "verified" for r in found.requirements)


def test_nothing_of_a_document_is_lost_on_the_way_from_the_table():
    folder = ROOT / "src/seawall/reference/frameworks"
    assert {p.stem for p in folder.glob("*.csv")} == {p.stem for p in folder.glob("*.yaml")} == set(LIBRARIES)
    for id, found in LIBRARIES.items():
        with (folder / f"{id}.csv").open(encoding="utf-8") as file:
            assert [row["code"] for row in csv.DictReader(file)] == [r.code for r in found.requirements]


COUNTS = list(csv.DictReader((ROOT / "validation/conformity/counts.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("line", COUNTS, ids=lambda line: f"{line['library']}/{line['chapter'] or 'all'}")
def test_counts_are_those_of_the_texts(line):
    found = LIBRARIES[line["library"]]
    chapters = line["chapter"].split() or list(found.chapters)
    rows = [r for r in found.requirements if r.chapter in chapters]
    level = int(line["level"] or 0)
    assert (sum(r.items[level] for r in rows) if level else len(rows)) == int(line["count"])


# Rows of the white paper about standards, laws and models, each with the libraries that hold it.
WHITE_PAPER = {
    "S010": "model-p2dr", "S011": "model-p2dr2", "S012": "model-ipdrr nist-csf-2-0", "S013": "model-insurtech-pipdr2",
    "S064": "us-cfaa", "S065": "us-va-cdpa us-updpa",
    "S066": "eu-gdpr eu-cybersecurity-act eu-data-governance-act eu-digital-services-act eu-digital-markets-act",
    "S067": "de-bdsg de-it-security-act", "S068": "uk-national-cyber-strategy fr-digital-security-strategy",
    "S070": "nydfs-cyber-insurance-framework", "S071": "eiopa-cyber-underwriting-strategy", "S072": "gdv-cyber-wording",
    "S073": "lloyds-cyber-attack-strategy", "S074": "eiopa-open-insurance",
    "S080": "cn-cybersecurity-law cn-data-security-law cn-pipl", "S084": "cn-14th-five-year",
    "S085": "cn-it-outsourcing",
    "S086": "cn-fintech-plan-2022 cn-digital-transformation-2022 cn-financial-standards-145", "S087": "cn-lingang-2022",
    "S088": "cn-mps-mlps-guidance", "S092": "sh-security-industry-2021", "S093": "cn-miit-security-2021",
    "S094": "cn-property-insurance-2020", "S095": "cn-miit-security-2019", "S096": "cn-internet-insurance",
    "S098": "t-sisa-service-requirements", "S099": "t-sisa-capability-evaluation", "S100": "t-shanghai-service-code",
    "S101": "ccia-risk-guideline-2022", "S103": "ccia-implementation-guide-2021", "S214": "cn-virtual-currency-ban",
    "S320": "us-doj-threat-intelligence", "S322": "cn-incident-reporting-measures",
    "S327": "cn-security-check-guide cn-emergency-plan-2017", "S328": "cn-incident-publication-guide",
}  # fmt: skip


@pytest.mark.parametrize(("row", "ids"), WHITE_PAPER.items())
def test_what_the_white_paper_names_is_a_library_that_can_be_reported_on(row, ids):
    for id in ids.split():
        found = LIBRARIES[id]
        made = report(conformity(found, {}, level=3 if found.levels else None))
        assert made["whole"]["count"] == made["whole"]["verdicts"]["not_assessed"] > 0
        assert made["whole"]["low"] == 0


def test_every_control_is_asked_for_by_some_library():
    asked = {control for found in LIBRARIES.values() for r in found.requirements for control in r.controls}
    assert asked == set(CONTROLS)


def test_the_rules_of_the_reports_are_data():
    rules = load_rules(LIBRARIES["mlps-2-0"].scoring)
    assert [int(w) for w in rules.weights.values()] == [1, 2, 3]
    assert [int(c) for c in rules.cuts] == [90, 80, 70]
    with pytest.raises(Invalid):
        load_rules({"weights": {"ordinary": "x"}, "cuts": {}, "y": "2"})


def test_what_is_wrong_in_a_library_is_told_all_at_once():
    document = next(d for d in DOCUMENTS if d.header.id == "cis-controls-8")
    rows = [dict(row) for row in document.body["rows"]]
    rows[0] |= {"controls": "no_such_control edr edr*x", "coverage": "0.5"}
    rows[1] |= {"coverage": "0"}
    rows[2] |= {"code": rows[3]["code"], "chapter": "nowhere", "zh": " "}
    with pytest.raises(Invalid) as refused:
        load_framework(replace(document, body={**document.body, "rows": rows, "extra": 1}), CONTROLS)
    codes = {p.code for p in refused.value.problems}
    assert codes == {
        "document.unknown", "document.twice", "document.not_a_number", "framework.coverage_without_control",
        "document.missing_language", "document.unknown_key",
    }  # fmt: skip


def test_a_question_is_asked_once_and_answers_many_libraries():
    questionnaire = Questionnaire.load(reference.load("questionnaires").body, CONTROLS)
    bears = requirements_of("Q011", questionnaire, LIBRARIES.values())
    assert "CMP-01" in bears["mlps-2-0"]
    assert "A.8.5" in bears["iso27001-2022"]
    assert "3.F" in bears["cisa-cpg-2-0"]
    assert requirements_of("Q999", questionnaire, LIBRARIES.values()) == {}
    for found in LIBRARIES.values():
        back = questions_of(found, questionnaire)
        assert list(back) == [r.code for r in found.requirements]
        for requirement in found.requirements:
            assert bool(back[requirement.code]) == any(
                speaks.control in requirement.controls for q in questionnaire.questions for speaks in q.speaks_of
            )
            if not requirement.links:
                assert back[requirement.code] == ()
    assert "Q011" in questions_of(LIBRARIES["mlps-2-0"], questionnaire)["CMP-01"]
