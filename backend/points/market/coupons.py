"""Coupons: an offer taken by a person, with its points put aside until the shop confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, or_, select, update

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.counting import count_up
from backend.points.errors import CouponOver, DailyLimit, NotForThem, OfferGone, PersonLimit, SoldOut
from backend.points.events import CouponLeftWithMerchant, CouponRefused
from backend.points.ledger.accounts import account_of_person
from backend.points.ledger.holds import extend_hold, hold_points
from backend.points.market.codes import digest_of, new_token
from backend.points.market.ending import end_coupon
from backend.points.market.models import Coupon, CouponState, Merchant, Offer, OfferUse, SpendingBy, SpendingDay
from backend.points.market.offers import is_open
from backend.points.people import acted_for, path_of
from backend.points.policy import caps_of
from backend.registry.models import Person
from backend.registry.queries import org_unit

CODE_LIFE = timedelta(minutes=10)
"""Of a shown code: long enough for a queue, short enough for a photo of it to be worthless."""
LATER_LIFE = timedelta(hours=24)
"""So long a shop that was not online may confirm."""


@dataclass(frozen=True, slots=True)
class ShownCoupon:
    """A coupon with its token, which is shown once: the database keeps only its digest."""

    id: int
    token: str
    title: str
    price: int
    value: int
    shop: str
    expires_at: datetime


async def take_offer(
    uow: UnitOfWork, *, actor: Actor, offer_id: int, person_id: int | None = None, by_card: bool = False
) -> ShownCoupon:
    """Put the points aside and make a code for ten minutes; an earlier code for the same offer is worth nothing then.

    Raises OfferGone, NotEnoughPoints, SoldOut, PersonLimit, DailyLimit, NotAResident, NotForThem.
    """
    # Whoever holds a card was asked already by whom they are; see `cards`.
    beneficiary = person_id if by_card and person_id is not None else await acted_for(uow, actor, person_id)
    offer, merchant = await _open_offer(uow, offer_id)
    person = await uow.session.get_one(Person, beneficiary)
    if person.community_id != merchant.community_id:
        raise OfferGone
    await _end_earlier(uow, offer_id, beneficiary)
    account = await account_of_person(uow, beneficiary)
    hold_key, token, until = uuid4(), new_token(), uow.now + CODE_LIFE
    ref = f"offer:{offer_id}"
    await hold_points(uow, hold_id=hold_key, account=account, amount=offer.price, expires_at=until, ref=ref)
    day = uow.now.astimezone(ZoneInfo((await org_unit(uow, merchant.community_id)).time_zone)).date()
    coupon = Coupon(
        merchant_id=merchant.id,
        offer_id=offer_id,
        person_id=beneficiary,
        account_id=actor.account_id,
        points_account_id=account.id,
        title=offer.title,
        price=offer.price,
        value=offer.value,
        token_digest=digest_of(token),
        hold_key=hold_key,
        by_card=by_card,
        state=CouponState.READY,
        made_at=uow.now,
        made_on=day,
        expires_at=until,
    )
    await _count(uow, offer, coupon, merchant.community_id)
    uow.session.add(coupon)
    await uow.session.flush()
    on_behalf = beneficiary if beneficiary != actor.person_id else None
    path = await path_of(uow, merchant.community_id)
    audit(uow, actor, "market.take_offer", f"coupon:{coupon.id}", org_path=path, on_behalf_of=on_behalf)
    return ShownCoupon(coupon.id, token, offer.title, offer.price, offer.value, merchant.name, until)


async def _open_offer(uow: UnitOfWork, offer_id: int) -> tuple[Offer, Merchant]:
    row = (
        await uow.session.execute(
            select(Offer, Merchant)
            .join(Merchant, Merchant.id == Offer.merchant_id)
            .where(Offer.id == offer_id, Merchant.is_active, is_open(uow.now))
            .execution_options(populate_existing=True)
        )
    ).first()
    if row is None:
        raise OfferGone
    return row[0], row[1]


async def _end_earlier(uow: UnitOfWork, offer_id: int, person_id: int) -> None:
    earlier = await uow.session.scalars(
        select(Coupon.id).where(
            Coupon.offer_id == offer_id, Coupon.person_id == person_id, Coupon.state == CouponState.READY
        )
    )
    for coupon_id in earlier.all():
        await end_coupon(uow, coupon_id, CouponState.VOID)


async def _count(uow: UnitOfWork, offer: Offer, coupon: Coupon, community_id: int) -> None:
    """Use up stock, the person's share and the day's cap; whichever is empty refuses the whole."""
    left = (
        update(Offer)
        .where(Offer.id == offer.id, or_(Offer.stock.is_(None), Offer.stock > 0))
        .values(stock=Offer.stock - 1)
        .returning(Offer.id)
        .execution_options(synchronize_session=False)
    )
    if await uow.session.scalar(left) is None:
        raise SoldOut
    use = {"offer_id": offer.id, "person_id": coupon.person_id}
    if not await count_up(uow, OfferUse, use, most=offer.most_per_person):
        raise PersonLimit(offer.most_per_person or 0)
    policy = await caps_of(uow, community_id)
    caps = {SpendingBy.ALL: policy.daily_spending}
    if coupon.by_card:
        caps[SpendingBy.CARD] = policy.card_daily_spending
    for kind, most in caps.items():
        day = {"account_id": coupon.points_account_id, "day": coupon.made_on, "kind": kind}
        if not await count_up(uow, SpendingDay, day, most=most, by=coupon.price):
            raise DailyLimit(most)


async def leave_with_shop(uow: UnitOfWork, *, actor: Actor, coupon_id: int) -> None:
    """The shop has no network: the points stay aside for a day, and its people confirm when they are online.

    Raises NotFound, NotForThem, CouponOver.
    """
    coupon = await own_coupon(uow, actor, coupon_id)
    until = uow.now + LATER_LIFE
    left = (
        update(Coupon)
        .where(Coupon.id == coupon.id, Coupon.state == CouponState.READY, Coupon.expires_at > uow.now)
        .values(state=CouponState.WAITING, expires_at=until)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )
    if coupon.state is not CouponState.READY:
        raise CouponOver
    await extend_hold(uow, hold_id=coupon.hold_key, until=until)
    if await uow.session.scalar(left) is None:
        raise CouponOver
    uow.record(CouponLeftWithMerchant(coupon_id=coupon_id))


async def give_back_coupon(uow: UnitOfWork, *, actor: Actor, coupon_id: int) -> None:
    """Think better of it before the shop has confirmed. Raises NotFound, NotForThem, CouponOver."""
    coupon = await own_coupon(uow, actor, coupon_id)
    if coupon.state is not CouponState.READY or not await end_coupon(uow, coupon_id, CouponState.VOID):
        raise CouponOver


async def own_coupon(uow: UnitOfWork, actor: Actor, coupon_id: int) -> Row[Any]:
    """A coupon of the actor, or one that they made for somebody. Raises NotFound, NotForThem."""
    coupon = await coupon_row(uow, coupon_id)
    is_theirs = actor.person_id is not None and coupon.person_id == actor.person_id
    if not is_theirs and coupon.account_id != actor.account_id:
        raise NotForThem
    return coupon


async def coupon_row(uow: UnitOfWork, coupon_id: int) -> Row[Any]:
    """A coupon as it stands in the database now. Raises NotFound."""
    row = (await uow.session.execute(select(Coupon.__table__).where(Coupon.id == coupon_id))).first()
    if row is None:
        raise NotFound
    return row


async def has_due_coupon(uow: UnitOfWork) -> bool:
    """Whether `expire_coupons` has anything to do: asked before the write lock is taken."""
    pending = Coupon.state.in_((CouponState.READY, CouponState.WAITING))
    return bool(await uow.session.scalar(select(exists().where(pending, Coupon.expires_at <= uow.now))))


async def expire_coupons(uow: UnitOfWork, limit: int = 200) -> int:
    """Give back the points of codes that nobody confirmed in time; returns how many. Twice is safe."""
    due = await uow.session.execute(
        select(Coupon.id, Coupon.state)
        .where(Coupon.state.in_((CouponState.READY, CouponState.WAITING)), Coupon.expires_at <= uow.now)
        .order_by(Coupon.points_account_id, Coupon.id)
        .limit(limit)
    )
    expired = 0
    for coupon_id, state in due.all():
        if await end_coupon(uow, coupon_id, CouponState.EXPIRED):
            expired += 1
            if state is CouponState.WAITING:
                uow.record(CouponRefused(coupon_id=coupon_id))
    return expired
