"""The installation's Ed25519 key: from the setting, or from `signing.key` in the data folder, made at first use."""

from __future__ import annotations

import os
import secrets
import stat
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

_SEED = 32


class BadSigningKey(RuntimeError):
    """The key is not 64 hexadecimal digits, or others than its owner may read its file: for the operator to mend."""


def _read(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise BadSigningKey(f"{path} may be read by others; run chmod 600")
            return file.read().strip()
    except FileNotFoundError:
        return ""


def _make(path: Path) -> None:
    """Write a new key beside its place and link it there: a second process that comes at once keeps the first's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SEED) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()


@cache
def _key(configured: str, path: Path) -> Ed25519PrivateKey:
    text = configured or _read(path)
    if not text:
        _make(path)
        text = _read(path)
    try:
        seed = bytes.fromhex(text)
        return Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError as error:
        raise BadSigningKey("the signing key must be 64 hexadecimal digits") from error


def _current() -> Ed25519PrivateKey:
    return _key(settings.SIGNING_KEY, Path(settings.DATA_DIR) / "signing.key")


def public_key() -> str:
    """The public half, as 64 hexadecimal digits."""
    return _current().public_key().public_bytes_raw().hex()


def sign(data: bytes) -> str:
    """The signature over `data`, as 128 hexadecimal digits."""
    return _current().sign(data).hex()
