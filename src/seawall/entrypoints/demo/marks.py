"""The words of a seeded tenant: every one carries the tenant's mark and whose it is, so that a leak can be seen."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from seawall import reference
from seawall.entrypoints.demo.people import Party, Person
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER

# Three tenants; a mark stands in no other text of the platform.
MARKS = ("zqalpha", "zqbravo", "zqcarol")
SIDES = ("a", "b", "office")

# Insurable answers: back-ups on another machine, restored in part.
INSURABLE = {"Q030": "separate", "Q031": "part", "Q011": "yes"}
EXAMPLES = {"a": "saas-invoice", "b": "hosting-ransomware"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of one tenant. `side` is the insured company they belong to, or the office, which alone may read them."""

    name: str

    def word(self, side: str, field: str) -> str:
        """The canary of a field, such as zqalpha-a-scope."""
        return f"{self.name}-{side}-{field}"

    def domain(self, side: str) -> str:
        return f"{self.name}-{side}-domain.example"

    def paper(self, side: str, field: str) -> tuple[str, bytes]:
        """A text file whose name and content both carry the mark."""
        return f"{self.word(side, field + '-name')}.txt", f"{self.word(side, field + '-content')} 证据".encode()

    def email(self, who: str) -> str:
        return f"{who}@{self.name}.example"

    @property
    def canaries(self) -> dict[str, str]:
        """What to look for: the mark of the tenant, and of each side in it."""
        return {"tenant": self.name, **{side: f"{self.name}-{side}-" for side in SIDES}}

    def parties(self) -> tuple[Party, ...]:
        kinds = {"broker1": "broker", "broker2": "broker", "response": "provider", "counsel": "provider"}
        kinds["supervisor"] = "supervisor"
        return tuple(Party(key, kind, self._named(key), f"{self.name} {key}") for key, kind in kinds.items())

    def _named(self, key: str) -> str:
        return f"{self.name}-{key}-名称"

    def people(self) -> tuple[Person, ...]:
        """One person per role, two where two must act; the insured are the companies `a` and `b`."""
        seats = {
            "underwriter": (UNDERWRITER, "insurer"), "chief": (UNDERWRITER, "insurer"),
            "claims": (CLAIMS, "insurer"), "reviewer": (CLAIMS, "insurer"),
            "portfolio": (PORTFOLIO, "insurer"), "admin": (ADMIN, "insurer"),
            "supervisor": (SUPERVISOR, "supervisor"),
            "broker1": (BROKER, "broker1"), "broker2": (BROKER, "broker2"),
            "insured-a": (INSURED, "a"), "insured-b": (INSURED, "b"),
            "provider": (PROVIDER, "response"), "counsel": (PROVIDER, "counsel"),
        }  # fmt: skip
        return tuple(
            Person(
                self.email(who), f"{self.name} {who}", role, party, {"zh": role, "en": role},
                authority=20_000_000_00 if role == UNDERWRITER else 0,
            )
            for who, (role, party) in seats.items()
        )  # fmt: skip

    def document(self, side: str, at: datetime, *, insurable: bool = True, **request: Any) -> dict[str, Any]:
        """A submission of the company of `side`, every free text marked."""
        document: dict[str, Any] = copy.deepcopy(dict(reference.example(EXAMPLES[side])))
        document.pop("consent", None)
        company = document["company"]
        company["name_zh"], company["name_en"] = self.word(side, "名称"), self.word(side, "company")
        company["domains"] = [self.domain(side)]
        for number, vendor in enumerate(company["vendors"]):
            vendor["name"] = self.word(side, f"vendor{number}")
        for certificate in company["certificates"]:
            certificate["valid_until"] = (at + timedelta(days=500)).date().isoformat()
        document["request"] |= {"inception": (at + timedelta(days=5)).date().isoformat(), **request}
        says: Mapping[str, str] = INSURABLE if insurable else {}
        for answer in document["answers"]:
            answer |= {
                "answered_by": self.word(side, "answerer"),
                "answered_on": timezone.localdate(at).isoformat(),
                "value": self.word(side, "answer") if answer["question"] == "Q051A" else answer["value"],
            }
            answer["value"] = says.get(answer["question"], answer["value"])
        return document
