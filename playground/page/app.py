"""Puts the local Telegram, its control API and the page together into one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playground.page.clock import PlayClock
from playground.page.routes import StartOver, page_application
from playground.page.safety import guarded
from playground.telegram.serve import Telegram
from playground.telegram.world import World

BOT_PATHS = ("/bot", "/file/bot")
CONTROL_PATH = "/playground/api/"


class Playground:
    """The whole playground; served like `Telegram`: inside `running()`, with `close()` before the server stops."""

    def __init__(self, telegram: Telegram, page: Any) -> None:
        self.telegram = telegram
        self._page = guarded(page)
        self._control = guarded(telegram)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path.startswith(BOT_PATHS):
            await self.telegram(scope, receive, send)
        elif path.startswith(CONTROL_PATH):
            await self._control(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver to webhooks while inside; afterwards everybody who still waits is let go."""
        async with self.telegram.running():
            yield

    def close(self) -> None:
        """Let go of everybody who waits for an answer; safe to call twice."""
        self.telegram.close()


def build_playground_app(
    world: World,
    *,
    community_files: Path | None = None,
    clock: PlayClock | None = None,
    staff_url: str | None = None,
    start_over: StartOver | None = None,
) -> Playground:
    """Build what `youlin run` serves for play.

    `community_files`: the folder with org_units.json, registry.jsonl and cast.json; without it there is no map.
    `clock`: the movable clock of world and product; without it the page only shows the time. `staff_url`: where the
    staff's web page is. `start_over`: empties the product; the chats are emptied by the page itself, before it.
    """
    page = page_application(
        world, community_files=community_files, clock=clock, staff_url=staff_url, start_over=start_over
    )
    return Playground(Telegram(world), page)
