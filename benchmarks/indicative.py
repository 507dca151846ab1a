"""The live price beside the questionnaire: one update at the server, beside a page with nothing to compute.

Files one submission in a database of its own, then asks for the indication with one answer laid over the stored ones,
and then answers the question as the browser does, through the whole stack: kept, journalled, drawn anew. The target is
under 150 ms for the latter. Prints milliseconds (median) and the ratio to `/healthz`.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
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
    from django.utils import timezone

    sys.path.insert(0, str(ROOT))
    from tests.entrypoints.web.visits import Visitor
    from tests.factories import BROKER, house, submission_document

    from seawall.lifecycle.identify.actions import submission
    from seawall.lifecycle.identify.queries.indicative import indication

    at = timezone.now() - timedelta(hours=1)
    home = house(at=at)
    filed = submission.file(document=submission_document(), by=home[BROKER], at=at)
    turns = itertools.cycle(["no", "partly", "yes"])
    broker = Visitor(home, home[BROKER])
    path = f"/broker/submissions/{filed.pk}/answers/Q011/"

    def answer() -> None:
        """As the browser does it: the answer is kept, and the page's panel comes back with the new price."""
        told = broker.client.post(
            path, {"answers.Q011": next(turns)}, headers={"HX-Request": "true", "Host": "127.0.0.1"}
        )
        assert told.status_code == 200, told.content

    ours = milliseconds(lambda: indication(home[BROKER], filed.pk, at=timezone.now(), overlay={"Q011": next(turns)}))
    page = milliseconds(answer)
    client = Client(HTTP_HOST="127.0.0.1")
    theirs = milliseconds(lambda: client.get("/healthz"))
    print(f"indication alone           {ours:6.1f} ms   {ours / theirs:5.1f} × /healthz")
    print(f"answer kept, panel redrawn {page:6.1f} ms   {page / theirs:5.1f} × /healthz")
    print(f"/healthz                   {theirs:6.1f} ms")


if __name__ == "__main__":
    main()
