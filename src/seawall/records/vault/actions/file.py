"""Taking in originals, handing out copies, and erasing what must be forgotten."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import IntegrityError, transaction

from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.log import append
from seawall.records.vault.media import clean, named, sniff
from seawall.records.vault.models import File, Key
from seawall.records.vault.subject import Subject


class TooLarge(Refused):
    code = "vault.too_large"
    status = 413


class Empty(Refused):
    """There is nothing in the file."""

    code = "vault.empty_file"
    status = 422


class Erased(Refused):
    """The key of this subject was destroyed; its files cannot be read, and no more can be added."""

    code = "vault.erased"
    status = 410


class Damaged(Refused):
    """What lies in the database is not what was handed in."""

    code = "vault.damaged"
    status = 500


@transaction.atomic
def store_file(*, subject: Subject, name: str, content: bytes, by: Viewer, at: datetime) -> File:
    """Keep an original for `subject`; the same bytes handed in again are the same file.

    Whether the viewer may add to the subject is for the calling action to judge.
    Raises `Empty`, `TooLarge`, `media.FileType`, `Erased`.
    """
    by.require("vault.store")
    if not content:
        raise Empty("file", name=clean(name))
    if len(content) > settings.UPLOAD_LIMIT:
        raise TooLarge("file", size=len(content), most=settings.UPLOAD_LIMIT)
    digest = hashlib.sha256(content).hexdigest()
    media_type = sniff(content, name)
    key = _key(subject, by=by, at=at)
    known = File.objects.filter(key=key, sha256=digest).select_related("key").first()
    if known is not None:
        return known
    file = File.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        key=key,
        sha256=digest,
        sealed_name=key.seal(named(name, media_type).encode(), secrets.token_bytes(12), "name"),
        media_type=media_type,
        size=len(content),
        content=key.seal(content, secrets.token_bytes(12), digest),
        noun=subject.noun,
        subject=subject.id,
        uploaded_by_id=by.user or None,
        organisation_id=by.organisation,
    )
    about = {"sha256": digest, "media_type": media_type, "size": len(content)}
    append(kind="file.stored", subject=subject, payload=about, by=by, at=at)
    record("vault.store", file, by=by, at=at, new=about)
    return file


def _key(subject: Subject, *, by: Viewer, at: datetime) -> Key:
    """The key of `subject`, made at its first file, locked; raises `Erased`."""
    held = Key.objects.select_for_update().filter(tenant_id=by.tenant, noun=subject.noun, subject=subject.id)
    key = held.first()
    if key is None:
        try:
            with transaction.atomic():
                made = Key.objects.create(
                    tenant_id=by.tenant,
                    recorded_at=at,
                    noun=subject.noun,
                    subject=subject.id,
                    secret=secrets.token_bytes(32),
                )
                record("vault.key", made, by=by, at=at)
        except IntegrityError:
            # Another transaction brought the subject's first file in the same moment.
            pass
        key = held.get()
    if key.destroyed:
        raise Erased("file")
    return key


@transaction.atomic
def read_file(*, file_id: UUID | str, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """An original for one who may see it by its own right: the office, or the organisation that handed it in."""
    by.require("vault.read")
    file = File.objects.filter(tenant_id=by.tenant, pk=file_id).select_related("key").first()
    if file is None or not (by.office or file.organisation_id == by.organisation):
        raise NotFound("file")
    return file, deliver(file=file, by=by, at=at)


@transaction.atomic
def deliver(*, file: File, by: Viewer, at: datetime) -> bytes:
    """A copy of the original, after leaving a leaf that says who has had it.

    The calling action must have found that the viewer may see it. Raises `Erased`, `Damaged`.
    """
    content = plain(file)
    if content is None:
        raise Erased("file")
    append(kind="file.read", subject=Subject(file.noun, file.subject), payload={"sha256": file.sha256}, by=by, at=at)
    record("vault.read", file, by=by, at=at)
    return content


def plain(file: File) -> bytes | None:
    """The original's bytes, checked against its hash; None once erased; raises `Damaged`."""
    try:
        content = file.key.unseal(bytes(file.content), file.sha256)
    except InvalidTag as error:
        raise Damaged("file", sha256=file.sha256) from error
    if content is not None and hashlib.sha256(content).hexdigest() != file.sha256:
        raise Damaged("file", sha256=file.sha256)
    return content


@transaction.atomic
def erase(*, subject: Subject, reason: str, by: Viewer, at: datetime) -> Key:
    """Destroy the key of `subject`: names and contents of its files become unreadable, the log stays whole.

    Raises `NotFound` when it has no files, `Erased` the second time.
    """
    by.require("vault.erase")
    key = Key.objects.select_for_update().filter(tenant_id=by.tenant, noun=subject.noun, subject=subject.id).first()
    if key is None:
        raise NotFound("file")
    if key.destroyed:
        raise Erased("file")
    key.secret, key.destroyed_at = None, at
    key.save(update_fields=["secret", "destroyed_at"])
    append(kind="file.erased", subject=subject, payload={"files": key.files.count()}, by=by, at=at)
    record("vault.erase", key, by=by, at=at, new={"destroyed_at": at}, reason=reason)
    return key
