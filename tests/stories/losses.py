"""What is claimed in both cases, as the claims handler enters it; the tests work the payments out by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.stories.telling import facts, item, line

SAAS_FACTS: dict[str, Any] = {
    "encrypted": False,
    "ransom_note": False,
    "personal_data": True,
    "people_affected": 36000,
    "operator": "other",
    "direct_loss": "120万",
    "jurisdictions": ["CN"],
}
HOSTING_FACTS: dict[str, Any] = {
    "encrypted": True,
    "backups_hit": True,
    "ransom_note": True,
    "personal_data": False,
    "operator": "other",
    "whole_outage_minutes": 2880,
    "direct_loss": "640万",
    "jurisdictions": ["CN"],
}


def saas_facts(paper: str, discovered_at: datetime) -> dict[str, Any]:
    """The customers claim on the day of the discovery."""
    return facts(
        paper,
        cause="data_leak",
        personal_data_affected=True,
        third_party_claim=True,
        public_report=True,
        claim_made_at=discovered_at.isoformat(),
    )


def saas_items(paper: str) -> list[dict[str, Any]]:
    return [
        item("settlements", "data_breach_liability", "643210.55", "compensation", paper),
        item("press", "public_relations", "90000", "communication", paper),
        item("counsel", "defence_costs", "181234.56", "legal", paper),
        item("penalty", "defence_costs", "50000", "fine", paper),
    ]


def saas_sheets(paper: str) -> list[dict[str, Any]]:
    betterment = {"deductions": [{"reason": "betterment", "amount": "30000"}]}
    return [
        {"cover": "data_breach_liability", "lines": [line("settlements", "compensation", "643210.55", paper)]},
        {"cover": "public_relations", "lines": [line("press", "communication", "90000", paper, **betterment)]},
        {
            "cover": "defence_costs",
            "lines": [line("counsel", "legal", "181234.56", paper), line("penalty", "fine", "50000", paper)],
        },
    ]


def hosting_facts(paper: str) -> dict[str, Any]:
    return facts(paper, cause="ransomware", extortion_demand=True)


def hosting_items(paper: str) -> list[dict[str, Any]]:
    return [
        # 25 bitcoin, about USD 200,000 at the time of the white paper.
        item("ransom", "extortion", "1437500", "ransom", paper, paid_in="virtual_currency"),
        item("forensics", "extortion", "120345.67", "forensic", paper),
        item("negotiator", "extortion", "45000", "negotiation", paper),
        item("rebuild", "data_restoration", "380000", "restoration", paper),
        item("containment", "data_restoration", "28800.50", "mitigation", paper),
        item("business_interruption", "business_interruption", "539250.40", "income", paper, interruption=True),
    ]


def hosting_sheets(paper: str) -> list[dict[str, Any]]:
    growth = {"deductions": [{"reason": "betterment", "amount": "60000"}]}
    return [
        {
            "cover": "business_interruption",
            "interruption": {
                "hours": [{"repeat": 48, "expected_profit": "7000", "fixed_cost": "5000", "actual": "1500"}],
                "evidence": [paper],
                "extra_cost": "35250.40",
                "extra_evidence": [paper],
                "saved_cost": "20000",
            },
        },
        {
            "cover": "extortion",
            "lines": [
                # Even a worksheet that calls the ransom money does not make it so: the determination stands.
                line("ransom", "ransom", "1437500", paper),
                line("forensics", "forensic", "120345.67", paper),
                line("negotiator", "negotiation", "45000", paper),
            ],
        },
        {
            "cover": "data_restoration",
            "lines": [
                line("rebuild", "restoration", "380000", paper, **growth),
                line("containment", "mitigation", "28800.50", paper),
            ],
        },
    ]
