"""Libraries of requirements for every door: which there are, at which level one is judged, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall import reference
from seawall.core.conformity.frameworks import Framework, load_framework
from seawall.core.conformity.judge import Conformity, Held, conformity
from seawall.core.conformity.mlps import indication
from seawall.core.evidence.controls import Controls
from seawall.core.problems import Refused

# Where neither the reader nor the submission names a level: what most insured systems are classified as.
USUAL_LEVEL = 3


class UnknownLevel(Refused):
    """The library has no such level, or none at all."""

    code = "framework.unknown_level"
    status = 422


@cache
def frameworks() -> Mapping[str, Framework]:
    """The newest version of every library that ships, by id; a control that does not exist stops here."""
    controls = Controls.load(reference.load("controls").body).priors
    ids = sorted({document.header.id for document in reference.available("frameworks")})
    return {id: load_framework(reference.load("frameworks", id), controls) for id in ids}


def framework_of(id: str) -> Framework:
    """One library; raises `reference.UnknownReference`."""
    found = frameworks().get(id)
    if found is None:
        raise reference.UnknownReference("id", kind="frameworks", id=id, version="")
    return found


def level_of(framework: Framework, asked: int | None, own: int | None) -> int | None:
    """The level asked for, else the company's own, else the usual one; None for a library without levels.

    Raises `UnknownLevel`.
    """
    if asked is not None and asked not in framework.levels:
        raise UnknownLevel("level", level=asked, known=[str(level) for level in framework.levels])
    if asked is not None or not framework.levels:
        return asked
    return own if own in framework.levels else USUAL_LEVEL


def judged(framework: Framework, beliefs: Mapping[str, Held], *, asked: int | None, own: int | None) -> Conformity:
    """The conformity of a company; raises `UnknownLevel`."""
    return conformity(framework, beliefs, level=level_of(framework, asked, own))


def kind_words() -> dict[str, str]:
    return {
        "standard": pgettext("library", "Standards"),
        "law": pgettext("library", "Laws and rules"),
        "plan": pgettext("library", "Policies and plans"),
        "guide": pgettext("library", "Guides of the trade"),
        "model": pgettext("library", "Models"),
    }


def verdict_words() -> dict[str, str]:
    return {
        "met": pgettext("conformity", "Met"),
        "supported": pgettext("conformity", "No gap seen"),
        "partly": pgettext("conformity", "Met in part"),
        "not_met": pgettext("conformity", "Not met"),
        "not_seen": pgettext("conformity", "No evidence"),
        "not_assessed": pgettext("conformity", "Not assessed by Seawall"),
    }


def state_words() -> dict[str, str]:
    """The four probabilities of a requirement."""
    return {
        "met": pgettext("conformity", "met"),
        "partly": pgettext("conformity", "in part"),
        "not_met": pgettext("conformity", "not met"),
        "open": pgettext("conformity", "open"),
    }


def grade_words() -> dict[str, str]:
    """The conclusions of an MLPS assessment report, of 2021 and of 2025."""
    return {
        "excellent": pgettext("MLPS conclusion", "excellent"),
        "good": pgettext("MLPS conclusion", "good"),
        "medium": pgettext("MLPS conclusion", "medium"),
        "poor": pgettext("MLPS conclusion", "poor"),
        "conforms": pgettext("MLPS conclusion", "conforms"),
        "basically_conforms": pgettext("MLPS conclusion", "basically conforms"),
        "does_not_conform": pgettext("MLPS conclusion", "does not conform"),
    }


def verdict_notes() -> dict[str, str]:
    """What each verdict means, in a sentence."""
    return {
        "met": _("The controls that decide it are most likely all in place."),
        "supported": _("What Seawall looks at is in place; the rest is for an assessor."),
        "partly": _("Some of it is in place, or what is looked at shows a gap."),
        "not_met": _("The controls that decide it are most likely all absent."),
        "not_seen": _("Nothing was answered or seen about it; the figures are those of comparable companies."),
        "not_assessed": _("No control of Seawall speaks of it. It is never counted as met."),
    }


def confidence_words() -> dict[str, str]:
    return {
        "verified": pgettext("confidence", "verified"),
        "derived": pgettext("confidence", "derived"),
        "general_knowledge": pgettext("confidence", "general knowledge, to be checked"),
        "judgement": pgettext("confidence", "judgement"),
    }


def range_of(low: float, high: float) -> str:
    return _("Between %(low).0f and %(high).0f %% met, as what stays open fails or is met; in part counts half.") % {
        "low": low * 100,
        "high": high * 100,
    }


def indicated(found: Conformity) -> str:
    """For MLPS, between what an assessor might end; empty otherwise."""
    if found.level is None or not found.framework.scoring:
        return ""
    seen = indication(found)
    figures = {
        "low": seen.score[0], "high": seen.score[1], "worst": seen.rate[0] * 100, "best": seen.rate[1] * 100,
        "open": seen.open_items, "items": seen.items,
    }  # fmt: skip
    return (
        _(
            "An assessor might end between %(low).0f and %(high).0f points (2021 template), between %(worst).0f and "
            "%(best).0f %% of items met (2025 template); %(open).0f of %(items)d items are open."
        )
        % figures
    )


def disclaimer() -> str:
    return _(
        "This report follows from what was answered and seen for insurance. It is no certificate, no MLPS assessment "
        "and no legal advice; which controls speak of a requirement, and how far, is Seawall's judgement."
    )
