"""The feeds of a seeded tenant: a basis, a good run, a run that was refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.utils import timezone

from seawall.core.feeds.basis import Basis
from seawall.entrypoints.demo.lives import Life
from seawall.records.feeds.actions import Load, authorise, take


def taken_in(life: Life, at: datetime) -> None:
    """One known exploited vulnerability with the tenant's mark, the same file cut off, a basis for leaks."""
    entry = {
        "cveID": "CVE-2021-41773",
        "vendorProject": life.mark.word("office", "vendor"),
        "product": life.mark.word("office", "product"),
        "vulnerabilityName": life.mark.word("office", "vulnerability"),
        "dateAdded": "2021-11-03",
        "dueDate": "2021-11-17",
        "knownRansomwareCampaignUse": "Known",
        "cwes": ["CWE-22"],
    }
    catalogue = {
        "catalogVersion": f"{at:%Y.%m.%d}",
        "dateReleased": at.isoformat(),
        "count": 1,
        "vulnerabilities": [entry],
    }
    content = json.dumps(catalogue).encode()
    source, reason = life.mark.word("office", "source"), life.mark.word("office", "reason")
    take(Load("kev", (content,), source, reason=reason), by=life.house.admin, at=at)
    take(Load("kev", (content[:-20],), source), by=life.house.admin, at=at)
    day = timezone.localdate(at)
    basis = Basis("consent", "handed_over", life.mark.word("office", "purpose"), day, day + timedelta(days=180))
    authorise(kind="leaks", basis=basis, by=life.house.admin, at=at)
