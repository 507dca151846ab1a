"""The data a calibration runs on: the losses and figures that ship, or another extract of the VERIS database."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from seawall import reference
from seawall.core.universe.calibration import Calibration, Loss, calibrate, read_losses
from seawall.core.universe.load import load_universe

FILE = "vcdb_losses.csv"
COLUMNS = {  # of the file in another directory, by our names
    "incident": "incident_id", "action": "action", "records": "records_total", "loss": "loss_overall_amount",
    "quality": "quality",
}  # fmt: skip
SEED = 1


def losses(folder: Path | None) -> tuple[Loss, ...]:
    """From `vcdb_losses.csv` in `folder`, or the shipped extract; raises `Invalid`, `OSError`."""
    shipped = reference.load("losses", "vcdb").body
    rows: Sequence[Mapping[str, str]] = shipped["incidents"]
    if folder is not None:
        with (folder / FILE).open(encoding="utf-8", newline="") as file:
            rows = [{ours: row.get(theirs) or "" for ours, theirs in COLUMNS.items()} for row in csv.DictReader(file)]
    return read_losses(rows, shipped["usable"])


def calibration(folder: Path | None = None) -> Calibration:
    """One run, always with the same seed."""
    sources = reference.market_figures()
    published = {figure.id: float(figure.value) for source in sources for figure in source.figures}
    return calibrate(losses(folder), load_universe(reference.load("universe")), published, seed=SEED)
