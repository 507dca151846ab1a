"""Documents that people hand in as YAML or JSON: bounded before they are parsed, refused with a reason."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from seawall.core.problems import Refused
from seawall.reference import parse

LIMIT = 2 * 1024 * 1024
DEEPEST = 12


class TooLarge(Refused):
    code = "file.too_large"
    status = 413


class NotADocument(Refused):
    """The content is not a YAML or JSON mapping."""

    code = "file.not_a_document"
    status = 422


class Unreadable(Refused):
    code = "file.unreadable"
    status = 422


def read_mapping(content: bytes, name: str) -> Mapping[str, Any]:
    """The mapping in `content`; raises `TooLarge`, or `NotADocument` naming the line where reading stopped."""
    if len(content) > LIMIT:
        raise TooLarge(name, limit=LIMIT // 1024, name=name)
    try:
        text = content.decode("utf-8-sig")
        _plain_enough(text, name)
        found = parse(text)
    except UnicodeDecodeError as error:
        raise NotADocument(name, name=name, where=f"byte {error.start}") from error
    except yaml.YAMLError as error:
        raise NotADocument(name, name=name, where=_line(getattr(error, "problem_mark", None))) from error
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise NotADocument(name, name=name, where="line 1")
    return found


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}" if mark else "–"


def _plain_enough(text: str, name: str) -> None:
    """Refuse aliases (a small file can mean an endless one) and deep nesting, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise NotADocument(name, name=name, where=_line(event.start_mark))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise NotADocument(name, name=name, where=_line(event.start_mark))


def read_file(path: str) -> Mapping[str, Any]:
    """The mapping in the file `path`, `-` for stdin; reads no more than the bound. Raises `Unreadable` too."""
    return read_mapping(read_bytes(path), "stdin" if path == "-" else path)


def read_bytes(path: str) -> bytes:
    """The content of the file `path`, `-` for stdin. Raises `Unreadable`, or `TooLarge` past the bound."""
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(LIMIT + 1)
    except OSError as error:
        raise Unreadable(path, name=path, why=error.strerror or str(error)) from error
    if len(content) > LIMIT:
        raise TooLarge(path, limit=LIMIT // 1024, name=path)
    return content
