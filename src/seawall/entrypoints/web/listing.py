"""Lists people work in: filtered, searched, sorted, paged, exported, and found again as they were left."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from seawall.core.money import Money

R = TypeVar("R", bound=Model)
PER_PAGE = 25
MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `sort` is the expression it is ordered by, `sub` names the second line of its cells in an export."""

    label: str
    kind: str = "text"
    sort: str = ""
    sub: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One way to filter: its code in the address, its label, and which rows it keeps (None: all)."""

    code: str
    label: str
    keeps: Q | None = None
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Plan(Generic[R]):
    """What a list shows. `row` gives {cells, url} for the table; `search` are the fields the box looks in.

    `key` is the name under which the session keeps how the list was left; `prefix` keeps two lists of one page apart.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    row: Callable[[R], Mapping[str, Any]]
    empty: Mapping[str, Any]
    states: Sequence[State] = ()
    search: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """`table` for components/table.html, `tabs` for components/tabs.html, `q` for the box; `export` when asked for."""

    table: dict[str, Any]
    tabs: list[dict[str, Any]]
    q: str
    state: str
    export: HttpResponse | None


def listing(request: HttpRequest, plan: Plan[R], rows: QuerySet[R]) -> Listing:
    """The list as the address, or else the session, says."""
    asked = _asked(request, plan)
    state = next((s for s in plan.states if s.code == asked["state"]), plan.states[0] if plan.states else None)
    found = _searched(rows, plan, asked["q"])
    tabs = [
        {
            "label": s.label,
            "url": "?" + urlencode({**asked, "state": s.code}),
            "active": s is state,
            "count": (found if s.keeps is None else found.filter(s.keeps)).count(),
            "alarm": s.alarm,
        }
        for s in plan.states
    ]
    if state is not None and state.keeps is not None:
        found = found.filter(state.keeps)
    found = _sorted(found, plan, asked["sort"])
    if request.GET.get("export") == "csv":
        return Listing({}, tabs, asked["q"], asked["state"], _csv(plan, found[:MOST_EXPORTED]))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    table = {
        "caption": plan.caption,
        "columns": [_head(column, asked) for column in plan.columns],
        "rows": [plan.row(row) for row in page],
        "page": page,
        "empty": plan.empty,
        "export_url": "?" + urlencode({**asked, "export": "csv"}),
    }
    return Listing(table, tabs, asked["q"], state.code if state else "", None)


def _asked(request: HttpRequest, plan: Plan[R]) -> dict[str, str]:
    """State, order and words: from the address when it says anything, else as the list was left in this session."""
    names = ("state", "sort", "q")
    if any(name in request.GET for name in (*names, "page", "export")):
        asked = {name: request.GET.get(name, "")[:100] for name in names}
        request.session[plan.key] = asked
        return asked
    kept = request.session.get(plan.key) or {}
    return {name: str(kept.get(name, "")) for name in names}


def _searched(rows: QuerySet[R], plan: Plan[R], words: str) -> QuerySet[R]:
    if not words.strip() or not plan.search:
        return rows
    wanted = Q()
    for field in plan.search:
        wanted |= Q(**{f"{field}__icontains": words.strip()})
    return rows.filter(wanted)


def _sorted(rows: QuerySet[R], plan: Plan[R], sort: str) -> QuerySet[R]:
    known = {column.sort for column in plan.columns if column.sort}
    return rows.order_by(sort, "-pk") if sort.removeprefix("-") in known else rows


def _head(column: Column, asked: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = {"label": column.label, "kind": column.kind, "unit": column.unit}
    if column.sort:
        now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(asked["sort"], "")
        following = column.sort if now == "descending" else f"-{column.sort}"
        head |= {"sorted": now, "sort_url": "?" + urlencode({**asked, "sort": following})}
    return head


def _csv(plan: Plan[R], rows: QuerySet[R]) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    heads = [(c.label + (f" ({c.unit})" if c.unit else ""), c.sub) for c in plan.columns]
    writer.writerow([text for label, sub in heads for text in ((label, sub) if sub else (label,))])
    for row in rows:
        line: list[str] = []
        for column, cell in zip(plan.columns, plan.row(row)["cells"], strict=True):
            held = cell if isinstance(cell, Mapping) else {"value": cell}
            line.append(_plain(held.get("value")))
            if column.sub:
                line.append(_plain(held.get("sub")))
        writer.writerow(line)
    # The mark at the start makes spreadsheets read the Chinese as UTF-8.
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="seawall-{plan.key}.csv"'
    return answer


def _plain(value: Any) -> str:
    """For a spreadsheet: amounts and dates as figures, and no text that it would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return str(value.amount)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date | int):
        return str(value)
    text = str(value)
    return "'" + text if text[:1] in "=+-@\t\r" and text[:1] else text
