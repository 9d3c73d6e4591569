"""Puts the local Telegram, its control API and the page together into one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.bench.bench import DeviceBench
from playground.page.bench_routes import PATH as BENCH_PATH
from playground.page.bench_routes import bench_application
from playground.page.clock import PlayClock
from playground.page.routes import StartOver, page_application
from playground.page.running_clock import RunningClock
from playground.page.safety import guarded
from playground.telegram.serve import Telegram
from playground.telegram.world import World
from playground.telephone.background import Background
from playground.telephone.exchange import Exchange
from playground.telephone.serve import CONTROL_PATH as TELEPHONE_PATH
from playground.telephone.serve import TWILIO_PATH, TelephoneServer

BOT_PATHS = ("/bot", "/file/bot")
CONTROL_PATH = "/playground/api/"


@dataclass(frozen=True)
class Parts:
    """What a playground consists of besides its page."""

    telegram: Telegram
    telephone: TelephoneServer | None = None
    bench: DeviceBench | None = None
    clock: RunningClock | None = None


class Playground:
    """The whole playground; served like `Telegram`: inside `running()`, with `close()` before the server stops."""

    def __init__(self, parts: Parts, page: Any) -> None:
        self.telegram, self.telephone, self._parts = parts.telegram, parts.telephone, parts
        self._page = guarded(page)
        self._doors: list[tuple[str, Any]] = [(path, parts.telegram) for path in BOT_PATHS]
        self._doors.append((CONTROL_PATH, guarded(parts.telegram)))
        if parts.telephone is not None:
            self._doors += [(TWILIO_PATH, parts.telephone), (TELEPHONE_PATH, guarded(parts.telephone))]
        if parts.bench is not None:
            self._doors.append((BENCH_PATH, guarded(bench_application(parts.bench))))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        door = next((inner for begins, inner in self._doors if path.startswith(begins)), self._page)
        await door(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver to webhooks, ring and let time run while inside; afterwards everybody who still waits is let go."""
        background = Background()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(background.close)
            for part in (self.telegram, self.telephone, self._parts.bench):
                if part is not None:
                    await stack.enter_async_context(part.running())
            if self._parts.clock is not None:
                background.start(self._parts.clock.run())
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
    bench: DeviceBench | None = None,
    community_files: Path | None = None,
    clock: PlayClock | None = None,
    staff_url: str | None = None,
    start_over: StartOver | None = None,
) -> Playground:
    """Build what `youlin run` serves for play.

    `exchange`, `bench`: everybody's telephones and the devices; they must tell the world's log of events.
    `community_files`: the folder with org_units.json, registry.jsonl and cast.json; without it there is no map.
    `clock`: the movable clock of world and product; without it the page only shows the time. `staff_url`: where the
    staff's web page is. `start_over`: asks for another run with a fresh product; chats and telephones are emptied
    at once, and the page opens itself anew when the other run answers.
    """

    def empty() -> None:
        world.clear()
        if exchange is not None:
            exchange.clear()

    running = None if clock is None else RunningClock(clock, exchange.is_talking if exchange else lambda: False)
    page = page_application(
        world,
        empty=empty,
        has={"telephones": exchange is not None, "devices": bench is not None},
        community_files=community_files,
        clock=running,
        staff_url=staff_url,
        start_over=start_over,
    )
    telephone = TelephoneServer(exchange) if exchange else None
    return Playground(Parts(Telegram(world), telephone, bench, running), page)
