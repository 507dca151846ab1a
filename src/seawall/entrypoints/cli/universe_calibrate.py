"""How a calibration reads on a terminal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from seawall.core.universe.calibration import Calibration
from seawall.entrypoints.cli.show import console, table


def show_calibration(found: Calibration) -> None:
    """Fit, tail, hold-out, doubt about the mean, and both comparisons, each with what it says in one sentence."""
    out, body = console(), found.body
    out.print(_("%(used)s losses, %(held)s of them held out") % {"used": found.used, "held": found.held_out.n})
    out.print(
        _("Lognormal body: median USD %(median)s, σ %(sigma).2f, distance to the data %(ks).3f")
        % {"median": f"{body.median:,.0f}", "sigma": body.sigma, "ks": body.ks}
    )
    out.print()
    _tails(found)
    _held_out(found)
    columns = [
        (_("losses cut at, USD"), True),
        (_("mean"), True),
        (_("5 %"), True),
        (_("95 %"), True),
        (_("largest"), True),
    ]
    rows = [
        (
            "–" if d.cap is None else f"{d.cap:,.0f}",
            f"{d.mean:,.0f}",
            f"{d.low:,.0f}",
            f"{d.high:,.0f}",
            f"{d.largest_share * 100:.0f} %",
        )
        for d in found.doubts
    ]
    out.print(table(_("How far a mean can be trusted (resampled 2,000 times)"), columns, rows))
    out.print(
        _("Before limits the mean is meaningless: it is decided by the few largest losses, and the tail has none.")
    )
    out.print()
    slope, error, fit, n = found.records
    words = {"slope": slope, "error": error, "fit": fit, "n": n, "held": found.records_held_out[0]}
    out.print(
        _("Loss on records: exponent %(slope).3f ± %(error).3f (R² %(fit).2f, n %(n)d); held out %(held).3f") % words
    )
    out.print()
    _actions(found)
    columns = [
        (_("Level"), False),
        (_("shipped"), True),
        (_("published"), True),
        (_("ratio"), True),
        (_("figure"), False),
    ]
    market = [(b.what, f"{b.shipped:,.6g}", f"{b.published:,.6g}", f"{b.ratio:.2f}", b.figure) for b in found.market]
    out.print(table(_("Shipped and fitted levels beside published figures"), columns, market))


def _tails(found: Calibration) -> None:
    out = console()
    columns = [
        (_("above, USD"), True),
        (_("losses"), True),
        (_("shape ξ"), True),
        (_("error"), True),
        (_("mean"), False),
    ]
    rows = [
        (
            f"{t.threshold:,.0f}",
            str(t.n),
            f"{t.xi:.2f}",
            f"± {t.xi_error:.2f}",
            _("finite") if t.has_mean else _("infinite"),
        )
        for t in found.tails
    ]
    out.print(table(_("Generalised Pareto tail"), columns, rows))
    hills = ", ".join(f"{k}: {alpha:.2f}" for k, alpha in found.hills.items())
    out.print(
        _("Hill tail index by the number of largest losses: %(hills)s (no mean at or below 1)") % {"hills": hills}
    )
    out.print()


def _held_out(found: Calibration) -> None:
    out, held = console(), found.held_out
    columns = [(_("quantile"), True), (_("above it"), True), (_("expected"), True), (_("chance"), True)]
    rows = [
        (f"{c.level * 100:.0f} %", f"{c.above} / {c.of}", f"{c.expected:.1f}", f"{c.chance:.2f}") for c in held.coverage
    ]
    out.print(table(_("Held-out losses against the fit on the rest"), columns, rows))
    out.print(_("Distance %(ks).3f, p %(p).2f") % {"ks": held.ks, "p": held.p_value})
    out.print()


def _actions(found: Calibration) -> None:
    columns = [
        (_("VERIS action"), False), (_("losses"), True), (_("median"), True), (_("σ"), True), (_("family"), False),
        (_("median"), True), (_("σ"), True),
    ]  # fmt: skip
    rows = []
    for item in found.actions:
        first = (item.action, str(item.fit.n), f"{item.fit.median:,.0f}", f"{item.fit.sigma:.2f}")
        for family, (median, sigma) in item.families.items():
            rows.append((*first, family, f"{median:,.0f}", f"{sigma:.2f}"))
            first = ("", "", "", "")
    console().print(table(_("Public losses by action beside the shipped families, USD"), columns, rows))
    console().print()
