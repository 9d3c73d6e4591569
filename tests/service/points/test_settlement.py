"""Each month each shop gets a statement that can be recounted, and says whether it is right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from backend.points.errors import NotYourShop, SettlementAnsweredAlready, WordsMissing
from backend.points.events import SettlementAnswered, SettlementDrawn
from backend.points.market.coupons import take_offer
from backend.points.market.redeeming import confirm_coupon, refund_coupon
from backend.points.settlement.models import SettlementState
from backend.points.settlement.months import month_before, month_of
from backend.points.settlement.settling import (
    answer_settlement,
    close_dispute,
    draw_settlements,
    recount,
    settlement_row,
    statement_lines,
)
from backend.points.settlement.workbook import workbook
from tests.service.points.scenes import books_balance, does, has_points, offers, opens_shop
from tests.service.world import World

CHINA = ZoneInfo("Asia/Shanghai")
SELLER = "plumber Guo"


async def sells(world: World, offer: int) -> int:
    coupon = await does(world, lambda uow: take_offer(uow, actor=world.actor("Wang Fang"), offer_id=offer))
    await does(world, lambda uow: confirm_coupon(uow, actor=world.actor(SELLER), coupon_id=coupon.id))
    return coupon.id


async def draws(world: World) -> list[int]:
    await does(world, lambda uow: draw_settlements(uow, community_id=world.community_id))
    return [event.settlement_id for event in world.events(SettlementDrawn)]  # type: ignore[attr-defined]


async def answers(world: World, settlement: int, *, is_right: bool, words: str = "", name: str = SELLER) -> object:
    return await does(
        world,
        lambda uow: answer_settlement(
            uow, actor=world.actor(name), settlement_id=settlement, is_right=is_right, words=words
        ),
    )


async def a_shop_that_sold(world: World, times: int = 2) -> tuple[int, list[int]]:
    shop = await opens_shop(world, people=(SELLER,))
    offer = await offers(world, shop)
    await has_points(world, "Wang Fang", 100)
    return offer, [await sells(world, offer) for _ in range(times)]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-05-31T15:59:59Z", date(2026, 4, 1)),
        ("2026-05-31T16:00:00Z", date(2026, 5, 1)),
        ("2026-12-31T16:00:00Z", date(2026, 12, 1)),
        ("2028-02-29T15:59:00Z", date(2028, 1, 1)),
    ],
)
def test_a_month_is_over_at_midnight_in_china(now: str, first: date) -> None:
    month = month_before(datetime.fromisoformat(now), CHINA)

    assert month.first == first
    assert month == month_of(first, CHINA)
    assert month.from_at.astimezone(UTC).hour == 16


async def test_the_first_of_the_month_draws_one_statement_and_confirming_settles_it(neighbours_on_both: World) -> None:
    world = neighbours_on_both
    await a_shop_that_sold(world)
    world.clock.set(datetime(2026, 5, 31, 16, 10, tzinfo=UTC))

    assert len(await draws(world)) == len(await draws(world)) == 1
    (settlement,) = await draws(world)
    assert await does(world, lambda uow: recount(uow, settlement))
    with pytest.raises(NotYourShop):
        await answers(world, settlement, is_right=True, name="Wang Fang")
    for _ in range(2):
        assert await answers(world, settlement, is_right=True) is SettlementState.CONFIRMED

    row = await does(world, lambda uow: settlement_row(uow, settlement))
    assert (row.points, row.transfer_count, row.month) == (16, 2, date(2026, 5, 1))
    assert row.transfer_id is not None
    assert len(world.events(SettlementAnswered)) == 1
    await books_balance(world)


async def test_a_late_refund_belongs_to_the_month_in_which_it_was_made(neighbours: World) -> None:
    offer, coupons = await a_shop_that_sold(neighbours)
    neighbours.clock.set(datetime(2026, 5, 31, 16, 10, tzinfo=UTC))
    (may,) = await draws(neighbours)
    await sells(neighbours, offer)

    await does(neighbours, lambda uow: refund_coupon(uow, actor=neighbours.actor(SELLER), coupon_id=coupons[0]))
    neighbours.clock.set(datetime(2026, 6, 30, 16, 10, tzinfo=UTC))
    june = (await draws(neighbours))[-1]

    row = await does(neighbours, lambda uow: settlement_row(uow, june))
    assert (row.points, row.transfer_count) == (0, 2)
    assert await does(neighbours, lambda uow: recount(uow, may))


async def test_an_objection_has_words_and_staff_close_it(neighbours: World) -> None:
    await a_shop_that_sold(neighbours)
    neighbours.clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    (settlement,) = await draws(neighbours)

    with pytest.raises(WordsMissing):
        await answers(neighbours, settlement, is_right=False, words=" ")
    await answers(neighbours, settlement, is_right=False, words="少了一笔")
    with pytest.raises(SettlementAnsweredAlready):
        await answers(neighbours, settlement, is_right=True)
    staff = neighbours.actor("staff Chen")
    await does(neighbours, lambda uow: close_dispute(uow, actor=staff, settlement_id=settlement))

    row = await does(neighbours, lambda uow: settlement_row(uow, settlement))
    assert (row.state, row.objection) == (SettlementState.CONFIRMED, "少了一笔")
    await books_balance(neighbours)


async def test_the_spreadsheet_holds_every_line_and_calculates_nothing_by_itself(neighbours: World) -> None:
    await a_shop_that_sold(neighbours)
    neighbours.clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    (settlement,) = await draws(neighbours)

    lines = await does(neighbours, lambda uow: statement_lines(uow, settlement))
    content = workbook("5月/对账", [("shop", "=1+1")], ["a", "b", "c", "d", "e"], lines, CHINA)

    sheet = load_workbook(BytesIO(content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][1] == "'=1+1"
    assert [row[2:5] for row in rows[3:5]] == [["改裤脚一次", 10, 8]] * 2
    assert rows[-1][3:5] == [20, 16]
