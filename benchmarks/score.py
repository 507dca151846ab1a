"""Whether score, interval and beliefs hold: companies of known controls, seen through evidence drawn from them.

The same figures as `validation/scoring/test_score.py` asserts, from a larger sample (`--companies`), and how far they
bend when the world is not as stated. Beside: a score that knows size and industry alone. Prints tables; fails nobody.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from validation.scoring.measure import LOOKS, Look, Measured, measure, with_common
from validation.scoring.synthetic import Process

from seawall.entrypoints.shipped import library as shipped

WHOLE = "answers with files, scan, certificates"
WORLDS = {
    "as stated": Process(common=0.1),
    "controls independent": Process(),
    "controls correlated 0.2": Process(common=0.2),
    "controls correlated 0.3": Process(common=0.3),
    "evidence half as good": Process(common=0.1, reliability=0.5),
    "evidence a quarter as good": Process(common=0.1, reliability=0.25),
    "evidence a third better": Process(common=0.1, reliability=1.33),
    "half of a source's errors shared": Process(common=0.1, copied=0.5),
    "all of a source's errors shared": Process(common=0.1, copied=1.0),
}


def line(name: str, found: Measured) -> None:
    print(
        f"{name:40}{found.covered:8.1%}{found.width:8.1f}{found.bias:+8.2f}{found.order:8.2f}"
        f"{found.brier:8.3f}{found.calibration_error:8.3f}",
        flush=True,
    )


def table(title: str) -> None:
    print(f"\n{title:40}{'covers':>8}{'width':>8}{'bias':>8}{'order':>8}{'Brier':>8}{'calib.':>8}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--companies", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    library = shipped()

    def run(process: Process, look: Look, common: float = library.controls.common) -> Measured:
        return measure(with_common(library, common), process, look, count=asked.companies, seed=asked.seed)

    table("by evidence, the world as stated")
    found = {}
    for name, look in LOOKS.items():
        found[name] = run(Process(common=library.controls.common), look)
        line(name, found[name])
    table("all evidence, other worlds")
    for name, process in WORLDS.items():
        line(name, run(process, LOOKS[WHOLE]))
    table("independent controls, and so drawn")
    for name in ("nothing", "all answers", WHOLE):
        line(name, run(Process(), LOOKS[name], 0.0))
    whole = found[WHOLE]
    print("\ntrue expected loss over the average of its size, by tenth of the score, worst first")
    print("  " + "  ".join(f"{lift:.2f}" for lift in whole.lift))
    print("\nsizes mixed                              by size alone   with the evidence   ratio")
    for name, (size, seen) in {
        "rank correlation with true loss": whole.order_of_losses,
        "mean error in logarithms": whole.error_of_losses,
    }.items():
        print(f"{name:40}{size:14.3f}{seen:20.3f}{seen / size:8.2f}")
    print("\nprobability given -> frequency found (how many)")
    for given, frequency, count in whole.reliability():
        print(f"  {given:.3f} -> {frequency:.3f} ({count})")


if __name__ == "__main__":
    main()
