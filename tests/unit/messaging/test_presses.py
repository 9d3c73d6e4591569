"""Callback data: what we wrote comes back, what we could not have written is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.errors import BadInput
from backend.messaging.presses import LARGEST, Press


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Paint(Press):
    prefix: ClassVar[str] = "pt1"
    task_id: int
    colour: Colour
    person_id: int | None = None


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(Colour), st.none() | st.integers(0, 10**6))
def test_what_was_packed_comes_back(task_id: int, colour: Colour, person_id: int | None):
    press = Paint(task_id, colour, person_id)

    assert Paint.unpack(press.pack()) == press


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "pt1",
        "pt0:1:red:",
        "pt1:1:red",
        "pt1:1:red::",
        "pt1:1:green:",
        "pt1::red:",
        "pt1:one:red:",
        "pt1:9223372036854775808:red:",
        "pt1:9999999999999999999:red:",
        "pt1:1_0:red:",
        "pt1:+1:red:",
        "pt1: 1:red:",
        "pt1:٣:red:",
        f"pt1:{'9' * 5000}:red:",
    ],
)
def test_forged_callback_data_is_an_old_button(forged: str):
    with pytest.raises(BadInput) as refusal:
        Paint.unpack(forged)

    assert refusal.value.key == "error.old_button"


@given(st.text(max_size=70))
def test_no_text_breaks_it(text: str):
    with pytest.raises(BadInput):
        Paint.unpack(f"pt1:{text}:purple:")
