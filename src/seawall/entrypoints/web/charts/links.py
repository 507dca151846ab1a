"""What hangs together: nodes in columns and the lines between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from seawall.entrypoints.web.charts.parts import Spec, sentences, table


@dataclass(frozen=True, slots=True)
class Node:
    """One box: `column` counts from the left, `group` colours it and stands as the heading above the first of it."""

    id: str
    label: str
    column: int
    group: str
    url: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two boxes; `weight` of 0 to 1 is its width, `text` what it says."""

    source: str
    target: str
    text: str
    weight: float = 0.5


def links(nodes: Sequence[Node], lines: Sequence[Link], *, title: str, said: Sequence[str] = ()) -> Spec:
    """A picture of at least one node; its table has one row for each line."""
    names = {node.id: node.label for node in nodes}
    placed, rows = _placed(nodes)
    groups = dict.fromkeys(node.group for node in nodes)
    return {
        "kind": "links",
        "title": title,
        "summary": sentences(said),
        "rows": table(
            [gettext("From"), gettext("To"), gettext("How")],
            [[names[line.source], names[line.target], line.text] for line in lines],
        ),
        "groups": list(groups),
        "columns": max(node.column for node in nodes) + 1,
        "height": rows,
        "nodes": placed,
        "lines": [
            {"source": line.source, "target": line.target, "text": line.text, "weight": round(line.weight, 4)}
            for line in lines
        ],
    }


def _placed(nodes: Sequence[Node]) -> tuple[list[dict[str, object]], int]:
    """Each node with its row in its column, columns centred; a group's heading takes a row of its own."""
    columns: dict[int, list[Node]] = {}
    for node in nodes:
        columns.setdefault(node.column, []).append(node)
    heights: Mapping[int, int] = {at: len(held) + len({n.group for n in held}) for at, held in columns.items()}
    most = max(heights.values())
    placed: list[dict[str, object]] = []
    for at, held in columns.items():
        row, group = (most - heights[at]) / 2, ""
        for node in held:
            if node.group != group:
                placed.append({"heading": node.group, "column": at, "row": row})
                row, group = row + 1, node.group
            placed.append(
                {"id": node.id, "label": node.label, "column": at, "row": row, "group": node.group, "url": node.url,
                 "strong": node.strong}
            )  # fmt: skip
            row += 1
    return placed, most
