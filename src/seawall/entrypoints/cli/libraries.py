"""How libraries and conformity reports read on a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import click
from django.utils.translation import gettext as _

from seawall.core.conformity.frameworks import Framework
from seawall.core.conformity.judge import Conformity, Judged
from seawall.core.conformity.render import brief
from seawall.core.submission import Submission
from seawall.entrypoints.cli.show import console, table
from seawall.entrypoints.conformity import (
    confidence_words,
    disclaimer,
    indicated,
    kind_words,
    range_of,
    state_words,
    verdict_words,
)
from seawall.entrypoints.shipped import library as releases


def listing(found: Sequence[Framework], lang: str, *, as_json: bool) -> None:
    """Every library by kind: how many requirements it has and of how many a control speaks."""
    if as_json:
        click.echo(json.dumps([brief(f) for f in found], ensure_ascii=False, indent=2))
        return
    out = console()
    columns = [(_("Library"), False), (_("Name"), False), (_("Requirements"), True), (_("with a control"), True)]
    for kind, words in kind_words().items():
        rows = [
            (f.id, f.name[lang], str(len(f.requirements)), str(sum(bool(r.links) for r in f.requirements)))
            for f in found
            if f.kind == kind
        ]
        if rows:
            out.print(table(words, columns, rows))
            out.print()


def library(found: Framework, asked: Mapping[str, Sequence[str]], lang: str) -> None:
    """One library from its head to its last requirement."""
    out, sure = console(), confidence_words()
    out.print(f"[bold]{found.name[lang]}[/]  {found.id} {found.version}")
    out.print(found.about[lang])
    facts = [
        (_("Issued by"), found.issuer[lang]),
        (_("Standing"), found.standing[lang]),
        (_("Binds"), found.binds[lang] if found.binds else ""),
        (_("To be checked"), found.doubt[lang] if found.doubt else ""),
    ]
    for label, text in facts:
        if text:
            out.print(f"[dim]{label}[/]  {text}")
    for fine in found.fines:
        out.print(f"[dim]{_('Fine')}[/]  {fine.article}: {fine.rule[lang]} ({sure[fine.confidence]})")
    out.print()
    names = _names(lang)
    columns = [(_("Code"), False), (_("Requirement"), False), (_("Controls that speak of it"), False)]
    for code, chapter in found.chapters.items():
        rows = []
        for r in found.requirements:
            if r.chapter == code:
                said = _(", ").join(names[c] for c in r.controls) or "–"
                if asked.get(r.code):
                    said += f" ({_(', ').join(asked[r.code])})"
                rows.append((r.code, r.name[lang], said))
        out.print(table(chapter[lang], columns, rows))
        out.print()


def report(found: Conformity, submission: Submission, day: date, lang: str) -> None:
    """The report per chapter, with the whole first."""
    out, words = console(), verdict_words()
    out.print(f"[bold]{submission.company.name(lang)}[/]  {submission.id}  {day.isoformat()}")
    level = _(", level %(level)s") % {"level": found.level} if found.level else ""
    out.print(f"{found.framework.name[lang]}{level}")
    whole = found.whole
    out.print(
        _("Of %(all)d requirements: %(words)s")
        % {
            "all": whole.requirements,
            "words": _(", ").join(f"{words[v]} {n}" for v, n in whole.verdicts.items() if n),
        }
    )
    out.print(range_of(whole.low, whole.high))
    if indicated(found):
        out.print(indicated(found))
    out.print()
    for code in found.chapters:
        rows = [_row(j, lang) for j in found.judged if j.requirement.chapter == code]
        columns = [
            (_("Code"), False), (_("Requirement"), False), (_("Verdict"), False),
            *((words, True) for words in state_words().values()), (_("No evidence on"), False),
        ]  # fmt: skip
        out.print(table(found.framework.chapters[code][lang], columns, rows))
        out.print()
    out.print(disclaimer(), style="dim")
    ref = found.framework
    out.print(f"frameworks/{ref.id}@{ref.version} {ref.sha256[:12]}", style="dim")


def _row(judged: Judged, lang: str) -> tuple[str, ...]:
    names = _names(lang)
    figures = ("", "", "", "") if judged.verdict == "not_assessed" else tuple(
        f"{value * 100:.0f}" for value in (judged.met, judged.partly, judged.not_met, judged.open)
    )  # fmt: skip
    unseen = _(", ").join(names[c] for c in judged.unseen) if judged.verdict != "not_assessed" else ""
    r = judged.requirement
    return (r.code, r.name[lang], verdict_words()[judged.verdict], *figures, unseen)


def _names(lang: str) -> dict[str, str]:
    return {code: prior.name[lang] for code, prior in releases().controls.priors.items()}
