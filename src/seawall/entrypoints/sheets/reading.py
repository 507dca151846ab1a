"""Reading a workbook that somebody sends: text out of cells, and nothing that a workbook can do."""

from __future__ import annotations

import re
import warnings
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from seawall.core.problems import Refused

# A questionnaire of a hundred questions packs into 30 kB and unpacks to 300 kB.
MOST_PACKED, MOST_UNPACKED, MOST_PARTS, MOST_RATIO = 2_000_000, 20_000_000, 200, 200
MOST_ROWS, MOST_COLUMNS, LONGEST = 1000, 20, 8000
_ACTIVE = re.compile(
    r"(^|/)(vbaProject|activeX|ctrlProps|embeddings|externalLinks|customUI|connections\.xml|queryTables|webextensions)",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class NotAWorkbook(Refused):
    """The file is no .xlsx workbook, or a broken one."""

    code = "sheet.not_a_workbook"
    status = 422


class TooBig(Refused):
    """Larger than any filled-in questionnaire, packed or unpacked."""

    code = "sheet.too_big"
    status = 422


class TooLong(Refused):
    """A sheet with more rows than any questionnaire."""

    code = "sheet.too_long"
    status = 422


class Active(Refused):
    """It holds macros, controls, embedded files or links to other files."""

    code = "sheet.active"
    status = 422


def cells(content: bytes) -> dict[str, list[list[str]]]:
    """The texts of every visible or hidden sheet, by name: rows of cells as a person sees them.

    A formula is given as it is written, with its `=`; it is never computed. Raises `NotAWorkbook`, `TooBig`, `TooLong`,
    `Active`.
    """
    _judge(content)
    try:
        with warnings.catch_warnings():
            # openpyxl tells what it leaves out, such as conditional formats; none of it is read here.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except Refused:
        raise
    except Exception as error:
        # Whatever a crafted file makes the reader stumble over, it is no workbook to us.
        raise NotAWorkbook("file") from error


def _judge(content: bytes) -> None:
    if len(content) > MOST_PACKED:
        raise TooBig("file", most=MOST_PACKED // 1_000_000)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NotAWorkbook("file") from error
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise TooBig("file", most=MOST_UNPACKED // 1_000_000)
        names = [part.filename for part in parts]
        if "[Content_Types].xml" not in names or len(set(names)) != len(names):
            raise NotAWorkbook("file")
        for part in parts:
            _judge_part(archive, part)


def _judge_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """One part; its size is measured, because what the archive says of itself may be a lie."""
    if _ACTIVE.search(part.filename):
        raise Active("file", part=part.filename[:100])
    if part.flag_bits & 0x1:
        raise NotAWorkbook("file")
    if part.file_size > MOST_RATIO * max(part.compress_size, 1000):
        raise TooBig("file", most=MOST_UNPACKED // 1_000_000)
    try:
        with archive.open(part) as opened:
            text = opened.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise NotAWorkbook("file") from error
    if len(text) != part.file_size:
        raise NotAWorkbook("file")
    if part.filename.lower().endswith((".xml", ".rels")):
        if _DECLARED.search(text) or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            # Entities can grow without end; another encoding could hide them.
            raise NotAWorkbook("file")
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in text:
            raise Active("file", part="macroEnabled")


def _rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS):
        rows.append([_text(cell) for cell in row])
        if len(rows) > MOST_ROWS:
            raise TooLong("file", most=MOST_ROWS)
    return rows


def _text(cell: Cell | MergedCell | ReadOnlyCell | EmptyCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    # LibreOffice writes runs of rich text as objects; everything else is text by now.
    return str(value)[:LONGEST].strip()


def is_formula(text: str) -> bool:
    """Whether a cell holds a formula rather than an answer."""
    return text.startswith("=")
