from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.models import Q

from seawall.records.rows import Fact, Row

_NONCE = 12


class Key(Row):
    """The key under which the files of one subject lie; once `secret` is gone nobody can read them again."""

    noun = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    secret = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "vault_key"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "noun", "subject"], name="vault_key_once"),
            models.CheckConstraint(
                condition=Q(secret=None, destroyed_at__isnull=False) | Q(secret__isnull=False, destroyed_at=None),
                name="vault_key_held_or_destroyed",
            ),
        ]

    @property
    def destroyed(self) -> bool:
        return self.secret is None

    def seal(self, plain: bytes, nonce: bytes, context: str) -> bytes:
        """`nonce` (12 fresh random bytes) and the AES-256-GCM ciphertext of `plain`, bound to `context`."""
        return nonce + AESGCM(bytes(self.secret or b"")).encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes | None:
        """What was sealed, or None once the key is destroyed; raises `InvalidTag` for altered bytes."""
        if self.secret is None:
            return None
        return AESGCM(bytes(self.secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())


class File(Fact):
    """An original as it was handed in: named by the SHA-256 of its plain bytes, sealed, never altered.

    `noun`/`subject` is what it is evidence for, such as an incident. `size` is in bytes.
    """

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    sealed_name = models.BinaryField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    noun = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    uploaded_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "vault_file"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "noun", "subject", "sha256"], name="vault_file_once"),
        ]
        indexes = [models.Index(fields=["tenant", "sha256"])]

    @property
    def name(self) -> str:
        """The name it came with; empty once the subject is erased."""
        return (self.key.unseal(bytes(self.sealed_name), "name") or b"").decode()
