"""Texts fit into SMS: places, segments, the signature, and what goes first when there is too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.phone.sms_text import fitted, segments, units


@pytest.mark.parametrize(
    ("text", "places", "count"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("€" * 80, 160, 1),
        ("好" * 70, 70, 1),
        ("好" * 71, 71, 2),
        ("好" * 134, 134, 2),
        ("好" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
    ],
)
def test_segments_are_counted_as_networks_count_them(text: str, places: int, count: int) -> None:
    assert (units(text), segments(text)) == (places, count)


def test_who_what_where_and_the_answer_stay_when_the_middle_must_go() -> None:
    text = "\n".join(("王奶奶按了求救键，石油路3号。", "很长的说明" * 60, "请尽快" * 30, "回复1表示您来处理"))

    short = fitted(text, country="86", signature="石油社区", most=1)

    assert short == "【石油社区】王奶奶按了求救键，石油路3号。\n回复1表示您来处理"


def test_a_first_line_that_is_too_long_is_cut_at_its_end_and_the_answer_stays() -> None:
    short = fitted("王" * 300 + "\n回复1", country="1", most=1)

    assert short.startswith("王王")
    assert short.endswith("…\n回复1")
    assert segments(short) == 1


def test_the_mainland_gets_no_links_and_others_no_brackets() -> None:
    text = "请看 https://example.org/a?b=1 谢谢"

    assert fitted(text, country="86", signature="石油社区") == "【石油社区】请看 谢谢"
    assert fitted(text, country="44", signature="石油社区") == text


@given(st.text(max_size=500), st.sampled_from(["86", "1"]), st.integers(1, 4))
def test_whatever_comes_it_fits(text: str, country: str, most: int) -> None:
    assert segments(fitted(text, country=country, signature="社区", most=most)) <= most
