"""Marked text: what HTML becomes, what is found by itself, and that hostile text only ever gets a clear refusal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.telegram.entities import marked_text, units
from playground.telegram.errors import Refusal


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("<b>好</b>", "好", [("bold", 0, 1)]),
        ("😀<i>好</i>", "😀好", [("italic", 2, 1)]),
        ("<b>一<i>二</i></b>", "一二", [("bold", 0, 2), ("italic", 1, 1)]),
        ("1 &lt; 2 &amp; &quot;3&quot; &#65; &nbsp;", '1 < 2 & "3" A &nbsp;', []),
        ('<a href="https://t.me">看</a>', "看", [("text_link", 0, 1)]),
        ('<a href="">看</a>', "看", []),
        ('<span class="tg-spoiler">密</span>', "密", [("spoiler", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote expandable>长</blockquote>", "长", [("expandable_blockquote", 0, 1)]),
        ("  <b> 好 </b> ", "好", [("bold", 0, 1)]),
        ("<b></b>空", "空", []),
        (
            "看 /help 和 #电梯 @youlin_bot",
            "看 /help 和 #电梯 @youlin_bot",
            [("bot_command", 2, 5), ("mention", 14, 11)],
        ),
        ("<code>/help</code>", "/help", [("code", 0, 5)]),
        ("见 https://youlin.org/a。好", "见 https://youlin.org/a。好", [("url", 2, 20)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    shown, entities = marked_text(source, "HTML", None)

    assert shown == text
    assert [(e["type"], e["offset"], e["length"]) for e in entities if e["type"] != "hashtag"] == expected


@pytest.mark.parametrize(
    "source", ["<b", "<script>x</script>", "</b>", "<b><i>x</b></i>", "<span>x</span>", "a < b", "<>", "<b>x"]
)
def test_broken_html_is_refused(source: str) -> None:
    with pytest.raises(Refusal, match="can't parse entities"):
        marked_text(source, "HTML", None)


@pytest.mark.parametrize("entity", [(-1, 1), (0, 0), (0, 3), (5, 1)])
def test_entities_outside_the_text_are_refused(entity: tuple[int, int]) -> None:
    given_entity: dict[str, Any] = {"type": "bold", "offset": entity[0], "length": entity[1]}

    with pytest.raises(Refusal, match="entity beginning at UTF-16 offset"):
        marked_text("好的", None, [given_entity])


MARKUP = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "<i>", "</i>", "<a href='x'>", "</a>", "<", ">", "&lt;", "&", "😀", "好", " ", "\n"]
    )
    | st.text(max_size=5)
).map("".join)


@given(MARKUP)
def test_any_text_is_marked_within_its_bounds_or_refused(source: str) -> None:
    try:
        text, entities = marked_text(source, "HTML", None)
    except Refusal:
        return

    assert text == text.strip()
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(text)
