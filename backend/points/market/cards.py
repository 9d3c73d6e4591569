"""Paper cards of elders: they say who somebody is; paying needs the shop's second press, within a small daily cap."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import CodeUnknown, NotForThem
from backend.points.market.codes import digest_of, new_token
from backend.points.market.coupons import ShownCoupon, take_offer
from backend.points.market.merchants import check_member, shops_of
from backend.points.market.models import Merchant, PaperCard, ScanOutcome
from backend.points.market.offers import offer_of
from backend.points.market.scanning import is_guessing, note_scan
from backend.points.people import acted_for, masked, name_of, path_of
from backend.registry.homes import home_of


@dataclass(frozen=True, slots=True)
class CardScan:
    """What came of opening a card; for the people of a shop: whose it is, and which shops they may choose from."""

    outcome: ScanOutcome
    name: str = ""
    shops: tuple[Merchant, ...] = ()


async def issue_card(uow: UnitOfWork, *, actor: Actor, person_id: int) -> str:
    """Make a card for somebody for whom the actor may act; an earlier one is worth nothing then.

    Returns the token for the print. Raises NotFound, NotForThem.
    """
    await acted_for(uow, actor, person_id)
    if person_id == actor.person_id:
        raise NotForThem
    await end_card(uow, actor=actor, person_id=person_id)
    token = new_token()
    card = PaperCard(
        person_id=person_id, token_digest=digest_of(token), issued_at=uow.now, issued_by_id=actor.account_id
    )
    uow.session.add(card)
    await uow.session.flush()
    home = await home_of(uow, person_id)
    audit(uow, actor, "market.issue_card", f"card:{card.id}", org_path=home.org_path, on_behalf_of=person_id)
    return token


async def end_card(uow: UnitOfWork, *, actor: Actor, person_id: int) -> None:
    """The card is lost: whoever finds it can do nothing with it. Twice is safe. Raises NotForThem."""
    await acted_for(uow, actor, person_id)
    await uow.session.execute(
        update(PaperCard)
        .where(PaperCard.person_id == person_id, PaperCard.ended_at.is_(None))
        .values(ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def open_card(uow: UnitOfWork, *, actor: Actor, token: str) -> CardScan:
    """Look a card up for the people of a shop. Refusals are answers, so that they are written down."""
    if await is_guessing(uow, actor):
        return CardScan((await note_scan(uow, actor, ScanOutcome.TOO_MANY)).outcome)
    person_id = await _holder(uow, token)
    if person_id is None:
        return CardScan((await note_scan(uow, actor, ScanOutcome.UNKNOWN)).outcome)
    shops = tuple(await shops_of(uow, actor))
    if not shops:
        return CardScan((await note_scan(uow, actor, ScanOutcome.NOT_A_MERCHANT)).outcome)
    await note_scan(uow, actor, ScanOutcome.SHOWN)
    return CardScan(ScanOutcome.SHOWN, masked(await name_of(uow, person_id)), shops)


async def take_offer_by_card(uow: UnitOfWork, *, actor: Actor, token: str, offer_id: int) -> ShownCoupon:
    """Choose an offer of one's own shop for the holder of a card; it still has to be confirmed.

    Raises CodeUnknown, NotYourShop, and what `take_offer` raises.
    """
    person_id = await _holder(uow, token)
    if person_id is None or await is_guessing(uow, actor):
        raise CodeUnknown
    offer = await offer_of(uow, offer_id)
    await check_member(uow, actor, offer.merchant_id)
    coupon = await take_offer(uow, actor=actor, offer_id=offer_id, person_id=person_id, by_card=True)
    home = await home_of(uow, person_id)
    path = await path_of(uow, home.person.community_id)
    audit(uow, actor, "market.by_card", f"coupon:{coupon.id}", org_path=path, on_behalf_of=person_id)
    return coupon


async def _holder(uow: UnitOfWork, token: str) -> int | None:
    found: int | None = await uow.session.scalar(
        select(PaperCard.person_id).where(PaperCard.token_digest == digest_of(token), PaperCard.ended_at.is_(None))
    )
    return found
