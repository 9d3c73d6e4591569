"""All conversations, in the order in which they are asked; the last one answers what nobody understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aiogram import Router

from handlers.alerts.caring import alerts_caring_router
from handlers.alerts.listing import alerts_listing_router
from handlers.alerts.pressing import alerts_pressing_router
from handlers.bookings.browsing import PURPOSES as BROWSING_PURPOSES
from handlers.bookings.browsing import booking_router
from handlers.bookings.mine import PURPOSES as BOOKING_PURPOSES
from handlers.bookings.mine import my_bookings_router
from handlers.bookings.providing import PURPOSES as PROVIDER_PURPOSES
from handlers.bookings.providing import providing_router
from handlers.bookings.wishes import PURPOSES as WISH_PURPOSES
from handlers.bookings.wishes import learning_router
from handlers.canteen.cooking import cooking_router
from handlers.canteen.menu import canteen_router
from handlers.common.asking import Purpose, asking_router
from handlers.common.conversations import Conversations
from handlers.common.fallback import fallback_router
from handlers.elders.family import family_router
from handlers.elders.live_places import live_places_router
from handlers.elders.staff import PURPOSES as ELDER_PURPOSES
from handlers.elders.staff import elders_router
from handlers.issues.following import PURPOSES as ISSUE_PURPOSES
from handlers.issues.following import following_router
from handlers.market.browsing import browsing_router
from handlers.market.codes import codes_router
from handlers.market.placing import placing_router
from handlers.market.settling import PURPOSES as SETTLEMENT_PURPOSES
from handlers.market.settling import settling_router
from handlers.market.shop import shop_router
from handlers.neighbours.asking import PURPOSES as HELP_PURPOSES
from handlers.neighbours.asking import neighbours_router
from handlers.neighbours.patrolling import patrolling_router
from handlers.points.balance import balance_router
from handlers.points.cards import PURPOSES as CARD_PURPOSES
from handlers.points.cards import cards_router
from handlers.points.others import PURPOSES as OTHERS_PURPOSES
from handlers.points.others import others_router
from handlers.reports.choosing import choosing_router
from handlers.reports.content import content_router
from handlers.staff.deciding import PURPOSES as STAFF_PURPOSES
from handlers.staff.deciding import deciding_router
from handlers.staff.desk import desk_router
from handlers.staff.finding import finding_router
from handlers.staff.groups import groups_router
from handlers.staff.residents import residents_router
from handlers.staff.shifts import shifts_router
from handlers.staff.workers import workers_router
from handlers.start.joining import joining_router
from handlers.start.menu import menu_router
from handlers.start.services import services_router
from handlers.start.wishes import wishes_router
from handlers.tasks.evidence import evidence_router
from handlers.tasks.mine import mine_router
from handlers.tasks.pressing import PURPOSES as TASK_PURPOSES
from handlers.tasks.pressing import pressing_router

PURPOSES: Mapping[str, Purpose] = {
    **ISSUE_PURPOSES,
    **STAFF_PURPOSES,
    **TASK_PURPOSES,
    **HELP_PURPOSES,
    **CARD_PURPOSES,
    **OTHERS_PURPOSES,
    **SETTLEMENT_PURPOSES,
    **BROWSING_PURPOSES,
    **BOOKING_PURPOSES,
    **PROVIDER_PURPOSES,
    **WISH_PURPOSES,
    **ELDER_PURPOSES,
}
"""For what words are asked: all conversations' purposes together."""

CONVERSATIONS: Sequence[Callable[[], Router]] = (
    live_places_router,
    evidence_router,
    patrolling_router,
    placing_router,
    cooking_router,
    alerts_pressing_router,
    alerts_listing_router,
    alerts_caring_router,
    family_router,
    elders_router,
    providing_router,
    codes_router,
    booking_router,
    menu_router,
    my_bookings_router,
    learning_router,
    wishes_router,
    joining_router,
    groups_router,
    desk_router,
    lambda: asking_router(PURPOSES),
    following_router,
    cards_router,
    others_router,
    balance_router,
    neighbours_router,
    browsing_router,
    shop_router,
    settling_router,
    canteen_router,
    finding_router,
    deciding_router,
    residents_router,
    workers_router,
    shifts_router,
    pressing_router,
    mine_router,
    services_router,
    choosing_router,
    content_router,
    fallback_router,
)
"""In the order in which they are asked; each call makes a router, which can hang on one dispatcher only."""


def build_router() -> Router:
    """A fresh tree of routers: tests build several."""
    return Conversations(*(make() for make in CONVERSATIONS))
