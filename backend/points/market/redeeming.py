"""Redemption: the shop confirms and the points move; it refuses, or gives them back later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import CouponOver, HoldOver, OwnCode, RefundTooLate
from backend.points.events import CardUsed, CouponRedeemed, CouponRefunded, CouponRefused
from backend.points.ledger.accounts import Owner, account_for
from backend.points.ledger.holds import capture_hold
from backend.points.ledger.models import AccountKind
from backend.points.ledger.reversing import reverse_transfer
from backend.points.market.coupons import coupon_row
from backend.points.market.ending import PENDING, end_coupon, move_coupon, uncount
from backend.points.market.merchants import check_member, is_member, merchant_of
from backend.points.market.models import Coupon, CouponState, Merchant
from backend.points.people import masked, name_of, path_of

REFUND_TIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What both sides read, word for word."""

    number: str
    title: str
    shop: str
    name: str
    price: int
    value: int
    at: datetime
    state: CouponState


async def confirm_coupon(uow: UnitOfWork, *, actor: Actor, coupon_id: int) -> Receipt:
    """Confirm that the person got what the coupon says: the points move, once. Pressing again gives the same receipt.

    Raises NotFound, NotYourShop, OwnCode, CouponOver.
    """
    coupon = await coupon_row(uow, coupon_id)
    await check_member(uow, actor, coupon.merchant_id)
    if actor.person_id is not None and actor.person_id == coupon.person_id:
        raise OwnCode
    if coupon.state is CouponState.USED:
        return await receipt_of(uow, coupon_id)
    merchant = await merchant_of(uow, coupon.merchant_id)
    payee = await account_for(uow, Owner(AccountKind.MERCHANT, merchant.id, merchant.community_id))
    try:
        posted = await capture_hold(
            uow, hold_id=coupon.hold_key, actor=actor, payee=payee, on_behalf_of=coupon.person_id
        )
    except HoldOver as error:
        raise CouponOver from error
    used = {"used_at": uow.now, "used_by_id": actor.account_id, "transfer_id": posted.transfer_id}
    if await move_coupon(uow, coupon_id, PENDING, state=CouponState.USED, **used) is None:
        # Somebody else of the shop pressed in the same moment: the transfer is theirs.
        return await receipt_of(uow, coupon_id)
    audit(uow, actor, "market.confirm", f"coupon:{coupon_id}", org_path=await path_of(uow, merchant.community_id))
    uow.record(CouponRedeemed(coupon_id=coupon_id, by_account_id=actor.account_id))
    if coupon.by_card:
        uow.record(CardUsed(coupon_id=coupon_id))
    return await receipt_of(uow, coupon_id)


async def refuse_coupon(uow: UnitOfWork, *, actor: Actor, coupon_id: int) -> None:
    """The shop says no: the points are free again. Raises NotFound, NotYourShop, CouponOver."""
    coupon = await coupon_row(uow, coupon_id)
    await check_member(uow, actor, coupon.merchant_id)
    if not await end_coupon(uow, coupon_id, CouponState.VOID):
        raise CouponOver
    uow.record(CouponRefused(coupon_id=coupon_id))


async def refund_coupon(uow: UnitOfWork, *, actor: Actor, coupon_id: int) -> Receipt:
    """Give the points of a used coupon back, by the shop or by staff; once, pressing again changes nothing.

    Raises NotFound, AccessDenied, CouponOver, RefundTooLate, NotEnoughPoints where the shop was paid already.
    """
    coupon = await coupon_row(uow, coupon_id)
    merchant = await merchant_of(uow, coupon.merchant_id)
    path = await path_of(uow, merchant.community_id)
    if not await is_member(uow, actor, merchant.id):
        check_access(actor, Permission.MANAGE_POINTS, path)
    if coupon.state is CouponState.REFUNDED:
        return await receipt_of(uow, coupon_id)
    if coupon.state is not CouponState.USED:
        raise CouponOver
    if coupon.used_at < uow.now - REFUND_TIME:
        raise RefundTooLate(REFUND_TIME.days)
    await reverse_transfer(uow, transfer_id=coupon.transfer_id, actor=actor, on_behalf_of=coupon.person_id)
    used = frozenset({CouponState.USED})
    if await move_coupon(uow, coupon_id, used, state=CouponState.REFUNDED, ended_at=uow.now) is not None:
        await uncount(uow, coupon)
        audit(uow, actor, "market.refund", f"coupon:{coupon_id}", org_path=path)
        uow.record(CouponRefunded(coupon_id=coupon_id))
    return await receipt_of(uow, coupon_id)


async def receipt_of(uow: UnitOfWork, coupon_id: int) -> Receipt:
    """What a coupon's receipt says now. Raises NotFound."""
    coupon = await coupon_row(uow, coupon_id)
    merchant = await merchant_of(uow, coupon.merchant_id)
    return _receipt(coupon, merchant.name, await name_of(uow, coupon.person_id))


async def receipts_of_shop(
    uow: UnitOfWork, *, actor: Actor, merchant_id: int, most: int = 10
) -> list[tuple[int, Receipt]]:
    """The newest coupons that a shop took, or still has to confirm. Raises NotYourShop."""
    await check_member(uow, actor, merchant_id)
    rows = await _coupons(uow, Coupon.merchant_id == merchant_id, (CouponState.WAITING, CouponState.USED), most)
    return [(coupon.id, _receipt(coupon, shop, name)) for coupon, shop, name in rows]


async def coupons_of_person(uow: UnitOfWork, person_id: int, *, most: int = 10) -> list[tuple[int, Receipt]]:
    """A person's newest coupons."""
    states = (CouponState.READY, CouponState.WAITING, CouponState.USED, CouponState.REFUNDED)
    rows = await _coupons(uow, Coupon.person_id == person_id, states, most)
    return [(coupon.id, _receipt(coupon, shop, name)) for coupon, shop, name in rows]


async def _coupons(
    uow: UnitOfWork, whose: Any, states: Sequence[CouponState], most: int
) -> list[tuple[Row[Any], str, str]]:
    found = (
        select(Coupon.__table__, Merchant.name.label("shop"))
        .join(Merchant, Merchant.id == Coupon.merchant_id)
        .where(whose, Coupon.state.in_(states))
        .order_by(Coupon.id.desc())
        .limit(most)
    )
    rows = (await uow.session.execute(found)).all()
    return [(row, row.shop, await name_of(uow, row.person_id)) for row in rows]


def _receipt(coupon: Row[Any], shop: str, name: str) -> Receipt:
    at = coupon.used_at or coupon.made_at
    return Receipt(
        f"{coupon.id:06d}", coupon.title, shop, masked(name), coupon.price, coupon.value, at, CouponState(coupon.state)
    )
