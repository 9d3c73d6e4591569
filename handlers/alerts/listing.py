"""/alerts: the open alerts of one's area, each opening with its buttons in private."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command

from backend.alerts.models import Alert
from backend.alerts.views import open_alerts
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.alerts_private import alert_label
from backend.notify.presses import AlertButton, AlertPress, MenuButton, MenuPress
from backend.notify.words import Words
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say


def alerts_listing_router() -> Router:
    router = Router(name="alerts.listing")
    router.message.register(alerts, IN_PRIVATE, Command("alerts"))
    router.callback_query.register(alerts, Pressed(MenuPress, button=MenuButton.ALERTS))
    return router


async def alerts(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    found = await open_alerts(uow, actor=actor)
    if not found:
        return say(event, words("alerts.none"))
    return say(event, words("alerts.list", count=len(found)), keyboard(*(_row(words, alert) for alert in found)))


def _row(words: Words, alert: Alert) -> list[tuple[str, AlertPress]]:
    return [(alert_label(words, alert), AlertPress(AlertButton.VIEW, alert.id))]
