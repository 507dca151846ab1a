"""What a file is, judged by its content, and the name it is kept under."""

from __future__ import annotations

import io
import json
import re
import struct
import unicodedata
import zipfile

from seawall.core.problems import Refused

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP, JSON, YAML, EML = "application/zip", "application/json", "application/yaml", "message/rfc822"
CSV, TEXT, XML = "text/csv", "text/plain", "application/xml"

EXTENSIONS = {
    PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg"), XLSX: (".xlsx",), ZIP: (".zip",), JSON: (".json",),
    YAML: (".yaml", ".yml"), EML: (".eml",), CSV: (".csv",), TEXT: (".txt", ".log"), XML: (".xml", ".nessus"),
}  # fmt: skip
LONGEST_NAME = 200

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
# A browser that opens one of these may run what is in it.
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|script|svg|\?xml|iframe|object|embed|!--)", re.IGNORECASE)
# Reports of scanners, known by their outermost element; nothing in them that a browser would run.
_REPORT = re.compile(
    r"\s*(?:<\?xml[^>]*\?>|<!DOCTYPE nmaprun>|<\?xml-stylesheet[^>]*\?>|<!--(?:(?!-->)[\s\S]){0,4000}-->|\s)*"
    r"<(?:nmaprun|NessusClientData_v2|report|get_reports_response)[\s/>]"
)
_RUNS = re.compile(r"xmlns(?::[\w.-]+)?\s*=\s*[\"']http://www\.w3\.org/(?:1999/xhtml|2000/svg)|<!ENTITY", re.IGNORECASE)
_MAIL = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MAIL_KEYS = re.compile(r"^(?:from|date|received|message-id|subject):", re.IGNORECASE | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


class FileType(Refused):
    """Not one of the types that are accepted as evidence."""

    code = "vault.file_type"
    status = 422


def sniff(content: bytes, name: str) -> str:
    """The media type by content; the name only tells apart kinds of text. Raises `FileType`."""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return media_type
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(content)
    text = _decode(content)
    if text is not None and _REPORT.match(text) and not _RUNS.search(text) and not _CONTROL.search(text):
        return XML
    if text is None or _MARKUP.match(text) or _CONTROL.search(text):
        raise FileType("file", name=clean(name))
    return _text(text, name.lower())


def _archive(content: bytes) -> str:
    """Reads the list of members only; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error) as error:
        raise FileType("file", name="") from error
    if "[Content_Types].xml" not in members:
        return ZIP
    if "xl/workbook.xml" in members and not any(m.lower().endswith("vbaproject.bin") for m in members):
        return XLSX
    raise FileType("file", name="")


def _decode(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _text(text: str, name: str) -> str:
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            pass
        else:
            return JSON
    header = _MAIL.match(text.replace("\r\n", "\n"))
    if header and len(_MAIL_KEYS.findall(header.group())) >= 2:
        return EML
    for media_type in (CSV, YAML):
        if name.endswith(EXTENSIONS[media_type]):
            return media_type
    return TEXT


def clean(name: str) -> str:
    """A name safe to show and to save under: no folders, no invisible or direction-changing characters."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    return " ".join(shown.split()).lstrip(".").strip()[-LONGEST_NAME:] or "file"


def named(name: str, media_type: str) -> str:
    """`clean(name)` with an ending that fits the content, so that a program cannot be saved under a document's type."""
    cleaned = clean(name)
    endings = EXTENSIONS[media_type]
    return cleaned if cleaned.lower().endswith(endings) else cleaned + endings[0]
