"""The exact bytes of leaves and heads. Both name their log, so nothing can be carried from one log to another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

HEAD_DOMAIN = "seawall vault head v1"


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; raises `ValueError` for what could be written in two ways, or not stored.

    That is: floats, keys that are not text, NUL characters and lone surrogates.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _check(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("text with a NUL character")
        value.encode()
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError(f"a key must be text: {key!r}")
            _check(key)
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif value is not None and not isinstance(value, bool | int):
        raise ValueError(f"not plain data: {value!r}")


def moment(at: datetime) -> str:
    """An aware time as UTC to the microsecond, always in the same form; raises `ValueError` for a naive one."""
    if at.utcoffset() is None:
        raise ValueError("an aware time is needed")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one leaf vouches for: `kind` happened to `noun`/`subject` at `at`, done by `user` of `organisation`."""

    log: str
    index: int
    at: datetime
    kind: str
    noun: str
    subject: str
    user: int
    organisation: str
    payload: Mapping[str, Any]

    def data(self) -> str:
        """The text that is hashed into the leaf; raises `ValueError` for a payload that is not plain data."""
        return canonical(
            {
                "log": self.log,
                "index": self.index,
                "at": moment(self.at),
                "kind": self.kind,
                "subject": [self.noun, self.subject],
                "by": [self.user, self.organisation],
                "payload": dict(self.payload),
            }
        )


@dataclass(frozen=True, slots=True)
class HeadWords:
    """What the signature of a head covers: key and log too, so neither can be exchanged under a valid signature."""

    log: str
    size: int
    root: str
    at: datetime
    key: str

    def data(self) -> bytes:
        lines = (HEAD_DOMAIN, self.log, str(self.size), self.root, moment(self.at), self.key)
        return "".join(f"{line}\n" for line in lines).encode()
