"""From plain data to a PDF. Data reach the template as JSON and are set as text; no markup is made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import pylopdf_fonts_zh_cn
import typst

from seawall.core.money import Money

from .amounts import grouped, in_capitals
from .data import Lang, PaperKind

TEMPLATES = Path(__file__).parent / "templates"
KINDS: tuple[PaperKind, ...] = get_args(PaperKind)
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
# Control, zero-width and direction signs: they hide or reorder what a reader sees.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LONG = re.compile(r"[^\s\u2e80-\uffef]{25,}")
MAX_TEXT = 4_000


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Noto Sans and Serif SC from the wheel, and nothing from the machine, so that every machine sets the same page."""
    folder = str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def render(template: str, data: Mapping[str, Any], lang: str, *, made_at: datetime | None = None) -> bytes:
    """The PDF of one paper: `template` of `KINDS`, its data (see `data`), and the language zh or en.

    `made_at` goes into the file's properties; without it the day of issue does. The same input gives the same bytes.
    An unknown template or language, or data that lack a part, raise `ValueError`.
    """
    if template not in KINDS or lang not in LANGUAGES:
        raise ValueError(f"no template {template!r} in {lang!r}")
    prepared = _prepared(dict(data))
    moment = made_at or datetime.fromisoformat(str(data["issued_on"])).replace(tzinfo=UTC)
    try:
        made = typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(prepared, ensure_ascii=False, allow_nan=False), "lang": lang},
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise ValueError(f"{template}: {error}") from error
    if not isinstance(made, bytes):
        raise ValueError(f"{template}: more than one file")
    return made


def _prepared(value: Any) -> Any:
    """Amounts get their text; strings lose what cannot be seen, and long runs get places to break."""
    if isinstance(value, Mapping):
        if set(value) == {"minor", "currency"}:
            return _amount(Money(value["minor"], value["currency"]))
        return {str(key): _prepared(item) for key, item in value.items()}
    if isinstance(value, str):
        return _LONG.sub(_breakable, _UNSEEN.sub("\ufffd", value[:MAX_TEXT]))
    if isinstance(value, Sequence):
        return [_prepared(item) for item in value]
    return value


def _breakable(match: re.Match[str]) -> str:
    run = match.group(0)
    return "\u200b".join(run[i : i + 12] for i in range(0, len(run), 12))


def _amount(money: Money) -> dict[str, Any]:
    capitals = in_capitals(money) if money.currency == "CNY" and abs(money.minor) < 10**18 else ""
    return {
        "minor": money.minor,
        "currency": money.currency,
        "text": grouped(money),
        "capitals": capitals,
        "value": float(money.amount),
    }
