"""Receipts add up to the same whatever their order and number (promise P2)."""

from __future__ import annotations

from functools import reduce
from itertools import permutations

import pytest

from backend.messaging.receipt_models import ReceiptStatus
from backend.messaging.standings import FINAL, ORDER, UNHEARD, further

R = ReceiptStatus
STORIES = [
    ([R.ACCEPTED, R.RINGING, R.ANSWERED, R.ENDED], R.ENDED),
    ([R.ACCEPTED, R.RINGING, R.ANSWERED, R.VOICEMAIL, R.ENDED], R.VOICEMAIL),
    ([R.ACCEPTED, R.RINGING, R.NO_ANSWER], R.NO_ANSWER),
    ([R.ACCEPTED, R.SENT, R.DELIVERED], R.DELIVERED),
    ([R.ACCEPTED, R.SENT, R.UNDELIVERED], R.UNDELIVERED),
]


@pytest.mark.parametrize(("story", "end"), STORIES)
def test_every_order_of_every_receipt_twice_ends_the_same(story: list[ReceiptStatus], end: ReceiptStatus) -> None:
    ends = {reduce(further, [*order, *reversed(order)], None) for order in permutations(story)}

    assert ends == {end}


def test_every_state_has_its_place_and_what_nobody_heard_is_final() -> None:
    assert set(ORDER) == set(ReceiptStatus)
    assert len(set(ORDER.values())) == len(ORDER)
    assert UNHEARD < FINAL
