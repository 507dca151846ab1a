"""The lab's hosts: web servers with and without TLS, mail servers, and ports that only show a banner."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: status, headers, body."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b"<!doctype html><title>Lab</title>"


@dataclass(slots=True)
class WebState:
    """What a web host answers now; replace its fields while it runs. `plain` None sends a redirect to https."""

    pages: Mapping[str, Page] = field(default_factory=lambda: {"/": Page()})
    plain: Mapping[str, Page] | None = None
    otherwise: Page = Page(404, (), b"not here")
    context: ssl.SSLContext | None = None
    seen: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    server: _WebServer

    def _page(self) -> Page:
        state, host = self.server.state, (self.headers.get("Host") or "").split(":")[0]
        state.seen.append(f"{self.command} {'https' if self.server.secure else 'http'}://{host}{self.path}")
        path = self.path.split("?", 1)[0]
        if self.server.secure:
            return state.pages.get(path, state.otherwise)
        if state.plain is None:
            return Page(301, (("Location", f"https://{host}{self.path}"),), b"")
        return state.plain.get(path, state.otherwise)

    def _answer(self) -> None:
        page = self._page()
        self.send_response_only(page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)
        self.close_connection = True

    do_GET = do_HEAD = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """The lab keeps what it saw in `WebState.seen`."""


class Quiet(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that breaks off is nothing to report."""


class _WebServer(Quiet):
    def __init__(self, at: tuple[str, int], state: WebState, secure: bool) -> None:
        self.state = state
        self.secure = secure
        super().__init__(at, _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if not self.secure or self.state.context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(5)
        with self.state.context.wrap_socket(request, server_side=True) as wrapped:
            _Handler(wrapped, client_address, self)


class _BannerServer(Quiet):
    def __init__(self, at: tuple[str, int], banner: bytes) -> None:
        self.banner = banner
        super().__init__(at, _BannerHandler)


class _BannerHandler(socketserver.BaseRequestHandler):
    server: _BannerServer

    def handle(self) -> None:
        sock: socket.socket = self.request
        sock.settimeout(3)
        if self.server.banner:
            sock.sendall(self.server.banner)
        try:
            sock.recv(64)
        except OSError:
            return


class Listener:
    """A server of the lab in its own thread."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2)


def web(address: str, port: int, state: WebState, secure: bool) -> Listener:
    return Listener(_WebServer((address, port), state, secure))


def banner(address: str, port: int, text: bytes) -> Listener:
    return Listener(_BannerServer((address, port), text))


class Mail:
    """An SMTP host, with STARTTLS when it has a TLS context; it throws away what it is given."""

    def __init__(self, address: str, port: int, name: str, context: ssl.SSLContext | None) -> None:
        self._controller = Controller(
            Sink(), hostname=address, port=port, server_hostname=name, tls_context=context, ready_timeout=10
        )
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()
