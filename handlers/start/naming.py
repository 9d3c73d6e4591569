"""What a typed word names beside our services: things to book, courses, shops; each as the button that opens it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backend.bookings import courses_named, offerings_named, offerings_of
from backend.bookings.models import Offering
from backend.kernel.brands import Brand
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.booking_facts import offering_name
from backend.notify.booking_presses import BookButton, BookPress
from backend.notify.points_presses import MarketButton, MarketPress
from backend.notify.words import Words
from backend.points.market.models import Merchant
from backend.points.market.naming import shops_named
from backend.registry.models import Account
from backend.registry.queries import home_community

Things = Sequence[tuple[str, Press]]
"""Labels with what they open."""
MOST_SHOWN = 8
MOST_OF_BRAND = 20


async def things_named(uow: UnitOfWork, account: Account, words: Words, meant: Collection[str]) -> Things:
    """The buttons for all that has one of the words in its name, the things to book first."""
    community = await home_community(uow, account)
    if community is None or not meant:
        return []
    offerings = await offerings_named(uow, community.id, meant)
    courses = await courses_named(uow, community.id, meant)
    shops = await shops_named(uow, community.id, meant)
    found: list[tuple[str, Press]] = [offering_button(words, one) for one in offerings]
    found += [(one.session.title, BookPress(BookButton.TIME, one.session.id)) for one in courses]
    found += [_shop_button(words, shop) for shop in shops]
    return found[:MOST_SHOWN]


def _shop_button(words: Words, shop: Merchant) -> tuple[str, Press]:
    return words.plain("catalogue.shop", name=shop.name), MarketPress(MarketButton.SHOP, shop.id)


async def things_of_brand(uow: UnitOfWork, account: Account, words: Words, brand: Brand) -> Things:
    """What the community itself counts to this brand."""
    community = await home_community(uow, account)
    offerings = await offerings_of(uow, community.id) if community is not None else []
    return [offering_button(words, one) for one in offerings if one.brand == brand][:MOST_OF_BRAND]


def offering_button(words: Words, offering: Offering) -> tuple[str, Press]:
    """Opens the next day on which it can be booked."""
    return (offering_name(words, offering), BookPress(BookButton.OFFERING, offering.id))
