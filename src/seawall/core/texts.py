"""Text for people, kept in both languages side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from seawall.core.problems import Collector, Invalid, Problem

LANGUAGES = ("zh", "en")

Text: TypeAlias = Mapping[str, str]
"""`{"zh": ..., "en": ...}`; both languages present, neither a translation stub of the other."""


def read_text(value: Any, field: str, problems: Collector) -> dict[str, str]:
    """The text in both languages; adds `text.missing` for each language that is absent or blank.

    What is missing comes back as an empty string, so that reading can go on and gather more problems.
    """
    source = value if isinstance(value, Mapping) else {}
    text: dict[str, str] = {}
    for language in LANGUAGES:
        words = source.get(language)
        text[language] = words.strip() if isinstance(words, str) else ""
        if not text[language]:
            problems.add(f"{field}.{language}", "text.missing", language=language)
    return text


def need_language(language: str) -> None:
    """Raises `Invalid` at `language` for one that texts are not kept in."""
    if language not in LANGUAGES:
        about = {"text": language, "choices": ", ".join(LANGUAGES)}
        raise Invalid([Problem("language", "document.choice", about)])


def in_language(text: Text, language: str) -> str:
    """The words for a locale such as "zh-hans" or "en-gb": Chinese for any zh, English otherwise."""
    return text["zh" if language.lower().startswith("zh") else "en"]
