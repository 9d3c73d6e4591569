"""Which carrier is asked: by country, keys, failures and what it lets through to one telephone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.phone.carrier import Quota, Service
from backend.phone.choosing import Chosen, Nobody, NotNow, Standing, choose

NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORLD = Service(keypress=True, not_to=frozenset({"86"}))
CHINA = Service(
    keypress=True, only_to=frozenset({"86"}), home=frozenset({"86"}), quotas=(Quota(1, MINUTE), Quota(3, 60 * MINUTE))
)
EVERYWHERE = Service()


def standing(name: str, service: Service, *minutes_ago: int, open_for: timedelta | None = None) -> Standing:
    used = tuple(NOON - minutes * MINUTE for minutes in sorted(minutes_ago, reverse=True))
    return Standing(name, service, NOON + open_for if open_for is not None else None, used)


@pytest.mark.parametrize(
    ("carriers", "country", "chosen"),
    [
        ([standing("a", WORLD), standing("b", CHINA)], "86", "b"),
        ([standing("a", WORLD), standing("b", CHINA)], "1", "a"),
        ([standing("a", EVERYWHERE), standing("b", CHINA)], "86", "b"),
        ([standing("a", EVERYWHERE), standing("b", EVERYWHERE)], "44", "a"),
        # Who has just failed is asked only when nobody else is left.
        ([standing("a", EVERYWHERE, open_for=-MINUTE), standing("b", EVERYWHERE)], "44", "b"),
        # Used up for this telephone: the next best.
        ([standing("a", EVERYWHERE), standing("b", CHINA, 0)], "86", "a"),
    ],
)
def test_the_best_that_can_is_chosen(carriers: list[Standing], country: str, chosen: str) -> None:
    choice = choose(carriers, country, NOON, wants_keys=True)

    assert isinstance(choice, Chosen)
    assert choice.name == chosen


def test_a_carrier_whose_pause_is_over_is_tried() -> None:
    assert choose([standing("a", EVERYWHERE, open_for=timedelta(0))], "44", NOON, wants_keys=False) == Chosen("a", True)


@pytest.mark.parametrize(
    ("carrier", "until"),
    [
        (standing("b", CHINA, open_for=MINUTE), NOON + MINUTE),
        (standing("b", CHINA, 0), NOON + MINUTE),
        (standing("b", CHINA, 50, 30, 10), NOON + 10 * MINUTE),
    ],
)
def test_until_when_to_wait_is_known(carrier: Standing, until: datetime) -> None:
    choice = choose([carrier], "86", NOON, wants_keys=True)

    assert isinstance(choice, NotNow)
    assert choice.until == until


def test_where_nobody_carries_to_the_next_way_is_taken() -> None:
    assert choose([standing("a", WORLD)], "86", NOON, wants_keys=True) == Nobody()
    assert choose([], "1", NOON, wants_keys=True) == Nobody()
