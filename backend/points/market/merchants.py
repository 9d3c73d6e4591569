"""Shops and their kinds: seeded, edited by staff; and the people of a shop, who join by a one-use link."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import CodeUnknown, NotYourShop, ShopInvalid
from backend.points.market.codes import digest_of, new_token
from backend.points.market.models import Merchant, MerchantInvitation, MerchantKind, MerchantMember
from backend.points.people import path_of
from backend.points.words import clean
from backend.registry.models import Account

SEED = Path(__file__).parent / "kinds.toml"
CANTEEN = "canteen"
"""The key of the kind whose shops have dishes of the day."""
INVITATION_LIFE = timedelta(hours=72)
LONGEST = {"name": 40, "place": 100, "hours": 60, "phone": 32, "words": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopEdit:
    """All that staff enter of a shop."""

    kind_id: int
    name: str
    place: str = ""
    hours: str = ""
    phone: str = ""
    words: str = ""
    is_active: bool = True


async def kinds_of(uow: UnitOfWork, community_id: int) -> Sequence[MerchantKind]:
    """The kinds of shops of a community, in order."""
    found = select(MerchantKind).where(MerchantKind.community_id == community_id)
    return (await uow.session.scalars(found.order_by(MerchantKind.position, MerchantKind.id))).all()


async def seed_kinds(uow: UnitOfWork, *, actor: Actor, community_id: int) -> int:
    """Give the community the kinds whose key it has not; returns how many. What staff made of theirs stays."""
    check_access(actor, Permission.MANAGE_POINTS, await path_of(uow, community_id))
    known = {kind.key for kind in await kinds_of(uow, community_id)}
    seed = tomllib.loads(SEED.read_text(encoding="utf-8"))
    missing = [
        MerchantKind(
            community_id=community_id,
            key=key,
            names={Language.CHINESE.value: values["zh"], Language.ENGLISH.value: values["en"]},
            emoji=values["emoji"],
            position=place,
        )
        for place, (key, values) in enumerate(seed.items())
        if key not in known
    ]
    uow.session.add_all(missing)
    await uow.session.flush()
    return len(missing)


async def edit_kind(
    uow: UnitOfWork, *, actor: Actor, kind_id: int, name: str, emoji: str, is_active: bool
) -> MerchantKind:
    """Rename a kind or switch it off. Raises NotFound, AccessDenied, ShopInvalid."""
    kind = await uow.session.get(MerchantKind, kind_id)
    if kind is None:
        raise NotFound
    path = await path_of(uow, kind.community_id)
    check_access(actor, Permission.MANAGE_POINTS, path)
    if not 1 <= len(name.strip()) <= LONGEST["name"] or len(emoji) > 8:
        raise ShopInvalid("name")
    kind.names = {**kind.names, Language.CHINESE.value: name.strip()}
    kind.emoji, kind.is_active = emoji.strip(), is_active
    audit(uow, actor, "market.edit_kind", f"merchant_kind:{kind.id}", org_path=path, after={"active": is_active})
    return kind


async def add_merchant(uow: UnitOfWork, *, actor: Actor, community_id: int, edit: ShopEdit) -> Merchant:
    """Take a shop into the market. Raises AccessDenied, ShopInvalid."""
    path = await path_of(uow, community_id)
    check_access(actor, Permission.MANAGE_POINTS, path)
    values = await _checked(uow, community_id, edit, None)
    merchant = Merchant(community_id=community_id, joined_at=uow.now, **values)
    uow.session.add(merchant)
    await uow.session.flush()
    audit(uow, actor, "market.add_shop", f"merchant:{merchant.id}", org_path=path, after={"name": merchant.name})
    return merchant


async def edit_merchant(uow: UnitOfWork, *, actor: Actor, merchant_id: int, edit: ShopEdit) -> Merchant:
    """Change a shop; coupons that are out keep what they say. Raises NotFound, AccessDenied, ShopInvalid."""
    merchant = await merchant_of(uow, merchant_id)
    path = await path_of(uow, merchant.community_id)
    check_access(actor, Permission.MANAGE_POINTS, path)
    for field, value in (await _checked(uow, merchant.community_id, edit, merchant_id)).items():
        setattr(merchant, field, value)
    audit(uow, actor, "market.edit_shop", f"merchant:{merchant_id}", org_path=path, after={"name": merchant.name})
    return merchant


async def merchant_of(uow: UnitOfWork, merchant_id: int) -> Merchant:
    """The shop of this id. Raises NotFound."""
    merchant = await uow.session.get(Merchant, merchant_id)
    if merchant is None:
        raise NotFound
    return merchant


async def _checked(uow: UnitOfWork, community_id: int, edit: ShopEdit, merchant_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {field: clean(getattr(edit, field), 1_000) for field in LONGEST}
    for field, longest in LONGEST.items():
        if len(values[field]) > longest:
            raise ShopInvalid(field)
    kind = await uow.session.get(MerchantKind, edit.kind_id)
    if kind is None or kind.community_id != community_id:
        raise ShopInvalid("kind")
    same = select(Merchant.id).where(Merchant.community_id == community_id, Merchant.name == values["name"])
    if not values["name"] or await uow.session.scalar(same) not in (None, merchant_id):
        raise ShopInvalid("name")
    return values | {"kind_id": edit.kind_id, "is_active": edit.is_active}


async def invite_to_shop(uow: UnitOfWork, *, actor: Actor, merchant_id: int) -> str:
    """Make a one-use link's token for somebody of the shop; by staff, or by its own people. Raises AccessDenied."""
    merchant = await merchant_of(uow, merchant_id)
    path = await path_of(uow, merchant.community_id)
    if not await is_member(uow, actor, merchant_id):
        check_access(actor, Permission.MANAGE_POINTS, path)
    token = new_token()
    uow.session.add(
        MerchantInvitation(
            merchant_id=merchant_id,
            token_digest=digest_of(token),
            made_at=uow.now,
            made_by_id=actor.account_id,
            expires_at=uow.now + INVITATION_LIFE,
        )
    )
    audit(uow, actor, "market.invite", f"merchant:{merchant_id}", org_path=path)
    return token


async def join_shop(uow: UnitOfWork, *, actor: Actor, token: str) -> Merchant:
    """Become one of a shop's people; the first to open the link. Twice is safe for them. Raises CodeUnknown."""
    digest = digest_of(token)
    invitation = await uow.session.scalar(select(MerchantInvitation).where(MerchantInvitation.token_digest == digest))
    if invitation is None or actor.account_id is None:
        raise CodeUnknown
    merchant = await merchant_of(uow, invitation.merchant_id)
    if await is_member(uow, actor, merchant.id):
        return merchant
    taken = await uow.session.scalar(
        update(MerchantInvitation)
        .where(
            MerchantInvitation.token_digest == digest,
            MerchantInvitation.used_at.is_(None),
            MerchantInvitation.expires_at > uow.now,
        )
        .values(used_at=uow.now, used_by_id=actor.account_id)
        .returning(MerchantInvitation.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise CodeUnknown
    uow.session.add(MerchantMember(merchant_id=merchant.id, account_id=actor.account_id, since_at=uow.now))
    await uow.session.flush()
    path = await path_of(uow, merchant.community_id)
    audit(uow, actor, "market.join_shop", f"merchant:{merchant.id}", org_path=path)
    return merchant


async def end_member(uow: UnitOfWork, *, actor: Actor, merchant_id: int, account_id: int) -> None:
    """Somebody does not confirm for the shop any more. Twice is safe. Raises AccessDenied."""
    merchant = await merchant_of(uow, merchant_id)
    path = await path_of(uow, merchant.community_id)
    check_access(actor, Permission.MANAGE_POINTS, path)
    await uow.session.execute(
        update(MerchantMember)
        .where(
            MerchantMember.merchant_id == merchant_id,
            MerchantMember.account_id == account_id,
            MerchantMember.ended_at.is_(None),
        )
        .values(ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    audit(uow, actor, "market.end_member", f"merchant:{merchant_id}", org_path=path, after={"account": account_id})


async def is_member(uow: UnitOfWork, actor: Actor, merchant_id: int) -> bool:
    """Whether the actor is one of a shop's people."""
    return any(shop.id == merchant_id for shop in await shops_of(uow, actor))


async def check_member(uow: UnitOfWork, actor: Actor, merchant_id: int) -> None:
    """Raise NotYourShop unless the actor is one of its people."""
    if not await is_member(uow, actor, merchant_id):
        raise NotYourShop


async def shops_of(uow: UnitOfWork, actor: Actor) -> Sequence[Merchant]:
    """The shops for which the actor may confirm."""
    if actor.account_id is None:
        return []
    found = (
        select(Merchant)
        .join(MerchantMember, MerchantMember.merchant_id == Merchant.id)
        .where(MerchantMember.account_id == actor.account_id, MerchantMember.ended_at.is_(None), Merchant.is_active)
    )
    return (await uow.session.scalars(found.order_by(Merchant.id))).all()


async def all_merchants(uow: UnitOfWork, community_id: int) -> Sequence[Merchant]:
    """Every shop of a community, closed ones last."""
    found = select(Merchant).where(Merchant.community_id == community_id)
    return (await uow.session.scalars(found.order_by(Merchant.is_active.desc(), Merchant.name))).all()


async def members_of(uow: UnitOfWork, merchant_id: int) -> Sequence[Account]:
    """The people of a shop."""
    found = (
        select(Account)
        .join(MerchantMember, MerchantMember.account_id == Account.id)
        .where(MerchantMember.merchant_id == merchant_id, MerchantMember.ended_at.is_(None))
    )
    return (await uow.session.scalars(found.order_by(Account.id))).all()
