"""The market: an offer is taken, the shop confirms, the points move once; whatever goes wrong, nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from backend.kernel.errors import AccessDenied, DomainError
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import (
    CodeUnknown,
    CouponOver,
    DailyLimit,
    NotEnoughPoints,
    NotForThem,
    NotYourShop,
    OfferGone,
    OwnCode,
    PersonLimit,
    RefundTooLate,
    ShopInvalid,
    SoldOut,
)
from backend.points.events import CardUsed, CouponLeftWithMerchant, CouponRedeemed, CouponRefused
from backend.points.ledger.holds import expire_holds
from backend.points.market.cards import end_card, issue_card, open_card, take_offer_by_card
from backend.points.market.coupons import ShownCoupon, expire_coupons, give_back_coupon, leave_with_shop, take_offer
from backend.points.market.merchants import invite_to_shop, join_shop
from backend.points.market.models import CouponScan, CouponState, Offer, ScanOutcome
from backend.points.market.offers import OfferEdit, add_offer, offers_shown
from backend.points.market.redeeming import Receipt, confirm_coupon, receipt_of, refund_coupon, refuse_coupon
from backend.points.market.scanning import Scan, open_code
from tests.service.points.scenes import (
    books_balance,
    does,
    has_points,
    live_together,
    offers,
    opens_shop,
    person_id,
    points_of,
)
from tests.service.world import World

BUYER, SELLER = "Wang Fang", "plumber Guo"


async def takes(world: World, offer: int, name: str = BUYER) -> ShownCoupon:
    return await does(world, lambda uow: take_offer(uow, actor=world.actor(name), offer_id=offer))


async def scans(world: World, name: str, token: str) -> Scan:
    return await does(world, lambda uow: open_code(uow, actor=world.actor(name), token=token))


async def confirms(world: World, coupon: int, name: str = SELLER) -> Receipt:
    return await does(world, lambda uow: confirm_coupon(uow, actor=world.actor(name), coupon_id=coupon))


async def stock_of(world: World, offer: int) -> int | None:
    return await does(world, lambda uow: uow.session.scalar(select(Offer.stock).where(Offer.id == offer)))


async def test_the_shop_confirms_and_both_sides_have_the_same_receipt(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    offer = await offers(neighbours, shop, stock=3)
    await has_points(neighbours, BUYER, 10)

    coupon = await takes(neighbours, offer)
    assert await points_of(neighbours, BUYER) == (10, 8)
    scan = await scans(neighbours, SELLER, coupon.token)
    assert (scan.outcome, scan.title, scan.name) == (ScanOutcome.SHOWN, "改裤脚一次", "W**")
    receipt = await confirms(neighbours, coupon.id)
    again = await confirms(neighbours, coupon.id)

    assert receipt == again == await does(neighbours, lambda uow: receipt_of(uow, coupon.id))
    assert receipt.state is CouponState.USED
    assert await points_of(neighbours, BUYER) == (2, 0)
    assert await stock_of(neighbours, offer) == 2
    assert len(neighbours.events(CouponRedeemed)) == 1
    assert (await scans(neighbours, SELLER, coupon.token)).outcome is ScanOutcome.USED
    await books_balance(neighbours)


async def test_two_people_of_the_shop_press_at_once_and_the_points_move_once(neighbours_on_both: World) -> None:
    world = neighbours_on_both
    shop = await opens_shop(world, people=(SELLER, "officer He"))
    await has_points(world, BUYER, 10)
    coupon = await takes(world, await offers(world, shop))

    receipts = await asyncio.gather(*(confirms(world, coupon.id, name) for name in (SELLER, "officer He", SELLER)))

    assert len(set(receipts)) == 1
    assert await points_of(world, BUYER) == (2, 0)
    assert len(world.events(CouponRedeemed)) == 1
    await books_balance(world)


async def test_the_last_one_goes_to_one_of_many(neighbours_on_both: World) -> None:
    world = neighbours_on_both
    offer = await offers(world, await opens_shop(world, people=(SELLER,)), stock=1)
    buyers = ("Wang Fang", "Liu Yang", "Zhou Min")
    for name in buyers:
        await has_points(world, name, 10)

    results = await asyncio.gather(*(takes(world, offer, name) for name in buyers), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["ShownCoupon", "SoldOut", "SoldOut"]
    assert await stock_of(world, offer) == 0
    assert sorted([await points_of(world, name) for name in buyers]) == [(10, 0), (10, 0), (10, 8)]
    await books_balance(world)


async def test_a_code_is_good_for_ten_minutes_and_gives_everything_back(neighbours: World) -> None:
    offer = await offers(neighbours, await opens_shop(neighbours, people=(SELLER,)), stock=1, most_per_person=1)
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, offer)

    neighbours.hours_pass(0.2)
    assert (await scans(neighbours, SELLER, coupon.token)).outcome is ScanOutcome.EXPIRED
    with pytest.raises(CouponOver):
        await confirms(neighbours, coupon.id)
    await does(neighbours, expire_holds)
    assert await does(neighbours, expire_coupons) == 1
    assert await does(neighbours, expire_coupons) == 0

    assert await points_of(neighbours, BUYER) == (10, 0)
    assert (await takes(neighbours, offer)).price == 8
    await books_balance(neighbours)


async def test_a_second_code_for_the_same_offer_ends_the_first(neighbours: World) -> None:
    offer = await offers(neighbours, await opens_shop(neighbours, people=(SELLER,)), most_per_person=1)
    await has_points(neighbours, BUYER, 20)

    first, second = await takes(neighbours, offer), await takes(neighbours, offer)

    with pytest.raises(CouponOver):
        await confirms(neighbours, first.id)
    await confirms(neighbours, second.id)
    with pytest.raises(PersonLimit):
        await takes(neighbours, offer)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("officer He", ScanOutcome.WRONG_MERCHANT),
        ("Liu Yang", ScanOutcome.NOT_A_MERCHANT),
        (BUYER, ScanOutcome.OWN_CODE),
        ("stranger", ScanOutcome.NOT_A_MERCHANT),
    ],
)
async def test_others_learn_nothing_from_a_code(neighbours: World, name: str, outcome: ScanOutcome) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await opens_shop(neighbours, "别家", people=("officer He",))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))

    scan = await scans(neighbours, name, coupon.token)

    assert (scan.outcome, scan.title, scan.name) == (outcome, "", "")
    with pytest.raises(NotYourShop):
        await confirms(neighbours, coupon.id, name)


async def test_nobody_confirms_for_themselves(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(BUYER,))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))

    with pytest.raises(OwnCode):
        await confirms(neighbours, coupon.id, BUYER)


async def test_who_guesses_codes_is_not_answered_for_a_while(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    offer = await offers(neighbours, shop)
    for token in ("x", "", "A" * 22, "中" * 22, "B" * 200):
        assert (await scans(neighbours, SELLER, token)).outcome is ScanOutcome.UNKNOWN

    coupon = await takes(neighbours, offer)
    assert (await scans(neighbours, SELLER, coupon.token)).outcome is ScanOutcome.TOO_MANY
    neighbours.hours_pass(0.2)
    coupon = await takes(neighbours, offer)

    assert (await scans(neighbours, SELLER, coupon.token)).outcome is ScanOutcome.SHOWN
    kept = await does(neighbours, lambda uow: uow.session.scalars(select(CouponScan.outcome)))
    assert len(kept.all()) == 7


async def test_a_shop_without_network_confirms_the_next_morning(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))

    await does(neighbours, lambda uow: leave_with_shop(uow, actor=neighbours.actor(BUYER), coupon_id=coupon.id))
    neighbours.hours_pass(20)
    await does(neighbours, expire_coupons)
    with pytest.raises(CouponOver):
        await does(neighbours, lambda uow: give_back_coupon(uow, actor=neighbours.actor(BUYER), coupon_id=coupon.id))
    await confirms(neighbours, coupon.id)

    assert await points_of(neighbours, BUYER) == (2, 0)
    assert len(neighbours.events(CouponLeftWithMerchant)) == 1


async def test_a_shop_that_never_answers_leaves_the_points_with_their_owner(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))
    await does(neighbours, lambda uow: leave_with_shop(uow, actor=neighbours.actor(BUYER), coupon_id=coupon.id))

    neighbours.hours_pass(25)
    assert await does(neighbours, expire_coupons) == 1

    assert await points_of(neighbours, BUYER) == (10, 0)
    assert neighbours.events(CouponRefused) == [CouponRefused(coupon.id)]


async def test_a_refund_moves_the_points_back_once(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    offer = await offers(neighbours, shop, stock=1)
    coupon = await takes(neighbours, offer)
    await confirms(neighbours, coupon.id)

    async def refund(uow: UnitOfWork, name: str = SELLER) -> Receipt:
        return await refund_coupon(uow, actor=neighbours.actor(name), coupon_id=coupon.id)

    with pytest.raises(AccessDenied):
        await does(neighbours, lambda uow: refund(uow, BUYER))
    first, again = await does(neighbours, refund), await does(neighbours, refund)

    assert first == again
    assert first.state is CouponState.REFUNDED
    assert await points_of(neighbours, BUYER) == (10, 0)
    assert await stock_of(neighbours, offer) == 1
    await books_balance(neighbours)


async def test_after_a_month_nothing_is_refunded(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))
    await confirms(neighbours, coupon.id)

    neighbours.hours_pass(31 * 24)
    with pytest.raises(RefundTooLate):
        await does(neighbours, lambda uow: refund_coupon(uow, actor=neighbours.actor(SELLER), coupon_id=coupon.id))


async def test_the_shop_may_say_no(neighbours: World) -> None:
    shop = await opens_shop(neighbours, people=(SELLER,))
    await has_points(neighbours, BUYER, 10)
    coupon = await takes(neighbours, await offers(neighbours, shop))

    await does(neighbours, lambda uow: refuse_coupon(uow, actor=neighbours.actor(SELLER), coupon_id=coupon.id))

    assert await points_of(neighbours, BUYER) == (10, 0)
    with pytest.raises(CouponOver):
        await confirms(neighbours, coupon.id)


@pytest.mark.parametrize(
    ("points", "more", "refusal"),
    [
        (7, {}, NotEnoughPoints),
        (10, {"stock": 0}, SoldOut),
        (10, {"is_active": False}, OfferGone),
        (500, {"price": 201}, DailyLimit),
    ],
)
async def test_what_cannot_be_taken(
    neighbours: World, points: int, more: dict[str, int], refusal: type[DomainError]
) -> None:
    offer = await offers(neighbours, await opens_shop(neighbours, people=(SELLER,)), **more)
    await has_points(neighbours, BUYER, points)

    with pytest.raises(refusal):
        await takes(neighbours, offer)

    assert await points_of(neighbours, BUYER) == (points, 0)
    await books_balance(neighbours)


async def test_an_elder_pays_with_a_paper_card_within_its_cap(neighbours: World) -> None:
    await live_together(neighbours, "Zhou Min")
    elder, worker = person_id(neighbours, "Zhou Min"), neighbours.actor("worker Li")
    offer = await offers(neighbours, await opens_shop(neighbours, people=(SELLER,)), price=16)
    await has_points(neighbours, "Zhou Min", 100)
    card = await does(neighbours, lambda uow: issue_card(uow, actor=worker, person_id=elder))

    async def pays(uow: UnitOfWork, name: str = SELLER) -> ShownCoupon:
        return await take_offer_by_card(uow, actor=neighbours.actor(name), token=card, offer_id=offer)

    seen = await does(neighbours, lambda uow: open_card(uow, actor=neighbours.actor(SELLER), token=card))
    assert (seen.outcome, seen.name) == (ScanOutcome.SHOWN, "Z**")
    with pytest.raises(NotYourShop):
        await does(neighbours, lambda uow: pays(uow, "officer He"))
    coupon = await does(neighbours, pays)
    assert await points_of(neighbours, "Zhou Min") == (100, 16)
    await confirms(neighbours, coupon.id)
    with pytest.raises(DailyLimit):
        await does(neighbours, pays)

    assert neighbours.events(CardUsed) == [CardUsed(coupon.id)]
    assert await points_of(neighbours, "Zhou Min") == (84, 0)
    await does(neighbours, lambda uow: end_card(uow, actor=worker, person_id=elder))
    with pytest.raises(CodeUnknown):
        await does(neighbours, pays)


async def test_only_who_may_act_for_somebody_gets_a_card_for_them(neighbours: World) -> None:
    await live_together(neighbours, "Zhou Min")
    for name in ("Wang Fang", "worker Sun", "Zhou Min", "foreign staff Bai"):
        with pytest.raises(NotForThem):
            await does(
                neighbours,
                lambda uow, n=name: issue_card(
                    uow, actor=neighbours.actor(n), person_id=person_id(neighbours, "Zhou Min")
                ),
            )


async def test_an_invitation_to_a_shop_is_good_once(neighbours: World) -> None:
    shop = await opens_shop(neighbours)
    token = await does(
        neighbours, lambda uow: invite_to_shop(uow, actor=neighbours.actor("staff Chen"), merchant_id=shop)
    )
    for _ in range(2):
        await does(neighbours, lambda uow: join_shop(uow, actor=neighbours.actor(SELLER), token=token))

    with pytest.raises(CodeUnknown):
        await does(neighbours, lambda uow: join_shop(uow, actor=neighbours.actor("Liu Yang"), token=token))
    with pytest.raises(AccessDenied):
        await does(neighbours, lambda uow: invite_to_shop(uow, actor=neighbours.actor("Liu Yang"), merchant_id=shop))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"price": 0}, "price"),
        ({"price": -3}, "price"),
        ({"price": 10**9}, "price"),
        ({"value": -1}, "value"),
        ({"stock": -1}, "stock"),
        ({"most_per_person": 0}, "most_per_person"),
    ],
)
async def test_an_offer_out_of_reason_is_refused(neighbours: World, values: dict[str, int], field: str) -> None:
    shop = await opens_shop(neighbours)
    edit = OfferEdit(**({"title": "x", "price": 5} | values))  # type: ignore[arg-type]

    with pytest.raises(ShopInvalid) as refusal:
        await does(
            neighbours, lambda uow: add_offer(uow, actor=neighbours.actor("staff Chen"), merchant_id=shop, edit=edit)
        )

    assert refusal.value.params == {"field": field}
    assert await does(neighbours, lambda uow: offers_shown(uow, shop)) == []
