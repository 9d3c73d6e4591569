"""The page's own words: both languages complete, every key that is asked for known."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playground.page.sample_photos import SAMPLES

PAGE = Path(__file__).parents[3] / "playground" / "page"
ASKED = re.compile(r"""\b(?:t|maybe)\(\s*"([^"]+)"|\bt\([^()"]*\? "([a-z_.]+)" : "([a-z_.]+)"\)""")


def words(language: str) -> dict[str, str]:
    table: dict[str, str] = json.loads((PAGE / "words" / f"{language}.json").read_text("utf-8"))
    return table


def test_both_languages_say_the_same_things_with_the_same_fields() -> None:
    chinese, english = words("zh-Hans"), words("en")

    assert chinese.keys() == english.keys()
    for key in chinese:
        assert sorted(re.findall(r"\{\w+\}", chinese[key])) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_every_text_that_the_modules_ask_for_is_there() -> None:
    known = words("en").keys()

    asked = {
        key
        for module in (PAGE / "js").glob("*.js")
        for found in ASKED.findall(module.read_text("utf-8"))
        for key in found
        if key
    }

    assert len(asked) > 100
    assert asked - known == set()


def test_every_ready_made_photo_has_a_name() -> None:
    assert {f"sample.{name}" for name in SAMPLES} <= words("en").keys()
