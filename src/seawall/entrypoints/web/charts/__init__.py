"""Pictures as data: each function turns plain figures into a dict that `static/seawall/js/charts.js` draws.

Every spec has `kind`, `title`, `summary` (the picture in words), `rows` (the picture as a table: head and body, already
formatted) and what its kind draws. Money travels as whole minor units beside `scale`, the minor units in one major.
Texts follow the language that is active when the function is called.
"""

from __future__ import annotations

from seawall.entrypoints.web.charts.curves import exceedance, probability_above, score
from seawall.entrypoints.web.charts.histograms import peers
from seawall.entrypoints.web.charts.links import Link, Node, links
from seawall.entrypoints.web.charts.marks import fixes, timeline
from seawall.entrypoints.web.charts.parts import Event, Fix, Line, MoneyPart, Part, Reading, Spec
from seawall.entrypoints.web.charts.waterfalls import bridge, contributions, premium

__all__ = [
    "Event",
    "Fix",
    "Line",
    "Link",
    "MoneyPart",
    "Node",
    "Part",
    "Reading",
    "Spec",
    "bridge",
    "contributions",
    "exceedance",
    "fixes",
    "links",
    "peers",
    "premium",
    "probability_above",
    "score",
    "timeline",
]
