"""The only package that opens outbound connections; everything that goes out goes through `Egress`."""

from .connection import Connection, TlsFacts, TlsWish
from .egress import SERVICE_PORTS, Egress, Resolved
from .fetching import Fetched, Hop, Wish, registrable, robots_allow
from .guard import Decision, Guard, Reason, Target, ascii_host, is_public, networks
from .names import Lookup
from .outcomes import NotReached, Outcome
from .pace import Budget
from .zones import ServerAnswer

__all__ = [
    "SERVICE_PORTS",
    "Budget",
    "Connection",
    "Decision",
    "Egress",
    "Fetched",
    "Guard",
    "Hop",
    "Lookup",
    "NotReached",
    "Outcome",
    "Reason",
    "Resolved",
    "ServerAnswer",
    "Target",
    "TlsFacts",
    "TlsWish",
    "Wish",
    "ascii_host",
    "is_public",
    "networks",
    "registrable",
    "robots_allow",
]
