from __future__ import annotations

from seawall.core.problems import Collector
from seawall.core.texts import in_language, read_text


def test_both_languages_are_kept_without_outer_blanks() -> None:
    problems = Collector()
    assert read_text({"zh": " 海堤 ", "en": "Seawall"}, "name", problems) == {"zh": "海堤", "en": "Seawall"}
    assert not problems


def test_each_missing_language_is_a_problem() -> None:
    problems = Collector()
    assert read_text({"zh": "  "}, "name", problems) == {"zh": "", "en": ""}
    assert read_text("Seawall", "title", problems) == {"zh": "", "en": ""}
    assert [problem.field for problem in problems._problems] == ["name.zh", "name.en", "title.zh", "title.en"]


def test_a_locale_chooses_its_language() -> None:
    text = {"zh": "海堤", "en": "Seawall"}
    assert in_language(text, "zh-Hans") == "海堤"
    assert in_language(text, "en-gb") == "Seawall"
