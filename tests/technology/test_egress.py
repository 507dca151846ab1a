"""What goes out, and above all what does not: redirects, rebinding, hostile servers, all on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from seawall.technology.lab import Lab, Page, Plan, WebState
from seawall.technology.lab.services import web
from seawall.technology.net import Budget, Egress, NotReached, Outcome, TlsWish, Wish, networks, robots_allow
from seawall.technology.net.pace import Pace

FORBIDDEN = "127.99.0.1"
ENTRY = "entry.ssrf.example"
RECORDS = {
    "inside.ssrf.example": {"A": (FORBIDDEN,)},
    "mixed.ssrf.example": {"A": (FORBIDDEN, f"@{ENTRY}")},
    "alias.ssrf.example": {"CNAME": ("inside.ssrf.example",)},
    "metadata.ssrf.example": {"A": ("169.254.169.254",)},
    "loop.ssrf.example": {"CNAME": ("loop2.ssrf.example",)},
    "loop2.ssrf.example": {"CNAME": ("loop.ssrf.example",)},
    "empty.ssrf.example": {"TXT": ("nothing",)},
}


def _web(pages: dict[str, Page]) -> Plan:
    return Plan(ENTRY, pages=pages, plain=pages)


@pytest.fixture(scope="module")
def street() -> Iterator[tuple[Lab, WebState]]:
    """A lab with a host that redirects anywhere, and a canary on an address that is not allowed."""
    with Lab((_web({"/": Page()}),), RECORDS) as lab:
        canary = WebState(pages={}, plain={})
        listener = web(FORBIDDEN, lab.ports[80], canary, secure=False)
        yield lab, canary
        listener.stop()


REDIRECTS = [
    f"http://{FORBIDDEN}/",
    "http://inside.ssrf.example/",
    "http://alias.ssrf.example/",
    "http://metadata.ssrf.example/latest/meta-data/",
    "http://169.254.169.254/latest/",
    "http://100.100.100.200/latest/meta-data/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://[::ffff:7f63:1]/",
    "//127.99.0.1/",
    "http://user@127.99.0.1/",
    "http://entry.ssrf.example@127.99.0.1/",
    "http:\\\\127.99.0.1\\",
    "file:///etc/passwd",
    "gopher://127.99.0.1:6379/_x",
    "ftp://127.99.0.1/",
    "http://entry.ssrf.example:6379/",
    "https://127.99.0.1:8443/",
    "javascript:alert(1)",
    "http://entry.ssrf.example\t/",
]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", REDIRECTS)
def test_no_redirect_reaches_a_forbidden_place(street: tuple[Lab, WebState], location: str, status: int) -> None:
    lab, canary = street
    lab.web[ENTRY].plain = {"/": Page(status, (("Location", location),), b"")}
    egress = lab.egress()
    outcome: Outcome | None
    try:
        outcome = egress.fetch(f"http://{ENTRY}/", Wish(third_parties=True)).stopped
    except NotReached as error:
        outcome = error.outcome
    assert outcome is Outcome.REFUSED_BY_GUARD
    assert canary.seen == []


@pytest.mark.parametrize("host", ["inside.ssrf.example", "alias.ssrf.example", "metadata.ssrf.example"])
def test_names_that_lead_inside_are_refused(street: tuple[Lab, WebState], host: str) -> None:
    lab, _ = street
    with pytest.raises(NotReached) as caught:
        lab.egress().resolve(host)
    assert caught.value.outcome is Outcome.REFUSED_BY_GUARD


def test_only_the_permitted_of_mixed_addresses_is_used(street: tuple[Lab, WebState]) -> None:
    lab, canary = street
    lab.web[ENTRY].plain = {"/": Page()}
    egress = lab.egress()
    found = egress.resolve("mixed.ssrf.example")
    assert [str(a) for a in found.refused] == [FORBIDDEN]
    for _ in range(5):
        assert str(egress.fetch("http://mixed.ssrf.example/").address) == lab.addresses[ENTRY]
    assert canary.seen == []


def test_rebinding_between_check_and_connection_changes_nothing(street: tuple[Lab, WebState]) -> None:
    lab, canary = street
    lab.web[ENTRY].plain = {"/": Page()}
    lab.dns("rebind.ssrf.example", "A", f"@{ENTRY}")
    egress = lab.egress()
    checked = egress.resolve("rebind.ssrf.example")
    lab.dns("rebind.ssrf.example", "A", FORBIDDEN)
    assert str(egress.fetch("http://rebind.ssrf.example/").address) == str(checked.addresses[0])
    with pytest.raises(NotReached) as caught:
        lab.egress().fetch("http://rebind.ssrf.example/")
    assert caught.value.outcome is Outcome.REFUSED_BY_GUARD
    assert canary.seen == []


def test_a_fetch_asks_for_the_name_once(street: tuple[Lab, WebState]) -> None:
    lab, _ = street
    lab.web[ENTRY].plain = {"/": Page()}
    lab.zones.asked.clear()
    lab.egress().fetch(f"http://{ENTRY}/")
    assert lab.zones.asked.count((ENTRY, "A")) == 1


def test_the_default_egress_opens_nothing_local() -> None:
    egress = Egress()
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "100.100.100.200"):
        with pytest.raises(NotReached) as caught:
            egress.connect(address, 80)
        assert caught.value.outcome is Outcome.REFUSED_BY_GUARD
    assert egress.requests == 0


def test_the_port_map_works_only_inside_the_allow_list(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[tuple[str, int]] = []

    def note(self: socket.socket, address: tuple[str, int]) -> None:
        dialled.append(address)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(socket.socket, "connect", note)
    egress = Egress(allow=networks(["127.77.0.0/16"]), ports={80: 1234}, resolver=("127.77.0.1", 5353))
    for address in ("127.77.0.9", "1.1.1.1"):
        with pytest.raises(NotReached):
            egress.connect(address, 80)
    assert dialled == [("127.77.0.9", 1234), ("1.1.1.1", 80)]


def test_a_peer_other_than_the_checked_one_is_refused(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    egress = lab.egress()
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("127.0.0.1", 80))
    with pytest.raises(NotReached) as caught:
        egress.connect(lab.addresses["good.faults.example"], 80)
    assert caught.value.outcome is Outcome.REFUSED_BY_GUARD


def test_ports_that_are_no_service_of_ours_are_refused(lab: Lab) -> None:
    for port in (0, 1, 8080, 11212, 65536):
        with pytest.raises(NotReached) as caught:
            lab.egress().connect(lab.addresses["good.faults.example"], port)
        assert caught.value.outcome is Outcome.REFUSED_BY_GUARD


def test_outcomes_are_told_apart(lab: Lab, street: tuple[Lab, WebState]) -> None:
    egress = lab.egress()
    for host, outcome in {
        "expired": Outcome.TLS_UNTRUSTED,
        "wrongname": Outcome.TLS_UNTRUSTED,
        "selfsigned": Outcome.TLS_UNTRUSTED,
        "exposed": Outcome.CONNECTION_REFUSED,
        "no-such": Outcome.NO_SUCH_NAME,
    }.items():
        with pytest.raises(NotReached) as caught:
            egress.fetch(f"https://{host}.faults.example/")
        assert caught.value.outcome is outcome, host
    other = street[0].egress()
    with pytest.raises(NotReached, match="dns_failure"):
        other.resolve("loop.ssrf.example")
    with pytest.raises(NotReached, match="no_address"):
        other.resolve("empty.ssrf.example")
    silent = Egress(allow=networks(["127.77.0.0/16"]), resolver=("127.77.255.1", 9), timeout=0.3)
    with pytest.raises(NotReached) as failed:
        silent.resolve("example.com", Budget(seconds=2))
    assert failed.value.outcome in (Outcome.TIMEOUT, Outcome.DNS_FAILURE)


def test_third_parties_are_followed_only_when_asked(lab: Lab) -> None:
    answer = lab.egress().fetch("https://away.faults.example/")
    assert (answer.status, answer.stopped) == (302, Outcome.THIRD_PARTY)
    assert answer.location == "https://third-party.example/"


def test_too_many_requests_is_obeyed(lab: Lab) -> None:
    egress = lab.egress()
    assert egress.fetch("https://busy.faults.example/").status == 429
    before = egress.requests
    with pytest.raises(NotReached) as caught:
        egress.fetch("https://busy.faults.example/")
    assert caught.value.outcome is Outcome.ASKED_TO_WAIT
    assert egress.requests == before


def test_environment_proxies_are_ignored(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.99.0.1:3128")
    assert lab.egress().fetch("https://good.faults.example/").status == 200


def test_pace_spaces_starts_evenly() -> None:
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(2.0, clock=lambda: now[0], sleep=sleep)
    budget = Budget(clock=lambda: now[0])
    for _ in range(5):
        pace.wait("a", budget)
    pace.wait("b", budget)
    assert slept == pytest.approx([0.5] * 4)
    for _ in range(56):
        pace.wait("a", budget)
    with pytest.raises(NotReached, match="budget_spent"):
        pace.wait("a", budget)


def test_robots_are_read_for_us() -> None:
    assert robots_allow("", "/")
    assert not robots_allow("User-agent: *\nDisallow: /", "/")
    assert not robots_allow("User-agent: Seawall\nDisallow: /.git", "/.git/HEAD")
    assert robots_allow("User-agent: other\nDisallow: /", "/")


@contextmanager
def _hostile(lab: Lab, behave: Callable[[socket.socket], None], port: int) -> Iterator[str]:
    """A server on a fresh lab address that does something unpleasant to each visitor."""
    address = lab.addresses["good.faults.example"].rsplit(".", 1)[0] + ".200"
    listener = socket.create_server((address, lab.ports[port]))
    listener.settimeout(0.1)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                continue
            with peer:
                peer.settimeout(3)
                try:
                    behave(peer)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        stop.set()
        thread.join(5)
        listener.close()


def _drip(peer: socket.socket) -> None:
    peer.recv(4096)
    for byte in b"HTTP/1.1 200 OK\r\n" * 40:
        peer.sendall(bytes([byte]))
        time.sleep(0.05)


def _endless_body(peer: socket.socket) -> None:
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        peer.sendall(b"x" * 65_536)


def _endless_headers(peer: socket.socket) -> None:
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-Filler: " + b"y" * 8_000 + b"\r\n")


def _continues(peer: socket.socket) -> None:
    peer.recv(4096)
    while True:
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


def _garbage(peer: socket.socket) -> None:
    peer.sendall(b"\x00\xff" * 500)


def _bad_chunks(peer: socket.socket) -> None:
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n")


def _hang(peer: socket.socket) -> None:
    time.sleep(2.5)


@pytest.mark.parametrize("behave", [_drip, _endless_headers, _continues, _garbage, _bad_chunks, _hang])
def test_hostile_web_servers_end_in_time_and_as_errors(lab: Lab, behave: Callable[[socket.socket], None]) -> None:
    with _hostile(lab, behave, 80) as address:
        began = time.monotonic()
        with pytest.raises(NotReached) as caught:
            lab.egress().fetch(f"http://{address}/", Wish(seconds=1.5), Budget(seconds=2, max_bytes=3_000_000))
        assert time.monotonic() - began < 3
    assert caught.value.outcome in (Outcome.TIMEOUT, Outcome.PROTOCOL, Outcome.BUDGET_SPENT, Outcome.RESET)


def test_an_endless_body_is_cut(lab: Lab) -> None:
    with _hostile(lab, _endless_body, 80) as address:
        answer = lab.egress().fetch(f"http://{address}/", Wish(max_bytes=100_000))
    assert answer.truncated
    assert len(answer.body) == 100_000


@pytest.mark.parametrize("behave", [_garbage, _drip, _hang])
def test_hostile_tls_ends_in_time(lab: Lab, behave: Callable[[socket.socket], None]) -> None:
    with _hostile(lab, behave, 443) as address:
        began = time.monotonic()
        connection = lab.egress().connect(address, 443, budget=Budget(seconds=1.5))
        with connection, pytest.raises(NotReached):
            connection.start_tls(TlsWish("x.example", verify=False))
        assert time.monotonic() - began < 2.5


def test_lines_are_bounded(lab: Lab) -> None:
    with (
        _hostile(lab, lambda peer: peer.sendall(b"2" * 50_000), 25) as address,
        lab.egress().connect(address, 25) as connection,
        pytest.raises(NotReached) as caught,
    ):
        connection.receive_line()
    assert caught.value.outcome is Outcome.PROTOCOL


def test_unusual_headers_and_locations_do_not_break_a_fetch(street: tuple[Lab, WebState]) -> None:
    lab, _ = street
    lab.web[ENTRY].plain = {"/": Page(302, (("Location", "http://[bad"), ("X-Odd", "caf\xe9")), b"")}
    answer = lab.egress().fetch(f"http://{ENTRY}/")
    assert answer.stopped is Outcome.REFUSED_BY_GUARD
