"""How coupons end without being used, or after: whatever was counted for them is given back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.counting import count_down
from backend.points.ledger.holds import void_hold
from backend.points.market.models import Coupon, CouponState, Offer, OfferUse, SpendingBy, SpendingDay

PENDING = frozenset({CouponState.READY, CouponState.WAITING})


async def end_coupon(uow: UnitOfWork, coupon_id: int, state: CouponState) -> bool:
    """End a coupon that was not used: void, expired. False when it is over already, so that twice is safe."""
    coupon = await uow.session.scalar(select(Coupon.hold_key).where(Coupon.id == coupon_id))
    if coupon is None:
        return False
    await void_hold(uow, hold_id=coupon)
    ended = await move_coupon(uow, coupon_id, PENDING, state=state, ended_at=uow.now)
    if ended is None:
        return False
    await uncount(uow, ended)
    return True


async def move_coupon(
    uow: UnitOfWork, coupon_id: int, states: frozenset[CouponState], **values: Any
) -> Row[Any] | None:
    """Change a coupon that is in one of `states`; of two at once the database lets one through. None for the other."""
    moved = (
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.state.in_(states))
        .values(**values)
        .returning(*Coupon.__table__.columns)
        .execution_options(synchronize_session=False)
    )
    return (await uow.session.execute(moved)).first()


async def uncount(uow: UnitOfWork, coupon: Row[Any]) -> None:
    """Give stock, the person's share and the day's cap back."""
    await uow.session.execute(
        update(Offer)
        .where(Offer.id == coupon.offer_id, Offer.stock.is_not(None))
        .values(stock=Offer.stock + 1)
        .execution_options(synchronize_session=False)
    )
    await count_down(uow, OfferUse, {"offer_id": coupon.offer_id, "person_id": coupon.person_id})
    for kind in (SpendingBy.ALL, SpendingBy.CARD) if coupon.by_card else (SpendingBy.ALL,):
        day = {"account_id": coupon.points_account_id, "day": coupon.made_on, "kind": kind}
        await count_down(uow, SpendingDay, day, by=coupon.price)
