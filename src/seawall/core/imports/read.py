"""One door for every kind of file: which it is, and what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from seawall.core.imports.cyclonedx import read_cyclonedx
from seawall.core.imports.nessus import read_nessus
from seawall.core.imports.nmap import read_nmap
from seawall.core.imports.nuclei import read_nuclei
from seawall.core.imports.openvas import read_openvas
from seawall.core.imports.records import Imported, Unreadable, WrongKind, clean
from seawall.core.imports.register import read_register

READERS: Mapping[str, Callable[[bytes], Imported]] = {
    "nmap": read_nmap,
    "nessus": read_nessus,
    "openvas": read_openvas,
    "nuclei": read_nuclei,
    "cyclonedx": read_cyclonedx,
    "register": read_register,
}
KINDS = tuple(READERS)
# What finds vulnerabilities; the others say what there is.
SCANNERS = ("nessus", "openvas", "nuclei")
LARGEST = 32_000_000
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")
_ROOTS = {
    b"nmaprun": "nmap",
    b"NessusClientData_v2": "nessus",
    b"report": "openvas",
    b"get_reports_response": "openvas",
}


def read(content: bytes, kind: str = "") -> Imported:
    """Read a file as `kind` (one of `KINDS`), or as what its first signs say.

    Raises `Unreadable` (broken or too large), `WrongKind`, `Bomb`, `TooMuch`; what is wrong with single records is in
    the result.
    """
    if not content.strip() or len(content) > LARGEST:
        raise Unreadable("file", line=0)
    named = kind or kind_of(content)
    if named not in READERS:
        begins = clean(content[:60].decode("utf-8", "replace"), 40)
        raise WrongKind("kind" if kind else "file", seen=named[:40] or begins)
    return READERS[named](content)


def kind_of(content: bytes) -> str:
    """The kind by content, empty when it is none that is read."""
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"<" or head[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        root = _ROOT.search(re.sub(rb"<[?!][^>]*>", b" ", head.replace(b"\0", b"")))
        return _ROOTS.get(root.group(1), "") if root else ""
    if head[:1] in (b"{", b"["):
        return "cyclonedx" if b'"bomFormat"' in content[:65_536] or b'"bomFormat"' in content[-4096:] else "nuclei"
    if head[:2] == b"PK" or head[:5] == b"%PDF-" or (b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        return ""
    return "register"
