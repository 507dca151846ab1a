"""What can become of an attempt to reach the outside, each under its own name.

None of these means "the thing is missing": only a name server that says so (`NO_SUCH_NAME`)
or a closed port (`CONNECTION_REFUSED`) says something about the other side.
"""

from __future__ import annotations

import errno
from enum import StrEnum


class Outcome(StrEnum):
    """Why nothing, or not everything, was obtained."""

    REFUSED_BY_GUARD = "refused_by_guard"
    TIMEOUT = "timeout"
    DNS_FAILURE = "dns_failure"
    NO_SUCH_NAME = "no_such_name"
    NO_ADDRESS = "no_address"
    CONNECTION_REFUSED = "connection_refused"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    TLS_FAILURE = "tls_failure"
    TLS_UNTRUSTED = "tls_untrusted"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    THIRD_PARTY = "third_party"
    BUDGET_SPENT = "budget_spent"
    ASKED_TO_WAIT = "asked_to_wait"

    @property
    def code(self) -> str:
        """The code a door turns into a sentence, e.g. ``outbound.timeout``."""
        return f"outbound.{self.value}"


class NotReached(Exception):
    """An outbound attempt that ended without an answer; `outcome` says how, `detail` is for the log only."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        self.outcome = outcome
        self.detail = detail
        super().__init__(f"{outcome.value}: {detail}" if detail else outcome.value)


_RESET = (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ESHUTDOWN)


def from_os_error(error: OSError) -> NotReached:
    """The outcome behind an error of the operating system."""
    if isinstance(error, TimeoutError):
        return NotReached(Outcome.TIMEOUT, "operating system")
    if error.errno == errno.ECONNREFUSED:
        return NotReached(Outcome.CONNECTION_REFUSED)
    if error.errno in _RESET:
        return NotReached(Outcome.RESET)
    return NotReached(Outcome.UNREACHABLE, errno.errorcode.get(error.errno or 0, "unknown"))
