"""Hashes of the tree. A leaf and a node are told apart by their first byte, so neither can pose as the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162, 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[bytes, ...]:
    """Peaks after one more leaf. `peaks` are the roots of the perfect subtrees of `size` leaves, the largest first."""
    if len(peaks) != size.bit_count():
        raise ValueError(f"{size} leaves make {size.bit_count()} peaks, not {len(peaks)}")
    grown = list(peaks)
    while size & 1:
        leaf = node_hash(grown.pop(), leaf)
        size >>= 1
    return (*grown, leaf)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root over peaks, the largest first."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
