"""Redemption: the shop confirms and the points move; it refuses, or gives them back later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import CouponOver, HoldOver, NotYourShop, OwnCode, RefundTooLate
from backend.points.events import CardUsed, CouponRedeemed, CouponRefunded, CouponRefused
from backend.points.ledger.accounts import AccountRef, Owner, account_for
from backend.points.ledger.holds import capture_hold
from backend.points.ledger.models import AccountKind, PointsAccount
from backend.points.ledger.reversing import reverse_transfer
from backend.points.market.coupons import coupon_row
from backend.points.market.ending import PENDING, end_coupon, move_coupon, uncount
from backend.points.market.merchants import check_member
from backend.points.market.models import Coupon, CouponState, Merchant, MerchantMember
from backend.points.people import masked
from backend.registry.models import OrgUnit, Person

REFUND_TIME = timedelta(days=30)

_READ = (
    select(
        Coupon.__table__,
        Merchant.name.label("shop"),
        Merchant.community_id,
        OrgUnit.path.label("org_path"),
        Person.name.label("person"),
    )
    .join(Merchant, Merchant.id == Coupon.merchant_id)
    .join(OrgUnit, OrgUnit.id == Merchant.community_id)
    .join(Person, Person.id == Coupon.person_id)
)
_IS_MEMBER = exists().where(
    MerchantMember.merchant_id == Merchant.id,
    MerchantMember.account_id == bindparam("account"),
    MerchantMember.ended_at.is_(None),
    Merchant.is_active,
)
_CASE = (
    _READ.add_columns(_IS_MEMBER.label("is_member"), PointsAccount.id.label("payee_id"))
    .outerjoin(
        PointsAccount,
        and_(PointsAccount.kind == AccountKind.MERCHANT, PointsAccount.owner_id == Merchant.id),
    )
    .where(Coupon.id == bindparam("coupon"))
)
"""All that a redemption has to know, in one question: somebody stands at the till."""


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
    coupon = await _case(uow, actor, coupon_id)
    if not coupon.is_member:
        raise NotYourShop
    if actor.person_id is not None and actor.person_id == coupon.person_id:
        raise OwnCode
    if coupon.state is CouponState.USED:
        return _receipt(coupon)
    payee = await _payee(uow, coupon)
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
    audit(uow, actor, "market.confirm", f"coupon:{coupon_id}", org_path=coupon.org_path)
    uow.record(CouponRedeemed(coupon_id=coupon_id, by_account_id=actor.account_id))
    if coupon.by_card:
        uow.record(CardUsed(coupon_id=coupon_id))
    return replace(_receipt(coupon), at=uow.now, state=CouponState.USED)


async def _case(uow: UnitOfWork, actor: Actor, coupon_id: int) -> Row[Any]:
    """A coupon as it stands now, whose it is, and whether the actor is of its shop. Raises NotFound."""
    row = (await uow.session.execute(_CASE, {"coupon": coupon_id, "account": actor.account_id})).first()
    if row is None:
        raise NotFound
    return row


async def _payee(uow: UnitOfWork, coupon: Row[Any]) -> AccountRef:
    """The shop's account; its first coupon makes it."""
    if coupon.payee_id is not None:
        return AccountRef(coupon.payee_id, is_cached=True, has_lots=False)
    return await account_for(uow, Owner(AccountKind.MERCHANT, coupon.merchant_id, coupon.community_id))


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
    coupon = await _case(uow, actor, coupon_id)
    if not coupon.is_member:
        check_access(actor, Permission.MANAGE_POINTS, coupon.org_path)
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
        audit(uow, actor, "market.refund", f"coupon:{coupon_id}", org_path=coupon.org_path)
        uow.record(CouponRefunded(coupon_id=coupon_id))
    return await receipt_of(uow, coupon_id)


async def receipt_of(uow: UnitOfWork, coupon_id: int) -> Receipt:
    """What a coupon's receipt says now. Raises NotFound."""
    row = (await uow.session.execute(_READ.where(Coupon.id == coupon_id))).first()
    if row is None:
        raise NotFound
    return _receipt(row)


async def receipts_of_shop(
    uow: UnitOfWork, *, actor: Actor, merchant_id: int, most: int = 10
) -> list[tuple[int, Receipt]]:
    """The newest coupons that a shop took, or still has to confirm. Raises NotYourShop."""
    await check_member(uow, actor, merchant_id)
    return await _newest(uow, Coupon.merchant_id == merchant_id, (CouponState.WAITING, CouponState.USED), most)


async def coupons_of_person(uow: UnitOfWork, person_id: int, *, most: int = 10) -> list[tuple[int, Receipt]]:
    """A person's newest coupons."""
    states = (CouponState.READY, CouponState.WAITING, CouponState.USED, CouponState.REFUNDED)
    return await _newest(uow, Coupon.person_id == person_id, states, most)


async def _newest(
    uow: UnitOfWork, whose: ColumnElement[bool], states: Sequence[CouponState], most: int
) -> list[tuple[int, Receipt]]:
    found = _READ.where(whose, Coupon.state.in_(states)).order_by(Coupon.id.desc()).limit(most)
    return [(row.id, _receipt(row)) for row in await uow.session.execute(found)]


def _receipt(coupon: Row[Any]) -> Receipt:
    return Receipt(
        number=f"{coupon.id:06d}",
        title=coupon.title,
        shop=coupon.shop,
        name=masked(coupon.person),
        price=coupon.price,
        value=coupon.value,
        at=coupon.used_at or coupon.made_at,
        state=CouponState(coupon.state),
    )
