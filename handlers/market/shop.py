"""/shop: what the people of a shop do: confirm, refund, switch offers, cook, invite colleagues."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.market import receipt_text
from backend.notify.points_presses import ShopButton, ShopPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.canteen.dishes import canteens_of
from backend.points.canteen.meals import meals_to_keep
from backend.points.market.cards import take_offer_by_card
from backend.points.market.codes import SHOP
from backend.points.market.merchants import check_member, invite_to_shop, shops_of
from backend.points.market.models import CouponState, Merchant
from backend.points.market.offers import all_offers, offer_of, switch_offer
from backend.points.market.redeeming import confirm_coupon, receipts_of_shop, refund_coupon, refuse_coupon
from handlers.canteen.cooking import ask_dish
from handlers.common.keyboards import Row, keyboard
from handlers.common.links import Links
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show
from handlers.market.screens import offer_label


def shop_router() -> Router:
    router = Router(name="market.shop")
    router.message.register(home, IN_PRIVATE, Command("shop"))
    router.callback_query.register(home, Pressed(MenuPress, button=MenuButton.SHOP))
    router.callback_query.register(invite, Pressed(ShopPress, button=ShopButton.INVITE))
    router.callback_query.register(pressed, Pressed(ShopPress))
    return router


async def home(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """One menu for each shop of this person."""
    shops = await shops_of(uow, actor)
    if not shops:
        return say(event, words("shop.none"))
    return [await home_of_shop(event, uow, words, shop) for shop in shops]


async def home_of_shop(event: Event, uow: UnitOfWork, words: Words, shop: Merchant) -> Reply:
    """The menu of one shop."""
    cooks = any(canteen.id == shop.id for canteen in await canteens_of(uow, shop.community_id))

    def button(which: ShopButton) -> tuple[str, ShopPress]:
        return words.plain(f"shop.button.{which.value}"), ShopPress(which, shop.id)

    return say(
        event,
        words("shop.home", shop=shop.name),
        keyboard(
            [button(ShopButton.RECEIPTS), button(ShopButton.OFFERS)],
            [button(ShopButton.DISH), button(ShopButton.MEALS)] if cooks else [],
            [button(ShopButton.PLACE), button(ShopButton.INVITE)],
        ),
    )


async def invite(
    call: CallbackQuery, press: ShopPress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    """A one-use link for a colleague."""
    token = await invite_to_shop(uow, actor=actor, merchant_id=press.target)
    return say(call, words("shop.invitation", link=links.deep(SHOP + token)))


async def pressed(
    call: CallbackQuery, press: ShopPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _home(on: Pressing[ShopPress]) -> Reply:
    shops = [shop for shop in await shops_of(on.uow, on.actor) if shop.id == on.press.target]
    return [await home_of_shop(on.call, on.uow, on.words, shop) for shop in shops]


async def _confirm(on: Pressing[ShopPress]) -> Reply:
    receipt = await confirm_coupon(on.uow, actor=on.actor, coupon_id=on.press.target)
    return show(on.call, receipt_text(on.words, receipt))


async def _refuse(on: Pressing[ShopPress]) -> Reply:
    await refuse_coupon(on.uow, actor=on.actor, coupon_id=on.press.target)
    return show(on.call, on.words("shop.refused"))


async def _receipts(on: Pressing[ShopPress]) -> Reply:
    """The newest ones; each with what can still be done."""
    found = await receipts_of_shop(on.uow, actor=on.actor, merchant_id=on.press.target)
    rows: list[Row] = []
    for coupon_id, receipt in found:
        waits = receipt.state is CouponState.WAITING
        act = ShopButton.CONFIRM if waits else ShopButton.REFUND
        label = f"{on.words.plain(f'market.state.{receipt.state.value}')} {receipt.number} {receipt.title}"
        rows.append([(label[:60], ShopPress(act, coupon_id))])
    return say(on.call, on.words("shop.receipts" if found else "shop.no_receipts"), keyboard(*rows))


async def _refund(on: Pressing[ShopPress]) -> Reply:
    """A second question: what is given back is gone from the shop's month."""
    sure = (on.words.plain("shop.button.sure"), ShopPress(ShopButton.SURE_REFUND, on.press.target))
    return say(on.call, on.words("shop.ask_refund", number=f"{on.press.target:06d}"), keyboard([sure]))


async def _sure_refund(on: Pressing[ShopPress]) -> Reply:
    receipt = await refund_coupon(on.uow, actor=on.actor, coupon_id=on.press.target)
    return show(on.call, receipt_text(on.words, receipt))


async def _offers(on: Pressing[ShopPress]) -> Reply:
    await check_member(on.uow, on.actor, on.press.target)
    return await _offers_of(on, on.press.target)


async def _offers_of(on: Pressing[ShopPress], merchant_id: int) -> Reply:
    rows: list[Row] = [
        [
            (
                f"{'🟢' if offer.is_active else '⚪️'} {offer_label(on.words, offer)}"[:64],
                ShopPress(ShopButton.SWITCH, offer.id),
            )
        ]
        for offer in await all_offers(on.uow, merchant_id)
    ]
    return show(on.call, on.words("shop.offers" if rows else "shop.no_offers"), keyboard(*rows))


async def _switch(on: Pressing[ShopPress]) -> Reply:
    offer = await offer_of(on.uow, on.press.target)
    await switch_offer(on.uow, actor=on.actor, offer_id=offer.id, is_on=not offer.is_active)
    await on.uow.session.flush()
    return await _offers_of(on, offer.merchant_id)


async def _dish(on: Pressing[ShopPress]) -> Reply:
    await check_member(on.uow, on.actor, on.press.target)
    return await ask_dish(on.call, on.state, on.words, on.press.target)


async def _meals(on: Pressing[ShopPress]) -> Reply:
    """What is kept today, and for whom."""
    kept = await meals_to_keep(on.uow, actor=on.actor, merchant_id=on.press.target)
    lines = [
        on.words("shop.meal.brought" if meal.is_brought else "shop.meal", dish=meal.dish, name=meal.name)
        for meal in kept
    ]
    return say(on.call, "\n".join([on.words("shop.meals", count=len(kept)), *lines]))


async def _card(on: Pressing[ShopPress]) -> Reply:
    """The offer for the holder of a card; the second press confirms."""
    coupon = await take_offer_by_card(on.uow, actor=on.actor, token=on.press.token, offer_id=on.press.target)
    yes = (on.words.plain("shop.button.confirm"), ShopPress(ShopButton.CONFIRM, coupon.id))
    no = (on.words.plain("shop.button.refuse"), ShopPress(ShopButton.REFUSE, coupon.id))
    return show(on.call, on.words("card.ask", title=coupon.title, price=coupon.price), keyboard([yes], [no]))


ACTS: Mapping[ShopButton, Act[ShopPress]] = {
    ShopButton.HOME: _home,
    ShopButton.CONFIRM: _confirm,
    ShopButton.REFUSE: _refuse,
    ShopButton.RECEIPTS: _receipts,
    ShopButton.REFUND: _refund,
    ShopButton.SURE_REFUND: _sure_refund,
    ShopButton.OFFERS: _offers,
    ShopButton.SWITCH: _switch,
    ShopButton.DISH: _dish,
    ShopButton.MEALS: _meals,
    ShopButton.CARD: _card,
}
