"""How an assessment reads on a terminal; stdout stays plain text when it is not one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from seawall.core.evidence.items import Finding
from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.core.submission import Submission
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.words import evidence_words, method_words, state_words, treatment_words

Amount = Mapping[str, Any] | None
WIDTH = 110
# Pieces of evidence to hand in next that are told.
NEXT = 3


def console() -> Console:
    out = Console(highlight=False, soft_wrap=False)
    return out if out.is_terminal else Console(highlight=False, width=WIDTH, no_color=True)


def amount(value: Amount) -> str:
    """An amount in major units, rounded to whole ones, or a dash."""
    if value is None:
        return "–"
    exact = Money(value["minor"], value["currency"]).amount
    return str(format_decimal(exact.quantize(Decimal(1)), locale="en"))


def table(title: str, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> Table:
    """A table; a column is (heading, whether it holds numbers)."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for heading, numeric in columns:
        made.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def show_assessment(found: Mapping[str, Any], submission: Submission, findings: Sequence[Finding], lang: str) -> None:
    """The summary a person reads, from score to price."""
    out, texts = console(), found["texts"]
    score, level = found["score"], found["gbt20984"]["record"]
    out.print(f"[bold]{submission.company.name(lang)}[/]  {found['submission']}  {found['as_of']}")
    out.print(_("Posture score %(value).0f (90 %% interval %(low).0f–%(high).0f; a peer stands at %(peer).0f)") % score)
    out.print(
        _("GB/T 20984 (%(method)s): value %(value).1f, level %(level)s – %(name)s")
        % {**level, "method": method_words()[level["method"]], "name": texts["levels"][str(level["level"])][lang]}
        if str(level["level"]) in texts["levels"]
        else f"GB/T 20984: {level['value']} / {level['level']}"
    )
    unseen = found["unseen"]
    out.print(
        _("Not seen: %(controls)d of %(all)d controls, %(checks)d checks")
        % {"controls": len(unseen["controls"]), "all": len(found["beliefs"]), "checks": len(unseen["checks"])}
    )
    peers = {k: 100 * found["peers"][k] for k in ("below", "below_low", "below_high")}
    out.print(
        _("Above %(below).0f %% of simulated companies of its industry and size (%(below_low).0f–%(below_high).0f %%)")
        % peers
    )
    for piece in found["worth"][:NEXT]:
        name = texts["controls"][piece["control"]][lang]
        told = {"what": evidence_words()[piece["kind"]], "control": name, "n": piece["narrows"]}
        out.print(_("To narrow the interval: %(what)s – %(control)s (%(n).1f points)") % told)
    for clash in found["contradictions"]:
        name = texts["controls"][clash["control"]][lang]
        out.print(_("Contradiction: %(control)s – the answer says %(claim)s, seen: %(seen)s") % _clash(name, clash))
    out.print()
    _show_scenarios(out, found, lang)
    _show_losses(out, found, lang)
    _show_fixes(out, found, lang)
    show_options(found["options"], texts, lang, out=out)
    releases = ", ".join(f"{r['kind']}/{r['id']}@{r['version']}" for r in found["releases"].values())
    out.print(_("Releases: %(releases)s") % {"releases": releases}, style="dim")
    out.print(_("Seed %(seed)s, engine %(engine)s") % found, style="dim")


def _clash(name: str, clash: Mapping[str, Any]) -> dict[str, str]:
    words = state_words()
    return {"control": name, "claim": words[clash["claim"]["says"]], "seen": words[clash["seen"]["says"]]}


def _show_scenarios(out: Console, found: Mapping[str, Any], lang: str) -> None:
    words, names, levels = treatment_words(), found["texts"]["scenarios"], found["texts"]["levels"]
    rows = [
        (
            names[s["scenario"]][lang],
            f"{s['rate'] * 100:.2f} %",
            f"{s['mean']:,.0f}",
            f"{s['expected']:,.0f}",
            levels.get(str(s["gbt20984"]["record"]["level"]), {}).get(lang, str(s["gbt20984"]["record"]["level"])),
            words[s["treatment"]],
        )
        for s in found["scenarios"]
    ]
    columns = [
        (_("Residual risk"), False), (_("a year"), True), (_("mean loss"), True), (_("expected a year"), True),
        (_("level"), False), (_("treatment"), False),
    ]  # fmt: skip
    out.print(table(_("Residual risks"), columns, rows))
    out.print()


def _show_losses(out: Console, found: Mapping[str, Any], lang: str) -> None:
    names, losses = found["texts"]["covers"], found["losses"]
    figures = [(names[c][lang] if c in names else _("Under no cover"), f) for c, f in losses["by_cover"].items()]
    rows = [
        (name, amount(f["expected"]), amount(f["q995"]), amount(f["tail995"]))
        for name, f in [*figures, (_("All together"), losses["total"])]
    ]
    currency = losses["total"]["expected"]["currency"]
    columns = [(_("Cover"), False), (_("expected a year"), True), (_("1 in 200"), True), (_("mean beyond"), True)]
    out.print(table(_("Loss by cover before terms, %(currency)s") % {"currency": currency}, columns, rows))
    tail = _(
        "Before limits these figures hang on a few very large losses: public losses have a tail without a mean."
        " Judge by what is left after limits."
    )
    out.print(tail, style="dim")
    out.print()


def _show_fixes(out: Console, found: Mapping[str, Any], lang: str) -> None:
    names = found["texts"]["fixes"]
    rows = [
        (
            names[f["control"]][lang],
            f"{f['points']:+.1f}",
            amount(f["loss_avoided"]),
            amount(f["premium"]),
            amount(f["cost"]),
        )
        for f in found["fixes"]
        if f["points"] >= 0.5
    ]
    columns = [
        (_("Fix, best value first"), False), (_("points"), True), (_("loss avoided"), True), (_("premium"), True),
        (_("cost a year"), True),
    ]  # fmt: skip
    out.print(table(_("What to fix, and what it is worth"), columns, rows))
    out.print()


def show_options(
    options: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Any],
    lang: str,
    *,
    steps: bool = False,
    out: Console | None = None,
) -> None:
    """The products side by side, and with `steps` how each premium came about."""
    out = out or console()
    rows = []
    for option in options:
        refused = [Problem(p["field"], p["code"], p["params"]) for p in option["refused"]]
        covers = _(", ").join(texts["covers"][c][lang] for c in option["covers"])
        price = amount(option["premium"]) if option["premium"] else " ".join(sentence(p) for p in refused)
        name = texts["products"][option["product"]][lang]
        rows.append((name, covers, amount(option["limit"]), amount(option["retention"]), price))
    columns = [
        (_("Product"), False), (_("Covers"), False), (_("limit"), True), (_("retention"), True), (_("premium"), True)
    ]  # fmt: skip
    currency = options[0]["limit"]["currency"] if options else ""
    out.print(table(_("Options, %(currency)s a year") % {"currency": currency}, columns, rows))
    for option in options if steps else ():
        if option["rating"]:
            out.print()
            out.print(_trace(option, texts, lang))
    out.print()


def _trace(option: Mapping[str, Any], texts: Mapping[str, Any], lang: str) -> Table:
    rows = [
        (
            step["title"][lang] + (f" · {texts['covers'][step['cover']][lang]}" if step["cover"] else ""),
            f"{step['table'] or ''} {step['row']}".strip(),
            f"{Decimal(step['factor']):.4f}" if step["factor"] else "",
            f"{Decimal(step['amount']):,.2f}",
        )
        for step in option["rating"]["steps"]
    ]
    columns = [(_("Step"), False), (_("table and row"), False), (_("factor"), True), (_("amount"), True)]
    return table(texts["products"][option["product"]][lang], columns, rows)
