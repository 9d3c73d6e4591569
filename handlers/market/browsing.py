"""/market: kinds, shops, offers; taking one shows its code."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import EditMessageCaption, SendPhoto
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.market import receipt_text
from backend.notify.points_presses import MarketButton, MarketPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.market.codes import COUPON
from backend.points.market.coupons import give_back_coupon, leave_with_shop, own_coupon, take_offer
from backend.points.market.merchants import merchant_of
from backend.points.market.offers import kinds_shown, offers_shown, shops_shown
from backend.points.market.redeeming import receipt_of
from backend.registry.models import Account
from backend.registry.queries import home_community
from handlers.common.links import Links
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.qr import qr_picture
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, chat_of, say, show
from handlers.market import screens


def browsing_router() -> Router:
    router = Router(name="market.browsing")
    router.message.register(market, IN_PRIVATE, Command("market"))
    router.callback_query.register(market, Pressed(MenuPress, button=MenuButton.MARKET))
    router.callback_query.register(take, Pressed(MarketPress, button=MarketButton.TAKE))
    router.callback_query.register(pressed, Pressed(MarketPress))
    return router


async def market(event: Message | CallbackQuery, uow: UnitOfWork, account: Account, words: Words) -> Reply:
    """The kinds of shops."""
    community = await home_community(uow, account)
    kinds = await kinds_shown(uow, community.id) if community is not None else []
    text = words("market.kinds" if kinds else "market.empty")
    return _shown(event, text, screens.kinds_keyboard(words, kinds))


async def pressed(
    call: CallbackQuery, press: MarketPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def take(
    call: CallbackQuery, press: MarketPress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    """Show the code; its points are put aside until the shop confirms or ten minutes are over."""
    coupon = await take_offer(uow, actor=actor, offer_id=press.target)
    link = links.deep(COUPON + coupon.token)
    return SendPhoto(
        chat_id=chat_of(call),
        photo=qr_picture(link, "coupon"),
        caption=screens.code_text(words, coupon, link),
        reply_markup=screens.code_keyboard(words, coupon.id),
    )


def _shown(event: Event, text: str, markup: object) -> Reply:
    return show(event, text, markup) if isinstance(event, CallbackQuery) else say(event, text, markup)  # type: ignore[arg-type]


async def _kind(on: Pressing[MarketPress]) -> Reply:
    account = await on.uow.session.get(Account, on.actor.account_id)
    community = await home_community(on.uow, account) if account is not None else None
    if community is None:
        raise BadInput("error.old_button")
    shops = await shops_shown(on.uow, community.id, on.press.target)
    return show(on.call, on.words("market.shops"), screens.shops_keyboard(on.words, shops))


async def _shop(on: Pressing[MarketPress]) -> Reply:
    shop = await merchant_of(on.uow, on.press.target)
    offers = await offers_shown(on.uow, shop.id) if shop.is_active else []
    text = screens.shop_text(on.words, shop, offers)
    return show(on.call, text, screens.offers_keyboard(on.words, shop, offers))


async def _left(on: Pressing[MarketPress]) -> Reply:
    await leave_with_shop(on.uow, actor=on.actor, coupon_id=on.press.target)
    receipt = await receipt_of(on.uow, on.press.target)
    return _caption(on, receipt_text(on.words, receipt))


async def _give_back(on: Pressing[MarketPress]) -> Reply:
    await give_back_coupon(on.uow, actor=on.actor, coupon_id=on.press.target)
    return _caption(on, on.words("market.given_back"))


async def _receipt(on: Pressing[MarketPress]) -> Reply:
    await own_coupon(on.uow, on.actor, on.press.target)
    receipt = await receipt_of(on.uow, on.press.target)
    return say(on.call, receipt_text(on.words, receipt))


def _caption(on: Pressing[MarketPress], text: str) -> Reply:
    """Say it under the picture of the code, so that its buttons are gone."""
    message = on.call.message
    if isinstance(message, Message) and message.photo:
        return EditMessageCaption(chat_id=message.chat.id, message_id=message.message_id, caption=text)
    return show(on.call, text)


ACTS: Mapping[MarketButton, Act[MarketPress]] = {
    MarketButton.KIND: _kind,
    MarketButton.SHOP: _shop,
    MarketButton.LEFT: _left,
    MarketButton.GIVE_BACK: _give_back,
    MarketButton.RECEIPT: _receipt,
}
