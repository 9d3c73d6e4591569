"""Offers: what shops give for points; entered by staff, looked at by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import ShopInvalid
from backend.points.market.merchants import is_member, merchant_of
from backend.points.market.models import LARGEST_PRICE, LARGEST_VALUE, Merchant, MerchantKind, Offer
from backend.points.people import path_of
from backend.points.words import clean

LARGEST_STOCK = 100_000
LARGEST_PER_PERSON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEdit:
    """All that staff enter of an offer. `value` in fen; None where nothing limits."""

    title: str
    price: int
    value: int = 0
    tag: str = ""
    stock: int | None = None
    most_per_person: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind with how many shops of it are open."""

    kind: MerchantKind
    shops: int


async def add_offer(uow: UnitOfWork, *, actor: Actor, merchant_id: int, edit: OfferEdit) -> Offer:
    """Add an offer to a shop. Raises NotFound, AccessDenied, ShopInvalid."""
    path = await _check(uow, actor, merchant_id)
    offer = Offer(merchant_id=merchant_id, made_at=uow.now, **_checked(edit))
    uow.session.add(offer)
    await uow.session.flush()
    audit(uow, actor, "market.add_offer", f"offer:{offer.id}", org_path=path, after={"price": offer.price})
    return offer


async def edit_offer(uow: UnitOfWork, *, actor: Actor, offer_id: int, edit: OfferEdit) -> Offer:
    """Change an offer; coupons that are out keep their price. Raises NotFound, AccessDenied, ShopInvalid."""
    offer = await offer_of(uow, offer_id)
    path = await _check(uow, actor, offer.merchant_id)
    before = {"price": offer.price, "stock": offer.stock, "active": offer.is_active}
    for field, value in _checked(edit).items():
        setattr(offer, field, value)
    after = {"price": offer.price, "stock": offer.stock, "active": offer.is_active}
    audit(uow, actor, "market.edit_offer", f"offer:{offer.id}", org_path=path, before=before, after=after)
    return offer


async def switch_offer(uow: UnitOfWork, *, actor: Actor, offer_id: int, is_on: bool) -> Offer:
    """A shop's own people switch an offer off for today, or on again. Raises NotFound, AccessDenied."""
    offer = await offer_of(uow, offer_id)
    merchant = await merchant_of(uow, offer.merchant_id)
    path = await path_of(uow, merchant.community_id)
    if not await is_member(uow, actor, offer.merchant_id):
        check_access(actor, Permission.MANAGE_POINTS, path)
    offer.is_active = is_on
    audit(uow, actor, "market.switch_offer", f"offer:{offer.id}", org_path=path, after={"active": is_on})
    return offer


async def offer_of(uow: UnitOfWork, offer_id: int) -> Offer:
    """The offer of this id as it stands in the database now. Raises NotFound."""
    offer = await uow.session.get(Offer, offer_id, populate_existing=True)
    if offer is None:
        raise NotFound
    return offer


def is_open(now: datetime) -> ColumnElement[bool]:
    """Offers that can be taken now."""
    begun = or_(Offer.starts_at.is_(None), Offer.starts_at <= now)
    lasting = or_(Offer.ends_at.is_(None), Offer.ends_at > now)
    return Offer.is_active & begun & lasting


async def kinds_shown(uow: UnitOfWork, community_id: int) -> list[KindShown]:
    """The kinds that have open shops, in order."""
    rows = await uow.session.execute(
        select(MerchantKind, func.count(Merchant.id))
        .join(Merchant, Merchant.kind_id == MerchantKind.id)
        .where(MerchantKind.community_id == community_id, MerchantKind.is_active, Merchant.is_active)
        .group_by(MerchantKind.id)
        .order_by(MerchantKind.position, MerchantKind.id)
    )
    return [KindShown(kind, shops) for kind, shops in rows]


async def shops_shown(uow: UnitOfWork, community_id: int, kind_id: int | None = None) -> Sequence[Merchant]:
    """The open shops of a community, of one kind or of all."""
    found = select(Merchant).where(Merchant.community_id == community_id, Merchant.is_active)
    if kind_id is not None:
        found = found.where(Merchant.kind_id == kind_id)
    return (await uow.session.scalars(found.order_by(Merchant.name).limit(50))).all()


async def offers_shown(uow: UnitOfWork, merchant_id: int) -> Sequence[Offer]:
    """What a shop gives now, the cheapest first; what is sold out stays in the list."""
    found = select(Offer).where(Offer.merchant_id == merchant_id, is_open(uow.now))
    return (await uow.session.scalars(found.order_by(Offer.price, Offer.id).limit(20))).all()


async def all_offers(uow: UnitOfWork, merchant_id: int) -> Sequence[Offer]:
    """Every offer of a shop, for those who look after it."""
    found = select(Offer).where(Offer.merchant_id == merchant_id)
    return (await uow.session.scalars(found.order_by(Offer.is_active.desc(), Offer.price, Offer.id).limit(50))).all()


async def _check(uow: UnitOfWork, actor: Actor, merchant_id: int) -> str:
    merchant = await merchant_of(uow, merchant_id)
    path = await path_of(uow, merchant.community_id)
    check_access(actor, Permission.MANAGE_POINTS, path)
    return path


def _checked(edit: OfferEdit) -> dict[str, Any]:
    title, tag = clean(edit.title, 200), clean(edit.tag, 200)
    wrong = {
        "title": not 1 <= len(title) <= 60,
        "tag": len(tag) > 24,
        "price": not 1 <= edit.price <= LARGEST_PRICE,
        "value": not 0 <= edit.value <= LARGEST_VALUE,
        "stock": edit.stock is not None and not 0 <= edit.stock <= LARGEST_STOCK,
        "most_per_person": edit.most_per_person is not None and not 1 <= edit.most_per_person <= LARGEST_PER_PERSON,
        "ends_at": edit.starts_at is not None and edit.ends_at is not None and edit.ends_at <= edit.starts_at,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise ShopInvalid(field)
    return {
        "title": title,
        "tag": tag,
        "price": edit.price,
        "value": edit.value,
        "stock": edit.stock,
        "most_per_person": edit.most_per_person,
        "starts_at": edit.starts_at,
        "ends_at": edit.ends_at,
        "is_active": edit.is_active,
    }
