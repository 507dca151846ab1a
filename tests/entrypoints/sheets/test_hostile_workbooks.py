"""Workbooks made to do harm: refused for a reason, quickly, and within bounds."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from seawall.core.problems import Refused
from seawall.entrypoints.sheets.reading import MOST_PACKED, Active, NotAWorkbook, TooBig, TooLong, cells


def book(rows: int = 2) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in range(1, rows + 1):
        sheet.cell(row, 1).value = f"r{row}"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(content: bytes, changed: dict[str, bytes], *, level: int = 9) -> bytes:
    """The same archive with parts put in place of others, or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, True, level) as new:
        for part in old.infolist():
            new.writestr(part.filename, changed.get(part.filename, old.read(part)))
        for name in set(changed) - set(old.namelist()):
            new.writestr(name, changed[name])
    return out.getvalue()


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def bomb() -> bytes:
    return with_parts(book(), {"xl/sharedStrings.xml": b"<a>" + b" " * 300_000_000 + b"</a>"})


def quiet_bomb() -> bytes:
    """Below the limit as a whole, but packed far beyond what text packs to."""
    return with_parts(book(), {"xl/theme/theme1.xml": b"<a>" + b" " * 15_000_000 + b"</a>"})


def liar() -> bytes:
    """An archive that understates the size of a part."""
    content = bytearray(with_parts(book(), {"xl/media/x.bin": b"A" * 5000}))
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        part = archive.getinfo("xl/media/x.bin")
    place = content.index(b"PK\x01\x02", content.index(b"xl/media/x.bin") + 1)
    while content[place + 46 : place + 46 + len(part.filename)] != part.filename.encode():
        place = content.index(b"PK\x01\x02", place + 4)
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def entities() -> bytes:
    xml = sheet_xml(book()).replace(
        b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet', 1
    )
    return with_parts(book(), {"xl/worksheets/sheet1.xml": xml})


def wide_characters() -> bytes:
    xml = b"\xff\xfe" + sheet_xml(book()).decode().encode("utf-16-le")
    return with_parts(book(), {"xl/worksheets/sheet1.xml": xml})


def deep() -> bytes:
    return b"".join(b"<a%d>" % (n * n) for n in range(20_000))


def twice() -> bytes:
    out = BytesIO(book())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda: b"", NotAWorkbook),
        (lambda: b"PK\x03\x04 not really", NotAWorkbook),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, NotAWorkbook),
        (lambda: b"%PDF-1.7", NotAWorkbook),
        (lambda: b"x" * (MOST_PACKED + 1), TooBig),
        (bomb, TooBig),
        (quiet_bomb, TooBig),
        (liar, NotAWorkbook),
        (entities, NotAWorkbook),
        (wide_characters, NotAWorkbook),
        (twice, NotAWorkbook),
        (lambda: with_parts(book(), {f"xl/x{n}.xml": b"<a/>" for n in range(300)}), TooBig),
        (lambda: with_parts(book(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), Active),
        (lambda: with_parts(book(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}), Active),
        (lambda: with_parts(book(), {"xl/embeddings/oleObject1.bin": b"MZ"}), Active),
        (lambda: with_parts(book(), {"xl/activeX/activeX1.xml": b"<a/>"}), Active),
        (lambda: with_parts(book(), {"xl/connections.xml": b"<a/>"}), Active),
        (lambda: with_parts(book(), {"[Content_Types].xml": b"<a>application/vnd.ms-excel.sheet.macroEnabled</a>"}),
         Active),
        (lambda: with_parts(book(), {"xl/workbook.xml": b"<broken"}), NotAWorkbook),
        (lambda: with_parts(book(), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}), NotAWorkbook),
        (lambda: with_parts(book(), {"xl/worksheets/sheet1.xml": deep()}), NotAWorkbook),
        (lambda: book(1001), TooLong),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_quickly_and_within_bounds(made: Callable[[], bytes], refusal: type[Refused]) -> None:
    content = made()
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(refusal):
        cells(content)
    taken, (_now, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 120_000_000
    assert taken < 20


def test_a_formula_is_given_as_written_and_never_computed() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = '=WEBSERVICE("http://evil.example")'
    sheet["B1"] = 3.0
    sheet["C1"] = True
    sheet["D1"].font = Font(bold=True)
    out = BytesIO()
    made.save(out)
    assert cells(out.getvalue())["Sheet"][0][:4] == ['=WEBSERVICE("http://evil.example")', "3", "TRUE", ""]


def test_a_row_far_away_does_not_make_a_million_rows() -> None:
    xml = sheet_xml(book()).replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    with pytest.raises(TooLong):
        cells(with_parts(book(), {"xl/worksheets/sheet1.xml": xml}))
