"""Libraries of requirements, and how far an assessed company meets one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from seawall.core.conformity import render
from seawall.core.conformity.judge import held_in
from seawall.core.conformity.questions import questions_of
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import reads
from seawall.entrypoints.api.v1.schemas import libraries as s
from seawall.entrypoints.api.v1.schemas.base import Code
from seawall.entrypoints.conformity import framework_of, frameworks, judged
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.company import told
from seawall.lifecycle.strategy.queries.in_force import library_on

router = Router(tags=["identify"])


@router.get("frameworks", response=reads(s.Frameworks), operation_id="list_frameworks")
def list_frameworks(request: HttpRequest) -> s.Frameworks:
    """Standards, laws, plans, guides and models that a company can be held against."""
    viewer(request)
    return s.Frameworks(frameworks=[s.Framework(**render.brief(f)) for f in frameworks().values()])


@router.get("frameworks/{library}", response=reads(s.FrameworkPage), operation_id="get_framework")
def framework(request: HttpRequest, library: Code) -> s.FrameworkPage:
    """One library with its requirements, the controls that speak of each, and the questions that bear on it."""
    found = framework_of(library)
    known = library_on(viewer(request), on=timezone.localdate())
    asked = {code: list(ids) for code, ids in questions_of(found, known.questionnaire).items()}
    return s.FrameworkPage(**render.library(found), questions=asked)


@router.get(
    "assessments/{uuid:assessment_id}/conformity/{library}",
    response=reads(s.Conformity),
    operation_id="get_conformity",
)
def conformity(request: HttpRequest, assessment_id: UUID, library: Code, level: int | None = None) -> s.Conformity:
    """How far the assessed company meets a library; `level` defaults to the company's own MLPS level, else 3."""
    by = viewer(request)
    found = scope.assessment(by, assessment_id, at=timezone.now())
    own = found.inputs["submission"]["company"].get("mlps_level")
    made = judged(framework_of(library), held_in(told(by, found)["beliefs"]), asked=level, own=own)
    return s.Conformity(**render.report(made))
