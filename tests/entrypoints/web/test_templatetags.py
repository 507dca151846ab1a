"""How values read in both languages, and what the tags refuse or keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from seawall.core.money import Money
from seawall.entrypoints.web import traces
from seawall.entrypoints.web.templatetags import seawall as tags


def render(source: str, language: str = "en", **context: Any) -> str:
    with translation.override(language):
        return Template("{% load seawall %}" + source).render(Context(context))


CASES = [
    ("money", Money(120_000_000, "CNY"), "1,200,000.00\u00a0元", "CNY\u00a01,200,000.00"),
    ("money", Money(-5, "USD"), "−0.05\u00a0美元", "USD\u00a0−0.05"),
    ("money_short", Money(120_000_000, "CNY"), "120万元", "CNY\u00a01.2m"),
    ("money_short", Money(128_400_000_000, "CNY"), "12.84亿元", "CNY\u00a01.28bn"),
    ("money_short", Money(999_900, "CNY"), "9,999元", "CNY\u00a09,999"),
    ("money_short", Money(2_790_000, "CNY"), "2.79万元", "CNY\u00a027.9k"),
    ("amount", Money(123_456_789, "CNY"), "1,234,567.89", "1,234,567.89"),
    ("amount", Money(500, "JPY"), "500", "500"),
    ("unit", "USD", "美元", "USD"),
    ("number", Decimal("1234.5"), "1,234.5", "1,234.5"),
    ("percent", Decimal("0.0234"), "2.3%", "2.3%"),
    ("factor", Decimal("1.0369"), "×\u20091.0369", "×\u20091.0369"),
    ("factor", Decimal("1.5"), "×\u20091.50", "×\u20091.50"),
    ("signed", Money(100, "CNY"), "+1.00", "+1.00"),
    ("signed", Money(-100, "CNY"), "−1.00", "−1.00"),
    ("filesize", 2_480_112, "2.5\u00a0MB", "2.5\u00a0MB"),
    ("filesize", 12_400, "12\u00a0kB", "12\u00a0kB"),
    ("local", {"zh": "免赔额", "en": "Retention"}, "免赔额", "Retention"),
    ("initials", "沈若川", "沈", "沈"),
    ("initials", "Ruochuan Shen", "RS", "RS"),
]


@pytest.mark.parametrize(("name", "value", "chinese", "english"), CASES)
def test_values_read_in_both_languages(name: str, value: Any, chinese: str, english: str) -> None:
    assert render("{{ v|" + name + " }}", "zh-hans", v=value) == chinese
    assert render("{{ v|" + name + " }}", "en", v=value) == english


NONE_READS_AS_DASH = [
    "money",
    "money_short",
    "amount",
    "number",
    "percent",
    "factor",
    "day",
    "moment",
    "ago",
    "filesize",
]


@pytest.mark.parametrize("name", NONE_READS_AS_DASH)
def test_nothing_is_a_dash(name: str) -> None:
    assert render("{{ v|" + name + " }}", v=None) == "–"


def test_times_are_absolute_with_their_zone_on_hover() -> None:
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    assert render("{{ v|moment }}", v=at) == (
        '<time datetime="2026-11-24T20:30:00+00:00" title="UTC+08:00">25 Nov 2026, 04:30</time>'
    )
    assert ">2026年11月25日<" in render("{{ v|day }}", "zh-hans", v=at)
    assert ">2026-11-24<" in render("{{ v|short_day }}", "zh-hans", v=date(2026, 11, 24))


def test_freshness_is_relative() -> None:
    shown = render("{{ v|ago }}", v=datetime.now(UTC) - timedelta(hours=3))
    assert ">3 hours ago<" in shown


def test_icons_are_silent_unless_labelled() -> None:
    assert 'aria-hidden="true"' in render('{% icon "search" %}')
    assert 'aria-label="&lt;b&gt;"' in render('{% icon "search" label %}', label="<b>")


def test_blocks_keep_what_stands_in_them_and_escape_their_title() -> None:
    page = render("{% panel title=t %}<b>{{ t }}</b>{% endpanel %}", t="<x>")
    assert "<h2>&lt;x&gt;</h2>" in page
    assert "<b>&lt;x&gt;</b>" in page


def test_confirm_posts_with_the_token() -> None:
    page = render('{% confirm id="a" title="T" action="/bind/" label="Bind" %}What{% endconfirm %}', csrf_token="tok")
    assert '<form method="post" action="/bind/">' in page
    assert 'name="csrfmiddlewaretoken" value="tok"' in page
    assert 'commandfor="a"' in page


def test_the_loop_has_six_steps_in_order() -> None:
    page = render('{% loop "respond" alert="respond" %}')
    assert page.count("loop-step done") == 4
    assert page.count('aria-current="step"') == 1
    assert "loop-step alert" in page


@dataclass(frozen=True)
class Step:
    id: str
    title: dict[str, str]
    amount: Decimal
    effect: str = "multiply"
    factor: Decimal | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    rule: str = "r"
    cover: str | None = None


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def test_a_trace_shows_what_each_step_changed() -> None:
    steps = [
        Step("base", words("Base"), Decimal(100), "start", Decimal(100)),
        Step("limit", words("Limit"), Decimal(125), factor=Decimal("1.25"), inputs=(("limit", "20m"),)),
        Step("credit", words("Credit"), Decimal(110), factor=Decimal("0.88")),
    ]
    page = render("{% trace steps total %}", steps=steps, total=Money(11_000, "CNY"))
    assert "+25.00" in page
    assert "−15.00" in page
    assert "limit 20m" in page
    assert page.count("<rect") == 3


def test_a_trace_follows_each_cover_from_where_the_policy_stood_and_starts_anew_at_their_sum() -> None:
    stored = [
        {"title": words("Base"), "effect": "start", "factor": "100", "amount": "100", "cover": None},
        {"title": words("Weight"), "effect": "multiply", "factor": "0.6", "amount": "60", "cover": "extortion"},
        {"title": words("Credit"), "effect": "multiply", "factor": "0.5", "amount": "30", "cover": "extortion"},
        {"title": words("Weight"), "effect": "multiply", "factor": "0.4", "amount": "40", "cover": "notification"},
        {"title": words("Sum"), "effect": "amount", "factor": None, "amount": "70", "cover": None},
    ]
    rows = traces.rows(stored, "CNY")
    assert [row.change and row.change.minor for row in rows] == [None, -4000, -3000, -6000, None]
    assert [row.first for row in rows] == [False, True, False, True, True]
    assert (rows[2].x, rows[2].width) == (30, 30)
    page = render(
        "{% trace steps total names %}", steps=stored, total=Money(7000, "CNY"), names={"extortion": words("Extortion")}
    )
    assert ">Extortion</th>" in page
    assert ">notification</th>" in page


def test_a_trace_without_steps_is_only_its_total() -> None:
    assert traces.rows([], "CNY") == []


def test_a_gauge_says_its_interval_and_works_without_peers() -> None:
    assert "lies between 54 and 69" in render("{% gauge 62 54 69 %}")
    assert "companies is 66" in render("{% gauge 62 54 69 66 %}")


def test_tables_align_numbers_and_teach_when_empty() -> None:
    table = {
        "columns": [{"label": "Company", "kind": "text"}, {"label": "Limit", "kind": "money", "sorted": "descending"}],
        "rows": [{"url": "/c/1/", "cells": [{"value": "<Jiang>", "sub": "C35"}, Money(100, "CNY")]}],
    }
    page = render('{% include "components/table.html" %}', table=table)
    assert 'aria-sort="descending"' in page
    assert '<td class="num">1.00' in page
    assert 'href="/c/1/">&lt;Jiang&gt;' in page
    empty = {"rows": [], "empty": {"title": "No claim yet", "url": "/n/", "label": "See notices"}}
    assert "See notices" in render('{% include "components/table.html" %}', table=empty)


class Enquiry(forms.Form):
    revenue = forms.CharField(label="Revenue", help_text="Last year")
    backup = forms.ChoiceField(label="Backup", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)


def test_fields_tie_help_and_errors_to_the_control() -> None:
    form = Enquiry({})
    page = render('{% for field in form %}{% include "components/field.html" %}{% endfor %}', form=form)
    assert 'aria-invalid="true"' in page
    assert "<legend>Backup</legend>" in page
    for part in ("_error", "_helptext"):
        ids = {word.split('"')[1] for word in page.split() if word.startswith("id=") and part in word}
        assert ids, part
    described = page.split('aria-describedby="')[1].split('"')[0].split()
    assert all(f'id="{name}"' in page for name in described)


def test_counting_follows_the_number() -> None:
    assert render('{{ 1|counted:"claim" }} {{ 2|counted:"policy" }}') == "1 claim 2 policies"
    assert tags.TONES.keys() == {"ok", "warn", "bad", "note", "idle"}


def test_the_dock_takes_flagged_items_or_the_middle_of_the_loop() -> None:
    stages = [{"stage": code} for code in ("strategy", "identify", "protect", "detect", "respond", "recover")]
    assert [item["stage"] for item in tags.docked(stages)] == ["protect", "respond", "recover"]
    assert tags.docked([*stages, {"stage": "", "dock": True}]) == [{"stage": "", "dock": True}]
    assert tags.docked(None) == []
