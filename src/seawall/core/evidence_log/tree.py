"""A tree over leaf hashes that are all at hand: roots and proofs at any size."""

from __future__ import annotations

from collections.abc import Iterable

from seawall.core.evidence_log.hashing import EMPTY, node_hash


class Tree:
    """Keeps the roots of perfect subtrees, so that a root or a proof takes O(log² n) hashes."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = list(leaves)
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            self._levels.append(level)

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves (all by default); raises `ValueError` beyond the tree."""
        size = self._within(self.size if size is None else size, self.size)
        return self._span(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf `index` is among the first `size` leaves (RFC 9162, 2.1.3.1)."""
        size = self._within(self.size if size is None else size, self.size)
        if not 0 <= index < size:
            raise ValueError(f"no leaf {index} among {size}")
        start, end, proof = 0, size, list[bytes]()
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._span(middle, end))
                end = middle
            else:
                proof.append(self._span(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, first: int, size: int | None = None) -> list[bytes]:
        """Proof that the first `first` leaves are a beginning of the first `size` (RFC 9162, 2.1.4.1)."""
        size = self._within(self.size if size is None else size, self.size)
        self._within(first, size)
        if first in (0, size):
            return []
        start, end, whole, proof = 0, size, True, list[bytes]()
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                proof.append(self._span(middle, end))
                end = middle
            else:
                proof.append(self._span(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._span(start, end))
        return proof[::-1]

    def part(self, start: int, end: int) -> tuple[int, bytes]:
        """Height and root of the largest perfect subtree that begins at leaf `start` and does not pass `end`."""
        self._within(end, self.size)
        if not 0 <= start < end:
            raise ValueError(f"no leaves from {start} to {end}")
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        return height, self._levels[height][start >> height]

    def _span(self, start: int, end: int) -> bytes:
        """Root over leaves [start, end) where `start` is a multiple of a power of two not below the length."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._levels[height][start >> height]
        middle = start + _split(count)
        return node_hash(self._span(start, middle), self._span(middle, end))

    @staticmethod
    def _within(count: int, most: int) -> int:
        if not 0 <= count <= most:
            raise ValueError(f"{count} is not within 0 … {most}")
        return count


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
