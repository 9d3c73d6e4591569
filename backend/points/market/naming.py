"""Shops found by their name, or by what they give."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from backend.kernel.plain_words import is_named
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.market.models import Merchant, Offer
from backend.points.market.offers import is_open

MOST_COMPARED = 500


async def shops_named(uow: UnitOfWork, community_id: int, meant: Collection[str]) -> Sequence[Merchant]:
    """The open shops with one of these words, as `plain` makes them, in their name or in that of an open offer."""
    rows = await uow.session.execute(
        select(Merchant, Offer.title)
        .outerjoin(Offer, (Offer.merchant_id == Merchant.id) & is_open(uow.now))
        .where(Merchant.community_id == community_id, Merchant.is_active)
        .order_by(Merchant.name, Offer.id)
        .limit(MOST_COMPARED)
    )
    found = {shop.id: shop for shop, title in rows if is_named(shop.name, meant) or is_named(title or "", meant)}
    return list(found.values())
