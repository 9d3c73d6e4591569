"""What opens when a telephone's camera reads one of our codes: a coupon, an elder's card, an invitation to a shop."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import InlineKeyboardMarkup, Message

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import ShopButton, ShopPress
from backend.notify.words import Words
from backend.points.market.cards import open_card
from backend.points.market.codes import CARD, COUPON, SHOP
from backend.points.market.merchants import join_shop
from backend.points.market.models import ScanOutcome
from backend.points.market.offers import offers_shown
from backend.points.market.scanning import open_code
from handlers.common.keyboards import Row, keyboard
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say
from handlers.market.screens import offer_label
from handlers.market.shop import home_of_shop


def codes_router() -> Router:
    router = Router(name="market.codes")
    for prefix, handler in ((COUPON, coupon), (CARD, card), (SHOP, shop)):
        opened = CommandStart(deep_link=True, magic=F.args.startswith(prefix))
        router.message.register(handler, IN_PRIVATE, opened)
    return router


async def coupon(message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The people of the shop see what it is and confirm; everybody else learns that it is not for them."""
    scan = await open_code(uow, actor=actor, token=_token(command, COUPON))
    if scan.outcome is not ScanOutcome.SHOWN:
        return say(message, words(f"scan.{scan.outcome.value}"))
    text = words("scan.shown", title=scan.title, price=scan.price, name=scan.name)
    return say(message, text, confirm_keyboard(words, scan.coupon_id or 0))


async def card(message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The people of a shop choose one of their own offers for the holder."""
    token = _token(command, CARD)
    scan = await open_card(uow, actor=actor, token=token)
    if scan.outcome is not ScanOutcome.SHOWN:
        return say(message, words(f"scan.{scan.outcome.value}"))
    rows: list[Row] = [
        [(offer_label(words, offer), ShopPress(ShopButton.CARD, offer.id, token))]
        for shop in scan.shops
        for offer in await offers_shown(uow, shop.id)
    ]
    return say(message, words("card.shown", name=scan.name), keyboard(*rows))


async def shop(message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """Become one of a shop's people."""
    joined = await join_shop(uow, actor=actor, token=_token(command, SHOP))
    return [say(message, words("shop.joined", shop=joined.name)), await home_of_shop(message, uow, words, joined)]


def confirm_keyboard(words: Words, coupon_id: int) -> InlineKeyboardMarkup:
    """Yes, or no."""
    return keyboard(
        [(words.plain("shop.button.confirm"), ShopPress(ShopButton.CONFIRM, coupon_id))],
        [(words.plain("shop.button.refuse"), ShopPress(ShopButton.REFUSE, coupon_id))],
    )


def _token(command: CommandObject, prefix: str) -> str:
    return (command.args or "").removeprefix(prefix)
