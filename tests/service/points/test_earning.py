"""Facts earn points once, within limits, and no longer when they are undone."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.points import capture_hold, place_hold
from backend.points.earning.awarding import Award, award
from backend.points.earning.editing import RuleEdit, edit_rule, rules_of
from backend.points.earning.limits import Limit, Recent, Suspicion, limits_of, suspicion
from backend.points.earning.models import EarningState
from backend.points.earning.review import award_by_hand, decide_earning, matters_of
from backend.points.earning.taking_back import take_back
from backend.points.errors import AlreadyDecided, OwnHelp, RuleInvalid
from backend.points.events import EarningHeldBack, EarningTakenBack, PointsEarned
from backend.points.pooling import join_pool, leave_pool
from tests.service.points.scenes import books_balance, does, has_points, live_together, person_id, points_of
from tests.service.world import World


async def earns(
    world: World, name: str, key: str, *, rule: str = "patrol", other: str | None = None, amount: int | None = None
) -> Award:
    return await does(
        world,
        lambda uow: award(
            uow,
            rule=rule,
            person_id=person_id(world, name),
            event_key=key,
            community_id=world.community_id,
            actor=CLOCK_ACTOR,
            other_person_id=person_id(world, other) if other else None,
            amount=amount,
        ),
    )


async def test_a_fact_is_paid_once_however_often_it_comes(neighbours_on_both: World) -> None:
    world = neighbours_on_both

    first = await earns(world, "Wang Fang", "patrol:1")
    again = await asyncio.gather(*(earns(world, "Wang Fang", "patrol:1") for _ in range(4)))

    assert first.state is EarningState.PAID
    assert set(again) == {first}
    assert await points_of(world, "Wang Fang") == (10, 0)
    assert len(world.events(PointsEarned)) == 1
    await books_balance(world)


async def test_what_is_over_the_daily_limit_is_kept_but_not_paid(neighbours_on_both: World) -> None:
    world = neighbours_on_both

    results = await asyncio.gather(*(earns(world, "Wang Fang", f"patrol:{number}") for number in range(5)))

    paid = [result for result in results if result.state is EarningState.PAID]
    assert len(paid) == 2
    assert {result.state for result in results} == {EarningState.PAID, EarningState.CAPPED}
    assert await points_of(world, "Wang Fang") == (20, 0)


async def test_the_next_local_day_counts_anew(neighbours: World) -> None:
    for number in range(3):
        await earns(neighbours, "Wang Fang", f"patrol:{number}")

    neighbours.hours_pass(12)
    tomorrow = await earns(neighbours, "Wang Fang", "patrol:tomorrow")

    assert tomorrow.state is EarningState.PAID


async def test_an_undone_fact_gives_its_points_and_its_place_back(neighbours: World) -> None:
    for number in range(2):
        await earns(neighbours, "Wang Fang", f"patrol:{number}")

    assert await does(neighbours, lambda uow: take_back(uow, event_key="patrol:0", actor=CLOCK_ACTOR))
    assert not await does(neighbours, lambda uow: take_back(uow, event_key="patrol:0", actor=CLOCK_ACTOR))
    another = await earns(neighbours, "Wang Fang", "patrol:another")

    assert another.state is EarningState.PAID
    assert await points_of(neighbours, "Wang Fang") == (20, 0)
    assert len(neighbours.events(EarningTakenBack)) == 1
    await books_balance(neighbours)


async def test_points_that_are_spent_are_owed_and_nothing_goes_below_zero(neighbours: World) -> None:
    await earns(neighbours, "Wang Fang", "patrol:1")
    await _spend(neighbours, "Wang Fang", 8)

    await does(neighbours, lambda uow: take_back(uow, event_key="patrol:1", actor=CLOCK_ACTOR))

    (matter,) = await does(neighbours, lambda uow: matters_of(uow, neighbours.community_id))
    assert (matter.state, matter.points) == (EarningState.OWED, 10)
    assert await points_of(neighbours, "Wang Fang") == (2, 0)
    await books_balance(neighbours)


async def _spend(world: World, name: str, amount: int) -> None:
    key = uuid4()

    async def spend(uow: UnitOfWork) -> None:
        until = uow.now + timedelta(minutes=1)
        await place_hold(
            uow, hold_id=key, payer=person_id(world, name), amount=amount, expires_at=until, ref="booking:1"
        )
        await capture_hold(uow, hold_id=key, actor=CLOCK_ACTOR)

    await does(world, spend)


@pytest.mark.parametrize(("other", "reason"), [("Wang Fang", "self"), ("Liu Yang", "household")])
async def test_nobody_earns_with_themselves_or_their_own_household(neighbours: World, other: str, reason: str) -> None:
    await live_together(neighbours, "Wang Fang", "Liu Yang")

    result = await earns(neighbours, "Wang Fang", "help:1", rule="help", other=other)

    (matter,) = await does(neighbours, lambda uow: matters_of(uow, neighbours.community_id, [EarningState.REFUSED]))
    assert result.state is EarningState.REFUSED
    assert matter.reason == reason


async def test_two_who_help_each_other_all_the_time_are_looked_at_by_staff(neighbours: World) -> None:
    for number in range(2):
        await earns(neighbours, "Wang Fang", f"help:a{number}", rule="help", other="Liu Yang")
        await earns(neighbours, "Liu Yang", f"help:b{number}", rule="help", other="Wang Fang")
        neighbours.hours_pass(24)

    odd = await earns(neighbours, "Wang Fang", "help:a9", rule="help", other="Liu Yang")
    assert odd.state is EarningState.REVIEW
    assert odd.earning_id is not None
    assert len(neighbours.events(EarningHeldBack)) == 1
    decided = odd.earning_id
    staff = neighbours.actor("staff Chen")
    await does(neighbours, lambda uow: decide_earning(uow, actor=staff, earning_id=decided, is_granted=True))

    with pytest.raises(AlreadyDecided):
        await does(neighbours, lambda uow: decide_earning(uow, actor=staff, earning_id=decided, is_granted=False))
    assert await points_of(neighbours, "Wang Fang") == (30, 0)


@pytest.mark.parametrize("name", ["Wang Fang", "worker Li", "foreign staff Bai", "officer He"])
async def test_only_the_communitys_staff_decide_and_edit(neighbours: World, name: str) -> None:
    (rule, *_) = await does(neighbours, lambda uow: rules_of(uow, neighbours.community_id))
    edit = RuleEdit(name="x", points=1, most_per_day=None, most_per_month=None, most_per_pair=None, is_active=True)

    with pytest.raises(AccessDenied):
        await does(neighbours, lambda uow: edit_rule(uow, actor=neighbours.actor(name), rule_id=rule.id, edit=edit))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"points": 0}, "points"),
        ({"points": 1001}, "points"),
        ({"most_per_day": -1}, "most_per_day"),
    ],
)
async def test_a_rule_out_of_reason_is_refused(neighbours: World, changes: dict[str, int], field: str) -> None:
    (rule, *_) = await does(neighbours, lambda uow: rules_of(uow, neighbours.community_id))
    values = {"name": "x", "points": 1, "most_per_day": None, "most_per_month": None, "most_per_pair": None}
    edit = RuleEdit(**(values | {"is_active": True} | changes))  # type: ignore[arg-type]
    staff = neighbours.actor("staff Chen")

    with pytest.raises(RuleInvalid) as refusal:
        await does(neighbours, lambda uow: edit_rule(uow, actor=staff, rule_id=rule.id, edit=edit))

    assert refusal.value.params == {"field": field}


async def test_staff_enter_a_patrol_once_and_never_for_themselves(neighbours: World) -> None:
    async def enter(uow: UnitOfWork, name: str) -> Award:
        return await award_by_hand(
            uow,
            actor=neighbours.actor("staff Chen"),
            community_id=neighbours.community_id,
            rule="patrol",
            person_id=person_id(neighbours, name),
            nonce="form-1",
        )

    first = await does(neighbours, lambda uow: enter(uow, "Wang Fang"))
    again = await does(neighbours, lambda uow: enter(uow, "Wang Fang"))
    with pytest.raises(OwnHelp):
        await does(neighbours, lambda uow: enter(uow, "staff Chen"))

    assert first == again
    assert await points_of(neighbours, "Wang Fang") == (10, 0)


async def test_who_shares_earns_for_the_household(neighbours: World) -> None:
    await live_together(neighbours, "Wang Fang", "Liu Yang")
    await has_points(neighbours, "Wang Fang", 5)
    for name in ("Wang Fang", "Liu Yang"):
        await does(neighbours, lambda uow, name=name: join_pool(uow, actor=neighbours.actor(name)))

    await earns(neighbours, "Liu Yang", "patrol:1")
    assert await points_of(neighbours, "Wang Fang") == (15, 0)
    await does(neighbours, lambda uow: leave_pool(uow, actor=neighbours.actor("Wang Fang")))

    assert await points_of(neighbours, "Wang Fang") == (0, 0)
    assert await points_of(neighbours, "Liu Yang") == (15, 0)
    await books_balance(neighbours)


@pytest.mark.parametrize(
    ("recent", "said"),
    [
        (Recent(), None),
        (Recent(with_other=9), None),
        (Recent(with_other=2, by_other=1), None),
        (Recent(with_other=2, by_other=2), Suspicion.BACK_AND_FORTH),
        (Recent(in_burst=2), None),
        (Recent(in_burst=3), Suspicion.BURST),
    ],
)
def test_what_looks_odd(recent: Recent, said: Suspicion | None) -> None:
    assert suspicion(recent) is said


def test_a_fact_counts_for_its_day_its_pair_and_its_month() -> None:
    limits = limits_of(date(2026, 2, 28), per_day=3, per_month=30, per_pair=6, has_other=True)

    assert limits == [
        Limit("day", "2026-02-28", is_of_pair=False, most=3),
        Limit("pair", "2026-02", is_of_pair=True, most=6),
        Limit("month", "2026-02", is_of_pair=False, most=30),
    ]
    assert limits_of(date(2026, 2, 28), per_day=None, per_month=None, per_pair=6, has_other=False) == []
