"""State machines as tables: what is not in the table cannot happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.core.problems import Refused


class WrongState(Refused):
    """The verb is known, but not from the state the object is in."""

    code = "state.wrong"


@dataclass(frozen=True, slots=True)
class Move:
    """`verb` leads from any of `sources` to `target`."""

    verb: str
    sources: frozenset[str]
    target: str


class Machine:
    """The life of one noun. `after(state, verb)` is the only way to a new state."""

    def __init__(self, noun: str, initial: str, moves: Iterable[tuple[str, str, str]]) -> None:
        """`moves` are (verb, "state|state", target); raises `ValueError` when a verb stands twice."""
        self.noun = noun
        self.initial = initial
        self.moves: dict[str, Move] = {}
        for verb, sources, target in moves:
            if verb in self.moves:
                raise ValueError(f"{noun}: verb {verb!r} stands twice")
            self.moves[verb] = Move(verb, frozenset(sources.split("|")), target)

    @property
    def states(self) -> tuple[str, ...]:
        found = [self.initial]
        for move in self.moves.values():
            found += [s for s in (*sorted(move.sources), move.target) if s not in found]
        return tuple(found)

    def allows(self, state: str, verb: str) -> bool:
        return state in self.moves[verb].sources

    def after(self, state: str, verb: str) -> str:
        """The state that `verb` leads to from `state`; raises `WrongState` when it may not."""
        move = self.moves[verb]
        if state not in move.sources:
            raise WrongState(self.noun, noun=self.noun, verb=verb, state=state)
        return move.target
