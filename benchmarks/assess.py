"""Whole process: `seawall assess` of one company without a scan, beside Python importing numpy and scipy.

The target is under two seconds on two cores. Prints seconds (median of the runs) and the ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from seawall import reference

RUNS = 7
REFERENCE = "import numpy, scipy.stats, scipy.fft"


def seconds(command: list[str]) -> float:
    """Median wall time of a whole process, after one run that is not counted."""
    taken = []
    for number in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"LANG": "C"})
        if number:
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "submission.yaml"
        path.write_text(yaml.safe_dump(dict(reference.example("saas-invoice")), allow_unicode=True), encoding="utf-8")
        ours = seconds([sys.executable, "-m", "seawall", "assess", str(path), "--as-of", "2026-11-24"])
    theirs = seconds([sys.executable, "-c", REFERENCE])
    print(f"seawall assess        {ours:6.2f} s")
    print(f"python, numpy, scipy  {theirs:6.2f} s")
    print(f"ratio                 {ours / theirs:6.2f}")


if __name__ == "__main__":
    main()
