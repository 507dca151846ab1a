"""The live price beside the questionnaire: one update at the server, beside a page with nothing to compute.

Files one of the demonstration's companies in a database of its own, then asks for the indication with one answer laid
over the stored ones, as the questionnaire does after every answer. The target is under 150 ms. Prints milliseconds
(median) and the ratio to `/healthz` through the whole stack of middleware.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 30


def milliseconds(work: Callable[[], object]) -> float:
    """Median time of one call, after two that are not counted."""
    taken = []
    for number in range(RUNS + 2):
        began = time.perf_counter()
        work()
        if number > 1:
            taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SEAWALL_MODE="demo", SEAWALL_DATA_DIR=folder)
        from seawall.technology import postgres

        data = Path(folder) / "postgres"
        os.environ["DATABASE_URL"] = postgres.start(data).url
        try:
            measure()
        finally:
            postgres.stop(data)


def measure() -> None:
    """File and answer one submission in an empty database, then time the indication and `/healthz`."""
    from seawall.entrypoints.cli.run import migrate_if_needed, start

    start()
    migrate_if_needed()
    from django.test import Client

    sys.path.insert(0, str(ROOT))
    from tests.factories import AT, BROKER, house, submission_document

    from seawall.lifecycle.identify.actions import submission
    from seawall.lifecycle.identify.queries.indicative import indication

    home = house()
    filed = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    turns = itertools.cycle([{"Q011": "no"}, {"Q011": "partly"}, {"Q011": "yes"}])
    ours = milliseconds(lambda: indication(home[BROKER], filed.pk, at=AT, overlay=next(turns)))
    client = Client(HTTP_HOST="127.0.0.1")
    theirs = milliseconds(lambda: client.get("/healthz"))
    print(f"indication  {ours:6.1f} ms")
    print(f"/healthz    {theirs:6.1f} ms")
    print(f"ratio       {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
