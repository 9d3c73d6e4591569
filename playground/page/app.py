"""Puts the local Telegram, its control API and the page together into one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from playground.page.clock import PlayClock
from playground.page.routes import StartOver, page_application
from playground.page.safety import guarded
from playground.telegram.serve import Telegram
from playground.telegram.world import World
from playground.telephone.exchange import Exchange
from playground.telephone.serve import CONTROL_PATH as TELEPHONE_PATH
from playground.telephone.serve import TWILIO_PATH, TelephoneServer

BOT_PATHS = ("/bot", "/file/bot")
CONTROL_PATH = "/playground/api/"


class Playground:
    """The whole playground; served like `Telegram`: inside `running()`, with `close()` before the server stops."""

    def __init__(self, telegram: Telegram, telephone: TelephoneServer | None, page: Any) -> None:
        self.telegram, self.telephone = telegram, telephone
        self._page = guarded(page)
        self._doors: list[tuple[str, Any]] = [(path, telegram) for path in BOT_PATHS]
        self._doors.append((CONTROL_PATH, guarded(telegram)))
        if telephone is not None:
            self._doors += [(TWILIO_PATH, telephone), (TELEPHONE_PATH, guarded(telephone))]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        door = next((inner for begins, inner in self._doors if path.startswith(begins)), self._page)
        await door(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver to webhooks and ring while inside; afterwards everybody who still waits is let go."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.telegram.running())
            if self.telephone is not None:
                await stack.enter_async_context(self.telephone.running())
            yield

    def close(self) -> None:
        """Let go of everybody who waits for an answer; safe to call twice."""
        self.telegram.close()
        if self.telephone is not None:
            self.telephone.close()


def build_playground_app(
    world: World,
    *,
    exchange: Exchange | None = None,
    community_files: Path | None = None,
    clock: PlayClock | None = None,
    staff_url: str | None = None,
    start_over: StartOver | None = None,
) -> Playground:
    """Build what `youlin run` serves for play.

    `exchange`: everybody's telephones; it must tell the world's log of events. `community_files`: the folder with
    org_units.json, registry.jsonl and cast.json; without it there is no map. `clock`: the movable clock of world and
    product; without it the page only shows the time. `staff_url`: where the staff's web page is. `start_over`: empties
    the product; the chats are emptied by the page itself, before it.
    """
    page = page_application(
        world,
        telephones=exchange is not None,
        community_files=community_files,
        clock=clock,
        staff_url=staff_url,
        start_over=start_over,
    )
    return Playground(Telegram(world), TelephoneServer(exchange) if exchange else None, page)
