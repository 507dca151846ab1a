"""The vault: what it takes in, what it writes down, and what it hands out."""

from __future__ import annotations

import io
import json
import os
import stat
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

from seawall.core.evidence_log.entries import HeadWords
from seawall.entrypoints.verify.verify_export import ed25519, verify
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.vault import media, signing
from seawall.records.vault.actions import export as export_action
from seawall.records.vault.actions import file as files
from seawall.records.vault.actions import log as logs
from seawall.records.vault.models import File, Head, Key, Leaf, Log
from seawall.records.vault.queries import log as reading
from seawall.records.vault.subject import Scope, Subject
from tests.records.vault_setting import AT, INCIDENT, OTHER, PNG, House, busy, exported, house, kept


def behind_the_back(sql: str, *values: object) -> None:
    """What somebody with the database's own password could do."""
    tables = ("vault_file", "vault_leaf", "vault_head")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(sql, values or None)
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("set constraints all deferred")


@pytest.fixture
def people(db: None) -> House:
    tenancy.enter(tenancy.EVERY)
    return house()


def test_an_original_comes_back_bit_for_bit_and_every_reading_is_a_leaf(people: House) -> None:
    file = files.store_file(subject=INCIDENT, name="屏幕截图.png", content=PNG, by=people.insured, at=AT)
    assert (file.name, file.media_type, file.size) == ("屏幕截图.png", "image/png", len(PNG))
    again, content = files.read_file(file_id=file.pk, by=people.claims, at=AT)
    assert content == PNG
    assert again == file
    kinds = list(reading.leaves_of(people.claims, INCIDENT).values_list("index", "kind"))
    assert kinds == [(0, "file.stored"), (1, "file.read")]
    leaf = Leaf.objects.get(index=0)
    assert leaf.payload == {"sha256": file.sha256, "media_type": "image/png", "size": len(PNG)}
    assert Entry.objects.filter(verb__in=("vault.store", "vault.read"), object_id=str(file.pk)).count() == 2


def test_the_same_bytes_for_the_same_subject_are_the_same_file(people: House) -> None:
    first = files.store_file(subject=INCIDENT, name="a.png", content=PNG, by=people.insured, at=AT)
    assert files.store_file(subject=INCIDENT, name="b.png", content=PNG, by=people.claims, at=AT) == first
    assert files.store_file(subject=OTHER, name="a.png", content=PNG, by=people.claims, at=AT) != first
    assert Leaf.objects.filter(kind="file.stored").count() == 2


def test_nothing_of_an_original_lies_in_the_open(people: House) -> None:
    file = files.store_file(
        subject=INCIDENT, name="张三.txt", content="客户张三".encode() * 9, by=people.insured, at=AT
    )
    row = File.objects.get(pk=file.pk)
    assert "张三".encode() not in bytes(row.content) + bytes(row.sealed_name)


def test_originals_cannot_be_altered_and_alteration_behind_the_database_is_noticed(people: House) -> None:
    file = files.store_file(subject=INCIDENT, name="a.png", content=PNG, by=people.insured, at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        File.objects.filter(pk=file.pk).update(content=b"x")
    altered = bytearray(bytes(file.content))
    altered[20] ^= 1
    behind_the_back("update vault_file set content = %s where id = %s", bytes(altered), file.pk)
    with pytest.raises(files.Damaged):
        files.read_file(file_id=file.pk, by=people.claims, at=AT)


def test_who_may_read_a_file(people: House) -> None:
    theirs = files.store_file(subject=INCIDENT, name="a.png", content=PNG, by=people.insured, at=AT)
    ours = files.store_file(subject=INCIDENT, name="b.txt", content=b"note", by=people.claims, at=AT)
    assert files.read_file(file_id=theirs.pk, by=people.insured, at=AT)[1] == PNG
    with pytest.raises(NotFound):
        files.read_file(file_id=ours.pk, by=people.insured, at=AT)
    with pytest.raises(Forbidden):
        files.read_file(file_id=theirs.pk, by=people.broker, at=AT)
    stranger = house("b")
    for file_id in (theirs.pk, people.tenant.pk):
        with pytest.raises(NotFound):
            files.read_file(file_id=file_id, by=stranger.claims, at=AT)
    assert set(reading.files_of(people.claims, INCIDENT)) == {theirs, ours}
    assert set(reading.files_of(people.insured, INCIDENT)) == {theirs}
    assert not reading.files_of(people.broker, INCIDENT)
    assert not reading.files_of(stranger.claims, INCIDENT)
    assert not reading.leaves_of(stranger.claims, INCIDENT)
    assert [leaf.kind for leaf in reading.leaves_of(people.insured, INCIDENT)] == ["file.stored", "file.read"]


def test_what_is_refused(people: House, settings: object) -> None:
    def store(content: bytes, name: str = "x.txt") -> None:
        files.store_file(subject=INCIDENT, name=name, content=content, by=people.insured, at=AT)

    with pytest.raises(files.Empty):
        store(b"")
    settings.UPLOAD_LIMIT = 100  # type: ignore[attr-defined]
    store(b"x" * 100)
    with pytest.raises(files.TooLarge) as refused:
        store(b"x" * 101)
    assert refused.value.problems[0].params == {"size": 101, "most": 100}
    with pytest.raises(media.FileType):
        store(b"MZ\x90\x00", "a.pdf")
    assert File.objects.count() == 1
    assert Leaf.objects.count() == 1


def an_archive(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member in members:
            # Without a fixed time the bytes, and with them the names of the cases, differ between workers.
            archive.writestr(zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)), "x")
    return out.getvalue()


SHEET = ("[Content_Types].xml", "xl/workbook.xml")
MAIL = b"From: a@example.com\r\nSubject: invoice\r\nDate: Mon, 2 Mar 2026 10:00:00 +0800\r\n\r\n<html>hello</html>"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7\n...", "x.exe", media.PDF),
        (PNG, "x", media.PNG),
        (b"\xff\xd8\xff\xe0 JFIF", "x", media.JPEG),
        (an_archive(*SHEET), "x.zip", media.XLSX),
        (an_archive("logs/1.log"), "x.xlsx", media.ZIP),
        (b'{"a": 1}', "x.txt", media.JSON),
        (b"[1, 2]\n", "x", media.JSON),
        (b"{not json", "x.json", media.TEXT),
        (b"a,b\n1,2\n", "x.CSV", media.CSV),
        (b"a: 1\n", "x.yml", media.YAML),
        (b"<?xml version='1.0'?>\n<!DOCTYPE nmaprun>\n<!-- by -->\n<nmaprun/>", "x.xml", media.XML),
        (b"<NessusClientData_v2>", "x.nessus", media.XML),
        (MAIL, "x.eml", media.EML),
        (b"key: 1\n\nvalue", "x.txt", media.TEXT),
        ("你好\n".encode("gb18030"), "x.log", media.TEXT),
        (b"<34>1 2026-03-01T00:00:00Z host app - - - hello", "x.log", media.TEXT),
    ],
)
def test_the_type_is_that_of_the_content(content: bytes, name: str, expected: str) -> None:
    assert media.sniff(content, name) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"GIF89a\x01\x00",
        b"\x00\x00\x00\x18ftypmp42",
        b"  <!DOCTYPE html><p>",
        b"<svg onload=alert(1)>",
        b"<?xml version='1.0'?>",
        b"<!DOCTYPE nmaprun [<!ENTITY a 'b'>]><nmaprun/>",
        b"<?xml version='1.0'?><svg/>",
        b"\xff\xfe\x00h\x00i",
        b"text with \x08 backspace",
        b"PK\x03\x04 broken archive",
        an_archive("[Content_Types].xml", "word/document.xml"),
        an_archive(*SHEET, "xl/vbaProject.bin"),
    ],
)
def test_other_types_are_refused(content: bytes) -> None:
    with pytest.raises(media.FileType):
        media.sniff(content, "report.pdf")


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("../../etc/passwd", media.TEXT, "passwd.txt"),
        ("C:\\x\\报告.pdf", media.PDF, "报告.pdf"),
        ("invoice.exe", media.PDF, "invoice.exe.pdf"),
        ("a\u202efdp.exe", media.JPEG, "afdp.exe.jpg"),
        ("  .htaccess\x00", media.TEXT, "htaccess.txt"),
        ("", media.JSON, "file.json"),
        ("x" * 300 + ".csv", media.CSV, "x" * 196 + ".csv"),
        ('a"b|c?.PNG', media.PNG, "abc.PNG"),
    ],
)
def test_names_are_made_safe(name: str, media_type: str, expected: str) -> None:
    assert media.named(name, media_type) == expected


def test_erasing_leaves_the_log_whole_and_nothing_to_read(people: House, tmp_path: Path) -> None:
    file = files.store_file(subject=INCIDENT, name="张三.txt", content=b"canary-7391", by=people.insured, at=AT)
    other = files.store_file(subject=OTHER, name="x.txt", content=b"stays", by=people.insured, at=AT)
    with pytest.raises(Forbidden):
        files.erase(subject=INCIDENT, reason="", by=people.claims, at=AT)
    files.erase(subject=INCIDENT, reason="个人信息主体请求删除", by=people.admin, at=AT)
    file.refresh_from_db()
    assert file.name == ""
    with pytest.raises(files.Erased):
        files.read_file(file_id=file.pk, by=people.claims, at=AT)
    with pytest.raises(files.Erased):
        files.store_file(subject=INCIDENT, name="x.txt", content=b"more", by=people.insured, at=AT)
    with pytest.raises(files.Erased):
        files.erase(subject=INCIDENT, reason="", by=people.admin, at=AT)
    with pytest.raises(NotFound):
        files.erase(subject=Subject("incident", "none"), reason="", by=people.admin, at=AT)
    assert files.read_file(file_id=other.pk, by=people.claims, at=AT)[1] == b"stays"
    bundle = exported(people)
    assert b'"state":"erased"' in bundle
    assert "张三".encode() not in bundle
    assert verify(kept(tmp_path, "e", bundle)) == []
    with connection.cursor() as cursor:
        for model in (File, Key, Leaf, Entry):
            cursor.execute(f"select count(*) from {model._meta.db_table} t where t::text ~ 'canary-7391|张三'")
            assert cursor.fetchone()[0] == 0


def test_heads_are_signed_with_the_key_of_the_installation(people: House) -> None:
    busy(people)
    head = logs.sign_head(by=people.system, at=AT)
    words = HeadWords(str(head.log_id), head.size, head.root, head.at, head.public_key).data()
    assert ed25519(bytes.fromhex(signing.public_key()), words, bytes.fromhex(head.signature))
    for wrong in (words.replace(b"vault", b"fault"), words.replace(str(head.size).encode(), b"99")):
        assert not ed25519(bytes.fromhex(signing.public_key()), wrong, bytes.fromhex(head.signature))
    with pytest.raises(Forbidden):
        logs.sign_head(by=people.insured, at=AT)
    Log.objects.update(public_key="0" * 64)
    with pytest.raises(logs.KeyMismatch):
        logs.sign_head(by=people.system, at=AT)


def test_an_anchor_is_reused_on_its_day_while_nothing_happens(people: House) -> None:
    busy(people, leaves=2)
    first = logs.anchor(by=people.insured, at=AT)
    assert logs.anchor(by=people.broker, at=AT + timedelta(minutes=5)) == first
    assert logs.anchor(by=people.insured, at=AT + timedelta(days=1)) != first
    logs.append(kind="x.y", subject=INCIDENT, payload={}, by=people.claims, at=AT)
    assert json.loads(logs.anchor(by=people.insured, at=AT + timedelta(days=1)))["size"] == 3
    assert Head.objects.count() == len(reading.heads(people.insured)) == 3


def test_a_payload_that_has_two_spellings_is_refused(people: House) -> None:
    with pytest.raises(ValueError, match="not plain data"):
        logs.append(kind="x.y", subject=INCIDENT, payload={"share": 0.5}, by=people.claims, at=AT)
    assert not Leaf.objects.exists()


def test_many_leaves_under_one_lock(people: House) -> None:
    events = [logs.Event("x.y", INCIDENT, {"n": n}) for n in range(50)]
    leaves = logs.append_all(events=events, by=people.claims, at=AT)
    assert [leaf.index for leaf in leaves] == list(range(50))
    assert reading.check(people.admin).sound
    with pytest.raises(Forbidden):
        reading.check(people.insured)
    assert reading.check(house("b").admin).sound


@pytest.mark.parametrize(
    ("sql", "damaged", "heads"),
    [
        ("update vault_leaf set data = replace(data, '海堤', '海提') where index = 3", (3,), (5, 10, 12)),
        ("delete from vault_leaf where index = 11", (11,), (12,)),
        ("delete from vault_leaf where index = 5", (5,), (10, 12)),
        ("update vault_head set root = repeat('0', 64) where size = 5", (), (5,)),
        ("update vault_log set peaks[1] = repeat('0', 64)", (), (12,)),
    ],
)
def test_a_damaged_log_is_found_and_not_exported(
    people: House, sql: str, damaged: tuple[int, ...], heads: tuple[int, ...]
) -> None:
    busy(people)
    assert reading.check(people.admin).sound
    behind_the_back(sql)
    found = reading.check(people.admin)
    assert (found.damaged, found.heads, found.sound) == (damaged, heads, False)
    if "delete" in sql or "peaks" in sql:
        with pytest.raises(export_action.LogDamaged):
            exported(people)


def test_who_may_export_what(people: House, tmp_path: Path) -> None:
    busy(people)
    files.store_file(subject=INCIDENT, name="internal.txt", content=b"our own view", by=people.claims, at=AT)
    scope = Scope(INCIDENT, ())
    with pytest.raises(Forbidden):
        exported(people, by=people.broker, scope=scope)
    with pytest.raises(Forbidden):
        exported(people, by=people.insured)
    mine = exported(people, by=people.insured, scope=scope)
    assert b"internal.txt" not in mine
    assert mine.count(b'"state":"withheld"') == 1
    assert b'"state":"present"' in mine
    assert OTHER.id.encode() not in mine
    assert verify(kept(tmp_path, "mine", mine), key=signing.public_key()) == []


def test_an_empty_log_can_be_exported(people: House, tmp_path: Path) -> None:
    assert reading.log_of(people.claims) is None
    assert verify(kept(tmp_path, "e", exported(people))) == []


@pytest.mark.django_db(transaction=True)
def test_leaves_are_gapless_under_concurrency(tmp_path: Path) -> None:
    tenancy.enter(tenancy.EVERY)
    people = house()
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            tenancy.enter(tenancy.EVERY)
            for step in range(10):
                payload = {"thread": number, "step": step}
                logs.append(kind="x.y", subject=INCIDENT, payload=payload, by=people.claims, at=AT)
                if step == 5:
                    files.store_file(subject=OTHER, name="a.png", content=PNG, by=people.insured, at=AT)
                    logs.sign_head(by=people.system, at=AT)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(61))
    assert Log.objects.get().size == 61
    assert File.objects.count() == 1
    assert reading.check(people.admin).sound
    assert verify(kept(tmp_path, "e", exported(people))) == []


def test_the_signing_key_is_made_once_and_for_its_owner_only(tmp_path: Path, settings: object) -> None:
    settings.DATA_DIR, settings.SIGNING_KEY = tmp_path / "new", ""  # type: ignore[attr-defined]
    first = signing.public_key()
    path = tmp_path / "new" / "signing.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["signing.key"]
    signing._key.cache_clear()
    assert signing.public_key() == first
    signing._make(path)
    signing._key.cache_clear()
    assert signing.public_key() == first
    path.chmod(0o640)
    signing._key.cache_clear()
    with pytest.raises(signing.BadSigningKey, match="chmod 600"):
        signing.public_key()


def test_the_signing_key_may_come_from_the_environment(settings: object) -> None:
    # RFC 8032, 7.1, test 1.
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    settings.SIGNING_KEY = seed  # type: ignore[attr-defined]
    assert signing.public_key() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    settings.SIGNING_KEY = "abc"  # type: ignore[attr-defined]
    with pytest.raises(signing.BadSigningKey, match="64 hexadecimal"):
        signing.public_key()
