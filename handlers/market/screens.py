"""How shops, offers and codes look."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from backend.notify.market import money
from backend.notify.points import named
from backend.notify.points_presses import MarketButton, MarketPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.market.coupons import ShownCoupon
from backend.points.market.models import Merchant, Offer
from backend.points.market.offers import KindShown
from handlers.common.keyboards import Row, in_columns, keyboard


def kinds_keyboard(words: Words, kinds: Sequence[KindShown]) -> InlineKeyboardMarkup:
    """The kinds of shops, two in a row."""
    buttons = [
        (f"{shown.kind.emoji} {named(words, shown.kind.names)}", MarketPress(MarketButton.KIND, shown.kind.id))
        for shown in kinds
    ]
    return keyboard(*in_columns(buttons, 2))


def shops_keyboard(words: Words, shops: Sequence[Merchant]) -> InlineKeyboardMarkup:
    """The shops of one kind, and the way back."""
    rows: list[Row] = [[(shop.name, MarketPress(MarketButton.SHOP, shop.id))] for shop in shops]
    return keyboard(*rows, [(words.plain("market.button.all"), MenuPress(MenuButton.MARKET))])


def shop_text(words: Words, shop: Merchant, offers: Sequence[Offer]) -> str:
    """Name, place, hours and words of a shop."""
    parts = [
        words("market.shop", name=shop.name),
        words("market.place", place=shop.place) if shop.place else "",
        words("market.hours", hours=shop.hours) if shop.hours else "",
        words("market.phone", phone=shop.phone) if shop.phone else "",
        words("market.words", words=shop.words) if shop.words else "",
        "",
        words("market.choose_offer" if offers else "market.no_offers"),
    ]
    return "\n".join(part for index, part in enumerate(parts) if part or index == len(parts) - 2)


def offers_keyboard(words: Words, shop: Merchant, offers: Sequence[Offer]) -> InlineKeyboardMarkup:
    """One button for each offer: what, for how many points, worth how much, how many left."""
    rows: list[Row] = [[(offer_label(words, offer), MarketPress(MarketButton.TAKE, offer.id))] for offer in offers]
    on_map = shop.longitude is not None
    place: Row = [(words.plain("market.button.place"), MarketPress(MarketButton.PLACE, shop.id))] if on_map else []
    return keyboard(*rows, place, [(words.plain("market.button.back"), MarketPress(MarketButton.KIND, shop.kind_id))])


def offer_label(words: Words, offer: Offer) -> str:
    """An offer on one line."""
    parts = [
        offer.title,
        words.plain("market.price", price=offer.price),
        words.plain("market.value", value=money(offer.value)) if offer.value else "",
        words.plain("market.stock", stock=offer.stock) if offer.stock is not None else "",
    ]
    return " · ".join(part for part in parts if part)[:64]


def code_text(words: Words, coupon: ShownCoupon, link: str) -> str:
    """What stands under the code."""
    return words(
        "market.code",
        title=coupon.title,
        shop=coupon.shop,
        price=coupon.price,
        until=coupon.expires_at.astimezone(words.zone).strftime("%H:%M"),
        link=link,
    )


def code_keyboard(words: Words, coupon_id: int) -> InlineKeyboardMarkup:
    """What the owner of a code may do before the shop confirms."""
    return keyboard(
        [(words.plain("market.button.left"), MarketPress(MarketButton.LEFT, coupon_id))],
        [(words.plain("market.button.give_back"), MarketPress(MarketButton.GIVE_BACK, coupon_id))],
    )
