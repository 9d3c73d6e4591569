"""Somebody shares where they are, because a relative asked: the place moves with their messages until it ends."""

from __future__ import annotations

from datetime import timedelta

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import CallbackQuery, Location, Message

from backend.alerts.live_places import LivePlace, move_place, share_place, stop_sharing
from backend.kernel.access import Actor
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.elder_presses import PlacePress
from backend.notify.words import Words
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show


def live_places_router() -> Router:
    router = Router(name="elders.live_places")
    router.message.register(shared, IN_PRIVATE, F.location.live_period)
    router.edited_message.register(moved, IN_PRIVATE, F.location)
    router.callback_query.register(stopped, Pressed(PlacePress))
    return router


async def shared(message: Message, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """A live place; where nobody has asked for it, it is a place like any other and somebody else's to hear."""
    location = message.location
    assert location is not None, "the filter has seen it"
    until = message.date + timedelta(seconds=location.live_period or 0)
    place = LivePlace(message_id=message.message_id, point=_point(location), until=until)
    rows = await share_place(uow, actor=actor, place=place)
    if not rows:
        raise SkipHandler
    text = words("family.place.sharing", until=rows[0].until.astimezone(words.zone).strftime("%H:%M"))
    return say(message, text, keyboard([(words.plain("family.place.button.stop"), PlacePress(rows[0].id))]))


async def moved(message: Message, uow: UnitOfWork, actor: Actor) -> Reply:
    """Telegram brings each step as an edit of the same message; one without a period is the last."""
    location = message.location
    assert location is not None, "the filter has seen it"
    if location.live_period is None:
        await stop_sharing(uow, actor=actor, message_id=message.message_id)
    else:
        await move_place(uow, actor=actor, message_id=message.message_id, point=_point(location))
    return None


async def stopped(call: CallbackQuery, press: PlacePress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    was_open = await stop_sharing(uow, actor=actor, request_id=press.request_id)
    return show(call, words("family.place.stopped" if was_open else "error.old_button"))


def _point(location: Location) -> Point:
    return Point(latitude=location.latitude, longitude=location.longitude)
