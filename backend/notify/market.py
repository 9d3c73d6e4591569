"""The market: receipts for both sides, shops that confirm later, refunds, elders' cards, kept meals."""

from __future__ import annotations

from sqlalchemy import select

from backend.kernel.access import WORKERS
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import Hearer, persons
from backend.notify.points_presses import ShopButton, ShopPress
from backend.notify.words import Voice, Words
from backend.points.canteen.models import Dish, MealOrder
from backend.points.events import (
    CardUsed,
    CouponLeftWithMerchant,
    CouponRedeemed,
    CouponRefunded,
    CouponRefused,
    MealReserved,
)
from backend.points.ledger.reading import balance_of
from backend.points.market.coupons import coupon_row
from backend.points.market.merchants import members_of
from backend.points.market.models import CouponState
from backend.points.market.redeeming import Receipt, receipt_of
from backend.points.people import chats_of, masked, name_of
from backend.registry.contacts_models import ContactScope, FamilyContact
from backend.registry.homes import home_of
from backend.registry.models import Account
from backend.registry.queries import on_duty


def money(fen: int) -> str:
    """Yuan as people write them: without what is nothing."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}".removesuffix("0").removesuffix(".0") if rest else str(yuan)


def receipt_text(words: Words, receipt: Receipt) -> str:
    """The receipt: word for word the same for both sides."""
    return words(
        f"market.receipt.{receipt.state.value}",
        number=receipt.number,
        title=receipt.title,
        shop=receipt.shop,
        name=receipt.name,
        price=receipt.price,
        value=money(receipt.value),
        at=receipt.at.astimezone(words.zone).strftime("%Y-%m-%d %H:%M"),
    )


async def hear_redeemed(uow: UnitOfWork, voice: Voice, event: CouponRedeemed) -> None:
    """The person gets the receipt that the shop has, and what is left."""
    coupon = await coupon_row(uow, event.coupon_id)
    receipt = await receipt_of(uow, event.coupon_id)
    balance = await balance_of(uow, coupon.person_id)

    def say(words: Words) -> Content:
        return Content(f"{receipt_text(words, receipt)}\n\n{words('market.left', available=balance.available)}")

    await tell(uow, voice, await _owner(uow, coupon.person_id), say, key=f"coupon:{event.coupon_id}:used")


async def hear_left(uow: UnitOfWork, voice: Voice, event: CouponLeftWithMerchant) -> None:
    """The shop's people are asked when they are online again."""
    receipt = await receipt_of(uow, event.coupon_id)
    coupon = await coupon_row(uow, event.coupon_id)

    def say(words: Words) -> Content:
        yes = button(words, "shop.button.confirm", ShopPress(ShopButton.CONFIRM, event.coupon_id))
        no = button(words, "shop.button.refuse", ShopPress(ShopButton.REFUSE, event.coupon_id))
        return Content(receipt_text(words, receipt), buttons=in_rows([yes], [no]))

    shop = persons(await members_of(uow, coupon.merchant_id))
    await tell(uow, voice, shop, say, key=f"coupon:{event.coupon_id}:later")


async def hear_refused(uow: UnitOfWork, voice: Voice, event: CouponRefused) -> None:
    """The points are free again."""
    coupon = await coupon_row(uow, event.coupon_id)
    key = "market.refused" if coupon.state is CouponState.VOID else "market.not_confirmed"

    def say(words: Words) -> Content:
        return Content(words(key, title=coupon.title, price=coupon.price))

    await tell(uow, voice, await _owner(uow, coupon.person_id), say, key=f"coupon:{event.coupon_id}:refused")


async def hear_refunded(uow: UnitOfWork, voice: Voice, event: CouponRefunded) -> None:
    coupon = await coupon_row(uow, event.coupon_id)
    receipt = await receipt_of(uow, event.coupon_id)

    def say(words: Words) -> Content:
        return Content(receipt_text(words, receipt))

    await tell(uow, voice, await _owner(uow, coupon.person_id), say, key=f"coupon:{event.coupon_id}:refunded")


async def hear_card(uow: UnitOfWork, voice: Voice, event: CardUsed) -> None:
    """Family who may see the points hear of each use of the card; without any the grid's workers do."""
    coupon = await coupon_row(uow, event.coupon_id)
    receipt = await receipt_of(uow, event.coupon_id)
    family = await uow.session.scalars(
        select(FamilyContact).where(FamilyContact.person_id == coupon.person_id, FamilyContact.ended_at.is_(None))
    )
    ids = [one.account_id for one in family if ContactScope.POINTS.value in one.scopes and one.account_id is not None]
    accounts = (await uow.session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id))).all()
    if not accounts:
        home = await home_of(uow, coupon.person_id)
        accounts = await on_duty(uow, home.grid_id, *WORKERS) if home.grid_id is not None else []
    name = await name_of(uow, coupon.person_id)

    def say(words: Words) -> Content:
        return Content(f"{words('market.card_used', name=name)}\n\n{receipt_text(words, receipt)}")

    await tell(uow, voice, persons(accounts), say, key=f"coupon:{event.coupon_id}:card")


async def hear_meal(uow: UnitOfWork, voice: Voice, event: MealReserved) -> None:
    """The canteen's people hear, without a sound, what to keep for whom."""
    order = await uow.session.get_one(MealOrder, event.order_id)
    dish = await uow.session.get_one(Dish, order.dish_id)
    name = masked(await name_of(uow, order.person_id))

    def say(words: Words) -> Content:
        return Content(words("canteen.keep", dish=dish.name, name=name), silent=True)

    canteen = persons(await members_of(uow, dish.merchant_id))
    await tell(uow, voice, canteen, say, key=f"meal:{order.id}")


async def _owner(uow: UnitOfWork, person_id: int) -> list[Hearer]:
    return persons(await chats_of(uow, [person_id]))
