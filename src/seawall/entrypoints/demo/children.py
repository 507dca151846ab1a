"""Child processes that never outlive the demonstration, even when it is killed."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child, on Linux: the kernel sends SIGTERM when the parent is gone, however it went."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `command`; it ends with this process."""
    return subprocess.Popen(command, env=dict(environment), preexec_fn=_die_with_parent)  # noqa: S603


def stop(children: Sequence[subprocess.Popen[bytes]], seconds: float = 15) -> None:
    """Ask all to end, then wait; what does not end in time is killed."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
