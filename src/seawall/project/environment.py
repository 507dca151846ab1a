"""Settings come from the environment alone: typed, with `*_FILE` for secrets, unknown names refused."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PREFIX = "SEAWALL_"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadEnvironment(SystemExit):
    """A setting is unknown or malformed; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    kind: str
    default: str
    help: str


class Environment:
    """Reads `SEAWALL_*`; `finish()` refuses every name nobody asked for."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self.known: dict[str, Setting] = {}

    def _raw(self, name: str) -> str | None:
        value, path = self._values.get(name), self._values.get(f"{name}_FILE")
        if value is not None and path is not None:
            raise BadEnvironment(f"seawall: both {name} and {name}_FILE are set; keep one")
        if path is not None:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadEnvironment(f"seawall: {name}_FILE={path} cannot be read: {error.strerror}") from error
        return value

    def _read(self, name: str, kind: str, default: str, help: str, convert: Callable[[str], T]) -> T:
        full = name if name == "DATABASE_URL" else PREFIX + name
        self.known[full] = Setting(full, kind, default, help)
        raw = self._raw(full)
        try:
            return convert(default if raw is None else raw)
        except ValueError as error:
            raise BadEnvironment(f"seawall: {full}={raw!r} is wrong; it should be {kind}") from error

    def text(self, name: str, default: str, help: str) -> str:
        return self._read(name, "text", default, help, str)

    def number(self, name: str, default: int, help: str) -> int:
        return self._read(name, "a whole number", str(default), help, int)

    def flag(self, name: str, default: bool, help: str) -> bool:
        def convert(raw: str) -> bool:
            if raw.lower() in _TRUE | _FALSE:
                return raw.lower() in _TRUE
            raise ValueError(raw)

        return self._read(name, "true or false", str(default).lower(), help, convert)

    def words(self, name: str, default: str, help: str) -> list[str]:
        return self._read(
            name,
            "words separated by commas",
            default,
            help,
            lambda raw: [w.strip() for w in raw.split(",") if w.strip()],
        )

    def path(self, name: str, default: str, help: str) -> Path:
        return self._read(name, "a folder", default, help, lambda raw: Path(raw).expanduser())

    def choice(self, name: str, default: str, choices: tuple[str, ...], help: str) -> str:
        def convert(raw: str) -> str:
            if raw in choices:
                return raw
            raise ValueError(raw)

        return self._read(name, " or ".join(choices), default, help, convert)

    def finish(self) -> None:
        """Raise `BadEnvironment` for the first `SEAWALL_*` name that no setting has."""
        names = set(self.known) | {f"{name}_FILE" for name in self.known}
        for name in sorted(self._values):
            if name.startswith(PREFIX) and name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise BadEnvironment(f"seawall: unknown setting {name}{hint}")
