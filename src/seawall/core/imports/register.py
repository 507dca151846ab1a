"""A company's own asset register as CSV: UTF-8, UTF-16 or GB18030; commas, semicolons or tabs; headings in Chinese or
English. `COLUMNS` names what is read; other columns are left alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from seawall.core.imports.records import (
    AssetKind,
    Gatherer,
    Imported,
    TooMuch,
    Unreadable,
    Weakness,
    WrongKind,
    address_of,
    clean,
    day_of,
)

MOST_ROWS, MOST_COLUMNS, LONGEST_LINE = 20_000, 100, 20_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "asset", "asset name", "hostname", "名称", "资产名称", "主机名", "域名"),
    "kind": ("kind", "type", "asset type", "类型", "资产类型", "类别"),
    "address": ("address", "ip", "ip address", "地址", "ip地址", "ip 地址"),
    "owner": ("owner", "责任人", "负责人", "责任部门", "归属部门"),
    "importance": ("importance", "criticality", "重要程度", "重要性", "等级"),
    "vendor": ("vendor", "supplier", "manufacturer", "供应商", "厂商"),
    "product": ("product", "software", "model", "产品", "软件", "型号"),
    "version": ("version", "版本"),
    "end_of_support": ("end of support", "end of life", "eol", "停止支持日期", "停服日期", "维保到期"),
}  # fmt: skip
KINDS: Mapping[AssetKind, tuple[str, ...]] = {
    "domain": ("domain", "域名"),
    "host": ("host", "server", "主机", "服务器", "虚拟机", "vm"),
    "address": ("address", "ip", "地址", "ip地址"),
    "service": ("service", "服务", "端口"),
    "certificate": ("certificate", "证书"),
    "application": ("application", "app", "software", "system", "应用", "应用系统", "信息系统", "系统", "软件"),
    "device": ("device", "network device", "terminal", "设备", "网络设备", "安全设备", "终端", "打印机"),
}  # fmt: skip


def read_register(content: bytes) -> Imported:
    """Each line as an asset; one without a name, of an unknown kind or with a broken date is told with its line."""
    text = _text(content)
    rows = _rows(text)
    heading = next(rows, (0, []))[1]
    places = _places(heading)
    if "name" not in places:
        raise WrongKind("file", seen=clean(", ".join(heading), 80))
    found = Gatherer()
    for line, cells in rows:
        if isinstance(cells, str):
            found.records += 1
            found.trouble(line, cells)
        elif any(cell.strip() for cell in cells):
            found.records += 1
            if found.records > MOST_ROWS:
                raise TooMuch("file", most=MOST_ROWS)
            _row(line, cells, places, len(heading), found)
    return found.done("register", "CSV", None)


def _text(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("file", line=0)


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line it begins on, its cells), or the code of what is wrong with it."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t，", key=first.count)
    # The reader of the standard library takes one sign only; a full-width comma is one.
    reader = csv.reader(_lines(text), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, "imports.line"
            continue
        sound = len(cells) <= MOST_COLUMNS and not any("\0" in cell for cell in cells)
        yield line, cells if sound else "imports.line"


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; what is too long becomes a line that is told as broken."""
    for line in io.StringIO(text, newline=""):
        yield line if len(line) <= LONGEST_LINE else "\0\n"


def _places(heading: list[str] | str) -> dict[str, int]:
    """Which column holds what; of two that fit the first."""
    places: dict[str, int] = {}
    for index, cell in enumerate(heading if isinstance(heading, list) else []):
        title = clean(cell, 60).lower().replace("_", " ")
        for column, titles in COLUMNS.items():
            if title in titles:
                places.setdefault(column, index)
    return places


def _row(line: int, cells: list[str], places: Mapping[str, int], width: int, found: Gatherer) -> None:
    if len(cells) > width:
        found.trouble(line, "imports.cells", seen=len(cells), expected=width)
        return
    said = {column: cells[place].strip() for column, place in places.items() if place < len(cells)}
    address = address_of(said.get("address", ""))
    if said.get("address") and not address:
        found.trouble(line, "imports.address", text=said["address"])
    name = said.get("name") or address
    kind = _kind(said.get("kind", ""), name)
    if not name:
        found.trouble(line, "imports.no_name")
        return
    if kind is None:
        found.trouble(line, "imports.asset_kind", text=said["kind"])
        return
    kept = found.asset(
        kind,
        name,
        line,
        addresses=address,
        **{key: said.get(key, "") for key in ("owner", "importance", "vendor", "product", "version")},
    )
    if kept and said.get("end_of_support"):
        _support(line, kept, said["end_of_support"], said, found)


def _support(line: int, asset: str, text: str, said: Mapping[str, str], found: Gatherer) -> None:
    end: date | None = day_of(text)
    if end is None:
        found.trouble(line, "imports.day", text=text)
        return
    found.weakness(
        Weakness(
            asset=asset,
            id=f"register:support-{end.isoformat()}",
            title=clean(f"{said.get('product') or asset} {said.get('version', '')}", 300),
            severity="medium",
            line=line,
            known_since=end,
            unsupported=True,
        )
    )


def _kind(text: str, name: str) -> AssetKind | None:
    """What the register says, else what the name looks like; None for a kind that is not known."""
    wanted = clean(text, 40).lower()
    if not wanted:
        return "address" if address_of(name) else "host"
    return next((kind for kind, names in KINDS.items() if wanted in names), None)
