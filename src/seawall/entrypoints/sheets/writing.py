"""Writing workbooks: plain, protected where nobody should write, and without a text that a spreadsheet would run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOICES = "choices"
_RUNS = re.compile(r"^'*\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"^-?\d+([.,]\d+)?\s*%?$")
# XML 1.0 cannot hold these at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_HEAD = PatternFill("solid", fgColor="E8EEF4")
_OPEN = PatternFill("solid", fgColor="FFFBE6")
_SECTION = PatternFill("solid", fgColor="F4F4F4")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that starts like one gets an apostrophe before it."""
    return "'" + text if _RUNS.match(text) and not _NUMBER.match(text.strip()) else text


def as_written(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


@dataclass(frozen=True, slots=True)
class Ask:
    """A cell to be filled in: what stands in it, and what it may hold (`options`, or a number within bounds)."""

    value: str = ""
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: texts, and cells to be filled in; a `section` row has one text across."""

    cells: Sequence[str | Ask]
    section: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a head and rows; `widths` in characters by column. Everything is locked but what is asked."""

    title: str
    head: Sequence[str]
    lines: Sequence[Line]
    widths: Sequence[int]
    notes: Sequence[tuple[str, str]] = field(default=())


def workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The file, with the choices on a hidden sheet of their own."""
    book = Workbook()
    active = book.active
    if active is not None:
        book.remove(active)
    book.properties.title = title
    book.properties.creator = "Seawall"
    writers = [_Writer(book, sheet) for sheet in sheets]
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    place = 0
    for writer in writers:
        place = writer.write(choices, place)
    for sheet in book.worksheets:
        # Without a password: it keeps from slips, not from people.
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
        sheet.protection.formatRows = False
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class _Writer:
    """One sheet under way."""

    def __init__(self, book: Workbook, sheet: Sheet) -> None:
        self._sheet, self._page = sheet, book.create_sheet(_NOT_IN_TITLES.sub("-", sheet.title)[:31])

    def write(self, choices: Worksheet, place: int) -> int:
        """Writes everything; lists of choices go into columns of `choices` from `place` on. The next free column."""
        page, row = self._page, 0
        for label, text in self._sheet.notes:
            row += 1
            self._put(row, 1, label, bold=True)
            self._put(row, 2, text)
        if self._sheet.head:
            row += 1
            for column, text in enumerate(self._sheet.head, start=1):
                self._put(row, column, text, bold=True, fill=_HEAD)
            page.freeze_panes = f"A{row + 1}"
        for line in self._sheet.lines:
            row += 1
            for column, cell in enumerate(line.cells, start=1):
                if isinstance(cell, Ask):
                    place = self._ask(row, column, cell, choices, place)
                else:
                    self._put(row, column, cell, bold=line.section, fill=_SECTION if line.section else None)
        for column, width in enumerate(self._sheet.widths, start=1):
            page.column_dimensions[get_column_letter(column)].width = width
        page.print_options.gridLines = True
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        return place

    def _put(self, row: int, column: int, text: str, *, bold: bool = False, fill: PatternFill | None = None) -> None:
        cell = self._page.cell(row, column)
        cell.value = harmless(_UNWRITABLE.sub("", text))
        # Always text: "=1" is what somebody wrote, not a formula.
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
        if fill is not None:
            cell.fill = fill

    def _ask(self, row: int, column: int, ask: Ask, choices: Worksheet, place: int) -> int:
        self._put(row, column, ask.value, fill=_OPEN)
        cell = self._page.cell(row, column)
        cell.protection = Protection(locked=False)
        where = f"{get_column_letter(column)}{row}"
        if ask.options:
            place += 1
            for number, option in enumerate(ask.options, start=1):
                listed = choices.cell(number, place)
                listed.value, listed.data_type = harmless(option), "s"
            letter = get_column_letter(place)
            rule = DataValidation(type="list", formula1=f"{CHOICES}!${letter}$1:${letter}${len(ask.options)}")
            # What fits is judged when it comes back, and told there with the cell.
            rule.showErrorMessage = False
            rule.add(where)
            self._page.add_data_validation(rule)
        elif ask.low or ask.high:
            rule = DataValidation(type="decimal", operator="between", formula1=ask.low, formula2=ask.high)
            rule.showErrorMessage = False
            rule.showInputMessage, rule.prompt = True, f"{ask.low} – {ask.high}"
            rule.add(where)
            self._page.add_data_validation(rule)
        return place
