"""This machine's own ports: whether one can be served on, and whether something answers there."""

from __future__ import annotations

import socket


def why_not_free(host: str, port: int) -> str:
    """Empty when `host:port` can be bound, else the system's reason."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def answers(host: str, port: int) -> bool:
    """Whether a connection to a port of this machine is taken."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
