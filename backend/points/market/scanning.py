"""Opening a code: whose it is, whether it is good, and whether somebody is guessing. Nothing moves here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, select

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.market.codes import digest_of
from backend.points.market.ending import PENDING
from backend.points.market.merchants import shops_of
from backend.points.market.models import Coupon, CouponScan, CouponState, ScanOutcome
from backend.points.people import masked, name_of

GUESS_TIME = timedelta(minutes=10)
MOST_MISSES = 5
"""Unknown codes within GUESS_TIME; then nothing is looked up for a while."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of opening a code. What the coupon says is filled only for the shop's own people."""

    outcome: ScanOutcome
    coupon_id: int | None = None
    title: str = ""
    price: int = 0
    value: int = 0
    name: str = ""


async def open_code(uow: UnitOfWork, *, actor: Actor, token: str) -> Scan:
    """Look a coupon's code up for whoever opened it. Refusals are answers, so that they are written down."""
    if await is_guessing(uow, actor):
        return await note_scan(uow, actor, ScanOutcome.TOO_MANY)
    found = select(Coupon.__table__).where(Coupon.token_digest == digest_of(token))
    coupon = (await uow.session.execute(found)).first()
    if coupon is None:
        return await note_scan(uow, actor, ScanOutcome.UNKNOWN)
    outcome = await _outcome(uow, actor, coupon)
    scan = await note_scan(uow, actor, outcome, coupon.id)
    if outcome not in (ScanOutcome.SHOWN, ScanOutcome.USED):
        return scan
    name = masked(await name_of(uow, coupon.person_id))
    return Scan(outcome, coupon.id, coupon.title, coupon.price, coupon.value, name)


async def _outcome(uow: UnitOfWork, actor: Actor, coupon: Row[Any]) -> ScanOutcome:
    """Whose it is comes before how it stands: a stranger learns nothing."""
    if actor.person_id is not None and actor.person_id == coupon.person_id:
        return ScanOutcome.OWN_CODE
    shops = {shop.id for shop in await shops_of(uow, actor)}
    if not shops:
        return ScanOutcome.NOT_A_MERCHANT
    if coupon.merchant_id not in shops:
        return ScanOutcome.WRONG_MERCHANT
    if coupon.state is CouponState.USED:
        return ScanOutcome.USED
    is_good = coupon.state in PENDING and coupon.expires_at > uow.now
    return ScanOutcome.SHOWN if is_good else ScanOutcome.EXPIRED


async def is_guessing(uow: UnitOfWork, actor: Actor) -> bool:
    """Whether this account opened so many unknown codes lately that it is not luck."""
    misses = select(func.count()).where(
        CouponScan.account_id == actor.account_id,
        CouponScan.at > uow.now - GUESS_TIME,
        CouponScan.outcome == ScanOutcome.UNKNOWN,
    )
    return int(await uow.session.scalar(misses) or 0) >= MOST_MISSES


async def note_scan(uow: UnitOfWork, actor: Actor, outcome: ScanOutcome, coupon_id: int | None = None) -> Scan:
    """Write a scan down; failed ones too."""
    assert actor.account_id is not None, "codes are opened in chat"
    uow.session.add(CouponScan(account_id=actor.account_id, at=uow.now, outcome=outcome, coupon_id=coupon_id))
    await uow.session.flush()
    return Scan(outcome, coupon_id)
