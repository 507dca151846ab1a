"""Conformity reports as PDF, drawn when somebody asks for them."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import override

from seawall.core.conformity.judge import held_in
from seawall.core.submission import read
from seawall.entrypoints.conformity import framework_of, judged
from seawall.entrypoints.conformity_paper import conformity_report
from seawall.entrypoints.jobs.papers import CATALOGUES
from seawall.entrypoints.jobs.protect import name_of
from seawall.lifecycle.identify.actions.conformity import keep_paper
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries.report import Held
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.viewer import Viewer


def draw(system: Viewer, *, assessment: str, library: str, level: int, language: str) -> None:
    """Draw up the report on one library and keep it under the version that was used."""
    found = Assessment.objects.select_related("submission", "tenant").get(pk=UUID(assessment))
    framework = framework_of(library)
    submission = read(found.inputs["submission"], as_of=found.as_of)
    made = judged(framework, held_in(found.result["beliefs"]), asked=level or None, own=None)
    issuer = {"name": name_of(insurer_of(found.tenant), language)}
    with override(CATALOGUES[language]):
        content = conformity_report(made, submission, found.as_of, language, issuer=issuer)
    used = Held(framework.id, framework.version, level)
    keep_paper(assessment=found.pk, library=used, language=language, content=content, by=system, at=timezone.now())
