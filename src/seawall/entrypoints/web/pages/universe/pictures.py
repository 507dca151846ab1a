"""A risk or a control with what hangs on it, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seawall.core.universe.model import Effect
from seawall.entrypoints.web import charts, formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.pages.universe import words
from seawall.lifecycle.strategy.queries.risks import Names, Register, Risk

STRONGEST = 6.0  # a relativity between absent and present that draws the thickest line


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a picture is drawn: language, desk, and the names of codes."""

    language: str
    desk: str
    names: Names


def of_risk(held: Register, risk: Risk, reader: Reader) -> charts.Spec:
    """Techniques → the risk → the controls against it and the covers that answer."""
    language, names = reader.language, reader.names
    nodes = [charts.Node(risk.code, risk.name[language], 1, words.grains()[risk.grain], strong=True)]
    lines = []
    for code in risk.techniques:
        nodes.append(
            charts.Node(
                code, words.technique_name(names, code, language), 0, _("Techniques"), technique_url(code, reader)
            )
        )
        lines.append(charts.Link(code, risk.code, _("is done by"), 0.2))
    for code in risk.controls:
        label = words.control_name(names, code, language)
        nodes.append(charts.Node(f"c:{code}", label, 2, _("Controls"), address(reader.desk, "universe-control", code)))
        lines.append(
            charts.Link(
                risk.code, f"c:{code}", _said(effects_on(held, code, risk), held.told), _force(held, code, risk)
            )
        )
    lines_of_covers(risk, held, reader, nodes, lines)
    return charts.links(nodes, lines, title=_("What hangs together"), said=[_summary(risk)])  # fmt: skip


def lines_of_covers(
    risk: Risk, held: Register, reader: Reader, nodes: list[charts.Node], lines: list[charts.Link]
) -> None:
    """Add the covers of a risk, the largest share first; a cover stands once."""
    known = {node.id for node in nodes}
    for code in sorted(risk.covers, key=lambda c: -risk.covers[c]):
        if f"k:{code}" not in known:
            label = words.cover_name(reader.names, code, reader.language)
            nodes.append(charts.Node(f"k:{code}", label, 2, _("Covers"), address(reader.desk, "universe", cover=code)))
        share = risk.covers[code]
        said = (
            _("%(share)s of the loss") % {"share": formats.percent(share, locale_now(), 0)}
            if held.told
            else _("answers")
        )
        lines.append(charts.Link(risk.code, f"k:{code}", said, share if held.told else 0.3))


def of_control(held: Register, control: str, found: Sequence[Risk], reader: Reader) -> charts.Spec:
    """The control → the risks it works against → the covers that answer for them."""
    label = words.control_name(reader.names, control, reader.language)
    nodes = [charts.Node(f"c:{control}", label, 0, _("Control"), strong=True)]
    lines: list[charts.Link] = []
    for risk in found:
        url = address(reader.desk, "universe-risk", risk.code)
        nodes.append(charts.Node(risk.code, risk.name[reader.language], 1, _("Risk families"), url))
        lines.append(
            charts.Link(
                f"c:{control}",
                risk.code,
                _said(effects_on(held, control, risk), held.told),
                _force(held, control, risk),
            )
        )
    for risk in found:
        lines_of_covers(risk, held, reader, nodes, lines)
    said = ngettext(
        "“%(name)s” works against %(n)s risk family.", "“%(name)s” works against %(n)s risk families.", len(found)
    )
    return charts.links(nodes, lines, title=_("What hangs together"), said=[said % {"name": label, "n": len(found)}])


def effects_on(held: Register, control: str, risk: Risk) -> list[Effect]:
    """What a control does to a risk: the effects that name it, else those on its family."""
    found = next((c for c in held.universe.controls if c.id == control), None)
    if found is None:
        return []
    own = [e for e in found.effects if risk.code in e.scenarios]
    return own or [e for e in found.effects if risk.family in e.scenarios]


def technique_url(code: str, reader: Reader) -> str:
    """The risks in which a technique is used."""
    return address(reader.desk, "universe", q=code)


def _said(effects: Sequence[Effect], told: bool) -> str:
    kinds = words.effects()
    if not told:
        return _(", ").join(dict.fromkeys(kinds[e.on] for e in effects)) or _("works against it")
    return _(", ").join(
        _("%(what)s ×%(absent)s without it, ×%(present)s with it")
        % {
            "what": kinds[e.on],
            "absent": formats.number(e.absent, locale_now(), 2),
            "present": formats.number(e.present, locale_now(), 2),
        }
        for e in effects
    )


def _force(held: Register, control: str, risk: Risk) -> float:
    if not held.told:
        return 0.3
    strongest = max((e.absent / e.present for e in effects_on(held, control, risk)), default=1.0)
    return min(1.0, (strongest - 1) / (STRONGEST - 1))


def _summary(risk: Risk) -> str:
    return _(
        "%(techniques)s techniques, %(controls)s controls that work against it, %(covers)s covers it falls on."
    ) % {
        "techniques": len(risk.techniques),
        "controls": len(risk.controls),
        "covers": sum(code != "uninsured" for code in risk.covers),
    }
