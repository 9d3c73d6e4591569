"""Where a telephone's message goes, as tests say it."""

from __future__ import annotations

from typing import Any, TypedDict

from .shapes import MessageView
from .state import Bot, Group
from .world import World

Where = Group | Bot | int | None


class Place(TypedDict, total=False):
    """The chat window (none: the chat with the first bot), the message that is answered, the topic."""

    at: Where
    reply_to: MessageView | None
    thread: int | None


def window_id(world: World, where: Where) -> int:
    """Return the number of a chat window; an upgraded group is followed to its new one."""
    if where is None:
        return next(iter(world.bots))
    if isinstance(where, Group):
        return world.groups[where.id].upgraded_to or where.id
    return where.id if isinstance(where, Bot) else where


def addressed(world: World, place: Place) -> dict[str, Any]:
    """Return the arguments by which the people's actions are told the place."""
    reply = place.get("reply_to")
    number = reply["id"] if reply else None
    return {"chat": window_id(world, place.get("at")), "reply_to": number, "thread": place.get("thread")}
