"""Feeds on their schedule and by command, over real HTTP on loopback: asked when due, all pages, failures recorded."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from seawall.core.feeds.basis import Basis
from seawall.entrypoints.cli import seawall
from seawall.entrypoints.feeding import BadSource, NoAnswer, fetch, named, sources
from seawall.entrypoints.jobs import feeds
from seawall.records.feeds.actions import authorise
from seawall.records.feeds.models import FeedRun
from seawall.records.parties.roles import ADMIN
from seawall.technology.net import Egress, networks
from tests.factories import House, house

SAMPLES = Path(__file__).parents[2] / "core" / "feeds" / "samples"
NVD: dict[str, Any] = json.loads((SAMPLES / "nvd.json").read_text())


class Source(BaseHTTPRequestHandler):
    """Samples by name; the NVD's answer in pages of one; and answers that are none."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if url.path == "/nvd":
            start = int(parse_qs(url.query)["startIndex"][0])
            rows = NVD["vulnerabilities"][start : start + 1]
            body = json.dumps(
                {**NVD, "startIndex": start, "resultsPerPage": len(rows), "vulnerabilities": rows}
            ).encode()
        elif (SAMPLES / url.path[1:]).is_file():
            body = (SAMPLES / url.path[1:]).read_bytes()
        else:
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if "cut" in url.query else body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def source() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def way(source: ThreadingHTTPServer, rate: float = 100.0) -> Egress:
    return Egress(allow=networks(["127.0.0.0/8"]), ports={80: source.server_port}, rate=rate)


@pytest.fixture
def home(db: None, settings: Any, source: ThreadingHTTPServer) -> House:
    settings.SCAN_ALLOW, settings.SCAN_PORTS, settings.SCAN_RATE = ["127.0.0.0/8"], [f"80:{source.server_port}"], 100
    return house(at=timezone.now())


def test_what_is_due_is_asked_once_and_failures_are_recorded(
    home: House, settings: Any, source: ThreadingHTTPServer
) -> None:
    settings.FEEDS = [
        "kev=http://127.0.0.1/kev.json",
        "attack=http://127.0.0.1/gone?key=secret",
        "leaks=http://127.0.0.1/leaks.json",
        "ransomware=http://127.0.0.1/ransomware.json?cut",
    ]
    feeds.refresh(home.system)
    found = {run.kind: run for run in FeedRun.objects.all()}
    assert {kind: run.outcome for kind, run in found.items()} == {
        "kev": "good", "attack": "failed", "ransomware": "failed"
    }  # fmt: skip
    assert found["attack"].problems[0]["params"] == {"why": "HTTP 503"}
    assert found["attack"].source == "http://127.0.0.1/gone"
    assert not any("leaks" in path for path in source.asked)  # type: ignore[attr-defined]
    feeds.refresh(home.system)
    assert FeedRun.objects.filter(kind="kev").count() == 1
    today = timezone.localdate()
    ground = Basis("consent", "handed_over", "Watch of insured companies", today, today + timedelta(days=30))
    authorise(kind="leaks", basis=ground, by=home[ADMIN], at=timezone.now())
    feeds.refresh(home.system)
    assert FeedRun.objects.get(kind="leaks").outcome == "good"


def test_nothing_is_fetched_unless_the_operator_says_so(
    home: House, settings: Any, source: ThreadingHTTPServer
) -> None:
    settings.FEEDS = []
    feeds.refresh(home.system)
    assert not source.asked  # type: ignore[attr-defined]
    assert not FeedRun.objects.exists()


def test_all_pages_of_an_answer_are_fetched(source: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.entrypoints.feeding.NVD_RATE", 100.0)
    parts = fetch("nvd", "http://127.0.0.1/nvd", way(source))
    assert len(parts) == 2
    assert [path.rpartition("=")[2] for path in source.asked] == ["0", "1"]  # type: ignore[attr-defined]


def test_what_lies_inside_is_not_asked(source: ThreadingHTTPServer) -> None:
    with pytest.raises(NoAnswer):
        fetch("kev", "http://127.0.0.1/kev.json", Egress(ports={80: source.server_port}))
    for url in ("file:///etc/passwd", "http://user:x@127.0.0.1/", "gopher://127.0.0.1/"):
        with pytest.raises(NoAnswer):
            fetch("kev", url, way(source))
    assert not source.asked  # type: ignore[attr-defined]


def test_sources_name_a_feed_once() -> None:
    assert sources(["kev=https://a.example/x?a=b"]) == {"kev": "https://a.example/x?a=b"}
    for words in (["weather=https://a.example"], ["kev=ftp://a.example"], ["kev"], ["kev=https://a", "kev=https://b"]):
        with pytest.raises(BadSource):
            sources(words)
    assert named("https://a.example:8443/x?key=1#y") == "https://a.example/x"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(seawall, ["feed", "run", *arguments, "--lang", "en"], standalone_mode=False)


def test_by_command_from_a_file_and_from_an_address(home: House) -> None:
    said = run("kev", "--file", str(SAMPLES / "kev.json"), "--json")
    assert (said.exception, said.return_value) == (None, 0)
    told = json.loads(said.stdout)
    assert (told["outcome"], told["change"]["added"]) == ("good", 12)
    again = run("kev", "--url", "http://127.0.0.1/kev.json", "--tenant", home.slug, "--json")
    assert json.loads(again.stdout)["outcome"] == "unchanged"
    gone = run("kev", "--url", "http://127.0.0.1/gone")
    assert gone.return_value == 1
    assert "HTTP 503" in gone.stdout
    assert run("kev", "--file", str(SAMPLES / "nvd.json")).return_value == 1
    assert run("kev").exception is not None
    assert type(run("leaks", "--file", str(SAMPLES / "leaks.json")).exception).__name__ == "NoBasis"
    assert type(run("kev", "--file", "x", "--tenant", "nobody").exception).__name__ == "NoHouse"
