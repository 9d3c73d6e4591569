"""How long a free seat is kept for the one who is asked: two hours of the day, never those of the night."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.bookings.seats import offer_ends

HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("freed", "starts", "ends"),
    [
        ("09 10:00", "10 14:00", "09 12:00"),
        ("09 19:30", "10 14:00", "09 21:30"),
        ("09 20:00", "10 14:00", "10 10:00"),
        ("10 02:30", "10 14:00", "10 10:00"),
        ("10 07:59", "10 14:00", "10 10:00"),
        ("09 23:00", "10 09:30", "10 08:30"),
        ("10 09:00", "10 10:30", "10 09:30"),
    ],
)
def test_a_seat_is_kept_two_hours_of_the_day_and_till_an_hour_before(freed: str, starts: str, ends: str) -> None:
    assert offer_ends(moment(freed), moment(starts), HERE) == moment(ends)


def moment(text: str) -> datetime:
    return datetime.strptime(f"2026-12-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=HERE)
