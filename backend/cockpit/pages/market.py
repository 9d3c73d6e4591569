"""The market: kinds, shops, their people and offers."""

from __future__ import annotations

from datetime import datetime, time

from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.points.market.codes import SHOP
from backend.points.market.merchants import (
    LONGEST,
    ShopEdit,
    add_merchant,
    all_merchants,
    edit_kind,
    edit_merchant,
    end_member,
    invite_to_shop,
    kinds_of,
    members_of,
    merchant_of,
    seed_kinds,
)
from backend.points.market.models import LARGEST_PRICE, LARGEST_VALUE, Merchant
from backend.points.market.offers import (
    LARGEST_PER_PERSON,
    LARGEST_STOCK,
    OfferEdit,
    add_offer,
    all_offers,
    edit_offer,
    offer_of,
)

pages = StaffPages()
NEEDS = Permission.MANAGE_POINTS


@pages.page("/web/market", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """All shops, the form for a new one, and the kinds."""
    kinds = await kinds_of(visit.uow, visit.community.id)
    shops = await all_merchants(visit.uow, visit.community.id)
    return Page("market.html", {"kinds": kinds, "shops": shops, "longest": LONGEST})


@pages.page("/web/market/{merchant_id}", needs=NEEDS, over=Over.COMMUNITY)
async def show_shop(visit: Visit) -> Answer:
    """One shop with its people and offers."""
    shop = await _shop(visit)
    values = {
        "shop": shop,
        "kinds": await kinds_of(visit.uow, visit.community.id),
        "offers": await all_offers(visit.uow, shop.id),
        "members": await members_of(visit.uow, shop.id),
        "longest": LONGEST,
        "largest_price": LARGEST_PRICE,
    }
    return Page("shop.html", values)


@pages.action("/web/market/kinds/seed", needs=NEEDS, again=show)
async def seed(visit: Visit) -> Answer:
    """Add the kinds that a market begins with."""
    await seed_kinds(visit.uow, actor=visit.actor, community_id=visit.community.id)
    return GoTo("/web/market", done="web.done.saved")


@pages.action("/web/market/kinds/{kind_id}", needs=NEEDS, again=show)
async def change_kind(visit: Visit) -> Answer:
    """Rename a kind or switch it off."""
    if visit.id_in_path("kind_id") not in {kind.id for kind in await kinds_of(visit.uow, visit.community.id)}:
        raise NotFound
    await edit_kind(
        visit.uow,
        actor=visit.actor,
        kind_id=visit.id_in_path("kind_id"),
        name=visit.typed.text("name", least=1, most=LONGEST["name"]),
        emoji=visit.typed.text("emoji", most=8),
        is_active=visit.typed.is_ticked("is_active"),
    )
    return GoTo("/web/market", done="web.done.saved")


@pages.action("/web/market/new", needs=NEEDS, again=show)
async def add(visit: Visit) -> Answer:
    """Take a shop in, then go on to its people and offers."""
    edit = _shop_edit(visit.typed, is_new=True)
    shop = await add_merchant(visit.uow, actor=visit.actor, community_id=visit.community.id, edit=edit)
    return GoTo(f"/web/market/{shop.id}", done="web.done.saved")


@pages.action("/web/market/{merchant_id}", needs=NEEDS, again=show_shop)
async def change(visit: Visit) -> Answer:
    shop = await _shop(visit)
    await edit_merchant(visit.uow, actor=visit.actor, merchant_id=shop.id, edit=_shop_edit(visit.typed))
    return GoTo(f"/web/market/{shop.id}", done="web.done.saved")


@pages.action("/web/market/{merchant_id}/invite", needs=NEEDS, again=show_shop)
async def invite(visit: Visit) -> Answer:
    """Make a one-use link and show it: this page is the only place where it is ever seen."""
    shop = await _shop(visit)
    token = await invite_to_shop(visit.uow, actor=visit.actor, merchant_id=shop.id)
    link = desk_of(visit.request).invitation_link(SHOP + token)
    return Page("shop_invitation.html", {"shop": shop, "link": link})


@pages.action("/web/market/{merchant_id}/members/{account_id}/end", needs=NEEDS, again=show_shop)
async def end(visit: Visit) -> Answer:
    """Somebody does not confirm for the shop any more."""
    shop = await _shop(visit)
    await end_member(visit.uow, actor=visit.actor, merchant_id=shop.id, account_id=visit.id_in_path("account_id"))
    return GoTo(f"/web/market/{shop.id}", done="web.done.saved")


@pages.action("/web/market/{merchant_id}/offers", needs=NEEDS, again=show_shop)
async def offer(visit: Visit) -> Answer:
    shop = await _shop(visit)
    edit = _offer_edit(visit, is_new=True)
    await add_offer(visit.uow, actor=visit.actor, merchant_id=shop.id, edit=edit)
    return GoTo(f"/web/market/{shop.id}", done="web.done.saved")


@pages.action("/web/market/{merchant_id}/offers/{offer_id}", needs=NEEDS, again=show_shop)
async def change_offer(visit: Visit) -> Answer:
    """Coupons that are out keep their price."""
    shop = await _shop(visit)
    if (await offer_of(visit.uow, visit.id_in_path("offer_id"))).merchant_id != shop.id:
        raise NotFound
    await edit_offer(visit.uow, actor=visit.actor, offer_id=visit.id_in_path("offer_id"), edit=_offer_edit(visit))
    return GoTo(f"/web/market/{shop.id}", done="web.done.saved")


async def _shop(visit: Visit) -> Merchant:
    shop = await merchant_of(visit.uow, visit.id_in_path("merchant_id"))
    if shop.community_id != visit.community.id:
        raise NotFound
    return shop


def _shop_edit(typed: Typed, *, is_new: bool = False) -> ShopEdit:
    return ShopEdit(
        kind_id=typed.number("kind", least=1, most=10**18),
        name=typed.text("name", least=1, most=LONGEST["name"]),
        place=typed.text("place", most=LONGEST["place"]),
        hours=typed.text("hours", most=LONGEST["hours"]),
        phone=typed.text("phone", most=LONGEST["phone"]),
        words=typed.text("words", most=LONGEST["words"]),
        is_active=is_new or typed.is_ticked("is_active"),
    )


def _offer_edit(visit: Visit, *, is_new: bool = False) -> OfferEdit:
    typed = visit.typed
    return OfferEdit(
        title=typed.text("title", least=1, most=60),
        tag=typed.text("tag", most=24),
        price=typed.number("price", least=1, most=LARGEST_PRICE),
        value=typed.number("value", least=0, most=LARGEST_VALUE // 100) * 100 if typed.get("value") else 0,
        stock=_number(typed, "stock", LARGEST_STOCK),
        most_per_person=_number(typed, "most_per_person", LARGEST_PER_PERSON),
        starts_at=_day(visit, "starts_on"),
        ends_at=_day(visit, "ends_on"),
        is_active=is_new or typed.is_ticked("is_active"),
    )


def _number(typed: Typed, name: str, most: int) -> int | None:
    """An empty number does not limit."""
    return typed.number(name, least=0, most=most) if typed.get(name) else None


def _day(visit: Visit, name: str) -> datetime | None:
    """The first moment of a local day; the last day of an offer is the one before it ends."""
    value = visit.typed.get(name, "")
    if not value:
        return None
    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, put on the community's clock below
    except ValueError as error:
        raise FieldInvalid(name) from error
    return datetime.combine(day, time.min, visit.zone)
