"""The papers as a reader gets them: text in both languages, embedded fonts, and nothing a stranger can slip in."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest

from seawall.core.money import Money
from seawall.technology.papers import KINDS, LANGUAGES, grouped, in_capitals, render
from tests.technology.samples import SAMPLES

CASES = [(kind, lang) for kind in KINDS for lang in LANGUAGES]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[i].get_textpage().get_text_bounded() for i in range(len(document))]
    document.close()
    return re.sub(r"\s+", " ", "\n".join(pages).replace("\u200b", ""))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize(("kind", "lang"), CASES)
def test_every_word_of_the_data_is_on_the_paper(kind: str, lang: str) -> None:
    data: Any = SAMPLES[kind](lang)  # type: ignore[operator]
    text = squeezed(text_of(render(kind, data, lang)))
    for string in _strings(data):
        if string[:2] == "20" and string[4:5] == "-":
            continue  # dates are written out in the language of the paper
        assert squeezed(string)[:30] in text, string


def _strings(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        if set(value) == {"minor", "currency"}:
            return []
        return [s for k, v in value.items() for s in _strings(v, k)]
    if isinstance(value, list):
        return [s for v in value for s in _strings(v, key)]
    skipped = {"severity", "outcome", "sha256", "kind", "factor", "tone"}
    return [value] if isinstance(value, str) and value and key not in skipped else []


WORDS = {
    ("assessment", "zh"): ["网络安全风险评估报告", "安全态势分", "70.3", "损失超越概率", "2026年11月24日", "2,859,426"],
    ("assessment", "en"): [
        "Cyber risk assessment",
        "Posture score",
        "54.9–82.5",
        "Loss exceedance",
        "24 November 2026",
    ],
    ("schedule", "zh"): [
        "保险单明细表",
        "壹仟万元整",
        "2026年12月1日零时起至2027年12月1日零时止",
        "责任免除",
        "肆万玖仟元整",
    ],
    ("schedule", "en"): ["Policy schedule", "CNY 10,000,000.00", "00:00 1 December 2026 to 00:00 1 December 2027"],
    ("quote", "zh"): ["报价单", "CNY 49,000.00", "承保前提", "2026年12月24日18:00", "×0.8098"],
    ("quote", "en"): ["Quotation", "Subjectivities", "24 December 2026 18:00", "3,000,000.00", "12 hours"],
    ("conformity", "zh"): ["合规对照报告", "安全计算环境", "1 / 69 / 0 / 30", "海堤不作评估", "2026年11月24日"],
    ("conformity", "en"): ["Conformity report", "Computing environment", "Evidence, and what was not seen", "abababab"],
    ("settlement", "zh"): ["赔款计算书", "叁拾叁万零捌佰陆拾捌元整", "−45,480.00", "部分通过"],
    ("settlement", "en"): ["Claim settlement statement", "CNY 330,868.00", "Met in part", "3 October 2026 02:10"],
}


@pytest.mark.parametrize(("kind", "lang"), CASES)
def test_the_papers_own_words(kind: str, lang: str) -> None:
    text = squeezed(text_of(render(kind, SAMPLES[kind](lang), lang)))  # type: ignore[operator]
    for words in WORDS[kind, lang]:
        assert squeezed(words) in text, words


@pytest.mark.parametrize(("kind", "lang"), CASES)
def test_fonts_are_embedded_and_the_same_input_gives_the_same_bytes(kind: str, lang: str) -> None:
    data = SAMPLES[kind](lang)  # type: ignore[operator]
    pdf = render(kind, data, lang)
    assert pdf == render(kind, copy.deepcopy(data), lang)
    assert pdf != render(kind, data, lang, made_at=datetime(2030, 1, 1, tzinfo=UTC))
    fonts = set(re.findall(rb"/BaseFont ?/([A-Z]{6}\+[\w-]+)", pdf))
    assert len(pdf) < 400_000
    assert {name.split(b"+")[1].split(b"-")[0] for name in fonts} == {b"NotoSansSC", b"NotoSerifSC"}
    assert pdf.count(b"/FontFile3") >= len({name.split(b"+")[0] for name in fonts})
    assert b"/JavaScript" not in pdf
    assert b"/Launch" not in pdf


@pytest.mark.parametrize(("kind", "lang"), CASES)
def test_nothing_runs_off_the_page(kind: str, lang: str) -> None:
    document = pypdfium2.PdfDocument(render(kind, SAMPLES[kind](lang), lang))  # type: ignore[operator]
    for i in range(len(document)):
        page = document[i]
        width, height = page.get_size()
        textpage = page.get_textpage()
        for n in range(textpage.count_rects()):
            left, bottom, right, top = textpage.get_rect(n)
            assert left >= 40
            assert right <= width - 40
            assert 0 < bottom < top < height


HOSTILE = [
    '#read("/etc/passwd")',
    '#image("base.typ") #eval("1+1") #sys.inputs',
    '"); #panic("x"); ("',
    "$ x^2 $ *bold* _it_ `raw` <label> @ref = heading",
    "= Heading\n- list\n+ one\n/ term: x",
    "\\u{41} \\ ~ -- --- ... '\"",
    '#include "/etc/hosts"',
    "<script>alert(1)</script>",
    "=1+1",
    "https://evil.example/?q=<x>",
    "％＃｛｝［］",
    "{{7*7}} ${7*7} %(x)s {0}",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_strangers_words_stay_words(kind: str, hostile: str) -> None:
    data: Any = json.loads(json.dumps(SAMPLES[kind]("en")))  # type: ignore[operator]
    for holder in (data["issuer"], data.get("insured") or data["company"]):
        holder["name"] = hostile
    text = squeezed(text_of(render(kind, data, "en")))
    assert squeezed(hostile) in text
    assert "root:x:" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_everything_may_be_strange(kind: str) -> None:
    strange = "\x00\x1b[31m\u202emoc.live\u202c " + "x" * 3_000 + " 😀 عربى \ud800 " + "長" * 2_000

    def spoil(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return value if set(value) == {"minor", "currency"} else {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v, key) for v in value[:1]]
        fixed = key in {"severity", "outcome", "kind", "factor"} or key.endswith(
            ("_on", "_day", "_until", "_at", "inception")
        )
        return strange if isinstance(value, str) and not fixed else value

    data: Any = spoil(SAMPLES[kind]("zh"))  # type: ignore[operator]
    if kind == "settlement":
        data["bridge"] = [{**step, "kind": "total"} for step in data["bridge"]]
    text = text_of(render(kind, data, "zh"))
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_empty_parts_are_left_out(lang: str) -> None:
    for kind in KINDS:
        data: Any = SAMPLES[kind](lang)  # type: ignore[operator]
        for key, value in data.items():
            if isinstance(value, list):
                data[key] = []
            if key in ("broker", "retroactive_on", "premium_due_on"):
                data[key] = None
        if kind == "assessment":
            data["curve"] = [{"amount": 1_000.0, "probability": 0.01}]
        assert render(kind, data, lang).startswith(b"%PDF-")


def test_unusual_figures() -> None:
    data: Any = SAMPLES["assessment"]("en")
    data["score"] = {"value": 100.0, "low": 99.9, "high": 100.0, "peer": 0.0}
    data["curve"] = [{"amount": 5.0, "probability": 1.0}, {"amount": 5.0, "probability": 1e-12}]
    data["marks"] = [{"label": "Limit", "amount": 1e12}, {"label": "Nothing", "amount": 0.0}]
    data["scenarios"][0]["rate"] = 0.0
    data["fixes"][0]["premium"] = None
    assert "—" in text_of(render("assessment", data, "en"))


def test_what_cannot_be_rendered_is_said() -> None:
    with pytest.raises(ValueError):
        render("../base", {}, "zh")
    with pytest.raises(ValueError):
        render("schedule", SAMPLES["schedule"]("zh"), "fr")
    incomplete: Any = dict(SAMPLES["schedule"]("zh"))
    del incomplete["covers"]
    with pytest.raises(ValueError, match="schedule"):
        render("schedule", incomplete, "zh")
    with pytest.raises(ValueError):
        render("assessment", {**SAMPLES["assessment"]("zh"), "seed": float("nan")}, "zh")


CAPITALS = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    11: "壹角壹分",
    100: "壹元整",
    105: "壹元零伍分",
    150: "壹元伍角整",
    1_000: "壹拾元整",
    1_010_00: "壹仟零壹拾元整",
    140_950: "壹仟肆佰零玖元伍角整",
    600_714: "陆仟零柒元壹角肆分",
    10_700_053: "壹拾万柒仟元伍角叁分",
    1_640_902: "壹万陆仟肆佰零玖元零贰分",
    25_000_050: "贰拾伍万元伍角整",
    1_000_000_000: "壹仟万元整",
    10_000_100: "壹拾万零壹元整",
    100_000_000_00: "壹亿元整",
    100_000_001_00: "壹亿零壹元整",
    100_010_000_00: "壹亿零壹万元整",
    -3_308_680_0: "负叁拾叁万零捌佰陆拾捌元整",
}


@pytest.mark.parametrize(("minor", "words"), CAPITALS.items())
def test_capital_characters(minor: int, words: str) -> None:
    assert in_capitals(Money(minor, "CNY")) == words


def test_grouping() -> None:
    assert grouped(Money(-123_456_780, "CNY")) == "-1,234,567.80"
    assert grouped(Money(1_234_567, "JPY")) == "1,234,567"
    with pytest.raises(ValueError):
        in_capitals(Money(1, "USD"))
