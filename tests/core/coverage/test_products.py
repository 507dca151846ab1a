from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from seawall.core.coverage.products import COVERS, SERVICES, CoverNotOffered, Product
from seawall.core.coverage.terms import Waiting
from seawall.core.money import Money
from seawall.core.problems import Invalid

FOLDER = Path(__file__).parents[3] / "src/seawall/reference/products"

# Figure 3-2 cell by cell: sme, system, bespoke; i = ✓, o = ✓(可选), . = blank.
FIGURE = """
business_interruption oii
extortion ..i
data_security_liability .ii
data_breach_liability .ii
data_restoration iii
public_relations .ii
notification ..i
ddos_defence o.i
defence_costs .ii
regulatory_monitoring ..i
unobtrusive_assessment iii
online_expert iii
extortion_adviser ..i
tracing ..i
periodic_inspection ..i
tamper_watch iii
trojan_watch iii
web_hardening iii
penetration_test ..i
talent_training ..i
advanced_threat_watch ..i
"""
CELL = {"i": "included", "o": "optional", ".": None}


def document(name: str) -> dict:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def product(name: str) -> Product:
    return Product.load(document(name))


def test_products_are_figure_3_2():
    loaded = [product(name) for name in ("sme", "system", "bespoke")]
    rows = [line.split() for line in FIGURE.split("\n") if line]
    assert tuple(code for code, _ in rows) == COVERS + SERVICES
    for code, cells in rows:
        for item, cell in zip(loaded, cells, strict=True):
            offered = {o.code: o.availability for o in (*item.covers, *item.services)}
            assert offered.get(code) == CELL[cell], (item.id, code)
    assert [p.selectable for p in loaded] == [False, False, True]


def test_default_covers_and_choices():
    sme, bespoke = product("sme"), product("bespoke")
    assert sme.default_covers() == ("data_restoration",)
    assert bespoke.default_covers() == COVERS
    assert sme.problems(["data_restoration", "ddos_defence"]) == []
    assert [p.code for p in sme.problems(["extortion"])] == ["product.cover_not_offered", "product.cover_required"]
    assert bespoke.problems(["extortion"]) == []
    assert [p.code for p in bespoke.problems([])] == ["product.no_cover"]


def test_terms_take_sub_limits_from_the_product():
    limit, retention = Money.of(5_000_000, "CNY"), Money.of(50_000, "CNY")
    terms = product("system").terms(limit, retention)
    bi = terms.cover("business_interruption")
    assert bi.limit == Money.of(2_500_000, "CNY")
    assert (bi.waiting_hours, bi.waiting, bi.indemnity_days) == (12, Waiting.RETENTION, 120)
    assert terms.cover("data_restoration").waiting_hours == 0
    assert terms.aggregate == limit
    assert product("bespoke").terms(limit, retention).cover("extortion").coinsurance == Decimal("0.2")
    longer = product("sme").terms(limit, retention, covers=["business_interruption"], waiting_hours=24)
    assert [(c.cover, c.waiting_hours) for c in longer.covers] == [("business_interruption", 24)]
    with pytest.raises(CoverNotOffered):
        product("sme").terms(limit, retention, covers=["extortion"])


def test_a_broken_product_tells_every_problem():
    broken = document("sme")
    del broken["name"]["zh"]
    broken["extra"] = 1
    broken["covers"][0] |= {"code": "fire", "waiting": "never", "sub_limit_share": 2}
    broken["covers"].append(broken["covers"][1])
    with pytest.raises(Invalid) as caught:
        Product.load(broken)
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("extra", "document.unknown_key"),
        ("name.zh", "document.missing_language"),
        ("covers[0].code", "document.unknown"),
        ("covers[0].waiting", "document.unknown"),
        ("covers[0].sub_limit_share", "document.out_of_range"),
        ("covers", "document.twice"),
    }
