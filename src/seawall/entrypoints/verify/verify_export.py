#!/usr/bin/env python3
"""Check a Seawall evidence export without Seawall: python verify_export.py EXPORT [--anchor FILE] [--key HEX]

Nothing but Python 3.11 is needed. Exit status 0: every byte is as it was exported. 1: it is not, and this says why.
Without --anchor or --key it is only shown that the export fits together, not who signed it: keep an anchor elsewhere.
The format is described in docs/methods/vault.md; trees follow RFC 9162, signatures RFC 8032 (Ed25519).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

HEX64, HEX128 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class Wrong(Exception):
    """The message is what is wrong."""


# --- Ed25519 (RFC 8032, 5.1.7 and its appendix) -------------------------------------------------------------------
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def _recover(encoded: bytes) -> Point | None:
    """A curve point from its only valid encoding, in extended coordinates."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def _sum_of_two(s: int, a: Point, k: int, b: Point) -> Point:
    """s·a + k·b, on one ladder."""
    parts, total = (ZERO, a, b, _add(a, b)), ZERO
    for bit in reversed(range(256)):
        total = _add(total, total)
        if which := (s >> bit & 1) | (k >> bit & 1) << 1:
            total = _add(total, parts[which])
    return total


def _same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE: Point = _recover((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 0, 0, 0)
ZERO: Point = (0, 1, 1, 0)


def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is by `key`; keys of small order, which fit anything, are refused."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = _recover(key), _recover(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q or _same(_sum_of_two(8, a, 0, ZERO), ZERO):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return _same(_sum_of_two(s, BASE, k, (P - a[0], a[1], 1, P - a[3])), r)


# --- the tree (RFC 9162, 2.1) and the format ------------------------------------------------------------------------
class Peaks(list[bytes]):
    """The roots of the perfect subtrees of the leaves so far, the largest first."""

    size = 0

    def add(self, root: bytes, height: int = 0) -> None:
        """One more leaf, or the root over the next 2^height leaves, of which nothing else is told."""
        if height > 62 or self.size % (1 << height):
            raise Wrong(f"a part of height {height} cannot follow {self.size} leaves")
        place, self.size = self.size >> height, self.size + (1 << height)
        while place & 1:
            root, place = hashlib.sha256(b"\1" + self.pop() + root).digest(), place >> 1
        self.append(root)

    def add_leaf(self, data: str) -> None:
        self.add(hashlib.sha256(b"\0" + data.encode()).digest())

    def root(self) -> str:
        root = self[-1] if self else hashlib.sha256(b"").digest()
        for peak in reversed(self[:-1]):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root.hex()


HEAD = {"size": int, "root": HEX64, "at": TIME, "signature": HEX128}
SHAPES: dict[str, dict[str, Any]] = {
    "export": {"version": int, "log": UUID, "key": HEX64, "scope": list, "complete": bool, "size": int},
    "leaf": {"data": str},
    "span": {"height": int, "root": HEX64},
    "head": HEAD,
    "file": {
        "sha256": HEX64,
        "name": str,
        "media_type": str,
        "size": int,
        "subject": list,
        "state": str,
        "content": str,
    },
    "last": {"data": str},
    "anchor": {"version": int, "log": UUID, "key": HEX64, **HEAD},
}
DATA = {"log": UUID, "index": int, "at": TIME, "kind": str, "subject": list, "by": list, "payload": dict}


def strict(text: str, what: str, shape: dict[str, Any] | None = None) -> dict[str, Any]:
    """JSON in its one canonical form (no key twice, no space, no other spelling) with just the entries of a shape."""
    value = json.loads(text)
    if type(value) is not dict or json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) != text:
        raise Wrong(f"{what} is not canonical JSON")
    shape = {"type": str, **SHAPES[value["type"]]} if shape is None else shape
    for name in value.keys() | shape.keys():
        form, found = shape.get(name), value.get(name)
        if form is None or type(found) is not (form if isinstance(form, type) else str):
            raise Wrong(f"{what}: “{name}” has the wrong form or does not belong here")
        if found < 0 if type(found) is int else not (isinstance(form, type) or form.fullmatch(found)):
            raise Wrong(f"{what}: “{name}” has the wrong form")
    return value


def check_head(head: dict[str, Any], log: str, key: str) -> None:
    words = ("seawall vault head v1", log, str(head["size"]), head["root"], head["at"], key)
    message = "".join(f"{word}\n" for word in words).encode()
    if not ed25519(bytes.fromhex(key), message, bytes.fromhex(head["signature"])):
        raise Wrong(f"the head at size {head['size']} is not signed for this log with its key")


class Body:
    """The lines before the tail: leaves, parts that are not told, heads where they stand; then files."""

    def __init__(self, top: dict[str, Any]) -> None:
        self.top, self.peaks, self.files = top, Peaks(), ("",)
        self.heads: dict[int, str] = {}
        self.stored: dict[tuple[str, ...], Any] = {}

    def take(self, value: dict[str, Any], where: str) -> None:
        kind = value["type"]
        if kind not in ("leaf", "span", "head", "file") or (kind == "span" and self.top["complete"]):
            raise Wrong(f"{where} does not belong here")
        if kind == "leaf":
            self.leaf(value["data"], where)
        elif kind == "span":
            self.peaks.add(bytes.fromhex(value["root"]), value["height"])
        elif kind == "head":
            self.head(value, where)
        else:
            self.file(value, where)

    def leaf(self, data: str, where: str) -> dict[str, Any]:
        leaf = strict(data, f"{where}: the leaf", DATA)
        if leaf["log"] != self.top["log"]:
            raise Wrong(f"{where}: the leaf belongs to another log")
        if leaf["index"] != self.peaks.size:
            raise Wrong(f"{where}: leaf {leaf['index']} is not in its place {self.peaks.size}")
        if leaf["kind"] == "file.stored":
            self.stored[(leaf["payload"]["sha256"], *leaf["subject"])] = leaf["payload"]
        self.peaks.add_leaf(data)
        return leaf

    def head(self, head: dict[str, Any], where: str) -> None:
        check_head(head, self.top["log"], self.top["key"])
        if (head["size"], head["root"]) != (self.peaks.size, self.peaks.root()):
            raise Wrong(f"{where}: the head at size {head['size']} is not that of the leaves before it")
        self.heads[head["size"]] = head["root"]

    def file(self, file: dict[str, Any], where: str) -> None:
        """An original against its fingerprint and against the leaf of its arrival."""
        place, self.files = self.files, (file["sha256"], *file["subject"])
        about = {"sha256": file["sha256"], "media_type": file["media_type"], "size": file["size"]}
        if place >= self.files or self.stored.pop(self.files, None) != about:
            raise Wrong(f"{where}: no leaf says that this file was handed in, or it says something else of it")
        content = base64.b64decode(file["content"], validate=True)
        if base64.b64encode(content).decode() != file["content"]:
            raise Wrong(f"{where}: the content is not canonical base64")
        if file["state"] == "present":
            if hashlib.sha256(content).hexdigest() != file["sha256"] or len(content) != file["size"]:
                raise Wrong(f"{where}: the content does not have the fingerprint {file['sha256']}")
        elif file["state"] not in ("erased", "withheld") or content:
            raise Wrong(f"{where}: a file is present, or erased or withheld and then empty")


def lines(file: BinaryIO) -> Iterator[tuple[bytes, dict[str, Any], str]]:
    for number, raw in enumerate(file, start=1):
        if not raw.endswith(b"\n"):
            raise Wrong(f"line {number} is cut off")
        yield raw, strict(raw[:-1].decode(), f"line {number}"), f"line {number}"


def check_export(file: BinaryIO) -> dict[str, Any]:
    """Raises `Wrong` (or what Python raises for malformed data); returns the first line, the last head, all heads."""
    stream, digest, count = lines(file), hashlib.sha256(), 0
    raw, top, where = next(stream, (b"", {}, ""))
    if top.get("type") != "export" or top["version"] != 1:
        raise Wrong("this is not a Seawall export of version 1")
    body, value = Body(top), top
    while value["type"] != "last":
        digest.update(raw)
        count += 1
        raw, value, where = next(stream, (b"", {"type": ""}, "the end"))
        if value["type"] != "last":
            body.take(value, where)
    if body.stored or body.peaks.size != top["size"]:
        raise Wrong("leaves or files are missing")
    leaf = body.leaf(value["data"], where)
    told = {"digest": digest.hexdigest(), "lines": count, "size": top["size"], "complete": top["complete"]}
    if [leaf["kind"], leaf["subject"], leaf["payload"]] != ["vault.exported", top["scope"], told]:
        raise Wrong("the log remembers another export than this one")
    head = next(stream, (b"", {}, ""))[1]
    if head.get("type") != "head" or next(stream, None) is not None:
        raise Wrong("the export must end with one head")
    body.head(head, "the end")
    return {**top, **head, "heads": body.heads}


def check_anchor(text: str, found: dict[str, Any]) -> None:
    """The export must continue the history that the anchor, kept elsewhere, has seen."""
    anchor = strict(text.strip(), "the anchor")
    if anchor["type"] != "anchor" or anchor["version"] != 1:
        raise Wrong("this is not a Seawall anchor of version 1")
    check_head(anchor, anchor["log"], anchor["key"])
    for name, what in (("log", "comes from another log"), ("key", "is signed with another key")):
        if anchor[name] != found[name]:
            raise Wrong(f"the export {what} than the anchor")
    if anchor["size"] > found["size"]:
        raise Wrong(
            f"the export ends at size {found['size']}, the anchor has seen {anchor['size']}: it is older, or cut"
        )
    if found["heads"].get(anchor["size"]) != anchor["root"]:
        raise Wrong(f"the history that the anchor has seen (size {anchor['size']}) is not in the export")


def verify(path: str, anchor: str | None = None, key: str | None = None) -> list[str]:
    """What is wrong with the export at `path`; empty when nothing is. `anchor` is a file, `key` its 64 hex digits."""
    try:
        with open(path, "rb") as file:
            found = check_export(file)
        if key is not None and key.strip().lower() != found["key"]:
            raise Wrong("the export is signed with another key than the one given")
        if anchor is not None:
            with open(anchor, encoding="utf-8") as kept:
                check_anchor(kept.read(), found)
    except Wrong as wrong:
        return [str(wrong)]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, OSError) as error:
        return [f"cannot be read: {error!r}"]
    return []


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a Seawall evidence export.")
    parser.add_argument("export")
    parser.add_argument("--anchor", metavar="FILE", help="a head kept outside the platform: shows a rewritten history")
    parser.add_argument("--key", metavar="HEX", help="public key of the installation, 64 hexadecimal digits")
    given = parser.parse_args(arguments)
    problems = verify(given.export, given.anchor, given.key)
    unpinned = "" if given.anchor or given.key else " (by whom it is signed was not checked: use --anchor or --key)"
    sys.stdout.write("".join(f"WRONG: {problem}\n" for problem in problems) or f"OK{unpinned}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
